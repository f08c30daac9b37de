"""The outbox: letters as finished bytes, queued in the transaction that decided on them, each handed over until it is settled."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Text, and_, bindparam, case, cast, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from mailbot.claims.delivery import Outcome, Refused, Sent, TryLater, Unknown
from mailbot.store.received import LostLease
from mailbot.store.tables import cases, deliveries, events, listed, outbox, received

WARNING = "danger_reply"  # a person's own words about a danger, before anything is decided
ANSWERS = frozenset({"reply", "decision", "paid_repair"})  # these answer the claim, once they have left: written is not answered
_FEW_BOUNCES = 5  # within an hour say nothing: a customer mistypes her address
_OF_ONE_DOMAIN = 2
_ALERTS_LOOKED_AT = 500
_CLAIMING = 0x6D61696D  # PostgreSQL advisory lock for taking letters within the limits


@dataclass(frozen=True, slots=True)
class NewLetter:
    """One letter to one person. `raw` are the bytes that will go over the wire, whatever happens in between."""

    dedupe_key: str
    kind: str
    recipient: str
    envelope_from: str
    message_id: str
    raw: bytes
    subject: str
    language: str
    case_id: int | None = None
    received_id: int | None = None
    mailbox: str | None = None
    due_by: datetime | None = None
    not_before: datetime | None = None
    held: bool = False
    automatic: bool = True
    unproven: bool = False  # our mail server denies that its addressee wrote: a limit of its own (nobody having looked is not that)
    numbers: tuple[str, ...] = ()  # cases it lists: what may be commanded in answer to it


@dataclass(frozen=True, slots=True)
class DueLetter:
    """A letter that is ours to send until the lease ends."""

    id: int
    raw: bytes
    to: str
    envelope_from: str
    message_id: str
    kind: str
    case_id: int | None
    mailbox: str | None
    attempts: int
    unknowns: int
    fence: int


@dataclass(frozen=True, slots=True)
class SendLimits:
    """Over these, automatic letters wait; they are never dropped (decisions.md 24)."""

    per_domain_per_hour: int
    per_free_domain_per_hour: int
    overall_per_hour: int
    unauthenticated_per_hour: int
    free_domains: frozenset[str] = frozenset()
    bounced_percent: int = 100


def queue(conn: Connection, letters: Sequence[NewLetter], now: datetime) -> list[str]:
    """Queue letters; returns the dedupe keys of those that were not there already."""
    if not letters:
        return []
    on_conflict = postgresql.insert if conn.dialect.name == "postgresql" else sqlite.insert
    rows = [_row(letter, now) for letter in letters]
    statement = on_conflict(outbox).on_conflict_do_nothing(index_elements=["dedupe_key"]).returning(outbox.c.dedupe_key)
    queued = [key for (key,) in conn.execute(statement, rows)]
    _list(conn, [letter for letter in letters if letter.numbers and letter.dedupe_key in set(queued)])
    return queued


def _list(conn: Connection, letters: Sequence[NewLetter]) -> None:
    rows = [{"message_id": letter.message_id, "number": number} for letter in letters for number in dict.fromkeys(letter.numbers)]
    if rows:
        on_conflict = postgresql.insert if conn.dialect.name == "postgresql" else sqlite.insert
        conn.execute(on_conflict(listed).on_conflict_do_nothing(), rows)


def _row(letter: NewLetter, now: datetime) -> dict[str, Any]:
    return {
        "dedupe_key": letter.dedupe_key,
        "kind": letter.kind,
        "case_id": letter.case_id,
        "received_id": letter.received_id,
        "mailbox": letter.mailbox,
        "recipient": letter.recipient,
        "recipient_key": letter.recipient.casefold(),
        "domain": letter.recipient.rpartition("@")[2].casefold(),
        "envelope_from": letter.envelope_from,
        "message_id": letter.message_id,
        "subject": letter.subject,
        "language": letter.language,
        "raw": letter.raw,
        "automatic": letter.automatic,
        "neutral": letter.unproven,
        "state": "held" if letter.held else "due",
        "queued_at": now,
        "due_by": letter.due_by,
        "next_attempt_at": letter.not_before or now,
        "attempts": 0,
        "unknowns": 0,
        "fence": 0,
    }


def claim_due(conn: Connection, owner: str, limit: int, now: datetime, lease_for: timedelta, limits: SendLimits) -> list[DueLetter]:
    """Take letters that are due and within the limits, counting the attempt.

    A letter whose sender died in the middle counts as one more unknown delivery: it may have arrived.
    """
    if conn.dialect.name == "postgresql":  # one claims at a time, or two would each see room for the same letter within the limits
        conn.execute(select(func.pg_advisory_xact_lock(_CLAIMING)))
    expired = and_(outbox.c.state == "sending", outbox.c.leased_until <= now)
    due = or_(and_(outbox.c.state.in_(("due", "unknown")), outbox.c.next_attempt_at <= now), expired)
    room = _room(conn, limits, now)
    query = (
        select(outbox.c.id, outbox.c.domain, outbox.c.automatic, outbox.c.neutral)
        .where(due, room.may_go())
        .order_by(outbox.c.automatic, outbox.c.next_attempt_at, outbox.c.id)
        .limit(limit * 4)
        .with_for_update(skip_locked=True)
    )
    ids = [row.id for row in conn.execute(query) if room.take(row.domain, automatic=row.automatic, neutral=row.neutral)][:limit]
    if not ids:
        return []
    conn.execute(
        update(outbox)
        .where(outbox.c.id.in_(ids))
        .values(
            unknowns=outbox.c.unknowns + case((outbox.c.state == "sending", 1), else_=0),
            state="sending",
            owner=owner,
            fence=outbox.c.fence + 1,
            leased_until=now + lease_for,
            attempts=outbox.c.attempts + 1,
        )
    )
    columns = (
        outbox.c.raw,
        outbox.c.recipient,
        outbox.c.envelope_from,
        outbox.c.message_id,
        outbox.c.kind,
        outbox.c.case_id,
        outbox.c.mailbox,
    )
    taken = (
        select(outbox.c.id, *columns, outbox.c.attempts, outbox.c.unknowns, outbox.c.fence)
        .where(outbox.c.id.in_(ids))
        .order_by(outbox.c.id)
    )
    return [DueLetter(*row) for row in conn.execute(taken)]


@dataclass(slots=True)
class _Room:
    """How many automatic letters have gone within the hour, or are going: what the limits leave room for."""

    limits: SendLimits
    by_domain: dict[str, int]
    neutral: int
    is_shut: bool = False  # too many came back: whatever is wrong, more letters make it worse

    def may_go(self) -> ColumnElement[bool]:
        """Leaves out what surely must wait, so that a domain at its limit does not stand in the way of the others."""
        if self.is_shut or sum(self.by_domain.values()) >= self.limits.overall_per_hour:
            return ~outbox.c.automatic
        full = [domain for domain, count in self.by_domain.items() if count >= self._limit(domain)]
        waits: list[ColumnElement[bool]] = [outbox.c.domain.in_(full)]
        if self.neutral >= self.limits.unauthenticated_per_hour:
            waits.append(outbox.c.neutral)
        return or_(~outbox.c.automatic, ~or_(*waits))

    def take(self, domain: str, *, automatic: bool, neutral: bool) -> bool:
        """May this letter go now? Then it is counted."""
        if not automatic:
            return True
        count = self.by_domain.get(domain, 0)
        if count >= self._limit(domain) or sum(self.by_domain.values()) >= self.limits.overall_per_hour:
            return False
        if neutral and self.neutral >= self.limits.unauthenticated_per_hour:
            return False
        self.by_domain[domain] = count + 1
        self.neutral += neutral
        return True

    def _limit(self, domain: str) -> int:
        free = domain in self.limits.free_domains
        return self.limits.per_free_domain_per_hour if free else self.limits.per_domain_per_hour


def _room(conn: Connection, limits: SendLimits, now: datetime) -> _Room:
    """A letter whose sender died does not count against itself: it is to be sent again."""
    in_flight = and_(outbox.c.state == "sending", outbox.c.leased_until > now)
    gone = and_(outbox.c.automatic, or_(outbox.c.sent_at > now - timedelta(hours=1), in_flight))
    counted = select(outbox.c.domain, func.count(), func.sum(case((outbox.c.neutral, 1), else_=0))).where(gone).group_by(outbox.c.domain)
    rows = list(conn.execute(counted))
    neutral = sum(int(neutral) for _, _, neutral in rows)
    storm = come_back(conn, limits.bounced_percent, limits.free_domains, now) > 0
    return _Room(limits, {domain: count for domain, count, _ in rows}, neutral, storm)


def come_back(conn: Connection, percent: int, free_domains: frozenset[str], now: datetime) -> int:
    """How many automatic letters came back within the hour, where they are more than so many in a hundred of those that went; else 0.

    While the others wait none goes, so that it ends an hour after the last came back. Of one address one counts, of a company's domain
    two: whoever has some letters of ours can report them all, and nobody else should wait for that.
    """
    since = now - timedelta(hours=1)
    query = select(func.count()).where(outbox.c.automatic)
    came = select(outbox.c.domain, func.count(outbox.c.recipient_key.distinct())).where(
        outbox.c.automatic, outbox.c.bounced_at > since, outbox.c.bounced_at <= now
    )
    by_domain = conn.execute(came.group_by(outbox.c.domain))
    back = sum(count if domain in free_domains else min(count, _OF_ONE_DOMAIN) for domain, count in by_domain)
    if back < _FEW_BOUNCES:
        return 0
    went = int(conn.execute(query.where(outbox.c.sent_at > since, outbox.c.sent_at <= now)).scalar_one())
    return back if back * 100 > percent * went else 0


def record(conn: Connection, letter: DueLetter, outcome: Outcome, now: datetime, next_attempt_at: datetime | None) -> None:
    """How an attempt ended. `next_attempt_at` None: no further attempt. Errors: LostLease."""
    values: dict[str, Any] = {"owner": None, "leased_until": None, "last_reply": outcome.reply, "next_attempt_at": next_attempt_at}
    if isinstance(outcome, Sent):
        values |= {"state": "sent", "sent_at": now}
    elif isinstance(outcome, Unknown):
        values |= {"state": "unknown", "unknowns": outbox.c.unknowns + 1}
    elif isinstance(outcome, Refused) or next_attempt_at is None:
        values |= {"state": "refused"}
    else:
        values |= {"state": "unknown" if letter.unknowns else "due"}
    ours = (outbox.c.id == letter.id, outbox.c.fence == letter.fence, outbox.c.state == "sending")
    if conn.execute(update(outbox).where(*ours).values(values)).rowcount != 1:
        raise LostLease(f"letter {letter.id}")
    name = "try_later" if isinstance(outcome, TryLater) else type(outcome).__name__.lower()
    conn.execute(insert(deliveries).values(outbox_id=letter.id, at=now, outcome=name, reply=outcome.reply))
    if isinstance(outcome, Sent) and letter.kind == "acknowledgement":
        _acknowledged(conn, [letter.id], now)
    if isinstance(outcome, Sent) and letter.kind in ANSWERS:
        _answered(conn, [letter.id], now)


def record_all(conn: Connection, sent: Sequence[tuple[DueLetter, Sent]], now: datetime) -> None:
    """The same for many letters that were all accepted. Errors: LostLease; nothing is then written."""
    ours = update(outbox).where(outbox.c.id == bindparam("b_id"), outbox.c.fence == bindparam("b_fence"), outbox.c.state == "sending")
    statement = ours.values(state="sent", sent_at=now, owner=None, leased_until=None, next_attempt_at=None, last_reply=bindparam("b_reply"))
    rows = [{"b_id": letter.id, "b_fence": letter.fence, "b_reply": outcome.reply} for letter, outcome in sent]
    if conn.execute(statement, rows).rowcount != len(rows):
        raise LostLease("a letter of this batch was taken over by another process")
    conn.execute(
        insert(deliveries), [{"outbox_id": letter.id, "at": now, "outcome": "sent", "reply": outcome.reply} for letter, outcome in sent]
    )
    _acknowledged(conn, [letter.id for letter, _ in sent if letter.kind == "acknowledgement"], now)
    _answered(conn, [letter.id for letter, _ in sent if letter.kind in ANSWERS], now)


# `ack:<case>:<opening>` and `draft:<number>` are of the case's own customer; with more behind it (the number of a mail, or of the case
# that was joined to this one), of another
_OWN = and_(outbox.c.dedupe_key.not_like("ack:%:%:%"), outbox.c.dedupe_key.not_like("draft:%:%"))


def disown(conn: Connection, case_id: int) -> None:
    """What acknowledges or answers this case does so for its own customer only, whichever case it belongs to from now on."""
    mine = (outbox.c.case_id == case_id, or_(outbox.c.dedupe_key.like("ack:%"), outbox.c.dedupe_key.like("draft:%")), _OWN)
    conn.execute(update(outbox).where(*mine).values(dedupe_key=outbox.c.dedupe_key + f":case {case_id}"))


def _acknowledged(conn: Connection, ids: Sequence[int], now: datetime) -> None:
    """These acknowledgements have left: their cases say so."""
    if ids:
        which = select(outbox.c.case_id).where(outbox.c.id.in_(ids), _OWN)
        conn.execute(update(cases).where(cases.c.id.in_(which), cases.c.acknowledged_at.is_(None)).values(acknowledged_at=now))


def _answered(conn: Connection, ids: Sequence[int], now: datetime) -> None:
    """These answers have left: their cases say so, unless they say already when they were answered."""
    if ids:
        which = select(outbox.c.case_id).where(outbox.c.id.in_(ids), _OWN)
        conn.execute(update(cases).where(cases.c.id.in_(which), cases.c.answered_at.is_(None)).values(answered_at=now))


def acknowledges_its_case(conn: Connection, message_id: str) -> bool:
    """This letter is the acknowledgement of the case it belongs to, and not of one that was joined to it."""
    own = select(outbox.c.id).where(outbox.c.message_id == message_id, outbox.c.kind == "acknowledgement", _OWN)
    return conn.execute(own.limit(1)).first() is not None


def alerts_of_sender(conn: Connection, person: str, step: str, to: str, sender: str, since: datetime) -> int:
    """How many mails of this sender that belong to no case this person was told of at once since then, for this step."""
    here = (outbox.c.recipient_key == to.casefold(), outbox.c.queued_at > since, outbox.c.kind == "alert", outbox.c.case_id.is_(None))
    keys = (key.split(":") for key in conn.execute(select(outbox.c.dedupe_key).where(*here)).scalars())
    mails = [int(key[1]) for key in keys if key[0] == "alert" and key[2:] == [step, person]]
    query = select(func.count()).where(received.c.id.in_(mails[-_ALERTS_LOOKED_AT:]), received.c.from_key == sender)
    return int(conn.execute(query).scalar_one()) if mails else 0


def bounced(conn: Connection, message_id: str, now: datetime) -> None:
    """The letter came back for good: it counts as not delivered."""
    conn.execute(update(outbox).where(outbox.c.message_id == message_id, outbox.c.bounced_at.is_(None)).values(bounced_at=now))


def is_answered_otherwise(conn: Connection, case_id: int) -> bool:
    """The answer does not rest on a letter that came back: another has left, or a person says how the customer was answered."""
    return has_answered(conn, case_id) or is_said_answered(conn, case_id)


def is_said_answered(conn: Connection, case_id: int) -> bool:
    """What the case holds as the answer is what a person said last (`!answered`, her own letter), and she has not undone it."""
    at: datetime | None = conn.execute(select(cases.c.answered_at).where(cases.c.id == case_id)).scalar()
    said = select(events.c.data).where(events.c.case_id == case_id, events.c.what == "answered").order_by(events.c.id.desc()).limit(1)
    data = conn.execute(said).scalar()
    new = ((data or {}).get("answered_at") or {}).get("new")
    return at is not None and new is not None and datetime.fromisoformat(new) == at


def has_answered(conn: Connection, case_id: int) -> bool:
    """A letter that answers the claim has left and has not come back; one of an earlier opening answers nothing that is asked now."""
    reopened = select(func.max(events.c.at)).where(events.c.case_id == case_id, events.c.what == "reopened").scalar_subquery()
    left = (outbox.c.state == "sent", outbox.c.bounced_at.is_(None), outbox.c.queued_at >= func.coalesce(reopened, outbox.c.queued_at))
    gone = select(outbox.c.id).where(outbox.c.case_id == case_id, outbox.c.kind.in_(ANSWERS), _OWN, *left)
    return conn.execute(gone.limit(1)).first() is not None


def _settled(column: Any) -> Any:
    """Letters that say "received" about a case that is closed, no claim, or answered by now: they would only confuse."""
    done = or_(cases.c.state.in_(("closed", "not_claim")), cases.c.answered_at.is_not(None))
    return select(column).join(cases, cases.c.id == outbox.c.case_id).where(outbox.c.kind == "acknowledgement", done)


def promised_others(conn: Connection, case_id: int) -> list[str]:
    """Other addresses than the customer's that were promised an answer by an acknowledgement of this case, and have had none.

    They are of people whose own case was merged into this one since it was opened last.
    """
    reopened = select(func.max(events.c.at)).where(events.c.case_id == case_id, events.c.what == "reopened").scalar_subquery()
    to, key = outbox.c.recipient_key, outbox.c.dedupe_key
    customer = select(cases.c.customer_key).where(cases.c.id == case_id).scalar_subquery()
    here = (outbox.c.case_id == case_id, outbox.c.bounced_at.is_(None), to != customer)
    own = and_(key.like(f"ack:{case_id}:%"), key.not_like(f"ack:{case_id}:%:%"))  # to an address that was the customer's before
    told = (outbox.c.kind == "acknowledgement", ~own, outbox.c.queued_at >= func.coalesce(reopened, outbox.c.queued_at))
    alive = outbox.c.state.in_(("held", "due", "sending", "unknown", "sent"))
    answered = set(conn.execute(select(to).where(*here, alive, outbox.c.kind.in_(ANSWERS))).scalars())
    found = conn.execute(select(outbox.c.recipient, to).where(*here, alive, *told).order_by(outbox.c.id))
    return list(dict.fromkeys(recipient for recipient, address in found if address not in answered))


def settled(conn: Connection, ids: Sequence[int]) -> set[int]:
    """Those of these letters that will not be released, since their case is settled."""
    return {number for (number,) in conn.execute(_settled(outbox.c.id).where(outbox.c.id.in_(ids)))}


def release(conn: Connection, ids: Sequence[int] | None, now: datetime) -> int:
    """Let held letters go (all with ids None), except those whose promised date has passed or whose case is settled. Returns how many."""
    held = [outbox.c.state == "held", or_(outbox.c.due_by.is_(None), outbox.c.due_by > now), outbox.c.id.not_in(_settled(outbox.c.id))]
    if ids is not None:
        held.append(outbox.c.id.in_(ids))
    return conn.execute(update(outbox).where(*held).values(state="due", next_attempt_at=now)).rowcount


def retry(conn: Connection, ids: Sequence[int], now: datetime) -> int:
    """Try refused, unknown or waiting letters again now. Returns how many."""
    again = update(outbox).where(outbox.c.id.in_(ids), outbox.c.state.in_(("refused", "unknown", "due")))
    state = case((outbox.c.state == "unknown", "unknown"), else_="due")
    return conn.execute(again.values(state=state, next_attempt_at=now)).rowcount


def cancel(conn: Connection, ids: Sequence[int]) -> int:
    """Never send these. A letter that is sent or in flight cannot be called back. Returns how many."""
    waiting = ("held", "due", "unknown", "refused")
    gone = update(outbox).where(outbox.c.id.in_(ids), outbox.c.state.in_(waiting)).values(state="cancelled", next_attempt_at=None)
    return conn.execute(gone).rowcount


@dataclass(frozen=True, slots=True)
class TakenBack:
    """An acknowledgement that was written and has not left. `is_own`: to the case's customer, not to the writer of a case joined to it."""

    dedupe_key: str
    received_id: int | None
    is_own: bool


