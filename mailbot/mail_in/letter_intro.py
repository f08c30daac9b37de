"""Attributions: «чт, 24 сент. 2026 г. в 11:20, Пётр <p@…>:», "On …, Ann <a@…> wrote:", in any language. Never raises; bounded."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mailbot.mail_in.letter_lines import EMAIL, MAX_LINE, TIME, Head, is_quoted, next_full
from mailbot.mail_in.letter_words import STARTS, VERBS

_MAX_INTRO = 5  # lines an attribution is wrapped to
_CLOSED_EMAIL = re.compile(r"[<(\[][^<>()\[\]]{0,200}@[^<>()\[\]]{1,200}[>)\]]")
_NUMERIC_DATE = re.compile(r"(?<!\d)(?:\d{4}[./-] ?\d{1,2}[./-] ?\d{1,2}|\d{1,2}[./-] ?\d{1,2}[./-] ?\d{2,4})(?!\d)")
_YEAR = re.compile(r"(?<![\d.,/-])(?:19|20|٢٠|۲۰)\d\d(?!\d)")
_DIRECTIONS = dict.fromkeys([0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])  # marks around Hebrew and Arabic
_VERB = re.compile(rf"(?:(?<![^\W\d_])(?:{VERBS}|(?:в|у)?писали)(?![^\W\d_(])|写道|寫道)", re.IGNORECASE)
_START = re.compile(rf"^\W{{0,8}}(?:\d|(?:{STARTS})(?![^\W\d_]))", re.IGNORECASE)
_DASHED_VERB = re.compile(rf"^[\s>]*-{{2,}}.{{3,200}}(?:{VERBS})\s*-{{2,}}\s*$", re.IGNORECASE)
# Yahoo: the quote goes on in the same line.
_BEGUN = re.compile(rf"^[^<>]{{4,200}}<[^<>\s]{{3,200}}@[^<>\s]{{2,200}}> ?(?:{VERBS}):(?=\s{{1,6}}\S)", re.IGNORECASE)
# Roundcube in Russian and others: «Ирина Котова писал(а) 2026-11-24 09:12:»; Lotus Notes: "Ann Lee ---24/11/2026 09:12:16---first words";
# GroupWise: ">>> Ann Lee <a@…> 24.11.2026 09:12 >>>".
_NAME_FIRST = re.compile(
    rf"^\W{{0,8}}(?P<name>[^\W\d_][^<>:;!?\d]{{1,60}}?) (?:<[^<>\s]{{3,200}}> )?(?:{VERBS})[,\s]{{1,3}}"
    r"(?:on |dana |den |am |le |el |il |op )?"
    r"[\d./-]{6,10}[,\s]{1,3}\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?: ?[ap]\.?m\.?)?:$",
    re.IGNORECASE,
)
_NOTES = re.compile(r"^\W{0,3}[^\W\d_][^\n]{1,80} ---\d{1,4}[./-]\d{1,2}[./-]\d{1,4} \d{1,2}:\d{2}(?::\d{2})?(?: [AP]M)?---\S")
_GROUPWISE = re.compile(r"^>>> \S[^\n]{2,150} \d[^\n]{6,30} >>>\s*$")
_QUOTING = re.compile(r"^(?:Quoting|Цитирую|Цитирование|Цитування|Zitat von|Zitiere|Citando a|Citando|Cytowanie) \S[^\n]{2,150}:$")  # Horde
_LATE_ON = re.compile(r"(?:-{2,} ?)?(?<![^\W\d_])On (?=(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|\d))")
_TALKING = ("you", "пользователь", "uhr", "odesílatel", "użytkownik", "om", "skrev", "gmt", "tarihinde", "keltezéssel", "dátummal")


def find_intro(lines: Sequence[str], at: int) -> Head | None:
    """An attribution of one to five lines: «чт, 24 сент. 2026 г. в 11:20, Пётр <p@…>:», "On …, Ann <a@…> wrote:"."""
    line = lines[at] if lines[at].isascii() else lines[at].translate(_DIRECTIONS)
    line = line.strip()
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
        is_whole = joined.count("<") <= joined.count(">")  # Polymail puts `<`, the address and `> wrote:` on lines of their own
        if judged and (judged == "strong" or (is_whole and _quote_follows(lines, number))):
            return Head("intro", at, number, intro=joined)
    return None


def _quote_follows(lines: Sequence[str], at: int) -> bool:
    first = next_full(lines, at)
    return first < len(lines) and is_quoted(lines[first])


def _judge(line: str) -> str:
    """strong: an attribution wherever it stands; weak: one if a `>` quote follows; "" none."""
    bare = line.rstrip(" \t*_>\u200e")
    colon = bare.endswith((":", "：", ":-"))
    if known := _known_form(line, bare):
        return known
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


def _known_form(line: str, bare: str) -> str:
    """Forms that programs write otherwise than date, name and verb."""
    if ("---" in line and _NOTES.match(line)) or (line.startswith(">>> ") and _GROUPWISE.match(line)):
        return "strong"
    if not bare.endswith(":"):
        return ""
    named = _NAME_FIRST.match(bare)
    if named is not None:
        words = named.group("name").split()
        is_name = len(words) in (2, 3) and all(word[:1].isupper() for word in words)
        return "strong" if is_name or "@" in bare else "weak"
    return "weak" if _QUOTING.match(bare) else ""


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
