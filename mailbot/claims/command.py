"""A command as a value, and the words it is written with in both languages. Pure."""

from __future__ import annotations

from dataclasses import dataclass

MOST_LINES = 10
MOST_LETTERS = 200
MOST_OF_A_NOTE = 4_000
MOST_OF_A_LETTER = 20_000

_FORMS = {
    "take": "take взять беру",
    "assign": "assign передать",
    "claim": "claim претензия",
    "not-a-claim": "not-a-claim не-претензия",
    "category": "category категория",
    "note": "note заметка",
    "answered": "answered отвечено ответил ответила",
    "close": "close закрыть",
    "reopen": "reopen открыть",
    "status": "status статус",
    "help": "help помощь",
    "undo": "undo отмена отменить",
    "ask": "ask запросить",
    "reply": "reply ответ",
    "send": "send отправить отправляй",
    "approve": "approve согласовано согласен согласна",
    "reject": "reject вернуть",
    "memo": "memo записка",
    "wait": "wait ждем жду",
    "warranty": "warranty гарантия",
    "resolve": "resolve решение",
    "merge": "merge объединить",
    "split": "split разделить",
    "show": "show показать",
    "find": "find найти",
    "done": "done готово",
    "completed": "completed исполнено выполнено",
    "holding": "holding промежуточно держать-в-курсе",
    "new": "new новая новое",
    "progress": "progress ход",
    "inspect": "inspect inspection осмотр",
    "thank": "thank thanks поблагодарить спасибо",
    "regress": "regress регресс",
    "legal": "legal lawyer юрист юристу",
    "add": "add attach приобщить",
    "guarantee": "guarantee guaranteed гарантийное",
    "inspected": "inspected осмотрено осмотрели",
    "withdraw": "withdraw отозвать",
    "consumer": "consumer потребитель",
    "demands": "demands demand требования требование",
    "customer": "customer client клиент",
}
COMMANDS = tuple(_FORMS)
WORDS = {form: word for word, forms in _FORMS.items() for form in forms.split()}
# what follows these, to the end of the mail, is theirs
TEXTS = frozenset({
    "note", "ask", "reply", "memo", "reject", "resolve", "approve", "completed", "new", "progress", "inspect", "regress", "legal", "add",
    "guarantee", "inspected", "customer",
})  # fmt: skip
ARGUMENTS = frozenset({
    "assign", "category", "answered", "close", "wait", "warranty", "resolve", "merge", "find", "holding", "help", "consumer",
    "demands", *TEXTS,
})  # fmt: skip
NEEDS_ARGUMENT = frozenset({
    "assign", "category", "close", "wait", "warranty", "resolve", "merge", "find", "holding", "consumer", "demands",
})  # fmt: skip
NEEDS_TEXT = frozenset({"note", "ask", "reply", "memo", "reject", "completed", "progress", "inspect", "regress", "customer"})
WITHOUT_CASE = frozenset({"help", "find", "new"})
WITHOUT_LETTER = frozenset({"new"})  # a claim heard by telephone answers no letter of ours: the sender's proof suffices


@dataclass(frozen=True, slots=True)
class Command:
    """One line and what follows it. `number` of the case, "" for the case of the letter that is answered; `token` of a ready reply.

    `more` is a second argument: until when to wait, at whose cost, "sure"; `until`: by when a decision is carried out.
    `text`: what is to be written, line by line as it came.
    """

    word: str
    number: str = ""
    argument: str = ""
    token: str = ""
    more: str = ""
    until: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a line is not understood. `what`: unknown | long | many | below | cut | needs | superfluous | one_case | reason, or `needs_…` a
    wait, warranty, resolve, merge, consumer, demands or customer; `value` is shown, and the whole `line` where it is one. `meant`: the
    command, or those it may have meant. `number` and `token`: the line's own, where it has them; a ready reply sent as it is, without the
    text it asks for, still proves whose it is.
    """

    what: str
    value: str = ""
    line: str = ""
    meant: tuple[str, ...] = ()
    number: str = ""
    token: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the lines say. With a fault nothing is done, whatever the other lines say."""

    commands: tuple[Command, ...] = ()
    faults: tuple[Fault, ...] = ()
