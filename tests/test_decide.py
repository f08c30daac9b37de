"""The one decision, as tables: every kind of mail, what comes of it, its clocks, and whom it alarms.

Rows that come from a complaint of users elsewhere are named by repository and number (design: users.md).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from mailbot.claims.authentication import Authentication
from mailbot.claims.case import Known
from mailbot.claims.decision import Decision
from mailbot.claims.message import Address, Attachment, BouncedRecipient, Kind, Signs
from tests.values import (
    COMPLAINT,
    GONE,
    LATE,
    NO_COMPLAINT,
    OUR_ID,
    a_bounce,
    a_forward,
    a_known_case,
    a_letter,
    a_mail,
    a_policy,
    closed,
    decided,
    referred,
    signed,
    words,
)

PHOTO = Attachment("IMG_1.jpg", "image/jpeg", 90_000, "0" * 64)


KINDS: dict[str, tuple[Any, Any, Any, dict[str, Any]]] = {
    "claim": (a_mail(), COMPLAINT, None, {"kind": "claim", "case": "open", "acknowledge": "now", "letters": ("acknowledgement",)}),
    "claim of unsure category": (a_mail(), words(0.9), None, {"kind": "claim", "case": "open", "acknowledge": "now"}),
    "claim at the threshold": (a_mail(), words(0.5), None, {"kind": "claim"}),
    "triage below it": (a_mail(), words(0.4999), None, {"kind": "triage", "case": "triage", "acknowledge": "after_confirmation", "letters": ()}),
    "triage at the lower threshold": (a_mail(), words(0.2), None, {"kind": "triage"}),
    "enquiry below it": (a_mail(), words(0.1999), None, {"kind": "enquiry", "case": "none", "acknowledge": "no", "letters": ()}),
    "maybe, but dangerous": (a_mail(), words(0.3, safety=True), None, {"kind": "claim", "case": "open"}),
    "maybe, and a court": (a_mail(), words(0.3, legal_threat=True), None, {"kind": "claim", "case": "open"}),
    "hardly, but dangerous": (a_mail(), words(0.05, safety=True), None, {"kind": "triage"}),
    "hardly, and a court": (a_mail(), words(0.05, legal_threat=True, topic="legal"), None, {"kind": "enquiry", "topic": "legal"}),
    "encrypted": (a_mail("", encrypted=True), NO_COMPLAINT, None, {"kind": "claim", "case": "open", "acknowledge": "now"}),
    "only photos": (a_mail("", attachments=(PHOTO,)), NO_COMPLAINT, None, {"kind": "triage", "case": "triage"}),
    "photos and a word": (a_mail("см.", attachments=(PHOTO,)), NO_COMPLAINT, None, {"kind": "enquiry"}),
    "no sender": (a_mail(from_=None), COMPLAINT, None, {"kind": "triage", "acknowledge": "no"}),
    "question": (a_mail(), words(0.05, topic="question"), None, {"kind": "enquiry", "topic": "question", "acknowledge": "no"}),
    "unheard-of topic": (a_mail(), words(0.05, topic="weather"), None, {"kind": "enquiry", "topic": "other"}),
    "invitation": (a_mail(signs=Signs(has_calendar=True)), NO_COMPLAINT, None, {"kind": "enquiry", "topic": "invitation"}),
    "carrier's answer": (a_mail(), words(0.05, counterparty="вашу претензию рассмотрели"), None, {"kind": "enquiry", "topic": "counterparty"}),
    "carrier's answer or a claim": (a_mail(), words(0.9, counterparty="вашу претензию"), None, {"kind": "triage"}),
    "withdrawal of nothing we know": (a_mail(), words(0.05, withdrawal="full"), None, {"kind": "enquiry", "case": "none"}),
    "follow-up": (a_mail(), NO_COMPLAINT, referred(), {"kind": "follow_up", "case": "join", "join": "2026-0451", "acknowledge": "no", "relation": "customer"}),
    "follow-up that complains": (a_mail(), COMPLAINT, referred(), {"kind": "follow_up", "acknowledge": "no"}),
    "guarantee in a case": (a_mail(), words(0.05, topic="payment_guarantee"), referred(), {"kind": "enquiry", "case": "join", "topic": "payment_guarantee"}),
    "documents in a case": (a_mail(), words(0.05, topic="documents"), referred(), {"kind": "follow_up", "case": "join"}),
    "withdrawal": (a_mail(), words(0.05, withdrawal="full"), referred(), {"kind": "withdrawal", "case": "join", "proposes_close": True, "acknowledge": "no"}),
    "partial withdrawal": (a_mail(), words(0.05, withdrawal="partial"), referred(), {"kind": "withdrawal", "proposes_close": False}),
    "partial withdrawal, but": (a_mail(), words(0.9, withdrawal="partial"), referred(), {"kind": "follow_up", "proposes_close": False}),
    "unreadable": (a_mail("", readable=False, problems=("no MIME",)), NO_COMPLAINT, None, {"kind": "unreadable", "case": "triage", "acknowledge": "now"}),
    "command": (a_mail("!take", from_="anna@firma.example"), NO_COMPLAINT, referred(), {"kind": "command", "acknowledge": "no", "relation": "staff"}),
    "command by alias": (a_mail("!взять", from_="A.Petrova@firma.example"), NO_COMPLAINT, referred(), {"kind": "command"}),
    "command of nobody listed": (a_mail("!take", from_="gleb@firma.example"), NO_COMPLAINT, referred(), {"kind": "internal"}),
    "command of a customer": (a_mail("!close"), NO_COMPLAINT, referred(), {"kind": "follow_up"}),
    "internal: forward": (a_forward(), COMPLAINT, None, {"kind": "internal", "case": "triage", "acknowledge": "after_confirmation", "letters": ("confirm_forward",), "relation": "staff", "confirm_with": Address("", "anna@firma.example")}),
    "internal: by phone": (a_mail("Звонил клиент: бой.", from_="anna@firma.example"), COMPLAINT, None, {"kind": "internal", "case": "triage", "acknowledge": "no", "claimant": None}),
    "internal: our own claim": (a_mail(from_="gleb@firma.example"), COMPLAINT, None, {"kind": "internal", "case": "open", "acknowledge": "no"}),
    "internal: no claim": (a_mail("Кто едет на обед?", from_="gleb@firma.example"), NO_COMPLAINT, None, {"kind": "enquiry", "case": "none"}),
    "auto-reply to a letter of ours": (a_mail(signs=Signs(auto_submitted="auto-replied")), COMPLAINT, referred(), {"kind": "auto_reply", "case": "join", "join": "2026-0451", "relation": "robot", "acknowledge": "no"}),
    "auto-reply to nothing": (signed(auto_submitted="auto-replied"), NO_COMPLAINT, None, {"kind": "auto_reply", "case": "none"}),
    "challenge-response": (signed(challenge=True), NO_COMPLAINT, None, {"kind": "auto_reply"}),
    "bounce": (a_bounce(GONE), COMPLAINT, Known(bounced=a_letter()), {"kind": "bounce", "case": "join", "join": "2026-0451", "acknowledge": "no"}),
    "bounce of nothing we know": (a_bounce(GONE), COMPLAINT, None, {"kind": "bounce", "case": "none"}),
    "read receipt": (signed(report_type="disposition-notification"), COMPLAINT, referred(), {"kind": "receipt", "case": "join", "acknowledge": "no"}),
    "abuse report": (signed(report_type="feedback-report"), COMPLAINT, None, {"kind": "receipt"}),
    "list": (signed(list_id="<news.zakaz.example>"), NO_COMPLAINT, None, {"kind": "list", "case": "none", "acknowledge": "no"}),
    "spam by filter": (signed(spam="x-spam-flag: yes"), NO_COMPLAINT, None, {"kind": "spam", "case": "none", "acknowledge": "no"}),
    "spam by rule": (a_mail(from_="win@spam.example"), COMPLAINT, None, {"kind": "spam"}),
    "filter says ham": (signed(spam="x-spam-status: no, score=1.1"), COMPLAINT, None, {"kind": "claim"}),
    "own": (a_mail(message_id=OUR_ID, from_="claims@firma.example"), COMPLAINT, Known(own_message_id=True), {"kind": "own", "case": "none", "acknowledge": "no"}),
    "our address without our proof": (a_mail(from_="claims@firma.example", to=("olga@zakaz.example",)), NO_COMPLAINT, referred(), {"kind": "staff_reply"}),
    "staff reply in the thread": (a_mail("Замену вышлем.", from_="anna@firma.example", to=("olga@zakaz.example",), cc=("claims@firma.example",)), NO_COMPLAINT, referred(), {"kind": "staff_reply", "case": "join", "answered": True, "acknowledge": "no", "relation": "staff"}),
    "staff reply to an unknown thread": (a_mail("Замену вышлем.", from_="anna@firma.example", to=("olga@zakaz.example",), in_reply_to="x@zakaz.example"), COMPLAINT, None, {"kind": "staff_reply", "case": "none", "answered": False}),
    "colleague writes into a case": (a_mail("Жду склад.", from_="anna@firma.example"), NO_COMPLAINT, referred(), {"kind": "internal", "case": "join", "acknowledge": "no", "answered": False}),
}  # fmt: skip


@pytest.mark.parametrize("name", KINDS)
def test_every_kind(name: str) -> None:
    mail, understanding, known, wanted = KINDS[name]
    made = decided(mail, understanding, known)
    assert {key: getattr(made, key) for key in wanted} == wanted, made.reason


def test_the_table_above_names_every_kind() -> None:
    assert {row[3]["kind"] for row in KINDS.values()} == set(Kind)


@pytest.mark.parametrize("name", KINDS)
def test_without_a_letter_there_is_no_addressee_to_acknowledge(name: str) -> None:
    """I-QUIET: no kind but these is ever answered, whatever else happens."""
    mail, understanding, known, _ = KINDS[name]
    made = decided(mail, understanding, known)
    if made.kind not in {Kind.CLAIM, Kind.UNREADABLE}:
        assert made.acknowledge != "now"
        assert "acknowledgement" not in made.letters
    if made.acknowledge == "now":
        assert made.acknowledge_to is not None




@pytest.mark.parametrize(
    ("recipients", "kind", "roles"),
    [
        pytest.param((GONE,), "acknowledgement", ("specialist", "head"), id="zammad#1131: it came back for good"),
        pytest.param((LATE,), "acknowledgement", None, id="only delayed"),
        pytest.param((LATE, GONE), "answer", ("specialist", "head"), id="one of two"),
        pytest.param((), "acknowledgement", ("specialist", "head"), id="free form, recipients unknown"),
        pytest.param((BouncedRecipient("a@b.example"),), "acknowledgement", ("specialist", "head"), id="unknown whether for good"),
        pytest.param((GONE,), "digest", ("operator",), id="zammad#4941: a letter inside the house"),
    ],
)
def test_who_hears_of_a_bounce(recipients: Any, kind: str, roles: Any) -> None:
    made = decided(a_bounce(*recipients), known=Known(bounced=a_letter(kind)))
    assert [alert.roles for alert in made.alerts] == ([roles] if roles else [])




def test_the_same_mail_to_two_of_our_addresses_is_one_case() -> None:
    """freescout#4748, zammad#2307, osTicket#1908."""
    made = decided(a_mail(), COMPLAINT, Known(same_content=a_known_case(), same_content_filed=True))
    assert (made.kind, made.case, made.join, made.acknowledge, made.letters, made.answer_by) == (Kind.CLAIM, "join", "2026-0451", "no", (), None)


