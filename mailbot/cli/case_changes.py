"""`mailbot case set` and `note`: what a person decides about a case, all of it or none."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from mailbot.claims.case import CLOSE_REASONS, OPEN_STATES, State
from mailbot.claims.category import UNSORTED
from mailbot.claims.command_arguments import LAWYER
from mailbot.claims.errors import Fault, SetupError
from mailbot.claims.facts import REMEDIES
from mailbot.claims.heard import read_customer
from mailbot.claims.named_people import person_of
from mailbot.claims.own_claim import MADE, ON_WHOM
from mailbot.claims.people import name_in
from mailbot.claims.working_time import end_of_day, office_day
from mailbot.cli.moments import day, moment
from mailbot.cli.setting_up import clock, open_store, settings_of, who_decides

if TYPE_CHECKING:
    from mailbot.jobs.policy_of import Ground
    from mailbot.jobs.writing_desk import WritingDesk
    from mailbot.store.database import Database

_FIELDS = ("kind", "category", "customer", "consumer", "remedies", "answered", "assigned", "state", "reason", "regress", "legal")
_PUT_BACK = frozenset({"category", "consumer", "remedies", "answered", "assigned", "reason"})  # by `case undo`, as of the mail commands
_STATES = (State.REGISTERED, State.REVIEW, State.CLOSED, State.NOT_CLAIM)


def set_(arguments: argparse.Namespace) -> int:
    """Change what is named; 1, and nothing changed, where the case does not allow it. Errors: SetupError for an unknown field or value."""
    from mailbot.jobs.confirm import NotPossible
    from mailbot.jobs.desk_keys import keys_for
    from mailbot.jobs.policy_of import lay_ground
    from mailbot.jobs.writing_desk import set_up_desk

    settings, now = settings_of(arguments), clock()
    ground = lay_ground(settings, now)
    wanted = _wanted(arguments.fields, ground)
    by = who_decides(arguments)
    with open_store(arguments, settings) as db:
        desk = set_up_desk(ground, keys_for(db, settings, now))
        try:
            with db.together() as joined, _kept_for_undo(joined, ground, arguments.number, wanted, by, now):
                done = list(_carried_out(joined, ground, desk, arguments.number, wanted, by, now))
        except NotPossible as refused:
            print(refused, file=sys.stderr)
            if len(wanted) > 1:
                print("Nothing was changed.", file=sys.stderr)
            return 1
    print("\n".join(done))
    return 0


def note(arguments: argparse.Namespace) -> int:
    """Keep a note with the case."""
    from mailbot.jobs import confirm

    text = sys.stdin.read() if arguments.text == "-" else arguments.text
    with open_store(arguments, settings_of(arguments)) as db:
        try:
            print(confirm.note(db, arguments.number, text, who_decides(arguments), clock()))
        except confirm.NotPossible as refused:
            print(refused, file=sys.stderr)
            return 1
    return 0


def _carried_out(
    db: Database, ground: Ground, desk: WritingDesk, number: str, wanted: Mapping[str, str], by: str, now: datetime
) -> Iterator[str]:
    """The category first, since it says whose the claim is; the state last. Errors: NotPossible."""
    from mailbot.jobs import confirm, own_claims
    from mailbot.store import listing

    reason = wanted.get("reason")
    with db.read() as conn:
        before = listing.case_by_number(conn, number)
    if category := wanted.get("category"):
        yield confirm.set_category(db, ground, number, category, by, now)
    if customer := wanted.get("customer"):
        name, address = read_customer(customer)
        yield confirm.set_address(db, ground, number, address.address if address is not None else "", name, by, now)[0]
    if consumer := wanted.get("consumer"):
        yield confirm.set_customer(db, ground, number, consumer, by, now)
    if "remedies" in wanted:
        yield confirm.set_demands(db, ground, number, _listed(wanted["remedies"]), by, now)
    if wanted.get("kind") == "claim":
        yield confirm.confirm_claim(db, ground, desk, number, by, now)
    elif "kind" in wanted:
        yield confirm.set_state(db, ground, desk, number, State.NOT_CLAIM, by, now, reason)
    if person := wanted.get("assigned"):
        yield confirm.assign(db, ground, number, person, by, now)
    if moment_of_it := wanted.get("answered"):
        yield confirm.answer(db, number, _answered(moment_of_it, ground, now), by, now, ground)
    if own_claim := wanted.get("regress"):
        yield own_claims.mark(db, ground, number, own_claim, by, now)
    if hold := wanted.get("legal"):
        yield confirm.hold(db, ground, number, hold == "hold", by, now)
    if state := wanted.get("state"):
        yield confirm.set_state(db, ground, desk, number, state, by, now, reason)
    if before is not None and {"assigned", "category"} & set(wanted):
        yield from _handed_over(db, ground, desk, before, by, now)


@contextmanager
def _kept_for_undo(db: Database, ground: Ground, number: str, wanted: Mapping[str, str], by: str, now: datetime) -> Iterator[None]:
    """What is changed meanwhile is written down, so that `case undo` can put it back; not where others hear of it, or clocks start."""
    from mailbot.jobs.case_commands import UNDOABLE, changes_between
    from mailbot.store import cases, commands

    ends = wanted.get("state", State.CLOSED) in {State.CLOSED, State.NOT_CLAIM} and wanted.get("kind", "not_claim") == "not_claim"
    if not (ends and set(wanted) <= _PUT_BACK | {"state", "kind"}):
        yield
        return
    with db.write() as conn:
        before = commands.values_of(conn, [number], UNDOABLE).get(number)
    yield
    with db.write() as conn:
        after, case_id = commands.values_of(conn, [number], UNDOABLE).get(number), cases.id_of(conn, number)
        changes = changes_between(before, after) if before is not None and after is not None else {}
        if changes and case_id is not None:
            at = ground.policy.person_at(by)
            why = "case set " + " ".join(f"{name}={value}" for name, value in wanted.items())
            cases.event(conn, case_id, now, at.id if at is not None else by, "commanded", why, data={"changes": changes})


def _handed_over(db: Database, ground: Ground, desk: WritingDesk, before: Mapping[str, Any], by: str, now: datetime) -> Iterator[str]:
    """Who has the case now hears it at once, as by `!assign` and `!category`; of one that is closed, or from herself, she needs no word."""
    from mailbot.claims.command import Command
    from mailbot.claims.policy import Person
    from mailbot.jobs.case_commands import passed_on
    from mailbot.jobs.orders import Errand, Left
    from mailbot.store import outbox

    people = {one.id: one for one in ground.policy.people}
    giver = people.get(by) or ground.policy.person_at(by) or Person(by, "", (), ("operator",))
    with db.write() as conn:
        left, number = Left(), before["number"]
        errand = Errand(conn, ground, desk, now, giver, None, Command("assign", number), number, left)
        whom = passed_on(errand, dict(before)) if errand.case()["state"] in OPEN_STATES else None
        told = outbox.queue(conn, left.letters, now)
        if whom is not None and any(key.startswith("given:") for key in told):
            yield f"{whom.name or whom.id} is sent the case."


def _wanted(words: list[str], ground: Ground) -> dict[str, str]:
    """Field by field, every field and value known. Errors: SetupError that says what is possible."""
    wanted: dict[str, str] = {}
    faults: list[Fault] = []
    for word in words:
        field, is_pair, value = word.partition("=")
        if not is_pair and field in _FIELDS:
            faults.append(_fault(word, "has no value.", f"Write {field}=VALUE."))
        elif field not in _FIELDS:
            faults.append(_fault(word, f"there is no field {field!r}.", f"Write FIELD=VALUE with one of {', '.join(_FIELDS)}."))
        elif field in wanted:
            faults.append(_fault(word, f"{field} is given twice.", "Keep one of them."))
        elif field == "assigned" and value.strip().casefold() in LAWYER:  # as `!передать юристу`
            wanted["legal"] = "hold"
        else:
            wanted[field] = value.strip()
            faults += _value_faults(field, value.strip(), ground)
    faults += _reason_faults(wanted)
    if faults:
        raise SetupError(*faults)
    return wanted


def _value_faults(field: str, value: str, ground: Ground) -> list[Fault]:
    allowed = {
        "category": (*(category.id for category in ground.rules.categories), UNSORTED),
        "kind": ("claim", "not_claim"),
        "state": tuple(map(str, _STATES)),
        "regress": (*ON_WHOM, *MADE),
        "legal": ("hold", "release"),
        "consumer": ("yes", "no", "unknown"),
    }.get(field)
    if field == "answered":
        _answered(value, ground, clock())
    if field == "customer" and read_customer(value)[1] is None:
        return [_fault(f"customer={value}", "this is no address.", "Write for example customer=olga@example.com.")]
    if field == "remedies":
        wrong = [one for one in _listed(value) if one not in REMEDIES]
        return [_fault(f"{field}={value}", f"{wrong[0]!r} is not known.", f"Use some of {','.join(REMEDIES)}.")] if wrong else []
    if field == "assigned" and person_of(value, ground.policy.people) is None:
        people = ", ".join(f"{name_in(one, 'en')} ({one.id})" for one in ground.policy.people)
        mend = f"Use one of {people or '(no [[person]] is configured)'}."
        return [_fault(f"{field}={value}", "it names nobody, or more than one.", mend)]
    if allowed is None or value in allowed:
        return []
    return [_fault(f"{field}={value}", f"{value!r} is not known.", f"Use one of {', '.join(allowed)}.")]


def _listed(value: str) -> list[str]:
    return list(dict.fromkeys(one.strip() for one in value.split(",") if one.strip()))


def _reason_faults(wanted: Mapping[str, str]) -> list[Fault]:
    """Closing a case needs one of the reasons; they are told wherever it is missing or another."""
    closes = wanted.get("state") == State.CLOSED
    if closes and wanted.get("reason") not in CLOSE_REASONS:
        return [_fault("state=closed", "a case is closed for a reason.", f"Add reason= with one of {', '.join(CLOSE_REASONS)}.")]
    if "reason" in wanted and not {"state", "kind"} & set(wanted):
        return [_fault("reason", "a reason alone changes nothing.", "Give it with state= or kind=not_claim.")]
    return []


def _answered(value: str, ground: Ground, now: datetime) -> datetime:
    """When the answer was given: a moment, or a day, which counts as its end (today: as now). Errors: SetupError."""
    office = ground.policy.office
    if "T" in value or ":" in value:
        return moment(value, office, "answered")
    on = day(value, "answered")
    return now if on == office_day(now, office) else end_of_day(on, office)


def _fault(word: str, problem: str, mend: str) -> Fault:
    return Fault("mailbot case set", 0, word, problem, mend)
