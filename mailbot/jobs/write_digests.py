"""Each person's morning: once a person and local date, on working days from the digest's hour, whatever restarts (R17)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Literal

from mailbot import maillog
from mailbot.claims.absence import Absence
from mailbot.claims.case import State
from mailbot.claims.daily_sum import daily_line
from mailbot.claims.digest import ENQUIRY_STANDS_DAYS, DigestCase, Row, digest, is_for
from mailbot.claims.digest_length import shortened
from mailbot.claims.digest_notes import about_cases, absence_notes, case_notes, closed_notes, handed_notes, noted_notes, unproven_notes
from mailbot.claims.due_terms import recounted_note
from mailbot.claims.letters import DigestLetter
from mailbot.claims.message import Address
from mailbot.claims.own_claim import own_claim_notes
from mailbot.claims.people import people_for, sorters, writes_in
from mailbot.claims.proof import loop_header, make_message_id
from mailbot.claims.ready_replies import ReadyReply, ReplyMaker
from mailbot.claims.recurrence import Cluster
from mailbot.claims.state_words import REASON_NAMES
from mailbot.claims.working_time import ONE_DAY, office_day
from mailbot.jobs import morning_notes
from mailbot.jobs.absences import absent_today, deputies_of, is_left_alone, somebody_above, told_of_herself
from mailbot.jobs.apart import apart, each, tell_of_broken
from mailbot.jobs.case_view import agreed, digest_case, digest_enquiry, matter_of
from mailbot.jobs.find_recurring import Standing, standing
from mailbot.jobs.missing_yes import missing_yes
from mailbot.jobs.morning_notes import local_date, zone_of
from mailbot.jobs.own_claims import soon_due
from mailbot.jobs.telling_absence import absence_words, is_confirmed
from mailbot.mail_out.compose import Composed, Envelope
from mailbot.store import clock_rows, history, moves, outbox
from mailbot.store import desk as desk_store
from mailbot.store.case_mails import notes_since
from mailbot.store.outbox import NewLetter

if TYPE_CHECKING:
    from mailbot.claims.policy import Person, Policy
    from mailbot.jobs.policy_of import Ground
    from mailbot.jobs.writing_desk import WritingDesk
    from mailbot.store.database import Connection, Database
    from mailbot.store.desk import Joined, OpenCase
    from mailbot.store.moves import Closed, Lost

MORNING_FOR = timedelta(hours=9)  # after so long, with the hour past, a digest waits for the next morning
_REFUSED_FOR = timedelta(days=7)  # of refused commands a first digest tells no more than this
_CLOSES_FOR = timedelta(days=14)  # of closed cases; longer than any row of holidays
_NEVER = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Desk:
    """All that stands on the house's desk this morning, read at once: digest cases with the flags of those that have a number."""

    cases: tuple[DigestCase, ...]
    flags: Mapping[str, Mapping[str, object]]
    letters: tuple[tuple[str, Joined], ...]  # by case number, what was written into cases
    words: Mapping[int, str]  # of such a mail, the last of its writer in its case
    listed: Mapping[str, frozenset[str]]  # by address, the cases that the last digest listed
    since: Mapping[str, datetime]  # by address, when the last digest was queued
    absent: Mapping[str, Absence]  # who is away today, by id
    deputies: Mapping[str, str]  # and who stands in for whom, by id; who sees to it where nobody does
    recurring: tuple[Standing, ...]
    own_claims: Mapping[str, tuple[str, str, date]]  # by number: in whose charge, category, last day
    closed: tuple[Closed, ...] = ()
    lost: tuple[Lost, ...] = ()  # cases that went to another
    notes: tuple[tuple[str, datetime, str, str], ...] = ()  # case number, when, by whom (id), the words
    broken: tuple[OpenCase, ...] = ()  # which cannot be shown
    recounted: tuple[tuple[str, datetime], ...] = ()  # (case number, when), of dates that other rules or another calendar have changed


