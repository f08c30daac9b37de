"""Values for the tests of the pure middle: a mail, what its words say, a policy, what we know, and the decision made of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from mailbot.claims.authentication import Authentication
from mailbot.claims.case import Known, KnownCase, KnownLetter, State
from mailbot.claims.category import Verdict
from mailbot.claims.decide import decide
from mailbot.claims.decision import Decision
from mailbot.claims.facts import Fact, Facts
from mailbot.claims.message import Address, Bounce, BouncedRecipient, Forwarded, IncomingMail, Signs
from mailbot.claims.papers import Papers
from mailbot.claims.policy import HomeMailbox, Person, Policy
from mailbot.claims.proof import SigningKey, make_message_id
from mailbot.claims.senders import writer_of
from mailbot.claims.understanding import Phrases, Understanding

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)  # a Monday, 10:00 in Moscow
KEY = SigningKey("k7", b"\x07" * 32)
OTHER_KEY = SigningKey("k8", b"\x08" * 32)
OUR_ID = make_message_id(KEY, "ack", "content", 1, "claims.firma.example")

CUSTOMER = Address("Ольга Белова", "olga@zakaz.example")
CLAIMS = Address("", "claims@firma.example")
ANNA = Person("anna", "Анна", ("anna@firma.example", "a.petrova@firma.example"), ("specialist",), ("damage", "quality"))
BORIS = Person("boris", "Борис", ("boris@firma.example",), ("specialist",), ("quantity",), triage=True)
CHIEF = Person("chief", "Вера", ("vera@firma.example",), ("head",))

GONE = BouncedRecipient("olga@zakaz.example", permanent=True, status="5.1.1")
LATE = BouncedRecipient("olga@zakaz.example", permanent=False, status="4.4.1")

PROVEN = Authentication("pass", spf="pass", dkim="pass", dmarc="pass", reason="DMARC passed.")
UNKNOWN = Authentication()
FORGED = Authentication("fail", spf="fail", dkim="none", dmarc="fail", reason="DMARC failed.")
UNPROVEN = Authentication("fail", spf="fail", dkim="none", dmarc="none", reason="Nothing vouches for the sender.")


def a_policy(**changes: Any) -> Policy:
    """A company with one claims mailbox, three people, a sales department and a web form that forwards to it."""
    values: dict[str, Any] = {
        "mailboxes": (HomeMailbox("claims", "claims@firma.example", ("pretenzii@firma.example",)),),
        "people": (ANNA, BORIS, CHIEF),
        "company_domains": frozenset({"firma.example"}),
        "departments": {"sales": "sales@firma-trade.example"},
        "forwarders": frozenset({"forms@site.example", "@relay.example"}),
        "free_mail_domains": frozenset({"mail.example", "inbox.example"}),
        "spam_senders": frozenset({"@spam.example"}),
    }
    return Policy(**{**values, **changes})


def a_mail(text: str = "Стекло пришло разбитым.", *, signs: Signs | None = None, **changes: Any) -> IncomingMail:
    """A customer's first letter. `from_`, `to`, `cc` may be given as bare addresses; keyword arguments of Signs go into `signs`."""
    values: dict[str, Any] = {
        "message_id": "one@zakaz.example",
        "from_": CUSTOMER,
        "to": (CLAIMS,),
        "subject": "Заказ 4512: бой стекла",
        "text": text,
        "content_key": "c1",
        "signs": signs or Signs(),
    }
    for name in ("from_", "sender"):
        if isinstance(changes.get(name), str):
            changes[name] = Address("", changes[name])
    for name in ("to", "cc", "reply_to"):
        changes[name] = tuple(Address("", a) if isinstance(a, str) else a for a in changes[name]) if name in changes else values.get(name, ())
    return IncomingMail(**{**values, **changes})


def signed(**signs: Any) -> IncomingMail:
    """The same letter with these header signs."""
    return a_mail(signs=Signs(**signs))


