"""Cases made by people by mail: looked for, merged, parted, opened from a loose mail or from what was heard; words without a command."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import select

from mailbot.claims.commands import unmarked_command
from mailbot.claims.heard import read_heard
from mailbot.claims.message import Address
from mailbot.claims.said_dates import day_ahead, past_moment
from mailbot.jobs.policy_of import Ground
from mailbot.store import desk as desk_store
from mailbot.store import replaying
from mailbot.store.database import Database
from mailbot.store.tables import received as received_table
from tests.desk_values import DAY, HOUR, MINUTE, MOSCOW, NOW, a_ground, cases, events, file_claims, file_one, letters, read_letter, set_case
from tests.test_command_book import ANNA, BORIS, MAILBOX, digest_of, digests, last_result, outcomes, reply, send, state_of
from tests.values import COMPLAINT, NO_COMPLAINT, a_forward, a_mail, words

VERA = "vera@firma.example"


@pytest.fixture(scope="module")
def ground() -> Ground:
    return a_ground(mailbox=[MAILBOX])


def case_of(db: Database, number: str):  # type: ignore[no-untyped-def]
    return next(row for row in cases(db) if row.number == number)


# what was heard


def test_what_was_heard_is_read() -> None:
    heard = read_heard("клиент: ООО «Ромашка», Иванов <ivanov@romashka.example>\nтелефон: +7 900 000-00-00\nкогда: вчера 15:00\n\nПришло разбитым.\nДва ящика.")
    assert heard.text == "Пришло разбитым.\nДва ящика."
    assert (heard.name, heard.address, heard.phone, heard.when) == (
        "ООО «Ромашка», Иванов", Address("", "ivanov@romashka.example"), "+7 900 000-00-00", "вчера 15:00",
    )  # fmt: skip
    assert read_heard("Customer: Ivanov\nBroken.").name == "Ivanov"
    assert read_heard("Broken, he says: all of it.") == read_heard("Broken, he says: all of it.")
    assert read_heard("клиент: ivanov@нет").wrong == "ivanov@нет"
    assert read_heard("клиент: Иванов\nадрес: i@romashka.example\nБой").address == Address("", "i@romashka.example")


@pytest.mark.parametrize(
    ("said", "expected"),
    {
        "вчера 15:00": datetime(2026, 11, 22, 15, 0, tzinfo=MOSCOW),
        "Вчера в 9:05": datetime(2026, 11, 22, 9, 5, tzinfo=MOSCOW),
        "сегодня": NOW,
        "9:30": datetime(2026, 11, 23, 9, 30, tzinfo=MOSCOW),
        "20.11": datetime(2026, 11, 20, 23, 59, 59, tzinfo=MOSCOW),
        "20.11.26": datetime(2026, 11, 20, 23, 59, 59, tzinfo=MOSCOW),
        "2026-11-20 14:30": datetime(2026, 11, 20, 14, 30, tzinfo=MOSCOW),
        "30.12": datetime(2025, 12, 30, 23, 59, 59, tzinfo=MOSCOW),
        "31.02.2026": None,
        "вчера 25:00": None,
        "как-то": None,
        "": None,
    }.items(),
)
def test_past_moments(said: str, expected: datetime | None) -> None:
    found = past_moment(said, NOW, MOSCOW)
    assert (found.replace(microsecond=0) if found else None) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    {
        "12.12": "2026-12-12", "01.02": "2027-02-01", "завтра": "2026-11-24", "понедельника": "2026-11-30", "пятницы": "2026-11-27",
        "2026-12-01": "2026-12-01", "через 10 дней": "2026-12-03", "friday": "2026-11-27", "in 3 days": "2026-11-26",
        "когда-нибудь": None, "12.12 15:00": None,
    }.items(),
)  # fmt: skip
def test_days_to_come(said: str, expected: str | None) -> None:
    found = day_ahead(said, NOW, MOSCOW)
    assert (found.isoformat() if found else None) == expected


def test_a_claim_heard_by_telephone(db: Database, ground: Ground) -> None:
    """Without an address nobody is written to; the clocks run from the moment stated."""
    text = "!новая\nвчера 15:00\nклиент: ООО «Ромашка»\nтелефон: +7 900 000-00-00\nПо заказу 4512 не хватает двух ящиков."
    send(db, ground, reply(text, None, subject="Звонок"), "n1")
    (case,) = cases(db)
    assert (case.state, case.kind, case.customer, case.customer_name) == ("registered", "claim", "", "ООО «Ромашка»")
    assert case.received_at == datetime(2026, 11, 22, 15, 0, tzinfo=MOSCOW)
    assert case.answer_by.astimezone(MOSCOW).date().isoformat() == "2026-11-25"  # a Sunday: the third working day is Wednesday
    assert (case.flags["phone"], case.received_at_basis) == ("+7 900 000-00-00", "stated")
    assert [row.kind for row in letters(db)] == ["result"]
    said = last_result(db)
    assert f"Заведено дело № {case.number}" in said
    assert "22 ноября 2026 г., 15:00" in said
    with db.read() as conn:
        mail = desk_store.opening_mails(conn, [case.id])[case.id]
        assert (replaying.count_since(conn, NOW - DAY), replaying.filed_since(conn, NOW - DAY, 0, 10)) == (0, [])  # no rule made it
    assert mail.read["mail"]["text"] == "По заказу 4512 не хватает двух ящиков."
    assert outcomes(db) == [("done", "")]


def test_a_long_first_line_names_the_case_by_whole_words(sqlite_db: Database, ground: Ground) -> None:
    said = "По заказу 4512 от девятого ноября не хватает двух ящиков, а в остальных разбиты бутылки, и покупатель просит приехать на осмотр"
    send(sqlite_db, ground, reply(f"!новая\nклиент: ООО «Ромашка»\n{said}", None), "n1")
    (case,) = cases(sqlite_db)
    assert case.subject.endswith(" приехать…"), "whole words, and a sign that there are more"
    assert said.startswith(case.subject[:-1])


def test_one_mail_opens_one_case(sqlite_db: Database, ground: Ground) -> None:
    """Of two claims in a mail neither is lost in the other: nothing is done, and she hears why."""
    text = "!новая\nклиент: Иванов <iv@a.example>\nРазбито.\n!новая\nклиент: Петров <pe@b.example>\nНе хватает двух коробок."
    send(sqlite_db, ground, reply(text, None), "n1")
    assert "Одно письмо заводит одно дело" in last_result(sqlite_db)
    assert cases(sqlite_db) == []


def test_an_address_written_down_is_confirmed_first(db: Database, ground: Ground) -> None:
    send(db, ground, reply("!new\nклиент: Иванов <ivanov@romashka.example>\nкогда: вчера 15:00\n\nПришло разбитым.", None), "n1")
    (case,) = cases(db)
    assert (case.state, case.customer, case.customer_name) == ("triage", "ivanov@romashka.example", "Иванов")
    assert letters(db, "acknowledgement") == []
    result = letters(db, "result")[-1]
    assert "строкой «!претензия»" in read_letter(result)[1]
    send(db, ground, reply("!претензия", result.message_id), "n2", NOW + 2 * HOUR)
    (told,) = letters(db, "acknowledgement")
    assert told.recipient == "ivanov@romashka.example"
    text = read_letter(told)[1]
    assert "22 ноября 2026" in text  # when it was heard, not when it was written down
    assert state_of(db, case.number)[0] == "registered"


def test_a_forward_with_new(db: Database, ground: Ground) -> None:
    mail = replace(a_forward(), text="!новая", signs=reply("", None).signs)
    send(db, ground, mail, "n1")
    (case,) = cases(db)
    assert (case.state, case.customer) == ("triage", "olga@zakaz.example")
    assert case.subject == "Заказ 4512: бой стекла"


@pytest.mark.parametrize(
    ("when", "refused"), [("завтра", True), ("22.11.2025", True), ("24.11.2025", False), ("31.02", True), ("23.11.2026 11:00", False), ("23.11.2026 11:01", True)]
)
def test_when_it_was_heard_lies_within_a_year(sqlite_db: Database, ground: Ground, when: str, refused: bool) -> None:
    send(sqlite_db, ground, reply(f"!новая\nкогда: {when}\nПришло разбитым.", None), "n1")
    assert (cases(sqlite_db) == []) is refused
    assert outcomes(sqlite_db) == [("not_done" if refused else "done", "")]
    assert ("когда: вчера 15:00" in last_result(sqlite_db)) is refused


def test_new_from_nobody_proven(db: Database, ground: Ground) -> None:
    send(db, ground, reply("!новая\nклиент: i@romashka.example\nБой", None, signs=a_mail().signs), "n1")
    send(db, ground, reply("!новая\nклиент: i@romashka.example\nБой", None, who="mallory@evil.example"), "n2")
    assert letters(db) == []
    assert outcomes(db) == [("refused", "unproven")]
    assert cases(db) == []


# merged and parted


def test_the_same_claim_by_two_roads(db: Database, ground: Ground) -> None:
    """The earlier case stays with its clocks, the other's mails move, and who names the closed number finds the open one."""
    late, early = file_claims(db, ground, 1, NOW - HOUR)[0], file_claims(db, ground, 1, NOW - DAY)[-1]
    digests(db, ground)
    send(db, ground, reply(f"!объединить {late} {early}", digest_of(db).message_id), "c1")
    stays, goes = case_of(db, early), case_of(db, late)
    assert (stays.state, goes.state, goes.close_reason, goes.flags["merged_into"]) == ("registered", "closed", "merged", early)
    assert stays.received_at < goes.received_at
    assert stays.answer_by <= goes.answer_by
    assert "объединено" in last_result(db)
    with db.read() as conn:
        mails = list(conn.execute(select(received_table.c.case_id).where(received_table.c.kind == "claim")).scalars())
    assert mails == [stays.id, stays.id]
    assert {row.case_id for row in letters(db, "acknowledgement")} == {stays.id}
    answer = next(row for row in letters(db, "acknowledgement"))
    file_one(db, ground, "f1", NOW + DAY, COMPLAINT, mail=a_mail("И ещё фото.", from_="dealer@zakaz.example", subject=f"Re: [#{late}]", in_reply_to=answer.message_id))
    file_one(db, ground, "f2", NOW + DAY, words(0.2, cases=()), mail=a_mail("Фото", from_="dealer@zakaz.example", subject="Re", in_reply_to=answer.message_id))
    assert [state_of(db, number)[0] for number in (early, late)] == ["registered", "closed"]
    assert len(cases(db)) == 2


