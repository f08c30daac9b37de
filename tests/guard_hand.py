"""Letters for the guard written by hand as a specialist writes them (tests/guard_by_hand): whole letters about a few cases, bad and good."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from mailbot.claims.guard import CaseFacts
from tests.guard_later_cases import LATER_CASES

FOLDER = Path(__file__).parent / "guard_by_hand"
_HEAD = re.compile(r"^== (?P<verdict>bad|good) (?P<case>\w+)(?: (?P<fault>[\w-]+))??(?: files=(?P<files>[^\n]+))?$", re.MULTILINE)
_OURS = {"written_on": date(2026, 11, 24), "binding_on": date(2026, 12, 3), "insiders": ("Игорь Лапин", "Сергей Ветров", "Igor Lapin")}
_STRANGERS = ("Ольга Никитина", "ООО «ТоргСнаб»", "Дмитрий Соколов", "Margaret Whitfield", "Harrow Supplies Ltd")
_STRANGE_NUMBERS = frozenset({"2026-0388", "2026-0452", "47755", "TX-41890", "90121"})
_DAYS = frozenset({date(2026, 11, 26), date(2026, 11, 23)})


def _case(number: str, numbers: set[str], customer: str, amounts: tuple[float, ...], said: str, **more: object) -> CaseFacts:
    names = (customer, "Анна Петрова", "ООО «Дом и мебель»")
    ours = {"number": number, "own_numbers": frozenset({*numbers, number, "+7 495 123-45-67"}), "own_names": names, "amounts": amounts}
    known = {"dates": _DAYS, "strangers": _STRANGERS, "stranger_numbers": _STRANGE_NUMBERS, "said": said}
    return CaseFacts(**{**_OURS, **known, **ours, **more})  # type: ignore[arg-type]


CASES = {
    "table": _case(
        "2026-0451", {"48213"}, "Мария Ковалёва", (24_900.0,),
        "Треснула столешница\nЗдравствуйте! 20.11.2026 привезли стол «Осло» по заказу 48213, на столешнице трещина. Прошу заменить стол или "
        "вернуть 24 900 руб. Водитель отказался подписывать акт. Иначе обращусь в Роспотребнадзор.\nМария Сергеевна Ковалёва",
    ),
    "boxes": _case(
        "2026-0460", {"51120", "3381"}, "Павел Иванов", (37_280.0,),
        "Недостача по УПД 3381\nДобрый день! По УПД № 3381 от 12.11.2026 (заказ 51120) по документам 120 мест, принято 96. Недостача 24 коробки, "
        "37 280 руб. Просим допоставить.\nС уважением, Иванов Павел Андреевич, ООО «СтройКомплект», +7 921 555-00-11",
    ),
    "heater": _case(
        "2026-0466", {"TX-40981"}, "Саша Черных", (),
        "Не греет обогреватель\nЗдравствуйте. Обогреватель «Тепло-2000», серийный номер TX-40981, куплен 14.10.2024, перестал греть. Что делать?\n"
        "Саша Черных",
        dates=_DAYS | {date(2026, 10, 14), date(2024, 10, 14)},
    ),
    "sofa": _case(
        "2026-0433", {"50077"}, "Виктор Громов", (),
        "Диван по заказу 50077\nДобрый день, на спинке дивана разошлась строчка. Прошу заменить. Телефон +7 916 555-12-34\nВиктор Павлович Громов",
        decided=frozenset({"replacement"}), dates=_DAYS | {date(2026, 11, 20)},
    ),
    "pump": _case(
        "2026-0472", {"PO-7781"}, "Helen Carter", (1_840.0,),
        "Leaking pump, PO-7781\nHello, the pump delivered on 16 November 2026 (order PO-7781, EUR 1,840) leaks at the flange. We want a "
        "replacement or a refund.\nHelen Carter (Ms), Northwind Ltd",
        own_names=("Helen Carter", "Anna Petrova", "Анна Петрова", "ООО «Дом и мебель»", "Dom i Mebel LLC"),
    ),
    "crates": _case(
        "2026-0475", {"90112"}, "James O'Neil", (),
        "Order 90112 short\nHello, your note says twelve crates, nine arrived. Please send the rest. The seal was broken.\nJames O'Neil",
        own_names=("James O'Neil", "Anna Petrova", "Анна Петрова", "ООО «Дом и мебель»", "Dom i Mebel LLC"),
    ),
    **LATER_CASES,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ByHand:
    """A letter; `fault`: what is wrong with it, "" in a good one; `files`: what goes with it."""

    case: str
    fault: str
    files: tuple[str, ...]
    text: str

    @property
    def language(self) -> str:
        return "en" if self.case in ("pump", "crates", "marine", "tiles", "fridge", "jacket") else "ru"

    @property
    def about(self) -> CaseFacts:
        return CASES[self.case]


def by_hand(name: str) -> list[ByHand]:
    """The letters of tests/guard_by_hand/NAME.txt in their order."""
    whole = (FOLDER / f"{name}.txt").read_text("utf-8")
    heads = list(_HEAD.finditer(whole))
    ends = [*(head.start() for head in heads[1:]), len(whole)]
    return [
        ByHand(head["case"], head["fault"] or "", tuple((head["files"] or "").split("|")) if head["files"] else (), whole[head.end() : end].strip())
        for head, end in zip(heads, ends, strict=True)
    ]
