"""Letters that people write to a case's customer: drafts with their files and their finished content, and how they leave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from mailbot.claims import case_letters
from mailbot.claims.case_letters import CaseLetter, Signatory
from mailbot.claims.command_words import forms
from mailbot.claims.house_letters import Inside
from mailbot.claims.letter_needs import missing_facts
from mailbot.claims.letters import template_of
from mailbot.claims.message import Address
from mailbot.claims.plain import from_plain, to_plain
from mailbot.claims.senders import is_mailable, is_own
from mailbot.claims.working_time import add_working_days, end_of_day, office_day
from mailbot.jobs.after_sending import follow
from mailbot.jobs.enclosing import attached_to, enclosed_in, fitting, with_bytes
from mailbot.jobs.orders import Errand, NotDone, Row
from mailbot.jobs.writing_desk import Thread
from mailbot.store import commands, drafts, outbox
from mailbot.store import desk as desk_store

if TYPE_CHECKING:
    from mailbot.claims.policy import Person
    from mailbot.jobs.writing_desk import Home
    from mailbot.mail_out.envelope import Composed, Enclosure
    from mailbot.store.desk import OpeningMail
    from mailbot.store.drafts import Draft

_SENTENCES = {  # by the command that wrote it
    "clarification": "ask", "reply": "reply", "holding": "holding", "completed": "completed", "closing": "thank",
    "execution_status": "progress", "inspection": "inspect",
}  # fmt: skip
_SETTLES = frozenset({"decision", "paid_repair", "completed"})  # what the guard asked about before them is overtaken
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
        return Inside(self.draft.kind, self.to, self.composed.subject, self.composed.flowing, self.names)


def writable(errand: Errand) -> Row:
    """The case, where she may write to its customer and there is somebody to write to. Errors: NotDone."""
    case = errand.case()
    may_write(errand, case)
    address = recipient_of(case)
    if not is_mailable(address) or is_own(address, errand.ground.policy):
        raise NotDone(errand.say("no_customer"))
    return case


def may_write(errand: Errand, case: Row) -> None:
    """She may write to this customer, or stands in for who is in charge; on the command line anybody may. Errors: NotDone."""
    if errand.entry is None or errand.may_write(case):
        return
    raise NotDone(errand.say("not_in_charge", value=next(one.name for one in errand.ground.policy.people if one.id == case["assigned_to"])))


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


def names_of_files(errand: Errand) -> tuple[str, ...]:
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
    draft = drafts.draft(errand.conn, drafts.add(errand.conn, new, errand.now, whole=not missing_facts(letter)))
    errand.event(case["id"], "drafted", f"{draft.kind}: draft {draft.id}.", draft=draft.id, kind=draft.kind, sha256=draft.sha256)
    return Written(draft, composed, case["customer"], tuple(one.name for one in files))


def shown(errand: Errand, draft: Draft, case: Row) -> Written:
    """A draft with the content it would leave with now."""
    bytes_ = _bytes_of(errand, draft)
    composed = _compose(errand, case, letter_of(draft), draft.language, _thread_in(draft), bytes_)
    return Written(draft, composed, draft.recipient, tuple(one.name for one in bytes_))


def in_turn(unsent: Sequence[Draft], person: Person) -> list[Draft]:
    """Which of the letters of a case that have not left her `!send` means: the first. Of two alike the newest.

    What lacks a fact has taken no other's place; what the guard asked a colleague about is his to send, where anything of hers waits.
    """

    def rank(one: Draft) -> tuple[bool, bool, bool]:
        return one.state not in {"approved", "draft"}, bool(missing_facts(letter_of(one))), not _is_ready(one, person)

    return sorted(unsent, key=rank)


def next_to_send(unsent: Sequence[Draft], person: Person) -> Draft | None:
    """The letter that waits for nothing but her `!send`."""
    first = next(iter(in_turn(unsent, person)), None)
    return first if first is not None and _is_ready(first, person) and not missing_facts(letter_of(first)) else None


def _is_ready(draft: Draft, person: Person) -> bool:
    return draft.state == "approved" or (draft.state == "draft" and draft.author == person.id)


def letter_of(draft: Draft) -> Any:
    return from_plain(_LETTERS[draft.kind], draft.letter)


def content_now(errand: Errand, written: Written) -> str:
    """Of the letter as it would read now on the day it was written: its own date alone may differ from what was approved."""
    draft, files = written.draft, _bytes_of(errand, written.draft)
    composed = _compose(errand, errand.case(), letter_of(draft), draft.language, _thread_in(draft), files, draft.made_at)
    return content_hash(composed, draft.recipient, files)


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


def _compose(
    errand: Errand, case: Row, letter: Any, language: str, thread: Thread, files: Sequence[Enclosure], at: datetime | None = None
) -> Composed:
    home = home_of(errand, case)
    return errand.desk.show(
        letter, home=home, to=recipient_of(case), language=language, thread=thread, enclosures=files, now=at or errand.now
    )


def home_of(errand: Errand, case: Row) -> Home:
    home = errand.desk.home(case["mailbox"])
    if home is None:
        raise NotDone(errand.say("no_home"))
    return home


def thread_of(errand: Errand, case: Row) -> Thread:
    """In answer to the customer's last letter; a forward or a claim heard is answered by a letter of its own."""
    last = drafts.last_customers_mail(errand.conn, case)
    if last is None or last.message_id is None:
        return Thread()
    mail = (last.read or {}).get("mail") or {}
    return Thread(last.message_id, tuple(mail.get("references") or ()), str(mail.get("subject") or last.subject or ""))


