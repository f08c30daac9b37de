"""The lines of a command mail become commands, all understood or none (behaviour.md 8). Pure; whose mail it is, is not asked here.

Survives what mail programs do to a line: a capital letter, NBSP, typographic quotes and hyphens, bold marks, Latin letters in a
Russian word, blank lines between commands, lines wrapped at 78.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace

MOST_LINES = 10
MOST_LETTERS = 200
MOST_OF_A_NOTE = 1_000
_WRAPPED_AT = 70  # a line this long, with the first word of the next, was wrapped by a mail program

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
}
_PLANNED = {
    "ask": "ask запросить",
    "reply": "reply ответ",
    "send": "send отправить",
    "approve": "approve согласовано",
    "reject": "reject вернуть",
    "memo": "memo записка",
    "wait": "wait ждем",
    "warranty": "warranty гарантия",
    "resolve": "resolve решение",
    "merge": "merge объединить",
    "split": "split разделить",
    "show": "show показать",
    "find": "find найти",
    "done": "done готово",
    "new": "new новая",
}
COMMANDS = tuple(_FORMS)
PLANNED_IN_RUSSIAN = {word: forms.split()[1] for word, forms in _PLANNED.items()}
WORDS = {form: word for table in (_FORMS, _PLANNED) for word, forms in table.items() for form in forms.split()}
ARGUMENTS = frozenset({"assign", "category", "note", "answered", "close"})  # commands that may say more than a case number
NEEDS_ARGUMENT = frozenset({"assign", "category", "note", "close"})
WITHOUT_CASE = frozenset({"help"})

_REASONS = {
    "withdrawn_in_writing": "withdrawn_in_writing withdrawn отозвана отозвано отзыв снята снято",
    "resolved_no_reply": "resolved_no_reply resolved решено решена урегулировано",
    "rejected_final": "rejected_final rejected отказ отказано отклонена",
    "duplicate": "duplicate дубликат дубль повтор",
    "court": "court суд",
}
REASONS = {form: reason for reason, forms in _REASONS.items() for form in forms.split()}

_SIGN = re.compile(r"[*_\"'«»„“”‘’\s]*[!\uff01]\s?(?=[^\W\d_])")
_QUOTED = re.compile(r"\s*[>|]")
_WORD = re.compile(r"[^\W\d_][^\W\d_-]*(?:-[^\W\d_]+)*")
_NUMBER = re.compile(r"(?:№|#|n[o°]?\.?)?\s*\[?#?\s*(\d{4})[-/](\d{4,9})\]?(?![\w/-])", re.IGNORECASE)
_TOKEN = re.compile(r"(?:^|\s)~(\S+)")
_IN_SUBJECT = re.compile(r"\[#(\d{4}-\d{4,9})\]")
_HYPHENS = re.compile(r"[\u2010-\u2015\u2212]")
_TO_CYRILLIC = str.maketrans("aceopxykmtbhu", "асеорхукмтвни")
_TO_LATIN = str.maketrans("асеорхукмтвні", "aceopxykmtbhi")
_MARKS = "*_\"'«»„“”‘’ \t"


@dataclass(frozen=True, slots=True)
class Command:
    """One line. `number` of the case, "" for the case of the letter that is answered; `token` of a ready reply, "" without."""

    word: str
    number: str = ""
    argument: str = ""
    token: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a line is not understood. `what`: unknown | planned | long | many | below | needs | superfluous | reason; `value` is shown."""

    what: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the lines say. With a fault nothing is done, whatever the other lines say."""

    commands: tuple[Command, ...] = ()
    faults: tuple[Fault, ...] = ()


def read_commands(text: str) -> Reading:
    """The commands at the top of a person's own words. Free text below them is no command, and a command below it is a fault."""
    lines, below = _command_lines(text)
    commands: list[Command] = []
    faults = [Fault("below", line[:40]) for line in below[:1]]
    if len(lines) > MOST_LINES:
        return Reading((), (Fault("many", str(MOST_LINES)),))
    for line in lines:
        read = _command(line)
        if isinstance(read, Command):
            commands.append(read)
        else:
            faults.append(read)
    return Reading(tuple(commands), tuple(faults))


