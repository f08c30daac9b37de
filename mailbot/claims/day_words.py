"""A day as our sentences write it: 23.11.2026 in Russian, 23 November 2026 in English, never in figures alone (domain.md 5.4). Pure."""

from __future__ import annotations

from datetime import date, datetime

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_MONTHS_RU = (
    "января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря",
)  # fmt: skip


def day_words(day: date, language: str) -> str:
    """Any language but Russian gives English, here and below."""
    return f"{day:%d.%m.%Y}" if language == "ru" else f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def short_day(day: date, language: str) -> str:
    """Without the year, where another day beside it names it."""
    return f"{day:%d.%m}" if language == "ru" else f"{day.day} {MONTHS[day.month - 1]}"


def whole_day(day: date, language: str) -> str:
    """As our letters write it, in an answer to a person too: 3 ноября 2026 г."""
    return f"{day.day} {_MONTHS_RU[day.month - 1]} {day.year} г." if language == "ru" else day_words(day, language)


def whole_moment(local: datetime, language: str) -> str:
    """The same with its hour and minute."""
    return f"{whole_day(local.date(), language)}{',' * (language == 'ru')} {local:%H:%M}"


def moment_words(local: datetime, language: str) -> str:
    """A day with its hour and minute, as the clock of its own zone shows them."""
    return f"{day_words(local.date(), language)} {local:%H:%M}"
