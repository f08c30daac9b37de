"""The letter about a case to one of our people: all that is known of it, with the files its customer sent (behaviour.md 7)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any

from mailbot.claims.case import OPEN_STATES, State
from mailbot.claims.category import UNSORTED
from mailbot.claims.command_words import is_possible
from mailbot.claims.day_words import day_words
from mailbot.claims.digest_notes import doubts_of
from mailbot.claims.due_terms import answer_clock, bound_by
from mailbot.claims.house_letters import CaseSheet, Due, Later, Told
from mailbot.claims.message import Kind
from mailbot.jobs import confirm
from mailbot.jobs.asking_departments import files_of_case
from mailbot.jobs.case_view import marks_of, text_of
from mailbot.jobs.enclosing import Enclosed, with_bytes
from mailbot.jobs.orders import Errand, NotDone, Row
from mailbot.jobs.ready_for import ready_for
from mailbot.store import clock_rows, drafts
from mailbot.store.case_mails import notes_of, written_into

if TYPE_CHECKING:
    from mailbot.claims.clocks import Clock
    from mailbot.claims.policy import Person

MOST_BYTES = 10 * 1024 * 1024
_WORDS = 6_000
_FACTS = str.split("orders contracts documents serials batches articles models quantities contradictions amounts phones inn")
_NUMBERED = frozenset({"orders", "serials", "batches", "articles", "models"})  # the name beside it says what the number is
_REASONS = 8
_LATER, _LATER_WORDS = 5, 2_000  # further letters, and letters of each
_NOTES = 5
_LOOKED_AT = 20  # commands of our people stand between them
_CONTRACT = re.compile(r"^(?:[^\W\d_]+ )?(?:договор[а-яё]{0,2}|контракт[а-яё]{0,2}|contract|agreement)\s+", re.IGNORECASE)
_RUSSIAN = re.compile(r"[А-Яа-яЁё]")
_NUMBER_SIGN = re.compile(r"(?:№|\bno\.?|\bn[°º]?|#)\s*\Z", re.IGNORECASE)
GUIDE = {True: "ориентировочно", False: "a guide"}  # nobody has confirmed the rule
_FATES = {"sent": "sent", "due": "waiting", "sending": "waiting", "unknown": "waiting", "held": "waiting", "refused": "undelivered"}
_OF_COLLEAGUES = frozenset({Kind.STAFF_REPLY, Kind.INTERNAL})  # what they command is no word of the case


def show(errand: Errand) -> str:
    """The case in a letter of its own, with its files up to a size. Only to who may see it; that it was shown is kept (A14)."""
    case = errand.case()
    person = errand.person
    if not errand.may_see(case):
        raise NotDone(errand.say("not_shown"))
    files, left_out = files_of_case(errand.conn, case["id"], MOST_BYTES)
    letter = sheet(errand, case, files, left_out)
    key = f"case:{case['id']}:{errand.received_id or errand.now.isoformat()}"
    row = errand.desk.to_person(
        letter, person, dedupe_key=key, now=errand.now, case_id=case["id"], enclosures=with_bytes(errand.conn, files)
    )
    if row is not None:
        errand.left.letters.append(row)
    errand.event(case["id"], "shown", f"The case was sent to {person.id} with {len(files)} files.")
    return errand.say("show_large", value=", ".join(left_out)) if left_out else errand.say("show")


def hand_over(errand: Errand, people: Sequence[Person], key: str, why: str = "") -> list[Person]:
    """The case with its files to each of those to whom it is given, and by whom. Returns those to whom a letter could be written.

    The files are read once for all of them: ten megabytes are half a second, within the transaction that files the mail.
    """
    if not people:
        return []
    case, told = errand.case(), []
    files, left_out = files_of_case(errand.conn, case["id"], MOST_BYTES)
    enclosures = with_bytes(errand.conn, files)
    for person in people:
        said = sheet(replace(errand, person=person), case, files, left_out)
        letter = replace(said, note=why or "-", note_by=errand.person.name or errand.person.id)
        once = f"{key}:{case['id']}:{person.id}:{errand.received_id or errand.now.isoformat()}"
        row = errand.desk.to_person(letter, person, dedupe_key=once, now=errand.now, case_id=case["id"], enclosures=enclosures)
        if row is not None:
            errand.left.letters.append(row)
            told.append(person)
    return told


def sheet(errand: Errand, case: Row, files: Iterable[Enclosed], left_out: tuple[str, ...] = ()) -> CaseSheet:
    mail = confirm.opening_of(errand.conn, case)
    read: Mapping[str, Any] = mail.read if mail is not None else {}
    words = read.get("understanding") or {}
    facts, warranty = words.get("facts") or {}, words.get("warranty") or {}
    people = {one.id: one.name for one in errand.ground.policy.people}
    maker = errand.desk.replies_for(errand.person, errand.now)
    return CaseSheet(
        number=case["number"],
        person_name=errand.person.name,
        state=State(case["state"]),
        customer_name=case["customer_name"],
        customer_address=case["customer"],
        subject=case["subject"],
        text=_words_or_why(errand, read)[:_WORDS],
        received_at=case["received_at"],
        category=case["category"],
        answer_by=case["answer_by"] if case["answered_at"] is None else None,
        secondary=tuple(case["secondary"]),
        why=tuple(dict.fromkeys(_why(case, (words.get("verdict") or {}).get("reasons") or ())))[:_REASONS],
        facts=tuple(told_facts(facts, errand.person.language)),
        remedies=tuple(case["remedies"]),
        consumer=case["consumer"],
        later=tuple(islice(_later(errand, case), _LATER)),
        notes=tuple(Later(at, people.get(who, who), words[:_LATER_WORDS]) for at, who, words in notes_of(errand.conn, case["id"], _NOTES)),
        warranty_status=case["warranty_status"],
        **_warranty(case, warranty),
        missing=tuple(case["missing"]),
        told=tuple(_told(row) for row in drafts.told(errand.conn, case["id"])),
        deadlines=tuple(_due(errand, case)),
        marks=marks_of(case["safety"], case["legal_threat"], case["flags"]),
        doubts=doubts_of(case["number"], case["flags"], errand.person.language) if State(case["state"]) in OPEN_STATES else (),
        in_charge=people.get(case["assigned_to"], ""),
        attachments=tuple(one.name for one in files),
        left_out=left_out,
        replies=ready_for(errand.conn, errand.ground.policy, maker, case, errand.now, whole=True) if maker is not None else (),
        may_write=is_possible("reply", State(case["state"])) and errand.may_write(case),
        passed_on=_passed_on(case, read),
        to_acknowledge=case["customer"] if _waits_for_a_yes(case) else "",
    )


def _passed_on(case: Row, read: Mapping[str, Any]) -> Later | None:
    """Who of ours forwarded the customer's letter: he knows more of it, and his own words stand nowhere else."""
    mail = read.get("mail") or {}
    if not mail.get("forwarded") or case["kind"] != Kind.INTERNAL:
        return None
    sender = mail.get("from_") or {}
    who = ", ".join(said for said in (str(sender.get("name") or ""), str(sender.get("address") or "")) if said)
    return Later(case["received_at"], who, str(mail.get("text") or "").strip()[:_LATER_WORDS]) if who else None


