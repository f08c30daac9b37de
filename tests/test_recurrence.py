"""Recurring defects: what chance explains is not told, what it does not explain is told within days, once."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal, localcontext
from pathlib import Path

import pytest

from mailbot.claims.errors import SetupError
from mailbot.claims.recurrence import Cluster, Occurrence, RecurrenceRule, Told, clusters, is_to_be_told, poisson_tail
from mailbot.rulebook.recurring import load_recurring

RULE = load_recurring(None)
BEGUN = date(2024, 1, 1)
TODAY = date(2026, 6, 1)
DAY = timedelta(days=1)


def at(days_ago: int, product: str = "Насос НЦ-40", category: str = "quality", n: int = 0, batches: tuple[str, ...] = ()) -> Occurrence:
    return Occurrence(f"2026-{n:04}", TODAY - days_ago * DAY, category, product, batches)


def found(cases: list[Occurrence], today: date = TODAY, rule: RecurrenceRule = RULE, begun: date = BEGUN) -> list[tuple[str, str, int]]:
    return [(one.what, one.name, one.size) for one in clusters(cases, rule, today=today, begun_on=begun)]


# --- the tail


@pytest.mark.parametrize("mean", [0.04, 0.5, 1.0, 7.3, 50.0, 400.0])
def test_the_tail_is_exact(mean: float) -> None:
    """Against sums of 60 digits."""
    with localcontext() as context:
        context.prec = 60
        m = Decimal(mean)
        term, total, below = (-m).exp(), Decimal(0), []
        for n in range(900):
            below.append(total)
            total += term
            term *= m / (n + 1)
        for count in (0, 1, 2, 3, 5, 10, 40, 80, 450):
            exact = float(1 - below[count])
            assert poisson_tail(count, mean) == pytest.approx(exact, rel=1e-9, abs=1e-50), count


def test_the_tail_at_its_ends() -> None:
    assert poisson_tail(0, 5.0) == 1.0
    assert poisson_tail(-1, 5.0) == 1.0
    assert poisson_tail(1, 0.0) == 0.0
    assert poisson_tail(3, 14 / 365) == pytest.approx(9.1e-6, rel=0.01)


# --- what stands out


def test_three_of_a_product_never_heard_of() -> None:
    assert found([at(n, n=n) for n in (0, 3, 13)]) == [("product", "Насос НЦ-40", 3)]
    assert found([at(n, n=n) for n in (0, 3)]) == []
    assert found([at(n, n=n) for n in (0, 3, 14)]) == [], "the window has fourteen days"
    assert found([at(0, n=1), at(1, n=2, category="damage"), at(2, n=3)]) == [], "each category by itself"


def test_names_that_differ_in_blanks_and_dashes_are_one() -> None:
    cases = [at(0, "Насос НЦ-40", n=1), at(1, "насос НЦ 40", n=2), at(2, "Насос  НЦ–40", n=3), at(3, "Насос НЦ-40", n=4)]
    (one,) = clusters(cases, RULE, today=TODAY, begun_on=BEGUN)
    assert one.name == "Насос НЦ-40"
    assert one.numbers == ("2026-0004", "2026-0003", "2026-0002", "2026-0001")
    assert (one.first, one.last) == (TODAY - 3 * DAY, TODAY)
    assert one.key == "quality/product/насоснц40/насоснц40"


def test_what_is_usual_is_not_told() -> None:
    """Four a fortnight all the year round: seven are chance, and fifteen are not."""
    usual = [at(14 + round(n * 3.5), n=n) for n in range(104)]
    assert found([*usual, *(at(n % 14, n=500 + n) for n in range(7))]) == []
    assert found([*usual, *(at(n % 14, n=500 + n) for n in range(15))]) == [("product", "Насос НЦ-40", 15)]


def test_a_batch_is_measured_by_its_product() -> None:
    usual = [at(14 + round(n * 3.5), n=n) for n in range(104)]
    batch = [at(n, n=500 + n, batches=("П-140626",)) for n in range(4)]
    assert found(usual + batch) == [], "four of one batch where four of the product are usual"
    assert found([at(n, n=n, batches=("П-140626",)) for n in range(4)]) == [("batch", "П-140626", 4)], "and the product is not told beside it"
    assert found([at(n, "", n=n, batches=("П 140626",)) for n in range(3)]) == [("batch", "П 140626", 3)]


def test_two_products_have_batches_of_one_number() -> None:
    cases = [at(0, "Насос", n=1, batches=("140626",)), at(1, "Кран", n=2, batches=("140626",)), at(2, "Вентиль", n=3, batches=("140626",))]
    assert found(cases) == []


def test_a_product_of_which_one_batch_is_a_part_only_is_told_beside_it() -> None:
    cases = [at(n, n=n, batches=("1",)) for n in range(4)] + [at(n, n=10 + n) for n in range(5)]
    assert sorted(found(cases)) == [("batch", "1", 4), ("product", "Насос НЦ-40", 9)]


def test_a_young_store_does_not_judge() -> None:
    cases = [at(n, n=n) for n in range(5)]
    enough = TODAY - (RULE.window_days - 1 + RULE.history_at_least_days) * DAY
    assert found(cases, begun=enough + DAY) == []
    assert found(cases, begun=enough) == [("product", "Насос НЦ-40", 5)]


# --- once


def a_cluster(size: int) -> Cluster:
    return Cluster("quality", "batch", "П-1", "Насос", tuple(f"2026-{n:04}" for n in range(size)), TODAY, TODAY, 14, 0.1, 1e-6)


def test_told_once_and_again_when_it_has_grown_by_half() -> None:
    assert is_to_be_told(a_cluster(4), None, RULE, TODAY)
    told = Told(TODAY, 4)
    assert [is_to_be_told(a_cluster(size), told, RULE, TODAY + DAY) for size in (4, 5, 6, 7)] == [False, False, True, True]
    assert [is_to_be_told(a_cluster(size), Told(TODAY, 5), RULE, TODAY) for size in (7, 8)] == [False, True]
    assert [is_to_be_told(a_cluster(4), told, RULE, TODAY + n * DAY) for n in (13, 14)] == [False, True]


# --- years of chance


def a_day_of(chance: random.Random, mean: float) -> int:
    """How many on a day, drawn by Knuth's product: independent of the code under test."""
    import math

    limit, product, count = math.exp(-mean), chance.random(), 0
    while product > limit:
        product *= chance.random()
        count += 1
    return count


