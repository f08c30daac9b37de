"""One reader for all tests of classify, and short words for "what does this text say"."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo

from mailbot.claims.facts import Fact, Facts
from mailbot.claims.message import IncomingMail
from mailbot.claims.understanding import Understanding
from mailbot.classify.understand import Reader
from mailbot.rulebook import Rules, load_rules

MOSCOW = ZoneInfo("Europe/Moscow")
TUESDAY = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)  # the day all these letters came


@cache
def rules() -> Rules:
    return load_rules(None)


@cache
def reader() -> Reader:
    return Reader(rules())


def understand(text: str, subject: str = "", received_at: datetime = TUESDAY) -> Understanding:
    return reader().understand(IncomingMail(subject=subject, text=text), received_at, MOSCOW)


def facts(text: str, subject: str = "") -> Facts:
    return understand(text, subject).facts


def values(found: tuple[Fact, ...]) -> list[str | float | int]:
    return [fact.value for fact in found]
