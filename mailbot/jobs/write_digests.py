"""Each person's morning: once a person and local date, on working days from the digest's hour, whatever restarts (R17)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from mailbot import maillog
from mailbot.claims.digest import ENQUIRY_STANDS_DAYS, DailySum, DigestCase, daily_line, digest, is_for
from mailbot.claims.digest_notes import about_cases, case_notes, counted, sentence
from mailbot.claims.letters import DigestLetter
from mailbot.claims.message import Address
from mailbot.claims.people import sorters
from mailbot.claims.proof import loop_header, make_message_id
from mailbot.claims.working_time import ONE_DAY, office_day, previous_working_day
from mailbot.jobs.case_view import digest_case, digest_enquiry
from mailbot.mail_out.compose import Composed, Envelope
from mailbot.rulebook.deadlines import overdue_review
from mailbot.rulebook.production_calendar import differences
from mailbot.store import commands, listing, outbox, watching
from mailbot.store import desk as desk_store

if TYPE_CHECKING:
    from mailbot.claims.policy import Person
    from mailbot.jobs.policy_of import Ground
    from mailbot.jobs.writing_desk import WritingDesk
    from mailbot.store.database import Connection, Database

IN_HAND_FOR = timedelta(minutes=10)  # a mail shown so lately may still be on its way into the store
CALENDAR_AHEAD = timedelta(days=14)
_REFUSED_FOR = timedelta(days=7)  # of refused commands a first digest tells no more than this
_NEVER = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Desk:
    """All that stands on the house's desk this morning, read at once: digest cases with the flags of those that have a number."""

    cases: tuple[DigestCase, ...]
    flags: Mapping[str, Mapping[str, object]]
    letters: tuple[tuple[str, datetime], ...]  # (case number, when filed), of customers' letters into cases
    since: Mapping[str, datetime]  # by address, when the last digest was queued


def write_digests(db: Database, ground: Ground, desk: WritingDesk, now: datetime, only: str | None = None, force: bool = False) -> int:
    """Queue the digests that are due; returns how many. `only` one person's; `force` before the hour and on days off.

    Still once a person and date. Errors: StoreAway.
    """
    due = {
        person.id: (person, _local_date(person, ground, now))
        for person in _readers(ground)
        if (only is None or person.id == only) and (force or _is_time(person, ground, now))
    }
    with db.read() as conn:
        done = _done(conn, due)
        open_ = {name: entry for name, entry in due.items() if name not in done}
        if not open_ or desk.home(None) is None:
            return 0
        on_desk = _on_desk(conn, ground, now)
        letters = {name: _letter(conn, ground, desk, person, on_desk, now) for name, (person, _) in open_.items()}
    rows, silent = [], []
    for name, (person, day) in open_.items():
        if _is_wanted(letters[name], person, ground):
            row = desk.to_person(letters[name], person, dedupe_key=_key(name, day), now=now, numbers=_numbers(letters[name]))
            rows += [row] if row is not None else []
        else:
            silent.append((name, day))
    with db.write() as conn:
        queued = outbox.queue(conn, rows, now)
        for name, day in silent:
            desk_store.note(conn, _silence(name), day.toordinal())
    if queued:
        maillog.letters_queued("digests", len(queued))
    return len(queued)


def preview(db: Database, ground: Ground, desk: WritingDesk, person: Person, now: datetime) -> Composed:
    """The digest as it would stand now; nothing is queued. Errors: StoreAway."""
    with db.read() as conn:
        letter = _letter(conn, ground, desk, person, _on_desk(conn, ground, now), now)
    home = desk.home(None)
    address = home.address if home is not None else "mailbot@localhost"
    message_id = make_message_id(desk.key, "digest", f"preview:{person.id}:{now.isoformat()}", 1, home.domain if home else "localhost")
    envelope = Envelope(
        from_=Address(desk.house.name, address),
        to=Address(person.name, person.addresses[0]),
        message_id=message_id,
        date=now,
        loop=loop_header(desk.key, desk.instance, message_id),
        automatic="auto-generated",
    )
    language = person.language if person.language in desk.languages else desk.languages[0]
    return desk.composer.compose(letter, language, None, envelope)


def _readers(ground: Ground) -> tuple[Person, ...]:
    """Everybody, of whom `_is_wanted` leaves those out who have nothing to see; in rehearsal the operators only."""
    people = ground.policy.people
    return tuple(person for person in people if "operator" in person.roles) if ground.policy.rehearsal else people


def _is_wanted(letter: DigestLetter, person: Person, ground: Ground) -> bool:
    """An empty day says so in one line to those whose day it is, if the house wishes it; what the operator must know goes always."""
    if not letter.digest.is_empty or letter.notes:
        return True
    hers = {"specialist", "operator"} & set(person.roles) or person in sorters(ground.policy)
    return bool(hers) and ground.settings.digest.empty == "line"


def _zone(person: Person, ground: Ground) -> tzinfo:
    return ZoneInfo(person.timezone) if person.timezone else ground.policy.office


def _local_date(person: Person, ground: Ground, now: datetime) -> date:
    return now.astimezone(_zone(person, ground)).date()


def _is_time(person: Person, ground: Ground, now: datetime) -> bool:
    """A working day, and her clock shows the hour or more: also where the hour does not exist on that day, or comes twice."""
    local = now.astimezone(_zone(person, ground))
    return local.hour >= ground.settings.digest.hour and ground.policy.calendar.is_working_day(local.date())


def _key(person: str, day: date) -> str:
    return f"digest:{person}:{day.isoformat()}"


def _silence(person: str) -> str:
    return f"no digest:{person}"[:64]


