"""Who is away today and who stands in: read from the out-of-office mails of our people, the latest word of each counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from mailbot.claims.absence import Absence, absence_in
from mailbot.claims.working_time import office_day
from mailbot.store import notices

if TYPE_CHECKING:
    from mailbot.claims.policy import Person, Policy
    from mailbot.store.database import Connection

_TOLD_BEFORE = timedelta(days=180)  # a leave is announced at most so long before it ends


def who_stands_in(conn: Connection, policy: Policy, person: Person, now: datetime, *, with_rights: bool = False) -> Person | None:
    """Whom her cases and approvals go to today; None while she is here, or nobody stands in. Errors: StoreAway."""
    return deputy_of(person, absent_today(conn, policy, now, with_rights=with_rights), policy)


def absent_today(conn: Connection, policy: Policy, now: datetime, *, with_rights: bool = False) -> dict[str, Absence]:
    """By person's id, who is away on this day of the office. Errors: StoreAway.

    `with_rights`: whoever stands in may approve, write and see. A mail that nothing proves then names no deputy: anybody can write
    "I am away, Boris stands in"; who is configured as the substitute stands in all the same.
    """
    today = office_day(now, policy.office)
    people = {address.casefold(): person for person in policy.people for address in person.addresses}
    latest: dict[str, Absence] = {}
    for notice in notices.notices(conn, people.keys(), now - _TOLD_BEFORE, now):
        author, sent_on = people[notice.from_key], office_day(notice.received_at, policy.office)
        said = absence_in(notice.subject, notice.text, author, policy.people, sent_on=sent_on, automatic=notice.automatic)
        if said is not None:
            latest[author.id] = replace(said, deputy=None) if with_rights and not notice.proven else said
    return {who: absence for who, absence in latest.items() if absence.covers(today)}


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