def test_the_same_enquiry_twice_is_filed_twice_without_a_case() -> None:
    made = decided(a_mail(), NO_COMPLAINT, Known(same_content_filed=True))
    assert (made.kind, made.case, made.join, made.acknowledge) == (Kind.ENQUIRY, "none", None, "no")


def test_a_stranger_who_reuses_a_message_id_does_not_make_us_drop_a_claim() -> None:
    """The id of one of her earlier mails, but other content: the store leads it to the case, so it is read there, not dropped."""
    made = decided(a_mail(from_="petr@other.example", references=("one@zakaz.example",)), COMPLAINT, Known(by_reference=a_known_case()))
    assert (made.kind, made.case, made.relation) == (Kind.FOLLOW_UP, "join", "third_party")




def test_a_claim_has_three_clocks_from_its_arrival() -> None:
    made = decided(a_mail())
    assert made.acknowledge_by == datetime(2026, 11, 24, 20, 59, 59, tzinfo=UTC)
    assert made.answer_by == datetime(2026, 11, 26, 20, 59, 59, tzinfo=UTC)
    assert made.answer_hard_by == datetime(2026, 11, 30, 20, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize("name", KINDS)
def test_clocks_run_for_what_opens_or_reopens_and_for_nothing_else(name: str) -> None:
    mail, understanding, known, _ = KINDS[name]
    made = decided(mail, understanding, known)
    runs = made.case in {"open", "triage"} or made.reopens
    assert (made.answer_by is not None, made.answer_hard_by is not None, made.acknowledge_by is not None) == (runs, runs, runs)


@pytest.mark.parametrize("name", KINDS)
def test_history_writes_to_nobody_and_has_no_clocks(name: str) -> None:
    """Decision 15; osTicket#2722: the first connection made tickets of two years of old mail."""
    mail, understanding, known, _ = KINDS[name]
    made = decided(mail, understanding, known, history=True)
    assert (made.acknowledge, made.letters, made.alerts, made.answer_by, made.reopens) == ("no", (), (), None, False)
    assert (made.answered, made.proposes_close, made.new_claim_inside) == (False, False, False)
    assert made.history == (made.kind is not None)
    assert made.kind == decided(mail, understanding, known).kind


def test_history_does_not_reopen() -> None:
    made = decided(a_mail(), COMPLAINT, referred(closed(1)), history=True)
    assert (made.case, made.reopens) == ("join", False)


def test_rehearsal_decides_as_going_live_does() -> None:
    """Decision 16: letters are held, not undecided."""
    assert decided(a_mail(), policy=a_policy(rehearsal=True)) == decided(a_mail())


@pytest.mark.parametrize(
    ("understanding", "steps"),
    [
        (COMPLAINT, {}),
        (words(safety=True), {"safety": ("head", "legal")}),
        (words(legal_threat=True), {"legal": ("legal", "head")}),
        (words(0.05, topic="legal"), {"legal": ("legal", "head")}),
        (words(0.05, topic="privacy"), {"privacy": ("privacy",)}),
        (words(0.9, topic="privacy"), {"privacy": ("privacy",)}),
    ],
)
def test_who_hears_at_once(understanding: Any, steps: dict[str, Any]) -> None:
    assert {alert.step: alert.roles for alert in decided(a_mail(), understanding).alerts} == steps


def test_an_unreadable_mail_alarms_the_operator() -> None:
    assert [(alert.step, alert.roles) for alert in decided(a_mail("", readable=False), NO_COMPLAINT).alerts] == [("unreadable", ("operator",))]


def test_spam_alarms_nobody() -> None:
    assert decided(a_mail(from_="win@spam.example"), words(safety=True, legal_threat=True)).alerts == ()


def test_a_decision_has_a_reason_even_for_a_mail_of_nothing() -> None:
    made: Decision = decided(a_mail("", subject="", from_=None, to=(), message_id=None), words(0.0))
    assert (made.kind, made.case) == (Kind.ENQUIRY, "none")


PROVEN = Authentication("pass", dkim="pass", dmarc="pass")


@pytest.mark.parametrize(
    ("authserv_id", "proof", "by_a_server", "answered"),
    [
        (None, Authentication(), True, False),
        ("mx.firma.example", PROVEN, True, True),
        ("mx.firma.example", Authentication("pass", spf="pass"), True, False),  # a server that many share
        ("mx.firma.example", Authentication(), True, False),
        ("mx.firma.example", Authentication("fail"), True, False),
        ("mx.firma.example", Authentication(), False, True),
    ],
)
def test_only_a_colleague_our_server_vouches_for_stops_the_clock(authserv_id: str | None, proof: Authentication, by_a_server: bool, answered: bool) -> None:
    """A forged From: anna@ours with the claims box in copy does not answer a case; a mail put into the Sent folder came by no server."""
    came = datetime(2026, 11, 24, 9, 0, tzinfo=UTC) if by_a_server else None
    mail = a_mail("Замену вышлем.", from_="anna@firma.example", to=("olga@zakaz.example",), cc=("claims@firma.example",), received_at=came)
    made = decided(mail, NO_COMPLAINT, referred(), policy=a_policy(authserv_id=authserv_id), authentication=proof)
    assert (made.kind, made.answered, made.unproven) == (Kind.STAFF_REPLY, answered, not answered)
    assert ("not taken for our answer" in made.reason) is not answered


@pytest.mark.parametrize(
    ("subject", "kind"), [("Re: Вопрос о сроках", Kind.STAFF_REPLY), ("Отв: Вопрос", Kind.STAFF_REPLY), ("Брак в Вашей партии", Kind.INTERNAL)]
)
def test_a_colleagues_answer_begun_from_a_link_is_no_claim_of_ours(subject: str, kind: Kind) -> None:
    """The link of a digest opens a new mail, which refers to nothing; a complaint of ours to a supplier still is one."""
    mail = a_mail("Срок 10 дней.", from_="anna@firma.example", to=("olga@zakaz.example",), cc=("claims@firma.example",), subject=subject)
    assert decided(mail, words(0.8), policy=a_policy(authserv_id="mx.firma.example"), authentication=PROVEN).kind is kind


@pytest.mark.parametrize(("proof", "proposed"), [(PROVEN, True), (Authentication(), True), (Authentication("fail"), False)])
def test_a_withdrawal_whose_sender_is_denied_proposes_nothing(proof: Authentication, proposed: bool) -> None:
    settled = words(0.1, withdrawal="full")
    made = decided(a_mail("Претензию снимаем."), settled, referred(), authentication=proof)
    assert (made.kind, made.relation) == (Kind.WITHDRAWAL, "customer")
    assert (made.proposes_close, made.doubtful_withdrawal) == (proposed, not proposed)


@pytest.mark.parametrize(("proof", "answered"), [(Authentication(), False), (Authentication("pass", dkim="pass"), True)])
def test_where_the_program_checks_signatures_an_unsigned_answer_is_none(proof: Authentication, answered: bool) -> None:
    mail = a_mail("Замену вышлем.", from_="anna@firma.example", to=("olga@zakaz.example",), cc=("claims@firma.example",), received_at=datetime(2026, 11, 24, 9, 0, tzinfo=UTC))
    made = decided(mail, NO_COMPLAINT, referred(), policy=a_policy(checks_dkim=True), authentication=proof)
    assert (made.answered, made.unproven) == (answered, not answered)