def _waits_for_a_yes(case: Row) -> bool:
    flags = case["flags"]
    return case["state"] == State.TRIAGE and flags.get("acknowledge") == "after_confirmation" and not flags.get("legal_hold")


def _words_or_why(errand: Errand, read: Mapping[str, Any]) -> str:
    """What the letter says, or that nobody but her can read it: no words do not mean that there are none."""
    said = text_of(read).strip()
    return said or (errand.say("encrypted_letter") if (read.get("mail") or {}).get("encrypted") else "")


def _later(errand: Errand, case: Row) -> Iterator[Later]:
    """What the customer, a colleague to her or to us (a department that was asked), or somebody else wrote after the first letter, the
    newest first.

    Of somebody else (the customer herself perhaps, from another address) the address is told too: it may not be she.
    """
    for mail in written_into(errand.conn, case["id"], _LOOKED_AT, ("customer", "staff", "third_party")):
        said = mail.read.get("mail") or {}
        sender = said.get("from_") or {}
        name, address = str(sender.get("name") or ""), str(sender.get("address") or "")
        text = _words_or_why(errand, mail.read)
        if not mail.is_opening and text and (mail.relation != "staff" or mail.kind in _OF_COLLEAGUES):
            who = f"{name}, {address}" if name and mail.relation == "third_party" else name or address
            yield Later(mail.at, who, text[:_LATER_WORDS])


