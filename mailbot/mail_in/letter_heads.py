"""Where an earlier letter begins in a text: header blocks, "… wrote:" lines, dividing lines, in any language. Linear, bounded."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from mailbot.mail_in.html_lines import QUOTE_MARK
from mailbot.mail_in.letter_words import (
    ENDS,
    FORWARDED,
    FORWARDED_START,
    LABELS,
    ORIGINAL,
    ORIGINAL_START,
    REPLY_ABOVE,
    STARTS,
    VERBS,
)

MAX_LINES = 20_000  # heads are looked for in so many lines; what follows is read for `>` only
_MAX_LINE = 500
_MAX_INTRO = 5  # lines an attribution is wrapped to
_MAX_BLOCK = 40  # lines of a header block with its folded lists of people
_DECORATION = " \t-–—_=*~#>|:.,•\u200e\u200f\u202a\ufeff"
_DIVIDED = re.compile(r"^[\s>*_|]{0,8}[-–—_=~*]{2,}[ \t]*([^-–—_=~\s][^\n]{1,78}?)[ \t]*[-–—_=~*]{2,}[ \t]*(.{0,2000})$")
_OPENING = re.compile(r"^[\s*>]{0,8}[-–—_=~*]{2,}\s*(.{3,60}?)[\s:]*$")
_RULE = re.compile(r"^[\s>*]{0,8}(?:[-–—_=~*#][ ]?){4,}[\s*]*$")
_LABEL_SPLIT = re.compile(r"[:：]")

EMAIL = re.compile(r"[^\s<>()\[\]\",;:@«»„“”]{1,100}@[^\s<>()\[\]\",;:@«»]{2,200}")
_CLOSED_EMAIL = re.compile(r"[<(\[][^<>()\[\]]{0,200}@[^<>()\[\]]{1,200}[>)\]]")
_NUMERIC_DATE = re.compile(r"(?<!\d)(?:\d{4}[./-]\d{1,2}[./-]\d{1,2}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4})(?!\d)")
_YEAR = re.compile(r"(?<![\d.,/-])(?:19|20)\d\d(?!\d)")
_TIME = re.compile(r"(?<![\d.])\d{1,2}(?:[:h]\d{2}|\.\d{2}(?!\.?\d))")
_VERB = re.compile(rf"(?:(?<![^\W\d_])(?:{VERBS}|(?:в|у)?писали)(?![^\W\d_(])|写道|寫道)", re.IGNORECASE)
_START = re.compile(rf"^\W{{0,8}}(?:\d|(?:{STARTS})(?![^\W\d_]))", re.IGNORECASE)
_DASHED_VERB = re.compile(rf"^[\s>]*-{{2,}}.{{3,200}}(?:{VERBS})\s*-{{2,}}\s*$", re.IGNORECASE)
_BEGUN = re.compile(rf"^[^<>]{{4,200}}<[^<>\s]{{3,200}}@[^<>\s]{{2,200}}> ?(?:{VERBS}):(?=\s{{1,6}}\S)", re.IGNORECASE)  # Yahoo: the quote goes on in the same line
_FORWARD_STEM = re.compile(  # a wording nobody listed, where a head follows it
    r"(?=.*(?:сообщени|письм|лист|повідомл|message|mail|letter|nachricht|mensa|messag|bericht|meddel|melding|zpráv|správ|wiadom|viest|üzenet))"
    r".*(?:пересыл|пересла|перенаправ|переадрес|пересил|forward|weitergeleit|transf[ée]r|transmis|reenvia|inoltrat|doorgestuur|vidarebeford|videresend|přepos|prepos|przekaz|továbbít|encaminhad)"
)
_LATE_ON = re.compile(r"(?:-{2,} ?)?(?<![^\W\d_])On (?=(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|\d))")
_QUOTED = re.compile(r"^ ?(?:[A-ZА-ЯЁ]{1,3}[a-zа-яё]?)?>")  # also The Bat!'s initials: `ИП> `


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
    """A `>` line; `>>> look here <<<` is decoration."""
    return _QUOTED.match(line) is not None and not line.rstrip().endswith("<")


def is_rule(line: str) -> bool:
    return 4 <= len(line) <= 300 and _RULE.match(line) is not None


def is_end(line: str) -> bool:
    """`-------- Конец пересылаемого сообщения --------`."""
    return len(line) < 150 and _bare(line).startswith(ENDS) and (line.lstrip()[:2] in ("--", "==", "__", "~~") or "8<" in line)


def _bare(line: str) -> str:
    return line.strip(_DECORATION).casefold().replace("\u0307", "")


def next_full(lines: Sequence[str], at: int) -> int:
    """The next line that holds something, or the end."""
    while at < len(lines) and not lines[at].strip():
        at += 1
    return at


def find_head(lines: Sequence[str], at: int) -> Head | None:
    """The head that begins in this line, if one does."""
    line = lines[at]
    if line == QUOTE_MARK:
        return _marked(lines, at)
    if not line or line.isspace():
        return None
    if len(line) <= 3_000 and (divided := _divider(lines, at)) is not None:
        return divided
    if len(line) > _MAX_LINE:
        return _late(lines, at)
    fields, end = read_block(lines, at)
    if _is_block(fields):
        return Head("block", at, end, fields)
    return _late(lines, at) or _intro(lines, at)


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
    labels = [line for line in lines[first : first + 5] if re.match(r"\s*[^\W\d][^:]{0,30}[:：]\s*\S", line)]
    if len(labels) >= 2 and len(labels) >= len([line for line in lines[first : first + 3] if line.strip()]):
        fields, end = read_block(lines, first)
        return Head("block", at, max(end, first + len(labels)), fields)
    for number in range(first, min(first + 4, len(lines))):
        if is_quoted(lines[number]) and number > first:
            return Head("mark", at, number, intro=" ".join(one.strip() for one in lines[first:number]))
    return None


def _divider(lines: Sequence[str], at: int) -> Head | None:
    line = lines[at]
    bare = _bare(line[:200])
    if any(phrase in bare for phrase in REPLY_ABOVE):
        return Head("original", at, at + 1)
    divided = _DIVIDED.match(line)
    phrase, rest = (_bare(divided.group(1)), divided.group(2)) if divided else (bare, "")
    if "8<" in line[:40] and line.count("=") > 6:
        return Head("original", at, at + 1)
    kind = ""
    if phrase in FORWARDED or phrase.startswith(FORWARDED_START):
        kind = "forward"
    elif phrase in ORIGINAL or phrase.startswith(ORIGINAL_START):
        kind = "original"
    elif 8 <= len(phrase) <= 60 and _FORWARD_STEM.match(phrase) and _head_follows(lines, at + 1):
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
    return len(fields) >= 2 or (not is_quoted(lines[first]) and _intro(lines, first) is not None)


def _with_fields(lines: Sequence[str], at: int, kind: str, rest: str) -> Head:
    """A dividing line with the labels, attribution or scissors that follow it."""
    if rest.strip():
        glued = glued_fields(rest)
        if glued:
            return Head(kind, at, at + 1, glued)
        if not _TAIL_ONLY.match(rest):
            fields, end = read_block([rest, *lines[at + 1 : at + 1 + _MAX_BLOCK]], 0)
            return Head(kind, at, at + max(end, 1), fields)
    first = next_full(lines, at + 1)
    if first < len(lines) and lines[first] == QUOTE_MARK:
        first = next_full(lines, first + 1)
    fields, end = read_block(lines, first) if first < len(lines) else ({}, first)
    if fields:
        return Head(kind, at, end, fields)
    intro = _intro(lines, first) if first < len(lines) and not is_quoted(lines[first]) else None
    if intro is not None and not intro.lead:
        more, end = read_block(lines, intro.end) if intro.end < len(lines) else ({}, intro.end)  # Yandex: addressees and subject follow
        return Head(kind, at, end if more else intro.end, more, intro=intro.intro)
    return Head(kind, at, at + 1)


_TAIL_ONLY = re.compile(r"^[\s\-–—_=~*>]*$")


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
    stop = min(len(lines), at + _MAX_BLOCK)
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


def _folds(lines: Sequence[str], at: int, stop: int, fields: dict[str, str]) -> bool:
    """A line without label belongs to the value above it if another label of this head follows before a blank line."""
    for line in lines[at + 1 : stop]:
        if not line.strip():
            return False
        found = label_of(line) if len(line) <= _MAX_LINE else None
        if found is not None:
            return found[0] not in fields
    return False


def _is_block(fields: dict[str, str]) -> bool:
    """Enough of a mail's head to be one: a formal letter's own «От кого: … Кому: …» and a web form's fields are none."""
    if len(fields) < 2 or "date" not in fields:
        return False
    date, people = fields["date"], fields.get("from", "") + " " + fields.get("to", "")
    dated = any(sign.isdigit() for sign in date)
    timed = _TIME.search(date) is not None
    has_people = "from" in fields or "to" in fields
    return dated and has_people and ("@" in people or (timed and len(fields) >= 3))


