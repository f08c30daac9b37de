"""The lines of a command mail become commands, all understood or none (behaviour.md 8). Pure; whose mail it is, is not asked here.

Survives what mail programs do to a line: a capital letter, NBSP, typographic quotes and hyphens, bold marks, Latin letters in a
Russian word, blank lines between commands, lines wrapped at 78.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace

from mailbot.claims.command import MOST_LETTERS, MOST_LINES, TEXTS, WORDS, Command, Fault, Reading
from mailbot.claims.command_arguments import WITH, checked, folded, with_text
from mailbot.claims.command_lines import is_greeting
from mailbot.claims.conversation import normal_subject
from mailbot.claims.near_commands import nearest_commands

_WRAPPED_AT = 70  # a line this long, with the first word of the next, was wrapped by a mail program
_SHOWN = 80  # letters of a line that nobody understands

_SIGN = re.compile(r"[*_\"'«»„“”‘’\s]*[!\uff01]\s?(?=[^\W\d_])")
_QUOTED = re.compile(r"\s*[>|]")
_WORD = re.compile(r"[^\W\d_][^\W\d_-]*(?:-[^\W\d_]+)*")
_NUMBER = re.compile(r"(?:№|#|n[o°]?\.?)?\s*\[?#?\s*(\d{4})[-/](\d{4,9})\]?(?![\w/-])", re.IGNORECASE)
_MAIL = re.compile(r"(?:письмо\s*)?\[?[mм]-(\d{1,12})\]?(?![\w/-])", re.IGNORECASE)
_TOKEN = re.compile(r"(?:^|\s)~(\S+)")
_TEXT_TOKEN = re.compile(r"(?:^|\s)~(\w{1,8}\.\d{8}\.\w{20,40})\b")  # in a letter "~5 кг" is no token
_IN_SUBJECT = re.compile(r"\[#(\d{4}-\d{4,9})\]")
_HYPHENS = re.compile(r"[\u2010-\u2015\u2212]")
_TO_CYRILLIC = str.maketrans("aceopxykmtbhu", "асеорхукмтвни")
_TO_LATIN = str.maketrans("асеорхукмтвні", "aceopxykmtbhi")
_THANKS = frozenset({"thank", "thanks", "спасибо"})
_MARKS = "*_\"'«»„“”‘’ \t"


def read_commands(text: str) -> Reading:
    """The commands at the top of a person's own words. Free text below them is no command, and a command below it is a fault."""
    lines, below, cut_off = _command_lines(text)
    commands: list[Command] = []
    faults = [Fault("below", line[:40]) for line in below[:1]] + [Fault("cut", line[:40]) for line in cut_off[:1]]
    if len(lines) > MOST_LINES:
        return Reading((), (Fault("many", str(MOST_LINES)),))
    for line in lines:
        read = _command(line)
        if isinstance(read, Command):
            commands.append(read)
        else:
            meant = nearest_commands(read.value) if read.what == "unknown" else (_word(line.head)[0],)
            faults.append(replace(read, line=line.head[:_SHOWN], meant=meant))
    return Reading(tuple(commands), tuple(faults))


def as_typed(text: str, word: str, number: str) -> str:
    """The lines of her command about this case as she wrote them, the number in them and no token; "" where there are none."""
    for line in _command_lines(text)[0]:
        named = [f"{year}-{one}" for year, one in _NUMBER.findall(line.head)]
        if _word(line.head)[0] == word and (not named or number in named):
            first, _, rest = _TEXT_TOKEN.sub("", line.head).partition(" ")
            head = f"!{first} {rest}".rstrip() if named else f"!{first} {number} {rest}".rstrip()
            return "\n".join([head, *line.tail]).rstrip()
    return ""


def case_named(reading: Reading) -> str:
    """The one case that the lines name, those too that are not understood; "" where they name none or several."""
    named = {command.number for command in reading.commands if command.number}
    named |= {f"{year}-{number}" for fault in reading.faults for year, number in _NUMBER.findall(fault.line)}
    return named.pop() if len(named) == 1 else ""


def number_in_subject(subject: str) -> str:
    """The case number of our tag in a subject, "" where there is none or more than one."""
    found = set(_IN_SUBJECT.findall(_plain(subject)))
    return found.pop() if len(found) == 1 else ""


def command_in_subject(subject: str) -> str:
    """The command that stands in a subject behind its answer marks, in small letters; "" for none. None is carried out from there."""
    said = normal_subject(_plain(subject))
    match = _SIGN.match(said)
    return said[:_SHOWN] if match is not None and _word(said[match.end() :])[0] else ""


def unmarked_command(text: str) -> tuple[str, str]:
    """The first line that is a command but for its "!", alone or with a number: as it would be written, and the command's word.

    ("", "") where there is none. It is said, and never carried out; who writes «спасибо» thanks the program, not the customer.
    """
    for line in text.splitlines():
        said = _plain(line).strip(_MARKS + ".,:;!?")
        word, rest = _word(said)
        if not word or folded(said) in _THANKS:
            continue
        if not _numbered(rest.strip(_MARKS + ".,:;"))[1]:  # nothing but the number of a case
            return f"!{said}", word
    return "", ""


