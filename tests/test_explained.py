"""The JSON of `explain` is a contract (behaviour.md 9): all keys, in that order, of that type, whatever the mail holds."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings

from mailbot.claims.category import Reason, Verdict
from mailbot.claims.explained import explained, unreadable_file
from mailbot.claims.facts import Facts, Warranty
from mailbot.claims.message import Address, Attachment, Bounce, BouncedRecipient, Forwarded, IncomingMail
from mailbot.claims.understanding import ReadMail, Understanding
from tests.test_plain import values_of
from tests.values import GONE, NOW, a_bounce, a_fact, a_forward, a_mail, decided, referred, words

MOSCOW = ZoneInfo("Europe/Moscow")

TOP = ["schema", "file", "message_id", "in_reply_to", "references", "from", "sender", "reply_to", "to", "cc", "on_behalf_of", "forwarded", "subject", "sent_at", "received_at", "received_at_basis", "kind", "topic", "kind_reason", "language", "text", "quoted", "signature", "disclaimer", "attachments", "problems", "bounce", "claim_confidence", "category", "facts", "warranty", "missing", "decision"]
FACTS = ["orders", "contracts", "serials", "batches", "articles", "models", "claims", "cases", "emails", "documents", "quantities", "amounts", "warranty_terms", "purchased_on", "delivered_on", "commissioned_on", "expires_on", "answer_wanted_by", "phones", "inn", "remedies", "urgency", "safety", "legal_threat", "withdrawal", "sender_kind", "lines", "contradictions"]  # the last two are ours: extra keys are allowed
DECISION = ["case", "acknowledge", "letters", "acknowledge_by", "answer_by", "answer_hard_by", "reason"]
BASES = ("argument", "received", "mbox", "mtime", "internaldate", "now")


def told(mail: IncomingMail, understanding: Understanding | None = None, known: Any = None, **more: Any) -> dict[str, Any]:
    understanding = understanding or words()
    decision = decided(mail, understanding, known, **more)
    return explained("dir/letter.eml", ReadMail(mail, understanding), decision, NOW, "argument", MOSCOW)


def check(line: dict[str, Any]) -> None:
    """The contract, key by key."""
    assert list(line) == TOP
    assert line["schema"] == 1
    for name in ("file", "subject", "received_at", "kind", "kind_reason", "language", "text", "quoted", "signature"):
        assert isinstance(line[name], str), name
    for name in ("message_id", "in_reply_to", "sent_at", "topic"):
        assert line[name] is None or isinstance(line[name], str), name
    for name in ("from", "sender", "on_behalf_of"):
        _address(line[name])
    for name in ("reply_to", "to", "cc"):
        assert None not in line[name]
        for one in line[name]:
            _address(one)
    assert line["received_at_basis"] in BASES
    datetime.fromisoformat(line["received_at"])
    assert (line["topic"] is not None) == (line["kind"] == "enquiry")
    assert (line["bounce"] is not None) == (line["kind"] == "bounce")
    if line["forwarded"] is not None:
        assert list(line["forwarded"]) == ["from", "to", "cc", "sent_at", "subject", "text", "quoted"]
    for one in line["attachments"]:
        assert list(one) == ["name", "media_type", "size", "sha256", "inline", "text"]
    assert 0.0 <= line["claim_confidence"] <= 1.0
    _category(line["category"])
    _facts(line["facts"])
    assert list(line["warranty"]) == ["status", "until", "code", "reason"]
    assert list(line["decision"])[: len(DECISION)] == DECISION
    assert line["decision"]["reason"]
    assert line["decision"]["case"] in {"open", "triage", "join", "none"}
    assert line["decision"]["acknowledge"] in {"now", "after_confirmation", "no"}
    written = json.dumps(line, ensure_ascii=False)
    written.encode("utf-8")  # no lone surrogates
    assert "\\u0000" not in written


def _address(one: Any) -> None:
    assert one is None or (list(one) == ["name", "address"] and all(isinstance(part, str) for part in one.values()))


def _category(found: dict[str, Any]) -> None:
    assert list(found) == ["primary", "secondary", "scores", "confidence", "reasons"]
    assert all(0.0 <= score <= 1.0 for score in [*found["scores"].values(), found["confidence"]])
    for reason in found["reasons"]:
        assert list(reason) == ["category", "text", "start", "end", "in", "rule"]


def _facts(found: dict[str, Any]) -> None:
    assert list(found) == FACTS
    extra = {"documents": ["type"], "quantities": ["unit", "role"], "amounts": ["currency"], "warranty_terms": ["unit"]}
    for name in FACTS[:13]:
        for fact in found[name]:
            keys = [key for key in fact if key != "date" and not (name == "quantities" and key == "rule")]
            assert keys == ["text", "value", "start", "end", "in", *extra.get(name, [])], name
    for name in FACTS[13:18]:
        assert found[name] is None or date.fromisoformat(found[name])
    assert (type(found["safety"]), type(found["legal_threat"])) == (bool, bool)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(values_of(IncomingMail), values_of(Understanding))
def test_any_mail_at_all_keeps_the_contract(mail: IncomingMail, understanding: Understanding) -> None:
    check(told(mail, understanding))
    check(told(mail, understanding, referred()))


def test_an_empty_mail_has_all_keys() -> None:
    line = told(IncomingMail(), Understanding())
    check(line)
    assert (line["message_id"], line["from"], line["references"], line["text"], line["forwarded"], line["bounce"]) == (None, None, [], "", None, None)
    assert line["facts"]["orders"] == []
    assert line["decision"]["answer_by"] is None


def test_a_whole_letter() -> None:
    mail = a_mail(
        "Разбито 3 шт.", in_reply_to="a@b", references=("a@b", "c@d"), sender=Address("", "s@zakaz.example"), reply_to=("r@zakaz.example",), cc=("k@zakaz.example",),
        on_behalf_of=Address("Иван", "i@zakaz.example"), quoted="> ...", signature="-- О.", problems=("charset",), sent_at=datetime(2026, 11, 23, 9, 59, 30, tzinfo=timezone(timedelta(hours=5))),
        attachments=(Attachment(None, "image/jpeg", 9, "ab", inline=True), Attachment("акт.pdf", "application/pdf", 5, "cd", text="АКТ")),
    )  # fmt: skip
    line = told(mail)
    check(line)
    assert line["file"] == "dir/letter.eml"
    assert line["from"] == {"name": "Ольга Белова", "address": "olga@zakaz.example"}
    assert (line["in_reply_to"], line["references"]) == ("a@b", ["a@b", "c@d"])
    assert line["on_behalf_of"] == {"name": "Иван", "address": "i@zakaz.example"}
    assert (line["sent_at"], line["received_at"]) == ("2026-11-23T09:59:30+05:00", "2026-11-23T10:00:00+03:00")
    assert line["attachments"][0] == {"name": None, "media_type": "image/jpeg", "size": 9, "sha256": "ab", "inline": True, "text": None}
    assert line["attachments"][1]["text"] == "АКТ"
    assert (line["kind"], line["topic"], line["language"], line["problems"]) == ("claim", None, "ru", ["charset"])
    assert line["decision"]["case"] == "open"
    assert line["decision"]["answer_by"] == "2026-11-26T23:59:59+03:00"
    assert line["decision"]["letters"] == ["acknowledgement"]


@pytest.mark.parametrize(
    ("sent_at", "written"),
    [
        (datetime(2026, 11, 23, 10, 0, tzinfo=UTC), "2026-11-23T10:00:00+00:00"),
        (datetime(2026, 11, 23, 10, 0, 0, 999, tzinfo=timezone(timedelta(hours=-9, minutes=-30))), "2026-11-23T10:00:00-09:30"),
        (datetime(2026, 11, 23, 10, 0), "2026-11-23T10:00:00+00:00"),
        (datetime(2026, 11, 23, 10, 0, 0, tzinfo=timezone(timedelta(minutes=2, seconds=30))), "2026-11-23T09:57:30+00:00"),
    ],
)
def test_sent_at_is_rfc_3339_with_its_own_offset(sent_at: datetime, written: str) -> None:
    assert told(a_mail(sent_at=sent_at))["sent_at"] == written


def test_facts_in_every_form() -> None:
    on = date(2026, 9, 2)
    facts = Facts(
        orders=(a_fact("4512", date=on),),
        documents=(a_fact("77", type="upd", date=on), a_fact("78")),
        quantities=(a_fact(3, unit="piece", role="damaged"), a_fact(2.5)),
        amounts=(a_fact(100.5, currency="RUB"), a_fact(7)),
        warranty_terms=(a_fact(12, unit="month"),),
        purchased_on=on,
        phones=("+74950000000",),
        safety=True,
    )
    said = told(a_mail(), words(facts=facts))["facts"]
    base = {"start": 0, "in": "text"}
    assert said["orders"] == [{"text": "4512", "value": "4512", "end": 4, **base, "date": "2026-09-02"}]
    assert said["documents"] == [
        {"text": "77", "value": "77", "end": 2, **base, "date": "2026-09-02", "type": "upd"},
        {"text": "78", "value": "78", "end": 2, **base, "type": "other"},
    ]
    assert [(q["value"], q["unit"], q["role"]) for q in said["quantities"]] == [(3, "piece", "damaged"), (2.5, None, "unknown")]
    assert [(a["value"], a["currency"]) for a in said["amounts"]] == [(100.5, "RUB"), (7, None)]
    assert (said["warranty_terms"][0]["unit"], said["purchased_on"], said["delivered_on"]) == ("month", "2026-09-02", None)
    assert (said["phones"], said["safety"], said["withdrawal"], said["urgency"]) == (["+74950000000"], True, "none", "normal")


VERDICT = Verdict("damage", ("quality",), {"damage": 0.91234567, "quality": 2.0, "quantity": -1.0, "warranty": float("nan")}, 0.9, (Reason("damage", "бой", 0, 3, "text", "categories/damage.toml:17"),), 0.9)


def test_scores_are_shares_and_reasons_name_their_rule() -> None:
    found = told(a_mail(), words(verdict=VERDICT))["category"]
    assert found["scores"] == {"damage": 0.9123, "quality": 1.0, "quantity": 0.0, "warranty": 0.0}
    assert (found["primary"], found["secondary"]) == ("damage", ["quality"])
    assert found["reasons"] == [{"category": "damage", "text": "бой", "start": 0, "end": 3, "in": "text", "rule": "categories/damage.toml:17"}]


@pytest.mark.parametrize(
    ("mail", "understanding", "known", "kind", "primary"),
    [
        pytest.param(a_mail(), words(0.9), None, "claim", "damage", id="claim"),
        pytest.param(a_mail(), words(0.3), None, "triage", "damage", id="triage"),
        pytest.param(a_forward(), words(0.9), None, "internal", "damage", id="internal"),
        pytest.param(a_mail(readable=False), words(0.9), None, "unreadable", "unsorted", id="unreadable"),
        pytest.param(a_mail(), words(0.5), referred(), "follow_up", "damage", id="a follow-up that states a defect"),
        pytest.param(a_mail(), words(0.4999), referred(), "follow_up", None, id="a follow-up that does not"),
        pytest.param(a_mail(), words(0.05), None, "enquiry", None, id="enquiry"),
        pytest.param(a_mail(), words(0.05, withdrawal="full"), referred(), "withdrawal", None, id="withdrawal"),
        pytest.param(a_mail(), words(0.9, verdict=Verdict("", claim_confidence=0.9)), None, "claim", "unsorted", id="a verdict without a name"),
    ],
)
def test_which_kinds_have_a_category(mail: Any, understanding: Any, known: Any, kind: str, primary: Any) -> None:
    line = told(mail, replace(understanding, missing=("photo",)), known)
    assert (line["kind"], line["category"]["primary"]) == (kind, primary)
    assert line["missing"] == (["photo"] if primary is not None else [])
    assert primary is not None or line["category"]["secondary"] == []


def test_a_bounce_tells_its_recipients() -> None:
    line = told(a_bounce(GONE))
    check(line)
    assert line["bounce"]["recipients"] == [{"address": "olga@zakaz.example", "permanent": True, "status": "5.1.1", "diagnostic": ""}]
    assert told(a_mail(bounce=Bounce(None, (BouncedRecipient("x"),))))["kind"] == "bounce"


def test_a_forward_tells_the_inner_letter_whoever_forwards() -> None:
    inner = Forwarded(Address("", "petr@other.example"), (Address("", "t@x"),), (), None, "Бой", "Разбито", "> q")
    line = told(a_mail(forwarded=inner))
    assert line["forwarded"] == {"from": {"name": "", "address": "petr@other.example"}, "to": [{"name": "", "address": "t@x"}], "cc": [], "sent_at": None, "subject": "Бой", "text": "Разбито", "quoted": "> q"}  # fmt: skip


def test_nul_and_lone_surrogates_become_one_replacement_each_so_that_positions_still_count() -> None:
    mail = a_mail("а\0б\ud800в😀", subject="\udcff", attachments=(Attachment("\0.jpg", "a/b", 1, "0", text="\udfff"),))
    understanding = words(facts=Facts(orders=(a_fact("\0"),)), verdict=Verdict("damage", scores={"\ud800": 0.5}, claim_confidence=0.9))
    line = told(mail, understanding)
    check(line)
    assert (line["text"], line["subject"]) == ("а\ufffdб\ufffdв😀", "\ufffd")
    assert (line["attachments"][0]["name"], line["attachments"][0]["text"]) == ("\ufffd.jpg", "\ufffd")
    assert line["facts"]["orders"][0]["value"] == "\ufffd"
    assert line["category"]["scores"] == {"\ufffd": 0.5}


def test_a_warranty_says_its_last_day() -> None:
    line = told(a_mail(), words(warranty=Warranty("valid", date(2026, 11, 23), "stated", "Because.")))
    assert line["warranty"] == {"status": "valid", "until": "2026-11-23", "code": "stated", "reason": "Because."}


def test_a_file_that_could_not_be_read_has_its_line_all_the_same() -> None:
    line = unreadable_file("x.eml", NOW, "mtime", MOSCOW, "Permission denied")
    check(line)
    assert (line["kind"], line["problems"], line["received_at_basis"]) == ("unreadable", ["Permission denied"], "mtime")
    assert (line["decision"]["case"], line["decision"]["acknowledge"]) == ("none", "no")