def write_digests(db: Database, ground: Ground, desk: WritingDesk, now: datetime, only: str | None = None, force: bool = False) -> int:
    """Queue the digests that are due; returns how many. `only` one person's; `force` whatever the hour, and on days off.

    Still once a person and date. Errors: StoreAway.
    """
    due = {
        person.id: (person, local_date(person, ground, now))
        for person in _readers(ground)
        if (only is None or person.id == only) and (force or _is_time(person, ground, now))
    }
    with db.read() as conn:
        begun = history.begun_at(conn)
        done = _done(conn, due)
        if not force:
            done |= {name for name, (person, _) in due.items() if _came_later(begun, person, ground, now)}
        open_ = {name: entry for name, entry in due.items() if name not in done}
        if not open_ or desk.home(None) is None:
            return 0
        on_desk = _on_desk(conn, ground, now)
        written: dict[str, NewLetter | Literal["silent", "none"]] = {
            name: apart(conn, f"the digest of {name}", partial(_written, conn, ground, desk, person, day, on_desk, now), "none")
            for name, (person, day) in open_.items()
        }
    tell_of_broken(db, ground.policy, desk, [case.number for case in on_desk.broken], now)
    rows = [row for row in written.values() if isinstance(row, NewLetter)]
    silent = [(name, open_[name][1]) for name, row in written.items() if row == "silent"]
    with db.write() as conn:
        queued = outbox.queue(conn, rows, now)
        for name, day in silent:
            desk_store.note(conn, _silence(name), day.toordinal())
    if queued:
        maillog.letters_queued("digests", len(queued))
    return len(queued)


def _written(
    conn: Connection, ground: Ground, desk: WritingDesk, person: Person, day: date, on_desk: _Desk, now: datetime
) -> NewLetter | Literal["silent", "none"]:
    """Her digest as a letter, or that she has nothing to see today; "none" where none can be written."""
    letter = _letter(conn, ground, desk, person, on_desk, now)
    if not _is_wanted(letter, person, ground):
        return "silent"
    return desk.to_person(letter, person, dedupe_key=_key(person.id, day), now=now, numbers=_numbers(letter)) or "none"


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


def _is_time(person: Person, ground: Ground, now: datetime) -> bool:
    """A working day, and her clock shows the hour or more, but no night: also where the hour does not exist on that day, or comes twice."""
    local = now.astimezone(zone_of(person, ground))
    hour = ground.settings.digest.hour
    in_the_morning = hour <= local.hour and local.replace(tzinfo=None) < _at_hour(local, hour).replace(tzinfo=None) + MORNING_FOR
    return in_the_morning and ground.policy.calendar.is_working_day(local.date())


def _came_later(begun: datetime | None, person: Person, ground: Ground, now: datetime) -> bool:
    """We were first connected after her hour of today had passed: of such a morning there is nothing to tell."""
    local = now.astimezone(zone_of(person, ground))
    return begun is not None and begun >= _at_hour(local, ground.settings.digest.hour) + timedelta(hours=1)


def _at_hour(local: datetime, hour: int) -> datetime:
    return local.replace(hour=hour, minute=0, second=0, microsecond=0)


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
    running = clock_rows.running_of(conn, open_cases)
    letters_agreed = agreed(conn, [case.id for case in open_cases], policy.office, now)
    waits = desk_store.waits_since(conn, [case.id for case in open_cases if case.wait_reason])
    absent = absent_today(conn, policy, now)
    yes = missing_yes(conn, policy, absent)

    def of(case: OpenCase) -> DigestCase:
        return digest_case(
            case, letters.get(case.letter_key), readings.get(case.id), policy, now, running.get(case.id, ()), waits.get(case.id),
            agreed_letter=letters_agreed.get(case.id, ""), yes=yes.get(case.id, ()),
        )  # fmt: skip

    broken: list[OpenCase] = []
    found = list(each(open_cases, of, lambda case: f"case {case.number} in the digests", broken))
    enquiries = desk_store.enquiries(conn, now - timedelta(days=ENQUIRY_STANDS_DAYS))
    found += each(enquiries, digest_enquiry, lambda mail: f"mail M-{mail.id} in the digests")
    since = desk_store.last_queued(conn, "digest", {person.addresses[0].casefold() for person in policy.people})
    numbers = {case.id: case.number for case in open_cases}
    joined = [one for one in desk_store.joined_since(conn, min(since.values(), default=now - ONE_DAY)) if one.case in numbers]
    last = {(one.case, one.writer): one.mail for one in joined}
    last_readings = desk_store.readings(conn, last.values())
    deputies = deputies_of(absent, policy)
    above = [person.id for person in somebody_above(policy, absent)[:1]]
    deputies |= {person.id: name for person in policy.people if is_left_alone(person, absent, policy) for name in above}
    return _Desk(
        cases=tuple(found),
        flags={case.number: case.flags for case in open_cases},
        letters=tuple((numbers[one.case], one) for one in joined),
        words=dict(each(last.values(), lambda mail: (mail, matter_of(last_readings.get(mail))), lambda mail: f"the words of mail {mail}")),
        listed=desk_store.listed_in(conn, "digest", since),
        since=since,
        absent=absent,
        deputies=deputies,
        recurring=apart(conn, "recurring defects in the digests", partial(standing, conn, ground, now), ()),
        own_claims=apart(conn, "own claims in the digests", partial(soon_due, conn, ground, now), {}),
        closed=tuple(moves.closed_since(conn, now - _CLOSES_FOR)),
        lost=tuple(moves.lost_since(conn, min(since.values(), default=now - ONE_DAY))),
        notes=tuple(notes_since(conn, min(since.values(), default=now - ONE_DAY))),
        broken=tuple(broken),
        recounted=tuple(clock_rows.recounted_since(conn, min(since.values(), default=now - ONE_DAY))),
    )


