"""Where an earlier letter begins in a text: header blocks, attributions, dividing lines, places a program marked. Linear, bounded."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mailbot.mail_in.html_lines import QUOTE_MARK
from mailbot.mail_in.letter_intro import find_intro, find_late_intro
from mailbot.mail_in.letter_lines import (
    MAX_BLOCK,
    MAX_LINE,
    Head,
    bare_phrase,
    glued_fields,
    is_block,
    is_quoted,
    is_rule,
    label_of,
    next_full,
    read_bare_block,
    read_block,
)
from mailbot.mail_in.letter_words import ENDS, FORWARDED, FORWARDED_START, ORIGINAL, ORIGINAL_START, REPLY_ABOVE

_DIVIDED = re.compile(r"^[\s>*_|]{0,8}[-–—_=~*]{2,}[ \t]*([^-–—_=~\s][^\n]{1,78}?)[ \t]*[-–—_=~*]{2,}[ \t]*(.{0,2000})$")
_OPENING = re.compile(r"^[\s*>]{0,8}[-–—_=~*]{2,}\s*(.{3,60}?)[\s:]*$")
_ABOVE = re.compile("|".join(REPLY_ABOVE))
_ADDRESSED = frozenset({"to", "cc", "subject"})
_MOST_LABELS = 6
_TAIL_ONLY = re.compile(r"^[\s\-–—_=~*>]*$")
_LABELLED = re.compile(r"\s*[^\W\d][^:]{0,30}[:：]\s*\S")
_FORWARD_STEM = re.compile(  # a wording nobody listed, where a head follows it
    r"(?=.*(?:сообщени|письм|лист|повідомл|message|mail|letter|nachricht|mensa|messag|bericht|meddel|melding|zpráv|správ|wiadom|viest"
    r"|üzenet))"
    r".*(?:пересыл|пересла|перенаправ|переадрес|пересил|forward|weitergeleit|transf[ée]r|transmis|reenvia|inoltrat|doorgestuur"
    r"|vidarebeford|videresend|přepos|prepos|przekaz|továbbít|encaminhad)"
)


def find_head(lines: Sequence[str], at: int) -> Head | None:
    """The head that begins in this line, if one does."""
    line = lines[at]
    if line == QUOTE_MARK:
        return _marked(lines, at)
    if not line or line.isspace():
        return None
    if len(line) <= 3_000 and (divided := _divider(lines, at)) is not None:
        return divided
    if is_rule(line) and (ruled := _ruled(lines, at)) is not None:
        return ruled
    if len(line) > MAX_LINE:
        return find_late_intro(lines, at)
    fields, end = read_block(lines, at)
    if is_block(fields):
        return Head("block", at, end, fields)
    if len(fields) > 1 and "from" not in fields and end < len(lines) and (below := find_intro(lines, end)) is not None and not below.lead:
        return Head("intro", at, below.end, fields, intro=below.intro)  # Yandex: addressees and subject above
    return find_late_intro(lines, at) or find_intro(lines, at)


def _marked(lines: Sequence[str], at: int) -> Head | None:
    """What a mail program marked as the beginning of the earlier letter; a mark with nothing of the kind behind it counts for nothing."""
    first = next_full(lines, at + 1)
    for _ in range(4):
        if first < len(lines) and (lines[first] == QUOTE_MARK or is_rule(lines[first])):
            first = next_full(lines, first + 1)
    if first >= len(lines) or lines[first] == QUOTE_MARK:
        return None
    head = find_head(lines, first)
    if head is not None:
        return Head(head.kind, at, head.end, head.fields, head.lead, head.intro)
    labels = [line for line in lines[first : first + 5] if _LABELLED.match(line)]
    if len(labels) >= 2 and len(labels) >= len([line for line in lines[first : first + 3] if line.strip()]):
        fields, end = read_block(lines, first)
        return Head("block", at, max(end, first + len(labels)), fields)
    for number in range(first, min(first + 4, len(lines))):
        if is_quoted(lines[number]) and number > first:
            return Head("mark", at, number, intro=" ".join(one.strip() for one in lines[first:number]))
    return None


def _ruled(lines: Sequence[str], at: int) -> Head | None:
    """Yandex: a rule, `Кому: …;`, `Тема: …;`, `23.11.2026, 10:00, "Фирма" <…>:`, the quote; of the last two one is enough."""
    number = first = next_full(lines, at + 1)
    fields: dict[str, str] = {}
    while number < min(len(lines), first + _MOST_LABELS) and (found := label_of(lines[number])) is not None and found[0] in _ADDRESSED:
        fields.setdefault(found[0], found[1].rstrip(";"))
        number += 1
    after = next_full(lines, number)
    if "to" not in fields or after >= len(lines):
        return None
    if is_quoted(lines[after]) or lines[after] == QUOTE_MARK:
        return Head("block", at, number, fields)
    intro = find_intro(lines, after)
    return Head("block", at, intro.end, fields, intro=intro.intro) if intro is not None and not intro.lead else None


def _divider(lines: Sequence[str], at: int) -> Head | None:
    line = lines[at]
    bare = bare_phrase(line[:200])
    if _ABOVE.search(bare):
        return Head("original", at, at + 1)
    decorated = len(bare) < len(line.strip()) - 1
    divided = _DIVIDED.match(line) if decorated else None
    phrase, rest = (bare_phrase(divided.group(1)), divided.group(2)) if divided else (bare, "")
    if "8<" in line[:40] and line.count("=") > 6:
        return Head("original", at, at + 1)
    kind = ""
    if phrase in FORWARDED or phrase.startswith(FORWARDED_START):
        kind = "forward"
    elif phrase in ORIGINAL or phrase.startswith(ORIGINAL_START):
        kind = "original"
    elif (
        (decorated or line.rstrip().endswith((":", "：")))
        and 8 <= len(phrase) <= 60
        and _FORWARD_STEM.match(phrase)
        and _head_follows(lines, at + 1)
    ):
        kind = "forward"
    if not kind or phrase.startswith(ENDS):
        return None
    plain = divided is None and _OPENING.match(line) is None
    if plain and not (line.rstrip(" *").endswith((":", "：")) or _head_follows(lines, at + 1) or len(bare) < len(line.strip(" *")) - 3):
        return None
    return _with_fields(lines, at, kind, rest)


def _head_follows(lines: Sequence[str], at: int) -> bool:
    first = next_full(lines, at)
    if first >= len(lines):
        return False
    fields, _ = read_block(lines, first)
    return len(fields) >= 2 or (not is_quoted(lines[first]) and find_intro(lines, first) is not None)


def _with_fields(lines: Sequence[str], at: int, kind: str, rest: str) -> Head:
    """A dividing line with the labels, attribution or scissors that follow it."""
    if rest.strip():
        glued = glued_fields(rest)
        if glued:
            return Head(kind, at, at + 1, glued)
        if not _TAIL_ONLY.match(rest):
            fields, end = read_block([rest, *lines[at + 1 : at + 1 + MAX_BLOCK]], 0)
            return Head(kind, at, at + max(end, 1), fields)
    first = next_full(lines, at + 1)
    if first < len(lines) and lines[first] == QUOTE_MARK:
        first = next_full(lines, first + 1)
    fields, end = read_block(lines, first) if first < len(lines) else ({}, first)
    if not fields:
        fields, end = read_bare_block(lines, first)
    if fields:
        end += end < len(lines) and lines[end].strip() == lines[at].strip()  # Zoho draws its line again below
        return Head(kind, at, end, fields)
    intro = find_intro(lines, first) if first < len(lines) and not is_quoted(lines[first]) else None
    if intro is not None and not intro.lead:
        more, end = read_block(lines, intro.end) if intro.end < len(lines) else ({}, intro.end)  # Yandex: addressees and subject follow
        return Head(kind, at, end if more else intro.end, more, intro=intro.intro)
    return Head(kind, at, at + 1)
