"""Which customers are especially important, by address, domain or ИНН (behaviour.md 4). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mailbot.claims.message import Address


@dataclass(frozen=True, slots=True)
class Customers:
    """The important ones of the customers file; addresses and domains case-folded."""

    addresses: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    inn: frozenset[str] = frozenset()


def important_by(customers: Customers, addresses: Iterable[Address | None], inn: Iterable[str]) -> str:
    """By what an important customer is known, as words for people: "address", "domain", "ИНН"; "" where it is none."""
    written = [address for address in addresses if address is not None]
    if any(address.key in customers.addresses for address in written):
        return "address"
    if any(_within(address.domain.casefold(), customers.domains) for address in written):
        return "domain"
    return "ИНН" if customers.inn.intersection(inn) else ""


_MOST_LABELS = 127  # of a domain (RFC 1035 2.3.4)


def _within(domain: str, domains: frozenset[str]) -> bool:
    """The domain itself or one below it: mail.zakaz.example belongs to zakaz.example."""
    labels = domain.split(".")[-_MOST_LABELS:]  # a hostile From names thousands (tests/mails/365)
    return any(".".join(labels[at:]) in domains for at in range(len(labels)))
