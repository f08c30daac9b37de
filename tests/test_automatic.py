"""What looks automatic: robots are never answered, and a complaint in one still reaches a person (reliability.md L1-L10)."""

from __future__ import annotations

from typing import Any

import pytest

from mailbot.claims.authentication import Authentication
from mailbot.claims.automatic import auto_submitted
from mailbot.claims.case import Known
from mailbot.claims.command_proof import sender_of
from mailbot.claims.message import Kind, Signs
from tests.values import (
    COMPLAINT,
    GONE,
    MAYBE,
    NO_COMPLAINT,
    OUR_ID,
    a_bounce,
    a_mail,
    a_policy,
    decided,
    referred,
    signed,
    words,
)

ZOO: dict[str, tuple[dict[str, Any], str]] = {
    "nothing": ({}, "claim"),
    "Auto-Submitted: no": ({"auto_submitted": "no"}, "claim"),
    "Auto-Submitted: No (a person)": ({"auto_submitted": "No (a person)"}, "claim"),
    "Auto-Submitted: (robot) no": ({"auto_submitted": "(robot) no; x=y"}, "claim"),
    "auto-generated": ({"auto_submitted": "auto-generated"}, "triage"),
    "auto-generated; x": ({"auto_submitted": "auto-generated; x=1"}, "triage"),
    "AUTO-GENERATED (shop)": ({"auto_submitted": "AUTO-GENERATED (shop)"}, "triage"),
    "auto-notified": ({"auto_submitted": "auto-notified"}, "triage"),
    "auto-replied alone": ({"auto_submitted": "auto-replied"}, "triage"),
    "auto-replied and suppress": ({"auto_submitted": "auto-replied", "suppress": "All"}, "auto_reply"),
    "Precedence: bulk": ({"precedence": "bulk"}, "triage"),
    "Precedence: BULK (x)": ({"precedence": "BULK (x)"}, "triage"),
    "Precedence: junk": ({"precedence": "junk"}, "triage"),
    "Precedence: list": ({"precedence": "list"}, "triage"),
    "Precedence: auto_reply": ({"precedence": "auto_reply"}, "triage"),
    "Precedence: first-class": ({"precedence": "first-class"}, "claim"),
    "List-Id": ({"list_id": "<a.b>"}, "triage"),
    "List-Post": ({"list_post": "<mailto:a@b>"}, "triage"),
    "X-Autoreply": ({"auto_headers": ("X-Autoreply",)}, "triage"),
    "Return-Path missing": ({"return_path": None}, "claim"),
    "Return-Path a person": ({"return_path": "olga@zakaz.example"}, "claim"),
    "Return-Path empty (L8)": ({"return_path": ""}, "triage"),
    "List-Unsubscribe (L7)": ({"list_unsubscribe": "<mailto:x@y>"}, "claim"),
    "X-Auto-Response-Suppress: All (L6)": ({"suppress": "All"}, "claim"),
    "X-Auto-Response-Suppress: DR, OOF (L6)": ({"suppress": "DR, OOF, AutoReply"}, "claim"),
    "spam filter": ({"spam": "x-spam-flag: yes"}, "triage"),
    "X-Loop names us": ({"loop": "claims@firma.example"}, "triage"),
    "X-Loop names another": ({"loop": "claims@other.example"}, "claim"),
    "loop mark of a mailbot": ({"mailbot_loop": "other k1 mac"}, "triage"),
    "loop mark and suppress": ({"mailbot_loop": "other k1 mac", "suppress": "All"}, "auto_reply"),
    "a person's letter by a mailbot": ({"mailbot_loop": "other k1 mac", "auto_submitted": "no"}, "claim"),
}


@pytest.mark.parametrize("name", ZOO)
def test_the_header_zoo(name: str) -> None:
    """Not answered is not the same as not a claim: a complaint in what looks automatic goes to a person (Trustroots#1199)."""
    signs, kind = ZOO[name]
    made = decided(signed(**signs))
    assert made.kind == kind, made.reason
    assert (made.acknowledge == "now") == (kind == "claim")
    assert made.case == {"claim": "open", "triage": "triage", "auto_reply": "none"}[kind]


