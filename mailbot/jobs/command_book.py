"""Carries out what one of our people commands by mail, within the transaction that files the mail: all of it, or none."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from mailbot.claims.case import OPEN_STATES, State
from mailbot.claims.category import UNSORTED
from mailbot.claims.command_proof import PER_HOUR, case_of, proven_letter, sender_of
from mailbot.claims.command_words import forms, is_possible, possible, say, say_fault
from mailbot.claims.commands import COMMANDS, WITHOUT_CASE, Command, Reading, number_in_subject, read_commands
from mailbot.claims.letters import CaseNow, CommandResult
from mailbot.claims.message import Address
from mailbot.claims.state_words import state_name
from mailbot.claims.working_time import end_of_day
from mailbot.jobs import confirm
from mailbot.jobs.moving import keep_clocks
from mailbot.jobs.writing_desk import Thread
from mailbot.store import cases, commands, listing
from mailbot.store.database import within

if TYPE_CHECKING:
    from mailbot.claims.policy import Person
    from mailbot.jobs.case_book import Entry
    from mailbot.jobs.policy_of import Ground
    from mailbot.jobs.writing_desk import WritingDesk
    from mailbot.store.database import Connection
    from mailbot.store.outbox import NewLetter

UNDO_FOR = timedelta(hours=24)
ANSWERED_REFUSALS = 10  # an hour; over it refused commands are only kept
_HOUR = timedelta(hours=1)
_UNDOABLE = (
    *("state", "assigned_to", "category", "confidence", "answered_at", "closed_at", "close_reason", "state_since"),
    *("wait_reason", "wait_until", "cost_bearer", "remedies", "consumer", "warranty_status", "next_news_by", "holding_on"),
)
_INSTANTS = frozenset({"answered_at", "closed_at", "state_since", "wait_until", "next_news_by"})
_FINAL = frozenset({"claim", "reopen"})  # the customer hears of these, or new clocks start: they are not undone
_DAY = re.compile(r"(?:(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})\.(\d{1,2})(?:\.(\d{4}))?)\.?(?:\s+(\d{1,2}):(\d{2}))?")
_DAYS_AGO = {"сегодня": 0, "today": 0, "вчера": 1, "yesterday": 1}

Row = dict[str, Any]


class _NotDone(Exception):
    """A command is not possible; the message is a sentence in the person's language."""


@dataclass(frozen=True, slots=True)
class _Order:
    """A command and the number of its case, "" for none."""

    command: Command
    number: str


