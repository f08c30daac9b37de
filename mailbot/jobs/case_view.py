"""A stored case as the ladder and the digest look at it: written is not answered, and what is held on purpose is not late."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any

from mailbot.claims.case import State
from mailbot.claims.category import UNSORTED
from mailbot.claims.digest import DigestCase
from mailbot.claims.due_terms import answer_clock, due_terms
from mailbot.claims.escalation import ClockedCase
from mailbot.claims.message import Kind
from mailbot.claims.promises import lapsed
from mailbot.claims.working_time import office_day
from mailbot.store import drafts

if TYPE_CHECKING:
    from mailbot.claims.asked_yes import AskedYes
    from mailbot.claims.clocks import Clock
    from mailbot.claims.policy import Policy
    from mailbot.store.database import Connection
    from mailbot.store.desk import Enquiry, LetterState, OpenCase

CLAIMED_LETTERS = 300  # of the customer's words, for lists
# with whom it greets where that is told apart from the matter by capitals and a stop: «Здравствуйте, пришло разбитым» tells the matter
_GREETING = re.compile(
    r"\A\s*(?:(?i:здравствуйте|приветствую|добр(?:ый|ое|ого|ой)\s+(?:день|утро|вечер|дня|вечера|утра|времени(?:\s+суток)?|ночи)"
    r"|hello|hi|good\s+(?:morning|afternoon|evening|day)|(?:уважаем(?:ые|ый|ая)|dear)\s+[^.!?\n,]{1,60}(?=[!,\n]))"
    r"(?:[ \t]*,?[ \t]*(?:(?i:уважаем\w+[ \t]+)?(?:[A-ZА-ЯЁ][\w.-]*[ \t]?){1,3}|(?i:коллеги|команда|all|team))(?=[!,.\n]))?[\s.,!:]+)+"
)
STUCK_AFTER = timedelta(hours=1)
DEFERRED_FOR = timedelta(hours=24)  # the longest an address can be without room for one more letter (decisions.md 24)


def clocked(case: OpenCase, letter: LetterState | None, clocks: tuple[Clock, ...] = ()) -> ClockedCase:
    """`letter` is the one that acknowledges the case's present opening, if there is one; `clocks` those that run or are paused."""
    return ClockedCase(
        number=case.number,
        state=State(case.state),
        started_at=case.started_at,
        acknowledge_by=case.acknowledge_by,
        answer_by=case.answer_by,
        answer_hard_by=case.answer_hard_by,
        acknowledge_from=_acknowledge_from(case, letter),
        acknowledged_at=_acknowledged_at(case, letter),
        answered_at=case.answered_at,
        clocks=clocks,
    )


def _acknowledge_from(case: OpenCase, letter: LetterState | None) -> datetime | None:
    if letter is not None:
        return None if letter.state in {"held", "cancelled"} else letter.queued_at
    if case.flags.get("legal_hold"):  # nothing goes by itself, and that is meant so
        return None
    if case.flags.get("deferred"):
        return case.started_at + DEFERRED_FOR
    wanted = case.flags.get("acknowledge") == "now" and case.openings == 1
    return case.opened_at if wanted else None


def _acknowledged_at(case: OpenCase, letter: LetterState | None) -> datetime | None:
    if letter is None:
        return case.acknowledged_at
    return None if letter.bounced_at is not None else case.acknowledged_at or letter.sent_at


def is_undelivered(case: OpenCase, letter: LetterState | None, now: datetime) -> bool:
    """The answer came back, or the acknowledgement did, was refused or is stuck, and nobody has written since (behaviour.md 11.2)."""
    if case.flags.get("answer_bounced") and case.answered_at is None:
        return True
    if letter is None:
        return False
    waits = letter.state in {"due", "sending", "unknown"} and now - letter.queued_at >= STUCK_AFTER
    failed_at = letter.failed_at or (letter.queued_at if waits else None)
    return failed_at is not None and not (case.answered_at is not None and case.answered_at > failed_at)


