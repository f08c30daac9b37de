"""What stands under a letter: sign-off, contacts, "sent from my phone", disclaimers. Never raises; linear."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from mailbot.mail_in.html_lines import QUOTE_MARK, SIGNATURE_MARK
from mailbot.mail_in.letter_lines import is_rule
from mailbot.mail_in.signature_words import (
    AFTERWARDS,
    BANNER,
    CLOSING,
    CLOSING_NAME,
    CONTACT,
    DASHES,
    DELIMITER,
    DISCLAIMER,
    DISCLAIMER_HEAD,
    FOOTER,
    FULL_CLOSING,
    LINK,
    MOBILE,
    MOBILE_NOT,
    NAME,
    OF_MAIL,
    TELLS,
    THANKS,
)

_MAX_SIGNATURE = 30  # lines under "-- "
_MAX_CLOSING = 14  # full lines under «С уважением»
_SHORT = 100


@dataclass(slots=True)
class Cut:
    """A passage of the person's own, told apart; each in the order it stood."""

    words: list[str] = field(default_factory=list)
    signature: list[str] = field(default_factory=list)
    disclaimer: list[str] = field(default_factory=list)


def cut_signature(lines: Sequence[str], *, alone: bool = True) -> Cut:
    """Words, signature, disclaimer of one passage. Where it is all the mail says (`alone`), not all of it can be signature."""
    lines = [line for line in lines if line != QUOTE_MARK]
    read = [line.replace("\xa0", " ") for line in lines]
    begin = _banner_end(read)
    stop = _disclaimer_start(read, begin)
    at, end = _signature(read[begin:stop])
    body = lines[begin:stop]
    if 0 < at < len(body):
        at = _with_dashes(body, at)
    words = [*body[:at], *body[end:]]
    if alone and at < len(body) and not _says_something(words) and any(_says_something([line]) and not _is_mobile(line) for line in body):
        at = end = len(body)
        words = body
    signature = [line for line in body[at:end] if line != SIGNATURE_MARK]
    return Cut([line for line in words if line != SIGNATURE_MARK], signature, [*lines[:begin], *lines[stop:]])


def _with_dashes(body: Sequence[str], at: int) -> int:
    """Dashes right above the signature belong to it."""
    above = at
    while above and not body[above - 1].strip():
        above -= 1
    while above and DASHES.match(body[above - 1]):
        above -= 1
        at = above
    return at


def _says_something(lines: Sequence[str]) -> bool:
    return any(line.strip(SIGNATURE_MARK + " \t\xa0") for line in lines)


def _banner_end(lines: Sequence[str]) -> int:
    """The end of a first paragraph that a mail server put there: "CAUTION: This email originated from outside"."""
    first = next((number for number, line in enumerate(lines) if line.strip()), len(lines))
    stop = first
    while stop < len(lines) and lines[stop].strip() and stop - first < 8:
        stop += 1
    head = " ".join(lines[first:stop])[:900]
    if stop < len(lines) and BANNER.search(head) and OF_MAIL.search(head) and (len(head) < 600):
        return stop
    return 0


def _disclaimer_start(lines: Sequence[str], begin: int) -> int:
    """Where the paragraphs that are nothing but disclaimer begin, from the end upwards."""
    stop = len(lines)
    number = len(lines) - 1
    while number >= begin:
        while number >= begin and not lines[number].strip(" \t" + SIGNATURE_MARK):
            number -= 1
        last = number
        while number >= begin and lines[number].strip():
            number -= 1
        first = number + 1
        found = _disclaimer_in(lines, first, last + 1)
        if found is None:
            break
        stop = found
        if found > first:
            break
    return stop


def _disclaimer_in(lines: Sequence[str], first: int, stop: int) -> int | None:
    """The line of this paragraph from which it is disclaimer; signature lines may stand right above it."""
    if stop <= first:
        return None
    if stop - first == 1 and (is_rule(lines[first]) or DISCLAIMER_HEAD.match(lines[first][:80])):
        return first
    whole = " ".join(lines[first:stop])[:6_000]
    said = DISCLAIMER.search(whole)
    if said is None:
        return None
    rule = next((number for number in range(first, stop) if is_rule(lines[number])), None)
    if rule is not None and not DISCLAIMER.search(" ".join(lines[first:rule])[:6_000]):
        return rule
    length = 0
    for number in range(first, stop):
        after = length + len(lines[number]) + 1
        if after > said.start():
            break
        length = after
    else:
        number = first
    if all(not line.strip() or DASHES.match(line) or is_rule(line) for line in lines[first:number]):
        return first
    while number > first and len(lines[number - 1]) > 60:  # a wrapped sentence begins higher up
        number -= 1
    return number


def _signature(body: Sequence[str]) -> tuple[int, int]:
    """First line of the signature and the line behind it; both len(body) where there is none."""
    stop = len(body)
    while stop and not body[stop - 1].strip():
        stop -= 1
    for number in range(max(0, stop - 120), stop):
        if (body[number] == SIGNATURE_MARK or DELIMITER.match(body[number])) and _fits(body, number, stop):
            return number, _behind(body, number + 1, stop)
    at = stop
    while at and (not body[at - 1].strip() or _is_mobile(body[at - 1]) or _is_link_of_mobile(body, at - 1)):
        at -= 1
    while at < stop and not body[at].strip():
        at += 1
    higher = _closing(body, at)
    if higher is None:
        higher = _footer(body, at)
    if higher is None:
        higher = _contacts(body, at)
    if higher is None:
        higher = _under_rule(body, at)
    if higher is not None:
        end = _behind(body, higher + 1, at)
        return (higher, end if end < at else stop)
    return (at, stop) if at < stop else (len(body), len(body))


