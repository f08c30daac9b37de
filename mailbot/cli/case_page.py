"""One case as a page: what is due, what the customer has been told, every mail, every event."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo
from typing import Any

from mailbot.claims.clocks import Terms
from mailbot.claims.same_trouble import say
from mailbot.claims.term_words import explain_date
from mailbot.claims.work_calendar import WorkCalendar
from mailbot.cli.case_clocks import clock_lines
from mailbot.cli.case_origin import customer_row, demands_row, origins
from mailbot.cli.printing import printable

Row = dict[str, Any]

_WIDTH = 14
_LETTER_LINES, _MAIL_LINES = 25, 40
_FLAGS = {
    "proposes_close": "the customer says that the matter is settled: a person closes the case",
    "answer_unproven": "a letter in a colleague's name to the customer, and nothing proves its sender: it is no answer",
    "request_answer_unproven": "a department's answer, and nothing proves its sender: reminders go on (`case memo … answered`)",
    "withdrawal_unproven": "a withdrawal in the customer's name, and our mail server denies its sender",
    "guarantee_unproven": "a payment guarantee, and nothing proves that the customer sent it",
    "new_claim_inside": "a later mail is a claim about something else",
    "counts_disagree": "the counts in the letter do not agree with each other (facts.contradictions of `explain`)",
    "deferred": "the acknowledgement is put off: over the daily number of letters to this address, or until the lawyer is done",
    "flood": "its sender's new cases for the day were used up: what else came of that address joined this one (`case split`)",
    "truncated": "the mail was too large to take in whole",
    "important": "an important customer (the customers file)",
}


def page(file: Row, calendar: WorkCalendar, office: tzinfo, answer_days: int, now: datetime, terms: Terms) -> str:
    """The file of `store.listing.case_file` for a person. Times stand in the office's zone."""
    case = file["case"]
    told = [letter for letter in file["letters"] if letter["recipient_key"] == case["customer_key"]]
    inside = [letter for letter in file["letters"] if letter["recipient_key"] != case["customer_key"]]
    parts = (
        _head(case, file, office),
        _clocks(case, told, calendar, office, answer_days, now),
        clock_lines(file, terms, office, now),
        _told(told, file["deliveries"], office),
        _mails(file, office),
        _letters(inside, office),
        _events(file["events"], file["record"]["breaks"], office),
    )
    return "\n".join(line for part in parts for line in part)


def _head(case: Row, file: Row, office: tzinfo) -> Iterator[str]:
    said_by = origins(file)
    category = f"{case['category']} ({case['confidence']}% sure)" if case["category"] else "not sorted yet"
    marks = [name for name, is_set in (("DANGER", case["safety"]), ("LEGAL", case["legal_threat"]), ("history", case["history"])) if is_set]
    closed = f" ({case['close_reason']})" if case["close_reason"] else ""
    yield f"Case {case['number']}: {case['state']}{closed}" + (f"  [{', '.join(marks)}]" if marks else "")
    yield _row("Customer", f"{case['customer_name']} <{case['customer']}>" if case["customer_name"] else case["customer"] or "unknown")
    yield _row("Subject", case["subject"] or "(none)")
    yield _row("Category", category + (f"; also {', '.join(case['secondary'])}" if case["secondary"] else ""))
    yield _row("Buys as", customer_row(case, said_by["consumer_from"], office))
    yield _row("Demands", demands_row(case, said_by["remedies_from"], office))
    yield _row("Urgency", case["urgency"])
    yield _row("In charge", case["assigned_to"] or "nobody yet")
    shown = (
        ("Product", case["product"]), ("Serial", ", ".join(_serials(file))), ("Warranty", _warranty(case, file)),
        ("Orders", ", ".join(case["orders"])), ("Missing", ", ".join(case["missing"])),
    )  # fmt: skip
    for heading, value in shown:
        if value:
            yield _row(heading, value)
    yield from _flags(case["flags"])
    yield _row("Received", f"{_at(case['received_at'], office)} ({case['received_at_basis']})")


def _understood(file: Row) -> Row:
    """What was read in the mail that opened the case."""
    opening = next((mail for mail in file["mails"] if mail["outcome"] != "joined" and mail["read"]), None)
    found: Row = ((opening or {}).get("read") or {}).get("understanding") or {}
    return found


def _serials(file: Row) -> list[str]:
    """Every serial number that its letters name, as it was written."""
    facts = (((mail["read"] or {}).get("understanding") or {}).get("facts") or {} for mail in file["mails"])
    return list(dict.fromkeys(str(one["value"]) for some in facts for one in some.get("serials") or ()))


def _warranty(case: Row, file: Row) -> str:
    """Its status, with the last day and the reason that was found; a person's word stands alone. "" where it plays no part."""
    status, read = case["warranty_status"], _understood(file).get("warranty") or {}
    if status in ("", "unknown", "not_applicable", None) and not read.get("until") and case["category"] != "warranty":
        return ""
    if read.get("status") != status:
        return f"{status} (set by a person)"
    until = f" until {read['until']}" if read.get("until") else ""
    return f"{status}{until}" + (f" ({read['reason']})" if read.get("reason") else "")


