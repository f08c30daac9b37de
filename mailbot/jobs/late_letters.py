"""An acknowledgement written after its mail was filed: once a person has confirmed the claim, or the address has room again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from mailbot.claims.decision import Decision
from mailbot.claims.letters import Acknowledgement, Collective
from mailbot.claims.message import Address, Kind
from mailbot.claims.plain import from_plain
from mailbot.claims.understanding import ReadMail
from mailbot.jobs.acknowledging import customers_subject, facts_of_acknowledgement
from mailbot.jobs.named_day import NamedDay, named_day
from mailbot.jobs.writing_desk import Thread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mailbot.claims.policy import Policy
    from mailbot.jobs.writing_desk import WritingDesk
    from mailbot.store.database import Connection
    from mailbot.store.desk import OpeningMail
    from mailbot.store.outbox import NewLetter


UNTIL_RELEASED = "legal_hold"  # why an acknowledgement is put off, where the limit of a day is not the reason (`True`)


@dataclass(frozen=True, slots=True)
class Owed:
    """An acknowledgement that is owed: of which case and opening, for which mail, to whom."""

    case_id: int
    number: str
    mailbox: str | None
    opening: int
    named: NamedDay
    mail: OpeningMail
    read: ReadMail
    decision: Decision
    to: Address
    neutral: bool
    unproven: bool
    held: bool
    joined: bool = False  # the case of this mail was merged into the one that is named

    @property
    def subject(self) -> str:
        return customers_subject(self.read.mail)

    @property
    def letter(self) -> Acknowledgement:
        return facts_of_acknowledgement(
            self.number,
            self.read,
            self.decision,
            self.to,
            received_at=self.mail.received_at,
            named=self.named,
            neutral=self.neutral,
            truncated=self.mail.truncated,
        )


def owed(conn: Connection, policy: Policy, case: Any, mail: OpeningMail, rehearsal: bool, now: datetime) -> Owed | None:
    """What is owed for this mail of this case (a row, or an OpenCase by its fields); None where nobody may be written to.

    Echoes nothing unless its sender is authenticated, and nothing to an address that is known from a text only.
    """
    if case["flags"].get("legal_hold"):  # with the lawyer (domain.md 1.3 #22)
        return None
    decision = from_plain(Decision, mail.decision)
    wished = decision.acknowledge_to
    given = bool(case["flags"].get("address_given"))  # by a person, in place of all that was read
    kept = case["flags"].get("acknowledge_to") if given or not decision.deferred else None  # deferred, reopened: whom its last mail names
    address = str(kept or (wished.address if wished is not None else ""))
    if not address or case["answer_by"] is None:
        return None
    name = wished.name if wished is not None and wished.key == address.casefold() else ""
    found = (mail.decision.get("authentication") or {}).get("result")
    neutral = decision.neutral or found != "pass" or decision.kind is Kind.INTERNAL or given
    heard = case.get("received_at_basis") == "stated"
    return Owed(
        case_id=case["id"],
        number=case["number"],
        mailbox=case["mailbox"],
        opening=case["openings"],
        named=named_day(conn, policy, case["id"], case["answer_by"], now),
        mail=replace(mail, received_at=case["received_at"]) if heard else mail,  # the letter names the day it was heard
        read=from_plain(ReadMail, mail.read),
        decision=decision,
        to=Address("" if neutral else name, address),
        neutral=neutral,
        unproven=found == "fail",
        held=rehearsal or mail.hold_letters,
    )


def owed_to_joined(conn: Connection, policy: Policy, case: Any, mail: OpeningMail, rehearsal: bool, now: datetime) -> Owed | None:
    """The same to the writer of a mail whose own case was joined to this one before he was answered: it names the case that stays."""
    flags = {"legal_hold": case["flags"].get("legal_hold")}
    what = owed(conn, policy, {**case, "flags": flags, "received_at_basis": ""}, mail, rehearsal, now)
    return replace(what, joined=True) if what is not None else None


def acknowledge(desk: WritingDesk, what: Owed, now: datetime) -> NewLetter | None:
    """The letter for one case: the very one filing would have written. None where no mailbox is configured."""
    said = what.read.mail
    home = desk.home(what.mailbox, said)
    if home is None:
        return None
    by_colleague = what.decision.kind is Kind.INTERNAL  # the customer has never seen the colleague's mail
    subject = "" if what.neutral else what.subject
    thread = Thread() if by_colleague else Thread(said.message_id, said.references, subject)
    return desk.write(
        what.letter,
        home=home,
        to=what.to,
        about=said.content_key,
        n=what.opening,
        dedupe_key=f"ack:{what.case_id}:{what.opening}" + (f":{what.mail.id}" if what.joined else ""),
        language=what.decision.acknowledge_language,
        also_in=what.decision.also_in,
        now=now,
        thread=thread,
        case_id=what.case_id,
        received_id=what.mail.id,
        due_by=what.named.by,
        unproven=what.unproven,
        held=what.held,
    )


def acknowledge_all(desk: WritingDesk, several: Sequence[Owed], key: str, now: datetime) -> NewLetter | None:
    """One letter for all cases of one address, oldest first. None where no mailbox is configured."""
    first = several[0]
    home = desk.home(first.mailbox, first.read.mail)
    if home is None:
        return None
    neutral = any(one.neutral for one in several)
    letters = tuple(one.letter for one in several)
    return desk.write(
        Collective(letters),
        home=home,
        to=Address("", first.to.address) if neutral else first.to,
        about=key,
        n=1,
        dedupe_key=key,
        language=first.decision.acknowledge_language,
        also_in=first.decision.also_in,
        now=now,
        due_by=min(letter.answer_by for letter in letters),
        unproven=any(one.unproven for one in several),
        held=first.held,
    )