def cancel_automatic(conn: Connection, case_id: int) -> list[TakenBack]:
    """What the program wrote by itself to the customers of this case and has not tried to send stays here.

    Returns the acknowledgements among it: their keys are free again, so that they can be written anew.
    """
    mine = (outbox.c.case_id == case_id, outbox.c.automatic.is_(True), outbox.c.state.in_(("held", "due")))
    away = {"state": "cancelled", "next_attempt_at": None}
    query = select(outbox.c.dedupe_key, outbox.c.received_id, case((_OWN, True), else_=False)).where(*mine)
    found = [TakenBack(*row) for row in conn.execute(query.where(outbox.c.dedupe_key.like("ack:%")).order_by(outbox.c.id))]
    conn.execute(update(outbox).where(*mine, outbox.c.dedupe_key.like("ack:%")).values(**away, dedupe_key=_freed()))
    conn.execute(update(outbox).where(*mine).values(**away))
    return found


@dataclass(frozen=True, slots=True)
class Unsent:
    """A letter that has not left. `leaving`: it is being handed over just now, and cannot be called back."""

    id: int
    kind: str
    dedupe_key: str
    leaving: bool


def take_back(conn: Connection, case_id: int, to: Collection[str]) -> list[Unsent]:
    """Letters of this case to these addresses (case-folded) that have not left stay here. Returns them, and those that are leaving.

    The key of an acknowledgement is free again, so that it can be written anew.
    """
    mine = (outbox.c.case_id == case_id, outbox.c.recipient_key.in_(list(to)))
    waiting = ("held", "due", "unknown", "refused")
    query = select(outbox.c.id, outbox.c.kind, outbox.c.dedupe_key, case((outbox.c.state == "sending", True), else_=False))
    query = query.where(*mine, outbox.c.state.in_((*waiting, "sending"))).order_by(outbox.c.id).with_for_update()
    found = [Unsent(*row) for row in conn.execute(query)]
    gone = update(outbox).where(outbox.c.id.in_([one.id for one in found]), outbox.c.state.in_(waiting))
    freed = case((outbox.c.kind == "acknowledgement", _freed()), else_=outbox.c.dedupe_key)
    conn.execute(gone.values(state="cancelled", next_attempt_at=None, dedupe_key=freed))
    return found