_GLUED_LABELS = sorted(
    {label[:1].upper() + label[1:] for label, kind in LABELS.items() if kind != "other"} | {"CC", "DW", "De la"}, key=len, reverse=True
)
_GLUED = re.compile("(" + "|".join(map(re.escape, _GLUED_LABELS)) + r")[ \xa0]?[:：]|(?<=>)(Dw|DW)(?= )|(?<=[A-Z])(Assunto)(?= )")


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


def _intro(lines: Sequence[str], at: int) -> Head | None:
    """An attribution of one to five lines: «чт, 24 сент. 2026 г. в 11:20, Пётр <p@…>:», "On …, Ann <a@…> wrote:"."""
    line = lines[at].strip()
    if not line or len(line) > _MAX_LINE:
        return None
    begun = _BEGUN.match(line)
    if begun is not None and _judge(begun.group()) == "strong":
        return Head("intro", at, at + 1, intro=begun.group())
    judged = _judge(line)
    if judged and (judged == "strong" or _quote_follows(lines, at + 1)):
        return Head("intro", at, at + 1, intro=line)
    if not (_START.match(line) or "<" in line) or not any(sign in more for more in lines[at : at + _MAX_INTRO] for sign in "@:："):
        return None
    joined = line
    number = at + 1
    for _ in range(_MAX_INTRO - 1):
        is_open = joined.count("<") > joined.count(">")
        after = next_full(lines, number)
        if after >= len(lines) or after > number + 1 or (after > number and not is_open and lines[after].strip() != "<"):
            return None
        more = lines[after].strip()
        if (is_quoted(more) and not is_open) or len(joined) + len(more) > 400 or joined.endswith((".", "!", "?", ":")):
            return None
        if _judge(more) == "strong" and _START.match(more):
            return None
        joined = f"{joined} {more}"
        number = after + 1
        judged = _judge(joined) if _START.match(joined) else ""
        if judged and (judged == "strong" or _quote_follows(lines, number)):
            return Head("intro", at, number, intro=joined)
    return None


