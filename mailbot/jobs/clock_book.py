"""Keeps the clocks of cases in step with their rows: started, paused, met, stopped, counted anew, the old value kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from mailbot import maillog
from mailbot.claims.case import State
from mailbot.claims.clock_changes import Change, changes
from mailbot.claims.clocked import NO_REMEDY, NOWHERE, ClockCase, Happening, Moved, Stated
from mailbot.claims.running_clocks import Counting, clocks_of
from mailbot.claims.working_time import office_day
from mailbot.jobs.apart import apart
from mailbot.store import cases, clock_rows
from mailbot.store import desk as desk_store
from mailbot.store.clock_rows import KeptClock

if TYPE_CHECKING:
    from mailbot.claims.clocks import Clock
    from mailbot.claims.facts import Facts
    from mailbot.claims.policy import Policy
    from mailbot.store.database import Connection, Database

DATE_CHANGED = "date_changed"
_PAUSES = "pauses looked at"
_SOME = 200  # cases in one transaction
WANTED = "answer_wanted_by"
_FACT_DATES = ("delivered_on", "purchased_on", WANTED)
_PHONES = {"+77": "KZ", "+375": "BY", "+44": "UK", "+49": "DE"}
_REGRESS_BEARERS = frozenset({"carrier", "supplier"})


def keep_clocks(conn: Connection, policy: Policy, case_ids: Sequence[int], now: datetime, said: Mapping[int, Stated] | None = None) -> int:
    """Bring the clocks of these cases to what their rows and the rules say; returns how many changed.

    `said`: what the opening mail of a case says, where the caller has it in hand.
    """
    if not case_ids or not policy.terms.rules:
        return 0
    by = counting(policy)
    rows = clock_rows.rows_of(conn, case_ids)
    have, happened = clock_rows.kept(conn, case_ids), clock_rows.happened(conn, case_ids)
    stated = {**stated_in(conn, [row.id for row in rows if row.id not in (said or {})]), **(said or {})}
    count, new = 0, list[KeptClock]()
    for row in rows:
        before = [one.clock for one in have.get(row.id, []) if one.opening == row.openings - 1]
        case = clock_case(row, happened.get(row.id, []), stated.get(row.id, Stated()), now, before)
        mine = [one.clock for one in have.get(row.id, []) if one.opening == row.openings]
        older = [one.clock for one in have.get(row.id, []) if one.opening != row.openings and one.clock.runs]
        todo = (*(Change("stop", one, one.id, "The case was opened again.") for one in older), *changes(mine, clocks_of(case, by)))
        new += _carry_out(conn, row.id, row.openings, todo, now)
        count += len(todo)
    clock_rows.start(conn, new)
    return count


def keep_all(db: Database, policy: Policy, now: datetime) -> int:
    """The same for all cases whose clocks lag behind: a letter has left or come back meanwhile, the rules or the calendar have
    changed, or the database is of a release without clocks. Errors: StoreAway.
    """
    if not policy.terms.rules:
        return 0
    count, tried = _end_long_pauses(db, policy, now), set[int]()
    while True:
        with db.read() as conn:
            ids = clock_rows.unkept(conn, policy.terms.version, policy.calendar_version, _SOME)
        if not set(ids) - tried:
            return count
        tried.update(ids)
        with db.write() as conn:
            count += _kept(conn, policy, ids, now)


def _end_long_pauses(db: Database, policy: Policy, now: datetime) -> int:
    """Once a day: a clock that has stood still for as long as its rule allows goes on."""
    today = office_day(now, policy.office).toordinal()
    with db.read() as conn:
        if desk_store.noted(conn, [_PAUSES]).get(_PAUSES) == today:
            return 0
        ids = clock_rows.paused(conn, [rule.id for rule in policy.terms.rules if rule.pause_at_most is not None])
    with db.write() as conn:
        desk_store.note(conn, _PAUSES, today)
        return sum(_kept(conn, policy, ids[at : at + _SOME], now) for at in range(0, len(ids), _SOME))


def _kept(conn: Connection, policy: Policy, ids: Sequence[int], now: datetime) -> int:
    """The clocks of these cases at once; where one of them fails, of each by itself."""
    count = apart(conn, f"the clocks of {len(ids)} cases", partial(keep_clocks, conn, policy, ids, now), -1)
    if count >= 0:
        return count
    return sum(apart(conn, f"the clocks of case {one} (row)", partial(keep_clocks, conn, policy, [one], now), 0) for one in ids)


def counting(policy: Policy) -> Counting:
    return Counting(policy.terms, policy.calendar, policy.office, policy.calendar_version)


def _carry_out(conn: Connection, case_id: int, opening: int, todo: Sequence[Change], now: datetime) -> list[KeptClock]:
    """Write the changes; returns the clocks that begin, which the caller writes for all cases at once."""
    new = []
    for change in todo:
        if change.what == "put":
            clock_rows.put(conn, change.kept, change.clock)
        elif change.what in {"replace", "stop"}:
            clock_rows.end(conn, change.kept, "replaced" if change.what == "replace" else "stopped", now, change.why)
        if change.what in {"replace", "start"}:
            new.append(KeptClock(case_id, opening, change.clock))
        if change.old is not None and change.recounted:
            was, is_now = change.old.due_by, change.clock.due_by
            data = {"rule": change.clock.rule, "old": was.isoformat(), "new": is_now.isoformat()}
            cases.event(conn, case_id, now, cases.MAILBOT, DATE_CHANGED, f"{change.clock.rule}: {change.why}", data=data)
            maillog.date_changed(case_id, change.clock.rule, was, is_now)
    return new


def clock_case(row: Any, happened: Sequence[Any], stated: Stated, now: datetime | None = None, before: Sequence[Clock] = ()) -> ClockCase:
    """A case's row and history as its clocks see it. `before`: the clocks of the opening before this one."""
    reopened = [one for one in happened if one.what == "reopened"]
    since = _opened_again(row.openings, happened)
    started_at = (reopened[-1].received_at or reopened[-1].at) if since is not None else row.received_at
    mine = [one for one in happened if since is None or one.at >= since]
    flags, ended = row.flags, State(row.state) in {State.CLOSED, State.NOT_CLAIM}
    return ClockCase(
        state=State(row.state),
        opening=row.openings,
        received_at=started_at,
        state_since=row.state_since,
        category=row.category,
        secondary=tuple(row.secondary),
        consumer=row.consumer,
        remedies=tuple(remedy for remedy in row.remedies if remedy not in NO_REMEDY),
        flags=frozenset(name for name, value in flags.items() if value),
        regress="" if flags.get("regress_in") else own_claim_against(row._mapping),  # it goes on in the case that this one was merged into
        acknowledge_by=row.acknowledge_by,
        answer_by=row.answer_by,
        answer_hard_by=row.answer_hard_by,
        acknowledged_at=row.acknowledged_at,
        answered_at=row.answered_at,
        wants_acknowledgement=row.openings == 1 and (flags.get("acknowledge") != "no" or State(row.state) in {State.NEW, State.TRIAGE}),
        ended_at=row.closed_at if ended else None,
        end=(row.close_reason or row.state) if ended else "",
        history=row.history,
        demanded={remedy: one.received_at or one.at for one in mine if one.what == "demanded" for remedy in one.data.get("demands", ())},
        stated=_said_since(stated, flags, since),
        carried=_carried(before, happened) if since is not None else {},
        moves=tuple(_moves(mine)),
        happenings=tuple(_happenings(happened, since)),
        seen_at=now,
    )


