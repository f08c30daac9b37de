"""Who is away today and who stands in: read from the out-of-office mails of our people, the latest word of each counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from mailbot.claims.absence import Absence, absence_in
from mailbot.claims.people import people_for, with_role
from mailbot.claims.working_time import office_day
from mailbot.store import notices

if TYPE_CHECKING:
    from mailbot.claims.policy import Person, Policy
    from mailbot.store.database import Connection

_TOLD_BEFORE = timedelta(days=180)  # a leave is announced at most so long before it ends


def absent_today(conn: Connection, policy: Policy, now: datetime) -> dict[str, Absence]:
    """By person's id, who is away on this day of the office. Errors: StoreAway.

    Anybody can write "I am away, Boris stands in" in her name: a mail that nothing proves names no deputy, and it takes nothing back
    that a proven one says. Who is configured as her substitute stands in all the same, and she goes on hearing (`Absence.proven`).
    """
    today, latest = office_day(now, policy.office), _told(conn, policy, policy.people, now - _TOLD_BEFORE, now)
    return {who: latest[proven, who] for proven, who in sorted(latest) if latest[proven, who].covers(today)}  # what is proven comes last


def told_of_herself(conn: Connection, policy: Policy, person: Person, since: datetime, now: datetime) -> Absence | None:
    """What her mails that came since say of her absence, the latest of them, one that is proven before others. Errors: StoreAway."""
    latest = _told(conn, policy, (person,), since, now)
    return latest.get((True, person.id)) or latest.get((False, person.id))


def _told(
    conn: Connection, policy: Policy, whose: Iterable[Person], since: datetime, now: datetime
) -> dict[tuple[bool, str], Absence]:
    """By whether it is proven and by person's id, the latest word of each."""
    people = {address.casefold(): person for person in whose for address in person.addresses}
    latest: dict[tuple[bool, str], Absence] = {}
    for notice in notices.notices(conn, people.keys(), since, now):
        author, sent_on = people[notice.from_key], office_day(notice.received_at, policy.office)
        said = absence_in(notice.subject, notice.text, author, policy.people, sent_on=sent_on, automatic=notice.automatic)
        if said is not None:
            latest[notice.proven, author.id] = said if notice.proven else replace(said, deputy=None, proven=False)
    return latest


def deputy_of(person: Person, absent: Mapping[str, Absence], policy: Policy) -> Person | None:
    """Whom her mail names, else whom the configuration names (`substitute`); where that one is away too, who stands in for him."""
    people = {one.id: one for one in policy.people}
    passed, at = {person.id}, person
    while (away := absent.get(at.id)) is not None:
        found = people.get(away.deputy or "") or people.get(at.substitute or "")
        if found is None or found.id in passed:
            return None
        passed.add(found.id)
        at = found
    return at if at.id != person.id else None


def deputies_today(conn: Connection, policy: Policy, now: datetime) -> dict[str, str]:
    """Who stands in for whom today, by id. Errors: StoreAway."""
    return deputies_of(absent_today(conn, policy, now), policy)


def deputies_of(absent: Mapping[str, Absence], policy: Policy) -> dict[str, str]:
    """The same, of who is away."""
    return {one.id: deputy.id for one in policy.people if (deputy := deputy_of(one, absent, policy)) is not None}


def in_her_place(person: Person, absent: Mapping[str, Absence], policy: Policy) -> tuple[Person, ...]:
    """Who hears what she should: she while she is here, else who stands in; both where nothing proves that she is away."""
    deputy = deputy_of(person, absent, policy)
    if deputy is None:
        return (person,)
    return (deputy,) if absent[person.id].proven else (person, deputy)


def people_here(
    roles: Iterable[str], policy: Policy, absent: Mapping[str, Absence], *, category: str = "", assignee: str | None = None
) -> tuple[Person, ...]:
    """Who hears what these roles should, each once: whoever stands in for who is away; where nobody does, somebody above hears too."""
    found: list[Person] = []
    for person in people_for(roles, policy, category=category, assignee=assignee):
        found += in_her_place(person, absent, policy)
        if is_left_alone(person, absent, policy):
            found += somebody_above(policy, absent) or people_for(["head"], policy)
    return tuple(dict.fromkeys(found))


def is_left_alone(person: Person, absent: Mapping[str, Absence], policy: Policy) -> bool:
    """She is away, and nobody stands in."""
    return person.id in absent and deputy_of(person, absent, policy) is None


def somebody_above(policy: Policy, absent: Mapping[str, Absence]) -> tuple[Person, ...]:
    """The head, or who stands in for her; while none of them is here the director, then the operator. Nobody where all are away."""
    return next((here for role in ("head", "director", "operator") if (here := _here(role, policy, absent))), ())


def _here(role: str, policy: Policy, absent: Mapping[str, Absence]) -> tuple[Person, ...]:
    people = (one for person in with_role(role, policy) for one in in_her_place(person, absent, policy))
    return tuple(dict.fromkeys(one for one in people if one.id not in absent))
