"""Who stands behind a mail: our people, configured forwarders, robots, the same organisation."""

from __future__ import annotations

from typing import Any

import pytest

from mailbot.claims.message import Address, Forwarded, Signs
from mailbot.claims.policy import Policy
from mailbot.claims.senders import Writer, colleague, is_mailable, no_reply_word, same_organisation, writer_of
from tests.values import (
    ANNA,
    COMPLAINT,
    CUSTOMER,
    FORGED,
    NO_COMPLAINT,
    PROVEN,
    a_forward,
    a_mail,
    a_policy,
    decided,
    referred,
)

PEOPLE: dict[str, tuple[Any, Any, Any, Any, dict[str, Any]]] = {
    "zammad#1278: the forward belongs to the customer": (a_forward(), COMPLAINT, None, None, {"claimant": CUSTOMER, "acknowledge_to": CUSTOMER}),
    "freescout#2813: never written to by itself": (a_forward("x@evil.example"), COMPLAINT, None, None, {"acknowledge": "after_confirmation", "letters": ("confirm_forward",), "acknowledge_to": Address("Ольга Белова", "x@evil.example")}),
    "forward of nobody": (a_forward(None), COMPLAINT, None, None, {"case": "triage", "acknowledge": "no", "confirm_with": None}),
    "forward of one of ours": (a_forward("boris@firma.example"), COMPLAINT, None, None, {"acknowledge": "no", "letters": ()}),
    "forward of no-reply": (a_forward("noreply@shop.example"), COMPLAINT, None, None, {"case": "triage", "acknowledge": "no"}),
    "forward of a broken address": (a_forward("olga@"), COMPLAINT, None, None, {"acknowledge": "no"}),
    "forward without a complaint is still seen": (a_forward(), NO_COMPLAINT, None, None, {"kind": "internal", "case": "triage"}),
    "forward of a forger": (a_forward(), COMPLAINT, None, FORGED, {"kind": "internal", "case": "triage", "letters": (), "confirm_with": None}),
    "customer forwards to us": (a_forward("petr@other.example", from_="olga@zakaz.example"), COMPLAINT, None, None, {"kind": "claim", "claimant": Address("", "olga@zakaz.example")}),
    "A3: forged command": (a_mail("!close", from_="anna@firma.example"), NO_COMPLAINT, referred(), FORGED, {"kind": "command", "acknowledge": "no", "answered": False}),
    "forged staff reply answers nothing": (a_mail("ок", from_="anna@firma.example", to=("olga@zakaz.example",)), NO_COMPLAINT, referred(), FORGED, {"kind": "staff_reply", "answered": False}),
    "unlisted colleague by company domain": (a_mail("Звонил клиент", from_="gleb@firma.example"), COMPLAINT, None, None, {"kind": "internal", "case": "triage"}),
    "a department writes": (a_mail(from_="sales@firma-trade.example"), COMPLAINT, None, None, {"kind": "claim", "acknowledge": "no"}),
}  # fmt: skip


@pytest.mark.parametrize("name", PEOPLE)
def test_our_people(name: str) -> None:
    mail, understanding, known, proof, wanted = PEOPLE[name]
    made = decided(mail, understanding, known, authentication=proof or PROVEN)
    assert {key: getattr(made, key) for key in wanted} == wanted, made.reason


def test_a3_a_forged_mail_is_marked_and_writes_to_nobody() -> None:
    made = decided(a_mail("!close", from_="anna@firma.example"), NO_COMPLAINT, referred(), authentication=FORGED)
    assert (made.unproven, made.alerts, made.letters) == (True, (), ())
    assert "not proven" in made.kind_reason


EMPTY = Policy(free_mail_domains=frozenset({"mail.example"}))


