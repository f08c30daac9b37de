"""Letters that people write to a case's customer: kept as drafts, looked at by the guard, sent by whoever wrote them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from mailbot.claims import case_letters
from mailbot.claims.case import State
from mailbot.claims.case_letters import CaseLetter, Clarification, Signatory, SpecialistReply
from mailbot.claims.command_words import forms
from mailbot.claims.house_letters import GuardAsks, Inside
from mailbot.claims.letter_needs import fact_names, missing_facts
from mailbot.claims.letters import template_of
from mailbot.claims.message import Address
from mailbot.claims.plain import from_plain, to_plain
from mailbot.claims.senders import is_mailable, is_own
from mailbot.claims.working_time import add_working_days, end_of_day, office_day
from mailbot.jobs.enclosing import attached_to, enclosed_in, fitting, with_bytes
from mailbot.jobs.guarding import questions_about
from mailbot.jobs.orders import Errand, NotDone, Row
from mailbot.jobs.writing_desk import Thread
from mailbot.store import drafts

if TYPE_CHECKING:
    from mailbot.jobs.writing_desk import Home
    from mailbot.mail_out.envelope import Composed, Enclosure
    from mailbot.store.drafts import Draft

ANSWER_WANTED_DAYS = 5  # working days for the customer's answer: convenient, never a condition
_NUMBERED = re.compile(r"\s*(?:\d{1,2}[.)]|[-–—•*])\s+")
_ANSWERS_FOR_ALL = frozenset({"head", "director", "legal"})
_LETTERS: dict[str, type[Any]] = {name: kind for kind, name in case_letters.TEMPLATES.items()}


@dataclass(frozen=True, slots=True)
class Written:
    """A draft with its finished content."""

    draft: Draft
    composed: Composed
    to: str
    names: tuple[str, ...]  # of the files that go with it

    @property
    def inside(self) -> Inside:
        return Inside(self.draft.kind, self.to, self.composed.subject, self.composed.text, self.names)


def reply(errand: Errand) -> str:
    """Her own words to the customer, at once; where the guard asks, once she has answered."""
    case = writable(errand)
    letter = SpecialistReply(
        case["number"], errand.command.text, signatory(errand), enclosures=_names(errand), customer_name=case["customer_name"]
    )
    return _write_and_send(errand, case, letter, "reply")


def ask(errand: Errand) -> str:
    """Numbered questions to the customer, and the case waits for her answer (domain.md 1.3 #7)."""
    case = writable(errand)
    letter = Clarification(
        number=case["number"],
        received_at=case["received_at"],
        questions=_questions(errand.command.text),
        signatory=signatory(errand),
        answer_by=wanted_by(errand, ANSWER_WANTED_DAYS),
        category=case["category"],
        transport=case["category"] == "damage",
        customer_name=case["customer_name"],
    )
    return _write_and_send(errand, case, letter, "ask")


def send(errand: Errand) -> str:
    """What waits for her: a letter the guard asked about, or one that has every yes it needs."""
    from mailbot.jobs.approving import ready_to_send

    case = errand.case()
    waiting = drafts.unsent(errand.conn, case["id"])
    if not waiting:
        raise NotDone(errand.say("no_draft"))
    draft = next((one for one in waiting if one.state in {"approved", "draft"}), waiting[0])
    _may_write(errand, case)
    written = shown(errand, draft, case)
    if lacking := missing_facts(letter_of(draft)):
        raise NotDone(errand.say("lacks", value=", ".join(fact_names(lacking, errand.person.language))))
    ready_to_send(errand, case, written)
    return dispatch(errand, case, written)


def _write_and_send(errand: Errand, case: Row, letter: CaseLetter, word: str) -> str:
    """Keep the letter as a draft, have the guard look at it, and send it."""
    written = draft_of(errand, case, letter)
    found = questions_about(errand, case, errand.command.text, written.draft.language)
    if found:
        drafts.set_state(errand.conn, written.draft.id, "draft", errand.now, asked=[to_plain(one) for one in found])
        asks = GuardAsks(case["number"], errand.person.name, found, written.inside, replies_to(errand, ("send",)))
        tell(errand, asks, f"guard:{written.draft.id}", case)
        return errand.say("guard", value=str(len(found)))
    return dispatch(errand, case, written)


def writable(errand: Errand) -> Row:
    """The case, where she may write to its customer and there is somebody to write to. Errors: NotDone."""
    case = errand.case()
    _may_write(errand, case)
    address = recipient_of(case)
    if not is_mailable(address) or is_own(address, errand.ground.policy):
        raise NotDone(errand.say("no_customer"))
    return case


def _may_write(errand: Errand, case: Row) -> None:
    """The person in charge, whoever answers for all, and anybody where nobody is in charge."""
    people = {one.id: one.name for one in errand.ground.policy.people}
    in_charge = case["assigned_to"]
    if in_charge not in people or in_charge == errand.person.id or _ANSWERS_FOR_ALL & set(errand.person.roles) or errand.entry is None:
        return
    raise NotDone(errand.say("not_in_charge", value=people[in_charge]))


def recipient_of(case: Row) -> Address:
    """The case's customer and nobody else (decisions.md 21)."""
    local, at, domain = str(case["customer"]).rpartition("@")
    return Address(str(case["customer_name"]), f"{local}{at}{domain}")


def signatory(errand: Errand) -> Signatory:
    return Signatory(errand.person.name, phone=errand.desk.house.phone)


def wanted_by(errand: Errand, working_days: int) -> datetime:
    """The end of the working day so many working days from now."""
    policy = errand.ground.policy
    return end_of_day(add_working_days(office_day(errand.now, policy.office), working_days, policy.calendar), policy.office)


def _questions(text: str) -> tuple[str, ...]:
    """One a line where they are numbered or stand alone; a paragraph is one question."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if any(_NUMBERED.match(line) for line in lines):
        found: list[str] = []
        for line in lines:
            if _NUMBERED.match(line) or not found:
                found.append(_NUMBERED.sub("", line, count=1))
            else:
                found[-1] = f"{found[-1]} {line}"
        return tuple(found)
    return tuple(" ".join(paragraph.split()) for paragraph in re.split(r"\n\s*\n", text) if paragraph.strip())


def _names(errand: Errand) -> tuple[str, ...]:
    return tuple(one.name for one in _enclosures(errand))


def _enclosures(errand: Errand) -> tuple[Any, ...]:
    """What she attached. Errors: NotDone where it is too large."""
    if errand.entry is None:
        return ()
    taken, left_out = fitting(attached_to(errand.entry.read.mail, errand.entry.mail.id))
    if left_out:
        raise NotDone(errand.say("too_large", value=", ".join(left_out)))
    return taken


def draft_of(errand: Errand, case: Row, letter: CaseLetter, resolution: str = "") -> Written:
    """The letter as a draft of the case, with its finished content."""
    files, entry = _enclosures(errand), errand.entry
    bytes_ = with_bytes(errand.conn, files, entry.mail.raw if entry else b"", entry.mail.id if entry else 0)
    thread = thread_of(errand, case)
    language = case["language"] if case["language"] in errand.desk.languages else errand.ground.policy.default_language
    composed = _compose(errand, case, letter, language, thread, bytes_)
    new = drafts.NewDraft(
        case_id=case["id"],
        kind=template_of(letter),
        language=language,
        recipient=case["customer"],
        letter=to_plain(letter),
        thread={"in_reply_to": thread.in_reply_to, "references": list(thread.references), "subject": thread.subject},
        enclosures=[one.as_plain() for one in files],
        sha256=content_hash(composed, case["customer"], bytes_),
        author=errand.person.id,
        resolution=resolution,
        received_id=entry.mail.id if entry else None,
    )
    draft = drafts.draft(errand.conn, drafts.add(errand.conn, new, errand.now))
    errand.event(case["id"], "drafted", f"{draft.kind}: draft {draft.id}.", draft=draft.id, kind=draft.kind, sha256=draft.sha256)
    return Written(draft, composed, case["customer"], tuple(one.name for one in files))


def shown(errand: Errand, draft: Draft, case: Row) -> Written:
    """A draft with the content it would leave with now."""
    bytes_ = _bytes_of(errand, draft)
    composed = _compose(errand, case, letter_of(draft), draft.language, _thread_in(draft), bytes_)
    return Written(draft, composed, draft.recipient, tuple(one.name for one in bytes_))


def letter_of(draft: Draft) -> Any:
    return from_plain(_LETTERS[draft.kind], draft.letter)


def content_now(errand: Errand, written: Written) -> str:
    return content_hash(written.composed, written.draft.recipient, _bytes_of(errand, written.draft))


def content_hash(composed: Composed, to: str, files: Sequence[Enclosure]) -> str:
    """Of all that the customer would see: what was approved is what leaves."""
    digest = sha256()
    for part in (to, composed.subject, composed.text, composed.html, *(f"{one.name} {sha256(one.data).hexdigest()}" for one in files)):
        digest.update(part.encode("utf-8", "surrogatepass") + b"\0")
    return digest.hexdigest()


def _bytes_of(errand: Errand, draft: Draft) -> tuple[Enclosure, ...]:
    entry = errand.entry
    files = enclosed_in(draft.enclosures)
    return with_bytes(errand.conn, files, entry.mail.raw if entry else b"", entry.mail.id if entry else 0)


def _compose(errand: Errand, case: Row, letter: Any, language: str, thread: Thread, files: Sequence[Enclosure]) -> Composed:
    home = home_of(errand, case)
    return errand.desk.show(
        letter, home=home, to=recipient_of(case), language=language, thread=thread, enclosures=files, now=errand.now
    )


def home_of(errand: Errand, case: Row) -> Home:
    home = errand.desk.home(case["mailbox"])
    if home is None:
        raise NotDone(errand.say("no_home"))
    return home


def thread_of(errand: Errand, case: Row) -> Thread:
    """In answer to the customer's last letter; a forward or a claim heard is answered by a letter of its own."""
    last = drafts.last_customers_mail(errand.conn, case["id"])
    if last is None or last.message_id is None:
        return Thread()
    mail = (last.read or {}).get("mail") or {}
    return Thread(last.message_id, tuple(mail.get("references") or ()), str(mail.get("subject") or last.subject or ""))


def _thread_in(draft: Draft) -> Thread:
    return Thread(draft.thread["in_reply_to"], tuple(draft.thread["references"]), draft.thread["subject"])


def dispatch(errand: Errand, case: Row, written: Written) -> str:
    """Into the outbox; what the case does then follows from the letter."""
    from mailbot.jobs.after_sending import follow

    draft = written.draft
    left = errand.desk.write(
        letter_of(draft),
        home=home_of(errand, case),
        to=recipient_of(case),
        about=f"draft {draft.id}",
        n=1,
        dedupe_key=f"draft:{draft.id}",
        language=draft.language,
        now=errand.now,
        thread=_thread_in(draft),
        case_id=case["id"],
        received_id=draft.received_id,
        by_person=True,
        held=errand.desk.rehearsal,
        enclosures=_bytes_of(errand, draft),
    )
    errand.left.letters.append(left)
    drafts.set_state(errand.conn, draft.id, "sent", errand.now)
    errand.event(case["id"], "letter_sent", f"{draft.kind} to the customer, draft {draft.id}.", draft=draft.id, kind=draft.kind)
    follow(errand, case, draft)
    word = {"clarification": "ask", "reply": "reply"}.get(draft.kind, "send")
    files = errand.say("with_files", value=", ".join(written.names)) if written.names else ""
    waits = errand.say("waits_release") if left.held else ""
    return " ".join(part for part in (errand.say(word, value=draft.recipient), files, waits) if part)


def replies_to(errand: Errand, words: Sequence[str]) -> tuple[Any, ...]:
    """Ready replies about this case for the person herself."""
    maker = errand.desk.replies_for(errand.person, errand.now)
    return maker.saying(words, errand.number) if maker is not None else ()


def tell(errand: Errand, letter: Any, key: str, case: Row) -> None:
    """A letter about the case to the person herself."""
    row = errand.desk.to_person(letter, errand.person, dedupe_key=key, now=errand.now, case_id=case["id"])
    if row is not None:
        errand.left.letters.append(row)


def is_open(case: Row) -> bool:
    return State(case["state"]) not in {State.CLOSED, State.NOT_CLAIM}


def form_of(errand: Errand, word: str) -> str:
    return forms((word,), errand.person.language)[0]