def _numbers(letter: DigestLetter) -> tuple[str, ...]:
    """The cases it lists: what may be commanded in answer to it."""
    return tuple(row.number for group in letter.digest.groups for row in (*group.rows, *group.lines, *group.rest) if row.number)


def _letter(conn: Connection, ground: Ground, desk: WritingDesk, person: Person, on_desk: _Desk, now: datetime) -> DigestLetter:
    policy, language = ground.policy, person.language
    since = on_desk.since.get(person.addresses[0].casefold(), _NEVER)
    cases = tuple(_with_news(on_desk, person, policy, since))
    # nobody else hears, so the operator sees what all would have seen (decisions.md 16); a preview shows what each would have
    if policy.rehearsal and "operator" in person.roles:
        cases = tuple(replace(case, person=person.id) for case in cases)
    in_charge = {case.number: case.person for case in on_desk.cases}
    mine = {case.number for case in cases if case.number and is_for(case, person, policy)}
    if since != _NEVER:
        listed = on_desk.listed.get(person.addresses[0].casefold(), frozenset())
        fresh = {case.number for case in cases if case.number in mine - listed and case.state is State.REGISTERED}
        cases = tuple(replace(case, unseen=True) if case.number in fresh else case for case in cases)
    whole = digest(
        cases,
        person,
        policy,
        since=since,
        now=now,
        waiting_days=ground.settings.digest.waiting_days,
        deputies=on_desk.deputies,
        recurring=_fresh(on_desk.recurring, local_date(person, ground, since)),
    )
    shown = shortened(whole)

    maker, stand_in = desk.replies_for(person, now), deputies_of(on_desk.absent, policy)
    rows = [row for group in shown.groups for row in group.rows if row.number] if maker is not None else []
    writes = {row.number: writes_in(person, policy, in_charge.get(row.number), stand_in) for row in rows}
    away = [other for other in policy.people if on_desk.deputies.get(other.id) == person.id]
    alone = [other for other in away if is_left_alone(other, on_desk.absent, policy)]
    return DigestLetter(
        person_name=person.name,
        digest=shown,
        daily_line=daily_line(morning_notes.daily(conn, person, ground, now), language),
        made_at=now.astimezone(zone_of(person, ground)),
        notes=(
            *_own_absence(conn, policy, person, max(since, now - _CLOSES_FOR), now),
            *absence_notes({one.name: on_desk.absent[one.id].last for one in away if one not in alone}, language),
            *absence_notes({one.name: on_desk.absent[one.id].last for one in alone}, language, "stands_nobody_in"),
            *handed_notes(_lost(on_desk.lost, person, policy, since), language),
            *_noted(on_desk.notes, mine, person, policy, since),
            *(_closed(on_desk.closed, policy, since, language) if "head" in person.roles else ()),
            *own_claim_notes(_hers(on_desk.own_claims, person, policy), language),
            *recounted_note([number for number, at in on_desk.recounted if number in mine and at > since], language),
            *unproven_notes({number: on_desk.flags[number] for number in mine if number in on_desk.flags}, since.isoformat(), language),
            *about_cases("not_shown", language, [case.number for case in on_desk.broken if _concerns(case, person, policy)]),
            *case_notes({number: of_case for number, of_case in on_desk.flags.items() if number in mine}, language),
            *morning_notes.refused(conn, person, max(since, now - _REFUSED_FOR), language),
            *(morning_notes.spam(conn, now, language) if person in sorters(policy) else ()),
            *(morning_notes.for_operator(ground, person, now) if "operator" in person.roles else ()),
            *(morning_notes.unheard(conn, desk, max(since, now - _REFUSED_FOR), language) if "operator" in person.roles else ()),
        ),
        replies={row.number: _replies(maker, row, writes=writes[row.number]) for row in rows} if maker is not None else {},
    )


