"""The commands that change one case by a word: take, assign, claim, category, note, answered, close, reopen, undo."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from mailbot.claims.case import State
from mailbot.claims.category import UNSORTED
from mailbot.claims.command_words import say
from mailbot.claims.letters import CommandResult
from mailbot.claims.named_people import person_of
from mailbot.claims.said_dates import past_moment
from mailbot.claims.state_words import COLUMN_NAMES
from mailbot.jobs import confirm
from mailbot.jobs.absences import absent_today
from mailbot.jobs.case_sheet import hand_over
from mailbot.jobs.drafting import said_dropped
from mailbot.jobs.moving import keep_clocks
from mailbot.jobs.next_steps import is_leaving
from mailbot.jobs.orders import Errand, NotDone, Row
from mailbot.jobs.telling_in_charge import is_urgent
from mailbot.store import cases, commands, moves

if TYPE_CHECKING:
    from mailbot.claims.policy import Person

UNDO_FOR = timedelta(hours=24)
UNDOABLE = (
    *("state", "assigned_to", "category", "confidence", "answered_at", "closed_at", "close_reason", "state_since"),
    *("wait_reason", "wait_until", "cost_bearer", "remedies", "consumer", "warranty_status", "next_news_by", "holding_on"),
)
_ANSWERED_FOR = frozenset({"resolved_no_reply", "rejected_final"})  # reasons by which she may still wait for a word of ours
_INSTANTS = frozenset({"answered_at", "closed_at", "state_since", "wait_until", "next_news_by"})


def take(errand: Errand) -> str:
    """Hers, and in review where it was only registered (domain.md 1.3). What a colleague took within a day is taken over surely only."""
    case = errand.case()
    before = _colleague_in_charge(errand, case)
    hers, registered = case["assigned_to"] == errand.person.id, case["state"] == State.REGISTERED
    if not hers:
        confirm.assign(errand.db, errand.ground, case["number"], errand.person.id, errand.person.id, errand.now)
    if registered:
        _set_state(errand, State.REVIEW)
    _tell_former(errand, case)
    if before is not None:
        return errand.say("take_over", value=errand.name_of(before))
    return errand.say("same" if hers and not registered else "take")


def _colleague_in_charge(errand: Errand, case: Row) -> Person | None:
    """Whose the case is now, None where nobody else's. Errors: NotDone where she has just taken it."""
    holder = next((one for one in errand.ground.policy.people if one.id == case["assigned_to"] != errand.person.id), None)
    if holder is None or errand.command.more == "sure":
        return holder
    at = moves.taken_at(errand.conn, case["id"], holder.id)
    is_here = holder.id not in absent_today(errand.conn, errand.ground.policy, errand.now)
    if at is not None and errand.now - at < UNDO_FOR and is_here:
        raise NotDone(errand.say("taken_by", value=errand.name_of(holder), until=errand.day_name(at)))
    return holder


def assign(errand: Errand) -> str:
    whom, case = person_called(errand, errand.command.argument), errand.case()
    if whom.id == case["assigned_to"]:
        return errand.say("same")
    confirm.assign(errand.db, errand.ground, errand.number, whom.id, errand.person.id, errand.now)
    passed_on(errand, case)
    return errand.say("assign", value=errand.name_of(whom))


def passed_on(errand: Errand, before: Row) -> Person | None:
    """Who has the case now, where that is another than before: a case that runs late may not wait for her digest of tomorrow."""
    now_with = errand.case()["assigned_to"]
    whom = next((one for one in errand.ground.policy.people if one.id == now_with != before["assigned_to"]), None)
    if whom is not None and whom.id != errand.person.id:
        hand_over(errand, [whom], "given")
    _tell_former(errand, before)
    return whom


def _tell_former(errand: Errand, before: Row) -> None:
    """Who had it until now reads so in her next digest; of what is urgent at once, or two would write to a customer in danger."""
    now_with = errand.case()["assigned_to"]
    holder = next((one for one in errand.ground.policy.people if one.id == before["assigned_to"]), None)
    if holder is not None and holder.id not in {errand.person.id, now_with} and is_urgent(before):
        _tell_holder(errand, before, holder, "handed_away", now_with)


