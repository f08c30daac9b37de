"""People as the head of an earlier letter names them: «Имя [mailto:a@…]», "Name (a@…)", 'Doe, J' <a@…>. Never raises; linear."""

from __future__ import annotations

import re

from mailbot.claims.message import Address
from mailbot.mail_in.addresses import canonical
from mailbot.mail_in.letter_lines import EMAIL

_MAX_PEOPLE = 200
_REPEATED = re.compile(r"<mailto:[^<>]{0,300}>", re.IGNORECASE)
_MAILTO = re.compile(r"[\[<(]\s*mailto:\s*([^\]<>()\s]{3,300})\s*[\]>)]", re.IGNORECASE)
_PARENTHESES = re.compile(r"\(\s*<?([^\s()<>]{1,100}@[^\s()<>]{2,200})>?\s*\)|\[\s*([^\s\[\]<>]{1,100}@[^\s\[\]<>]{2,200})\s*\]")
_ANGLE = re.compile(r"<([^<>]{1,300})>")
_AROUND = " \t\n,;:\"'«»„“”‘’*_[]()<>"


def people(value: str) -> tuple[Address, ...]:
    """All people of a field; one named without address has "" for it."""
    text = value[:20_000]
    if text.count("<") > text.lower().count("<mailto:"):  # `<a@…<mailto:a@…>>`: the address is there without it
        text = _REPEATED.sub("", text)
    text = _MAILTO.sub(r"<\1>", text)
    text = _PARENTHESES.sub(lambda found: f"<{found.group(1) or found.group(2)}>", text)
    found: list[Address] = []
    at = 0
    for angle in _ANGLE.finditer(text):
        if "@" not in angle.group(1):
            continue
        *bare, name = _split_bare(text[at : angle.start()])
        found += [Address("", canonical(one)) for one in bare]
        found.append(_person(name, angle.group(1)))
        at = angle.end()
        if len(found) >= _MAX_PEOPLE:
            return tuple(found)
    rest = text[at:]
    found += [Address("", canonical(one.group().strip("'."))) for one in EMAIL.finditer(rest)]
    if not found and rest.strip(_AROUND):
        found = [Address(name, "") for part in re.split(r"[;,]", rest) if (name := part.strip(_AROUND))]
    return tuple(found[:_MAX_PEOPLE])


def first_person(value: str) -> Address | None:
    """The sender: a name with a comma in it is one person."""
    found = people(value)
    if not found:
        return None
    if not found[0].address:
        return Address(value.strip(_AROUND)[:200], "")
    return found[0]


def _split_bare(before: str) -> list[str]:
    """Addresses without brackets that stand before a name, then the name."""
    bare = [one.group().strip("'.") for one in EMAIL.finditer(before)] if "@" in before else []
    if not bare:
        return [before]
    last = before.rfind(bare[-1]) + len(bare[-1])
    name = before[last:]
    if not name.strip(_AROUND):  # "a@b.example <a@b.example>": the name is the address again
        return [*bare[:-1], ""]
    return [*bare, name]


def _person(name: str, address: str) -> Address:
    name = " ".join(name.split()).strip(_AROUND)
    address = address.strip().removeprefix("mailto:").strip("'\" ")
    return Address("" if name.casefold() == address.casefold() else name, canonical(address))
