"""The customer's letter inside a forward, as Outlook, Gmail, Apple, Mail.ru, Yandex, Thunderbird, The Bat! write it. Never raises."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo

from mailbot.claims.message import Address, Forwarded
from mailbot.mail_in.html_lines import QUOTE_MARK
from mailbot.mail_in.letter_dates import read_letter_date
from mailbot.mail_in.letter_heads import find_head
from mailbot.mail_in.letter_lines import EMAIL, MAX_LINES, Head, is_end, is_quoted, is_rule, next_full
from mailbot.mail_in.letter_people import first_person, people
from mailbot.mail_in.letter_words import FORWARD_PREFIX, REPLY_PREFIX
from mailbot.mail_in.reply_text import plain_text, quote_end, split_reply

_MAX_LEVELS = 8
_TAGS = r"(?:\s*\[[^\[\]]{0,60}\]){0,3}\s*"
_FORWARD_SUBJECT = re.compile(rf"^{_TAGS}(?:{FORWARD_PREFIX})\s*(?:\[\d+\]|\(\d+\))?\s*[:：]\s*", re.IGNORECASE)
_REPLY_SUBJECT = re.compile(rf"^{_TAGS}(?:{REPLY_PREFIX})\s*(?:\[\d+\]|\(\d+\))?\s*[:：]\s*", re.IGNORECASE)
_SCISSORS = re.compile(r"^[\s>]*=+\s*8<")


@dataclass(frozen=True, slots=True)
class Found:
    """`prefix`: the forwarder's own words; `between`: what stood between them and the innermost letter (other forwarders')."""

    prefix: str
    forwarded: Forwarded
    between: str = ""


@dataclass(frozen=True, slots=True)
class _Opened:
    """One level taken off: whose words stood above, the head, and the letter below it."""

    above: list[str]
    head: Head
    letter: list[str]
    below: list[str]


def find_forward(text: str, subject: str, zone: tzinfo | None = None) -> Found | None:
    """The innermost letter passed on in this text, or None. `zone`: the forwarder's, for dates written without one."""
    opened = _open(text.split("\n"), subject)
    if opened is None:
        return None
    prefix = [*opened.above, *opened.below]
    between: list[str] = []
    inner_subject = _subject_of(opened.head, subject)
    for _ in range(_MAX_LEVELS):
        deeper = _open(opened.letter, inner_subject, inside=True)
        if deeper is None or _returns(opened.head, deeper.head):
            break
        between += [*deeper.above, *deeper.below]
        inner_subject = _subject_of(deeper.head, inner_subject)
        opened = deeper
    return Found("\n".join(prefix), _letter(opened, inner_subject, zone), plain_text("\n".join(between)).strip("\n"))


def _returns(outer: Head, inner: Head) -> bool:
    """A letter passed back to its own writer is the history of the outer one, not the letter meant."""
    writer = _sender(inner)
    if writer is None:
        return False
    readers = people(outer.fields.get("to", ""))
    return any(
        (writer.address and one.key == writer.key) or (not writer.address and one.name.casefold() == writer.name.casefold())
        for one in readers
    )


def is_forward_subject(subject: str) -> bool:
    return _FORWARD_SUBJECT.match(subject[:200]) is not None


def _open(lines: Sequence[str], subject: str, *, inside: bool = False) -> _Opened | None:
    """The first earlier letter in these lines, if it is one passed on and not one answered to."""
    for at, line in enumerate(lines[:MAX_LINES]):
        if is_quoted(line):
            return _open_quoted(lines, at, subject, inside=inside)
        head = find_head(lines, at)
        if head is None:
            continue
        above = [*lines[:at], *([head.lead] if head.lead else [])]
        if head.kind == "forward" and not head.fields and not head.intro:
            return _open_under(lines, above, head)
        if not _passed_on(head, subject, above, inside=inside):
            return None
        return _closed(above, head, list(lines[head.end :]))
    return None


def _open_quoted(lines: Sequence[str], at: int, subject: str, *, inside: bool) -> _Opened | None:
    """Apple Mail may quote the whole letter, its head included."""
    stop = quote_end(lines, at)
    inner = [_unquoted(line) for line in lines[at:stop]]
    first = next_full(inner, 0)
    head = find_head(inner, first) if first < len(inner) else None
    above, below = list(lines[:at]), list(lines[stop:])
    if head is None or head.kind == "intro" or not _passed_on(head, subject, above, inside=inside):
        return None
    opened = _closed(above, head, inner[head.end :])
    return _Opened(above, opened.head, opened.letter, [*opened.below, *below])


def _open_under(lines: Sequence[str], above: list[str], head: Head) -> _Opened:
    """A line says that a forward begins, and the head is quoted under it, or there is none."""
    first = next_full(lines, head.end)
    if first < len(lines) and is_quoted(lines[first]):
        stop = quote_end(lines, first)
        inner = [_unquoted(line) for line in lines[first:stop]]
        start = next_full(inner, 0)
        found = find_head(inner, start) if start < len(inner) else None
        inner = inner[found.end :] if found is not None else inner
        opened = _closed(above, head if found is None or found.kind == "forward" else found, inner)
        return _Opened(above, opened.head, opened.letter, [*opened.below, *lines[stop:]])
    return _closed(above, head, list(lines[head.end :]))


