"""One command being carried out: for whom, about which case, by which mail; and what it leaves to be written beside its sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from mailbot.claims.case import State
from mailbot.claims.command_words import forms, possible, say
from mailbot.claims.day_words import whole_day, whole_moment
from mailbot.claims.people import may_see, name_in, writes_in
from mailbot.claims.policy import Person
from mailbot.claims.state_words import state_name
from mailbot.claims.working_time import office_day
from mailbot.jobs.absences import deputies_today
from mailbot.jobs.moving import move_case
from mailbot.store import cases, listing
from mailbot.store.database import within

if TYPE_CHECKING:
    from mailbot.claims.command import Command
    from mailbot.jobs.case_book import Entry
    from mailbot.jobs.policy_of import Ground
    from mailbot.jobs.writing_desk import WritingDesk
    from mailbot.store.database import Connection, Database
    from mailbot.store.outbox import NewLetter

Row = dict[str, Any]
HERE = "en"  # as all the command line speaks, whoever decides; letters go in their reader's language


def at_the_machine(user: str) -> Person:
    """Whoever types commands on the command line and is none of our people by name: the operator."""
    return Person(user, "", (), ("operator",), language=HERE)


class NotDone(Exception):
    """A command is not possible; the message is a sentence in the person's language."""


@dataclass(frozen=True, slots=True)
class Order:
    """A command and the number of its case, "" for none; "M-12" for a mail without one."""

    command: Command
    number: str


@dataclass(slots=True)
class Left:
    """What the commands of one mail leave behind: letters to queue, cases to list in the answer, the case the mail itself opened."""

    letters: list[NewLetter] = field(default_factory=list)
    found: list[Row] = field(default_factory=list)
    opened: tuple[Entry, int] | None = None
    alerted: set[str] = field(default_factory=set)  # who has had an alert of that case
    added: dict[int, int] = field(default_factory=dict)  # by mail, the case whose paper it is
    numbers: list[str] = field(default_factory=list)  # further cases the answer is about
    lacking: list[str] = field(default_factory=list)  # facts without which a letter is kept, and goes on to nobody
    kept: list[str] = field(default_factory=list)  # words of a letter that was to leave and has not: the guard asks about them
    to_agree: list[str] = field(default_factory=list)  # roles that were asked for a yes instead, when a letter was to be sent
    sent_before: bool = False  # a letter was to be sent that had been already
    deputies: dict[str, str] | None = None  # who stands in for whom today, asked once

    @property
    def stays(self) -> bool:
        """A letter was to go on its way, and has not."""
        return bool(self.lacking or self.kept or self.to_agree)


@dataclass(frozen=True, slots=True)
class Errand:
    """One order of one person, within the transaction that files her mail."""

    conn: Connection
    ground: Ground
    desk: WritingDesk
    now: datetime
    person: Person
    entry: Entry | None  # the mail that says it; None from the command line
    command: Command
    number: str
    left: Left
    answers_in: str = ""

    @property
    def db(self) -> Database:
        return within(self.conn)

    @property
    def language(self) -> str:
        """The language that answers: hers, or on the command line the one it speaks. Letters to her are in hers all the same."""
        return self.answers_in or self.person.language

    @property
    def received_id(self) -> int | None:
        return self.entry.mail.id if self.entry is not None else None

    def case(self) -> Row:
        """The case as it stands now. Errors: NotDone."""
        return self.case_of(self.number)

    def case_of(self, number: str) -> Row:
        """Errors: NotDone."""
        case = listing.case_by_number(self.conn, number)
        if case is None:
            raise NotDone(self.say("no_case", number=number))
        return case

    def name_of(self, person: Person) -> str:
        """A colleague's name as this answer writes it: in another language than Russian `name_en`, else in Latin letters."""
        return name_in(person, self.language)

    def say(self, name: str, **values: str) -> str:
        command = forms((self.command.word,), self.language)[0].split()[0]
        return say(name, self.language, {"number": self.number, "command": command, **values})

    def not_possible(self, case: Row) -> NotDone:
        """Why the case's state forbids this command, and what it allows."""
        state, language = State(case["state"]), self.language
        words = {"state": state_name(state, language), "value": forms((self.command.word,), language)[0]}
        return NotDone(self.say("state", **words, possible=", ".join(forms(possible(state), language))))

    @property
    def deputies(self) -> Mapping[str, str]:
        """Who stands in for whom today, by id."""
        if self.left.deputies is None:
            self.left.deputies = deputies_today(self.conn, self.ground.policy, self.now)
        return self.left.deputies

    def stands_in_for(self, name: str | None) -> bool:
        """She is the deputy of a colleague who is away."""
        return self.deputies.get(name or "") == self.person.id

    def may_write(self, case: Row) -> bool:
        """She may write to the customer of this case."""
        return writes_in(self.person, self.ground.policy, case["assigned_to"], self.deputies)

    def may_see(self, case: Row) -> bool:
        """The case is hers to see, or that of a colleague she stands in for (reliability.md A14)."""
        policy, assigned_to = self.ground.policy, case["assigned_to"]
        if may_see(self.person, policy, category=case["category"], assigned_to=assigned_to, state=case["state"]):
            return True
        return self.stands_in_for(assigned_to)

    def event(self, case_id: int, what: str, why: str, **data: Any) -> None:
        cases.event(self.conn, case_id, self.now, self.person.id, what, why, self.received_id, data)

    def change(self, case_id: int, values: Row, what: str, why: str) -> None:
        cases.change(self.conn, case_id, values, at=self.now, actor=self.person.id, what=what, why=why, received_id=self.received_id)

    def move(self, case: Row, event: str, why: str, *, reason: str | None = None, until: datetime | None = None, **values: Any) -> None:
        """A move of the table (claims.case); further columns change with it. Errors: confirm.NotPossible, in her language."""
        move_case(
            self.conn, self.ground.policy, case["id"], event, by=self.person.id, at=self.now, why=why, reason=reason, until=until,
            received_id=self.received_id, values=values, language=self.language,
        )  # fmt: skip

    def day_name(self, at: datetime) -> str:
        """A day and time as her language writes it, in the office's zone."""
        return whole_moment(at.astimezone(self.ground.policy.office), self.language)

    def date_name(self, at: datetime) -> str:
        return whole_day(office_day(at, self.ground.policy.office), self.language)
