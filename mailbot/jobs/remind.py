"""The letters that go by themselves: reminders to a customer, a department or an approver, holding notes, the proposal to close (1.4)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from mailbot import maillog
from mailbot.claims.case import State
from mailbot.claims.case_letters import Done, Holding, Signatory, WaitReminder, WithdrawalReminder, stage_of
from mailbot.claims.command import Command
from mailbot.claims.house_letters import ApprovalRequest, Inside, RequestReminder
from mailbot.claims.letter_needs import missing_facts
from mailbot.claims.letters import template_of
from mailbot.claims.message import Address
from mailbot.claims.plain import from_plain
from mailbot.claims.senders import is_mailable, is_own
from mailbot.claims.working_time import add_working_days, end_of_day, office_day
from mailbot.jobs.apart import apart
from mailbot.jobs.approving import approvers, claimed_in, latest_in
from mailbot.jobs.drafting import shown
from mailbot.jobs.moving import NotPossible, is_possible, move_case
from mailbot.jobs.named_day import binding_on
from mailbot.jobs.orders import Errand, Left, Row
from mailbot.jobs.steps import StepDue, steps_due
from mailbot.jobs.writing_desk import Thread
from mailbot.mail_out.forbidden import forbidden
from mailbot.store import cases, drafts, known, outbox
from mailbot.store import desk as desk_store

if TYPE_CHECKING:
    from mailbot.claims.letters import Letter
    from mailbot.jobs.policy_of import Ground
    from mailbot.jobs.writing_desk import WritingDesk
    from mailbot.store.database import Connection, Database
    from mailbot.store.drafts import Draft
    from mailbot.store.outbox import NewLetter

NEWS_AFTER_DAYS = 5  # working days: what a holding note promises
_MOVES = {"wait_reminder": "reminded", "withdrawal_reminder": "withdrawal_reminded", "design_reminder": "department_reminded"}


@dataclass(frozen=True, slots=True)
class _Desk:
    conn: Connection
    ground: Ground
    desk: WritingDesk
    now: datetime


@dataclass(frozen=True, slots=True)
class _ToDo:
    """What a step that is due comes to: letters, and what is to be kept of it beside them. Nothing at all: it stays due."""

    letters: Sequence[NewLetter] = ()
    keep: Callable[[Connection], None] | None = None

    def __bool__(self) -> bool:
        return bool(self.letters) or self.keep is not None


_NOTHING = _ToDo()


def remind(db: Database, ground: Ground, desk: WritingDesk, now: datetime) -> int:
    """Queue what is due now, each step once; returns how many letters. Errors: StoreAway.

    Nothing is written, and nobody waits for the lock, while what is due can only stay due.
    """
    if desk.home(None) is None:
        return 0
    with db.read() as conn:
        at = _Desk(conn, ground, desk, now)
        if not any(_is_to_do(at, step) for step in steps_due(conn, ground, now)):
            return 0
    with db.write() as conn:
        desk_store.alone(conn, "remind")
        at = _Desk(conn, ground, desk, now)
        queued = sum(apart(conn, f"{step.id} of case {step.number}", partial(_write, at, step), 0) for step in steps_due(conn, ground, now))
    if queued:
        maillog.letters_queued("reminders", queued)
    return queued


def _write(at: _Desk, step: StepDue) -> int:
    """One step."""
    found = _to_do(at, step)
    queued = len(outbox.queue(at.conn, found.letters, at.now))
    if found.keep is not None:
        found.keep(at.conn)
    if found.letters:
        _moved(at, step)
    return queued


def _is_to_do(at: _Desk, step: StepDue) -> bool:
    try:
        return bool(_to_do(at, step))
    except Exception:  # noqa: BLE001  # as above: the others are asked all the same
        maillog.bug(f"{step.id} of case {step.number}")
        return False


def _to_do(at: _Desk, step: StepDue) -> _ToDo:
    writer = _WRITERS.get(step.id)
    return writer(at, step, cases.row_of(at.conn, step.case_id)) if writer is not None else _NOTHING


def _moved(at: _Desk, step: StepDue) -> None:
    """A reminder is a move of the table, though the state stays."""
    event = _MOVES.get(step.id)
    case = cases.row_of(at.conn, step.case_id)
    if event is not None and is_possible(case, event, cases.MAILBOT, at.ground.policy):
        try:
            move_case(at.conn, at.ground.policy, step.case_id, event, by=cases.MAILBOT, at=at.now, why=f"{step.id} {step.n}")
        except NotPossible:  # somebody has moved it meanwhile
            return


def _to_customer(at: _Desk, step: StepDue, case: Row, *letters: Letter) -> _ToDo:
    """An automatic letter to the customer, if everything it says is known, nothing in it is forbidden, and she has room for it today.

    `letters`: as we should like to write it; then without a person's words, which may be fit for her own letter alone.
    """
    to, policy = Address(case["customer_name"], case["customer"]), at.ground.policy
    home = at.desk.home(case["mailbox"])
    if home is None or not is_mailable(to) or is_own(to, policy) or case["flags"].get("legal_hold") or missing_facts(letters[0]):
        return _NOTHING
    if known.letters_taken(at.conn, {to.key}, at.now)[to.key] >= policy.limits.per_address_per_day:
        return _NOTHING  # it stays due: tomorrow there is room
    last = drafts.last_customers_mail(at.conn, case)
    mail = ((last.read or {}).get("mail") or {}) if last is not None else {}
    thread = Thread(last.message_id, tuple(mail.get("references") or ()), "") if last is not None and last.message_id else Thread()
    language = _language(at, case)
    for letter in letters:
        shown = at.desk.show(letter, home=home, to=to, language=language, thread=thread, enclosures=(), now=at.now)
        own = at.ground.settings.files.templates
        if not any(forbidden(shown.text, one, own, letter=template_of(letter)) for one in at.desk.languages):
            row = at.desk.write(
                letter, home=home, to=to, about=step.key, n=1, dedupe_key=step.key, language=language, now=at.now, thread=thread,
                case_id=case["id"], held=at.desk.rehearsal,
            )  # fmt: skip
            return _ToDo([row])
    if case["flags"].get("not_written") == step.key:
        return _NOTHING  # said once: it stays due, and every minute comes by here
    return _ToDo(keep=lambda conn: _keep_unwritten(conn, at, step, template_of(letters[0])))


def _keep_unwritten(conn: Connection, at: _Desk, step: StepDue, kind: str) -> None:
    cases.flag(conn, step.case_id, {"not_written": step.key})
    cases.event(conn, step.case_id, at.now, cases.MAILBOT, "not_written", f"{kind}: it would say what it must not.")


def _wait_reminder(at: _Desk, step: StepDue, case: Row) -> _ToDo:
    asked = drafts.last_sent(at.conn, case["id"], ("clarification", "paid_repair"))
    questions = tuple(asked.letter.get("questions") or ()) if asked is not None else ()
    offered = asked is not None and asked.kind == "paid_repair"  # it asks for no papers, and of a consumer for a line of consent
    consents = asked is not None and offered and bool(asked.letter.get("consumer"))
    letter = WaitReminder(
        number=case["number"],
        received_at=case["received_at"],
        asked_at=step.started_at,
        waiting_for="consent" if consents else case["wait_reason"] or "clarification",
        questions=questions,
        needs=() if questions or offered else tuple(case["missing"]),
        step=step.n,
        customer_name=case["customer_name"],
    )
    return _to_customer(at, step, case, letter, replace(letter, questions=()))


def _withdrawal_reminder(at: _Desk, step: StepDue, case: Row) -> _ToDo:
    """T9, but after a refusal nobody is asked to withdraw (domain.md 1.3 #15a)."""
    if case["flags"].get("refused"):
        return _NOTHING
    letter = WithdrawalReminder(
        number=case["number"],
        received_at=case["received_at"],
        done=_did(at, case),
        asked_at=step.started_at if step.n > 1 else None,
        step=step.n,
        customer_name=case["customer_name"],
    )
    return _to_customer(at, step, case, letter, replace(letter, done=_in_short(_language(at, case), letter.done)))


def _language(at: _Desk, case: Row) -> str:
    """In which she is written to."""
    return str(case["language"]) if case["language"] in at.desk.languages else at.ground.policy.default_language


def _in_short(language: str, done: Sequence[Done]) -> tuple[Done, ...]:
    """That it was done and when, without the words of whoever did it."""
    what = "Всё, что было решено, исполнено" if language == "ru" else "Everything that was decided has been carried out"
    days = [one.on for one in done if one.on is not None]
    return (Done(what, max(days)),) if days else ()


def _did(at: _Desk, case: Row) -> tuple[Done, ...]:
    """What we did, as we wrote it to the customer; where that was an answer alone, that we answered and when."""
    sent = drafts.last_sent(at.conn, case["id"], ("completed", "decision"))
    if sent is None:
        return ()
    if sent.kind == "completed":
        return tuple(from_plain(Done, one) for one in sent.letter.get("done") or ())
    on = office_day(sent.settled_at or sent.made_at, at.ground.policy.office)
    return (Done("Отправлен ответ на Ваше обращение" if _language(at, case) == "ru" else "We sent you our answer", on),)


def _holding(at: _Desk, step: StepDue, case: Row) -> _ToDo:
    """T2, only while a person has switched it on; it promises the next news, and the date moves on.

    On the very day that binds us the answer itself is due: a note could only name that day again, or one that comes too late.
    """
    if not case["holding_on"] or State(case["state"]) not in {State.REGISTERED, State.REVIEW, State.APPROVAL}:
        return _NOTHING
    policy = at.ground.policy
    today = office_day(at.now, policy.office)
    day, binding = add_working_days(today, NEWS_AFTER_DAYS, policy.calendar), binding_on(at.conn, policy, case)
    if binding == today:
        return _NOTHING  # tomorrow, if she has not been answered
    news = end_of_day(min(day, binding) if binding is not None and binding > today else day, policy.office)
    stage = stage_of(State(case["state"]), case["wait_reason"])
    letter = Holding(case["number"], case["received_at"], news, stage, case["customer_name"])
    written = _to_customer(at, step, case, letter)
    return replace(written, keep=lambda conn: _keep_news(conn, at, step, news)) if written.letters else written


def _keep_news(conn: Connection, at: _Desk, step: StepDue, news: datetime) -> None:
    why = "The customer was told when there will be news."
    cases.change(conn, step.case_id, {"next_news_by": news}, at=at.now, actor=cases.MAILBOT, what="holding", why=why)


def _propose_close(at: _Desk, step: StepDue, case: Row) -> _ToDo:
    """No letter: the specialist sees it in her digest, and closes with one reply."""
    return _NOTHING if case["flags"].get("proposes_close") else _ToDo(keep=lambda conn: _keep_proposal(conn, at, step))


def _keep_proposal(conn: Connection, at: _Desk, step: StepDue) -> None:
    cases.flag(conn, step.case_id, {"proposes_close": "silence"})
    cases.event(conn, step.case_id, at.now, cases.MAILBOT, "close_proposed", "The customer has not written for a long time.")


def _request_reminder(at: _Desk, step: StepDue, case: Row) -> _ToDo:
    """M3, to the department; the second one to the heads too."""
    number = step.about.removeprefix("request:")
    asked = next((one for one in drafts.open_requests(at.conn, case["id"]) if str(one.id) == number), None)
    home = at.desk.home(case["mailbox"])
    if asked is None or home is None:
        return _NOTHING
    author = _signatory(at, asked.asked_by)
    letter = RequestReminder(
        number=case["number"],
        asked_for=asked.kind,
        department=asked.department,
        question=asked.question,
        asked_at=asked.asked_at,
        due_by=asked.due_by,
        late=at.now > asked.due_by,
        author=author,
    )
    row = at.desk.write(
        letter, home=home, to=Address("", asked.recipient), about=step.key, n=1, dedupe_key=step.key,
        language=at.ground.policy.default_language, now=at.now, case_id=case["id"], automatic=False,
        held=at.desk.rehearsal,
    )  # fmt: skip
    return _ToDo([row])


def _approval_reminder(at: _Desk, step: StepDue, case: Row) -> _ToDo:
    """M4 again, to those whose yes is still missing."""
    policy = at.ground.policy
    found: list[NewLetter] = []
    waiting = [(draft, one) for draft, one in drafts.waiting_approvals(at.conn) if draft.case_id == case["id"]]
    for draft, one in waiting:
        for person in approvers(at.conn, policy, one.role, draft.author, at.now):
            maker = at.desk.replies_for(person, at.now)
            letter = ApprovalRequest(
                number=case["number"],
                person_name=person.name,
                roles=(one.role,),
                author_name=_name(at, draft.author),
                customer=case["customer_name"] or case["customer"],
                letter=_shown(at, draft, case),
                answer_by=case["answer_by"] if case["answered_at"] is None else None,
                replies=maker.saying(("approve", "reject", "show"), case["number"], draft.id) if maker is not None else (),
                waits_since=one.asked_at,
                claimed=claimed_in(at.conn, case["id"]),
                latest=latest_in(at.conn, case["id"]),
                late=case["answered_at"] is None and case["answer_by"] is not None and case["answer_by"] < at.now,
            )
            key = step.key if not found else f"{step.key}:{person.id}"
            row = at.desk.to_person(letter, person, dedupe_key=key, now=at.now, case_id=case["id"])
            found += [row] if row is not None else []
    return _ToDo(found)


def _signatory(at: _Desk, person: str) -> Signatory:
    return Signatory(_name(at, person), phone=at.desk.house.phone)


def _name(at: _Desk, person: str) -> str:
    return next((one.name for one in at.ground.policy.people if one.id == person), person)


def _shown(at: _Desk, draft: Draft, case: Row) -> Inside:
    """The letter as it would leave now."""
    errand = Errand(at.conn, at.ground, at.desk, at.now, at.ground.policy.people[0], None, Command("show"), case["number"], Left())
    return shown(errand, draft, case).inside


_WRITERS = {
    "wait_reminder": _wait_reminder,
    "withdrawal_reminder": _withdrawal_reminder,
    "holding_due": _holding,
    "propose_close": _propose_close,
    "design_reminder": _request_reminder,
    "approval_reminder": _approval_reminder,
}
