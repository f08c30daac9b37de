"""Carries out what one of our people commands by mail, within the transaction that files the mail: all of it, or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from mailbot.claims.case import OPEN_STATES, State
from mailbot.claims.command import MOST_OF_A_NOTE, WITHOUT_CASE, WITHOUT_LETTER, Command, Reading
from mailbot.claims.command_arguments import own_words
from mailbot.claims.command_help import Lesson, every_lesson, lessons, manual
from mailbot.claims.command_lines import PARTS_DIFFER
from mailbot.claims.command_proof import Proof, case_of, proven_letter, sender_of
from mailbot.claims.command_words import forms, say, say_fault, say_kind, say_which
from mailbot.claims.commands import case_named, command_in_subject, number_in_subject, read_commands, unmarked_command
from mailbot.claims.day_words import whole_moment
from mailbot.claims.letters import CaseNow, CommandResult
from mailbot.claims.message import Address
from mailbot.claims.state_words import say_refusal
from mailbot.jobs import confirm
from mailbot.jobs.by_demand import demand_names, demands_of
from mailbot.jobs.carrying_out import LOOKS, UNDONE, carry_out
from mailbot.jobs.case_commands import UNDO_FOR, UNDOABLE, changes_between
from mailbot.jobs.next_steps import replies, steps
from mailbot.jobs.orders import HERE, Errand, Left, NotDone, Order, Row, at_the_machine
from mailbot.jobs.writing_desk import Thread
from mailbot.store import cases, commands, listing

if TYPE_CHECKING:
    from mailbot.claims.message import IncomingMail
    from mailbot.claims.policy import Person
    from mailbot.jobs.case_book import Entry
    from mailbot.jobs.policy_of import Ground
    from mailbot.jobs.writing_desk import WritingDesk
    from mailbot.store.database import Connection
    from mailbot.store.outbox import NewLetter

ANSWERED_IN_VAIN = 20  # mails an hour that changed nothing and are answered all the same
_HOUR = timedelta(hours=1)
_WITHOUT_PROOF = frozenset({"no_letter", "expired", "not_listed"})  # why a proven person is not obeyed whom a letter of ours would help
_MOST_LESSONS = 3


@dataclass(frozen=True, slots=True)
class CommandBook:
    """Carries out command mails within one transaction."""

    conn: Connection
    ground: Ground
    desk: WritingDesk
    now: datetime

    def carry_out(self, entry: Entry) -> Left | None:
        """Do what a command mail says; it leaves the letter that says so. Nobody is answered whose address is not proven (A3)."""
        if entry.mail.written_by:
            return self._written_down(entry)
        said, policy = entry.read.mail, self.ground.policy
        named = policy.person_at(said.from_.address) if said.from_ is not None else None
        if named is None:
            return None
        reading = read_commands("" if said.signs.words_in_quote else said.text)
        key, lines = said.content_key or f"received {entry.mail.id}", max(len(reading.commands), 1)
        person, why = sender_of(said, entry.proof, policy)
        noted = commands.take(self.conn, key, entry.mail.id, named.id, lines, self.now, proven=person is not None)
        if noted is None:  # the same mail, come by another way
            return None
        if person is None:
            self._refused(entry, noted, why, reading)
            return None
        if commands.is_replay(self.conn, noted, person.id, said.message_id):  # her signature, and not her sending: she is not written to
            self._refused(entry, noted, "replayed", reading)
            return None
        letter = self._answered_letter(entry, person)
        orders, why = self._orders(entry, person, reading, letter)
        if why:
            self._refused(entry, noted, why, reading)
            silent = commands.refused_since(self.conn, person.id, self.now - _HOUR) > policy.limits.refusals_answered_per_hour
            meant = self._named(entry, person, reading, letter) or self._hers(entry, person, reading, why)
            reasons = (self._say_why(why, person, reading, letter), *self._say_more(entry, person, meant, why))
            return None if silent else self._answer(entry, person, Left(numbers=meant), (), reasons, orders)
        if not (reading.commands or reading.faults or PARTS_DIFFER in said.problems or _is_sealed(said)):
            return self._keep_words(entry, person, letter, noted)
        return self._obey(entry, person, reading, letter, orders, noted)

    def _written_down(self, entry: Entry) -> Left | None:
        """`!new` on the command line: who sits at the machine needs no proof, and reads there, not in a letter, how it ended."""
        by, key, left = entry.mail.written_by, entry.read.mail.content_key or f"received {entry.mail.id}", Left()
        person = next((one for one in self.ground.policy.people if one.id == by), None) or at_the_machine(by)
        noted = commands.take(self.conn, key, entry.mail.id, person.id, 0, self.now)
        if noted is None:
            return None
        (command,) = read_commands(entry.read.mail.text).commands[:1]
        try:
            with self.conn.begin_nested():
                said = carry_out(Errand(self.conn, self.ground, self.desk, self.now, person, entry, command, "", left, HERE))
        except NotDone as not_done:
            commands.settle(self.conn, noted, "not_done", why=str(not_done))
            return None
        commands.settle(self.conn, noted, "done", why=said, case_id=left.opened[1] if left.opened is not None else None)
        return left

    def _answered_letter(self, entry: Entry, person: Person) -> Proof:
        said = entry.read.mail
        references = [i for i in (said.in_reply_to, *reversed(said.references)) if i]
        return proven_letter(commands.letters_answered(self.conn, references), person, self.desk.keys, self.now)

    def _named(self, entry: Entry, person: Person, reading: Reading, letter: Proof) -> list[str]:
        """The one case that she means, where the letter she answers lists it: shown with what can be done, should nothing be done now.

        A ready reply answers no letter: its token, good for this case and person, says as much.
        """
        token = next((fault.token for fault in reading.faults if fault.token), "")
        meant, in_subject = Command("status", case_named(reading), token=token), number_in_subject(entry.read.mail.subject)
        number, _ = case_of(meant, in_subject, letter, person, self.desk.keys, self.now)
        return [number] if number and not number.startswith("M-") else []

    def _hers(self, entry: Entry, person: Person, reading: Reading, why: str) -> list[str]:
        """The one case named by a proven person whose mail answers no letter that lists it, if she may see it.

        It is shown to her alone, and she may answer that: two mails where she would have to look for a third.
        """
        number = case_named(reading) or number_in_subject(entry.read.mail.subject)
        row = listing.case_by_number(self.conn, number) if number and why in _WITHOUT_PROOF else None
        if row is None:
            return []
        left = Left()
        errand = Errand(self.conn, self.ground, self.desk, self.now, person, entry, Command("show"), number, left)
        return [number] if errand.may_see(row) else []

    def _say_more(self, entry: Entry, person: Person, meant: Sequence[str], why: str) -> list[str]:
        """What else she must know of a mail that proved nothing: where it can be said, and what became of a letter she passed on in it."""
        if why not in _WITHOUT_PROOF:
            return []
        sentences = [say("answer_this", person.language)] if meant else []
        return [*sentences, *([say("not_passed_on", person.language)] if entry.read.mail.forwarded is not None else [])]

    def _refused(self, entry: Entry, noted: int, why: str, reading: Reading) -> None:
        """Keep that a command was refused: beside the mail, and in the history of every case it was meant for."""
        meant = self._meant(entry, reading)
        commands.settle(self.conn, noted, "refused", why=why, case_id=meant[0] if meant else None)
        for case_id in meant:
            cases.event(self.conn, case_id, self.now, cases.MAILBOT, "command_refused", f"A command was refused ({why}).", entry.mail.id)

    def _meant(self, entry: Entry, reading: Reading) -> list[int]:
        """The case whose letter the mail answers, and those that its lines or its subject name."""
        by_reference = entry.known.by_reference
        named = dict.fromkeys([*(command.number for command in reading.commands), number_in_subject(entry.read.mail.subject)])
        found = [cases.id_of(self.conn, number) for number in named if number]
        return list(dict.fromkeys(i for i in (by_reference.id if by_reference is not None else None, *found) if i is not None))

    def _orders(self, entry: Entry, person: Person, reading: Reading, letter: Proof) -> tuple[list[Order], str]:
        """Each command with its case; or why the mail proves none."""
        orders, in_subject = [], number_in_subject(entry.read.mail.subject)
        for command in reading.commands:
            number, why = case_of(command, in_subject, letter, person, self.desk.keys, self.now)
            together = self._undone_together(command, person, letter) if why == "which" else []
            orders += [Order(command, one) for one in together]
            if together:
                continue
            if why:
                return [], why
            orders.append(Order(command, number))
        if not reading.commands and letter[0] is None and not self._named(entry, person, reading, letter):  # nothing proven
            return [], letter[1]
        return orders, ""

    def _undone_together(self, command: Command, person: Person, letter: Proof) -> list[str]:
        """An undo that names no case, in answer to the letter that says what was done in several: all that mail of hers changed."""
        answered = letter[0]
        if command.word != "undo" or answered is None or answered.kind != "result":
            return []
        changed = commands.undoable_of(self.conn, person.id, answered.message_id, self.now - UNDO_FOR)
        return [number for number in changed if number in answered.numbers]

    def _say_why(self, why: str, person: Person, reading: Reading, letter: Proof) -> str:
        if why != "which" or letter[0] is None:
            return say(why, person.language)
        unnamed = next(one for one in reading.commands if not (one.number or one.token or one.word in WITHOUT_LETTER | WITHOUT_CASE))
        return say_which(unnamed, letter[0].numbers, person.language)

    def _keep_words(self, entry: Entry, person: Person, letter: Proof, noted: int) -> Left | None:
        """An answer in her own words, without a command: a note, and she hears how to send it to the customer (issue 6.4)."""
        said = entry.read.mail
        in_quote = said.signs.words_in_quote
        words = "" if in_quote else own_words(said.text) or ", ".join(a.name for a in said.attachments if a.name)
        number, _ = case_of(Command("note"), number_in_subject(said.subject), letter, person, self.desk.keys, self.now)
        case_id = cases.id_of(self.conn, number) if number and words else None
        if case_id is not None:
            cases.event(self.conn, case_id, self.now, person.id, "note", words[:MOST_OF_A_NOTE], entry.mail.id)
        many = commands.lines_since(self.conn, person.id, self.now - _HOUR) >= self.ground.policy.limits.commands_per_hour
        in_subject = "" if words or in_quote else command_in_subject(said.subject)  # the mail is empty: she wrote it all into the subject
        silent = many or self._is_talking(person) or not (words or in_quote or in_subject)
        commands.settle(self.conn, noted, "done" if case_id is not None else "not_done", case_id=case_id)
        if silent:
            return None
        left = Left(numbers=[number] if number else [])
        asked = letter[0] is not None and letter[0].kind == "approval_request"  # "fine by me" is no yes, and must not look like one
        sentence = "in_quote" if in_quote else "in_subject" if in_subject else "not_noted" if case_id is None else "noted"
        sentence = "noted_no_yes" if sentence == "noted" and asked else sentence
        said_so = (say(sentence, person.language, {"number": number, "value": in_subject}),)
        meant, word = unmarked_command(words) if sentence in {"noted", "not_noted"} else ("", "")
        if word:  # never guessed and done: she says it once more, with its sign
            does = lessons([word], person.language)[0].does
            hint = say("unmarked", person.language, {"line": meant.removeprefix("!"), "form": meant, "value": does})
            said_so = (f"{said_so[0]} {hint}",)
        done = sentence == "noted"
        return self._answer(entry, person, left, said_so if done else (), () if done else said_so, ())

    def _obey(
        self, entry: Entry, person: Person, reading: Reading, letter: Proof, orders: Sequence[Order], noted: int
    ) -> Left | None:
        language, left, limits = person.language, Left(), self.ground.policy.limits
        refused = tuple(say_fault(fault, language) for fault in reading.faults)
        if _is_sealed(entry.read.mail):
            refused = (say("encrypted", language),)
        if PARTS_DIFFER in entry.read.mail.problems:
            refused = (say("parts_differ", language),)
        if not refused and self._closes_too_many(person, orders, letter):
            refused = (say("many_closes", language, {"value": str(limits.closes_per_mail), "count": str(limits.closes_per_hour)}),)
        if not refused and commands.lines_since(self.conn, person.id, self.now - _HOUR) + len(orders) > limits.commands_per_hour:
            refused = (say("limit", language, {"count": str(limits.commands_per_hour)}),)
        if not refused:
            refused = self._overtaken(entry, person, orders)
        done: tuple[str, ...] = ()
        changes: dict[str, Any] = {}
        if not refused:
            try:
                with self.conn.begin_nested():
                    done, changes = self._all(entry, person, orders, left)
            except NotDone as not_done:
                refused, left = (str(not_done),), Left()
            except confirm.NotPossible as forbidden:  # what the table of states does not have
                refusal = forbidden.refusal
                refused, left = (say_refusal(refusal, language) if refusal is not None else say("not_now", language),), Left()
        if refused:
            left.numbers += self._named(entry, person, reading, letter)
        of_case = cases.id_of(self.conn, orders[0].number) if orders and orders[0].number else None
        commands.settle(self.conn, noted, "not_done" if refused else "done", case_id=of_case, changes=changes)
        if refused and self._is_talking(person):
            return None
        meant = [word for fault in reading.faults for word in fault.meant[:1]]
        return self._answer(entry, person, left, done, refused, orders, undo=bool(changes), meant=meant)

    def _is_talking(self, person: Person) -> bool:
        """So many mails of hers that came to nothing: two programs answer each other, and it ends here."""
        return commands.fruitless_since(self.conn, person.id, self.now - _HOUR) > ANSWERED_IN_VAIN

    def _closes_too_many(self, person: Person, orders: Sequence[Order], letter: Proof) -> bool:
        """So many closes that a stolen mailbox, or a slip, could do harm: they are to be said once more, and surely.

        In answer to the letter that asks back, which lists them: "sure" cannot be said beforehand (reliability.md 5, A13).
        """
        closes = [order for order in orders if order.command.word == "close"]
        was_asked = letter[0] is not None and letter[0].kind == "result"
        if not closes or (was_asked and any(order.command.more == "sure" for order in closes)):
            return False
        lately, limits = cases.closed_by(self.conn, person.id, self.now - _HOUR), self.ground.policy.limits
        return len(closes) > limits.closes_per_mail or lately + len(closes) > limits.closes_per_hour

    def _overtaken(self, entry: Entry, person: Person, orders: Sequence[Order]) -> tuple[str, ...]:
        """What she has not seen of the cases of a mail that waited for its proof: others' commands, and what the customer wrote."""
        since, language = entry.mail.put_off_since, person.language
        if since is None:
            return ()
        changed = {order.number for order in orders if order.number and order.command.word not in LOOKS | {"note"}}
        commanded = commands.commanded_since(self.conn, changed, since, person.id, entry.mail.id)
        said = [say("overtaken", language, {"number": ", ".join(commanded)})] if commanded else []
        for number, at in commands.written_since(self.conn, changed, since, entry.mail.id).items():
            written = whole_moment(at.astimezone(self.ground.policy.office), language)
            said.append(say("overtaken_by_customer", language, {"number": number, "value": written}))
        return tuple(said)

    def _all(self, entry: Entry, person: Person, orders: Sequence[Order], left: Left) -> tuple[tuple[str, ...], dict[str, Any]]:
        """Every command in its order, notes first. What was done, and what can be undone of it. Errors: NotDone, confirm.NotPossible."""
        numbers = sorted({order.number for order in orders if order.number})
        before = commands.values_of(self.conn, numbers, UNDOABLE)
        undone = {order.number for order in orders if order.command.word == "undo"}
        if any(order.number in undone and order.command.word != "undo" for order in orders):
            raise NotDone(say("undo_alone", person.language))
        done: dict[int, str] = {}
        for at in sorted(range(len(orders)), key=lambda at: orders[at].command.word != "note"):  # whom the case is given to reads them
            order = orders[at]
            errand = Errand(self.conn, self.ground, self.desk, self.now, person, entry, order.command, order.number, left)
            done[at] = carry_out(errand)
        final = {order.number for order in orders if order.command.word not in UNDONE | LOOKS}
        after = commands.values_of(self.conn, numbers, UNDOABLE)
        changed = {
            number: changes_between(before[number], after[number]) for number in numbers if number in before and number not in final
        }
        return tuple(done[at] for at in sorted(done)), {number: values for number, values in changed.items() if values}

    def _answer(
        self,
        entry: Entry,
        person: Person,
        left: Left,
        done: Sequence[str],
        refused: Sequence[str],
        orders: Sequence[Order],
        *,
        undo: bool = False,
        meant: Sequence[str] = (),
    ) -> Left:
        """What the mail leaves, with the letter to her that says what was done, or why nothing was."""
        said = entry.read.mail
        home = self.desk.home(entry.mail.mailbox, said)
        if home is None or said.from_ is None:
            return left
        numbers = tuple(dict.fromkeys([*(order.number for order in orders if order.number), *left.numbers]))
        rows = [row for number in numbers if (row := listing.case_by_number(self.conn, number)) is not None]
        asked_about = [order.command for order in orders if order.command.word == "help"]
        letter = CommandResult(
            person_name=person.name,
            done=tuple(done),
            refused=tuple(refused),
            cases=tuple(self._case_now(row, person, left.letters) for row in rows),
            undo_until=self.now + UNDO_FOR if undo else None,
            help=self._lessons(asked_about, (meant or [order.command.word for order in orders]) if refused else [], person),
            manual=tuple(line for one in asked_about[:1] for line in manual(one.argument, person.language)),
            found=tuple(self._found(row, person) for row in left.found),
            outcome=_outcome(left, done),
        )
        left.letters.append(
            self.desk.write(
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
                numbers=(*numbers, *(row["number"] for row in left.found)),
            )
        )
        return left

    def _lessons(self, asked: Sequence[Command], failed: Sequence[str], person: Person) -> tuple[Lesson, ...]:
        """What is asked about; of a mail that was refused how its commands, or those it may have meant, are written."""
        if asked and not failed:
            return lessons([asked[0].argument], person.language) if asked[0].argument else every_lesson(person.language)
        return lessons(list(dict.fromkeys(failed))[:_MOST_LESSONS], person.language)

    def _found(self, row: Row, person: Person) -> CaseNow:
        """With what she wants of a case that she looked for: to see it, and to open it again where it is closed."""
        maker = self.desk.replies_for(person, self.now)
        words = ("show", "reopen") if State(row["state"]) is State.CLOSED else ("show",)
        links = maker.saying(words, row["number"]) if maker is not None else ()
        return replace(self._case_now(row, person), replies=links, likely=forms(words, person.language) if maker is None else ())

    def _case_now(self, row: Row, person: Person, letters: Sequence[NewLetter] = ()) -> CaseNow:
        state, people = State(row["state"]), self.ground.policy.people
        ready, written = replies(self.conn, self.ground.policy, self.desk, row, person, self.now)
        due = row["answer_by"] if row["answered_at"] is None and state in OPEN_STATES else None
        return CaseNow(
            number=row["number"],
            customer=row["customer_name"] or row["customer"],
            subject=row["subject"],
            state=state,
            in_charge=next((one.name for one in people if one.id == row["assigned_to"]), ""),  # nobody, where she has left
            due_by=due,
            late=due is not None and self.now > due,
            likely=written,
            replies=ready,
            steps=steps(self.conn, self.ground.policy, row, person, letters, self.now),
            demands=demand_names(row, person.language) if state in OPEN_STATES and len(demands_of(row)) > 1 else (),
            waits_for=say_kind(row["wait_reason"], person.language) if row["wait_reason"] and state in OPEN_STATES else "",
            waits_until=row["wait_until"],
        )


def _is_sealed(mail: IncomingMail) -> bool:
    """All that she wrote is encrypted; an encrypted letter below her words, quoted, is not hers."""
    return mail.encrypted and (not mail.text.strip() or mail.text.lstrip().startswith("-----BEGIN PGP MESSAGE"))


def _outcome(left: Left, done: Sequence[str]) -> str:
    """What the subject says in place of "done", where a letter to a customer was to leave and did not."""
    if left.lacking:
        return "incomplete"
    if left.kept or left.to_agree:
        return "not_sent"
    return "sent_before" if left.sent_before and len(done) == 1 else ""
