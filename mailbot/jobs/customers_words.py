"""What the customer told us in all mails of her case: a letter may repeat it. What may be another's brings no name and no address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from mailbot.claims.conversation import asked_sender
from mailbot.claims.message import Address, IncomingMail, Kind
from mailbot.claims.plain import from_plain
from mailbot.claims.senders import same_organisation
from mailbot.store.case_mails import CaseMail, written_into

if TYPE_CHECKING:
    from mailbot.claims.policy import Policy
    from mailbot.store.database import Connection

MOST_MAILS = 50  # of a case besides the opening one, the last of which a letter of ours may speak
_LONGEST = 20_000  # letters of one mail: none drowns the others
Weight = Literal["hers", "values", "nothing"]


@dataclass(frozen=True, slots=True)
class CustomersWords:
    """`hers` and `said`: facts and words of the mails that are surely hers; `values` and `perhaps`: of those that may be another's.

    Sums, days and numbers of papers and goods hold from either; names and addresses from hers alone. The opening mail comes first.
    """

    hers: tuple[Mapping[str, Any], ...] = ()
    values: tuple[Mapping[str, Any], ...] = ()
    said: tuple[str, ...] = field(default=(), repr=False)
    perhaps: tuple[str, ...] = field(default=(), repr=False)


def customers_words(conn: Connection, policy: Policy, case: Mapping[str, Any]) -> CustomersWords:
    found: dict[Weight, list[tuple[Mapping[str, Any], str]]] = {"hers": [], "values": [], "nothing": []}
    for mail in written_into(conn, case["id"], MOST_MAILS):
        facts = (mail.read.get("understanding") or {}).get("facts") or {}
        found[_weight(mail, case, policy)].append((facts, _said(mail.read.get("mail") or {})[:_LONGEST]))
    (hers, said), (values, perhaps) = (tuple(zip(*found[weight], strict=True)) or ((), ()) for weight in ("hers", "values"))
    return CustomersWords(hers, values, said, perhaps)


def sums_in(facts: Mapping[str, Any]) -> list[float]:
    return [float(one["value"]) for one in facts.get("amounts") or ()]


def _weight(mail: CaseMail, case: Mapping[str, Any], policy: Policy) -> Weight:
    """How far a mail of the case speaks for its customer. A mail that opened it is hers, proven or not: the case is made of it.

    One that joined is hers where nobody says that its sender is forged. What was merged with it may be another customer's.
    """
    proof = (mail.decision.get("authentication") or {}).get("result", "unknown")
    own = _is_hers(mail, case, policy)
    if mail.is_opening:  # a colleague's, where she forwarded it or heard it by telephone
        return "hers" if own or mail.relation not in {"customer", "third_party"} else "values"
    if mail.relation == "customer":
        return "hers" if own and proof != "fail" else "values"
    if mail.kind == Kind.COMMAND:  # papers that one of our people added to the case (`!add`): to command she was proven
        return "values"
    if mail.kind != Kind.INTERNAL or proof == "fail" or not own:
        return "nothing"
    return "hers" if proof == "pass" else "values"


def _is_hers(mail: CaseMail, case: Mapping[str, Any], policy: Policy) -> bool:
    """Whether it was written (of a forward: first written) by the customer, or in her house."""
    if not case["customer"]:
        return mail.relation == "customer"
    key = asked_sender(from_plain(IncomingMail, mail.read["mail"]), policy)
    return key == case["customer_key"] or same_organisation(Address("", key), Address("", case["customer"]), policy)


def _said(mail: Mapping[str, Any]) -> str:
    """Her own words, with the name she signs with."""
    inner = mail.get("forwarded") or {}
    return "\n".join(str(part) for part in (*map(mail.get, ("subject", "text", "signature")), *map(inner.get, ("subject", "text"))) if part)
