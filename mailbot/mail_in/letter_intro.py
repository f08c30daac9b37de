"""Attributions: «чт, 24 сент. 2026 г. в 11:20, Пётр <p@…>:», "On …, Ann <a@…> wrote:", in any language. Never raises; bounded."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mailbot.mail_in.letter_lines import EMAIL, MAX_LINE, TIME, Head, is_quoted, next_full
from mailbot.mail_in.letter_words import STARTS, VERBS

_MAX_INTRO = 5  # lines an attribution is wrapped to
_CLOSED_EMAIL = re.compile(r"[<(\[][^<>()\[\]]{0,200}@[^<>()\[\]]{1,200}[>)\]]")
_NUMERIC_DATE = re.compile(r"(?<!\d)(?:\d{4}[./-]\d{1,2}[./-]\d{1,2}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4})(?!\d)")
_YEAR = re.compile(r"(?<![\d.,/-])(?:19|20)\d\d(?!\d)")
_VERB = re.compile(rf"(?:(?<![^\W\d_])(?:{VERBS}|(?:в|у)?писали)(?![^\W\d_(])|写道|寫道)", re.IGNORECASE)
_START = re.compile(rf"^\W{{0,8}}(?:\d|(?:{STARTS})(?![^\W\d_]))", re.IGNORECASE)
_DASHED_VERB = re.compile(rf"^[\s>]*-{{2,}}.{{3,200}}(?:{VERBS})\s*-{{2,}}\s*$", re.IGNORECASE)
# Yahoo: the quote goes on in the same line.
_BEGUN = re.compile(rf"^[^<>]{{4,200}}<[^<>\s]{{3,200}}@[^<>\s]{{2,200}}> ?(?:{VERBS}):(?=\s{{1,6}}\S)", re.IGNORECASE)
_LATE_ON = re.compile(r"(?:-{2,} ?)?(?<![^\W\d_])On (?=(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|\d))")
_TALKING = ("you", "пользователь", "uhr", "odesílatel", "użytkownik", "om", "skrev", "gmt")


def find_intro(lines: Sequence[str], at: int) -> Head | None:
    """An attribution of one to five lines: «чт, 24 сент. 2026 г. в 11:20, Пётр <p@…>:», "On …, Ann <a@…> wrote:"."""
    line = lines[at].strip()
    if not line or len(line) > MAX_LINE:
        return None
    begun = _BEGUN.match(line) if "@" in line else None
    if begun is not None and _judge(begun.group()) == "strong":
        return Head("intro", at, at + 1, intro=begun.group())
    judged = _judge(line)
    if judged and (judged == "strong" or _quote_follows(lines, at + 1)):
        return Head("intro", at, at + 1, intro=line)
    return _wrapped_intro(lines, at, line)


def _wrapped_intro(lines: Sequence[str], at: int, line: str) -> Head | None:
    """An attribution that goes on in the next lines; date or time stand in its first one."""
    if not _START.match(line) or not (_is_dated(line) or TIME.search(line)):
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
        judged = _judge(joined)
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
    email = _last(EMAIL, line) if "@" in line else None
    dated = _is_dated(line)
    if email is None and not dated and len(line.split()) > 8:
        return ""
    verb = _last(_VERB, line)
    timed = TIME.search(line) is not None
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


def _is_dated(line: str) -> bool:
    return _NUMERIC_DATE.search(line) is not None or _YEAR.search(line) is not None


def _last(pattern: re.Pattern[str], line: str) -> re.Match[str] | None:
    found = list(pattern.finditer(line))
    return found[-1] if found else None


def _named(line: str, verb: int) -> bool:
    """Between time and verb stands a name, or the program speaks to its reader («Вы писали»); «в 14:30 водитель написал:» is a story."""
    before = line[:verb]
    if line.lstrip(" -")[:3].lower() == "on " or before.split()[-1:] in (["heeft"], ["a"]):
        return True
    time = _last(TIME, before)
    words = re.findall(r"[^\W\d_]{2,}", before[time.end() if time else 0 :])
    return not words or words[0][:1].isupper() or words[0].lower() in _TALKING


def find_late_intro(lines: Sequence[str], at: int) -> Head | None:
    """An English attribution that shares its line with the end of the answer: `reply On Wed, Apr 4 … wrote:`."""
    line = lines[at]
    if not line.rstrip(" >*").endswith("wrote:"):
        return None
    found = next(reversed(list(_LATE_ON.finditer(line, max(0, len(line) - 300)))), None)
    if found is None or not line[: found.start()].strip() or _judge(line[found.start() :].lstrip("- ")) != "strong":
        return None
    return Head("intro", at, at + 1, lead=line[: found.start()].rstrip(" -"), intro=line[found.start() :])