def _own_absence(conn: Connection, policy: Policy, person: Person, since: datetime, now: datetime) -> tuple[str, ...]:
    """What her absence mail was understood as. A robot wrote it, and no robot is answered: she reads it when she reads again."""
    told = told_of_herself(conn, policy, person, since, now)
    if told is None or told.last < (today := office_day(now, policy.office)) or is_confirmed(conn, told):
        return ()
    return (absence_words(told, person, policy, today),)


def _with_news(on_desk: _Desk, person: Person, policy: Policy, since: datetime) -> Iterator[DigestCase]:
    """The cases, each with what others than she wrote into it since her last digest, and whose words the newest are."""
    names = {address.casefold(): one.name or one.id for one in policy.people for address in one.addresses}
    hers = {address.casefold() for address in person.addresses}
    news = [(number, one) for number, one in on_desk.letters if one.at > since and one.writer not in hers]
    counted, last = Counter(number for number, _ in news), dict(news)
    for case in on_desk.cases:
        newest = last.get(case.number)
        if newest is None:
            yield case
        else:
            by = "" if newest.relation == "customer" else names.get(newest.writer, newest.writer)
            yield replace(case, letters=counted[case.number], newest=on_desk.words.get(newest.mail, ""), newest_by=by)


def _replies(maker: ReplyMaker, row: Row, *, writes: bool) -> tuple[ReadyReply, ...]:
    return maker.about(
        row.number, row.state, taken=row.taken, answered=row.answered, settled=row.settled, writes=writes, addressed=bool(row.address)
    )


def _concerns(case: OpenCase, person: Person, policy: Policy) -> bool:
    """Hers to work, or she answers for the dates."""
    return person in people_for(["specialist", "head"], policy, category=case.category or "", assignee=case.assigned_to)


def _fresh(found: tuple[Standing, ...], last: date) -> tuple[Cluster, ...]:
    """What was told since her last digest, or is told just now."""
    return tuple(one.cluster for one in found if one.told is None or one.told.on >= last)


def _lost(found: Sequence[Lost], person: Person, policy: Policy, since: datetime) -> list[tuple[str, str]]:
    """(case number, name of who has it now) of the cases that went from her to another since her last digest."""
    names = {one.id: one.name or one.id for one in policy.people}
    return [(one.number, names.get(one.to, one.to)) for one in found if one.person == person.id and one.at > since]


def _noted(
    found: Sequence[tuple[str, datetime, str, str]], mine: Collection[str], person: Person, policy: Policy, since: datetime
) -> tuple[str, ...]:
    """What others noted in her cases since her last digest."""
    names = {one.id: one.name or one.id for one in policy.people}
    new = [(number, names.get(by, by), words) for number, at, by, words in found if number in mine and at > since and by != person.id]
    return noted_notes(new, person.language)


def _closed(found: Sequence[Closed], policy: Policy, since: datetime, language: str) -> tuple[str, ...]:
    """What was closed since a head's last digest: a slip, a stolen mailbox and a hidden delay show here (reliability.md A13)."""
    names, reasons = {one.id: one.name or one.id for one in policy.people}, REASON_NAMES["ru" if language == "ru" else "en"]
    new = [one for one in found if one.at > since]
    told = [(one.number, names.get(one.by, one.by), reasons.get(one.reason, one.reason)) for one in new]
    return closed_notes(told, [one.number for one in new if one.late], language)


def _hers(own: Mapping[str, tuple[str, str, date]], person: Person, policy: Policy) -> dict[str, date]:
    """Our own claims of which she should hear: whose case it is, and the lawyer."""
    legal = person in people_for(["legal"], policy)
    return {
        number: last_on
        for number, (assignee, category, last_on) in own.items()
        if legal or person in people_for(["specialist"], policy, category=category, assignee=assignee)
    }