def _fits(body: Sequence[str], at: int, stop: int) -> bool:
    """Under the delimiter stands a signature and not the larger part of the letter."""
    under = [line for line in body[at + 1 : stop] if line.strip()]
    if body[at] == SIGNATURE_MARK:
        return bool(under) and sum(map(len, under)) < 3_000
    if not under or len(under) > _MAX_SIGNATURE:
        return False
    return all(len(line) <= 160 for line in under) and (body[at] == "-- " or len(under) <= 12)


def _behind(body: Sequence[str], at: int, stop: int) -> int:
    """Where a postscript or a list of enclosures makes an end of the signature."""
    for number in range(at, stop):
        if AFTERWARDS.match(body[number][:40]):
            return number
    return stop


def _is_mobile(line: str) -> bool:
    if len(line) > 400:
        return False
    line = LINK.sub("", line)
    return len(line) <= 160 and MOBILE.match(line) is not None and not MOBILE_NOT.search(line)


def _is_link_of_mobile(body: Sequence[str], at: int) -> bool:
    """"Sent with AquaMail" has its link in the line below."""
    return at > 0 and len(body[at]) < 300 and LINK.fullmatch(body[at]) is not None and _is_mobile(body[at - 1])


def _closing(body: Sequence[str], stop: int) -> int | None:
    """«С уважением» with a few short lines under it, or with the name beside it as the last words."""
    full = 0
    lowest = None
    for number in range(stop - 1, max(-1, stop - 60), -1):
        line = body[number]
        if not line.strip():
            continue
        if len(line) <= 140 and _is_closing(line):
            lowest = number
            break
        full += 1
        if full > _MAX_CLOSING + 8:
            return None
    if lowest is None:
        return None
    short = 0
    for line in body[lowest + 1 : stop]:
        if AFTERWARDS.match(line[:40]):
            break
        if not line.strip():
            continue
        short += 1
        if short > _MAX_CLOSING or (len(line) > _SHORT and not CONTACT.search(line[:400])) or _is_sentence(line):
            return None
    return lowest


def _is_closing(line: str) -> bool:
    if CLOSING.match(line):
        return True
    named = CLOSING_NAME.match(line)
    if named is None:
        return False
    name = named.group("name")
    return len(name.split()) <= 10 and (name[:1].isupper() or FULL_CLOSING.match(line) is not None) and not TELLS.search(name)


def _is_sentence(line: str) -> bool:
    """A line that says something: it does not stand under a letter by itself."""
    words = line.split()
    line = line.rstrip()
    if line.endswith("?"):
        return len(words) > 2
    return len(words) >= 8 and line.endswith((".", "!")) and not CONTACT.search(line[:400])


def _footer(body: Sequence[str], stop: int) -> int | None:
    """A list server's footer under a line of underscores."""
    for number in range(stop - 1, max(-1, stop - 9), -1):
        if is_rule(body[number]):
            under = [line for line in body[number + 1 : stop] if line.strip()]
            return number if 1 <= len(under) <= 6 and any(FOOTER.search(line[:300]) for line in under) else None
    return None


def _under_rule(body: Sequence[str], stop: int) -> int | None:
    """Name, post and contacts under a line of dashes, however widely spaced."""
    full = 0
    for number in range(stop - 1, max(-1, stop - 40), -1):
        line = body[number]
        if is_rule(line):
            contacts = [one for one in body[number + 1 : stop] if CONTACT.search(one[:300])]
            return number if len(contacts) >= 2 and any(one.strip() for one in body[:number]) else None
        if not line.strip():
            continue
        full += 1
        if full > _MAX_CLOSING or len(line) > 70 or _is_sentence(line) or TELLS.search(line):
            return None
    return None


def _contacts(body: Sequence[str], stop: int) -> int | None:
    """A last paragraph of nothing but a name and how to reach her; also one line `-Name` after a blank one."""
    while stop and not body[stop - 1].strip():
        stop -= 1
    while stop < len(body) and _is_mobile(body[stop]):  # "via mobile" right under the name belongs to the paragraph
        stop += 1
    first = stop
    while first and body[first - 1].strip() and stop - first < 12:
        first -= 1
    if first == 0 or stop - first > 10 or stop == first or body[first - 1].strip():
        return None
    block = [line.strip() for line in body[first:stop]]
    if len(block) == 1:
        return first if re.match(r"^[-–—] ?[A-ZА-ЯЁ][^\W\d_]+(?: [A-ZА-ЯЁ][^\W\d_]+){0,2}$", block[0]) else None
    contacts = [line for line in block if CONTACT.search(line[:300])]
    others = [line for line in block if line not in contacts]
    head_is_name = NAME.match(block[0]) is not None and len(block[0].split()) <= 5 and not block[0].endswith((".", ","))
    thanks = THANKS.match(block[0]) is not None and len(block) > 1 and NAME.match(block[1]) is not None
    if not contacts or not (head_is_name or thanks):
        return None
    tells = any(TELLS.search(line[:400]) for line in block)
    long = any(len(line) > 70 or _is_sentence(line) for line in others) or any(len(line) > _SHORT for line in contacts)
    return None if tells or long else first
