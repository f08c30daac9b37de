"""What may follow a command: a reason, whom to wait for, what was decided, a letter to write. Each said in few words of one list. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from mailbot.claims.command import (
    ARGUMENTS,
    MOST_LETTERS,
    MOST_OF_A_LETTER,
    MOST_OF_A_NOTE,
    NEEDS_ARGUMENT,
    NEEDS_TEXT,
    WORDS,
    Command,
    Fault,
)
from mailbot.claims.decision_kinds import BEARERS, RESOLUTIONS, cut_bearer, table
from mailbot.claims.decision_words import without_fields
from mailbot.claims.demand_words import begins_with_demand, read_demands
from mailbot.claims.heard import read_customer
from mailbot.claims.remedy_words import CONSUMER, demands_named

BY_DEMAND = "demands"  # the argument of a decision that answers each demand for itself


REASONS = table({
    "withdrawn_in_writing": "withdrawn_in_writing withdrawn отозвана отозвано отзыв снята снято",
    "resolved_no_reply": "resolved_no_reply resolved решено решена урегулировано",
    "rejected_final": "rejected_final rejected отказ отказано отклонена",
    "duplicate": "duplicate дубликат дубль повтор",
    "court": "court суд",
})  # fmt: skip
WAITS = table({
    "clarification": "customer clarification the_customer клиента клиент покупателя ответа уточнения уточнений ответа_клиента",
    "documents": "documents papers photos документы документов фото фотографии фотографий",
    "payment_guarantee": "guarantee payment_guarantee letter_of_guarantee гарантийное_письмо гарантийного_письма гарантии_оплаты",
    "return_of_goods": "return return_of_goods goods возврата возврат товар товара изделие изделия",
    "inspection_date": "inspection_date дату_осмотра даты_осмотра дату_ревизии даты_ревизии",
    "design": "design designers конструкторов конструкторы кб записку",
    "inspection": "inspection осмотр осмотра ревизию ревизии экспертизу экспертизы",
})  # fmt: skip
WARRANTY = table({
    "valid": "valid running yes действует есть да гарантийный",
    "expired": "expired over no истекла закончилась кончилась нет негарантийный",
})  # fmt: skip
NOTHING_TO_DO = frozenset({"explanation", "refusal", "paid_repair"})  # of these nothing is carried out by a day
SURE = frozenset({"точно", "да", "sure", "yes"})
_ORIGINAL = re.compile(r"[\s,;.(]+(?:изначальный (?:дефект|брак)|(?:дефект|брак) изначальный|original defect)[\s.)]*$", re.IGNORECASE)
LAWYER = frozenset({"юристу", "юристам", "to the lawyer", "the lawyer"})
_CASE = re.compile(r"[\s,;:]*(?:к делу\s*|to\s*)?(?:№\s*)?\[?#?(\d{4})[-/](\d{4,9})\]?(?![\w/-])[\s.,;:]*", re.IGNORECASE)
_LOOSE = re.compile(r"(?:письмо\s*)?\[?[mм]-(?P<mail>\d{1,12})\]?(?![\w/-])[\s.,;:]*", re.IGNORECASE)
_BY_FORM = {"close": REASONS, "warranty": WARRANTY, "consumer": CONSUMER}
WITH = re.compile(r"^(?:с|со|и|with|and|into)\s+(?:дел\w+\s+|case\s+)?(?:№\s*)?", re.IGNORECASE)
_MORE_CASES = re.compile(r"[\s,;]*(?:(?:и|and)\s+)?(?:№\s*)?\d{4}[-/]\d{4,9}(?=[\s,;.]|$)", re.IGNORECASE)
_UNTIL = re.compile(r"\s*\b(?:до|by|until|till)\b\s*", re.IGNORECASE)
_AT_COST = re.compile(r"[,;]?\s*\b(?:за|at|on)\b(?P<who>.+)$")
_NOT_WHO = frozenset({"счет", "the", "cost", "costs", "expense", "of", "s"})
_CLOSING = re.compile(
    r"\s*(?:(?:с уважением|с наилучшими пожеланиями|(?:(?:many )?thanks (?:and|&) )?(?:kind |best |warm )?regards|(?:yours )?sincerely"
    r"|best wishes)\b"
    r"|(?:(?:all the )?best|cheers|всего (?:вам )?(?:доброго|хорошего|наилучшего))[\s,.!]*$)",
    re.IGNORECASE,
)
_NO_WORDS = re.compile(r"--\s*(?:\n|$)|(?:отправлено (?:с|со|из)|получить outlook|sent from|get outlook)\b", re.IGNORECASE)
_LINES_OF_A_SIGNATURE = 6


def checked(command: Command) -> Command | Fault:
    """The argument is one this command takes."""
    word, argument = command.word, command.argument
    if word == "take" and _plain(argument) in SURE:
        return replace(command, argument="", more="sure")
    if word not in ARGUMENTS:
        if command.number and re.fullmatch(rf"(?:{_MORE_CASES.pattern})+[\s,;.]*", argument, re.IGNORECASE):
            return Fault("one_case", argument[:40])
        return Fault("superfluous", argument[:40]) if argument.strip(".!?") else replace(command, argument="")
    if not argument and word in NEEDS_ARGUMENT:
        return Fault(f"needs_{word}" if word in _SAID else "reason" if word == "close" else "needs", word)
    if word == "close" and _plain(argument.rpartition(" ")[2]) in SURE:
        command, argument = replace(command, more="sure"), argument.rpartition(" ")[0]
    if word == "warranty" and (match := _ORIGINAL.search(argument)):
        command, argument = replace(command, more="original_defect"), argument[: match.start()]
    if word in _BY_FORM:
        found = _BY_FORM[word].get(_plain(argument))
        return replace(command, argument=found) if found is not None else Fault(_FAULT_OF[word], argument[:40])
    if word == "wait":
        return _waits(command)
    if word == "merge":
        return _merges(command)
    if word == "demands":
        named, unclear = demands_named(argument)
        return Fault("needs_demands", unclear[:40]) if unclear else replace(command, argument=",".join(named))
    if word == "help":
        about = WORDS.get(_plain(argument).lstrip("!"), "")
        return replace(command, argument=about) if about or not argument.strip(".!?") else Fault("unknown", argument[:40])
    if word == "assign" and _plain(argument) in LAWYER:  # «передать юристу»: as a refusal offers it
        return replace(command, word="legal", argument="")
    if word in {"assign", "category"}:
        return replace(command, argument=argument.strip("<>[]().,;").removeprefix("mailto:"))
    return command


_FAULT_OF = {"close": "reason", "warranty": "needs_warranty", "consumer": "needs_consumer"}
_SAID = frozenset({"wait", "warranty", "merge", "consumer", "demands"})  # these have a sentence of their own for what is missing


def with_text(command: Command, head: str, tail: Sequence[str]) -> Command | Fault:
    """A command whose text goes on to the end of the mail. Line breaks stay, but in a note."""
    word = command.word
    if word == "resolve":
        return _resolves(command, head, tail)
    if word == "customer":
        return _customer(command, [head, *tail])
    if word == "add":
        command, head = _adds(command, head)
    text = _letter([head, *tail])
    if word == "note":
        text = "\n\n".join(" ".join(paragraph.split()) for paragraph in re.split(r"\n\s*\n", text))
    if len(text) > (MOST_OF_A_NOTE if word == "note" else MOST_OF_A_LETTER):
        return Fault("long", word)
    if not text and word in NEEDS_TEXT:
        return Fault("needs", word)
    if word == "add":
        return replace(command, text=text)
    return replace(command, argument=text if word == "note" else "", text="" if word == "note" else text)


def _adds(command: Command, head: str) -> tuple[Command, str]:
    """Which mail is added to which case, in either order: «M-123 2026-0451», «2026-0451 M-123», or this very mail."""
    if command.number.startswith("M-"):
        match = _CASE.match(head)
        number = f"{match[1]}-{match[2]}" if match is not None else ""
        return replace(command, number=number, argument=command.number), head[match.end() :] if match is not None else head
    match = _LOOSE.match(head)
    if match is None:
        return replace(command, argument=""), head
    return replace(command, argument=f"M-{int(match['mail'])}"), head[match.end() :]


def _customer(command: Command, lines: Sequence[str]) -> Command | Fault:
    """The customer's address, and the name where one stands beside it: the first line that is written, below a ready reply too."""
    line = next((line.strip() for line in lines if line.strip()), "")
    before, _, last = line.rpartition(" ")
    if _plain(last) in SURE:
        command, line = replace(command, more="sure"), before
    name, address = read_customer(line) if len(line) <= MOST_LETTERS else ("", None)
    if address is None:
        return Fault("needs_customer", line[:40])
    return replace(command, argument=address.address, text=name)