def test_never_across_customers_unasked(db: Database, ground: Ground) -> None:
    one = file_claims(db, ground, 1, NOW - HOUR)[0]
    other = file_claims(db, ground, 1, NOW - 2 * HOUR, "other@fremd.example")[0]
    digest = digests(db, ground)[ANNA].message_id
    send(db, ground, reply(f"!объединить {one} {other}", digest), "c1")
    assert [state_of(db, number)[0] for number in (one, other)] == ["registered", "registered"]
    assert f"!объединить {other} точно" in last_result(db)
    send(db, ground, reply(f"!объединить {one} {other} точно", digest), "c2")
    assert [state_of(db, number)[0] for number in (one, other)] == ["closed", "registered"]
    send(db, ground, reply(f"!объединить {other} {one}", digest), "c3")
    assert "не открыто" in last_result(db)
    send(db, ground, reply(f"!объединить {other} {other}", digest), "c4")
    assert "одно и то же" in last_result(db)


def test_a_letter_never_shows_what_another_customer_wrote(db: Database, ground: Ground) -> None:
    """After a merge across customers the letter answers the mail of her to whom it goes, not the last of the case."""
    file_one(db, ground, "m1", NOW - 2 * HOUR, COMPLAINT, mail=a_mail(from_="dealer@zakaz.example", subject="Kettle"))
    file_one(db, ground, "m2", NOW - HOUR, COMPLAINT, mail=a_mail(from_="Other@fremd.example", subject="Broken glass"))
    digest = digests(db, ground)[ANNA].message_id
    send(db, ground, reply("!объединить 2026-0002 2026-0001 точно", digest), "c1")
    send(db, ground, reply("!ответ 2026-0001\nДобрый день! Машина придёт в четверг.", digest), "c2")
    (letter,) = letters(db, "reply")
    head, _ = read_letter(letter)
    assert (letter.recipient, head["In-Reply-To"], "Kettle" in head["Subject"]) == ("dealer@zakaz.example", "<m1@zakaz.example>", True)
    assert "m2@zakaz.example" not in letter.raw.decode("ascii")