@pytest.mark.parametrize("name", [name for name, (_, kind) in ZOO.items() if kind == "triage"])
def test_the_same_header_without_a_complaint_opens_nothing(name: str) -> None:
    made = decided(signed(**ZOO[name][0]), NO_COMPLAINT)
    assert made.kind in {Kind.AUTO_REPLY, Kind.LIST, Kind.SPAM}
    assert (made.case, made.acknowledge) == ("none", "no")


@pytest.mark.parametrize(
    ("header", "keyword"),
    [("", ""), ("no", ""), ("NO", ""), ("no (comment)", ""), ("auto-replied", "auto-replied"), ("Auto-Replied; owner=a", "auto-replied"), ("(x) auto-generated", "auto-generated"), ("  no ; x", "")],
)  # fmt: skip
def test_auto_submitted(header: str, keyword: str) -> None:
    assert auto_submitted(Signs(auto_submitted=header)) == keyword


def test_l6_whether_to_answer_a_suppressed_letter_is_a_setting() -> None:
    """osTicket#5320: people's letters from some Exchange set-ups carry the header; the case opens either way."""
    mail = signed(suppress="DR, RN, NRN, OOF, AutoReply")
    quiet = decided(mail, policy=a_policy(answer_suppressed=False))
    assert decided(mail).acknowledge == "now"
    assert (quiet.kind, quiet.case, quiet.acknowledge) == (Kind.CLAIM, "open", "no")


def test_l7_a_newsletter_tool_may_carry_a_claim() -> None:
    """zammad#3667: List-Unsubscribe alone makes no list of a complaint; of an advertisement it does."""
    signs = Signs(list_unsubscribe="<https://x.example>")
    assert decided(a_mail(signs=signs)).kind is Kind.CLAIM
    assert decided(a_mail(signs=signs), MAYBE).kind is Kind.TRIAGE
    assert decided(a_mail(signs=signs), words(0.05, advertising="скидки")).kind is Kind.LIST


def test_l8_a_claim_without_return_address_is_a_case_that_says_so() -> None:
    made = decided(signed(return_path=""))
    assert (made.case, made.acknowledge) == ("triage", "no")
    assert "no return address" in made.reason


@pytest.mark.parametrize(
    ("mail", "kind", "acknowledge"),
    [
        pytest.param(a_mail(signs=Signs(auto_submitted="auto-generated", forwarded_by_rule=True)), "triage", "after_confirmation", id="zammad#6025: a mailbox rule of Microsoft 365 marks it"),
        pytest.param(a_mail(from_="no-reply@shop.example"), "triage", "no", id="a shop's portal writes from no-reply"),
        pytest.param(a_mail(from_="mailer-daemon@shop.example"), "triage", "no", id="faveo#150: mailer-daemon"),
        pytest.param(a_mail(from_="postmaster@shop.example"), "triage", "no", id="postmaster"),
        pytest.param(a_mail(from_="normanoreply@shop.example"), "claim", "now", id="a man called Norman"),
    ],
)  # fmt: skip
def test_robot_marked_claims_are_still_claims(mail: Any, kind: str, acknowledge: str) -> None:
    made = decided(mail)
    assert (made.kind, made.acknowledge) == (kind, acknowledge), made.reason


