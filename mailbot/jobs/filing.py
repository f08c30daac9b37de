"""Files mails that are read: asks what we know, decides, and writes case, letters and outcome in the caller's one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from mailbot import maillog
from mailbot.claims.acknowledgement import answer_to
from mailbot.claims.authentication import Authentication
from mailbot.claims.case import without_case
from mailbot.claims.command_lines import first_command
from mailbot.claims.conversation import asked_sender
from mailbot.claims.decide import decide
from mailbot.claims.decision import Decision
from mailbot.claims.message import IncomingMail, Kind
from mailbot.claims.plain import to_plain
from mailbot.claims.policy import Policy
from mailbot.claims.same_trouble import marks_of
from mailbot.claims.understanding import ReadMail
from mailbot.jobs.case_book import CaseBook, Entry
from mailbot.jobs.clock_book import keep_clocks, stated_by
from mailbot.jobs.command_book import CommandBook
from mailbot.jobs.tell_unproven import keep_unproven
from mailbot.jobs.telling_absence import confirmations
from mailbot.jobs.telling_in_charge import case_letters
from mailbot.jobs.writing_desk import WritingDesk
from mailbot.mail_in.authenticity import authentication
from mailbot.store import commands, listing, outbox, received
from mailbot.store.known import Ask, known_about
from mailbot.store.marks import keep_marks
from mailbot.store.received import AttachmentRow, Filed

if TYPE_CHECKING:
    from mailbot.claims.case import Known
    from mailbot.jobs.orders import Left
    from mailbot.jobs.own_proof import OwnProof
    from mailbot.jobs.policy_of import Ground
    from mailbot.store.database import Connection
    from mailbot.store.received import ClaimedMail

Read = tuple["ClaimedMail", ReadMail]
Asks = Callable[[int, ReadMail, Policy], Ask]

_MOST_ASKED = 200  # a batch is fifty
_OUTCOMES = {"open": "opened", "triage": "triage", "join": "joined", "none": "noted"}


@dataclass(frozen=True, slots=True)
class FilingDesk:
    """What filing needs beside the database. `authserv_ids`: whose Authentication-Results count, by mailbox."""

    policy: Policy
    writing: WritingDesk
    authserv_ids: Mapping[str, str]
    ground: Ground | None = None  # without it no command is carried out
    own_proof: OwnProof | None = None  # our own look at who sent a command
    asked: dict[int, tuple[ReadMail, Ask]] = field(default_factory=dict, compare=False)  # of mails in hand, by id

    def ask_of(self, received_id: int, read: ReadMail, policy: Policy) -> Ask:
        """`ask_of`, which parting into groups and filing both want, made once for each reading of a mail."""
        kept = self.asked.get(received_id)
        if kept is None or kept[0] is not read:
            if len(self.asked) >= _MOST_ASKED:
                self.asked.clear()
            kept = self.asked[received_id] = (read, ask_of(received_id, read, policy))
        return kept[1]

    def proof_of(self, mail: IncomingMail, mailbox: str | None) -> Authentication:
        known = self.authserv_ids
        return authentication(mail, known.get(mailbox or "") or next(iter(known.values()), None))


def ask_of(received_id: int, read: ReadMail, policy: Policy) -> Ask:
    """What the store is asked about one mail."""
    mail = read.mail
    references = tuple(dict.fromkeys(i for i in (mail.in_reply_to, *reversed(mail.references)) if i))
    to, _ = answer_to(mail, policy)
    return Ask(
        received_id=received_id,
        message_id=mail.message_id,
        references=references,
        content_key=mail.content_key,
        from_key=asked_sender(mail, policy),
        numbers=tuple(dict.fromkeys(str(fact.value) for fact in read.understanding.facts.cases)),
        bounced_message_id=mail.bounce.original_message_id if mail.bounce is not None else None,
        addressee_key=to.key if to is not None else "",
        marks=frozenset(marks_of(read, policy)),
    )


def groups_of(reads: Sequence[Read], policy: Policy, asked: Asks = ask_of) -> Iterator[list[Read]]:
    """The mails in their order, parted so that no two of one group concern each other: what one changes the next must see."""
    group: list[Read] = []
    taken: set[str] = set()
    alone = False  # a command may change any case, so that it must be seen by what comes after it, and see what came before
    for mail, read in reads:
        keys = concerns(asked(mail.id, read, policy))
        after, alone = alone, bool(first_command(read.mail.text))
        if group and (keys & taken or alone or after):
            yield group
            group, taken = [], set()
        group.append((mail, read))
        taken |= keys
    if group:
        yield group


def concerns(ask: Ask) -> set[str]:
    """Everything by which two mails may concern each other."""
    ids = {f"id {i}" for i in (ask.message_id, ask.bounced_message_id, *ask.references) if i}
    people = {f"who {key}" for key in (ask.from_key, ask.addressee_key) if key}
    trouble = {mark for mark in ask.marks if not mark.startswith("text:")}
    text = set[str]() if trouble else {" ".join(sorted(ask.marks)[:3])} - {""}  # near the same texts mostly share their least signs
    return ids | people | trouble | text | {f"same {ask.content_key}"} | {f"case {number}" for number in ask.numbers}


def file_group(
    conn: Connection, desk: FilingDesk, group: Sequence[Read], now: datetime, proven: Mapping[int, Authentication] | None = None
) -> None:
    """Decide on each mail of a group and write all of it. Errors: LostLease, StoreAway; nothing is then written.

    `proven`: what our own check of the sender found, by mail, where it was made.
    """
    asks = [desk.ask_of(mail.id, read, desk.policy) for mail, read in group]
    known = known_about(conn, asks, now)
    earlier = received.cases_of(conn, [mail.id for mail, _ in group])
    entries = [
        _decided(desk, mail, read, about, earlier.get(mail.id), (proven or {}).get(mail.id), now)
        for (mail, read), about in zip(group, known, strict=True)
    ]
    book = CaseBook(conn, desk.policy, desk.writing, now)
    book.open_cases(entries)
    rows = [_file(conn, book, entry) for entry in entries]
    commanded = any(entry.decision.kind is Kind.COMMAND for entry in entries)
    if not commanded:
        _start_clocks(conn, desk.policy, entries, rows, now)  # the letters name a day by them
    book.write_letters()
    left = _commanded(conn, desk, entries, now)
    for entry, row in zip(entries, rows, strict=True):
        keep_unproven(conn, desk.policy, entry, row.case_id, now)
    outbox.queue(conn, [*book.letters, *(letter for one in left for letter in one.letters)], now)
    opened = {one.opened[0].mail.id: one.opened for one in left if one.opened is not None}
    alerted = {**book.alerted, **{one.opened[0].mail.id: one.alerted for one in left if one.opened is not None}}
    rows = [_as_opened(row, *opened[row.id]) if row.id in opened else row for row in rows]
    added = {mail: case_id for one in left for mail, case_id in one.added.items()}
    rows = [replace(row, case_id=added[row.id], relation="staff") if row.id in added else row for row in rows]
    if commanded:
        _start_clocks(conn, desk.policy, entries, rows, now)
    _keep_marks(conn, group, asks, rows)
    received.filed(conn, rows, now)
    outbox.queue(conn, confirmations(desk.policy, desk.writing, entries, now), now)
    if desk.ground is not None:  # last: the letter shows the mail, its files and the clocks as they are kept
        outbox.queue(conn, case_letters(conn, desk.ground, desk.writing, zip(entries, rows, strict=True), alerted, now), now)


def _keep_marks(conn: Connection, group: Sequence[Read], asks: Sequence[Ask], rows: Sequence[Filed]) -> None:
    """By what each case is known on another road. A third party's mail adds none, nor one in a colleague's name that nothing proves."""
    kept: dict[int, set[str]] = {}
    for (mail, _), ask, row in zip(group, asks, rows, strict=True):
        if row.case_id is None or mail.history or row.outcome not in {"opened", "triage", "joined"} or _is_strangers(row):
            continue
        kept.setdefault(row.case_id, set()).update(ask.marks)
    keep_marks(conn, kept)


def _is_strangers(row: Filed) -> bool:
    return row.relation == "third_party" or (row.outcome == "joined" and bool(row.decision.get("unproven")))


def _start_clocks(conn: Connection, policy: Policy, entries: Sequence[Entry], rows: Sequence[Filed], now: datetime) -> None:
    """The clocks of every case that these mails opened or concern. What an opening mail says is in hand."""
    live = [row for entry, row in zip(entries, rows, strict=True) if not entry.decision.history]
    said = {row.case_id: stated_by(row.read) for row in live if row.case_id is not None and row.outcome in {"opened", "triage"}}
    keep_clocks(conn, policy, list(dict.fromkeys(row.case_id for row in live if row.case_id is not None)), now, said)


def _commanded(conn: Connection, desk: FilingDesk, entries: Sequence[Entry], now: datetime) -> list[Left]:
    """Carry out the commands among these mails; returns what they leave. A file somebody gave us to read commands nothing."""
    if desk.ground is None:
        return []
    book = CommandBook(conn, desk.ground, desk.writing, now)
    told = (one for one in entries if one.decision.kind is Kind.COMMAND and not one.decision.history)
    live = (one for one in told if one.mail.mailbox is not None or one.mail.written_by)
    fresh = (one for one in live if not one.known.same_content_filed or commands.was_unproven(conn, one.read.mail.content_key))
    return [left for entry in fresh if (left := book.carry_out(entry)) is not None]


def _as_opened(row: Filed, entry: Entry, case_id: int) -> Filed:
    """A mail in which a colleague wrote down a claim is the first of its case, with the customer's words as they were heard."""
    read, decision = to_plain(entry.read), {**row.decision, **to_plain(entry.decision)}
    return replace(row, case_id=case_id, outcome="triage", relation="staff", subject=entry.subject, read=read, decision=decision)


