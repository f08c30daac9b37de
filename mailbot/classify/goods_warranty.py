"""The warranty by our own files: the item's serial number, else its article or name; what the letter states fills the gaps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from mailbot.claims.facts import Facts, Warranty
from mailbot.claims.goods import Catalogue, Goods, SoldItem, code_key, name_key
from mailbot.classify.nearest_days import later
from mailbot.classify.warranty import basis_of

MOST_WORDS = 20_000  # of a letter that are compared with names
_BASES = {"sale": "sold", "shipment": "shipped", "commissioning": "commissioned"}
_UNITS = {"day": "days", "month": "months", "year": "years"}


class GoodsFinder:
    """Finds our goods in a letter. The longest names are looked for first."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        lengths: dict[str, set[int]] = {}
        for name in catalogue.names:
            lengths.setdefault(name[0], set()).add(len(name))
        self._lengths = {word: sorted(found, reverse=True) for word, found in lengths.items()}  # of the names that begin so

    def items(self, facts: Facts) -> list[SoldItem]:
        """The items whose serial numbers stand in the letter, each once."""
        keys = dict.fromkeys(code_key(str(fact.value)) for fact in facts.serials)
        return [self._catalogue.sold[key] for key in keys if key in self._catalogue.sold]

    def sales(self, goods: Sequence[Goods], facts: Facts) -> list[SoldItem]:
        """What was sold of these articles to whom the letter names by ИНН."""
        keys = ((code_key(one.article), inn) for one in goods for inn in facts.inn)
        return [item for key in keys for item in self._catalogue.sales.get(key, ())]

    def goods(self, facts: Facts, texts: Iterable[str]) -> list[Goods]:
        """The articles named in the letter: by number, else by model, else by name."""
        for numbers in (facts.articles, facts.models):
            keys = dict.fromkeys(code_key(str(fact.value)) for fact in numbers)
            if found := [self._catalogue.articles[key] for key in keys if key in self._catalogue.articles]:
                return found
        named = {(goods.article, goods.name): goods for text in texts for goods in self._named(text)}
        return list(named.values())

    def _named(self, text: str) -> Iterator[Goods]:
        words, at, names = name_key(text)[:MOST_WORDS], 0, self._catalogue.names
        while at < len(words):
            length = next((n for n in self._lengths.get(words[at], ()) if words[at : at + n] in names), 0)
            if length:
                yield names[words[at : at + length]]
            at += length or 1


def warranty_by_files(stated: Warranty, facts: Facts, texts: Sequence[str], finder: GoodsFinder, today: date) -> Warranty:
    """The catalogue first, then what the letter states (`stated`). Several items that stand differently are for a person."""
    named = finder.goods(facts, texts)
    items = finder.items(facts) or finder.sales(named, facts)
    if items:
        judged = [one for item in items if (one := _of_item(item, facts, today)) is not None]
        return _together(judged) if judged else stated
    goods = [one for one in named if one.months is not None]
    if not goods or len({one.months for one in goods}) > 1:
        return stated
    basis, day = basis_of(facts)
    if day is not None:
        return _computed(goods[0], int(goods[0].months or 0), "month", day, basis, today, "catalogue_stated_day")
    if stated.status != "unknown":
        return stated
    reason = f"The catalogue gives {goods[0].months} months for {_named(goods[0])}, but neither letter nor files say from which day."
    return Warranty("unknown", None, "no_start", reason)


def _of_item(item: SoldItem, facts: Facts, today: date) -> Warranty | None:
    """One item by its serial number; None where neither file nor letter has a term or a day."""
    term = next((fact for fact in facts.warranty_terms if fact.unit in _UNITS), None)
    stated_basis, stated_day = basis_of(facts)
    day, basis = (item.sold_on, _BASES[item.basis]) if item.sold_on is not None else (stated_day, stated_basis)
    if item.goods.months is not None:
        if day is None:
            reason = f"{_named(item.goods)}, serial {item.serial}, has {item.goods.months} months, but no day of sale is known."
            return Warranty("unknown", None, "no_start", reason)
        return _computed(item.goods, item.goods.months, "month", day, basis, today, "catalogue", item.serial)
    if term is None or day is None:
        return None
    return _computed(item.goods, int(term.value), str(term.unit), day, basis, today, "catalogue_stated_term", item.serial)


def _computed(goods: Goods, count: int, unit: str, day: date, basis: str, today: date, code: str, serial: str = "") -> Warranty:
    last = later(day, count, _UNITS[unit])
    what = f"{_named(goods)}{f', serial {serial}' if serial else ''}"
    if last is None or day > today:
        return Warranty("unknown", None, "day_impossible", f"{what}: {day.isoformat()} ({basis}) lies after the letter or out of all time.")
    reason = f"{what}: {count} {_UNITS[unit]} from {day.isoformat()} ({basis}) end on {last.isoformat()}, by our files."
    return Warranty("valid" if today <= last else "expired", last, code, reason)


def _named(goods: Goods) -> str:
    return re.sub(r"\s+", " ", goods.article or goods.name)


def _together(judged: Sequence[Warranty]) -> Warranty:
    """Several items: the one that ends first where all stand alike, else a person looks at each."""
    if len({one.status for one in judged}) == 1:
        return min(judged, key=lambda one: one.until or date.max)
    reason = "The items stand differently. " + " ".join(one.reason for one in judged)
    return Warranty("unknown", None, "items_differ", reason)
