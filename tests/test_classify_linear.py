"""The time of reading grows with the length of a letter, whatever it repeats: numbers, lists, names, demands, days, whole letters."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

import pytest

from mailbot.claims.message import IncomingMail
from mailbot.classify.understand import Reader
from mailbot.rulebook import load_rules
from tests.timing import assert_linear

WHEN = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
LONG = 18_000  # signs; classify/tokens.py reads 20 000
REPEATED = (
    "приняли 47 из 50 коробок, бой 3, ",
    "\n- цемент М500 — 120 (надо 118), приняли 117",
    "серийный номер на наклейке внутри корпуса ",
    "насос Водолей Марина Кристалл ",
    "верните деньги если не вернёте за три дня замените ",
    "8 шт. Остаток г. Омск ",
    "места 7, 8, 15 и 21, ",
    "14 ноября купила, привезли на следующий день, ",
    "drop me the missing 9 and swap the split ones, 64 window units, ",
    "a\t12\t14\t3\n",
    "the remaining 37 sacks are fine, 9 bags are sound, ",
    "фото отправил письмом http://a.b/ накладная б/н от за работу 2 600 ",
    "вес от 18,9 до 19,3 кг, фото 31 шт, 8 off load cells, ",
    "100 101 102 103 104 ",
    "1 2 3 4 ",
    "главное сломан насос, ",
    "Плитка 12\t14\t13\t1\n",
    "xyz",
    ".",
    "?!",
)


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(load_rules(None))


@pytest.mark.parametrize("piece", REPEATED)
def test_twice_as_long_takes_twice_the_time(reader: Reader, piece: str) -> None:
    def read(length: int) -> object:
        return reader.understand(IncomingMail(text="Пришло разбитым, замените. " + (piece * (length // len(piece) + 1))[:length]), WHEN, UTC)

    read(LONG)  # words once looked up are known
    assert_linear(partial(read, LONG // 2), partial(read, LONG), floor=0.05, cap=3)


LETTER = """Добрый день! 14 ноября по накладной № 4471 от 12.11.2026 получили 50 коробок плитки, не хватает 3 коробок, бой 2.
Главное: сломан насос ЦНС-38, серийный номер 5530-2218. Просим заменить до 30 ноября и вернуть 12 500 руб. Фото и акт приложены,
без пломбы. Телефон +7 912 345-67-89. Если не замените, обратимся в суд. Photos to follow in a second e-mail, the act is on the shared drive.

"""
TABLE = "Товар\tПо документам\tПринято\tБой\n"


@pytest.mark.parametrize(
    ("text", "longer"),
    [
        (LETTER * 16, LETTER * 64),
        ("Пришло разбитым. " + "ы" * 10_000, "Пришло разбитым. " + "ы" * 40_000),
        (TABLE + "Плитка\t12\t11\t1\n" * 1250, TABLE + "Плитка\t12\t11\t1\n" * 5000),
        ("Не хватает " + " ".join(str(100 + at % 900) for at in range(250)), "Не хватает " + " ".join(str(100 + at % 900) for at in range(1000))),
    ],
    ids=["letters", "one word", "lines of a table", "numbers"],
)
def test_four_times_as_long_takes_four_times_the_time(reader: Reader, text: str, longer: str) -> None:
    def read(text: str) -> object:
        return reader.understand(IncomingMail(text=text), WHEN, UTC)

    read(longer)
    assert_linear(partial(read, text), partial(read, longer), floor=0.05, cap=3, times=4)