def own_claim_against(case: Mapping[str, Any]) -> str:
    """On whom a claim of ours is to be made; "" for nobody."""
    return str(case["flags"].get("regress") or (case["cost_bearer"] if case["cost_bearer"] in _REGRESS_BEARERS else ""))


def _opened_again(openings: int, happened: Sequence[Any]) -> datetime | None:
    """Since when it is worked again; None where it was never closed."""
    return next((one.at for one in reversed(happened) if one.what == "reopened"), None) if openings > 1 else None


def _carried(before: Sequence[Clock], happened: Sequence[Any]) -> dict[str, datetime]:
    """What one of our people opens again was closed too early: the law's term has run all the while, unless the claim was withdrawn.

    A customer who writes again after a close makes a new demand.
    """
    opened_by_mail = next((one.received_at is not None for one in reversed(happened) if one.what == "reopened"), True)
    ends = [one.data["close_reason"]["new"] for one in happened if isinstance(one.data.get("close_reason"), dict)]
    ends = [end for end in ends if end]
    if opened_by_mail or (ends and ends[-1] == "withdrawn_in_writing"):
        return {}
    return {clock.rule: clock.started_at for clock in before if clock.runs or clock.state == "stopped"}


def _said_since(stated: Stated, flags: Mapping[str, Any], since: datetime | None) -> Stated:
    """With what further letters and merged cases said (`stated`), and the day of delivery that one of our people took from the papers
    (`!регресс`): she knows it better than the customer. A day for the answer that was named before the case was opened again is past.
    """
    more = _more_said(flags)
    found = stated.together(more)
    dates = {**found.dates, **{name: on for name, on in more.dates.items() if name == WANTED}}  # she may wish for another day than before
    if on := flags.get("regress_delivered_on"):
        dates["delivered_on"] = date.fromisoformat(on)
    if since is not None and WANTED in dates and dates[WANTED] < since.date():
        del dates[WANTED]
    return replace(found, dates=dates)


