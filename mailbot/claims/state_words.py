"""States, events and reason codes of a case in words, and the sentence of a move that the table does not have. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mailbot.claims.case import Refusal, State
from mailbot.claims.command_words import NAMES

STATE_NAMES: Mapping[str, Mapping[str, str]] = {
    "ru": {
        "new": "получено", "triage": "на разборе", "registered": "зарегистрировано", "review": "на рассмотрении",
        "waiting_customer": "ждём клиента", "approval": "на согласовании", "execution": "исполняется",
        "awaiting_withdrawal": "ждём подтверждения, что вопрос закрыт", "closed": "закрыто", "not_claim": "не претензия",
    },
    "en": {
        "new": "received", "triage": "to be sorted", "registered": "registered", "review": "under review",
        "waiting_customer": "waiting for the customer", "approval": "waiting for approval", "execution": "being carried out",
        "awaiting_withdrawal": "awaiting confirmation that it is settled", "closed": "closed", "not_claim": "not a claim",
    },
}  # fmt: skip
EVENT_NAMES: Mapping[str, Mapping[str, str]] = {
    "ru": {
        "fetched": "принять письмо", "registered": "зарегистрировать", "read_again": "прочитать заново", "doubted": "отдать на разбор",
        "confirmed": "подтвердить как претензию", "not_claim": "признать не претензией", "review": "взять в работу",
        "asked": "запросить у клиента", "customer_replied": "отметить ответ клиента", "guarantee_came": "отметить гарантийное письмо",
        "wait_ended": "вернуть в работу: день, до которого ждали, наступил",
        "reminded": "напомнить клиенту", "silence_drafted": "составить ответ без дополнительных данных",
        "department_reminded": "напомнить отделу", "waits": "ждать внутри компании", "submitted": "отдать ответ на согласование",
        "returned": "вернуть с замечаниями", "withdrawn_draft": "отозвать ответ с согласования", "decision_sent": "отправить решение",
        "offer_sent": "отправить предложение платного ремонта", "explanation_sent": "отправить разъяснение",
        "inspected": "отметить осмотр", "executed": "отметить исполнение", "withdrawal_reminded": "напомнить об отзыве претензии",
        "closed": "закрыть", "further_mail": "приобщить письмо", "reopened": "открыть снова", "legal_hold": "передать юристу",
    },
    "en": {
        "fetched": "take in the mail", "registered": "register", "read_again": "read again", "doubted": "put into triage",
        "confirmed": "confirm as a claim", "not_claim": "say that it is no claim", "review": "take it up",
        "asked": "ask the customer", "customer_replied": "note the customer's answer", "guarantee_came": "note the payment guarantee",
        "wait_ended": "take it back: the day until which we waited has come",
        "reminded": "remind the customer", "silence_drafted": "draft an answer without further data",
        "department_reminded": "remind the department", "waits": "wait inside the house", "submitted": "submit the answer for approval",
        "returned": "return it with remarks", "withdrawn_draft": "take the draft back", "decision_sent": "send the decision",
        "offer_sent": "send the paid-repair offer", "explanation_sent": "send the explanation",
        "inspected": "note the inspection", "executed": "note that it is done", "withdrawal_reminded": "remind of the withdrawal",
        "closed": "close", "further_mail": "add the mail", "reopened": "open again", "legal_hold": "hand over to the lawyer",
    },
}  # fmt: skip
COLUMN_NAMES: Mapping[str, Mapping[str, str]] = {  # what an undo puts back
    "ru": {
        "state": "состояние", "assigned_to": "кто ведёт дело", "category": "категория", "answered_at": "отметка об ответе",
        "wait_reason": "кого ждём", "cost_bearer": "за чей счёт", "remedies": "требования", "consumer": "кто клиент",
        "warranty_status": "гарантия", "holding_on": "промежуточные письма", "wait_until": "до какого дня ждём",
        "next_news_by": "день следующей новости",
    },
    "en": {
        "state": "the state", "assigned_to": "who is in charge", "category": "the category", "answered_at": "the mark “answered”",
        "wait_reason": "whom it waits for", "cost_bearer": "who pays", "remedies": "the demands", "consumer": "who the customer is",
        "warranty_status": "the warranty", "holding_on": "holding notes", "wait_until": "until when it waits",
        "next_news_by": "the day of the next news",
    },
}  # fmt: skip
REASON_NAMES: Mapping[str, Mapping[str, str]] = {
    "ru": {
        "clarification": "уточнение", "documents": "документы", "payment_guarantee": "гарантийное письмо",
        "return_of_goods": "возврат товара", "inspection_date": "дата осмотра", "design": "ответ конструкторского отдела",
        "inspection": "осмотр", "withdrawn_in_writing": "отозвана письменно", "resolved_no_reply": "решено, ответа нет",
        "rejected_final": "отказ", "duplicate": "дубликат", "merged": "объединено с другим делом", "court": "суд", "history": "история",
    },
    "en": {
        "clarification": "a clarification", "documents": "documents", "payment_guarantee": "a payment guarantee",
        "return_of_goods": "the goods to come back", "inspection_date": "a date for the inspection", "design": "the design department",
        "inspection": "the inspection", "withdrawn_in_writing": "withdrawn in writing", "resolved_no_reply": "resolved, no reply",
        "rejected_final": "rejected", "duplicate": "a duplicate", "merged": "merged with another case", "court": "court",
        "history": "history",
    },
}  # fmt: skip
_ROLE_NAMES: Mapping[str, Mapping[str, str]] = {
    "ru": {
        "bot": "программа", "specialist": "специалист", "head": "руководитель", "director": "директор", "legal": "юрист",
        "operator": "администратор",
    },
    "en": {
        "bot": "the program", "specialist": "a specialist", "head": "the head of department", "director": "the director",
        "legal": "the lawyer", "operator": "the operator",
    },
}  # fmt: skip
_REFUSALS: Mapping[str, Mapping[str, str]] = {
    "ru": {
        "state": "Дело в состоянии «{state}»: {event} сейчас нельзя. Можно: {possible}.",
        "role": "Дело в состоянии «{state}»: {event} может только {possible}.",
        "reason": "Чтобы {event}, назовите причину: {possible}.",
        "cost_bearer": "Чтобы {event}, сначала укажите, за чей счёт: {possible}.",
        "guarantee": "Дело не ждёт гарантийного письма: {event} сейчас нельзя. Можно: {possible}.",
    },
    "en": {
        "state": "The case is “{state}”: it is not possible now to {event}. Possible: {possible}.",
        "role": "The case is “{state}”: to {event} is for {possible}.",
        "reason": "To {event} give a reason: {possible}.",
        "cost_bearer": "To {event} say first who bears the cost: {possible}.",
        "guarantee": "The case does not wait for a payment guarantee: it is not possible now to {event}. Possible: {possible}.",
    },
}
_COMMAND_OF = {  # the command that makes each move
    "confirmed": "claim", "not_claim": "not-a-claim", "review": "take", "asked": "ask", "waits": "wait", "submitted": "resolve",
    "silence_drafted": "resolve", "returned": "reject", "decision_sent": "send", "offer_sent": "send", "explanation_sent": "send",
    "guarantee_came": "guarantee", "withdrawn_draft": "withdraw", "inspected": "inspected",
    "executed": "completed", "closed": "close", "further_mail": "add", "reopened": "reopen", "legal_hold": "legal",
}  # fmt: skip
_BEARERS = {
    "ru": {"ours": "мы", "customer": "клиент", "carrier": "перевозчик", "supplier": "поставщик", "disputed": "спорно"},
    "en": {"ours": "we", "customer": "the customer", "carrier": "the carrier", "supplier": "the supplier", "disputed": "disputed"},
}


def state_name(state: State, language: str) -> str:
    """How a state is called. Any language but Russian gives English, here and below."""
    return STATE_NAMES[_tongue(language)][state.value]


def say_refusal(refusal: Refusal, language: str) -> str:
    """Why the move is not possible, and what is."""
    tongue = _tongue(language)
    words = {"state": EVENT_NAMES, "guarantee": EVENT_NAMES, "role": _ROLE_NAMES, "reason": REASON_NAMES, "cost_bearer": _BEARERS}
    names: Mapping[str, str] = words[refusal.why][tongue]
    codes = refusal.why in {"reason", "cost_bearer"}
    moves = refusal.why in {"state", "guarantee"}
    return _REFUSALS[tongue][refusal.why].format(
        state=STATE_NAMES[tongue][refusal.state.value],
        event=EVENT_NAMES[tongue].get(refusal.event, refusal.event),
        possible=", ".join(_as_commands(refusal.possible, tongue) if moves else _listed(refusal.possible, names, codes=codes)),
    )


def _as_commands(events: Iterable[str], tongue: str) -> Iterable[str]:
    """What a person can do now, with the command that does it; a move that no command makes is not offered."""
    words = ((event, _COMMAND_OF[event]) for event in events if event in _COMMAND_OF)
    return (f"{EVENT_NAMES[tongue][event]} ({NAMES[tongue][word].split()[0]})" for event, word in words)


def _listed(possible: Iterable[str], names: Mapping[str, str], *, codes: bool) -> Iterable[str]:
    return (f"{one} ({names.get(one, one)})" if codes else names.get(one, one) for one in possible)


def _tongue(language: str) -> str:
    return "ru" if language == "ru" else "en"
