"""Reads letters with the rules in force and tells how well rules, model and both agree with what people said of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mailbot.cli.printing import progress

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from mailbot.claims.agreement import Agreement, Figures, Said
    from mailbot.claims.category import Verdict
    from mailbot.claims.lesson import Lesson
    from mailbot.rulebook import Rules

_WIDE = 14


@dataclass(frozen=True, slots=True)
class Reading:
    """What the rules alone say of one letter."""

    verdict: Verdict
    language: str


def read_by_rules(rules: Rules, lessons: Sequence[Lesson], now: datetime, office: tzinfo) -> list[Reading]:
    """Every letter read by the rules alone; a bar on a terminal."""
    from mailbot.claims.message import IncomingMail
    from mailbot.classify.understand import Reader

    reader, found = Reader(rules), []
    for lesson in progress(lessons, "reading", len(lessons)):
        understood = reader.understand(IncomingMail(subject=lesson.subject, text=lesson.text), now, office)
        found.append(Reading(understood.verdict, understood.language))
    return found


def main_categories(rules: Rules) -> tuple[str, ...]:
    """The categories that macro-F1 is the mean of."""
    return tuple(category.id for category in rules.categories if category.main)


def told(judged: Sequence[Said], macro_over: Sequence[str]) -> dict[str, Any]:
    """Figures of one way as JSON data: all letters together, and each language."""
    from mailbot.claims.agreement import agreement

    languages = sorted({one.language for one in judged})
    by_language = {name: plain(agreement([one for one in judged if one.language == name], macro_over)) for name in languages}
    return {**plain(agreement(judged, macro_over)), "languages": by_language}


def plain(found: Agreement) -> dict[str, Any]:
    return {
        "letters": found.letters,
        "accuracy": _share(found.right, found.letters),
        "macro_f1": round(found.macro_f1, 4),
        "abstained": found.abstained,
        "abstention": _share(found.abstained, found.letters),
        "categories": {name: _figures(figures) for name, figures in found.by_category.items()},
        "confusion": [{"true": gold, "said": said, "letters": count} for (gold, said), count in sorted(found.confusion.items())],
    }


def _figures(figures: Figures) -> dict[str, Any]:
    precision, recall = figures.precision, figures.recall
    return {
        "letters": figures.true,
        "precision": None if precision is None else round(precision, 4),
        "recall": None if recall is None else round(recall, 4),
        "f1": round(figures.f1, 4),
    }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def page(way: str, figures: dict[str, Any]) -> str:
    """One way for people: all letters and each language, a line a category."""
    lines = []
    for name, part in (("all", figures), *figures["languages"].items()):
        head = f"{way}, {name}: {part['letters']} letters, macro-F1 {_number(part['macro_f1'])}, unsorted {part['abstained']}"
        lines += [head, f"  {'category':{_WIDE}} precision  recall      F1  letters"]
        for category, one in part["categories"].items():
            each = f"{_number(one['precision']):>9} {_number(one['recall']):>7} {_number(one['f1']):>7} {one['letters']:>8}"
            lines.append(f"  {category:{_WIDE}} {each}")
    return "\n".join(lines)


def confusion_page(figures: dict[str, Any]) -> str:
    """What is taken for what: a row for each true category, a column for each that was said."""
    pairs = {(one["true"], one["said"]): one["letters"] for one in figures["confusion"]}
    rows, columns = sorted({true for true, _ in pairs}), sorted({said for _, said in pairs})
    lines = [" " * _WIDE + " ".join(f"{name[:9]:>9}" for name in columns)]
    lines += [f"{true:{_WIDE}}" + " ".join(f"{pairs.get((true, said), 0) or '·':>9}" for said in columns) for true in rows]
    return "\n".join(lines)


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
