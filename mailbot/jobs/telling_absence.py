"""Who writes to us herself that she is away hears at once how it was understood, and how to undo it; no robot is answered."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from mailbot.claims.absence import Absence, absence_in
from mailbot.claims.command_proof import sender_of
from mailbot.claims.digest_notes import back_note, own_absence_note
from mailbot.claims.letters import CommandResult
from mailbot.claims.message import IncomingMail, Kind
from mailbot.claims.working_time import office_day
from mailbot.jobs.absences import deputy_of
from mailbot.store import desk as desk_store

if TYPE_CHECKING:
    from datetime import date

    from mailbot.claims.policy import Person, Policy
    from mailbot.jobs.case_book import Entry
    from mailbot.jobs.writing_desk import WritingDesk
    from mailbot.store.database import Connection
    from mailbot.store.outbox import NewLetter

_HERS = frozenset({Kind.ENQUIRY, Kind.INTERNAL, Kind.TRIAGE})


def confirmations(policy: Policy, desk: WritingDesk, entries: Iterable[Entry], now: datetime) -> list[NewLetter]:
    """A letter for each of these mails in which one of our people, proven as for a command, says that she is or will be away."""
    found = []
    today = office_day(now, policy.office)
    for entry in entries:
        said, decision = entry.read.mail, entry.decision
        if not _may_be_hers(said, decision.kind) or decision.history or entry.mail.mailbox is None:
            continue
        person, _ = sender_of(said, entry.proof, policy)
        sent_on = office_day(entry.mail.received_at, policy.office)
        automatic = decision.kind is Kind.AUTO_REPLY
        if person is None:
            continue
        away = absence_in(said.subject, said.text, person, policy.people, sent_on=sent_on, automatic=automatic)
        if away is None:
            continue
        letter = CommandResult(person.name, (absence_words(away, person, policy, today),), (), (), outcome="absence")
        row = desk.to_person(letter, person, dedupe_key=f"{_key(away)}{today.isoformat()}", now=now)
        found += [row] if row is not None else []
    return found


def _may_be_hers(said: IncomingMail, kind: Kind) -> bool:
    """No machine wrote it, whose marks `sender_of` looks at. Who says nothing but that she is away may write as one does, unasked."""
    return kind in _HERS or (kind is Kind.AUTO_REPLY and said.in_reply_to is None and not said.references)


def absence_words(away: Absence, person: Person, policy: Policy, today: date) -> str:
    """What was understood, who stands in, and the words that end it; or that it has ended."""
    if away.last < today:
        return back_note(person.language)
    deputy = deputy_of(person, {person.id: away}, policy)
    return own_absence_note(away.first, away.last, (deputy.name or deputy.id) if deputy is not None else "", today, person.language)


def is_confirmed(conn: Connection, away: Absence) -> bool:
    """She has had that letter: her digest need not say it again."""
    return desk_store.count_with_prefix(conn, _key(away)) > 0


def _key(away: Absence) -> str:
    """Of what was understood and not of the mail: a machine that does not say it is one, and answers the letter, is answered no more."""
    return f"absence:{away.person}:{away.first.isoformat()}:{away.last.isoformat()}:{away.deputy or ''}:"
