"""Tells whom the ladder names, once a case and step, in one letter a person and interval (decisions.md 27, reliability.md L9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from mailbot import maillog
from mailbot.claims.case import State
from mailbot.claims.clocks import ACKNOWLEDGEMENT, FORMAL_ANSWER, Clock, Step
from mailbot.claims.escalation import Escalation, escalations_due
from mailbot.claims.letters import EscalationItem, EscalationLetter
from mailbot.claims.people import with_role, writes_in
from mailbot.jobs.absences import absent_today, deputies_of, deputy_of, people_here
from mailbot.jobs.apart import apart, each, tell_of_broken
from mailbot.jobs.approving import approvers
from mailbot.jobs.case_view import agreed, clocked, is_undelivered, marks_of, matter_of, phone_of, settled
from mailbot.jobs.clock_book import keep_all
from mailbot.jobs.missing_yes import missing_yes
from mailbot.store import cases, clock_rows, drafts, outbox
from mailbot.store import desk as desk_store

if TYPE_CHECKING:
    from mailbot.claims.absence import Absence
    from mailbot.claims.asked_yes import AskedYes
    from mailbot.claims.policy import Person, Policy
    from mailbot.claims.ready_replies import ReadyReply, ReplyMaker
    from mailbot.jobs.policy_of import Ground
    from mailbot.jobs.writing_desk import WritingDesk
    from mailbot.store.database import Connection, Database
    from mailbot.store.desk import OpenCase
    from mailbot.store.outbox import NewLetter

INTERVAL = timedelta(minutes=30)
_CALLS = frozenset({"specialist", "head"})  # who speaks with customers, and is shown their numbers
MOST_NAMED = 3  # specialists whom a head may give a case to with one tap


@dataclass(frozen=True, slots=True)
class _Step:
    """One step of one case that is due and that one person has not heard of."""

    case: OpenCase
    escalation: Escalation
    roles: tuple[str, ...]
    undelivered: bool
    away: Absence | None = None  # of the person in charge
    deputy: str = ""


def escalate(db: Database, ground: Ground, desk: WritingDesk, now: datetime) -> int:
    """Queue what must be said now; returns how many letters. The clocks are brought up to date first. Errors: StoreAway."""
    broken: list[OpenCase] = []
    keep_all(db, ground.policy, now)
    with db.read() as conn:
        steps = _steps_due(conn, ground, now, broken)
        waiting = _heard_lately(conn, [person for person, _ in steps.values()], now)
        mine = {name: found for name, found in steps.items() if name not in waiting}
        ids = {step.case.id for _, found in mine.values() for step in found}
        reads = desk_store.opening_readings(conn, ids) if ids else {}
    tell_of_broken(db, ground.policy, desk, [case.number for case in broken], now)
    if not mine or desk.home(None) is None:
        return 0
    with db.write() as conn:
        desk_store.alone(conn, "escalate")
        waiting = _heard_lately(conn, [person for person, _ in mine.values()], now)
        absent = absent_today(conn, ground.policy, now)
        yes = missing_yes(conn, ground.policy, absent)
        queued = 0
        for person, found in (entry for name, entry in mine.items() if name not in waiting):
            tell = partial(_tell, conn, desk, ground.policy, person, found, reads, absent, yes, now)
            queued += apart(conn, f"the escalation to {person.id}", tell, 0)
    if queued:
        maillog.letters_queued("escalations", queued)
    return queued


def _tell(
    conn: Connection, desk: WritingDesk, policy: Policy, person: Person, steps: Sequence[_Step], reads: Mapping[int, Any],
    absent: Mapping[str, Absence], yes: Mapping[int, tuple[AskedYes, ...]], now: datetime,
) -> int:
    letter = _letter_to(conn, desk, policy, person, steps, reads, absent, yes, now)
    return len(outbox.queue(conn, [letter], now)) if letter is not None else 0


def _steps_due(conn: Connection, ground: Ground, now: datetime, broken: list[OpenCase]) -> dict[str, tuple[Person, list[_Step]]]:
    """By person's id, the steps she must hear of and has not. `broken`: the cases of which nobody can say are added to it."""
    policy, found = ground.policy, dict[str, tuple["Person", list[_Step]]]()
    running = _clocks_near(conn, ground, now)
    ours = {rule.id for rule in ground.clocks if rule.side == "regress"}  # our own claims go on when the customer's case is closed
    with_ours = [case_id for (case_id, _), some in running.items() if ours & {clock.rule for clock in some}]
    every = desk_store.open_cases(conn, also=with_ours)
    letters = desk_store.letters_by_key(conn, [case.letter_key for case in every])

    def of(case: OpenCase) -> list[tuple[OpenCase, Escalation, bool]]:
        letter = letters.get(case.letter_key)
        clocks = running.get((case.id, case.openings), ())
        steps = escalations_due(clocked(case, letter, clocks), ground.clocks, policy.calendar, policy.office, now=now)
        return [(case, step, is_undelivered(case, letter, now)) for step in steps]

    due = [one for found_of in each(every, of, lambda case: f"the steps of case {case.number}", broken) for one in found_of]
    told = desk_store.escalated_already(conn, {case.id for case, _, _ in due})
    later = {(rule.id, step.name): [one.name for one in rule.steps[n:]] for rule in ground.clocks for n, step in enumerate(rule.steps)}
    absent = absent_today(conn, policy, now) if due else {}
    for case, step, undelivered in due:
        for person, roles in _hearers(case, step, policy, absent):
            # who has heard of a later step need not hear of this one (a clock set back, two machines whose clocks differ)
            if not any((case.id, step.clock, name, person.id) in told for name in later[step.rule, step.step]):
                found.setdefault(person.id, (person, []))[1].append(_Step(case, step, roles, undelivered, *_away(case, policy, absent)))
    return found


