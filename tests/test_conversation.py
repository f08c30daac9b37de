"""Which case a mail belongs to (behaviour.md 3, decisions 17-20), and what two subjects have in common."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.claims.case import NO_STORE, Known, State
from mailbot.claims.conversation import asked_sender, is_generic, is_live, normal_subject
from mailbot.claims.message import Kind, Signs
from tests.values import (
    CLAIMS,
    COMPLAINT,
    CUSTOMER,
    FORGED,
    MAYBE,
    NO_COMPLAINT,
    NOW,
    OUR_ID,
    PROVEN,
    UNKNOWN,
    UNPROVEN,
    a_fact,
    a_forward,
    a_known_case,
    a_mail,
    a_policy,
    closed,
    decided,
    referred,
    words,
)

OTHER = a_known_case("2026-0460", id=2, orders=frozenset({"9"}), customer="petr@other.example", senders=frozenset({"petr@other.example"}))
THEIRS = (a_known_case(),)

JOINS: dict[str, tuple[Any, Any, Known, Any, dict[str, Any]]] = {
    "17: references join whoever sent it": (a_mail(from_="petr@other.example"), COMPLAINT, referred(), PROVEN, {"case": "join", "relation": "third_party", "acknowledge": "no"}),
    "17: the customer": (a_mail(), COMPLAINT, referred(), PROVEN, {"case": "join", "relation": "customer"}),
    "17: her colleague, same organisation": (a_mail(from_="buh@zakaz.example"), COMPLAINT, referred(), PROVEN, {"relation": "customer"}),
    "17: same free-mail provider is no organisation": (a_mail(from_="x@mail.example"), COMPLAINT, referred(a_known_case(customer="y@mail.example")), PROVEN, {"relation": "third_party"}),
    "freescout#3551: a copied person does not become the customer": (a_mail(from_="petr@other.example"), COMPLAINT, referred(a_known_case(senders=frozenset({CUSTOMER.key, "petr@other.example"}))), PROVEN, {"relation": "third_party"}),
    "a case without a customer: who wrote it": (a_mail(), COMPLAINT, referred(a_known_case(customer="")), PROVEN, {"relation": "customer"}),
    "A6: right references, forged sender": (a_mail(), COMPLAINT, referred(), FORGED, {"case": "join", "relation": "third_party", "acknowledge": "no", "reopens": False}),
    "A6: references, DMARC does not say": (a_mail(), COMPLAINT, referred(), UNPROVEN, {"relation": "customer"}),
    "18/A5: number and sender of the case": (a_mail(), NO_COMPLAINT, Known(by_number=THEIRS), PROVEN, {"kind": "follow_up", "case": "join", "join": "2026-0451"}),
    "18: nobody has looked at her authenticity": (a_mail(), NO_COMPLAINT, Known(by_number=THEIRS), UNKNOWN, {"case": "join"}),
    "18: she is not proven": (a_mail(), COMPLAINT, Known(by_number=THEIRS), UNPROVEN, {"case": "open", "join": None, "propose_join": "2026-0451", "mentions": ("2026-0451",)}),
    "A5/zammad#5064/zammad#2444: a stranger knows the number": (a_mail(from_="petr@other.example"), COMPLAINT, Known(by_number=THEIRS), PROVEN, {"kind": "claim", "case": "open", "join": None, "propose_join": "2026-0451", "mentions": ("2026-0451",)}),
    "two numbers, one is hers": (a_mail(), NO_COMPLAINT, Known(by_number=(OTHER, *THEIRS)), PROVEN, {"join": "2026-0451", "mentions": ("2026-0460",)}),
    "a colleague names a number": (a_mail(from_="gleb@firma.example"), NO_COMPLAINT, Known(by_number=THEIRS), PROVEN, {"case": "join", "relation": "staff"}),
    "19: same sender and subject": (a_mail(subject="Re: Заказ 4512: бой стекла"), NO_COMPLAINT, Known(by_sender=THEIRS), PROVEN, {"kind": "follow_up", "join": "2026-0451"}),
    "19: her claim again, nothing new": (a_mail(), COMPLAINT, Known(by_sender=THEIRS), PROVEN, {"case": "join"}),
    "19: another subject": (a_mail(subject="Заказ 4513: бой"), COMPLAINT, Known(by_sender=THEIRS), PROVEN, {"case": "open", "propose_join": None}),
    "19: another order": (a_mail(), words(order="7777"), Known(by_sender=THEIRS), PROVEN, {"case": "open", "propose_join": "2026-0451"}),
    "19: the same order": (a_mail(), words(order="4512"), Known(by_sender=THEIRS), PROVEN, {"case": "join"}),
    "19: a claim with a serial of its own": (a_mail(), words(serials=(a_fact("SN1"),)), Known(by_sender=THEIRS), PROVEN, {"case": "open", "propose_join": "2026-0451"}),
    "19: a serial, asked for": (a_mail(), words(0.05, serials=(a_fact("SN1"),)), Known(by_sender=THEIRS), PROVEN, {"case": "join"}),
    "19: a robot": (a_mail(signs=Signs(list_unsubscribe="x", precedence="bulk")), MAYBE, Known(by_sender=THEIRS), PROVEN, {"case": "none", "kind": "list"}),
    "19: not proven": (a_mail(), COMPLAINT, Known(by_sender=THEIRS), UNPROVEN, {"case": "open", "propose_join": "2026-0451"}),
    "19: a dealer's «Претензия» each day": (a_mail(subject="Претензия"), COMPLAINT, Known(by_sender=(a_known_case(subject="претензия"),)), PROVEN, {"kind": "claim", "case": "open", "acknowledge": "now", "propose_join": "2026-0451"}),
    "19: 14 days": (a_mail(), NO_COMPLAINT, Known(by_sender=(a_known_case(last_mail_at=NOW - timedelta(days=14)),)), PROVEN, {"case": "join"}),
    "19: 14 days and a second": (a_mail(), COMPLAINT, Known(by_sender=(a_known_case(last_mail_at=NOW - timedelta(days=14, seconds=1)),)), PROVEN, {"case": "open"}),
    "19: closed": (a_mail(), COMPLAINT, Known(by_sender=(closed(1),)), PROVEN, {"case": "open", "propose_join": None}),
    "19: copied into the case, not its claimant": (a_mail(from_="petr@other.example"), NO_COMPLAINT, Known(by_sender=(a_known_case(senders=frozenset({"petr@other.example"})),)), PROVEN, {"case": "join", "relation": "third_party"}),
    "20: a second claim inside joins and is flagged": (a_mail(), words(order="7777"), referred(), PROVEN, {"case": "join", "new_claim_inside": True, "acknowledge": "no"}),
    "20: the same order is no second claim": (a_mail(), words(order="4512"), referred(), PROVEN, {"new_claim_inside": False}),
    "20: another order named, no claim": (a_mail(), words(0.05, order="7777"), referred(), PROVEN, {"new_claim_inside": False}),
    "20: closed 90 days ago reopens": (a_mail(), COMPLAINT, referred(closed(90)), PROVEN, {"kind": "follow_up", "case": "join", "reopens": True, "acknowledge": "now", "letters": ("acknowledgement",)}),
    "20: closed longer ago is mentioned by the new": (a_mail(), COMPLAINT, referred(closed(90.001)), PROVEN, {"kind": "claim", "case": "open", "reopens": False, "mentions": ("2026-0451",), "propose_join": "2026-0451"}),
    "reopening: a question is enough": (a_mail(), NO_COMPLAINT, referred(closed(1)), PROVEN, {"reopens": True}),
    "reopening: thanks are not": (a_mail(), words(0.05, topic="thanks"), referred(closed(1)), PROVEN, {"kind": "enquiry", "case": "join", "reopens": False, "acknowledge": "no"}),
    "reopening: a withdrawal is not": (a_mail(), words(0.05, withdrawal="full"), referred(closed(1)), PROVEN, {"kind": "withdrawal", "reopens": False}),
    "reopening: a third party cannot": (a_mail(from_="petr@other.example"), COMPLAINT, referred(closed(1)), PROVEN, {"case": "join", "reopens": False, "acknowledge": "no"}),
    "reopening: a forged sender cannot": (a_mail(), COMPLAINT, referred(closed(1)), FORGED, {"case": "join", "reopens": False}),
    "reopening: judged no claim": (a_mail(), COMPLAINT, referred(a_known_case(state=State.NOT_CLAIM, closed_at=NOW)), PROVEN, {"reopens": True}),
    "15: history reopens at any age": (a_mail(), NO_COMPLAINT, referred(closed(2000, history=True)), PROVEN, {"case": "join", "reopens": True}),
    "11.7: same trouble, forwarded by the salesman": (a_forward(), COMPLAINT, Known(by_sender=THEIRS), PROVEN, {"kind": "internal", "case": "triage", "propose_join": "2026-0451", "join": None}),
    "11.7: same order under another subject": (a_mail(subject="Опять вы"), words(order="4512"), Known(by_sender=THEIRS), PROVEN, {"case": "open", "propose_join": "2026-0451"}),
    "zammad#2923: nothing known": (a_mail(), COMPLAINT, Known(), PROVEN, {"case": "open", "join": None, "propose_join": None}),
}  # fmt: skip


@pytest.mark.parametrize("name", JOINS)
def test_joining(name: str) -> None:
    mail, understanding, known, proof, wanted = JOINS[name]
    made = decided(mail, understanding, known, authentication=proof)
    assert {key: getattr(made, key) for key in wanted} == wanted, made.reason


def test_the_last_subject_rule_counts_from_now_not_from_the_date_header() -> None:
    mail = a_mail(sent_at=NOW - timedelta(days=400))
    assert decided(mail, NO_COMPLAINT, Known(by_sender=THEIRS)).case == "join"


@pytest.mark.parametrize("copied", ["to", "cc", "reply_to"])
def test_a2_copies_change_neither_participants_nor_addressee(copied: str) -> None:
    """Zendesk's CVE-2024-49193: a customer's To, Cc and foreign Reply-To add nobody (zammad#2358)."""
    fields = {"to": (CLAIMS, "evil@evil.example"), "cc": ("evil@evil.example",), "reply_to": ("evil@evil.example",)}
    made = decided(a_mail(**{copied: fields[copied]}))
    assert (made.acknowledge_to, made.claimant) == (CUSTOMER, CUSTOMER)


def test_a1_a_service_that_mails_secrets_into_a_case_gets_nothing_back() -> None:
    mail = a_mail("Your code is 123456", from_="no-reply@service.example", subject="[#2026-0451] Verify")
    made = decided(mail, NO_COMPLAINT, Known(by_number=THEIRS))
    assert (made.kind, made.case, made.acknowledge, made.letters) == (Kind.AUTO_REPLY, "none", "no", ())




@pytest.mark.parametrize(
    ("mail", "understanding", "case", "join"),
    [
        pytest.param(a_mail(), COMPLAINT, "open", None, id="a claim"),
        pytest.param(a_mail(subject="Re: Бой [#2026-0451]"), NO_COMPLAINT, "join", "2026-0451", id="tag in subject"),
        pytest.param(a_mail("По делу [#2026-0451]"), NO_COMPLAINT, "join", "2026-0451", id="tag in text"),
        pytest.param(a_mail(), words(0.05, cases=(a_fact("2026-0451"),)), "join", "2026-0451", id="number in new text"),
        pytest.param(a_mail(), words(0.9, cases=(a_fact("2026-0451", "attachment:0"),)), "open", None, id="number in an attachment only"),
        pytest.param(a_mail(in_reply_to=OUR_ID), NO_COMPLAINT, "join", None, id="our Message-ID form"),
        pytest.param(a_mail(references=("x@y", OUR_ID), quoted="> [#2026-0451]"), NO_COMPLAINT, "join", "2026-0451", id="and the number quoted"),
        pytest.param(a_mail(quoted="> Дело [#2026-0451]"), NO_COMPLAINT, "join", "2026-0451", id="a quoted letter of ours"),
        pytest.param(a_mail(in_reply_to="mb1.ack.k7.short@x"), COMPLAINT, "open", None, id="nearly our form"),
    ],
)
def test_without_a_store(mail: Any, understanding: Any, case: str, join: Any) -> None:
    made = decided(mail, understanding, NO_STORE)
    assert (made.case, made.join) == (case, join)


def test_without_a_store_our_message_id_form_is_own() -> None:
    assert decided(a_mail(message_id=OUR_ID), NO_COMPLAINT, NO_STORE).kind is Kind.OWN
    assert decided(a_mail(message_id=OUR_ID), COMPLAINT, Known()).kind is Kind.CLAIM  # with one, the store proves it


# --- subjects


@pytest.mark.parametrize(
    "prefix",
    [
        "", "Re: ", "RE: ", "re:", "Re : ", "Re[2]: ", "RE(3): ", "Re^2: ", "Re2: ", "AW2: ", "Fwd: ", "FW: ", "Fw: Re: Fwd: ", "AW: ", "Antwort: ", "WG: ", "SV: ", "VS: ",
        "TR: ", "R: ", "I: ", "Odp: ", "PD: ", "YNT: ", "Отв: ", "Ответ: ", "НА: ", "Пер: ", "Пересл: ", "Re：", "[EXTERNAL] ", "[EXT] Re: ", "(External Sender) ", "{Spam?} ",
        "[Внешнее письмо] ", "***SPAM*** ", "[Возможно спам]: ", "[#2026-0451] ", "Re: [#2026-0451] Re: ", "  ",
    ],
)  # fmt: skip
def test_a_subject_is_the_same_under_every_prefix(prefix: str) -> None:
    """zammad#4965: «WG:» and «Fwd:» must not differ."""
    assert normal_subject(f"{prefix}Счёт 17:  Бой\tстекла ") == "счет 17: бой стекла"


@pytest.mark.parametrize(
    ("one", "other"),
    [("Ref 4512: бой", "Ref 4513: бой"), ("R2: бой", "R3: бой"), ("Заказ 1", "Заказ 2"), ("Рекламация: бой", "бой"), ("[Срочно] бой", "бой"), ("Refund: бой", "бой"), ("Ответьте: бой", "бой"), ("Fwd", "")],
)  # fmt: skip
def test_subjects_that_differ(one: str, other: str) -> None:
    assert normal_subject(one) != normal_subject(other)


@given(st.text())
def test_normal_subject_is_stable(subject: str) -> None:
    once = normal_subject(subject)
    assert normal_subject(once) == once
    assert normal_subject("Re: " + subject) == once


@pytest.mark.parametrize(
    ("subject", "generic"),
    [
        ("", True), ("претензия", True), ("no subject", True), ("без темы", True), ("возврат товара", True), ("претензия от 2026 г", True), ("complaint!", True),
        ("претензия 17", False), ("претензия 1999", True), ("претензия 2100", False), ("бой стекла", False), ("shortage of bolts", False), ("недостача, заказ 4512", False),
    ],
)  # fmt: skip
def test_generic_subjects(subject: str, generic: bool) -> None:
    assert is_generic(subject) is generic


@pytest.mark.parametrize(("state", "history", "live"), [(State.REVIEW, False, True), (State.TRIAGE, False, True), (State.CLOSED, False, False), (State.NOT_CLAIM, False, False), (State.REVIEW, True, False)])  # fmt: skip
def test_is_live(state: State, history: bool, live: bool) -> None:
    assert is_live(a_known_case(state=state, history=history)) is live


@pytest.mark.parametrize(
    ("mail", "asked"),
    [
        pytest.param(a_mail(), "olga@zakaz.example", id="the writer"),
        pytest.param(a_mail(from_="Olga@zakaz.example"), "olga@zakaz.example", id="folded"),
        pytest.param(a_forward(), "olga@zakaz.example", id="a colleague's forward: the inner sender"),
        pytest.param(a_forward("petr@other.example", from_="olga@zakaz.example"), "olga@zakaz.example", id="a customer's forward: herself"),
        pytest.param(a_forward(from_="forms@site.example"), "olga@zakaz.example", id="through a forwarder"),
        pytest.param(a_mail(from_=None), "", id="nobody"),
    ],
)
def test_whose_cases_the_store_is_asked_for(mail: Any, asked: str) -> None:
    assert asked_sender(mail, a_policy()) == asked