def number_in_subject(subject: str) -> str:
    """The case number of our tag in a subject, "" where there is none or more than one."""
    found = set(_IN_SUBJECT.findall(_plain(subject)))
    return found.pop() if len(found) == 1 else ""


def _plain(line: str) -> str:
    """Without what cannot be seen, one kind of space and one kind of hyphen."""
    seen = "".join(" " if unicodedata.category(c) in {"Zs", "Cc"} else c for c in line if unicodedata.category(c) != "Cf")
    return _HYPHENS.sub("-", unicodedata.normalize("NFC", seen))


def _command_lines(text: str) -> tuple[list[str], list[str]]:
    """The command lines at the top, each whole, and those that stand below other words."""
    found: list[str] = []
    below: list[str] = []
    ended, last = False, ""  # `last`: the line before as it came, "" after a blank one
    for raw in text.splitlines():
        line = _plain(raw).rstrip()
        if not line.strip() or not line.strip(_MARKS):
            last = ""
        elif _QUOTED.match(line):
            ended, last = True, ""
        elif match := _SIGN.match(line):
            rest = line[match.end() :].strip(_MARKS)
            if not ended:
                found.append(rest)
            elif _word(rest)[0]:
                below.append(rest)
            last = line
        elif found and not ended and last and _goes_on(found[-1], last, line):
            found[-1] = f"{found[-1]} {line.strip(_MARKS)}"
            last = line
        else:
            ended, last = True, ""
    return found, below


def _goes_on(command: str, last: str, line: str) -> bool:
    """The line belongs to the command above it: a note goes on until a blank line, another where it was wrapped."""
    return _word(command)[0] == "note" or len(last) + 1 + len(line.split(maxsplit=1)[0]) > _WRAPPED_AT


def _command(line: str) -> Command | Fault:
    word, rest = _word(line)
    if not word:
        return Fault("unknown", line.split(maxsplit=1)[0][:40] if line else "")
    if word in _PLANNED:
        return Fault("planned", word)
    token = ""
    if tokens := _TOKEN.findall(rest):
        token, rest = tokens[0].strip(_MARKS).casefold(), _TOKEN.sub(" ", rest)
        if len(tokens) > 1:
            return Fault("superfluous", "~" + tokens[1][:20])
    rest = rest.strip(_MARKS + ":,;")
    number = _NUMBER.match(rest)
    if number is not None:
        rest = rest[number.end() :].strip(_MARKS + ":,;")
    argument = " ".join(rest.split())
    if len(argument) > (MOST_OF_A_NOTE if word == "note" else MOST_LETTERS):
        return Fault("long", word)
    return _checked(Command(word, f"{number[1]}-{number[2]}" if number is not None else "", argument, token))


def _checked(command: Command) -> Command | Fault:
    """The argument is one this command takes."""
    word, argument = command.word, command.argument
    if word not in ARGUMENTS and argument.strip(".!?"):
        return Fault("superfluous", argument[:40])
    if word not in ARGUMENTS:
        return replace(command, argument="")
    if word in NEEDS_ARGUMENT and not argument:
        return Fault("reason" if word == "close" else "needs", word)
    if word == "close":
        reason = REASONS.get(_folded(argument).rstrip(".").replace(" ", "_"))
        return replace(command, argument=reason) if reason is not None else Fault("reason", argument[:40])
    if word in {"assign", "category"}:
        return replace(command, argument=argument.strip("<>[]().,;").removeprefix("mailto:"))
    return command


def _word(line: str) -> tuple[str, str]:
    """The command the line begins with and what follows it; "" for a word that is none."""
    for several in ("не претензия", "not a claim"):
        if _folded(line[: len(several)]) == several:
            return "not-a-claim", line[len(several) :]
    match = _WORD.match(line)
    if match is None:
        return "", line
    word = _folded(match[0])
    for form in (word, word.translate(_TO_CYRILLIC), word.translate(_TO_LATIN)):
        if form in WORDS:
            return WORDS[form], line[match.end() :].lstrip(".:,*_ ")
    return "", line


def _folded(text: str) -> str:
    return text.casefold().replace("ё", "е")