def test_only_cases_she_may_see_are_merged(db: Database, ground: Ground) -> None:
    file_one(db, ground, "q", NOW - HOUR, words(0.9, verdict=replace(COMPLAINT.verdict, primary="quantity")), mail=a_mail(from_="b@zakaz.example"))
    hers = file_claims(db, ground, 1, NOW)[0]
    assert state_of(db, "2026-0001") == ("registered", "boris")
    digest = digests(db, ground)[ANNA].message_id
    send(db, ground, reply(f"!объединить {hers} 2026-0001 точно", digest), "c1")
    assert "не показано" in last_result(db)
    assert state_of(db, "2026-0001")[0] == "registered"


def test_a_letter_that_joined_becomes_its_own_case(db: Database, ground: Ground) -> None:
    number = file_claims(db, ground, 1, NOW - DAY)[0]
    ack = letters(db, "acknowledgement")[0]
    file_one(db, ground, "f1", NOW - HOUR, words(0.9, order="777"), mail=a_mail("По заказу 777 тоже бой.", from_="dealer@zakaz.example", in_reply_to=ack.message_id))
    assert len(cases(db)) == 1
    digest = digests(db, ground)[ANNA].message_id
    send(db, ground, reply(f"!разделить {number}", digest), "c1")
    old, new = cases(db)
    assert (new.state, new.assigned_to, new.received_at, list(new.orders)) == ("registered", "anna", NOW - HOUR, ["777"])
    assert new.answer_by > old.answer_by
    assert [row.case_id for row in letters(db, "acknowledgement")] == [old.id, new.id]  # the second claim is acknowledged once
    assert f"в новое дело № {new.number}" in last_result(db)
    send(db, ground, reply(f"!разделить {number}", digest), "c2")
    assert "нет письма, которое можно выделить" in last_result(db)
    assert len(cases(db)) == 2