def claim(errand: Errand) -> str:
    told = confirm.register(errand.db, errand.ground, errand.desk, errand.number, errand.person.id, errand.now)[1]
    return errand.say("claim", value=errand.say(f"claim_{told}"))


def not_a_claim(errand: Errand) -> str:
    _set_state(errand, State.NOT_CLAIM)
    return errand.say("not-a-claim")


def categorise(errand: Errand) -> str:
    language, case = errand.language, errand.case()
    titles = {one.id: one.title.get(language) or one.title.get("en") or one.id for one in errand.ground.rules.categories}
    by_name = {name.casefold(): one.id for one in errand.ground.rules.categories for name in (one.id, *one.title.values())}
    wanted = errand.command.argument
    found = by_name.get(wanted.casefold())
    if found is None:
        shown = ", ".join(f"{one} ({title})" for one, title in titles.items())
        raise NotDone(errand.say("no_category", value=wanted[:40], possible=shown))
    if found == (case["category"] or UNSORTED):
        return errand.say("same")
    confirm.set_category(errand.db, errand.ground, errand.number, found, errand.person.id, errand.now)
    whom = passed_on(errand, case)
    given = f" {errand.say('assign', value=errand.name_of(whom))}" if whom is not None else ""
    return errand.say("category", value=titles[found]) + given


def note(errand: Errand) -> str:
    confirm.note(errand.db, errand.number, errand.command.argument, errand.person.id, errand.now)
    return errand.say("note")


def answered(errand: Errand) -> str:
    """When the answer was given: now, or a day, which counts as its end. Not before the claim, not after now."""
    said, case = errand.command.argument, errand.case()
    at = errand.now if not said else past_moment(said, errand.now, errand.ground.policy.office)
    if at is None or not case["received_at"] <= at <= errand.now:
        raise NotDone(errand.say("date", value=said[:40]))
    confirm.answer(errand.db, errand.number, at, errand.person.id, errand.now, errand.ground)
    return errand.say("answered", value=errand.day_name(at))


def close(errand: Errand) -> str:
    _nothing_unread(errand)
    _nobody_unheard(errand)
    case, reason = errand.case(), errand.command.argument
    dropped = said_dropped(errand, case)
    _set_state(errand, State.CLOSED, reason)
    owed = reason in _ANSWERED_FOR and case["answered_at"] is None and not is_leaving(errand.conn, case, errand.left.letters)
    unanswered = errand.say("close_unanswered") if owed else ""
    return " ".join(said for said in (errand.say("close"), unanswered, dropped) if said)


def _nothing_unread(errand: Errand) -> None:
    """A closed case stands in no digest: what its customer wrote after the last word to her about it, nobody would read. Errors: NotDone.

    Who closes it as withdrawn has read a letter of the customer's.
    """
    command = errand.command
    if errand.entry is None or command.more == "sure" or command.argument == "withdrawn_in_writing":
        return
    told = commands.last_told(errand.conn, errand.number, errand.person.addresses)
    written = commands.written_since(errand.conn, [errand.number], told, None) if told is not None else {}
    if written:
        raise NotDone(errand.say("close_unread", value=errand.day_name(written[errand.number])))


def _nobody_unheard(errand: Errand) -> None:
    """Every claim gets an answer in writing, also one that is closed while it is with the lawyer. Errors: NotDone."""
    unheard = confirm.unheard(errand.conn, errand.case()) if errand.command.more != "sure" else []
    if unheard:
        raise NotDone(errand.say("close_unheard", value=", ".join(unheard)))


def reopen(errand: Errand) -> str:
    _set_state(errand, State.REVIEW)
    return errand.say("reopen")


def status(errand: Errand) -> str:
    return errand.say("status")


