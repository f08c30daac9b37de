"""Who stands behind an address: one of ours, a no-reply robot, a configured forwarder, somebody of the same organisation."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mailbot.claims.message import Address, IncomingMail
from mailbot.claims.policy import Person, Policy

_SYSTEM = re.compile(r"(?:mailer[-_.]?daemon|postmaster|mail[-_]?delivery|mdaemon)(?:[-_+.=].*)?", re.IGNORECASE)
_SEPARATORS = re.compile(r"[-_.]+")


@dataclass(frozen=True, slots=True)
class Writer:
    """The person a mail is judged by. `through` is the configured forwarder it came by, if it did."""

    address: Address | None
    through: Address | None = None
    from_text: bool = False  # known only from the text of the mail


def is_listed(address: str, entries: frozenset[str]) -> bool:
    """`address` stands among `entries`: whole, or as "@domain"; case is ignored."""
    key = address.casefold()
    wanted = {key, "@" + key.rpartition("@")[2]}
    return any(entry.casefold() in wanted for entry in entries)


def is_own(address: Address, policy: Policy) -> bool:
    """One of our claims addresses or their aliases; a plus-address of one counts too."""
    own = policy.own_addresses
    local, _, domain = address.key.rpartition("@")
    return address.key in own or f"{local.partition('+')[0]}@{domain}" in own


def is_free_mail(domain: str, policy: Policy) -> bool:
    return domain.casefold() in policy.free_mail_domains


def colleague(address: Address | None, mail: IncomingMail | None, policy: Policy) -> Person | bool:
    """The listed person at this address; True for an unlisted colleague, False for an outsider.

    Without a configuration a colleague is who writes from the domain he writes to, free-mail domains aside (decisions.md 30).
    """
    if address is None or not address.domain:
        return False
    person = policy.person_at(address.address)
    if person is not None:
        return person
    if address.domain in policy.own_domains:
        return True
    if is_free_mail(address.domain, policy):
        return False
    written_to = {to.domain for to in mail.to} if mail is not None else set()
    ours = {box.address.casefold().rpartition("@")[2] for box in policy.mailboxes} if policy.mailboxes else written_to
    return address.domain in ours and not (policy.company_domains and not policy.mailboxes)


def is_ours(address: Address, mail: IncomingMail, policy: Policy) -> bool:
    """Somebody inside the house: a claims address, a listed person, a department or a colleague."""
    return is_own(address, policy) or address.key in policy.department_addresses or bool(colleague(address, mail, policy))


def why_no_customer(address: Address, policy: Policy) -> str:
    """Why an address that somebody writes down is no customer's: "wrong" | "ours" | "robot"; "" where it may be one."""
    if not is_mailable(address):
        return "wrong"
    if is_own(address, policy) or address.key in policy.department_addresses or colleague(address, None, policy):
        return "ours"
    is_robot = is_system(address.address) or no_reply_word(address.address, policy) or is_listed(address.address, policy.forwarders)
    return "robot" if is_robot else ""


def no_reply_word(address: str, policy: Policy) -> str:
    """The word that says nobody reads this address ("" if none): no-reply, mailer-daemon … as a part of its local part."""
    local = address.casefold().rpartition("@")[0]
    flat = _SEPARATORS.sub("-", local)
    for word in policy.no_reply_words:
        wanted = _SEPARATORS.sub("-", word.casefold())
        if wanted in (flat, *_windows(flat, wanted)):
            return word
    return ""


def is_system(address: str) -> bool:
    """A mail system speaks, no person: mailer-daemon, postmaster."""
    return _SYSTEM.fullmatch(address.rpartition("@")[0] or address) is not None


def same_organisation(one: Address, other: Address, policy: Policy) -> bool:
    """Both write from one domain (or a sub-domain of it) that is no free-mail provider; the same address counts always."""
    if one.key == other.key:
        return True
    if not one.domain or not other.domain or is_free_mail(one.domain, policy) or is_free_mail(other.domain, policy):
        return False
    short, long = sorted((one.domain, other.domain), key=len)
    return short == long or (short.count(".") >= 1 and long.endswith("." + short))


def forwarder_of(mail: IncomingMail, policy: Policy) -> Address | None:
    """The configured forwarder this mail came by (behaviour.md 1): its From, Sender, envelope sender or an address it was delivered to."""
    if not policy.forwarders:
        return None
    seen = [mail.from_, mail.sender, *(Address("", a) for a in (mail.signs.return_path or "", *mail.signs.delivered_to) if a)]
    return next((a for a in seen if a is not None and is_listed(a.address, policy.forwarders)), None)


def writer_of(mail: IncomingMail, policy: Policy) -> Writer:
    """Whose words a mail carries: through a configured forwarder the inner sender, else From (or whom it was sent on behalf of)."""
    through = forwarder_of(mail, policy)
    if through is None:
        return Writer(mail.from_)
    if mail.from_ is not None and not is_listed(mail.from_.address, policy.forwarders):
        return Writer(mail.from_, through)  # redirected: From still names the customer
    inner = mail.forwarded.from_ if mail.forwarded is not None else None
    if inner is not None:
        return Writer(inner, through)
    reply_to = next((a for a in mail.reply_to if not is_listed(a.address, policy.forwarders)), None)
    return Writer(reply_to or mail.from_, through)


def is_mailable(address: Address | None) -> bool:
    """An address one can write to: one @, a local part, a domain with a dot, all of it what a header carries without SMTPUTF8 (O5)."""
    if address is None:
        return False
    local, at, domain = address.address.rpartition("@")
    plain = all("!" <= c <= "~" and c not in '@<>,;:"()[]\\' for c in local)
    plain_domain = all(c.isascii() and (c.isalnum() or c in ".-_") for c in domain)
    dotted = "." in domain.strip(".") and ".." not in domain and not domain.startswith(".")
    return bool(at and local and plain and plain_domain and dotted) and len(address.address) <= 254  # RFC 5321 4.5.3.1.3


def _windows(flat: str, wanted: str) -> list[str]:
    """The word at the start or end of a local part, set off by a separator: "noreply-shop", "orders-no-reply", but not "normanoreply"."""
    found = []
    if flat.startswith((wanted + "-", wanted + "+")):
        found.append(wanted)
    if flat.endswith(("-" + wanted, "+" + wanted)):
        found.append(wanted)
    return found
