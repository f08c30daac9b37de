"""The sentences of a command's result, in both languages: what was done, why nothing was, what is possible. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mailbot.claims.case import OPEN_STATES, State
from mailbot.claims.command import Command, Fault
from mailbot.claims.command_sentences import KINDS, LISTS, SENTENCES

NAMES = {  # how a command is written in each language
    "ru": {
        "take": "!взять", "assign": "!передать КОМУ", "claim": "!претензия", "not-a-claim": "!не-претензия", "category": "!категория КАКАЯ",
        "note": "!заметка ТЕКСТ", "answered": "!отвечено [ДАТА]", "close": "!закрыть ПРИЧИНА", "reopen": "!открыть", "status": "!статус",
        "help": "!помощь", "undo": "!отмена", "ask": "!запросить ВОПРОСЫ", "reply": "!ответ ТЕКСТ", "send": "!отправить",
        "approve": "!согласовано", "reject": "!вернуть ПОЧЕМУ", "memo": "!записка ВОПРОС", "wait": "!ждём КОГО до ДАТЫ",
        "warranty": "!гарантия действует|истекла", "resolve": "!решение ВИД", "merge": "!объединить НОМЕР", "split": "!разделить",
        "show": "!показать", "find": "!найти СЛОВА", "done": "!готово", "new": "!новая ЧТО СЛУЧИЛОСЬ",
        "completed": "!исполнено ЧТО", "holding": "!промежуточно до ДАТЫ", "progress": "!ход до ДАТЫ", "inspect": "!осмотр КОГДА",
        "thank": "!поблагодарить", "regress": "!регресс К КОМУ", "legal": "!юрист ПОЧЕМУ", "add": "!приобщить [ПИСЬМО]",
        "guarantee": "!гарантийное [№ И ДАТА]", "inspected": "!осмотрено [ИТОГ]", "withdraw": "!отозвать",
        "consumer": "!потребитель да|нет", "demands": "!требования КАКИЕ", "customer": "!клиент АДРЕС",
    },
    "en": {
        "take": "!take", "assign": "!assign WHO", "claim": "!claim", "not-a-claim": "!not-a-claim", "category": "!category WHICH",
        "note": "!note TEXT", "answered": "!answered [DATE]", "close": "!close REASON", "reopen": "!reopen", "status": "!status",
        "help": "!help", "undo": "!undo", "ask": "!ask QUESTIONS", "reply": "!reply TEXT", "send": "!send",
        "approve": "!approve", "reject": "!reject WHY", "memo": "!memo QUESTION", "wait": "!wait WHOM until DATE",
        "warranty": "!warranty valid|expired", "resolve": "!resolve KIND", "merge": "!merge NUMBER", "split": "!split",
        "show": "!show", "find": "!find WORDS", "done": "!done", "new": "!new WHAT HAPPENED",
        "completed": "!completed WHAT", "holding": "!holding until DATE", "progress": "!progress until DATE", "inspect": "!inspect WHEN",
        "thank": "!thank", "regress": "!regress ON WHOM", "legal": "!legal WHY", "add": "!add [MAIL]",
        "guarantee": "!guarantee [NUMBER AND DATE]", "inspected": "!inspected [FINDINGS]", "withdraw": "!withdraw",
        "consumer": "!consumer yes|no", "demands": "!demands WHICH", "customer": "!customer ADDRESS",
    },
}  # fmt: skip

_WORK = ("reply", "ask", "memo", "wait", "warranty", "resolve", "holding")
_CUSTOMER = ("consumer", "demands", "customer")
_MOST_LISTED = 5  # cases of a letter that a refusal names
_ALWAYS = ("add", "legal", "regress", "note", "show", "status")


def possible(state: State) -> tuple[str, ...]:
    """The commands a case in this state allows (domain.md 1.3), the likeliest first."""
    if state in {State.NEW, State.TRIAGE}:
        return ("claim", "not-a-claim", "take", "assign", "category", *_CUSTOMER, "merge", "split", "close", *_ALWAYS)
    if state is State.NOT_CLAIM:
        return ("claim", "category", "note", "show", "status")
    if state is State.CLOSED:
        return ("reopen", "thank", "answered", "category", "merge", "split", *_ALWAYS)
    first = {
        State.REGISTERED: ("take", *_WORK, "inspect"),
        State.REVIEW: (*_WORK, "inspect", "inspected", "guarantee", "send"),
        State.WAITING_CUSTOMER: (*_WORK, "guarantee", "inspect", "inspected", "send"),
        State.APPROVAL: ("approve", "reject", "withdraw", "send", *_WORK),
        State.EXECUTION: ("completed", "progress", "inspected", "inspect", *_WORK, "send"),
        State.AWAITING_WITHDRAWAL: ("thank", *_WORK, "send"),
    }.get(state, (*_WORK, "inspect", "send"))
    return (*dict.fromkeys((*first, "take", "answered", "assign", "category", *_CUSTOMER, "merge", "split", "close", "thank", *_ALWAYS)),)


def is_possible(word: str, state: State) -> bool:
    if word in {"undo", "help", "send", "approve", "reject", "withdraw"}:  # whether there is a draft, the drafts say
        return True
    return word in possible(state) or (word == "close" and state in OPEN_STATES)


def say(name: str, language: str, values: Mapping[str, str] | None = None) -> str:
    """One of the sentences; any language but Russian gives English."""
    tongue = _tongue(language)
    said = SENTENCES[tongue][name].format_map({**LISTS[tongue], **(values or {})}).strip()
    return said.replace("г..", "г.")  # a sentence that ends with a day has its full stop


def say_which(command: Command, numbers: Iterable[str], language: str) -> str:
    """That the letter answered is about several cases, and how the command names one of them."""
    known = sorted(numbers)
    listed = ", ".join(known[:_MOST_LISTED]) + ("…" if len(known) > _MOST_LISTED else "")
    return say("which", language, {"value": listed, "command": NAMES[_tongue(language)][command.word].split(maxsplit=1)[0]})


def say_kind(kind: str, language: str) -> str:
    """What was decided, whom is waited for, at whose cost: as our people say it."""
    return KINDS[_tongue(language)].get(kind, kind)


def say_fault(fault: Fault, language: str) -> str:
    """Why a line is not understood, and what is possible: the line as it came, and how it is written."""
    if fault.what == "unknown":
        left, right = "«»" if _tongue(language) == "ru" else "“”"
        meant = f" {say('or', language)} ".join(f"{left}{one}{right}" for one in forms(fault.meant, language))
        values = {"value": fault.value, "line": fault.line or fault.value, "form": meant}
        return say("unknown_near" if meant else "unknown", language, values)
    form = NAMES[_tongue(language)].get(fault.value, "")
    shown = form.split()[0] if form and fault.what in {"needs", "long"} else fault.value
    said = say(fault.what, language, {"value": shown, "form": form})
    return f"{say('line', language, {'line': fault.line})} {said}" if fault.line and fault.what != "long" else said


def forms(words: tuple[str, ...], language: str) -> tuple[str, ...]:
    """How these commands are written."""
    return tuple(NAMES[_tongue(language)][word] for word in words)


def _tongue(language: str) -> str:
    return "ru" if language == "ru" else "en"