def undo(errand: Errand) -> str:
    """Put the old values back where nothing has touched them since."""
    number, case, now = errand.number, errand.case(), errand.now
    last = commands.last_done(errand.conn, errand.person.id, number, now - UNDO_FOR)
    if last is None:
        raise NotDone(errand.say("no_undo"))
    changes = last.changes
    if any(plain(case[name]) != new for name, (_, new) in changes[number].items()):
        raise NotDone(errand.say("changed" if errand.entry is not None else "changed_here"))
    values = {name: _instant(name, old) for name, (old, _) in changes[number].items()}
    back = {"from": case["state"], "to": values.get("state", case["state"]), "number": "undo"}
    back |= {"undoes": last.event} if last.event is not None else {}
    cases.change(errand.conn, case["id"], values, at=now, actor=errand.person.id, what="undone", why="!undo", data=back)
    keep_clocks(errand.conn, errand.ground.policy, [case["id"]], now)
    _remember_undone(errand, case, values)
    told = _tell_who_loses_it(errand, case, values)
    if last.mail is not None:
        commands.keep_changes(errand.conn, last.mail, {name: of_case for name, of_case in changes.items() if name != number}, now)
    names = COLUMN_NAMES["ru" if errand.language == "ru" else "en"]
    back_again = dict.fromkeys(names[name] for name in values if name in names)
    return f"{errand.say('undo', value=', '.join(back_again) or names['state'])} {told}".rstrip()


def _tell_who_loses_it(errand: Errand, case: Row, values: Row) -> str:
    """A hand-over is told at once, and so is its end: else two work on the case until tomorrow's digest. Returns what to say of it."""
    holder = next((one for one in errand.ground.policy.people if one.id == case["assigned_to"]), None)
    if holder is None or holder.id == errand.person.id or values.get("assigned_to", holder.id) == holder.id:
        return ""
    if not _tell_holder(errand, case, holder, "taken_back", values["assigned_to"]):
        return ""
    return errand.say("taken_back_told", value=holder.name or holder.id)


def _tell_holder(errand: Errand, case: Row, holder: Person, what: str, now_with: str | None) -> bool:
    """One sentence, in a letter of its own: `what` is an outcome of the result, and the sentence's name. False: there is no mailbox."""
    names = {one.id: one.name or one.id for one in errand.ground.policy.people}
    other = names.get(now_with or "", "")
    told = {"number": errand.number, "value": errand.person.name or errand.person.id, "other": other}
    letter = CommandResult(holder.name, (say(what if other else f"{what}_nobody", holder.language, told),), (), (), outcome=what)
    key = f"{what.replace('_', ' ')}:{case['id']}:{holder.id}:{errand.received_id or errand.now.isoformat()}"
    row = errand.desk.to_person(letter, holder, dedupe_key=key, now=errand.now, case_id=case["id"])
    if row is not None:
        errand.left.letters.append(row)
    return row is not None


def _remember_undone(errand: Errand, case: Row, values: Row) -> None:
    """The correction is training data, so that its undoing is too."""
    conn, by, now = errand.conn, errand.person.id, errand.now
    mail = confirm.opening_of(conn, case)
    if "category" in values:
        confirm.remember(conn, case, mail, "category", case["category"], values["category"] or UNSORTED, by, now)
    if case["state"] == State.NOT_CLAIM:
        confirm.remember(conn, case, mail, "kind", State.NOT_CLAIM.value, case["kind"], by, now)


def person_called(errand: Errand, wanted: str) -> Person:
    """One of our people, as she calls him. Errors: NotDone."""
    people = errand.ground.policy.people
    one = person_of(wanted, people)
    if one is None:
        raise NotDone(errand.say("person", value=wanted[:40], possible=", ".join(errand.name_of(who) for who in people)))
    return one


def changes_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Column by column the old and the new value, of those that differ."""
    return {name: [plain(before[name]), plain(after[name])] for name in before if before[name] != after[name]}


def plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _instant(name: str, value: Any) -> Any:
    return datetime.fromisoformat(value) if name in _INSTANTS and value is not None else value


def _set_state(errand: Errand, state: State, reason: str | None = None) -> None:
    confirm.set_state(errand.db, errand.ground, errand.desk, errand.number, state.value, errand.person.id, errand.now, reason)