def _decided(
    desk: FilingDesk,
    mail: ClaimedMail,
    read: ReadMail,
    known: Known,
    earlier: int | None,
    checked: Authentication | None,
    now: datetime,
) -> Entry:
    proof = checked or desk.proof_of(read.mail, mail.mailbox)
    if earlier is not None:
        known = without_case(known, earlier)
    decision = decide(read.mail, read.understanding, known, proof, desk.policy, received_at=mail.received_at, history=mail.history, now=now)
    if mail.written_by and earlier is None:
        decision = _written_down(mail.written_by, read.mail, decision)
    return Entry(mail, read, decision, known, proof, earlier)


def _written_down(by: str, said: IncomingMail, decision: Decision) -> Decision:
    """A claim that somebody wrote down on the command line is that command, whatever its address proves.

    Where even that could not be read, because of a file that goes with it, a person looks at it; nobody outside is answered.
    """
    if first_command(said.text) == "new":
        why = f"{by} wrote down a claim (mailbot case new)."
        return Decision(Kind.COMMAND, why, "none", why, relation="staff")
    return replace(decision, case="triage", join=None, relation="staff", claimant=None, acknowledge="no", acknowledge_to=None, letters=())


def _file(conn: Connection, book: CaseBook, entry: Entry) -> Filed:
    mail, read, decision = entry.mail, entry.read, entry.decision
    case_id, fresh = book.enter(entry)
    if decision.kind is Kind.UNREADABLE:
        why = "; ".join(read.mail.problems)[:500] or "Nothing can be made of it."
        listing.put_in_quarantine(conn, mail.id, case_id, why, book.now)
        maillog.mail_quarantined(mail.id, book.number_of(case_id))
    outcome = "duplicate" if entry.repeats or not fresh else _OUTCOMES[decision.case]
    maillog.mail_filed(mail.id, decision.kind.value, outcome, book.number_of(case_id))
    return _row(mail, read, decision, entry.proof, outcome, case_id)


def _row(mail: ClaimedMail, read: ReadMail, decision: Decision, proof: Authentication, outcome: str, case_id: int | None) -> Filed:
    said = read.mail
    return Filed(
        id=mail.id,
        fence=mail.fence,
        kind=decision.kind.value,
        kind_reason=decision.kind_reason,
        topic=decision.topic,
        outcome=outcome,
        case_id=case_id,
        relation=decision.relation if case_id is not None else None,
        message_id=said.message_id,
        content_key=said.content_key,
        from_key=said.from_.key if said.from_ is not None else "",
        subject=said.subject,
        sent_at=said.sent_at,
        read=to_plain(read),
        decision={**to_plain(decision), "authentication": to_plain(proof)},
        lemmas=read.understanding.lemmas,
        attachments=tuple(AttachmentRow(a.sha256, a.name, a.media_type, a.size, a.inline) for a in said.attachments),
    )