def a_forward(inner: str | None = "olga@zakaz.example", *, from_: str = "anna@firma.example", **changes: Any) -> IncomingMail:
    """A mail of `from_` that forwards a letter of `inner`."""
    customer = Address("Ольга Белова", inner) if inner is not None else None
    forwarded = Forwarded(from_=customer, subject="Заказ 4512: бой стекла", text="Стекло пришло разбитым.")
    return a_mail("Посмотрите, пожалуйста.", **{"from_": from_, "subject": "FW: Заказ 4512: бой стекла", "forwarded": forwarded, **changes})


def words(confidence: float = 0.9, *, order: str | None = None, **changes: Any) -> Understanding:
    """What the words say. Names of Facts and Phrases go where they belong; `order` is a stated order number."""
    facts = {name: changes.pop(name) for name in list(changes) if name in Facts.__slots__}
    phrases = {name: changes.pop(name) for name in list(changes) if name in Phrases.__slots__}
    if order is not None:
        facts["orders"] = (a_fact(order),)
    values: dict[str, Any] = {
        "language": "ru",
        "verdict": Verdict("damage", claim_confidence=confidence, confidence=0.9),
        "facts": Facts(**facts),
        "phrases": Phrases(**phrases),
    }
    return Understanding(**{**values, **changes})


COMPLAINT = words()
MAYBE = words(0.3)
NO_COMPLAINT = words(0.05)


def a_fact(value: str | float, in_: str = "text", **changes: Any) -> Fact:
    return Fact(**{"text": str(value), "value": value, "start": 0, "end": len(str(value)), "in_": in_, **changes})


def a_known_case(number: str = "2026-0451", **changes: Any) -> KnownCase:
    """An open, acknowledged case of the customer about order 4512."""
    values: dict[str, Any] = {
        "id": 1,
        "number": number,
        "state": State.REVIEW,
        "customer": CUSTOMER.key,
        "senders": frozenset({CUSTOMER.key}),
        "subject": "заказ 4512: бой стекла",
        "orders": frozenset({"4512"}),
        "opened_at": NOW - timedelta(days=3),
        "last_mail_at": NOW - timedelta(days=3),
        "closed_at": None,
        "history": False,
        "language": "ru",
        "acknowledged": True,
    }
    return KnownCase(**{**values, **changes})


def closed(days: float, **changes: Any) -> KnownCase:
    """A case closed so many days ago."""
    return a_known_case(state=State.CLOSED, closed_at=NOW - timedelta(days=days), **changes)


def a_letter(kind: str = "acknowledgement", **changes: Any) -> KnownLetter:
    values: dict[str, Any] = {"message_id": OUR_ID, "kind": kind, "case_number": "2026-0451", "to": CUSTOMER.address}
    return KnownLetter(**{**values, **changes})


def referred(case: KnownCase | None = None, **changes: Any) -> Known:
    """The mail refers to a letter of ours of this case."""
    return replace(Known(by_reference=case or a_known_case(), letter=a_letter()), **changes)


def papers(
    mail: IncomingMail,
    understanding: Understanding = COMPLAINT,
    known: Known | None = None,
    *,
    authentication: Authentication = PROVEN,
    policy: Policy | None = None,
    now: datetime = NOW,
) -> Papers:
    policy = policy or a_policy()
    return Papers(mail, understanding, known or Known(), authentication, writer_of(mail, policy), policy, now)


def decided(
    mail: IncomingMail,
    understanding: Understanding = COMPLAINT,
    known: Known | None = None,
    *,
    authentication: Authentication = PROVEN,
    policy: Policy | None = None,
    history: bool = False,
    now: datetime = NOW,
) -> Decision:
    """The decision; whatever it is, it says why."""
    made = decide(
        mail, understanding, known or Known(), authentication, policy or a_policy(), received_at=NOW, history=history, now=now
    )
    assert made.reason.strip()
    assert made.kind_reason.strip()
    return made


def a_bounce(*recipients: BouncedRecipient, subject: str = "Undeliverable: [#2026-0451]") -> IncomingMail:
    """The delivery report of our acknowledgement."""
    signs = Signs(report_type="delivery-status", return_path="", content_type="multipart/report")
    back = Bounce(OUR_ID, recipients)
    return a_mail("Адресат не найден", from_="mailer-daemon@zakaz.example", subject=subject, signs=signs, bounce=back)
