"""One explained mail as a page that a claims specialist reads. `told` is the object of behaviour.md 9."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from mailbot.cli.printing import printable

Told = dict[str, Any]

_WIDTH = 14
_MOST_LINES = 60  # of what they wrote; the whole text is in the JSON
_BASIS = {
    "argument": "as you said",
    "received": "by the topmost Received line",
    "mbox": "by the mbox line",
    "mtime": "by the file's date",
    "internaldate": "by the mail server",
    "now": "now: the mail does not say",
}
_CASE = {"open": "open a case", "triage": "open a case for a person to judge", "join": "join a case", "none": "file it, no case"}
_ACKNOWLEDGE = {
    "now": "acknowledge now",
    "after_confirmation": "acknowledge once a person confirms",
    "no": "nobody is answered",
}
_KIND = {
    "claim": "a new claim",
    "triage": "maybe a claim: a person must say",
    "follow_up": "more about a case",
    "withdrawal": "the customer says the matter is settled",
    "enquiry": "no claim: a question, documents, thanks and the like",
    "command": "one of our people works a case",
    "internal": "one of our people passes on or reports a claim",
    "auto_reply": "written by a machine: an absence note, a receipt of a letter, a notice",
    "bounce": "a letter that could not be delivered, or not yet",
    "receipt": "a receipt: read, delivered, or reported as unwanted",
    "list": "a mailing list or a newsletter",
    "spam": "marked as unwanted",
    "own": "a letter of ours that came back",
    "staff_reply": "one of our people answers the customer",
    "unreadable": "nothing can be made of it",
}
_LISTS = ("orders", "contracts", "serials", "batches", "articles", "models", "claims", "cases", "emails")
_DAYS = ("purchased_on", "delivered_on", "commissioned_on", "expires_on", "answer_wanted_by")
_WORDS = ("urgency", "withdrawal", "sender_kind")
_NOTHING = ("normal", "none", "unknown")


def page(told: Told) -> str:
    """What it is and why, who wrote, what was understood, what would be done; then the words themselves."""
    parts = (_head(told), _decision(told), _category(told), _facts(told), _attachments(told), _problems(told), _words(told))
    return "\n".join(line for part in parts for line in part) + "\n"


def _head(told: Told) -> Iterator[str]:
    yield f"=== {printable(told['file'])}"
    topic = f" ({told['topic']})" if told["topic"] else ""
    yield _row("What it is", f"{told['kind']}{topic}: {_KIND[told['kind']]}")
    yield _row("Why", told["kind_reason"])
    yield _row("Received", f"{_moment(told['received_at'])}, {_BASIS[told['received_at_basis']]}")
    yield _row("From", _person(told["from"]))
    for name, heading in (("on_behalf_of", "On behalf of"), ("sender", "Sent by")):
        if told[name]:
            yield _row(heading, _person(told[name]))
    for name, heading in (("reply_to", "Answer to"), ("to", "To"), ("cc", "Copy to")):
        if told[name]:
            yield _row(heading, ", ".join(_person(one) for one in told[name]))
    yield _row("Subject", told["subject"] or "(none)")
    yield _row("Language", told["language"])
    if told["bounce"]:
        yield from _bounce(told["bounce"])


def _bounce(bounce: Told) -> Iterator[str]:
    yield _row("Came back", bounce["original_message_id"] or "a letter that is not named")
    for recipient in bounce["recipients"]:
        lasting = {True: "for good", False: "for now", None: "it is not said for how long"}[recipient["permanent"]]
        words = " ".join(word for word in (recipient["status"], recipient["diagnostic"]) if word)
        yield _row("", f"{recipient['address']}: {lasting}. {words}".rstrip())


def _decision(told: Told) -> Iterator[str]:
    decision = told["decision"]
    number = f" {decision['join']}" if decision["join"] else ""
    letters = f" ({', '.join(decision['letters'])})" if decision["letters"] else ""
    yield ""
    yield _row("Would be done", f"{_CASE[decision['case']]}{number}; {_ACKNOWLEDGE[decision['acknowledge']]}{letters}")
    yield _row("Because", decision["reason"])
    for name, heading in (("acknowledge_by", "Confirm by"), ("answer_by", "Answer by"), ("answer_hard_by", "At the latest")):
        if decision[name]:
            yield _row(heading, _moment(decision[name]))


def _category(told: Told) -> Iterator[str]:
    category = told["category"]
    yield ""
    yield _row("A claim", f"{told['claim_confidence']:.0%} sure")
    if category["primary"]:
        others = f"; also {', '.join(category['secondary'])}" if category["secondary"] else ""
        yield _row("Category", f"{category['primary']}, {category['confidence']:.0%} sure{others}")
        scores = sorted(category["scores"].items(), key=lambda pair: -pair[1])
        yield _row("Scores", ", ".join(f"{name} {score:.2f}" for name, score in scores if score) or "no category spoke up")
    for n, reason in enumerate(category["reasons"]):
        words = f"“{reason['text']}” in {_place(reason['in'], told)}: {reason['category']}  [{reason['rule']}]"
        yield _row("Words" if n == 0 else "", words)


def _place(place: str, told: Told) -> str:
    """Where words stand; an attachment by its name."""
    number = place.removeprefix("attachment:")
    return f"{place} {told['attachments'][int(number)]['name'] or ''}".rstrip() if number.isdecimal() else place


def _facts(told: Told) -> Iterator[str]:
    facts, found = told["facts"], []
    found += [(name, _values(facts[name])) for name in _LISTS if facts[name]]
    found += [("documents", ", ".join(f"{fact['type']} {_value(fact)}" for fact in facts["documents"]))]
    found += [("quantities", ", ".join(_quantity(fact) for fact in facts["quantities"]))]
    found += [("amounts", ", ".join(f"{_value(fact)} {fact['currency'] or ''}".rstrip() for fact in facts["amounts"]))]
    found += [("warranty terms", ", ".join(f"{_value(fact)} {fact['unit'] or ''}".rstrip() for fact in facts["warranty_terms"]))]
    found += [(name.replace("_", " "), facts[name]) for name in _DAYS]
    found += [(name, ", ".join(facts[name])) for name in ("phones", "inn", "remedies")]
    found += [(name.replace("_", " "), facts[name]) for name in _WORDS if facts[name] not in _NOTHING]
    found += [(name.replace("_", " "), "yes") for name in ("safety", "legal_threat") if facts[name]]
    yield ""
    lines = [f"{name}: {value}" for name, value in found if value]
    for n, line in enumerate(lines):
        yield _row("Facts" if n == 0 else "", line)
    warranty = told["warranty"]
    if warranty["status"] != "not_applicable":
        until = f" until {warranty['until']}" if warranty["until"] else ""
        yield _row("Warranty", f"{warranty['status']}{until}. {warranty['reason']}")
    if told["missing"]:
        yield _row("Still missing", ", ".join(told["missing"]))


def _attachments(told: Told) -> Iterator[str]:
    for n, part in enumerate(told["attachments"]):
        inline = ", shown in the text" if part["inline"] else ""
        about = f"{part['media_type']}, {_size(part['size'])}{inline}" + (", its words are below" if part["text"] else "")
        yield _row("Attachments" if n == 0 else "", f"{part['name'] or '(no name)'}  {about}")


def _size(count: int) -> str:
    return f"{count} bytes" if count < 10_000 else f"{count / 1_000:.0f} kB" if count < 10_000_000 else f"{count / 1_000_000:.0f} MB"


def _problems(told: Told) -> Iterator[str]:
    for n, problem in enumerate(told["problems"]):
        yield _row("Problems" if n == 0 else "", problem)


def _words(told: Told) -> Iterator[str]:
    forwarded = told["forwarded"]
    yield from _passage("What they wrote", told["text"] or "(nothing)")
    if forwarded:
        at = f" of {_moment(forwarded['sent_at'])}" if forwarded["sent_at"] else ""
        yield from _passage(f"The letter passed on{at}, by {_person(forwarded['from'])}: {forwarded['subject']}", forwarded["text"])
        yield from _passage("Earlier letters in it, not counted as the customer's words", forwarded["quoted"])
    for part in told["attachments"]:
        yield from _passage(f"What {part['name'] or 'a file without a name'} says", part["text"] or "")
    yield from _passage("Cut off as quoted: earlier letters, not counted as the writer's words", told["quoted"])
    yield from _passage("Cut off as signature: name and contacts, not counted for the category", told["signature"])
    yield from _passage("Cut off as disclaimer: a server's or a lawyer's standing words", told["disclaimer"])


def _passage(heading: str, text: str) -> Iterator[str]:
    if not text:
        return
    lines = text.splitlines()
    yield f"\n--- {printable(heading)}"
    yield from (f"  {printable(line)}" for line in lines[:_MOST_LINES])
    if len(lines) > _MOST_LINES:
        yield f"  … {len(lines) - _MOST_LINES} more lines (--json has them)"


def _row(heading: str, value: Any) -> str:
    return f"{heading:<{_WIDTH}} {printable(str(value))}".rstrip()


def _person(address: Told | None) -> str:
    if address is None:
        return "(nobody is named)"
    return f"{address['name']} <{address['address']}>" if address["name"] else address["address"]


def _moment(text: str) -> str:
    return f"{datetime.fromisoformat(text):%a %d.%m.%Y %H:%M}"


def _value(fact: Told) -> str:
    return f"{fact['value']:g}" if isinstance(fact["value"], float) else str(fact["value"])


def _quantity(fact: Told) -> str:
    by = f", {fact['rule']}" if "rule" in fact else ""
    role = "" if fact["role"] == "unknown" and not by else f" ({fact['role'].replace('_', ' ')}{by})"
    return f"{_value(fact)} {fact['unit'] or ''}".rstrip() + role


def _values(facts: list[Told]) -> str:
    return ", ".join(f"{_value(fact)} of {fact['date']}" if "date" in fact else _value(fact) for fact in facts)
