"""Memos and requests to the departments (M1, M2): sent with the customer's words and papers, and watched until they are answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from mailbot.claims.asking_departments import department_in, named_in, says_answered
from mailbot.claims.case import State
from mailbot.claims.house_letters import FactsRequest, Memo
from mailbot.claims.message import Address
from mailbot.jobs import confirm
from mailbot.jobs.answered_requests import settle
from mailbot.jobs.case_view import words_of
from mailbot.jobs.drafting import home_of, signatory, wanted_by
from mailbot.jobs.enclosing import Enclosed, from_outside, with_bytes
from mailbot.jobs.moving import keep_clocks
from mailbot.jobs.orders import Errand, NotDone, Row
from mailbot.store import drafts

if TYPE_CHECKING:
    from mailbot.store.database import Connection

ANSWER_DAYS = 3  # working days
MOST_OF_FILES = 10 * 1024 * 1024
_WORDS = 4_000


def memo(errand: Errand) -> str:
    """Ask a department: the designers, or whose name stands before a colon. The case waits for the designers meanwhile."""
    case = errand.case()
    department, question = department_in(errand.command.text)
    if says_answered(question):
        return _answered(errand, case, department if question != errand.command.text.strip() else "")
    address = errand.ground.policy.departments.get(department)
    if address is None:
        raise NotDone(errand.say("no_department", value=named_in(department, errand.language)))
    due = wanted_by(errand, ANSWER_DAYS)
    kind = "memo" if department == "design" else "facts_request"
    number = drafts.add_request(
        errand.conn,
        case_id=case["id"],
        kind=kind,
        department=department,
        recipient=address,
        question=question,
        asked_by=errand.person.id,
        now=errand.now,
        due_by=due,
    )
    files = _files(errand.conn, case)
    letter = _memo(errand, case, question, due, files) if kind == "memo" else _request(errand, case, department, question, due)
    row = errand.desk.write(
        letter,
        home=home_of(errand, case),
        to=Address("", address),
        about=f"request {number}",
        n=1,
        dedupe_key=f"request:{number}",
        language=errand.desk.language_of(errand.person),
        now=errand.now,
        case_id=case["id"],
        by_person=True,
        held=errand.desk.rehearsal,
        enclosures=with_bytes(errand.conn, files),
    )
    drafts.request_left(errand.conn, number, row.message_id)
    errand.left.letters.append(row)
    errand.event(case["id"], "request_sent", question[:500], about=f"request:{number}", department=department)
    _waits(errand, case, department, due)
    keep_clocks(errand.conn, errand.ground.policy, [case["id"]], errand.now)
    return errand.say("memo", value=address, until=errand.date_name(due))


def _answered(errand: Errand, case: Row, department: str) -> str:
    """What was asked of this department ("": of any) is answered; nobody is reminded any more. Errors: NotDone."""
    asked = [one for one in drafts.open_requests(errand.conn, case["id"]) if department in {"", one.department}]
    if not asked:
        raise NotDone(errand.say("memo_none"))
    settle(errand.conn, errand.ground.policy, case["id"], asked, errand.person.id, errand.now, "A person says so.", errand.received_id)
    keep_clocks(errand.conn, errand.ground.policy, [case["id"]], errand.now)
    return errand.say("memo_answered", value=", ".join(dict.fromkeys(one.recipient for one in asked)))


def _memo(errand: Errand, case: Row, question: str, due: datetime, files: Sequence[Enclosed]) -> Memo:
    return Memo(
        number=case["number"],
        received_at=case["received_at"],
        customer=case["customer_name"] or case["customer"],
        product=case["product"],
        claimed=_claimed(errand.conn, case) or case["subject"],
        question=question,
        due_by=due,
        author=signatory(errand),
        warranty_status=case["warranty_status"],
        attachments=tuple(one.name for one in files),
    )


def _request(errand: Errand, case: Row, department: str, question: str, due: datetime) -> FactsRequest:
    return FactsRequest(
        number=case["number"],
        received_at=case["received_at"],
        department=department,
        customer=case["customer_name"] or case["customer"],
        asks=(question,),
        due_by=due,
        author=signatory(errand),
        product=case["product"],
        orders=tuple(case["orders"]),
        claimed=_claimed(errand.conn, case),
    )


def _claimed(conn: Connection, case: Row) -> str:
    """The customer's words, cut short."""
    mail = confirm.opening_of(conn, case)
    return words_of(mail.read, _WORDS) if mail is not None else ""


def _waits(errand: Errand, case: Row, department: str, due: datetime) -> None:
    if case["state"] == State.REGISTERED:
        errand.move(case, "review", "A department is asked.")
        case = errand.case()
    if department == "design" and case["state"] in {State.REVIEW, State.EXECUTION}:
        errand.move(case, "waits", "The design department is asked.", reason="design", until=due)


def _files(conn: Connection, case: Row) -> tuple[Enclosed, ...]:
    """What the customer sent, as much as fits."""
    return files_of_case(conn, case["id"], MOST_OF_FILES)[0]


def files_of_case(conn: Connection, case_id: int, most: int, also: int | None = None) -> tuple[tuple[Enclosed, ...], tuple[str, ...]]:
    """What came with the mails of people outside, and with the mail `also`, oldest first, pictures of signatures left out: the files that
    may go into a letter of at most so many bytes of them, and the names of the others.
    """
    found = [
        Enclosed(row.name or "attachment", row.media_type, row.sha256, row.size, row.received_id)
        for row in drafts.files_of(conn, case_id, also)
    ]
    return from_outside(found, most)
