"""The same defect again and again: more cases of one product or batch than its own history explains (Poisson test). Pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class RecurrenceRule:
    """The numbers of rules/recurring.toml."""

    window_days: int = 14
    history_days: int = 365
    history_at_least_days: int = 30
    least: int = 3
    chance: float = 0.0005
    grown_by: float = 0.5


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A case as the test counts it: on which day of the office it came, about what. "" where the customer did not say."""

    number: str
    day: date
    category: str
    product: str = ""
    batches: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cluster:
    """Cases of one kind that are too many to be chance. `what` is product | batch, `name` as customers write it; `product` "" if unsaid."""

    category: str
    what: str
    name: str
    product: str
    numbers: tuple[str, ...]  # of the window, the newest last
    first: date
    last: date
    days: int  # of the window
    usual: float  # how many its history lets expect in such a window
    chance: float  # of so many or more, if all were as usual

    @property
    def key(self) -> str:
        """Tells it from others: the same kind of cases has the same key on each day."""
        return "/".join((self.category, self.what, _plain(self.product), _plain(self.name)))

    @property
    def size(self) -> int:
        return len(self.numbers)


@dataclass(frozen=True, slots=True)
class Told:
    """When a cluster of this key was last told, and how large it was."""

    on: date
    size: int


def clusters(cases: Iterable[Occurrence], rule: RecurrenceRule, *, today: date, begun_on: date) -> tuple[Cluster, ...]:
    """What stands out in the window that ends today, the least likely first. `begun_on`: since when cases are kept at all.

    A batch lives for weeks and has no history: it is measured by its product's. Where one batch makes up most of what stands out
    of its product, the batch alone is told.
    """
    window = today - timedelta(days=rule.window_days - 1)
    history = max(begun_on, window - timedelta(days=rule.history_days))
    days = (window - history).days
    if days < rule.history_at_least_days:
        return ()
    lately: dict[_Key, list[Occurrence]] = {}
    before: Counter[tuple[str, str]] = Counter()
    for case in cases:
        if window <= case.day <= today:
            for key in _keys(case):
                lately.setdefault(key, []).append(case)
        elif history <= case.day < window:
            before[case.category, _plain(case.product)] += 1
    found = []
    for key, several in lately.items():
        earlier = before[key.category, key.product] if key.product else 0
        usual = (earlier + 1) * rule.window_days / days  # one more than was seen: a rare case is not a law of nature
        chance = poisson_tail(len(several), usual)
        if len(several) >= rule.least and chance < rule.chance:
            found.append(_cluster(key, several, rule.window_days, usual, chance))
    return tuple(sorted(_without_shadows(found), key=lambda one: (one.chance, one.key)))


def is_to_be_told(cluster: Cluster, told: Told | None, rule: RecurrenceRule, today: date) -> bool:
    """The first time, when it has grown by half again, and when it still stands although all that was told of has left the window."""
    if told is None or (today - told.on).days >= rule.window_days:
        return True
    return cluster.size >= math.ceil(told.size * (1 + rule.grown_by))


def poisson_tail(count: int, mean: float) -> float:
    """The exact chance of `count` or more where `mean` are expected; summed from its own end, so that tiny ones are right too."""
    if count <= 0:
        return 1.0
    if mean <= 0:
        return 0.0
    if count <= mean:  # the tail is the larger part: sum what is left of it
        return 1.0 - math.fsum(_poisson(n, mean) for n in range(count))
    term = _poisson(count, mean)
    total, n = term, count
    while term > total * 1e-17:
        n += 1
        term *= mean / n
        total += term
    return min(1.0, total)


def _poisson(n: int, mean: float) -> float:
    return math.exp(n * math.log(mean) - mean - math.lgamma(n + 1))


@dataclass(frozen=True, slots=True)
class _Key:
    """Plain names. A batch is one of its product: two products may have a batch of one number, which is often a date."""

    category: str
    product: str
    batch: str = ""


def _keys(case: Occurrence) -> list[_Key]:
    product = _plain(case.product)
    batches = dict.fromkeys(name for batch in case.batches if (name := _plain(batch)))
    return [*([_Key(case.category, product)] if product else []), *(_Key(case.category, product, name) for name in batches)]


def _cluster(key: _Key, several: Sequence[Occurrence], days: int, usual: float, chance: float) -> Cluster:
    ordered = sorted(several, key=lambda case: (case.day, case.number))
    product = Counter(case.product for case in several).most_common(1)[0][0]
    batches = Counter(batch for case in several for batch in case.batches if _plain(batch) == key.batch)
    return Cluster(
        category=key.category,
        what="batch" if key.batch else "product",
        name=batches.most_common(1)[0][0] if key.batch else product,
        product=product,
        numbers=tuple(case.number for case in ordered),
        first=ordered[0].day,
        last=ordered[-1].day,
        days=days,
        usual=usual,
        chance=chance,
    )


def _without_shadows(found: Sequence[Cluster]) -> list[Cluster]:
    """A product of whose cases two thirds are of one batch that stands out itself adds nothing."""
    batches = [set(one.numbers) for one in found if one.what == "batch"]
    return [one for one in found if one.what == "batch" or not any(3 * len(b & set(one.numbers)) >= 2 * one.size for b in batches)]


def _plain(name: str) -> str:
    """Names that differ in case, blanks and dashes only are one."""
    return "".join(letter for letter in name.casefold().replace("ё", "е") if letter.isalnum())