def _quote_follows(lines: Sequence[str], at: int) -> bool:
    first = next_full(lines, at)
    return first < len(lines) and is_quoted(lines[first])


def _judge(line: str) -> str:
    """strong: an attribution wherever it stands; weak: one if a `>` quote follows; "" none."""
    bare = line.rstrip(" \t*_>\u200e")
    colon = bare.endswith((":", "：", ":-"))
    if len(line) > 420 or not (colon or "@" in line or line.endswith("--")):
        return ""
    verb = _last(_VERB, line)
    email = _last(EMAIL, line)
    dated = _NUMERIC_DATE.search(line) is not None or _YEAR.search(line) is not None
    timed = _TIME.search(line) is not None
    started = _START.match(line) is not None
    if verb is not None and _DASHED_VERB.match(line):
        return "strong"
    ends_in_verb = verb is not None and len(line) - verb.end() <= 3 + (len(line) - len(bare))
    if verb is not None and email is not None and (colon or ends_in_verb):
        if dated and (timed or started):
            return "strong"
        if (started and timed) or (_CLOSED_EMAIL.search(line) and 0 <= verb.start() - email.end() <= 30 and len(line) < 250):
            return "strong"
    if colon and email is not None and dated and started and len(bare) - email.end() <= 4:
        return "strong"
    if verb is not None and dated and timed and started and (colon or ends_in_verb) and len(line) <= 160 and _named(line, verb.start()):
        return "strong"
    if colon and verb is not None and len(line) <= 200 and (dated or email is not None or len(line.split()) <= 8):
        return "weak"
    if email is not None and dated and ((started and len(bare) - email.end() <= 3) or (colon and timed and len(line) <= 160)):
        return "weak"
    return ""


def _last(pattern: re.Pattern[str], line: str) -> re.Match[str] | None:
    found = list(pattern.finditer(line))
    return found[-1] if found else None


def _named(line: str, verb: int) -> bool:
    """Between time and verb stands a name, or the program speaks to its reader («Вы писали»); «в 14:30 водитель написал:» is a story."""
    before = line[:verb]
    if line.lstrip(" -")[:3].lower() == "on " or before.split()[-1:] in (["heeft"], ["a"]):
        return True
    time = _last(_TIME, before)
    words = re.findall(r"[^\W\d_]{2,}", before[time.end() if time else 0 :])
    return not words or words[0][:1].isupper() or words[0].lower() in ("you", "пользователь", "uhr", "odesílatel", "użytkownik", "om", "skrev", "gmt")


def _late(lines: Sequence[str], at: int) -> Head | None:
    """An English attribution that shares its line with the end of the answer: `reply On Wed, Apr 4 … wrote:`."""
    line = lines[at]
    if not line.rstrip(" >*").endswith("wrote:"):
        return None
    found = next(reversed(list(_LATE_ON.finditer(line, max(0, len(line) - 300)))), None)
    if found is None or not line[: found.start()].strip() or _judge(line[found.start() :].lstrip("- ")) != "strong":
        return None
    return Head("intro", at, at + 1, lead=line[: found.start()].rstrip(" -"), intro=line[found.start() :])
