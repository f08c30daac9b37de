"""A heading over a list ("Не хватает:") tells the role of its lines."""

from __future__ import annotations

from collections.abc import Sequence

from mailbot.classify.sheet import Sheet
from mailbot.classify.told_roles import PARTS, ROLES
from mailbot.classify.units import Counted

LONGEST_LIST = 60  # lines under a heading


def take_headings(counted: Sequence[Counted], roles: list[str], sheet: Sheet) -> None:
    """ "Не хватает:" over a list tells the role of its lines, up to a blank line or the next heading."""
    headings = _heading_roles(sheet)
    if not headings:
        return
    for n, one in enumerate(counted):
        line = sheet.text.rfind("\n", 0, one.number.start) + 1
        start = max((at for at in headings if at < line), default=None)
        if roles[n] == "unknown" and start is not None and _is_list(sheet.text[start:line]):
            roles[n] = headings[start]


def _heading_roles(sheet: Sheet) -> dict[int, str]:
    """Where lines begin that end with a colon and tell a role."""
    found: dict[int, str] = {}
    for said in sheet.family("role"):
        start = sheet.text.rfind("\n", 0, sheet.words.starts[said.hit.first]) + 1
        end = sheet.text.find("\n", start)
        last = sheet.word_at(end) - 1 if end > 0 else 0
        heads = end > 0 and sheet.text[start:end].rstrip().endswith(":")
        same = sheet.words.sentences[last] == sheet.words.sentences[said.hit.last]
        if said.weight and heads and same and said.group.removeprefix("role_") in (*PARTS, "surplus"):
            role = said.group.removeprefix("role_")
            found[start] = min(found.get(start, role), role, key=ROLES.index)
    return found


def _is_list(passage: str) -> bool:
    """The heading and the lines of its list so far: none is blank, none is another heading, each counts something."""
    _, *lines = passage.split("\n")[:-1]
    return len(lines) <= LONGEST_LIST and all(any(sign.isdigit() for sign in line) and not line.rstrip().endswith(":") for line in lines)
