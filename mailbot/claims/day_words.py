"""A day as our sentences write it: 23.11.2026 in Russian, 23 November 2026 in English, never in figures alone (domain.md 5.4). Pure."""

from __future__ import annotations

from datetime import date, datetime

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def day_words(day: date, language: str) -> str:
    """Any language but Russian gives English, here and below."""
    return f"{day:%d.%m.%Y}" if language == "ru" else f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def short_day(day: date, language: str) -> str:
    """Without the year, where another day beside it names it."""
    return f"{day:%d.%m}" if language == "ru" else f"{day.day} {MONTHS[day.month - 1]}"


def moment_words(local: datetime, language: str) -> str:
    """A day with its hour and minute, as the clock of its own zone shows them."""
    return f"{day_words(local.date(), language)} {local:%H:%M}"
