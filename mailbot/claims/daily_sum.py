"""The proof that nothing is missing, as a sentence: mails shown against mails filed, and what left the house. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class DailySum:
    """Mails the mailbox showed since yesterday against mails filed, by outcome, and what left the house."""

    shown: int = 0
    filed: Mapping[str, int] = field(default_factory=dict)
    sent: int = 0
    refused: int = 0
    waiting: int = 0

    @property
    def missing(self) -> int:
        """Mails shown but not filed; negative where more was filed than shown."""
        return self.shown - sum(self.filed.values())

    @property
    def agrees(self) -> bool:
        return self.missing == 0


_OUTCOMES = {
    "ru": {
        "opened": ("новое дело", "новых дела", "новых дел"),
        "triage": ("на разбор", "на разбор", "на разбор"),
        "joined": ("письмо в дело", "письма в дела", "писем в дела"),
        "duplicate": ("повтор", "повтора", "повторов"),
        "noted": ("вне дел", "вне дел", "вне дел"),
        "in_hand": ("сейчас в обработке", "сейчас в обработке", "сейчас в обработке"),
    },
    "en": {
        "opened": ("new case", "new cases", "new cases"),
        "triage": ("to be sorted", "to be sorted", "to be sorted"),
        "joined": ("into a case", "into cases", "into cases"),
        "duplicate": ("duplicate", "duplicates", "duplicates"),
        "noted": ("without a case", "without a case", "without a case"),
        "in_hand": ("being filed just now", "being filed just now", "being filed just now"),
    },
}


def daily_line(daily: DailySum, language: str) -> str:
    """The daily sum as one sentence or two; it says whether the sums agree, and if not, how many mails are missing."""
    filed = sum(daily.filed.values())
    parts = [f"{count} {_outcome(name, count, language)}" for name, count in daily.filed.items() if count]
    if language == "ru":
        detail = f" ({', '.join(parts)})" if parts else ""
        letters = f"Отправлено писем: {daily.sent}, не принято: {daily.refused}, ждёт отправки: {daily.waiting}."
        return f"Получено писем: {daily.shown}, учтено: {filed}{detail}. {_agreement_ru(daily)} {letters}"
    detail = f" ({', '.join(parts)})" if parts else ""
    letters = f"Letters sent: {daily.sent}, refused: {daily.refused}, waiting: {daily.waiting}."
    return f"Messages received: {daily.shown}, filed: {filed}{detail}. {_agreement_en(daily)} {letters}"


def _agreement_ru(daily: DailySum) -> str:
    if daily.agrees:
        return "Ничего не потеряно: суммы сходятся."
    count = abs(daily.missing)
    mails = plural(count, "письмо", "письма", "писем")
    if daily.missing > 0:
        return f"Внимание: не учтено {count} {mails}."
    return f"Внимание: учтено на {count} {mails} больше, чем получено."


def _agreement_en(daily: DailySum) -> str:
    if daily.agrees:
        return "Nothing is missing: the sums agree."
    count = abs(daily.missing)
    mails = "message" if count == 1 else "messages"
    return f"Attention: {count} {mails} not filed." if daily.missing > 0 else f"Attention: {count} {mails} filed more than received."


def _outcome(name: str, count: int, language: str) -> str:
    forms = _OUTCOMES["ru" if language == "ru" else "en"].get(name)
    if forms is None:
        return name
    return plural(count, *forms) if language == "ru" else forms[0 if count == 1 else 1]


def plural(count: int, one: str, few: str, many: str) -> str:
    """The Russian form after a number: 1 письмо, 2 письма, 5 писем, 11 писем, 21 письмо."""
    tens, units = count % 100, count % 10
    if 11 <= tens <= 14:
        return many
    return one if units == 1 else few if 2 <= units <= 4 else many