def _flags(flags: Row) -> Iterator[str]:
    for name, sentence in _FLAGS.items():
        if flags.get(name):
            yield _row("Mark", sentence)
    if flags.get("propose_join"):
        yield _row("Mark", f"it may belong to case {flags['propose_join']}")
    for one in flags.get("same_trouble") or ():
        yield _row("Mark", f"perhaps the same: {say(one['number'], one, 'en')}")
    if flags.get("mentions"):
        yield _row("Mark", f"it mentions {', '.join(flags['mentions'])}")


def _clocks(case: Row, told: list[Row], calendar: WorkCalendar, office: tzinfo, answer_days: int, now: datetime) -> Iterator[str]:
    if case["acknowledge_by"] is None and case["answer_by"] is None:
        return
    closed = case["closed_at"] is not None
    bounced = any(letter["bounced_at"] for letter in told)
    done = f"done {_at(case['acknowledged_at'], office)}" if case["acknowledged_at"] else "the letter came back" if bounced else "not yet"
    yield _row("Confirm by", f"{_at(case['acknowledge_by'], office)}: {done}{_late(case, 'acknowledge_by', 'acknowledged_at', now)}")
    answered = f"answered {_at(case['answered_at'], office)}" if case["answered_at"] else "closed" if closed else "not answered"
    yield _row("Answer by", f"{_at(case['answer_by'], office)}: {answered}{_late(case, 'answer_by', 'answered_at', now)}")
    if case["openings"] == 1:  # a reopened case counts from a later mail
        yield _row("", explain_date(case["received_at"], answer_days, calendar, office, "en"))
    yield _row("At the latest", _at(case["answer_hard_by"], office))


def _late(case: Row, due: str, done: str, now: datetime) -> str:
    waits = case[done] is None and case["closed_at"] is None
    return "  LATE" if waits and case[due] is not None and case[due] <= now else ""


def _told(letters: list[Row], deliveries: list[Row], office: tzinfo) -> Iterator[str]:
    from mailbot.mail_in.read import read_mail

    yield "\nWhat the customer has been told"
    if not letters:
        yield "  nothing yet"
    for letter in letters:
        yield f"  {_letter(letter, office)}"
        replies = [row for row in deliveries if row["outbox_id"] == letter["id"]]
        yield from (f"      {_at(row['at'], office)} {row['outcome']}: {printable(row['reply'])}" for row in replies)
        yield from _text(read_mail(letter["raw"]).text, _LETTER_LINES)


def _letters(letters: list[Row], office: tzinfo) -> Iterator[str]:
    if letters:
        yield "\nLetters inside the house"
        yield from (f"  {_letter(letter, office)}" for letter in letters)


def _letter(letter: Row, office: tzinfo) -> str:
    state = f"sent {_at(letter['sent_at'], office)}" if letter["sent_at"] else f"{letter['state']} since {_at(letter['queued_at'], office)}"
    back = f", CAME BACK {_at(letter['bounced_at'], office)}" if letter["bounced_at"] else ""
    return f"#{letter['id']} {letter['kind']} to {printable(letter['recipient'])}, {state}{back}: {printable(letter['subject'])}"


def _mails(file: Row, office: tzinfo) -> Iterator[str]:
    yield "\nMails"
    if not file["mails"]:
        yield "  none"
    for n, mail in enumerate(file["mails"], start=1):
        said = (mail["read"] or {}).get("mail", {})
        writer = said.get("from_") or {}
        name = f"{writer.get('name', '')} <{writer.get('address', '')}>".strip() if writer else "(nobody is named)"
        yield printable(f"  {n}. {_at(mail['received_at'], office)} {mail['kind']} of {name}: {mail['subject'] or '(no subject)'}")
        yield f"      {printable(mail['kind_reason'] or '')}"
        yield from _text(said.get("text", ""), _MAIL_LINES)
        inner = said.get("forwarded") or {}
        if inner.get("text"):
            yield "      --- forwarded:"
            yield from _text(inner["text"], _MAIL_LINES)
        parts = [part for part in file["attachments"] if part["received_id"] == mail["id"]]
        yield from (f"      [{printable(part['name'] or '(no name)')}, {part['media_type']}, {part['size']} bytes]" for part in parts)


def _events(events: list[Row], breaks: list[str], office: tzinfo) -> Iterator[str]:
    yield "\nEvents" + ("" if breaks else ", each as it was written")
    yield from (f"  FAULT the record was tampered with or damaged: {printable(one)}" for one in breaks)
    for event in events:
        key = (event["data"] or {}).get("dkim")
        proof = f"  [proven by the DKIM key {key['selector']} of {key['domain']}, which is kept]" if key else ""
        yield f"  {_at(event['at'], office)} {printable(event['actor'])}: {event['what']}. {printable(event['why'] + proof)}"


def _text(text: str, most: int) -> Iterator[str]:
    lines = text.strip().splitlines()
    yield from (f"      | {printable(line)}" for line in lines[:most])
    if len(lines) > most:
        yield f"      | … {len(lines) - most} more lines"


def _row(heading: str, value: str) -> str:
    return f"{heading:<{_WIDTH}} {printable(value)}".rstrip()


def _at(at: datetime | None, office: tzinfo) -> str:
    return f"{at.astimezone(office):%d.%m.%Y %H:%M}" if at is not None else "no date"