def _letter(lines: Sequence[str]) -> str:
    """The lines without blank ones at both ends, and without a closing formula: every letter has its own signature."""
    kept = [line.rstrip() for line in lines]
    for at in range(max(1, len(kept) - _LINES_OF_A_SIGNATURE), len(kept)):
        if _CLOSING.match(kept[at]):
            kept = kept[:at]
            break
    return "\n".join(kept).strip()


def own_words(text: str) -> str:
    """A free answer; "" where it is nothing but a signature, or what a telephone writes by itself."""
    said = text.strip()
    return "" if _CLOSING.match(said) or _NO_WORDS.match(said) else said


def _waits(command: Command) -> Command | Fault:
    """For whom, and until when: "клиента до 12.12"."""
    whom, _, until = _parted(_UNTIL, command.argument)
    reason = WAITS.get(_plain(whom))
    if reason is None or not until:
        return Fault("needs_wait", command.argument[:40])
    return replace(command, argument=reason, more=until.strip(" ."))


def _resolves(command: Command, head: str, tail: Sequence[str]) -> Command | Fault:
    """What was decided, at whose cost and by when something is to be done, and the words of the letter below; or a decision by demand."""
    if (by_demand := _by_demand(command, head, tail)) is not None:
        return by_demand
    what, _, until = _parted(_UNTIL, head)
    said = folded(" ".join(what.split()).rstrip(".,"))
    bearer = ""
    if match := _AT_COST.search(said):
        words = [word for word in re.findall(r"[^\W\d_]+", match["who"]) if word not in _NOT_WHO]
        bearer = BEARERS.get(" ".join(words), "")
        if not bearer:
            return Fault("needs_resolve", head[:60])
        said = said[: match.start()]
    kind = RESOLUTIONS.get(_plain(said))
    text = _letter(["", *tail])
    if kind is None or (until and kind in NOTHING_TO_DO):
        return Fault("needs_resolve", head[:60] or "resolve")
    if len(text) > MOST_OF_A_LETTER:
        return Fault("long", "resolve")
    return replace(command, argument=kind, more=bearer, until=until.strip(" .,"), text=text)


