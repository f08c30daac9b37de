"""Looks for recurring defects, hourly, and tells head and specialist: once a cluster, again when it has grown by half."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from mailbot import maillog
from mailbot.claims.case import State
from mailbot.claims.people import people_for
from mailbot.claims.recurrence import Cluster, Occurrence, RecurrenceRule, Told, clusters, is_to_be_told
from mailbot.claims.report_letters import RecurringCase, RecurringDefect, RecurringLetter
from mailbot.claims.working_time import office_day, office_hours
from mailbot.jobs.apart import apart, each
from mailbot.jobs.case_view import matter_of
from mailbot.rulebook.recurring import load_recurring
from mailbot.store import desk as desk_store
from mailbot.store import history, outbox

if TYPE_CHECKING:
    from mailbot.claims.policy import Person, Policy
    from mailbot.jobs.policy_of import Ground
    from mailbot.jobs.writing_desk import WritingDesk
    from mailbot.store.database import Connection, Database
    from mailbot.store.outbox import NewLetter

_LOOKED = "recurring defects looked for"
_HEARERS = ("specialist", "head")
_ONE_CASE = frozenset({"duplicate", "merged"})  # the same matter twice is no second defect
_MOST_SIZE = 10_000


@dataclass(frozen=True, slots=True)
class Standing:
    """A cluster as it stands today; `told` when its people heard of it last, None if never."""

    cluster: Cluster
    told: Told | None


def find_recurring(db: Database, ground: Ground, desk: WritingDesk, now: datetime) -> int:
    """Queue a letter about what is new; returns how many. Looks once an hour, while the office is open. Errors: StoreAway."""
    hour = int(now.timestamp()) // 3600
    hours = office_hours(office_day(now, ground.policy.office), ground.policy.calendar, ground.policy.office)
    if hours is None or not hours[0] <= now < hours[1] or desk.home(None) is None:
        return 0
    with db.read() as conn:
        if desk_store.noted(conn, [_LOOKED]).get(_LOOKED) == hour:
            return 0
        found = standing(conn, ground, now)
        rule, today = load_recurring(ground.settings.files.rules), office_day(now, ground.policy.office)
        fresh = [one.cluster for one in found if is_to_be_told(one.cluster, one.told, rule, today)]
        defects = _defects(conn, fresh)
    with db.write() as conn:
        desk_store.note(conn, _LOOKED, hour)
        return _tell(conn, ground, desk, fresh, defects, now) if fresh else 0


def standing(conn: Connection, ground: Ground, now: datetime) -> tuple[Standing, ...]:
    """What stands out today, told or not. Errors: StoreAway."""
    rule, policy = load_recurring(ground.settings.files.rules), ground.policy
    today = office_day(now, policy.office)
    found = clusters(_occurrences(conn, policy, rule, today, now), rule, today=today, begun_on=_begun_on(conn, policy, today))
    told = desk_store.noted(conn, [_name(one) for one in found]) if found else {}
    return tuple(Standing(one, _told(told.get(_name(one)))) for one in found)


def _occurrences(conn: Connection, policy: Policy, rule: RecurrenceRule, today: date, now: datetime) -> list[Occurrence]:
    since = datetime.combine(today - timedelta(days=rule.window_days + rule.history_days), time(), tzinfo=policy.office).astimezone(UTC)
    rows = [row for row in history.counted_cases(conn, since, now) if row["received_at"] >= since and _counts(row)]
    days = {row["id"]: office_day(row["received_at"], policy.office) for row in rows}
    window = today - timedelta(days=rule.window_days - 1)
    batches = history.batches_of(conn, [case_id for case_id, day in days.items() if day >= window])
    return [Occurrence(row["number"], days[row["id"]], row["category"], row["product"], batches.get(row["id"], ())) for row in rows]


def _counts(row: Mapping[str, Any]) -> bool:
    return bool(row["category"]) and row["state"] != State.NOT_CLAIM and row["close_reason"] not in _ONE_CASE


def _begun_on(conn: Connection, policy: Policy, today: date) -> date:
    at = history.cases_known_since(conn)
    return office_day(at, policy.office) if at is not None else today


def _tell(
    conn: Connection, ground: Ground, desk: WritingDesk, fresh: Sequence[Cluster], defects: Mapping[str, RecurringDefect], now: datetime
) -> int:
    """One letter a person with all that is new for her; the clusters count as told in the same transaction."""
    today = office_day(now, ground.policy.office)
    by_person: dict[str, tuple[Person, list[Cluster]]] = {}
    for one in fresh:
        for person in people_for(_HEARERS, ground.policy, category=one.category):
            by_person.setdefault(person.id, (person, []))[1].append(one)
        desk_store.note(conn, _name(one), today.toordinal() * _MOST_SIZE + min(one.size, _MOST_SIZE - 1))
    letters = [
        apart(conn, f"what recurs to {person.id}", partial(_letter, desk, person, [defects[one.key] for one in hers], hers, now), None)
        for person, hers in by_person.values()
    ]
    queued = len(outbox.queue(conn, [letter for letter in letters if letter is not None], now))
    maillog.letters_queued("recurring defects", queued)
    return queued


def _letter(
    desk: WritingDesk, person: Person, defects: Sequence[RecurringDefect], hers: Sequence[Cluster], now: datetime
) -> NewLetter | None:
    told = hashlib.sha256("\n".join(f"{one.key} {one.size}" for one in hers).encode()).hexdigest()[:16]
    letter = RecurringLetter(person.name, tuple(defects))
    numbers = tuple(number for one in hers for number in one.numbers)
    return desk.to_person(letter, person, dedupe_key=f"recurring:{person.id}:{now:%Y-%m-%d}:{told}", now=now, numbers=numbers)


def _defects(conn: Connection, found: Iterable[Cluster]) -> dict[str, RecurringDefect]:
    """Each cluster with its cases, by key."""
    found = list(found)
    rows = {row["number"]: row for row in history.cases_numbered(conn, [number for one in found for number in one.numbers])}
    readings = desk_store.opening_readings(conn, [row["id"] for row in rows.values()]) if rows else {}

    def of(row: Mapping[str, Any]) -> RecurringCase:
        claimed = matter_of(readings.get(row["id"])) or row["subject"]
        return RecurringCase(row["number"], row["customer_name"] or row["customer"], claimed, row["received_at"])

    cases = {one.number: one for one in each(rows.values(), of, lambda row: f"case {row['number']} among recurring defects")}
    return {one.key: RecurringDefect(one, tuple(cases[number] for number in one.numbers if number in cases)) for one in found}


def _name(cluster: Cluster) -> str:
    return f"recurring:{hashlib.sha256(cluster.key.encode()).hexdigest()[:40]}"


def _told(noted: int | None) -> Told | None:
    return Told(date.fromordinal(noted // _MOST_SIZE), noted % _MOST_SIZE) if noted else None