def _why(case: Row, reasons: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """The words that spoke for the categories the case has; where it has none, for any."""
    shown = {case["category"], *case["secondary"]} - {None, UNSORTED}
    return (str(one["text"]) for one in reasons if not shown or one.get("category") in shown)


def _warranty(case: Row, read: Mapping[str, Any]) -> dict[str, Any]:
    """How the status was found; where a person has said another, that it was she."""
    if read.get("status") != case["warranty_status"]:
        return {"warranty_code": "by_person"}
    until = date.fromisoformat(read["until"]) if read.get("until") else None
    return {"warranty_code": str(read.get("code") or ""), "warranty_until": until}


def _told(row: Any) -> Told:
    return Told(row.kind, row.sent_at or row.queued_at, "undelivered" if row.bounced_at is not None else _FATES[row.state])


def told_facts(facts: Mapping[str, Any], language: str) -> Iterable[tuple[str, str]]:
    """What was drawn out, by its name; a quantity by what it is the quantity of: of two bare numbers nobody sees which is missing.

    A paper comes as `documents_<type>`, its value from its number on: the customer writes «по товарной накладной № 7», in the case her
    sentence asks for.
    """
    for name in _FACTS:
        found = facts.get(name) or ()
        if name == "documents":
            yield from dict.fromkeys(_paper(one, language) for one in found)
            continue
        roles = dict.fromkeys(str(one.get("role") or "unknown") for one in found) if name == "quantities" else ("unknown",)
        for role in roles:
            of_role = [one for one in found if name != "quantities" or str(one.get("role") or "unknown") == role]
            for value in _values(of_role, name in _NUMBERED):
                shown = _CONTRACT.sub("", value) if name == "contracts" else value  # the name beside it says so
                yield name if role == "unknown" else f"{name}_{role}", shown


def _values(facts: Iterable[Any], numbered: bool) -> list[str]:
    """What was drawn out, each once, as it was written; of "серийный номер 77120-X" the number alone: its name stands beside it."""
    return list(dict.fromkeys(_value(one, numbered) if isinstance(one, Mapping) else str(one) for one in facts))


def _value(fact: Mapping[str, Any], numbered: bool) -> str:
    text, value = str(fact.get("text") or ""), fact.get("value")
    if numbered and isinstance(value, str) and value and value in text:
        return value
    return text or str(value)


def _paper(fact: Mapping[str, Any], language: str) -> tuple[str, str]:
    text, value, type_ = str(fact.get("text") or ""), str(fact.get("value") or ""), str(fact.get("type") or "")
    if not (value and type_ and value in text):
        return "documents", text or value
    before, number, after = text.partition(value)
    sign = _NUMBER_SIGN.search(before)
    if language != "ru" and _RUSSIAN.search(after):  # "UPD № 17 от 01.02.2027" is in no language
        on = date.fromisoformat(fact["date"]) if fact.get("date") else None
        return f"documents_{type_}", f"{'No. ' if sign else ''}{number}{f' of {day_words(on, language)}' if on is not None else ''}"
    return f"documents_{type_}", f"{sign.group() if sign else ''}{number}{after}"


def _due(errand: Errand, case: Row) -> Iterable[Due]:
    """Our answer, and every other date on which we depend, the earliest first; guides last. Each with how it was counted."""
    if State(case["state"]) not in OPEN_STATES:
        return
    kept = clock_rows.kept(errand.conn, [case["id"]]).get(case["id"], [])
    clocks = tuple(one.clock for one in kept if one.opening == case["openings"] and one.clock.runs)
    answer = answer_clock(clocks)
    due = answer.due_by if answer is not None else case["answer_by"]
    language = errand.person.language
    if case["answered_at"] is None and due is not None:
        yield Due("formal_answer", due, errand.now > due, _counted(answer, language))
    for term, clock in bound_by(clocks, errand.ground.policy.terms):
        title = term.titles["ru" if language == "ru" else "en"]
        what = f"{title} ({GUIDE[language == 'ru']})" if term.guide else title
        yield Due(what, term.due_by, errand.now > term.due_by, _counted(clock, language), term.provisional)


def _counted(clock: Clock | None, language: str) -> str:
    """A date explains itself: its clock keeps the sentence in both languages."""
    ru, _, en = clock.trace.partition("\n") if clock is not None else ("", "", "")
    return ru if language == "ru" else en
