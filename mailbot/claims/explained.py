"""One mail as the JSON object of behaviour.md 9: every key always there, in that order, no NUL and no lone surrogates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, tzinfo
from typing import Any

from mailbot.claims.category import UNSORTED, Reason
from mailbot.claims.decision import Decision
from mailbot.claims.facts import Contradiction, Fact, Facts, ItemLine, Warranty
from mailbot.claims.message import Address, Attachment, Bounce, Forwarded, IncomingMail, Kind
from mailbot.claims.understanding import ReadMail, Understanding

SCHEMA = 1
STATES_A_DEFECT = 0.5  # claim_confidence from which a follow-up's new text is taken to state a defect
SORTED_KINDS = frozenset({Kind.CLAIM, Kind.TRIAGE, Kind.INTERNAL, Kind.UNREADABLE})
_LISTS = ("orders", "contracts", "serials", "batches", "articles", "models", "claims", "cases", "emails")
COUNTED = ("by_papers", "received", "missing", "surplus", "damaged", "defective")
_DATES = ("purchased_on", "delivered_on", "commissioned_on", "expires_on", "answer_wanted_by")


def explained(
    file: str, read: ReadMail, decision: Decision, received_at: datetime, basis: str, office: tzinfo
) -> dict[str, Any]:
    """The JSON object of one file. `basis` is one of argument, received, mbox, mtime, internaldate, now; instants stand in `office`."""
    mail, understanding = read.mail, read.understanding
    primary = _primary(decision, understanding)
    told: dict[str, Any] = {
        "schema": SCHEMA,
        "file": file,
        **_envelope(mail),
        "received_at": _instant(received_at, office),
        "received_at_basis": basis,
        "kind": decision.kind.value,
        "topic": decision.topic if decision.kind is Kind.ENQUIRY else None,
        "kind_reason": decision.kind_reason,
        "language": understanding.language,
        "text": mail.text,
        "quoted": mail.quoted,
        "signature": mail.signature,
        "disclaimer": mail.disclaimer,
        "attachments": [_attachment(attachment) for attachment in mail.attachments],
        "problems": list(mail.problems),
        "bounce": _bounce(mail.bounce or Bounce()) if decision.kind is Kind.BOUNCE else None,
        "claim_confidence": _share(understanding.verdict.claim_confidence),
        "category": _category(primary, understanding),
        "facts": _facts(understanding.facts),
        "warranty": _warranty(understanding.warranty),
        "missing": list(understanding.missing) if primary is not None else [],
        "decision": _decision(decision, office),
    }
    cleaned = _clean(told)
    assert isinstance(cleaned, dict)
    return cleaned


def unreadable_file(file: str, received_at: datetime, basis: str, office: tzinfo, why: str) -> dict[str, Any]:
    """The line of a file that could not be read as a file: `unreadable`, decided by nobody, exit 1."""
    mail = IncomingMail(problems=(why,), readable=False)
    decision = Decision(Kind.UNREADABLE, why, "none", f"The file could not be read: {why}")
    return explained(file, ReadMail(mail, Understanding()), decision, received_at, basis, office)


def _envelope(mail: IncomingMail) -> dict[str, Any]:
    return {
        "message_id": mail.message_id,
        "in_reply_to": mail.in_reply_to,
        "references": list(mail.references),
        "from": _address(mail.from_),
        "sender": _address(mail.sender),
        "reply_to": _addresses(mail.reply_to),
        "to": _addresses(mail.to),
        "cc": _addresses(mail.cc),
        "on_behalf_of": _address(mail.on_behalf_of),
        "forwarded": _forwarded(mail.forwarded),
        "subject": mail.subject,
        "sent_at": _own_offset(mail.sent_at),
    }


def _address(address: Address | None) -> dict[str, str] | None:
    return None if address is None else {"name": address.name, "address": address.address}


def _addresses(addresses: Sequence[Address]) -> list[dict[str, str] | None]:
    return [_address(address) for address in addresses]


def _forwarded(inner: Forwarded | None) -> dict[str, Any] | None:
    if inner is None:
        return None
    return {
        "from": _address(inner.from_),
        "to": _addresses(inner.to),
        "cc": _addresses(inner.cc),
        "sent_at": _own_offset(inner.sent_at),
        "subject": inner.subject,
        "text": inner.text,
        "quoted": inner.quoted,
    }


def _attachment(attachment: Attachment) -> dict[str, Any]:
    return {
        "name": attachment.name,
        "media_type": attachment.media_type,
        "size": attachment.size,
        "sha256": attachment.sha256,
        "inline": attachment.inline,
        "text": attachment.text,
    }


def _bounce(bounce: Bounce) -> dict[str, Any]:
    return {
        "original_message_id": bounce.original_message_id,
        "recipients": [
            {"address": r.address, "permanent": r.permanent, "status": r.status, "diagnostic": r.diagnostic} for r in bounce.recipients
        ],
    }


def _primary(decision: Decision, understanding: Understanding) -> str | None:
    """A category for claims and what may be one, and for a follow-up that states a defect; null for the rest."""
    verdict = understanding.verdict
    if decision.kind is Kind.UNREADABLE:
        return UNSORTED
    if decision.kind in SORTED_KINDS or (decision.kind is Kind.FOLLOW_UP and verdict.claim_confidence >= STATES_A_DEFECT):
        return verdict.primary or UNSORTED
    return None


def _category(primary: str | None, understanding: Understanding) -> dict[str, Any]:
    verdict = understanding.verdict
    return {
        "primary": primary,
        "secondary": [] if primary is None else list(verdict.secondary),
        "scores": {category: _share(score) for category, score in verdict.scores.items()},
        "confidence": _share(verdict.confidence),
        "reasons": [_reason(reason) for reason in verdict.reasons],
    }


def _reason(reason: Reason) -> dict[str, Any]:
    return {
        "category": reason.category,
        "text": reason.text,
        "start": reason.start,
        "end": reason.end,
        "in": reason.in_,
        "rule": reason.rule,
    }


def _fact(fact: Fact) -> dict[str, Any]:
    told: dict[str, Any] = {"text": fact.text, "value": fact.value, "start": fact.start, "end": fact.end, "in": fact.in_}
    if fact.date is not None:
        told["date"] = fact.date.isoformat()
    return told


def _quantity(fact: Fact) -> dict[str, Any]:
    """Where the model of counts told the role, `rule` says so."""
    told = {**_fact(fact), "unit": fact.unit, "role": fact.role or "unknown"}
    return {**told, "rule": fact.rule} if fact.rule else told


def _facts(facts: Facts) -> dict[str, Any]:
    told: dict[str, Any] = {name: [_fact(fact) for fact in getattr(facts, name)] for name in _LISTS}
    told["documents"] = [{**_fact(fact), "type": fact.type or "other"} for fact in facts.documents]
    told["quantities"] = [_quantity(fact) for fact in facts.quantities]
    told["amounts"] = [{**_fact(fact), "currency": fact.currency} for fact in facts.amounts]
    told["warranty_terms"] = [{**_fact(fact), "unit": fact.unit} for fact in facts.warranty_terms]
    told.update({name: _day(getattr(facts, name)) for name in _DATES})
    return {
        **told,
        "phones": list(facts.phones),
        "inn": list(facts.inn),
        "remedies": list(facts.remedies),
        "urgency": facts.urgency,
        "safety": facts.safety,
        "legal_threat": facts.legal_threat,
        "withdrawal": facts.withdrawal,
        "sender_kind": facts.sender_kind,
        "lines": [_line(line) for line in facts.lines],
        "contradictions": [_contradiction(one) for one in facts.contradictions],
    }


def _line(line: ItemLine) -> dict[str, Any]:
    """One item of several; a count that is not told is null."""
    told = {name: getattr(line, name) for name in ("article", "name", "unit", *COUNTED, "start", "end")}
    return {**told, "in": line.in_}


def _contradiction(one: Contradiction) -> dict[str, Any]:
    told = {name: getattr(one, name) for name in ("what", "item", "role", "stated", "counted", "text", "start", "end")}
    return {**told, "in": one.in_}


def _warranty(warranty: Warranty) -> dict[str, Any]:
    return {"status": warranty.status, "until": _day(warranty.until), "code": warranty.code, "reason": warranty.reason}


def _decision(decision: Decision, office: tzinfo) -> dict[str, Any]:
    return {
        "case": decision.case,
        "acknowledge": decision.acknowledge,
        "letters": list(decision.letters),
        "acknowledge_by": _instant(decision.acknowledge_by, office),
        "answer_by": _instant(decision.answer_by, office),
        "answer_hard_by": _instant(decision.answer_hard_by, office),
        "reason": decision.reason,
        "join": decision.join,
        "claimant": _address(decision.claimant),
        "important": decision.important,
        "acknowledge_language": decision.acknowledge_language if decision.acknowledge != "no" else None,
    }


def _instant(at: datetime | None, office: tzinfo) -> str | None:
    """RFC 3339 in the office zone."""
    return None if at is None else _rfc3339(at.astimezone(office))


def _own_offset(at: datetime | None) -> str | None:
    """RFC 3339 with the offset the sender gave; a Date without one counts as UTC (RFC 5322 3.3: "-0000")."""
    if at is None:
        return None
    return _rfc3339(at if at.tzinfo is not None else at.replace(tzinfo=UTC))


def _rfc3339(at: datetime) -> str:
    offset = at.utcoffset()
    odd = offset is None or offset.total_seconds() % 60 != 0
    return (at.astimezone(UTC) if odd else at).isoformat(timespec="seconds")


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _share(value: float) -> float:
    """A share kept in 0…1 and short enough to read; what is no number counts as 0."""
    return round(min(1.0, max(0.0, value)), 4) if value == value else 0.0  # noqa: PLR0124  # NaN differs from itself


def _clean(data: Any) -> Any:
    """Every NUL and lone surrogate becomes U+FFFD, one for one, so that positions still count."""
    if isinstance(data, str):
        return _clean_text(data)
    if isinstance(data, list):
        return [_clean(item) for item in data]
    if isinstance(data, dict):
        return {_clean_text(key): _clean(item) for key, item in data.items()}
    return data


def _clean_text(text: str) -> str:
    if "\x00" not in text and text.isascii():
        return text
    return "".join("\ufffd" if c == "\x00" or "\ud800" <= c <= "\udfff" else c for c in text)