# looked for


def test_find_shows_only_what_is_hers(db: Database, ground: Ground) -> None:
    hers = file_claims(db, ground, 2, NOW - DAY)
    file_one(db, ground, "q", NOW - HOUR, words(0.9, verdict=replace(COMPLAINT.verdict, primary="quantity")), mail=a_mail(from_="b@zakaz.example"))
    set_case(db, hers[0], assigned_to="vera")
    digest = digests(db, ground)
    send(db, ground, reply("!найти zakaz.example", digest[ANNA].message_id), "c1")
    text = last_result(db)
    assert "Найдено дел: 2." in text
    assert all(f"№ {number}" in text for number in hers)
    assert "2026-0003" not in text
    found = letters(db, "result")[-1]
    assert all(f"!показать {number} ~" in text for number in hers), "each is one reply away"
    assert "«!объединить» с номером другого" in " ".join(text.split())
    send(db, ground, reply(f"!взять {hers[1]}", found.message_id), "c2")  # what was found can be worked
    assert state_of(db, hers[1])[0] == "review"
    send(db, ground, reply("!найти zakaz.example", digest[VERA].message_id, VERA), "c3")
    assert "Найдено дел: 3." in last_result(db)
    send(db, ground, reply("!найти небывалое слово", digest[ANNA].message_id), "c4")
    assert "ничего не найдено" in last_result(db)


# her own words


def test_words_without_a_command_are_a_note(db: Database, ground: Ground) -> None:
    number = file_claims(db, ground, 1, NOW - HOUR)[0]
    digest = digests(db, ground)[ANNA].message_id
    send(db, ground, reply("Звонила клиенту, фото пришлёт завтра.", digest), "w1")
    case = case_of(db, number)
    assert [event.why for event in events(db, case.id) if event.what == "note" and event.actor == "anna"] == ["Звонила клиенту, фото пришлёт завтра."]
    assert "«!ответ»" in last_result(db)
    assert f"№ {number}" in last_result(db)
    assert [row.recipient for row in letters(db, "result")] == [ANNA]
    assert len(cases(db)) == 1


def test_words_about_several_cases_belong_to_none(db: Database, ground: Ground) -> None:
    file_claims(db, ground, 2, NOW - HOUR)
    digest = digests(db, ground)[ANNA].message_id
    send(db, ground, reply("Клиент жалуется: всё разбито!", digest), "w1")
    assert "не добавлен ни к одному делу" in last_result(db)
    assert len(cases(db)) == 2  # no new claim is made of it
    send(db, ground, reply("Готово", digest, subject="Re: Сводка [#2026-0002]"), "w2")
    assert [event.why for event in events(db, case_of(db, "2026-0002").id) if event.what == "note"] == ["Готово"]


@pytest.mark.parametrize(
    ("text", "expected"),
    {
        "взять": ("!взять", "take"),
        "Взять 2026-0451.": ("!Взять 2026-0451", "take"),
        "Клиент звонил.\n\nне претензия": ("!не претензия", "not-a-claim"),
        "close": ("!close", "close"),
        "> взять": ("", ""),
        "взять завтра": ("", ""),
        "взять 5": ("", ""),
        "Решение примем в среду": ("", ""),
        "Спасибо!": ("", ""),
        "": ("", ""),
    }.items(),
)
def test_a_command_but_for_its_sign(text: str, expected: tuple[str, str]) -> None:
    assert unmarked_command(text) == expected


