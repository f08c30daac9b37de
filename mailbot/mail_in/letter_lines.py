"""Lines of letters: quoted ones, rules, `От: …` labels and the blocks they form. Never raises; linear, bounded."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from mailbot.mail_in.letter_words import ENDS, LABELS

MAX_LINES = 20_000  # heads are looked for in so many lines; what follows is read for `>` only
MAX_LINE = 500
MAX_BLOCK = 40  # lines of a header block with its folded lists of people
_DECORATION = " \t-–—_=*~#>|:.,•\u200e\u200f\u202a\ufeff"
_RULE = re.compile(r"^[\s>*]{0,8}(?:[-–—_=~*#][ ]?){4,}[\s*]*$")
_LABEL_SPLIT = re.compile(r"[:：]")
_QUOTED = re.compile(r"^ ?(?:[A-ZА-ЯЁ]{1,3}[a-zа-яё]?)?>")  # also The Bat!'s initials: `ИП> `
EMAIL = re.compile(r"[^\s<>()\[\]\",;:@«»„“”]{1,100}@[^\s<>()\[\]\",;:@«»]{2,200}")
TIME = re.compile(r"(?<![\d.])\d{1,2}(?:[:h]\d{2}|\.\d{2}(?!\.?\d))")
_GLUED_LABELS = sorted(
    {label[:1].upper() + label[1:] for label, kind in LABELS.items() if kind != "other"} | {"CC", "DW", "De la"}, key=len, reverse=True
)
_GLUED = re.compile("(" + "|".join(map(re.escape, _GLUED_LABELS)) + r")[ \xa0]?[:：]|(?<=>)(Dw|DW)(?= )|(?<=[A-Z])(Assunto)(?= )")


@dataclass(frozen=True, slots=True)
class Head:
    """The head of an earlier letter: lines `start` up to `end`.

    `kind`: forward (a line says so), original (a line says "original message"), block (From/Sent/To …), intro ("… wrote:"),
    mark (the program marked the place). `lead` is what the person wrote before it on the same line, `rest` what follows on it.
    """

    kind: str
    start: int
    end: int
    fields: dict[str, str] = field(default_factory=dict)
    lead: str = ""
    intro: str = ""


def is_quoted(line: str) -> bool:
    """A `>` line; `>>> look here <<<` is decoration, `>>> Ann Lee <a@…> 24.11.2026 09:12 >>>` GroupWise's head of a quote."""
    if _QUOTED.match(line) is None or line.rstrip().endswith("<"):
        return False
    return not (line.startswith(">>> ") and line.rstrip().endswith(" >>>"))


def is_rule(line: str) -> bool:
    return 4 <= len(line) <= 300 and _RULE.match(line) is not None


def is_end(line: str) -> bool:
    """`-------- Конец пересылаемого сообщения --------`."""
    return len(line) < 150 and bare_phrase(line).startswith(ENDS) and (line.lstrip()[:2] in ("--", "==", "__", "~~") or "8<" in line)


def bare_phrase(line: str) -> str:
    return line.strip(_DECORATION).casefold().replace("\u0307", "")


def next_full(lines: Sequence[str], at: int) -> int:
    """The next line that holds something, or the end."""
    while at < len(lines) and not lines[at].strip():
        at += 1
    return at


def label_of(line: str) -> tuple[str, str] | None:
    """(kind, value) of a `От: …` line, bold stars and table tabs allowed; None if it is none."""
    mark = _LABEL_SPLIT.search(line, 0, 60)
    if mark is None:
        return None
    name = line[: mark.start()].strip(" \t*_>•\xa0\u200e\ufeff").casefold().replace("\u0307", "").replace("\xa0", " ")
    kind = LABELS.get(name)
    if kind is None:
        return None
    return kind, line[mark.end() :].strip(" \t*_\xa0\u200e")


def read_block(lines: Sequence[str], at: int) -> tuple[dict[str, str], int]:
    """The labels from line `at` on, folded values joined, and the line behind them."""
    fields: dict[str, str] = {}
    last, end = "", at
    stop = min(len(lines), at + MAX_BLOCK)
    number = at
    while number < stop:
        line = lines[number]
        if len(line) > 4_000:
            break
        found = label_of(line)
        if found is not None and (found[0] not in fields or found[0] == "other"):
            last = found[0]
            fields[last] = found[1]
            end = number + 1
        elif not fields:
            break
        elif not line.strip():
            after = next_full(lines, number)
            again = label_of(lines[after]) if after < min(stop, number + 2) else None
            if again is None or again[0] in fields or len(fields) > 5:
                break
        elif found is not None or not _folds(lines, number, stop, fields):
            break
        else:
            fields[last] = f"{fields[last]} {line.strip(' >*')}".strip()
            end = number + 1
        number += 1
    return fields, end


def read_bare_block(lines: Sequence[str], at: int) -> tuple[dict[str, str], int]:
    """eM Client writes its labels without colons under a dividing line: `От "Ольга" <olga@…>`, `Дата 23.11.2026 18:40`."""
    fields: dict[str, str] = {}
    number = at
    while number < min(len(lines), at + 12) and 0 < len(lines[number].strip()) <= 4_000:
        words = lines[number].split(maxsplit=2)
        label = next((label for label in (" ".join(words[:2]), words[0]) if label.casefold() in LABELS), "")
        kind = LABELS.get(label.casefold(), "")
        if not kind or kind in fields:
            break
        fields[kind] = " ".join(lines[number].split())[len(label) :].strip()
        number += 1
    return (fields, number) if "@" in fields.get("from", "") and "date" in fields else ({}, at)


def _folds(lines: Sequence[str], at: int, stop: int, fields: dict[str, str]) -> bool:
    """A line without label belongs to the value above it if another label of this head follows before a blank line."""
    for line in lines[at + 1 : stop]:
        if not line.strip():
            return False
        found = label_of(line) if len(line) <= MAX_LINE else None
        if found is not None:
            return found[0] not in fields
    return False


def is_block(fields: dict[str, str]) -> bool:
    """Enough of a mail's head to be one: a formal letter's own «От кого: … Кому: …» and a web form's fields are none."""
    if len(fields) < 2 or "date" not in fields:
        return False
    date, people = fields["date"], fields.get("from", "") + " " + fields.get("to", "")
    dated = any(sign.isdigit() for sign in date)
    timed = TIME.search(date) is not None
    has_people = "from" in fields or "to" in fields
    return dated and has_people and ("@" in people or (timed and len(fields) >= 3))


def glued_fields(rest: str) -> dict[str, str]:
    """Yahoo writes the whole head in one line: `From: A <a@…>To: …Sent: …Subject: …`."""
    found = list(_GLUED.finditer(rest[:4_000]))
    if len(found) < 3 or rest[: found[0].start()].strip(" *"):
        return {}
    fields: dict[str, str] = {}
    for number, label in enumerate(found):
        kind = _glued_kind(label)
        if kind in fields or (fields and kind == "other"):
            continue
        stop = next((one.start() for one in found[number + 1 :] if _new_label(one, fields, kind)), len(rest))
        fields[kind] = rest[label.end() : stop].strip(" *")
        if kind == "subject":
            break
    return fields if "from" in fields else {}


def _new_label(label: re.Match[str], fields: dict[str, str], kind: str) -> bool:
    one = _glued_kind(label)
    return one not in ("other", kind) and one not in fields


def _glued_kind(label: re.Match[str]) -> str:
    """Yahoo forgets the colon behind Polish "Dw" and Portuguese "Assunto"."""
    name = label.group(1) or label.group(2) or label.group(3)
    return LABELS.get(name.casefold().replace("\u0307", ""), "other")