def _away(case: OpenCase, policy: Policy, absent: Mapping[str, Absence]) -> tuple[Absence | None, str]:
    """Whether the person in charge is away, and the name of who stands in for her."""
    in_charge = next((person for person in policy.people if person.id == case.assigned_to), None)
    if in_charge is None or in_charge.id not in absent:
        return None, ""
    deputy = deputy_of(in_charge, absent, policy)
    return absent[in_charge.id], deputy.name if deputy is not None else ""


def _clocks_near(conn: Connection, ground: Ground, now: datetime) -> dict[tuple[int, int], tuple[Clock, ...]]:
    """The clocks a step of which can be due, by case and its opening: those of the answer always, the others when their date comes near."""
    others = [rule for rule in ground.clocks if rule.steps and rule.id not in {ACKNOWLEDGEMENT, FORMAL_ANSWER}]
    ahead = max((step.days_before or 0 for rule in others for step in rule.steps), default=0)
    started = [FORMAL_ANSWER, *(rule.id for rule in others if any(_by_start(step) for step in rule.steps))]
    found = clock_rows.running(conn, due_before=now + timedelta(days=ahead + 15), rules=[rule.id for rule in others], started=started)
    by_case: dict[tuple[int, int], tuple[Clock, ...]] = {}
    for one in found:
        by_case[one.case_id, one.opening] = (*by_case.get((one.case_id, one.opening), ()), one.clock)
    return by_case


def _by_start(step: Step) -> bool:
    """Measured from the start rather than from the date: it can be due long before."""
    return step.working_days is not None or (step.share is not None and step.share < 1)


def _hearers(case: OpenCase, step: Escalation, policy: Policy, absent: Mapping[str, Absence]) -> list[tuple[Person, tuple[str, ...]]]:
    """Who hears of a step, and in which of its roles: also where she stands in for a role nobody has, or for somebody who is away."""
    category, assignee = case.category or "", case.assigned_to

    def here(roles: Sequence[str]) -> tuple[Person, ...]:
        return people_here(roles, policy, absent, category=category, assignee=assignee)

    by_role, everybody = {role: here([role]) for role in step.roles}, here(step.roles)
    return [(person, tuple(role for role, people in by_role.items() if person in people)) for person in everybody]


def _heard_lately(conn: Connection, people: Sequence[Person], now: datetime) -> set[str]:
    """Ids of those who had such a letter within the interval: the next one will list all."""
    last = desk_store.last_queued(conn, "escalation", {person.addresses[0].casefold() for person in people})
    lately = {address for address, at in last.items() if now - INTERVAL < at <= now}
    return {person.id for person in people if person.addresses[0].casefold() in lately}