@pytest.mark.parametrize(
    ("sender", "to", "policy", "wanted"),
    [
        pytest.param("gleb@firma.example", "claims@firma.example", EMPTY, True, id="decision 30: same domain, no configuration"),
        pytest.param("gleb@mail.example", "claims@mail.example", EMPTY, False, id="decision 30: a free-mail domain"),
        pytest.param("gleb@zakaz.example", "claims@firma.example", EMPTY, False, id="another domain"),
        pytest.param("anna@firma.example", "claims@firma.example", a_policy(), ANNA, id="listed"),
        pytest.param("ANNA@firma.example", "x@y.example", a_policy(), ANNA, id="listed, folded"),
        pytest.param("gleb@firma.example", "x@y.example", a_policy(), True, id="company domain"),
        pytest.param("gleb@firma.example", "x@y.example", a_policy(company_domains=frozenset()), True, id="the mailbox's domain"),
        pytest.param("gleb@y.example", "x@y.example", a_policy(), False, id="configured: who he writes to says nothing"),
        pytest.param("", "x@y.example", a_policy(), False, id="no address"),
    ],
)
def test_colleague(sender: str, to: str, policy: Policy, wanted: Any) -> None:
    mail = a_mail(from_=sender, to=(to,))
    assert colleague(mail.from_, mail, policy) == wanted



INNER = Forwarded(from_=CUSTOMER, subject="Бой", text="Разбито")


@pytest.mark.parametrize(
    ("mail", "claimant", "kind"),
    [
        pytest.param(a_forward(from_="forms@site.example"), CUSTOMER, "claim", id="zammad#5607: a web form with the letter inside"),
        pytest.param(a_forward(from_="any@relay.example"), CUSTOMER, "claim", id="a whole domain"),
        pytest.param(a_mail(from_="forms@site.example", reply_to=("petr@other.example",)), Address("", "petr@other.example"), "claim", id="by its Reply-To"),
        pytest.param(a_mail(signs=Signs(delivered_to=("forms@site.example",))), CUSTOMER, "claim", id="redirected: From still names her"),
        pytest.param(a_forward(from_="forms@site.example", signs=Signs(auto_submitted="auto-generated")), CUSTOMER, "claim", id="marked as automatic"),
        pytest.param(a_forward(from_="forms@elsewhere.example"), Address("", "forms@elsewhere.example"), "claim", id="not configured"),
    ],
)
def test_forwarders(mail: Any, claimant: Address, kind: str) -> None:
    made = decided(mail)
    assert (made.kind, made.claimant, made.acknowledge_to, made.acknowledge) == (kind, claimant, claimant, "now")


def test_a_forwarder_that_names_nobody_is_judged_by_itself() -> None:
    mail = a_mail(from_="forms@site.example")
    assert writer_of(mail, a_policy()) == Writer(Address("", "forms@site.example"), Address("", "forms@site.example"))




@pytest.mark.parametrize(
    ("address", "word"),
    [
        ("no-reply@x.example", "no-reply"),
        ("No_Reply@x.example", "no-reply"),
        ("noreply-shop@x.example", "noreply"),
        ("orders-no-reply@x.example", "no-reply"),
        ("no.reply+17@x.example", "no-reply"),
        ("donotreply@x.example", "donotreply"),
        ("normanoreply@x.example", ""),
        ("noreplyman@x.example", ""),
        ("reply@no-reply.example", ""),
    ],
)
def test_no_reply_word(address: str, word: str) -> None:
    assert no_reply_word(address, a_policy()) == word


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("a@x.example", "b@x.example", True),
        ("a@x.example", "b@mail.x.example", True),
        ("a@x.example", "b@notx.example", False),
        ("a@mail.example", "b@mail.example", False),
        ("a@mail.example", "A@mail.example", True),
        ("a@example", "b@x.example", False),
        ("a", "b", False),
    ],
)
def test_same_organisation(one: str, other: str, same: bool) -> None:
    assert same_organisation(Address("", one), Address("", other), a_policy()) is same
    assert same_organisation(Address("", other), Address("", one), a_policy()) is same


@pytest.mark.parametrize(
    ("address", "mailable"),
    [("a@b.example", True), ("a@b", False), ("@b.example", False), ("a b@c.example", False), ("a@b@c.example", False), ("a@b..example", False), ("a@.example", False), ("a@b.example\n", False), ("петр@b.example", False), ("a@b!.example", False), ("a@xn--80a1acny.xn--p1ai", True), ("a+1@b_1.example.", True), ("a<x>@b.example", False)],
)  # fmt: skip
def test_is_mailable(address: str, mailable: bool) -> None:
    assert is_mailable(Address("", address)) is mailable


def test_nobody_is_not_mailable() -> None:
    assert not is_mailable(None)
