"""Whom we write to, in which language, and how much a letter may say (decisions 21-24)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mailbot.claims.acknowledgement import language_of
from mailbot.claims.authentication import Authentication
from mailbot.claims.case import Known
from mailbot.claims.message import Kind, Signs
from mailbot.claims.policy import Limits, Policy
from tests.values import (
    COMPLAINT,
    FORGED,
    NO_COMPLAINT,
    PROVEN,
    UNKNOWN,
    a_mail,
    a_policy,
    decided,
    words,
)


@pytest.mark.parametrize(
    ("reply_to", "wanted"),
    [
        pytest.param((), "olga@zakaz.example", id="From"),
        pytest.param(("claims@zakaz.example",), "claims@zakaz.example", id="21: same organisation"),
        pytest.param(("x@opt.zakaz.example",), "x@opt.zakaz.example", id="21: its sub-domain"),
        pytest.param(("x@nezakaz.example",), "olga@zakaz.example", id="21: another organisation"),
        pytest.param(("claims@firma.example",), "olga@zakaz.example", id="ourselves"),
        pytest.param(("olga@",), "olga@zakaz.example", id="broken"),
        pytest.param(("x@evil.example", "OLGA@zakaz.example"), "olga@zakaz.example", id="herself among others"),
    ],
)
def test_reply_to(reply_to: Any, wanted: str) -> None:
    made = decided(a_mail(reply_to=reply_to))
    assert made.acknowledge_to is not None
    assert made.acknowledge_to.address == wanted


def test_a_reply_to_of_another_organisation_is_shown_to_a_person() -> None:
    assert "(evil.example) and is not followed" in decided(a_mail(reply_to=("x@evil.example",))).reason


@pytest.mark.parametrize(
    ("proof", "signs", "neutral"),
    [
        pytest.param(PROVEN, Signs(), False, id="proven"),
        pytest.param(UNKNOWN, Signs(), True, id="24: nobody has looked"),
        pytest.param(FORGED, Signs(), True, id="R22: it was checked and is not"),
        pytest.param(PROVEN, Signs(from_count=2), True, id="A10: two From headers"),
        pytest.param(PROVEN, Signs(from_mailboxes=2), True, id="A10: two mailboxes in From"),
    ],
)
def test_neutral(proof: Authentication, signs: Signs, neutral: bool) -> None:
    made = decided(a_mail(signs=signs), authentication=proof)
    assert (made.acknowledge, made.neutral) == ("now", neutral)


@pytest.mark.parametrize(("had", "deferred"), [(0, False), (4, False), (5, True), (6, True)])
def test_limit_per_address_defers_and_never_drops(had: int, deferred: bool) -> None:
    """Decision 24: five automatic letters a day and address, then one collective letter (freescout#4143)."""
    made = decided(a_mail(), COMPLAINT, Known(letters_to_sender_today=had))
    assert (made.case, made.acknowledge, made.deferred) == ("open", "now", deferred)
    assert made.letters == (() if deferred else ("acknowledgement",))
    assert made.acknowledge_by is not None


def test_limits_are_configurable() -> None:
    assert decided(a_mail(), policy=a_policy(limits=Limits(per_address_per_day=0))).deferred


@pytest.mark.parametrize(
    ("understood", "policy", "wanted"),
    [
        ("ru", a_policy(), ("ru", None)),
        ("en", a_policy(), ("en", None)),
        ("unknown", a_policy(), ("ru", "en")),
        ("unknown", a_policy(default_language="en"), ("en", None)),
        ("unknown", a_policy(languages=("ru",)), ("ru", None)),
        ("de", a_policy(), ("ru", "en")),
        ("de", a_policy(languages=("ru", "en", "de")), ("de", None)),
    ],
)
def test_language(understood: str, policy: Policy, wanted: Any) -> None:
    assert language_of(understood, policy) == wanted
    made = decided(a_mail(), words(language=understood), policy=policy)
    assert (made.acknowledge_language, made.also_in) == wanted


def test_enquiries_are_answered_only_if_the_configuration_says_so() -> None:
    chatty = a_policy(answer_enquiries=True)
    asked = decided(a_mail(), words(0.05, topic="question"), policy=chatty)
    assert (asked.acknowledge, asked.letters) == ("now", ("enquiry",))
    for topic in ("privacy", "legal", "counterparty", "invitation"):  # decision 13: never by the bot
        assert decided(a_mail(), words(0.05, topic=topic), policy=chatty).acknowledge == "no"


@pytest.mark.parametrize(
    ("mail", "why"),
    [
        pytest.param(a_mail(from_="claims@firma.example"), "own claims addresses", id="our own address"),
        pytest.param(a_mail(from_="Pretenzii+x@firma.example"), "own claims addresses", id="a plus-address of our alias"),
        pytest.param(a_mail(from_="olga"), "no address that could be written to", id="no domain"),
        pytest.param(a_mail(from_="olga@zakaz.example>\r\nBcc: x@y"), "no address that could be written to", id="an injected header"),
    ],
)
def test_whom_we_never_answer(mail: Any, why: str) -> None:
    """Unreadable mails open their case and are answered from headers, but only where every rule of acknowledgement passes."""
    made = decided(replace(mail, readable=False), NO_COMPLAINT)
    assert (made.kind, made.case, made.acknowledge) == (Kind.UNREADABLE, "triage", "no")
    assert why in made.reason