def _plain(line: str) -> str:
    """Without what cannot be seen, one kind of space and one kind of hyphen."""
    seen = "".join(" " if unicodedata.category(c) in {"Zs", "Cc"} else c for c in line if unicodedata.category(c) != "Cf")
    return _HYPHENS.sub("-", unicodedata.normalize("NFC", seen))


@dataclass(slots=True)
class _Line:
    """A command line as it stands, whole, and the lines below it that are its text."""

    head: str
    tail: list[str] = field(default_factory=list)

    @property
    def takes_text(self) -> bool:
        return _word(self.head)[0] in TEXTS


def _command_lines(text: str) -> tuple[list[_Line], list[str], list[str]]:
    """The command lines at the top, those that stand below other words, and words of a letter that a quoted line cuts off."""
    found: list[_Line] = []
    below: list[str] = []
    cut_off: list[str] = []
    ended, last, quoted = False, "", False  # `last`: the line before as it came, "" after a blank one; `quoted`: within a letter
    for raw in text.splitlines():
        line = _plain(raw).rstrip()
        writing = bool(found) and not ended and found[-1].takes_text
        if not line.strip() or not line.strip(_MARKS):
            last = ""
            if writing:
                found[-1].tail.append("")
        elif _QUOTED.match(line):
            ended, last, quoted = True, "", quoted or writing
            cut_off += [line.strip()] if writing and line.lstrip().startswith("|") else []  # a table, not a quote
        elif match := _SIGN.match(line):
            rest = line[match.end() :].strip(_MARKS)
            if not ended:
                found.append(_Line(rest))
            elif _word(rest)[0]:
                below.append(rest)
            last = line
        elif writing:
            found[-1].tail.append(line)
        elif found and not ended and last and _was_wrapped(last, line):
            found[-1].head = f"{found[-1].head} {line.strip(_MARKS)}"
            last = line
        elif found or ended or not is_greeting(line):  # who greets the program first commands it all the same
            ended, last = True, ""
            cut_off += [line.strip()] if quoted else []  # or the customer would have half of the letter
    return found, below, cut_off


def _was_wrapped(last: str, line: str) -> bool:
    """The line belongs to the command above it: a mail program broke it there."""
    return len(last) + 1 + len(line.split(maxsplit=1)[0]) > _WRAPPED_AT


def _command(line: _Line) -> Command | Fault:
    word, rest = _word(line.head)
    if not word:
        return Fault("unknown", line.head.split(maxsplit=1)[0][:40] if line.head else "")
    token = ""
    if tokens := (_TEXT_TOKEN if word in TEXTS else _TOKEN).findall(rest):
        token, rest = tokens[0].strip(_MARKS).casefold(), (_TEXT_TOKEN if word in TEXTS else _TOKEN).sub(" ", rest)
        if len(tokens) > 1:
            return Fault("superfluous", "~" + tokens[1][:20])
    rest = rest.strip(_MARKS + ":,;")
    number, rest = _numbered(rest) if word != "find" else ("", rest)  # a case may be looked for by its number
    if not number and word not in (TEXTS - {"customer"}) | {"find", "merge"}:
        number, rest = _numbered_last(rest)
    if word == "merge" and number:
        other, rest = _numbered(WITH.sub("", rest))
        number, rest = (number, f"{other} {rest}") if other else ("", f"{number} {rest}")
    argument = " ".join(rest.split())
    if word not in TEXTS and len(argument) > MOST_LETTERS:
        return Fault("long", word)
    command = Command(word, number, argument, token)
    read = with_text(command, rest, line.tail) if word in TEXTS else checked(command)
    return replace(read, number=number, token=token) if isinstance(read, Fault) else read


def _numbered(rest: str) -> tuple[str, str]:
    """The number a command begins with, of a case or of a mail that has none ("M-123"), and what follows."""
    if match := _NUMBER.match(rest):
        return f"{match[1]}-{match[2]}", rest[match.end() :].strip(_MARKS + ":,;")
    if match := _MAIL.match(rest):
        return f"M-{int(match[1])}", rest[match.end() :].strip(_MARKS + ":,;")
    return "", rest


def _numbered_last(rest: str) -> tuple[str, str]:
    """The case number a command ends with, and what stands before it: «закрыть отозвана 2026-0451»."""
    before, _, last = rest.rstrip(_MARKS + ".,;").rpartition(" ")
    match = _NUMBER.fullmatch(last)
    return (f"{match[1]}-{match[2]}", before.rstrip(_MARKS + ":,;№#")) if match else ("", rest)


def _word(line: str) -> tuple[str, str]:
    """The command the line begins with and what follows it; "" for a word that is none."""
    for several in ("не претензия", "not a claim"):
        if folded(line[: len(several)]) == several:
            return "not-a-claim", line[len(several) :]
    match = _WORD.match(line)
    if match is None:
        return "", line
    word = folded(match[0])
    for form in (word, word.translate(_TO_CYRILLIC), word.translate(_TO_LATIN)):
        if form in WORDS:
            return WORDS[form], line[match.end() :].lstrip(".:,*_ ")
    return "", line