def _unquoted(line: str) -> str:
    return line.lstrip(" ").removeprefix(">").removeprefix(" ")


def _closed(above: list[str], head: Head, letter: list[str]) -> _Opened:
    """The letter up to the line that says it ends; scissors taken off, quote signs of the whole taken off; no rule left above."""
    while above and (not above[-1].strip() or above[-1] == QUOTE_MARK or is_rule(above[-1])):
        above.pop()
    first = next_full(letter, 0)
    if first < len(letter) and is_rule(letter[first]):  # Lotus Notes draws a line under the head
        letter = letter[first + 1 :]
        first = next_full(letter, 0)
    scissors = first < len(letter) and _SCISSORS.match(letter[first]) is not None
    if scissors:
        letter = letter[first + 1 :]
    below: list[str] = []
    for at in range(len(letter) - 1, -1, -1):
        if is_end(letter[at]) or (scissors and _SCISSORS.match(letter[at])):
            letter, below = letter[:at], letter[at + 1 :]
            break
    full = [line for line in letter if line.strip()]
    if full and all(is_quoted(line) for line in full):
        letter = [_unquoted(line) for line in letter]
    return _Opened(above, head, letter, below)


def _passed_on(head: Head, subject: str, above: Sequence[str], *, inside: bool) -> bool:
    """A dividing line says so; else the subject does. Without a prefix a head with nothing above it, or the same subject in it, is one."""
    if head.kind == "forward":
        return True
    if is_forward_subject(subject):
        return head.kind != "mark"
    if inside or head.kind not in ("block", "original") or "from" not in head.fields:
        return False
    if _REPLY_SUBJECT.match(subject[:200]):
        return False
    if not subject.strip() or not any(line.strip() and line != QUOTE_MARK and not is_rule(line) for line in above):
        return True
    return _bare_subject(head.fields.get("subject", "")) == _bare_subject(subject)


def _bare_subject(subject: str) -> str:
    for _ in range(6):
        cut = _FORWARD_SUBJECT.match(subject[:300]) or _REPLY_SUBJECT.match(subject[:300])
        if cut is None:
            break
        subject = subject[cut.end() :]
    return " ".join(subject.casefold().split())


def _subject_of(head: Head, outer: str) -> str:
    if "subject" in head.fields:
        return head.fields["subject"].rstrip(";" if head.intro else "").strip()
    cut = _FORWARD_SUBJECT.match(outer[:200])
    return outer[cut.end() :].strip() if cut is not None else outer.strip()


def _letter(opened: _Opened, subject: str, zone: tzinfo | None) -> Forwarded:
    head = opened.head
    date = head.fields.get("date", "") or head.intro
    reply = split_reply("\n".join(_dedented(opened.letter)))
    return Forwarded(
        from_=_sender(head),
        to=people(head.fields.get("to", "")),
        cc=people(head.fields.get("cc", "")),
        sent_at=read_letter_date(date, zone),
        subject=subject,
        text="\n\n".join(part for part in (reply.text, reply.signature) if part),
        quoted="\n\n".join(part for part in (reply.quoted, reply.disclaimer) if part),
    )


def _dedented(lines: list[str]) -> list[str]:
    """Outlook for the Mac indents the whole letter by four blanks."""
    full = [line for line in lines if line.strip()]
    return [line[4:] for line in lines] if full and all(line.startswith("    ") for line in full) else lines


_INTRO_DATE = re.compile(
    r"^.*(?:\d{1,2}[:.h]\d{2}(?:[:.]\d{2})?(?:\s*[ap]\.?m\.?)?|(?:19|20)\d\d)(?:\s*(?:г\.|р\.))?(?:\s*(?:GMT"
    r"|UTC)?[+-]\d{1,2}(?::?\d{2})?)?(?:\s+(?:MSK|CET|CEST|EET|EEST))?[\s,]*",
    re.DOTALL | re.IGNORECASE,
)
_INTRO_WORDS = re.compile(
    r"(?i)^[\s,:]*(?:от|from|пользователь|użytkownik|užívateľ|používateľ|uživatel|skrev|schrieb|heeft|by|користувач|időpontban|пишет"
    r"|schreef|de|da)\s+|^[\s,]*on\s+$"
)


def _sender(head: Head) -> Address | None:
    if head.fields.get("from"):
        return first_person(head.fields["from"])
    if not head.intro:
        return None
    email = EMAIL.search(head.intro)
    if email is None:
        return None
    before = _INTRO_DATE.sub("", head.intro[: email.start()])
    name = _INTRO_WORDS.sub("", before).strip(" \t,;:\"'«»„“”<>()[]")
    return first_person(f"{name} <{email.group().strip('.')}>")