def years(seed: int, products: int, years_: int, per_year: float, extra: tuple[date, float] | None = None) -> list[Occurrence]:
    """So many products at an even rate; `extra`: from a day on the first product comes so many times as often, in one batch."""
    chance, cases, n = random.Random(seed), [], 0
    for k in range(products):
        for offset in range(365 * years_):
            day = BEGUN + offset * DAY
            more = extra is not None and k == 0 and day >= extra[0]
            for _ in range(a_day_of(chance, per_year / 365 * (extra[1] if more and extra else 1))):
                n += 1
                cases.append(Occurrence(f"2026-{n:05}", day, "quality", f"P{k}", ("B1",) if more else (f"B{day.toordinal() // 40}",)))
    return cases


def told_over(cases: list[Occurrence], first: date, last: date) -> list[tuple[date, Cluster]]:
    """What is told from day to day, as the daemon tells it."""
    told: dict[str, Told] = {}
    heard = []
    for offset in range((last - first).days + 1):
        today = first + offset * DAY
        window = [case for case in cases if today - 380 * DAY <= case.day <= today]
        for one in clusters(window, RULE, today=today, begun_on=BEGUN):
            if is_to_be_told(one, told.get(one.key), RULE, today):
                told[one.key] = Told(today, one.size)
                heard.append((today, one))
    return heard


@pytest.mark.parametrize(("per_year", "seed"), [(0.5, 1), (3.0, 2), (12.0, 3), (60.0, 4)])
def test_years_of_chance_give_fewer_false_alarms_than_the_file_says(per_year: float, seed: int) -> None:
    products = 40
    cases = years(seed, products, 2, per_year)
    heard = told_over(cases, BEGUN + 365 * DAY, BEGUN + 730 * DAY)
    assert len(heard) <= 0.05 * products, [(day, one.name, one.size, one.usual) for day, one in heard]


@pytest.mark.parametrize(("per_year", "times", "within"), [(200.0, 3.0, 14), (200.0, 2.0, 35), (60.0, 4.0, 16), (20.0, 10.0, 16)])
def test_a_bad_batch_is_found_within_days(per_year: float, times: float, within: int) -> None:
    delays = []
    for seed in range(5):
        begins = BEGUN + 400 * DAY
        heard = [day for day, one in told_over(years(100 + seed, 1, 2, per_year, (begins, times)), begins, begins + 60 * DAY) if one.product == "P0"]
        delays.append((heard[0] - begins).days if heard else 99)
    assert sorted(delays)[2] <= within, delays
    assert max(delays) < 60, "each is found"


# --- the file


def test_the_shipped_file_says_what_the_code_has() -> None:
    assert RecurrenceRule() == RULE


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("window_days = 0", "recurring.toml:2: window_days 0 is not possible."),
        ("least = 1.5", "recurring.toml:2: least 1.5 is not possible."),
        ("chance = 0.5", "recurring.toml:2: chance 0.5 is not possible."),
        ("chance = true", "recurring.toml:2: chance True is not possible."),
        ('grown_by = "half"', "recurring.toml:2: grown_by 'half' is not possible."),
        ("windowdays = 3", "recurring.toml:2: windowdays is not a key of this file."),
        ("history_days = 20", "recurring.toml:0: history_at_least_days is more than history_days."),
    ],
)
def test_a_fault_names_its_line(tmp_path: Path, line: str, said: str) -> None:
    (tmp_path / "recurring.toml").write_text(f"schema = 1\n{line}\n", encoding="utf-8")
    with pytest.raises(SetupError) as refused:
        load_recurring(tmp_path)
    (fault,) = refused.value.faults
    assert said.partition(": ")[2] in f"{fault.key} {fault.problem}"
    assert f"{Path(fault.file).name}:{fault.line}" == said.partition(": ")[0]


def test_an_own_file_need_not_say_all(tmp_path: Path) -> None:
    (tmp_path / "recurring.toml").write_text("schema = 1\nleast = 5\n", encoding="utf-8")
    assert load_recurring(tmp_path) == RecurrenceRule(least=5)
