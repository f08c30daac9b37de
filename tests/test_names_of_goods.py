"""Names of goods and their serial numbers, as people write them behind, before and without a word for what the thing is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mailbot.classify.name_runs import name_begin, name_run
from mailbot.mail_in.read import read_mail
from tests.letter_facts import OFFICE
from tests.reading import reader

ARRIVED = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

MODELS = {
    "Купил у вас дрель Зубр ДУ-650 ЭР, патрон бьёт.": ["Зубр ДУ-650 ЭР"],
    "Холодильник Атлант ХМ 4021 не морозит.": ["Атлант ХМ 4021"],
    "Стиральная машина LG F2J3HS0W гудит при отжиме.": ["LG F2J3HS0W"],
    "Плита индукционная Hansa BHI68308, трещина.": ["Hansa BHI68308"],
    "Шуруповёрт makita df333d не держит заряд.": ["makita df333d"],
    "Кресло офисное Метта SU-BK 8, газлифт опускается.": ["Метта SU-BK 8"],
    "Тонометр Omron M2 Basic врёт на 30 единиц.": ["Omron M2 Basic"],
    "Ноутбук Lenovo IdeaPad 3 15ALC6 не включается.": ["Lenovo IdeaPad 3 15ALC6"],
    "Счётчик воды СВК 15-3 не крутится.": ["СВК 15-3"],
    "Станок фрезерно-гравировальный ФГС-1325 стоит.": ["ФГС-1325"],
    "Беговая дорожка «Спринт Т-900» бьёт током.": ["Спринт Т-900"],
    "Модель: Элит 200. Не греет.": ["Элит 200"],
    "Перчатки нитриловые размер L, 100 коробок, порвались.": [],
    "Плитка 30х60, коробка 1,44 м2, недостача 3 коробки.": [],
    "Двигатель 42К1180 стучит.": [],  # a number of one thing, no name
    "Kettle KT-900, bought in March, lid cracked.": ["KT-900"],
    "The wheel balancer WB-240 (from you) shows an error.": ["WB-240"],
    "The Makita HP488D drill stopped after a week.": ["Makita HP488D"],
    "Pump you sold us in October, HydroLine 250, packed up.": ["HydroLine 250"],
    "We need it before December 24, Monday 12 at the latest, the kettle leaks.": [],
}

SERIALS = {
    "Самокат Kugoo S3 Pro не едет, на деке номер KG2309-0455.": ["KG2309-0455"],
    "Счётчик воды СВК 15-3, номер 58123344, не крутится.": ["58123344"],
    "АКБ не держат заряд, заводские № ТГ-0714, ТГ-0719. Ещё у одной, № ТГ-0733, вздулся корпус.": ["ТГ-0714", "ТГ-0719", "ТГ-0733"],
    "Погрузчик не заводится, шасси № 445-1120.": ["445-1120"],
    "Идентификационный номер 0092-11-26, прибор не работает.": ["0092-11-26"],
    "Pump HydroLine 250, no HL250-7781, packed up.": ["HL250-7781"],
    "Two drills are dead, ser.nos. 7781-A, 7782-A.": ["7781-A", "7782-A"],
    "Насос течёт, мой номер 12 в очереди.": [],
}


def named(text: str) -> tuple[list[str], list[str]]:
    raw = f"From: a@mail.example\r\nSubject: =?utf-8?q?Claim?=\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n".encode()
    found = reader().understand(read_mail(raw), ARRIVED, OFFICE).facts
    return [str(one.value) for one in found.models], [str(one.value) for one in found.serials]


@pytest.mark.parametrize("text", MODELS)
def test_the_whole_name_is_read(text: str) -> None:
    assert named(text)[0] == MODELS[text]


@pytest.mark.parametrize("text", SERIALS)
def test_a_number_of_one_thing_is_its_serial(text: str) -> None:
    assert named(text)[1] == SERIALS[text]


def test_a_run_ends_where_the_name_does() -> None:
    text = "Makita HP488D drill"
    assert (name_run(text, 0), name_begin(text, 7)) == (13, 0)
    assert name_run("Bosch washing machine", 0) == 0  # no code: no run
    assert name_run("ТМГ-630,5 кВА", 0) == 0  # a decimal
    assert name_run("Норд 40 шт.", 0) == 0  # counted