def call_back(conn: Connection, letter_id: int) -> str:
    """A letter whose last attempt has failed stays here; its key as it was. That of an acknowledgement is free again, as above."""
    key = str(conn.execute(select(outbox.c.dedupe_key).where(outbox.c.id == letter_id)).scalar_one())
    gone = update(outbox).where(outbox.c.id == letter_id, outbox.c.kind == "acknowledgement")
    conn.execute(gone.values(state="cancelled", dedupe_key=_freed()))
    return key


def take_back_key(conn: Connection, dedupe_key: str) -> bool:
    """The letter of this key stays here; False where it has left or is leaving."""
    gone = update(outbox).where(outbox.c.dedupe_key == dedupe_key, outbox.c.state.in_(("held", "due", "unknown", "refused")))
    return conn.execute(gone.values(state="cancelled", next_attempt_at=None)).rowcount > 0


def _freed() -> ColumnElement[str]:
    return outbox.c.dedupe_key + ":taken back:" + cast(outbox.c.id, Text)


def next_due_at(conn: Connection) -> datetime | None:
    """When the next letter is due; None when none waits."""
    at: datetime | None = conn.execute(select(func.min(outbox.c.next_attempt_at)).where(outbox.c.state.in_(("due", "unknown")))).scalar()
    return at


def stuck(conn: Connection, kind: str, queued_before: datetime) -> list[tuple[int, str | None, str, str | None]]:
    """Letters of a kind queued before and still not sent: id, case number, state, last reply."""
    query = (
        select(outbox.c.id, cases.c.number, outbox.c.state, outbox.c.last_reply)
        .outerjoin(cases, cases.c.id == outbox.c.case_id)
        .where(outbox.c.kind == kind, outbox.c.queued_at <= queued_before, outbox.c.state.in_(("due", "sending", "unknown", "refused")))
        .order_by(outbox.c.id)
    )
    return [tuple(row) for row in conn.execute(query)]