def _more_said(flags: Mapping[str, Any]) -> Stated:
    """What stands in the flag `stated` of a case."""
    more = flags.get("stated") or {}
    return Stated(
        contracts=frozenset(more.get("contracts") or ()),
        inn=frozenset(more.get("inn") or ()),
        papers=tuple((kind, date.fromisoformat(on)) for kind, _, on in (paper.rpartition(":") for paper in more.get("papers") or ())),
        dates={name: date.fromisoformat(on) for name, on in (more.get("dates") or {}).items()},
        places=NOWHERE | frozenset(more.get("places") or ()),
    )


def _happenings(happened: Sequence[Any], since: datetime | None) -> Iterator[Happening]:
    """What happened since the case was opened last; our own claim on a carrier or supplier goes on through all openings."""
    for one in happened:
        if since is None or one.at >= since or one.what.startswith("regress_"):
            on = one.data.get("on")
            yield Happening(one.what, one.at, str(one.data.get("about") or ""), date.fromisoformat(on) if on else None)


def _moves(happened: Sequence[Any]) -> Iterator[Moved]:
    """Where the case was when; events of older releases say it in the change of the column."""
    for one in happened:
        state = one.data.get("state")
        to = one.data.get("to") or (state.get("new") if isinstance(state, dict) else state)
        if to is not None:
            yield Moved(one.at, State(to))


def stated_in(conn: Connection, case_ids: Sequence[int]) -> dict[int, Stated]:
    """What the mail that opened each of these cases says."""
    mails = desk_store.opening_mails(conn, case_ids) if case_ids else {}
    return {case_id: stated_by(mail.read) for case_id, mail in mails.items()}


def stated_of(conn: Connection, case: Mapping[str, Any]) -> Stated:
    """What all letters of a case state, without what one of our people knows better."""
    number, said = case["id"], {name: value for name, value in case["flags"].items() if name == "stated"}
    since = _opened_again(case["openings"], clock_rows.happened(conn, [number]).get(number, []))
    return _said_since(stated_in(conn, [number]).get(number, Stated()), said, since)


def learnt(stated: Mapping[str, Any], facts: Facts) -> dict[str, Any]:
    """What further letters have said (flag `stated` of a case), with another letter: contract, ИНН and days that start clocks."""
    dates = {name: on.isoformat() for name in _FACT_DATES if (on := getattr(facts, name)) is not None}
    contracts = [str(one.value) for one in facts.contracts]
    return _more(stated, {"contracts": contracts, "inn": facts.inn}, dates)


def joined(stated: Mapping[str, Any], own: Stated, whole: Stated) -> dict[str, Any]:
    """The same flag of a case that another was merged into: with what is in the `whole` and not in what it states by its `own`."""
    dates = {name: on.isoformat() for name, on in whole.dates.items() if own.dates.get(name) != on}
    lists: dict[str, Iterable[Any]] = {name: sorted(getattr(whole, name) - getattr(own, name)) for name in ("contracts", "inn", "places")}
    lists["papers"] = [f"{kind}:{on.isoformat()}" for kind, on in whole.papers if (kind, on) not in own.papers]
    return _more(stated, lists, dates)


def _more(stated: Mapping[str, Any], lists: Mapping[str, Iterable[Any]], dates: Mapping[str, str]) -> dict[str, Any]:
    said: dict[str, Any] = {**stated, "dates": {**(stated.get("dates") or {}), **dates}}
    for name, values in lists.items():
        said[name] = [*dict.fromkeys([*(stated.get(name) or ()), *values])]
    return {name: value for name, value in said.items() if value}


def stated_by(read: Any) -> Stated:
    """The same of a mail as plain data."""
    mail, facts = (read or {}).get("mail") or {}, ((read or {}).get("understanding") or {}).get("facts") or {}
    papers = facts.get("documents") or ()
    address = str((mail.get("from_") or {}).get("address") or "")
    sent_at = mail.get("sent_at")
    return Stated(
        sent_at=datetime.fromisoformat(sent_at) if sent_at else None,
        contracts=frozenset(str(one["value"]) for one in facts.get("contracts") or ()),
        inn=frozenset(facts.get("inn") or ()),
        papers=tuple((str(one.get("type") or ""), date.fromisoformat(one["date"])) for one in papers if one.get("date")),
        dates={name: date.fromisoformat(facts[name]) for name in _FACT_DATES if facts.get(name)},
        places=_places(address, facts.get("phones") or ()),
    )


def _places(address: str, phones: Sequence[str]) -> frozenset[str]:
    """Whose laws may apply: ours, and those of the country that an address or a telephone number names."""
    country = address.rpartition(".")[2].upper()
    of_phones = {code for phone in phones for start, code in _PHONES.items() if phone.startswith(start)}
    return NOWHERE | of_phones | ({country} if len(country) == 2 and country.isascii() else set())