def _by_demand(command: Command, head: str, tail: Sequence[str]) -> Command | Fault | None:
    """«1: вернуть 12 000 руб до 10.12; 2: отказать, потому что …», at once or below; «за наш счёт» before it holds for all."""
    bearer, first, _ = cut_bearer(head, folded(head)) if len(folded(head)) == len(head) else ("", head, "")
    text = _letter(["", first.strip(" ,;:."), *tail])
    if not begins_with_demand(text):
        return None
    if len(text) > MOST_OF_A_LETTER:
        return Fault("long", "resolve")
    if begins_with_demand(head):  # the cost stands within a demand
        bearer, text = "", _letter(["", head, *tail])
    unclear = read_demands(without_fields(text))[1]
    return Fault("needs_demand", unclear) if unclear else replace(command, argument=BY_DEMAND, more=bearer, text=text)


def _merges(command: Command) -> Command | Fault:
    """The other case's number («с 2026-0451», too), and "sure" where the customers differ."""
    other, _, rest = WITH.sub("", command.argument).partition(" ")
    if not re.fullmatch(r"\d{4}-\d{4,9}", other) or (rest and _plain(rest) not in SURE):
        return Fault("needs_merge", command.argument[:40])
    return replace(command, argument=other, more="sure" if rest else "")


def _parted(sign: re.Pattern[str], text: str) -> tuple[str, str, str]:
    match = sign.search(text)
    return (text[: match.start()], match[0], text[match.end() :]) if match is not None else (text, "", "")


def _plain(text: str) -> str:
    return " ".join(folded(text).replace("_", " ").strip(" .,;:!?").split())


def folded(text: str) -> str:
    return text.casefold().replace("ё", "е")
