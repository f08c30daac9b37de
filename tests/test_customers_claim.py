"""By mail: who the customer is and what she demands; the terms of the law follow, and the answer says which."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from mailbot.claims.command import Command
from mailbot.claims.commands import read_commands
from mailbot.claims.facts import REMEDIES
from mailbot.claims.remedy_words import DEMANDS, demands_named
from mailbot.cli.case_origin import origins
from mailbot.jobs.policy_of import Ground
from mailbot.store.database import Database
from mailbot.store.listing import case_file
from mailbot.store.tables import clocks
from tests.desk_values import DAY, HOUR, NOW, a_ground, cases, events, file_one, letters, moscow, read_letter
from tests.test_command_book import MAILBOX, digests
from tests.test_customer_letters import say
from tests.values import a_mail, words

NUMBER = "2026-0001"


@pytest.fixture
def db(sqlite_db: Database) -> Database:
    return sqlite_db


@pytest.fixture(scope="module")
def ground() -> Ground:
    return a_ground(mailbox=[MAILBOX])


def arrived(db: Database, ground: Ground, **facts: Any) -> None:
    file_one(db, ground, "m1", NOW, words(**facts), mail=a_mail("Стекло пришло разбитым.", from_="dealer@zakaz.example"))
    digests(db, ground, NOW)


def clock(db: Database, rule: str) -> Any:
    with db.read() as conn:
        return conn.execute(select(clocks).where(clocks.c.rule == rule).order_by(clocks.c.id.desc())).first()


def test_a_consumer_after_all_and_back(db: Database, ground: Ground) -> None:
    arrived(db, ground, sender_kind="business", remedies=("refund",))
    assert clock(db, "ru_zozpp_22_refund") is None
    said = say(db, ground, f"!потребитель {NUMBER} да", "c1", at=NOW + DAY)
    assert "кто клиент: потребитель (раньше: организация или предприниматель)." in said
    assert "Теперь идут сроки: «Возврат денег, уменьшение цены, возмещение» до 3 декабря 2026 г." in said
    assert clock(db, "ru_zozpp_22_refund").due_by == moscow(12, 3, 23, 59, 59)
    (kept,) = [one.data["consumer"] for one in events(db, cases(db)[0].id) if one.what == "customer"]
    assert kept == {"old": "no", "new": "yes"}
    assert "уже так" in say(db, ground, f"!потребитель {NUMBER} физлицо", "c2", at=NOW + DAY)
    back = say(db, ground, f"!отмена {NUMBER}", "c3", at=NOW + DAY + HOUR)
    assert "Снова как было: кто клиент." in back
    assert (cases(db)[0].consumer, clock(db, "ru_zozpp_22_refund").state) == ("no", "stopped")


def test_her_word_stands_when_a_letter_reads_otherwise(db: Database, ground: Ground) -> None:
    arrived(db, ground, sender_kind="unknown", remedies=("refund",))
    said = say(db, ground, f"!потребитель {NUMBER} нет", "c1", at=NOW + HOUR)
    assert "Больше не идут: «Возврат денег, уменьшение цены, возмещение»." in said
    answer = a_mail("Деньги верните.", from_="dealer@zakaz.example", in_reply_to="m1@zakaz.example", references=("m1@zakaz.example",))
    file_one(db, ground, "m2", NOW + 2 * HOUR, words(sender_kind="consumer"), mail=answer)
    assert cases(db)[0].consumer == "no"
    say(db, ground, f"!отмена {NUMBER}", "c2", at=NOW + 3 * HOUR)
    file_one(db, ground, "m3", NOW + 4 * HOUR, words(sender_kind="consumer"), mail=answer)
    assert cases(db)[0].consumer == "yes"  # nobody has said now: the letters speak again


def test_other_demands_have_other_terms(db: Database, ground: Ground) -> None:
    arrived(db, ground, sender_kind="consumer", remedies=("refund",))
    said = say(db, ground, f"!требования {NUMBER} замена и вывоз товара", "c1", at=NOW + HOUR)
    assert "требования клиента: замена, вывоз товара (раньше: возврат денег)." in said
    assert "Теперь идут сроки: «Замена товара» до 30 ноября 2026 г." in said
    assert "Больше не идут: «Возврат денег, уменьшение цены, возмещение»." in said
    assert cases(db)[0].remedies == ["replace", "pickup"]
    assert clock(db, "ru_zozpp_22_refund").state == "stopped"
    say(db, ground, f"!отмена {NUMBER}", "c2", at=NOW + 2 * HOUR)
    assert (cases(db)[0].remedies, clock(db, "ru_zozpp_22_refund").state) == (["refund"], "running")
    assert clock(db, "ru_zozpp_21_replace").state == "stopped"


def test_nothing_is_done_where_it_is_not_clear(db: Database, ground: Ground) -> None:
    arrived(db, ground, sender_kind="consumer", remedies=("refund",))
    refused = say(db, ground, f"!требования {NUMBER} замена, чай", "c1")
    assert "Непонятно: «чай». Возможны: замена, возврат денег, ремонт" in refused
    assert "«!потребитель нет», если это организация" in say(db, ground, f"!потребитель {NUMBER} наверное", "c2")
    assert "«!потребитель да», если клиент покупал для себя" in say(db, ground, f"!потребитель {NUMBER}", "c3")
    assert (cases(db)[0].remedies, cases(db)[0].consumer) == (["refund"], "yes")


def test_in_english(db: Database) -> None:
    people = [{"id": "anna", "name": "Anna", "addresses": ["anna@firma.example"], "language": "en"}]
    ground = a_ground(people=people, mailbox=[MAILBOX])
    arrived(db, ground, sender_kind="unknown", remedies=())
    said = say(db, ground, f"!consumer {NUMBER} yes\n!demands {NUMBER} refund, collection of the goods", "c1")
    assert "who the customer is: a consumer (before: not known whether a consumer or a business)" in said
    assert "the customer demands refund, collection of the goods (before: nothing in particular)" in said
    assert "“Refund, price reduction, compensation (consumer)” until 3 December 2026" in said
    assert "not understood: “tea”" in say(db, ground, f"!demands {NUMBER} tea", "c2").casefold()
    assert cases(db)[0].remedies == ["refund", "pickup"]


@pytest.mark.parametrize(("consumer", "offered"), [("unknown", True), ("business", False), ("consumer", False)])
def test_who_sees_the_case_can_say_it_with_one_tap(db: Database, ground: Ground, consumer: str, offered: bool) -> None:
    arrived(db, ground, sender_kind=consumer, remedies=("refund",))
    say(db, ground, f"!показать {NUMBER}", "c1")
    shown = letters(db, "case_letter")[-1]
    text = read_letter(shown)[1]
    lines = [line.strip() for line in text.splitlines()]
    taps = [line for line in lines if line.startswith("!потребитель")]
    assert [tap.split(" ~")[0] for tap in taps] == [f"!потребитель {NUMBER} да", f"!потребитель {NUMBER} нет"] * offered
    who = {"unknown": "неизвестно, потребитель или организация", "business": "организация или предприниматель", "consumer": "потребитель"}
    assert f"Кто клиент: {who[consumer]}" in text
    if offered:
        say(db, ground, taps[1], "c2", at=NOW + 2 * HOUR)
        assert cases(db)[0].consumer == "no"


def test_every_demand_is_understood_as_it_is_shown() -> None:
    for names in DEMANDS.values():
        assert set(names) == set(REMEDIES)
        assert demands_named(", ".join(names.values())) == (REMEDIES, "")
    assert demands_named("1. Замена; 2) возврат денег") == (("replace", "refund"), "")
    assert demands_named("нет") == ((), "")
    assert read_commands("!Требования 2026-0001 ремонт.").commands == (Command("demands", "2026-0001", "repair"),)


def test_what_was_said_before_stands_again_when_a_later_word_is_taken_back(db: Database, ground: Ground) -> None:
    arrived(db, ground, sender_kind="unknown", remedies=("refund",))
    say(db, ground, f"!потребитель {NUMBER} нет", "c1", at=NOW + HOUR)
    say(db, ground, f"!потребитель {NUMBER} да", "c2", at=NOW + 2 * HOUR)
    say(db, ground, f"!отмена {NUMBER}", "c3", at=NOW + 3 * HOUR)
    answer = a_mail("Деньги верните.", from_="dealer@zakaz.example", in_reply_to="m1@zakaz.example", references=("m1@zakaz.example",))
    file_one(db, ground, "m2", NOW + 4 * HOUR, words(sender_kind="consumer"), mail=answer)
    assert cases(db)[0].consumer == "no"


def test_the_page_names_whose_word_stands_after_one_was_taken_back(db: Database, ground: Ground) -> None:
    arrived(db, ground, sender_kind="business", remedies=("refund",))
    say(db, ground, f"!потребитель {NUMBER} да", "c1", at=NOW + 2 * DAY)
    say(db, ground, f"!отмена {NUMBER}", "c2", at=NOW + 2 * DAY + HOUR)
    with db.read() as conn:
        file = case_file(conn, NUMBER)
    assert file is not None
    assert origins(file)["consumer_from"] == {"by": "customer", "who": "", "at": file["case"]["received_at"]}


def test_what_was_read_so_already_is_no_change(db: Database, ground: Ground) -> None:
    """A word that confirms what was read is kept as hers; the second time there is nothing to keep."""
    arrived(db, ground, sender_kind="consumer")
    said = say(db, ground, f"!потребитель {NUMBER} да", "c1")
    assert "Так уже было прочитано в письме; теперь это Ваше слово" in said
    assert "раньше" not in said
    assert "это уже так" in say(db, ground, f"!потребитель {NUMBER} да", "c2")


def test_a_partial_withdrawal_stands_until_somebody_says_what_is_left(db: Database, ground: Ground) -> None:
    """To take the case or to note something says nothing of what she still demands."""
    arrived(db, ground, remedies=("refund", "replace"))
    partly = a_mail("Замена больше не нужна.", from_="dealer@zakaz.example", in_reply_to="m1@zakaz.example")
    file_one(db, ground, "m2", NOW + HOUR, words(0.05, withdrawal="partial"), mail=partly)
    assert cases(db)[0].flags["partly_withdrawn"] is True
    say(db, ground, f"!взять {NUMBER}\n!заметка {NUMBER} Позвонить.", "c1", at=NOW + 2 * HOUR)
    assert cases(db)[0].flags["partly_withdrawn"] is True
    say(db, ground, f"!требования {NUMBER} возврат денег", "c2", at=NOW + 3 * HOUR)
    assert not cases(db)[0].flags["partly_withdrawn"]