def test_who_forgets_the_sign_is_told_and_nothing_is_done(db: Database, ground: Ground) -> None:
    file_claims(db, ground, 2, NOW - HOUR)
    digest = digests(db, ground)[ANNA].message_id
    send(db, ground, reply("взять 2026-0002", digest, subject="Re: Сводка [#2026-0002]"), "w1")
    said = last_result(db)
    assert "сохранён как заметка" in said
    assert "Строка «взять 2026-0002» командой не стала: команда начинается с восклицательного знака." in said
    assert "взять дело себе" in said
    assert "напишите «!взять 2026-0002»" in said
    assert (case_of(db, "2026-0002").state, [event.what for event in events(db, case_of(db, "2026-0002").id)].count("note")) == ("registered", 1)
    send(db, ground, reply("взять", digest), "w2")
    assert "напишите «!взять»" in last_result(db)
    send(db, ground, reply("Звонила клиенту.", digest, subject="Re: Сводка [#2026-0002]"), "w3")
    assert "командой не стала" not in last_result(db)


@pytest.mark.parametrize("text", ["", "С уважением,\nАнна Петрова"])
def test_a_command_in_the_subject_is_answered(db: Database, ground: Ground, text: str) -> None:
    number = file_claims(db, ground, 1, NOW - HOUR)[0]
    digest = digests(db, ground)[ANNA].message_id
    send(db, ground, reply(text, digest, subject=f"Re: !взять {number}"), "w1")
    assert f"Команда «!взять {number}» стоит в теме письма" in last_result(db)
    assert case_of(db, number).state == "registered"
    send(db, ground, reply(text, digest, subject="Re: Сводка"), "w2")
    assert len(letters(db, "result")) == 1  # an empty answer is none


def test_a_greeting_above_a_command(db: Database, ground: Ground) -> None:
    send(db, ground, reply("Добрый день!\n\n!новая\nклиент: Сидоров\nНе работает замок двери.", None), "n1")
    assert "Заведено дело № 2026-0001" in last_result(db)
    assert cases(db)[0].customer_name == "Сидоров"


def test_words_of_nobody_proven_are_no_note(db: Database, ground: Ground) -> None:
    number = file_claims(db, ground, 1, NOW - HOUR)[0]
    digest = digests(db, ground)[ANNA].message_id
    send(db, ground, reply("Всё решено.", digest, signs=a_mail().signs), "w1")
    assert not [event for event in events(db, case_of(db, number).id) if event.what == "note"]
    assert letters(db, "result") == []


# mails without a case


def test_an_enquiry_leaves_the_digest(db: Database, ground: Ground) -> None:
    row = file_one(db, ground, "e1", NOW - HOUR, NO_COMPLAINT, mail=a_mail("Сколько стоит доставка?", subject="Вопрос"))
    digest = digests(db, ground)[BORIS]
    assert f"M-{row}" in read_letter(digest)[1]
    send(db, ground, reply(f"!готово M-{row}", digest.message_id, BORIS), "c1")
    assert "разобрано" in last_result(db)
    with db.read() as conn:
        assert desk_store.enquiries(conn, NOW - DAY) == []
    send(db, ground, reply(f"!взять M-{row}", digest.message_id, BORIS), "c2")
    assert "ещё не дело" in last_result(db)
    assert "Ответить на него можно обычным письмом" in last_result(db)


def test_an_enquiry_becomes_a_case(db: Database, ground: Ground) -> None:
    row = file_one(db, ground, "e1", NOW - HOUR, NO_COMPLAINT, mail=a_mail("Ящик пуст, как быть?", subject="Вопрос"))
    digest = digests(db, ground)[BORIS].message_id
    send(db, ground, reply(f"!претензия M-{row}", digest, BORIS), "c1", NOW + MINUTE)
    (case,) = cases(db)
    assert (case.state, case.received_at, case.kind) == ("registered", NOW - HOUR, "claim")
    assert [row.recipient for row in letters(db, "acknowledgement")] == ["olga@zakaz.example"]
    assert f"дело № {case.number}" in last_result(db)
    send(db, ground, reply(f"!готово M-{row}", digest, BORIS), "c2")
    assert "уже в деле" in last_result(db)