def digest_case(
    case: OpenCase,
    letter: LetterState | None,
    read: Any,
    policy: Policy,
    now: datetime,
    clocks: tuple[Clock, ...] = (),
    waits_since: datetime | None = None,
    agreed_letter: str = "",
    yes: tuple[AskedYes, ...] = (),
) -> DigestCase:
    """A case for the digest; `read`: of the mail that opened it, or None. A case of somebody who has left goes to its category.

    `clocks`: those that run; `agreed_letter`: as `agreed` says; `yes`: whose yes a letter waits for.
    The answer is shown by its clock, which has stood still while the customer was waited for.
    """
    people, answer = {person.id for person in policy.people}, answer_clock(clocks)
    due = answer.due_by if answer is not None else case.answer_by
    return DigestCase(
        number=case.number,
        customer=case.customer_name or case.customer,
        subject=case.subject,
        category=case.category or UNSORTED,
        state=State(case.state),
        received_at=case.started_at,
        answer_by=due,
        answer_hard_by=case.answer_hard_by,
        answered_at=case.answered_at,
        product=case.product,
        claimed=matter_of(read),
        person=case.assigned_to if case.assigned_to in people else None,
        waiting_for=str(case.wait_reason or case.flags.get("wait_over") or case.flags.get("waiting_for") or ""),
        safety=case.safety,
        legal=case.legal_threat,
        important=bool(case.flags.get("important")),
        undelivered=is_undelivered(case, letter, now),
        provisional=due is not None and policy.calendar.is_provisional(office_day(due, policy.office)),
        address=case.customer,
        orders=tuple(case.orders),
        papers=papers_of(read),
        known_at=case.opened_at if case.openings == 1 else None,
        unreadable=case.kind == Kind.UNREADABLE,
        state_since=max(case.state_since, waits_since) if waits_since is not None and case.wait_reason else case.state_since,
        partly=bool(case.flags.get("partly_withdrawn")),
        wait_over=bool(case.flags.get("wait_over")),
        answer_runs=answer is not None and answer.state == "running",
        terms=due_terms(clocks, policy.terms),
        settled=settled(case.flags, case.state, letter=agreed_letter),
        yes=yes,
    )


def marks_of(safety: bool, legal: bool, flags: Mapping[str, object]) -> tuple[str, ...]:
    """What must be known of a case before anything is done about it, for a letter about it: safety | legal | important."""
    said = {"safety": safety, "legal": legal, "important": bool(flags.get("important"))}
    return tuple(name for name, is_set in said.items() if is_set)


def agreed(conn: Connection, case_ids: Sequence[int], office: tzinfo, now: datetime) -> dict[int, str]:
    """Which of these cases have a letter that has every yes: approved, it may be sent; lapsed, a day that it promises is over."""
    found = drafts.approved_of(conn, case_ids)
    return {one.case_id: "lapsed" if lapsed(one.letter, one.made_at, office, now) else "approved" for one in found}


def settled(flags: Mapping[str, object], state: str, *, letter: str = "") -> str:
    """Why a case may go on with one tap: its customer says that the matter is settled, has not written for long, or has guaranteed the
    payment of a repair that has not begun; a letter has been agreed to by all and waits to be sent, or to be written anew (`letter`: as
    `agreed` says); "" where nothing says so.
    """
    proposed = flags.get("proposes_close")
    if not proposed and flags.get("guarantee_came") and state in {State.REVIEW, State.WAITING_CUSTOMER}:
        return "guarantee"
    if letter and not proposed:
        return letter
    return "silence" if proposed == "silence" else "withdrawn" if proposed else ""


def digest_enquiry(mail: Enquiry) -> DigestCase:
    """A mail without a case for the digest."""
    sender = sender_of(mail.read)
    return DigestCase(
        number=f"M-{mail.id}",
        customer=sender or mail.from_key,
        subject=mail.subject,
        category=UNSORTED,
        state=State.NEW,
        received_at=mail.received_at,
        claimed=matter_of(mail.read),
        address=mail.from_key,
        enquiry=True,
    )


def text_of(read: Any) -> str:
    """The customer's own words in a stored mail, of a forward the inner ones."""
    mail = (read or {}).get("mail") or {}
    return str((mail.get("forwarded") or {}).get("text") or mail.get("text") or "")


def words_of(read: Any, most: int = CLAIMED_LETTERS) -> str:
    """The same on one line and cut short."""
    return " ".join(text_of(read).split())[:most]


def matter_of(read: Any) -> str:
    """The same without the greeting it begins with: a row of a list tells the matter."""
    said = text_of(read)[: 3 * CLAIMED_LETTERS]
    return " ".join(_GREETING.sub("", said, count=1).split())[:CLAIMED_LETTERS] or words_of(read)


def phone_of(flags: Mapping[str, Any], read: Any, customer: str) -> str:
    """At which number the customer is called: as a colleague wrote it down, else as her own first letter has it. "" for none.

    A letter that somebody else wrote ends with his number, not with hers.
    """
    mail, facts = (read or {}).get("mail") or {}, ((read or {}).get("understanding") or {}).get("facts") or {}
    writer = str((mail.get("from_") or {}).get("address") or "").casefold()
    hers = facts.get("phones") or () if writer and writer == customer.casefold() else ()
    return str(flags.get("phone") or next(iter(hers), ""))


def papers_of(read: Any) -> tuple[tuple[str, str], ...]:
    """(type, number) of each paper that a stored mail names, each once."""
    facts = ((read or {}).get("understanding") or {}).get("facts") or {}
    return tuple(dict.fromkeys((str(paper.get("type") or ""), str(paper["value"])) for paper in facts.get("documents") or ()))


def sender_of(read: Any) -> str:
    """The name of who wrote a stored mail, "" where it has none."""
    return str((((read or {}).get("mail") or {}).get("from_") or {}).get("name") or "")