@dataclass(frozen=True, slots=True)
class CommandBook:
    """Carries out command mails within one transaction."""

    conn: Connection
    ground: Ground
    desk: WritingDesk
    now: datetime

    def carry_out(self, entry: Entry) -> NewLetter | None:
        """Do what a command mail says; returns the letter that says so. Nobody is answered whose address is not proven (A3)."""
        said, policy = entry.read.mail, self.ground.policy
        named = policy.person_at(said.from_.address) if said.from_ is not None else None
        if named is None:
            return None
        reading = read_commands(said.text)
        noted = commands.take(
            self.conn, said.content_key or f"received {entry.mail.id}", entry.mail.id, named.id, len(reading.commands), self.now
        )
        if noted is None:  # the same mail, come by another way
            return None
        person, why = sender_of(said, entry.proof, policy)
        if person is None:
            self._refused(entry, noted, why)
            return None
        orders, why = self._orders(entry, person, reading)
        if why:
            self._refused(entry, noted, why)
            silent = commands.refused_since(self.conn, person.id, self.now - _HOUR) > ANSWERED_REFUSALS
            return None if silent else self._letter(entry, person, (), (say(why, person.language),), orders)
        return self._obey(entry, person, reading, orders, noted)

    def _refused(self, entry: Entry, noted: int, why: str) -> None:
        """Keep that a command was refused: beside the mail, and in the history of the case whose letter it answers."""
        by_reference = entry.known.by_reference
        case_id = by_reference.id if by_reference is not None else None
        commands.settle(self.conn, noted, "refused", why=why, case_id=case_id)
        if case_id is not None:
            cases.event(self.conn, case_id, self.now, cases.MAILBOT, "command_refused", f"A command was refused ({why}).", entry.mail.id)

    def _orders(self, entry: Entry, person: Person, reading: Reading) -> tuple[list[_Order], str]:
        """Each command with its case; or why the mail proves none."""
        said = entry.read.mail
        references = [i for i in (said.in_reply_to, *reversed(said.references)) if i]
        letter = proven_letter(commands.letters_answered(self.conn, references), person, self.desk.keys, self.now)
        orders, in_subject = [], number_in_subject(said.subject)
        for command in reading.commands:
            number, why = case_of(command, in_subject, letter, person, self.desk.keys, self.now)
            if why:
                return [], why
            orders.append(_Order(command, number))
        if not reading.commands and letter[0] is None:  # nothing is understood, and nothing is proven
            return [], letter[1]
        return orders, ""

    def _obey(self, entry: Entry, person: Person, reading: Reading, orders: Sequence[_Order], noted: int) -> NewLetter | None:
        language = person.language
        refused = tuple(say_fault(fault, language) for fault in reading.faults)
        if not refused and commands.lines_since(self.conn, person.id, self.now - _HOUR) + len(orders) > PER_HOUR:
            refused = (say("limit", language),)
        done: tuple[str, ...] = ()
        changes: dict[str, Any] = {}
        if not refused:
            try:
                with self.conn.begin_nested():
                    done, changes = self._all(entry, person, orders)
            except _NotDone as not_done:
                refused = (str(not_done),)
            except confirm.NotPossible:  # what the state forbids is said above in the person's language; this is the last bar
                refused = (say("not_now", language),)
        of_case = cases.id_of(self.conn, orders[0].number) if orders and orders[0].number else None
        commands.settle(self.conn, noted, "not_done" if refused else "done", case_id=of_case, changes=changes)
        return self._letter(entry, person, done, refused, orders, undo=bool(changes))

    def _all(self, entry: Entry, person: Person, orders: Sequence[_Order]) -> tuple[tuple[str, ...], dict[str, Any]]:
        """Every command in its order. Returns what was done, and what can be undone of it. Errors: _NotDone, confirm.NotPossible."""
        numbers = sorted({order.number for order in orders if order.number})
        before = commands.values_of(self.conn, numbers, _UNDOABLE)
        undone = {order.number for order in orders if order.command.word == "undo"}
        if any(order.number in undone and order.command.word != "undo" for order in orders):
            raise _NotDone(say("undo_alone", person.language))
        done = []
        for order in orders:
            done.append(self._one(person, order))
            if order.number and order.command.word not in {"status", "help"}:
                case_id = cases.id_of(self.conn, order.number)
                assert case_id is not None
                cases.event(self.conn, case_id, self.now, person.id, "commanded", f"!{order.command.word}", entry.mail.id)
        final = undone | {order.number for order in orders if order.command.word in _FINAL}
        after = commands.values_of(self.conn, numbers, _UNDOABLE)
        changed = {number: _changes(before[number], after[number]) for number in numbers if number in before and number not in final}
        return tuple(done), {number: values for number, values in changed.items() if values}

    def _one(self, person: Person, order: _Order) -> str:
        """Carry one command out; returns what was done, in a sentence. Errors: _NotDone, confirm.NotPossible."""
        command, language = order.command, person.language
        if command.word in WITHOUT_CASE:
            return say("help", language)
        case = listing.case_by_number(self.conn, order.number)
        if case is None:
            raise _NotDone(say("no_case", language, {"number": order.number}))
        state = State(case["state"])
        if not is_possible(command.word, state):
            words = {"number": order.number, "state": state_name(state, language), "value": forms((command.word,), language)[0]}
            raise _NotDone(say("state", language, {**words, "possible": ", ".join(forms(possible(state), language))}))
        value = self._do(person, command, case)
        return say("same" if value is None else command.word, language, {"number": order.number, "value": value or ""})

    def _do(self, person: Person, command: Command, case: Row) -> str | None:
        """The operation itself; returns what its sentence names, None where nothing was to change."""
        db, number, by, now = within(self.conn), case["number"], person.id, self.now
        if command.word == "take":
            return self._take(person, case)
        if command.word == "assign":
            whom = self._person(person, command.argument)
            if whom.id == case["assigned_to"]:
                return None
            confirm.assign(db, self.ground, number, whom.id, by, now)
            return whom.name or whom.id
        if command.word == "claim":
            told = confirm.register(db, self.ground, self.desk, number, by, now)[1]
            return say(f"claim_{told}", person.language)
        if command.word == "not-a-claim":
            confirm.set_state(db, self.ground, self.desk, number, State.NOT_CLAIM.value, by, now)
        elif command.word == "category":
            return self._categorise(person, command.argument, case)
        elif command.word == "note":
            confirm.note(db, number, command.argument, by, now)
        elif command.word == "answered":
            at = self._moment(person, command.argument, case)
            confirm.answer(db, number, at, by, now)
            return at.astimezone(self.ground.policy.office).strftime("%d.%m.%Y %H:%M" if person.language == "ru" else "%Y-%m-%d %H:%M")
        elif command.word == "close":
            confirm.set_state(db, self.ground, self.desk, number, State.CLOSED.value, by, now, command.argument)
        elif command.word == "reopen":
            confirm.set_state(db, self.ground, self.desk, number, State.REVIEW.value, by, now)
        elif command.word == "undo":
            self._undo(person, case)
        return ""

    def _take(self, person: Person, case: Row) -> str | None:
        """Hers, and in review where it was only registered (domain.md 1.3)."""
        db, hers, registered = within(self.conn), case["assigned_to"] == person.id, case["state"] == State.REGISTERED
        if not hers:
            confirm.assign(db, self.ground, case["number"], person.id, person.id, self.now)
        if registered:
            confirm.set_state(db, self.ground, self.desk, case["number"], State.REVIEW.value, person.id, self.now)
        return None if hers and not registered else ""

    def _categorise(self, person: Person, wanted: str, case: Row) -> str | None:
        titles = {one.id: one.title.get(person.language) or one.title.get("en") or one.id for one in self.ground.rules.categories}
        by_name = {name.casefold(): one.id for one in self.ground.rules.categories for name in (one.id, *one.title.values())}
        found = by_name.get(wanted.casefold())
        if found is None:
            shown = ", ".join(f"{one} ({title})" for one, title in titles.items())
            raise _NotDone(say("no_category", person.language, {"value": wanted[:40], "possible": shown}))
        if found == (case["category"] or UNSORTED):
            return None
        confirm.set_category(within(self.conn), self.ground, case["number"], found, person.id, self.now)
        return titles[found]

    def _person(self, person: Person, wanted: str) -> Person:
        """One of our people by id, address, name or first name; the one and only of that name."""
        people, key = self.ground.policy.people, wanted.casefold()
        exact = [one for one in people if key == one.id.casefold() or key in {a.casefold() for a in one.addresses}]
        found = exact or [one for one in people if key in {one.name.casefold(), *one.name.casefold().split()[:1]}]
        if len(found) != 1:
            shown = ", ".join(one.id for one in people)
            raise _NotDone(say("person", person.language, {"value": wanted[:40], "possible": shown}))
        return found[0]

    def _moment(self, person: Person, said: str, case: Row) -> datetime:
        """When the answer was given: now, or a day, which counts as its end. Not before the claim, not after now."""
        at = self.now if not said else _moment(said.strip().casefold(), self.now, self.ground)
        if at is None or not case["received_at"] <= at <= self.now:
            raise _NotDone(say("date", person.language, {"value": said[:40]}))
        return at

    def _undo(self, person: Person, case: Row) -> None:
        """Put the old values back where nothing has touched them since."""
        number = case["number"]
        last = commands.last_done(self.conn, person.id, number, self.now - UNDO_FOR)
        if last is None:
            raise _NotDone(say("no_undo", person.language, {"number": number}))
        noted, changes = last
        if any(_plain(case[name]) != new for name, (_, new) in changes[number].items()):
            raise _NotDone(say("changed", person.language, {"number": number}))
        values = {name: _instant(name, old) for name, (old, _) in changes[number].items()}
        back = {"from": case["state"], "to": values.get("state", case["state"]), "number": "undo"}
        cases.change(self.conn, case["id"], values, at=self.now, actor=person.id, what="undone", why="!undo", data=back)
        keep_clocks(self.conn, self.ground.policy, [case["id"]], self.now)
        mail = confirm.opening_of(self.conn, case)
        if "category" in values:  # the correction is training data, so that its undoing is too
            confirm.remember(self.conn, case, mail, "category", case["category"], values["category"] or UNSORTED, person.id, self.now)
        if case["state"] == State.NOT_CLAIM:
            confirm.remember(self.conn, case, mail, "kind", State.NOT_CLAIM.value, case["kind"], person.id, self.now)
        commands.keep_changes(self.conn, noted, {name: of_case for name, of_case in changes.items() if name != number}, self.now)

    def _letter(
        self, entry: Entry, person: Person, done: tuple[str, ...], refused: tuple[str, ...], orders: Sequence[_Order], *, undo: bool = False
    ) -> NewLetter | None:
        said = entry.read.mail
        home = self.desk.home(entry.mail.mailbox, said)
        if home is None or said.from_ is None:
            return None
        numbers = tuple(dict.fromkeys(order.number for order in orders if order.number))
        rows = [row for number in numbers if (row := listing.case_by_number(self.conn, number)) is not None]
        helped = bool(refused) or any(order.command.word == "help" for order in orders)
        letter = CommandResult(
            person_name=person.name,
            done=done,
            refused=refused,
            cases=tuple(self._case_now(row, person) for row in rows),
            undo_until=self.now + UNDO_FOR if undo else None,
            help=forms(COMMANDS, person.language) if helped else (),
        )
        return self.desk.write(
            letter,
            home=home,
            to=Address(person.name, said.from_.address),
            about=said.content_key,
            n=1,
            dedupe_key=f"result:{entry.mail.id}",
            language=self.desk.language_of(person),
            now=self.now,
            thread=Thread(said.message_id, said.references, said.subject),
            case_id=rows[0]["id"] if len(rows) == 1 else None,
            received_id=entry.mail.id,
            automatic=False,
            held=self.desk.rehearsal and "operator" not in person.roles,
            numbers=numbers,
        )

    def _case_now(self, row: Row, person: Person) -> CaseNow:
        state, people = State(row["state"]), self.ground.policy.people
        due = row["answer_by"] if row["answered_at"] is None and state in OPEN_STATES else None
        return CaseNow(
            number=row["number"],
            customer=row["customer_name"] or row["customer"],
            subject=row["subject"],
            state=state,
            in_charge=next((one.name for one in people if one.id == row["assigned_to"]), row["assigned_to"] or ""),
            due_by=due,
            late=due is not None and self.now > due,
            possible=forms(possible(state), person.language),
        )


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    return {name: [_plain(before[name]), _plain(after[name])] for name in before if before[name] != after[name]}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _instant(name: str, value: Any) -> Any:
    return datetime.fromisoformat(value) if name in _INSTANTS and value is not None else value


def _moment(said: str, now: datetime, ground: Ground) -> datetime | None:
    """`23.11.2026`, `23.11`, `2026-11-23`, `вчера`, each with a time if wanted; None where it is no date."""
    office = ground.policy.office
    today = now.astimezone(office).date()
    if said in _DAYS_AGO:
        return now if _DAYS_AGO[said] == 0 else end_of_day(today - timedelta(days=_DAYS_AGO[said]), office)
    match = _DAY.fullmatch(said)
    if match is None:
        return None
    year, month, day = (match[1], match[2], match[3]) if match[1] else (match[6] or today.year, match[5], match[4])
    try:
        on = date(int(year), int(month), int(day))
        if not match[6] and not match[1] and on > today:  # "30.12" said in January
            on = on.replace(year=on.year - 1)
        if match[7]:
            return datetime(on.year, on.month, on.day, int(match[7]), int(match[8]), tzinfo=office)
    except ValueError:
        return None
    return now if on == today else end_of_day(on, office)