def _done(conn: Connection, due: Mapping[str, tuple[Person, date]]) -> set[str]:
    """Who has had her digest of the day, or had nothing to see when it was due."""
    written = desk_store.letters_by_key(conn, [_key(name, day) for name, (_, day) in due.items()])
    silent = desk_store.noted(conn, [_silence(name) for name in due])
    return {name for name, (_, day) in due.items() if _key(name, day) in written or silent.get(_silence(name)) == day.toordinal()}


def _on_desk(conn: Connection, ground: Ground, now: datetime) -> _Desk:
    policy = ground.policy
    open_cases = desk_store.open_cases(conn)
    letters = desk_store.letters_by_key(conn, [case.letter_key for case in open_cases])
    readings = desk_store.opening_readings(conn, [case.id for case in open_cases])
    found = [digest_case(case, letters.get(case.letter_key), readings.get(case.id), policy, now) for case in open_cases]
    found += [digest_enquiry(mail) for mail in desk_store.enquiries(conn, now - timedelta(days=ENQUIRY_STANDS_DAYS))]
    since = desk_store.last_queued(conn, "digest", {person.addresses[0].casefold() for person in policy.people})
    numbers = {case.id: case.number for case in open_cases}
    joined = desk_store.joined_since(conn, min(since.values(), default=now - ONE_DAY))
    return _Desk(
        cases=tuple(found),
        flags={case.number: case.flags for case in open_cases},
        letters=tuple((numbers[case_id], at) for case_id, at in joined if case_id in numbers),
        since=since,
    )


def _numbers(letter: DigestLetter) -> tuple[str, ...]:
    """The cases it lists: what may be commanded in answer to it."""
    return tuple(row.number for group in letter.digest.groups for row in group.rows if row.number)


def _letter(conn: Connection, ground: Ground, desk: WritingDesk, person: Person, on_desk: _Desk, now: datetime) -> DigestLetter:
    policy, language = ground.policy, person.language
    since = on_desk.since.get(person.addresses[0].casefold(), _NEVER)
    cases = on_desk.cases
    if policy.rehearsal:  # nobody else hears, so the operator sees what all would have seen (decisions.md 16)
        cases = tuple(replace(case, person=person.id) for case in cases)
    mine = {case.number for case in cases if case.number and is_for(case, person, policy)}
    news = counted(number for number, at in on_desk.letters if number in mine and at > since)
    daily = _daily(conn, person, ground, now)
    shown = digest(cases, person, policy, since=since, now=now)
    replies, rows = desk.replies_for(person, now), [row for group in shown.groups for row in group.rows]
    return DigestLetter(
        person_name=person.name,
        digest=shown,
        daily_line=daily_line(daily, language),
        made_at=now,
        notes=(
            *about_cases("letters", language, news),
            *case_notes({number: of_case for number, of_case in on_desk.flags.items() if number in mine}, language),
            *_refused(conn, person, max(since, now - _REFUSED_FOR), language),
            *(_spam(conn, now, language) if person in sorters(policy) else ()),
            *(_for_operator(ground, person, now) if "operator" in person.roles else ()),
            *(_unheard(conn, desk, max(since, now - _REFUSED_FOR), language) if "operator" in person.roles else ()),
        ),
        replies=replies.about_all((row.number, row.state) for row in rows) if replies is not None else {},
    )


def _refused(conn: Connection, person: Person, since: datetime, language: str) -> tuple[str, ...]:
    """Commands that came in her name and were not proven to be hers: nobody was answered, so she hears of them here (A3)."""
    count = commands.unproven_since(conn, since, person.id)
    return (sentence("refused_commands", language, count),) if count else ()


def _unheard(conn: Connection, desk: WritingDesk, since: datetime, language: str) -> tuple[str, ...]:
    """Somebody tried to command, and it cannot work: the operator hears why."""
    if desk.takes_commands or not commands.unproven_since(conn, since):
        return ()
    return (sentence("no_authserv", language),)


def _spam(conn: Connection, now: datetime, language: str) -> tuple[str, ...]:
    """Shown as a count, so that a claim among it can be found (behaviour.md 1)."""
    count = desk_store.count_spam(conn, now - ONE_DAY)
    return (sentence("spam", language, count),) if count else ()


def _daily(conn: Connection, person: Person, ground: Ground, now: datetime) -> DailySum:
    """The sums since the digest's hour on the working day before, so that no night and no weekend falls between two lines."""
    zone = _zone(person, ground)
    day = previous_working_day(_local_date(person, ground, now) - ONE_DAY, ground.policy.calendar)
    since = datetime.combine(day, time(ground.settings.digest.hour), tzinfo=zone).astimezone(UTC)
    where = watching.whereabouts(conn, since, now, now - IN_HAND_FOR)
    letters = listing.daily_sum(conn, since, now).letters
    filed = {**where.filed, **({"in_hand": where.in_hand} if where.in_hand else {})}
    return DailySum(
        shown=sum(filed.values()) + where.missing,
        filed=filed,
        sent=letters.get("sent", 0),
        refused=letters.get("refused", 0),
        waiting=sum(letters.get(state, 0) for state in ("held", "due", "sending", "unknown")),
    )


def _for_operator(ground: Ground, person: Person, now: datetime) -> tuple[str, ...]:
    """What concerns the program itself (decisions.md 16, 31)."""
    calendar, language, own = ground.policy.calendar, person.language, ground.settings.files.rules
    today = office_day(now, ground.policy.office)
    ahead = office_day(now + CALENDAR_AHEAD, ground.policy.office)
    years = sorted({day.year for day in (today, ahead) if calendar.is_provisional(day)})
    review = overdue_review(own, today)
    return (
        *((sentence("rehearsal", language),) if ground.policy.rehearsal else ()),
        *(sentence("provisional", language, year) for year in years),
        *differences(own, range(today.year, ahead.year + 1)),
        *((review,) if review else ()),
    )