def _thread_in(draft: Draft) -> Thread:
    return Thread(draft.thread["in_reply_to"], tuple(draft.thread["references"]), draft.thread["subject"])


def customer_wrote_since(errand: Errand, draft: Draft) -> datetime | None:
    """When the customer wrote last, if that was after this letter was drafted: who agrees to it and who sends it may not have read it."""
    return commands.written_since(errand.conn, [errand.number], draft.made_at, draft.received_id).get(errand.number)


def said_since(errand: Errand, draft: Draft) -> str:
    """The same as a sentence to add, "" where she has not written."""
    at = customer_wrote_since(errand, draft)
    return f" {errand.say('customer_wrote', value=errand.day_name(at))}" if at is not None else ""


def dispatch(errand: Errand, case: Row, written: Written) -> str:
    """Into the outbox; what the case does then follows from the letter."""
    draft, warns = written.draft, warns_only(errand, case, written.draft)
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
    errand.left.letters.append(replace(left, kind=outbox.WARNING) if warns else left)
    drafts.set_state(errand.conn, draft.id, "sent", errand.now)
    errand.event(case["id"], "letter_sent", f"{draft.kind} to the customer, draft {draft.id}.", draft=draft.id, kind=draft.kind)
    follow(errand, case, draft)
    overtaken = drafts.overtake(errand.conn, case["id"], draft.id, errand.now) if draft.kind in _SETTLES else []
    for number in overtaken:
        errand.event(case["id"], "draft_overtaken", "A later letter has settled it.", draft=number)
    gone = errand.say("draft_gone") if overtaken else ""
    word = "warned" if warns else _SENTENCES.get(draft.kind, "send")
    files = errand.say("with_files", value=", ".join(written.names)) if written.names else ""
    waits = errand.say("waits_release") if left.held else ""
    news = draft.letter.get("next_news_by")
    until = errand.date_name(datetime.fromisoformat(news)) if news else ""
    others = _promised_too(errand, case) if draft.kind in outbox.ANSWERS and not warns else ""
    return " ".join(part for part in (errand.say(word, value=draft.recipient, until=until), files, gone, waits, others) if part)


def warns_only(errand: Errand, case: Row, draft: Draft) -> bool:
    """Her words about a danger before anything is decided: «не пользуйтесь, заберём» must not wait, and is no answer."""
    owed = bool(case["safety"]) and case["answered_at"] is None
    return draft.kind == "reply" and owed and not drafts.resolutions(errand.conn, case["id"])


def _promised_too(errand: Errand, case: Row) -> str:
    """Whose own case was merged into this one was promised an answer too: it never goes to another customer by itself, and she is told."""
    written = {to for mail in desk_store.mails_of(errand.conn, [case["id"]]) for to in _written_by_us(mail)}
    waiting = [address for address in outbox.promised_others(errand.conn, case["id"]) if address.casefold() not in written]
    return errand.say("promised_too", value=", ".join(waiting), to=home_of(errand, case).address) if waiting else ""


def _written_by_us(mail: OpeningMail) -> set[str]:
    """Whom one of our people wrote to in this mail."""
    if mail.decision.get("kind") != "staff_reply":
        return set()
    said = mail.read["mail"]
    return {str(one["address"]).casefold() for one in (*said.get("to", ()), *said.get("cc", ()))}


def command_of(draft: Draft) -> str:
    """By which command it was written."""
    return command_of_kind(draft.kind)


def command_of_kind(kind: str) -> str:
    """By which command letters of this kind are written."""
    return _SENTENCES.get(kind, "resolve")


def waiting_words(errand: Errand, case: Row) -> str:
    """What is written in a case and has not left, by its commands: "«!решение», «!ответ»"; "" where nothing is."""
    words = dict.fromkeys(command_of(one) for one in drafts.unsent(errand.conn, case["id"]))
    quoted = "«{}»" if errand.language == "ru" else "“{}”"
    return ", ".join(quoted.format(forms((word,), errand.language)[0].split()[0]) for word in words)


def said_dropped(errand: Errand, case: Row) -> str:
    """That what is written in a case and has not left goes no further, told before it is cancelled; "" where nothing is."""
    waited = waiting_words(errand, case)
    return errand.say("dropped", value=waited) if waited else ""


def replies_to(errand: Errand, words: Sequence[str]) -> tuple[Any, ...]:
    """Ready replies about this case for the person herself."""
    maker = errand.desk.replies_for(errand.person, errand.now)
    return maker.saying(words, errand.number) if maker is not None else ()


def tell(errand: Errand, letter: Any, key: str, case: Row) -> None:
    """A letter about the case to the person herself, where she has an address (on the command line perhaps none)."""
    if not errand.person.addresses:
        return
    row = errand.desk.to_person(letter, errand.person, dedupe_key=key, now=errand.now, case_id=case["id"])
    if row is not None:
        errand.left.letters.append(row)