@pytest.mark.parametrize(
    ("mail", "understanding", "kind"),
    [
        pytest.param(a_mail("Your package is on the way!", from_="no-reply@dhl.example"), NO_COMPLAINT, "auto_reply", id="freescout#3670: no-reply robot"),
        pytest.param(a_mail("Я в отпуске"), words(0.05, auto_reply="в отпуске"), "auto_reply", id="freescout#688: vacation without headers"),
        pytest.param(a_mail(subject="Автоответ: заказ"), NO_COMPLAINT, "auto_reply", id="osTicket#1041: out of office by subject"),
        pytest.param(a_mail(subject="Out of Office: order"), NO_COMPLAINT, "auto_reply", id="out of office, English"),
        pytest.param(a_bounce(GONE, subject="[#7254] Undeliverable: [#7253]"), COMPLAINT, "bounce", id="freescout#4250: a bounce never opens a case"),
        pytest.param(a_mail("Ваше обращение принято", from_="help@zakaz.example", signs=Signs(auto_submitted="auto-replied")), words(0.1, auto_reply="обращение принято"), "auto_reply", id="zammad#3022: another ticket system"),
        pytest.param(a_mail("ОГРОМНЫЕ скидки"), words(0.05, advertising="скидки"), "list", id="advertising by words"),
        pytest.param(a_mail("ОГРОМНЫЕ скидки", subject="Re: наш звонок"), words(0.05, advertising="скидки"), "list", id="advertising as an answer"),
        pytest.param(
            a_mail("Сколько лет гарантия на котлы?", subject="Re: Коммерческое предложение"), words(0.05, advertising="Коммерческое предложение"),
            "enquiry", id="a question about our offer",
        ),
        pytest.param(a_mail("Я в отпуске, а стекло разбито"), words(0.9, auto_reply="в отпуске"), "claim", id="on holiday and complaining"),
    ],
)  # fmt: skip
def test_robots_of_the_users_complaints(mail: Any, understanding: Any, kind: str) -> None:
    made = decided(mail, understanding)
    assert made.kind == kind, made.reason
    if kind != "claim":
        assert (made.case, made.acknowledge, made.letters) == ("none", "no", ())


def test_freescout_4035_an_agents_out_of_office_is_no_answer_to_the_customer() -> None:
    mail = a_mail("Меня нет до 5.12.", from_="anna@firma.example", to=("olga@zakaz.example",), signs=Signs(auto_submitted="auto-replied"))
    made = decided(mail, words(0.05, auto_reply="меня нет"), referred())
    assert (made.kind, made.answered, made.relation) == (Kind.AUTO_REPLY, False, "robot")


def test_a9_an_auto_reply_that_quotes_a_command_is_no_command() -> None:
    mail = a_mail("!close", from_="anna@firma.example", signs=Signs(auto_submitted="auto-replied"))
    assert decided(mail, NO_COMPLAINT, referred()).kind is Kind.AUTO_REPLY


@pytest.mark.parametrize(
    ("signs", "why"), [({"precedence": "first-class"}, ""), ({"auto_submitted": "No (a person)"}, ""), ({"precedence": "auto_reply"}, "automatic"), ({"precedence": "bulk"}, "automatic")]
)  # fmt: skip
def test_l10_a_command_is_automatic_by_the_same_signs(signs: dict[str, str], why: str) -> None:
    mail = a_mail("!close", from_="anna@firma.example", signs=Signs(**signs))  # type: ignore[arg-type]
    assert sender_of(mail, Authentication("pass", dkim="pass"), a_policy())[1] == why


def test_a_carriers_robot_notice_that_a_person_wants_to_see_is_an_enquiry() -> None:
    made = decided(a_mail(from_="no-reply@carrier.example"), words(0.05, topic="documents"))
    assert (made.kind, made.topic, made.acknowledge) == (Kind.ENQUIRY, "documents", "no")


def test_l2_our_own_letter_is_never_answered() -> None:
    """zammad#2923, #731: the system imports and answers its own notification."""
    for sender in ("claims@firma.example", "claims+x@firma.example", None):
        made = decided(a_mail(message_id=OUR_ID, from_=sender), COMPLAINT, referred(own_message_id=True))
        assert (made.kind, made.case, made.acknowledge) == (Kind.OWN, "none", "no")


def test_a_stranger_who_reuses_our_message_id_is_not_dropped() -> None:
    made = decided(a_mail(message_id=OUR_ID), COMPLAINT, Known(own_message_id=True))
    assert (made.kind, made.case, made.acknowledge) == (Kind.TRIAGE, "triage", "after_confirmation")
    assert decided(a_mail(message_id=OUR_ID), NO_COMPLAINT, Known(own_message_id=True)).kind is Kind.OWN