def _letter_to(
    conn: Connection, desk: WritingDesk, policy: Policy, person: Person, steps: Sequence[_Step], reads: Mapping[int, Any],
    absent: Mapping[str, Absence], yes: Mapping[int, tuple[AskedYes, ...]], now: datetime,
) -> NewLetter | None:
    """One letter with all that she is told of now for the first time; None where another process has told her all of it.

    A case that cannot be told is left out, and counts as not told.
    """
    steps = sorted(steps, key=lambda step: (not step.case.safety, step.escalation.due_by, step.case.id, step.escalation.at))
    of_case = {case_id: [step for step in steps if step.case.id == case_id] for case_id in _each(steps)}
    hers = {
        draft.case_id
        for draft, one in drafts.waiting_approvals(conn, list(of_case))
        if person in approvers(conn, policy, one.role, draft.author, now)
    }
    maker, letters_agreed = desk.replies_for(person, now), agreed(conn, list(of_case), policy.office, now)
    deputies = deputies_of(absent, policy)

    def part(case_id: int) -> tuple[list[_Step], EscalationItem, tuple[ReadyReply, ...]] | None:
        once = partial(cases.escalate_once, conn, case_id, people=[person.id], now=now)
        some = [step for step in of_case[case_id] if once(step.escalation.clock, step.escalation.step)]
        if not some:
            return None
        item = replace(_of_case(some, policy, reads, person, now, your_yes=case_id in hers), yes=yes.get(case_id, ()))
        last = some[-1]
        writes = writes_in(person, policy, last.case.assigned_to, deputies)
        replies = () if maker is None else (
            *_handing_over(maker, last, policy, absent),
            *_replies(maker, last, letter=letters_agreed.get(case_id, ""), writes=writes),
        )
        return some, item, replies

    parts = [apart(conn, f"the escalation of case {some[0].case.number}", partial(part, of), None) for of, some in of_case.items()]
    told = [step for one in parts if one is not None for step in one[0]]
    if not told:
        return None
    items = tuple(one[1] for one in parts if one is not None)
    replies = {one[1].number: one[2] for one in parts if one is not None and maker is not None}
    roles = tuple(dict.fromkeys(role for step in told for role in step.roles))
    in_charge = "specialist" not in person.roles and any(step.case.assigned_to == person.id for step in told)
    stands_in = {role for role in roles if role not in person.roles}
    if in_charge and all(step.case.assigned_to == person.id for step in told if "specialist" in step.roles):
        stands_in -= {"specialist"}
    letter = EscalationLetter(person.name, roles, items, replies, tuple(role for role in roles if role in stands_in), in_charge)
    numbers = tuple(item.number for item in items)
    return desk.to_person(letter, person, dedupe_key=f"escalation:{person.id}:{now.isoformat()}", now=now, numbers=numbers)


def _replies(maker: ReplyMaker, step: _Step, *, letter: str, writes: bool) -> tuple[ReadyReply, ...]:
    case, taken = step.case, step.case.assigned_to is not None and step.away is None
    return maker.about(
        case.number, State(case.state), taken=taken, answered=case.answered_at is not None,
        settled=settled(case.flags, case.state, letter=letter), writes=writes, addressed=bool(case.customer),
    )  # fmt: skip


def _handing_over(maker: ReplyMaker, step: _Step, policy: Policy, absent: Mapping[str, Absence]) -> tuple[ReadyReply, ...]:
    """For the head, who is asked to give a case away: to whom, those of its category first, nobody who is away or has it already."""
    if "head" not in step.roles or "specialist" in step.roles:
        return ()
    others = [one for one in with_role("specialist", policy) if one.id not in {*absent, step.case.assigned_to, maker.person.id}]
    others.sort(key=lambda one: step.case.category not in one.categories)
    return maker.handing_over(step.case.number, State(step.case.state), others[:MOST_NAMED])


def _each(steps: Sequence[_Step]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(step.case.id for step in steps))


def _of_case(
    steps: Sequence[_Step], policy: Policy, reads: Mapping[int, Any], person: Person, now: datetime, *, your_yes: bool
) -> EscalationItem:
    """A case is told once, with its earliest date; its other terms stand below."""
    first, *others = (_item(step, policy, reads.get(step.case.id), person, now) for step in steps)
    return replace(first, also=tuple(others), your_yes=your_yes)


def _item(step: _Step, policy: Policy, read: Any, person: Person, now: datetime) -> EscalationItem:
    case, due, language = step.case, step.escalation, person.language
    rule = policy.terms.rule(due.rule)
    in_charge = next((person.name for person in policy.people if person.id == case.assigned_to), "")
    return EscalationItem(
        number=case.number,
        customer=case.customer_name or case.customer,
        claimed=matter_of(read) or case.subject,
        clock=due.rule or due.clock,
        step=due.step,
        due_by=due.due_by,
        late=now > due.due_by,
        received_at=case.started_at,
        in_charge=in_charge,
        undelivered=step.undelivered,
        title=rule.named(language) if rule is not None else "",
        consequence=rule.consequence if rule is not None and language == "ru" else "",
        guide=rule is not None and not rule.is_confirmed,
        away_until=step.away.last if step.away is not None else None,
        deputy=step.deputy,
        triage=State(case.state) is State.TRIAGE,
        unsure=rule is not None and bool(rule.applies.consumer) and case.consumer == "unknown",
        marks=marks_of(case.safety, case.legal_threat, case.flags),
        state=State(case.state),
        withdrawn=settled(case.flags, case.state) == "withdrawn",
        phone=phone_of(case.flags, read, case.customer) if _CALLS & {*person.roles, *step.roles} else "",
    )
