"""The cases that the later letters of tests/guard_by_hand are about (from the sixth file on)."""

from __future__ import annotations

from datetime import date

from mailbot.claims.guard import CaseFacts

LATER_CASES = {
    "press": CaseFacts(
        number="2026-0712",
        written_on=date(2026, 11, 26),
        binding_on=date(2026, 12, 8),
        dates=frozenset({date(2026, 11, 13), date(2026, 11, 16), date(2026, 11, 17), date(2026, 11, 20), date(2026, 12, 1), date(2026, 12, 8)}),
        amounts=(186400.0, 12500.0),
        own_numbers=frozenset({"+7 351 200-40-11", "+7 922 111-22-33", "2026-0712", "3318", "55710", "PR-40-00917"}),
        own_names=("Игорь Павлович Ракитин", "ООО «Термолит»", "Лариса Витальевна Чумак", "АО «Гидромаш-Сервис»"),
        strangers=("ЗАО «Северстрой»", "Вадим Тихонов"),
        stranger_numbers=frozenset({"2026-0698", "88231"}),
        insiders=("Денис Хромов", "Оксана Белая"),
        said=(
            "Здравствуйте! По заказу 55710 (УПД № 3318 от 13.11.2026) получили 16.11 пресс гидравлический, сер. № PR-40-00917. Течёт "
            "масло по штоку, под нагрузкой 12 т не держит давление. Стоимость пресса 186 400 руб., доставка 12 500 руб. Просим "
            "заменить уплотнения или пресс. Простой с 17 ноября. Ракитин И.П., главный инженер, +7 922 111-22-33"
        ),
    ),
    "couch": CaseFacts(
        number="2026-0745",
        written_on=date(2026, 11, 25),
        binding_on=date(2026, 12, 3),
        decided=frozenset({"refund"}),
        dates=frozenset({date(2026, 11, 21), date(2026, 11, 23), date(2026, 11, 27), date(2026, 12, 2), date(2026, 12, 3)}),
        amounts=(48900.0, 3200.0),
        own_numbers=frozenset({"2026-0745", "70218", "8 800 500-33-12"}),
        own_names=("Светлана Юрьевна Дорохова", "Павел Андреевич Ким", "Дом и Лад"),
        strangers=("Марина Олеговна Лапина", "ИП Кравец"),
        stranger_numbers=frozenset({"2026-0741", "70155"}),
        insiders=("Руслан Гатин", "Юлия Шубина"),
        said=(
            "Добрый день. 21 ноября привезли диван по заказу 70218, на спинке разрыв ткани и одна ножка короче. Диван стоил 48 900 "
            "рублей, за доставку взяли 3200. Фото прилагаю. Хочу вернуть деньги. Светлана Юрьевна Дорохова"
        ),
    ),
    "gloves": CaseFacts(
        number="2026-0760",
        written_on=date(2026, 11, 26),
        binding_on=date(2026, 12, 4),
        decided=frozenset({"topup"}),
        dates=frozenset({date(2026, 11, 18), date(2026, 11, 19), date(2026, 11, 30), date(2026, 12, 4)}),
        amounts=(7245.0, 2415.0, 96600.0),
        own_numbers=frozenset({"+7 495 710-22-18", "2026-0760", "907", "ЗК-1184"}),
        own_names=("Наталья Гринько", "ООО «Аптека-Плюс»", "Олег Сергеевич Маликов", "ООО «МедСнаб»"),
        strangers=("ООО «Витамед»", "Роман Ильич Бурцев"),
        stranger_numbers=frozenset({"2026-0757", "ЗК-1190"}),
        insiders=("Алексей Жуков", "Тамара Рябова"),
        said=(
            "Коллеги, добрый день! При приёмке 19.11 по заказу ЗК-1184 (УПД 907 от 18.11.2026) вместо 40 коробок перчаток пришло 37, "
            "недостача 3 коробки по 2 415 руб., итого 7 245 руб. из 96 600 руб. Акт прилагаем. Просим довезти. Наталья Гринько, "
            "Аптека-Плюс"
        ),
    ),
    "boiler": CaseFacts(
        number="2026-0733",
        written_on=date(2026, 11, 26),
        binding_on=date(2026, 12, 7),
        dates=frozenset({date(2025, 10, 2), date(2025, 9, 14), date(2026, 11, 23), date(2026, 12, 1), date(2026, 12, 7)}),
        amounts=(64700.0,),
        own_numbers=frozenset({"+7 343 300-71-71", "2026-0733", "TK24-118845"}),
        own_names=("Андрей Николаевич Шевцов", "Ирина Олеговна Сафронова", "ООО «Тёплый контур»"),
        strangers=("Галина Петровна Осокина", "ТСЖ «Берёзки»"),
        stranger_numbers=frozenset({"2026-0729", "TK24-118790"}),
        insiders=("Фёдор Ляпин", "Зоя Мельник"),
        said=(
            "Здравствуйте. Купил у вас котёл ТЕПЛО-24, серийный TK24-118845, 14.09.2025 за 64 700 рублей, ввели в эксплуатацию 2 "
            "октября 2025. С понедельника ошибка E04, дома холодно. Пришлите мастера или меняйте котёл. Шевцов Андрей Николаевич"
        ),
    ),
    "marine": CaseFacts(
        number="2026-0718",
        written_on=date(2026, 11, 26),
        binding_on=date(2026, 12, 14),
        decided=frozenset({"repair"}),
        dates=frozenset({date(2026, 11, 18), date(2026, 11, 9), date(2026, 12, 11), date(2026, 12, 14)}),
        amounts=(4180.0,),
        own_numbers=frozenset({"+44 1752 550 120", "2026-0718", "MX-7741", "SO-20881"}),
        own_names=("James Corrigan", "Corrigan Marine Ltd", "Elena Markova", "Hydroline"),
        strangers=("Baltic Dredging OÜ", "Thomas Reuter"),
        stranger_numbers=frozenset({"2026-0703", "SO-20854"}),
        insiders=("Victor Samson", "Polina Reed"),
        said=(
            "Dear Hydroline, the bilge pump MX-7741 from order SO-20881, delivered on 9 November 2026, stops after ten minutes. It "
            "cost EUR 4,180.00. Please repair or replace it. James Corrigan, Corrigan Marine Ltd"
        ),
    ),
    "tiles": CaseFacts(
        number="2026-0751",
        written_on=date(2026, 11, 26),
        binding_on=date(2026, 12, 5),
        dates=frozenset({date(2026, 11, 20), date(2026, 11, 24), date(2026, 11, 30), date(2026, 12, 5)}),
        amounts=(612.4, 38.0),
        own_numbers=frozenset({"+44 117 900 4455", "2026-0751", "T-5519"}),
        own_names=("Helen Okafor", "Marcus Dale", "Stonefield Tiles"),
        strangers=("Priya Nair", "Harcourt Builders"),
        stranger_numbers=frozenset({"2026-0744", "T-5502"}),
        insiders=("Gary Pike", "Wendy Lowe"),
        said=(
            "Hello, my order T-5519 arrived on 20 November, 14 of the 60 tiles are cracked. I paid £612.40 plus £38 delivery. What "
            "are you going to do about it? Helen Okafor"
        ),
    ),
    "window": CaseFacts(
        number="2026-0810",
        written_on=date(2026, 11, 24),
        binding_on=date(2026, 12, 3),
        dates=frozenset({date(2026, 10, 28), date(2026, 11, 12), date(2026, 11, 23), date(2026, 11, 27), date(2026, 12, 3)}),
        amounts=(74350.0, 5900.0),
        own_numbers=frozenset({"+7 812 640-20-20", "114/26", "2026-0810", "О-61874"}),
        own_names=("Ксения Романовна Будина", "Тимур Ренатович Асхадов", "ООО «Светлые окна»"),
        strangers=("Людмила Фёдоровна Ежова", "ООО «Полистрой»"),
        stranger_numbers=frozenset({"2026-0803", "О-61790"}),
        insiders=("Вадим Щукин", "Инна Лосева"),
        said=(
            "Здравствуйте! 12 ноября по договору 114/26 от 28.10.2026 (заказ О-61874) поставили окно на кухню, стеклопакет запотевает"
            " изнутри, створка не закрывается. Стоимость 74 350 руб., монтаж 5 900 руб. Прошу заменить стеклопакет. Ксения Романовна "
            "Будина"
        ),
    ),
    "bolts": CaseFacts(
        number="2026-0822",
        written_on=date(2026, 11, 25),
        binding_on=date(2026, 12, 9),
        decided=frozenset({"replacement"}),
        dates=frozenset({date(2026, 11, 17), date(2026, 11, 19), date(2026, 11, 24), date(2026, 12, 4), date(2026, 12, 9)}),
        amounts=(312000.0, 39000.0),
        own_numbers=frozenset({"+7 343 222-70-10", "2026-0822", "5571", "В-2210", "ПЛ-3409"}),
        own_names=("Денис Викторович Паршин", "АО «Мостострой-9»", "Жанна Игоревна Крот", "ООО «Метизный двор»"),
        strangers=("ООО «Кранмонтаж»", "Сергей Львович Дудник"),
        stranger_numbers=frozenset({"2026-0815", "ПЛ-3388"}),
        insiders=("Глеб Сомов", "Раиса Власова"),
        said=(
            "Добрый день. По заказу ПЛ-3409 (УПД 5571 от 17.11.2026) получили 19.11 болты М20, партия В-2210, 8 ящиков по 39 000 "
            "руб., всего 312 000 руб. В одном ящике болты класса 5.8 вместо 8.8. Просим заменить ящик. Паршин Д.В., начальник "
            "снабжения"
        ),
    ),
    "fridge": CaseFacts(
        number="2026-0831",
        written_on=date(2026, 11, 25),
        binding_on=date(2026, 12, 7),
        dates=frozenset({date(2026, 11, 14), date(2026, 11, 22), date(2026, 11, 30), date(2026, 12, 7)}),
        amounts=(899.0, 45.0),
        own_numbers=frozenset({"+44 161 555 0199", "2026-0831", "CX9-40125", "F-77120"}),
        own_names=("Daniel Frost", "Olivia Hart", "Coldline Stores"),
        strangers=("Amelia Brooks", "Kingsway Catering Ltd"),
        stranger_numbers=frozenset({"2026-0826", "F-77098"}),
        insiders=("Leonard Cole", "Tessa Quinn"),
        said=(
            "Hi, the fridge (serial CX9-40125, order F-77120) delivered 14 November does not cool below 9 degrees. I paid £899 and "
            "£45 for delivery. I want it replaced. Daniel Frost"
        ),
    ),
    "flour": CaseFacts(
        number="2026-0840",
        written_on=date(2026, 11, 25),
        binding_on=date(2026, 12, 8),
        decided=frozenset({"compensation"}),
        dates=frozenset({date(2026, 11, 16), date(2026, 11, 17), date(2026, 12, 1), date(2026, 12, 4), date(2026, 12, 8)}),
        amounts=(13800.0, 1150.0),
        own_numbers=frozenset({"+7 844 210-33-40", "2026-0840", "4410", "М-772"}),
        own_names=("Галина Степановна Рожкова", "ООО «Хлебница»", "Антон Викторович Зуев", "АО «Мелькомбинат»"),
        strangers=("ИП Саркисян", "ООО «Колос-Юг»"),
        stranger_numbers=frozenset({"2026-0838", "М-727"}),
        insiders=("Борис Гладков", "Нина Орешкина"),
        said=(
            "Здравствуйте! По заказу М-772 (ТТН 4410 от 16.11.2026) 17 ноября приняли 50 мешков муки, 12 из них подмочены, мешок 1 150 руб., "
            "всего 13 800 руб. Просим составить акт и возместить. Рожкова Галина Степановна, пекарня «Хлебница»"
        ),
    ),
    "phone": CaseFacts(
        number="2026-0855",
        written_on=date(2026, 11, 26),
        binding_on=date(2026, 12, 4),
        decided=frozenset({"refusal"}),
        dates=frozenset({date(2026, 9, 3), date(2026, 11, 24), date(2026, 12, 1), date(2026, 12, 4)}),
        amounts=(27990.0,),
        own_numbers=frozenset({"+7 495 660-11-22", "2026-0855", "NX-884120", "61502"}),
        own_names=("Роман Алексеевич Тарасов", "Вера Ильинична Лосева", "ООО «Связной дом»"),
        strangers=("Екатерина Юрьевна Мальцева", "ООО «Радуга-Опт»"),
        stranger_numbers=frozenset({"2026-0848", "61520"}),
        insiders=("Степан Дроздов", "Алла Чернова"),
        said=(
            "Здравствуйте. Купил у вас 03.09.2026 телефон Nova, заказ 61502, серийный NX-884120, за 27 990 руб. Экран треснул сам! Вы жулики и "
            "обманщики, верните деньги немедленно. Не ответите до 1 декабря — пойду в суд. Роман Алексеевич Тарасов"
        ),
    ),
    "jacket": CaseFacts(
        number="2026-0858",
        written_on=date(2026, 11, 26),
        binding_on=date(2026, 12, 10),
        decided=frozenset({"refusal"}),
        dates=frozenset({date(2026, 11, 2), date(2026, 11, 23), date(2026, 12, 4), date(2026, 12, 10)}),
        amounts=(149.0,),
        own_numbers=frozenset({"+44 1539 555 310", "2026-0858", "J-3307"}),
        own_names=("Laura Bennett", "Peter Walsh", "Northfell Outdoor"),
        strangers=("Simon Archer", "Peak Rentals Ltd"),
        stranger_numbers=frozenset({"2026-0851", "J-3370"}),
        insiders=("Graham Tully", "Nora Finch"),
        said=(
            "You are thieves! The jacket from order J-3307 (£149, delivered 2 November 2026) tore after a week. This is a disgrace and a scam. "
            "Refund me by 4 December or I go to Trading Standards. Laura Bennett (Ms)"
        ),
    ),
}
