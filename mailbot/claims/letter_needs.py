"""What a letter must know before it may be queued (domain.md 5.2). An incomplete letter is refused with the names of what it lacks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields
from typing import Any

from mailbot.claims import case_letters as to_customer
from mailbot.claims import house_letters as inside

_NEEDED: dict[type[Any], tuple[str, ...]] = {
    to_customer.Holding: ("number", "received_at", "next_news_by"),
    to_customer.Clarification: ("number", "received_at", "signatory"),
    to_customer.WaitReminder: ("number", "received_at", "asked_at", "waiting_for"),
    to_customer.PaidRepair: (
        "number", "received_at", "product", "warranty_until", "warranty_basis", "diagnosis", "carriage", "send_to", "answer_by",
        "signatory",
    ),
    to_customer.Decision: ("number", "received_at", "kind", "outgoing_number", "verdicts", "findings", "grounds", "signatory"),
    to_customer.Inspection: ("number", "received_at", "product", "held_at", "place", "ours", "absence", "costs", "signatory"),
    to_customer.ExecutionStatus: ("number", "received_at", "next_news_by", "signatory"),
    to_customer.Completed: ("number", "received_at", "done", "signatory"),
    to_customer.WithdrawalReminder: ("number", "received_at", "done"),
    to_customer.Closing: ("number", "received_at", "closed_at"),
    to_customer.SpecialistReply: ("number", "text", "signatory"),
    inside.Memo: ("number", "customer", "claimed", "question", "due_by", "author"),
    inside.FactsRequest: ("number", "department", "customer", "asks", "due_by", "author"),
    inside.RequestReminder: ("number", "department", "question", "asked_at", "due_by", "author"),
    inside.ApprovalRequest: ("number", "roles", "author_name", "letter"),
    inside.Returned: ("number", "returned_by", "why", "letter"),
    inside.DraftShown: ("number", "letter"),
    inside.GuardAsks: ("number", "questions", "letter"),
    inside.Regress: ("number", "against", "document", "last_on", "claimed"),
    inside.CaseSheet: ("number", "received_at", "state"),
}  # fmt: skip

NAMES: dict[str, tuple[str, str]] = {
    "number": ("номер дела", "case number"),
    "received_at": ("когда получено обращение", "when the claim was received"),
    "next_news_by": ("дата следующего письма", "date of the next news"),
    "signatory": ("кто подписывает", "who signs"),
    "questions": ("вопросы или что прислать", "questions, or what to send"),
    "asked_at": ("когда мы просили", "when we asked"),
    "waiting_for": ("чего ждём", "what we wait for"),
    "product": ("изделие", "product"),
    "warranty_until": ("когда истёк гарантийный срок", "when the warranty ended"),
    "warranty_basis": ("документ, по которому считается гарантия", "the document the warranty rests on"),
    "diagnosis": ("цена или порядок диагностики", "price or procedure of the diagnosis"),
    "carriage": ("кто оплачивает перевозку", "who pays the carriage"),
    "send_to": ("адрес, куда отправить изделие", "where to send the product"),
    "answer_by": ("до какой даты ждём ответа", "by when an answer is wanted"),
    "kind": ("вид решения", "kind of decision"),
    "outgoing_number": ("исходящий номер", "our reference number"),
    "verdicts": ("решение по каждому требованию", "the decision on each demand"),
    "verdicts.reason": ("почему отказано или не во всём согласились", "why a demand is refused or met in part"),
    "findings": ("установленные обстоятельства", "the facts established"),
    "findings.document": ("документ к каждому обстоятельству", "the document for each fact"),
    "grounds": ("норма или пункт договора", "the norm or clause of the contract"),
    "execution": ("порядок и срок исполнения", "how and by when it is carried out"),
    "instructions": ("что сделать клиенту, по шагам", "what the customer can do, step by step"),
    "held_at": ("день и час осмотра", "day and hour of the inspection"),
    "place": ("место осмотра", "place of the inspection"),
    "ours": ("кто приедет от нас", "who comes from us"),
    "absence": ("что будет при неявке", "what an absence means"),
    "costs": ("кто оплачивает осмотр", "who pays for the inspection"),
    "done": ("что сделано и когда", "what was done and when"),
    "closed_at": ("когда дело закрыто", "when the case was closed"),
    "text": ("текст письма", "the text of the letter"),
    "customer": ("клиент", "customer"),
    "claimed": ("слова клиента", "the customer's words"),
    "question": ("вопрос", "the question"),
    "due_by": ("срок ответа", "by when an answer is due"),
    "author": ("автор", "author"),
    "department": ("отдел", "department"),
    "asks": ("о чём просим", "what is asked for"),
    "roles": ("чьё согласование нужно", "whose approval is needed"),
    "author_name": ("автор письма", "author of the letter"),
    "letter": ("само письмо", "the letter itself"),
    "returned_by": ("кто вернул", "who returned it"),
    "why": ("замечания", "the remarks"),
    "against": ("к кому претензия", "whom the claim is against"),
    "document": ("перевозочный документ или накладная", "consignment or delivery note"),
    "last_on": ("последний день для претензии", "last day for the claim"),
    "state": ("состояние дела", "state of the case"),
}


def missing_facts(letter: object) -> tuple[str, ...]:
    """Ids of what `letter` lacks, in the order of its fields; empty where it may be queued."""
    found = [name for name in _NEEDED.get(type(letter), ()) if _is_empty(getattr(letter, name))]
    further = _FURTHER.get(type(letter))
    return tuple(dict.fromkeys((*found, *(further(letter) if further is not None else ()))))


def fact_names(ids: Iterable[str], language: str) -> tuple[str, ...]:
    """What a person calls these facts."""
    return tuple(NAMES[one][0 if language == "ru" else 1] if one in NAMES else one for one in ids)


def _is_empty(value: object) -> bool:
    return value is None or value == () or (isinstance(value, str) and not value.strip())


def _of_decision(letter: to_customer.Decision) -> Iterable[str]:
    if not all(one.demand.strip() and (one.words.strip() or one.extent) and one.kind in to_customer.DECISIONS for one in letter.verdicts):
        yield "verdicts"
    if any(one.extent in {"partly", "refused"} and _is_empty(one.reason) and _is_empty(one.further) for one in letter.verdicts):
        yield "verdicts.reason"
    if any(_is_empty(finding.document) for finding in letter.findings):
        yield "findings.document"
    due = [one for one in letter.verdicts if one.kind not in {"explanation", "refusal"} and one.by is None]
    if due and not letter.execution:
        yield "execution"
    if letter.kind == "explanation" and not letter.instructions:
        yield "instructions"


def _of_done(letter: to_customer.Completed | to_customer.WithdrawalReminder) -> Iterable[str]:
    if any(_is_empty(one.what) or one.on is None for one in letter.done):
        yield "done"


_FURTHER: dict[type[Any], Callable[[Any], Iterable[str]]] = {
    to_customer.Clarification: lambda letter: () if letter.questions or letter.needs else ("questions",),
    to_customer.Decision: _of_decision,
    to_customer.ExecutionStatus: lambda letter: () if letter.done or letter.ahead else ("done",),
    to_customer.Completed: _of_done,
    to_customer.WithdrawalReminder: _of_done,
}

assert all(set(needed) <= {field.name for field in fields(kind)} for kind, needed in _NEEDED.items())
