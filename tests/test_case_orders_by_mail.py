"""By mail: how the execution goes, the call to an inspection, thanks at the close, our own claim, the lawyer, and what is added to a case."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from mailbot.claims.category import Reason
from mailbot.claims.day_words import whole_day
from mailbot.jobs.escalate import escalate
from mailbot.jobs.own_claims import own_claims, soon_due, write_own_claims
from mailbot.jobs.policy_of import Ground
from mailbot.mail_in.read import read_mail
from mailbot.store import drafts
from mailbot.store.database import Database
from mailbot.store.tables import escalated
from tests.desk_values import (
    DAY,
    HOUR,
    NOW,
    PEOPLE,
    a_desk,
    a_ground,
    events,
    file_one,
    letters,
    moscow,
    read_letter,
    set_case,
)
from tests.test_command_book import ANNA, BORIS, MAILBOX, claim_at_hand, digests, last_result, send
from tests.test_customer_letters import DECISION, LAWYER, LEGAL, VERA, say, the_case, with_a_pdf
from tests.values import NO_COMPLAINT, a_fact, a_mail, words


@pytest.fixture
def db(sqlite_db: Database) -> Database:
    return sqlite_db


@pytest.fixture(scope="module")
def ground() -> Ground:
    departments = {"logistics": "logistics@firma.example"}
    return a_ground(people=(*PEOPLE, LAWYER), mailbox=[MAILBOX], departments=departments)


@pytest.fixture
def number(db: Database, ground: Ground) -> str:
    return claim_at_hand(db, ground)


def flat(row: Any) -> str:
    return " ".join(read_letter(row)[1].split())


def test_how_the_execution_goes(db: Database, ground: Ground, number: str) -> None:
    set_case(db, number, state="execution", cost_bearer="ours")
    assert "день" in say(db, ground, f"!ход {number}\nсделано: замена заказана, вчера", "c1").casefold()
    assert "Строка «замена заказана» непонятна" in say(db, ground, f"!ход {number} до 15.12\nзамена заказана", "c2")
    assert "что сделано" in say(db, ground, f"!ход {number} до 15.12", "c3")
    assert letters(db, "execution_status") == []
    said = say(db, ground, f"!ход {number} до 15.12\nсделано: замена заказана, вчера\nвпереди: отгрузка со склада, до 10 декабря", "c4")
    assert "стоит проверить (1)" in said  # the law's last day comes before the day of the news
    assert "«15.12.2026»: такой даты в деле нет или она позже срока (крайний срок: 30 ноября 2026 г.)" in flat(letters(db, "guard_question")[0])
    assert "о ходе исполнения" in say(db, ground, "!отправить", "c5", to=letters(db, "guard_question")[0])
    (letter,) = letters(db, "execution_status")
    assert letter.recipient == "dealer@zakaz.example"
    assert "Замена заказана, 22 ноября 2026 г. Впереди: Отгрузка со склада до 10 декабря 2026 г." in flat(letter)
    assert "Следующее письмо от нас: не позднее 15 декабря 2026 г." in flat(letter)
    assert the_case(db).state == "execution"


def test_the_call_to_an_inspection(db: Database, ground: Ground, number: str) -> None:
    set_case(db, number, product="Стекло С-4")
    lacking = say(db, ground, f"!осмотр {number} 5.12 в 11:00\nместо: Тверь, склад 2", "c1")
    assert "кто приедет от нас" in lacking
    assert "что будет при неявке" in lacking
    text = (
        f"!осмотр {number} 5.12 в 11:00\nместо: Тверь, склад 2\nот нас: инженер Титов\nнеявка: перенесём один раз\nрасходы: за счёт компании\n"
        "взять: паспорт изделия; чек"
    )
    assert "Приглашение на осмотр" in say(db, ground, text, "c2")
    (letter,) = letters(db, "inspection")
    found = flat(letter)
    assert "Когда: суббота, 5 декабря 2026 г., 11:00" in found
    assert "Что осматриваем: Стекло С-4" in found
    assert "2. чек." in found
    case = the_case(db)
    assert (case.state, case.wait_reason) == ("review", "inspection")
    assert case.wait_until.isoformat() == "2026-12-05T08:00:00+00:00"
    assert "день и час осмотра" in say(db, ground, text.replace("5.12 в 11:00", "01.11.2026 в 11:00"), "c3")


def test_thanks_close_the_case(db: Database, ground: Ground, number: str) -> None:
    set_case(db, number, state="awaiting_withdrawal")
    file_one(db, ground, "w1", NOW, NO_COMPLAINT, mail=a_mail("Спасибо, претензию снимаем.", from_="dealer@zakaz.example", subject=f"Re: [#{number}]"))
    assert "закрыто" in say(db, ground, f"!поблагодарить {number}", "c1")
    case = the_case(db)
    assert (case.state, case.close_reason) == ("closed", "withdrawn_in_writing")
    (letter,) = letters(db, "closing")
    assert (letter.recipient, read_letter(letter)[0]["Auto-Submitted"]) == ("dealer@zakaz.example", "no")
    assert f"Обращение № {number}" in flat(letter)
    assert "уже отправлена" in say(db, ground, f"!поблагодарить {number}", "c2", at=NOW + 2 * HOUR)
    assert len(letters(db, "closing")) == 1


def test_nobody_is_thanked_for_a_court(db: Database, ground: Ground, number: str) -> None:
    say(db, ground, f"!закрыть {number} суд", "c1")
    assert "по другой причине" in say(db, ground, f"!поблагодарить {number}", "c2")
    assert letters(db, "closing") == []


def test_our_own_claim_by_mail(db: Database, ground: Ground, number: str) -> None:
    assert "Скажите, к кому наша претензия" in say(db, ground, f"!регресс {number} соседу", "c1")
    assert "нашей претензии нет" in say(db, ground, f"!регресс {number} предъявлена", "c2")
    due = the_case(db).answer_by
    said = say(db, ground, f"!регресс {number} перевозчику\nкому: ООО «Довезём»\nдокумент: ТТН № 77 от 18.11.2026\nсумма: 12 400 руб.", "c3")
    assert "последний день 23 ноября 2027 г." in said
    (mine,) = letters(db, "regress")
    assert mine.recipient == ANNA
    assert "Кому: ООО «Довезём» Документ: ТТН № 77 от 18.11.2026" in flat(mine)
    assert "Сумма: 12 400 руб." in flat(mine)
    assert write_own_claims(db, ground, a_desk(ground), NOW + HOUR) == 2  # who can make it hears too
    assert "Кому: ООО «Довезём»" in flat(letters(db, "regress")[-1])
    case = the_case(db)
    assert (case.state, case.answer_by) == ("registered", due)  # what we owe the customer runs on
    assert f"!регресс {number} предъявлена ~" in flat(mine)
    assert "предъявлена" in say(db, ground, "!регресс предъявлена", "c4", to=mine, at=NOW + 2 * HOUR)  # in answer to the draft itself
    with db.read() as conn:
        assert own_claims(conn, ground, NOW + 2 * HOUR) == ()
    say(db, ground, f"!закрыть {number} отозвана", "c5", at=NOW + 3 * HOUR)
    assert "ответили" in say(db, ground, f"!регресс {number} ответ", "c6", at=NOW + 4 * HOUR)  # a closed case has them too


def test_the_draft_of_our_claim_has_our_findings_and_nobody_elses_words(db: Database, ground: Ground, number: str) -> None:
    """It goes to an outsider: the customer's name and threats stand beside it, not in it."""
    say(db, ground, f"!регресс {number} перевозчику\nдокумент: ТТН № 77 от 18.11.2026", "c1")
    draft, _, below = flat(letters(db, "regress")[-1]).partition("----- проект -----")[2].partition("----- конец проекта -----")
    assert "Установлено следующее: [что установлено и каким документом подтверждено]" in draft
    assert "Стекло пришло разбитым." not in draft
    assert "Слова клиента." in below
    assert "Стекло пришло разбитым." in below
    say(db, ground, DECISION.format(number=number), "c2")
    say(db, ground, "!согласовано", "c3", VERA, letters(db, "approval_request")[0])
    say(db, ground, f"!отправить {number}", "c4")
    say(db, ground, f"!регресс {number} перевозчику", "c5", at=NOW + 2 * HOUR)
    assert "Установлено следующее: Стекло разбито при погрузке (акт № 5 от 20.11.2026). Просим" in flat(letters(db, "regress")[-1])


def test_the_lawyer_has_all_that_is_known(db: Database, ground: Ground, number: str) -> None:
    assert "передано юристу: Юрий" in say(db, ground, f"!юрист {number} Клиент подал в суд.", "c1")
    (letter,) = letters(db, "case_letter")
    assert letter.recipient == LEGAL
    assert "Анна передаёт Вам это дело: Клиент подал в суд." in flat(letter)
    assert "Стекло пришло разбитым." in flat(letter)
    assert the_case(db).flags["legal_hold"] is True
    assert {"legal_hold", "note"} <= {event.what for event in events(db, the_case(db).id) if event.actor == "anna"}
    assert str(read_letter(letter)[0]["Subject"]).startswith("Вам передано дело: ")
    say(db, ground, "!взять", "c2", LEGAL, letter)  # and can command in answer to it
    assert the_case(db).assigned_to == "yura"
    assert "запрет снят" in say(db, ground, "!юрист снять", "c3", LEGAL, letter, at=NOW + DAY)
    assert the_case(db).flags["legal_hold"] is False
    assert "уже так" in say(db, ground, "!юрист снять.", "c4", LEGAL, letter, at=NOW + DAY)


def test_the_case_letter_names_a_number_once(db: Database, ground: Ground) -> None:
    """«Серийный номер: серийный номер 77120-X» was read by the lawyer. What kind of paper it is must stay."""
    facts = words(
        serials=(a_fact("77120-X", text="серийный номер 77120-X", end=22),), documents=(a_fact("4512", text="УПД № 4512", end=10, type="upd"),)
    )
    file_one(db, ground, at=NOW, understanding=facts)
    digests(db, ground)
    say(db, ground, "!показать 2026-0001", "c1")
    text = read_letter(letters(db, "case_letter")[-1])[1]
    assert "Серийный номер: 77120-X" in text
    assert "Документы: УПД № 4512" in text


def test_papers_stand_under_their_names_as_a_list_names_them(db: Database, ground: Ground) -> None:
    """«Договор: договору поставки…» was read to the customer over the telephone; words of a category she was not told of puzzled too."""
    facts = words(
        contracts=(
            a_fact("17/24", text="договору поставки № 17/24 от 12.05.2026", end=39), a_fact("5", text="Государственным контрактом № 5", end=30),
            a_fact("7", text="the contract no. 7", end=18),
        ),
        documents=(
            a_fact("4512", text="товарной накладной № 4512 от 19.11.2026", end=39, type="waybill"), a_fact("12", text="акту 12", end=7, type="act"),
            a_fact("", text="акт без номера", end=14, type="act"),
        ),
    )  # fmt: skip
    reasons = (Reason("damage", "разбито", 0, 7, "text", "r"), Reason("quality", "размере", 8, 15, "text", "r"))
    file_one(db, ground, at=NOW, understanding=replace(facts, verdict=replace(facts.verdict, reasons=reasons)))
    digests(db, ground)
    say(db, ground, "!показать 2026-0001", "c1")
    text = read_letter(letters(db, "case_letter")[-1])[1]
    named = [line for line in text.splitlines() if line.startswith(("Договор:", "Документы:", "На это указывают"))]
    assert named == [
        "На это указывают слова: «разбито»", "Договор: поставки № 17/24 от 12.05.2026", "Договор: № 5", "Договор: no. 7",
        "Документы: накладная № 4512 от 19.11.2026", "Документы: акт 12", "Документы: акт без номера",
    ]  # fmt: skip


def test_what_a_refusal_offers_works(db: Database, ground: Ground, number: str) -> None:
    say(db, ground, f"!закрыть {number} решено", "c1")
    said = say(db, ground, f"!исполнено {number} замена отгружена, вчера", "c2")
    assert "команда «!исполнено ЧТО» сейчас невозможна" in said
    assert "!юрист" in said
    assert "передано юристу" in say(db, ground, f"!передать {number} юристу", "c3")
    assert the_case(db).flags["legal_hold"] is True


def test_a_loose_mail_is_added(db: Database, ground: Ground, number: str) -> None:
    loose = file_one(db, ground, "q1", NOW, NO_COMPLAINT, mail=a_mail("Вот платёжное поручение.", from_="buh@zakaz.example", subject="Документы"))
    assert f"Письма M-{loose} нет" in say(db, ground, f"!приобщить {number} M-{loose}", "c1")  # Anna does not see loose mails
    set_case(db, number, assigned_to="boris")
    digests(db, ground, NOW + DAY)
    mine = [row for row in letters(db, "digest") if row.recipient == BORIS][-1]
    assert f"M-{loose}" in flat(mine)
    assert f"Письмо M-{loose} приобщено" in say(db, ground, f"!приобщить M-{loose} {number}", "c2", BORIS, mine, NOW + DAY)
    assert f"уже в деле № {number}" in say(db, ground, f"!приобщить {number} M-{loose}", "c3", BORIS, mine, NOW + DAY)
    assert "further_mail" in [event.what for event in events(db, the_case(db).id)]
    digests(db, ground, NOW + 2 * DAY)
    assert f"M-{loose}" not in flat([row for row in letters(db, "digest") if row.recipient == BORIS][-1])


def test_her_own_papers_are_added(db: Database, ground: Ground, number: str) -> None:
    raw = with_a_pdf(db, f"!приобщить {number} Акт ревизии")
    send(db, ground, read_mail(raw), "c1", raw=raw)
    assert f"К делу № {number} приобщено: akt.pdf" in " ".join(last_result(db).split())
    with db.read() as conn:
        assert [row.name for row in drafts.files_of(conn, the_case(db).id)] == ["akt.pdf"]
    assert "Акт ревизии" in [event.why for event in events(db, the_case(db).id) if event.what == "further_mail"][-1]
    assert "Приобщить нечего" in say(db, ground, f"!приобщить {number}", "c2", at=NOW + 2 * HOUR)


def test_the_day_of_delivery_starts_the_clock_of_our_own_claim(db: Database, ground: Ground, number: str) -> None:
    """A forwarder must have notice within days of the delivery; the customer named no day, one of our people finds it in the papers."""
    before = say(db, ground, f"!регресс {number} экспедитору", "c1")
    assert "неизвестен день доставки" in before
    with db.read() as conn:
        assert own_claims(conn, ground, NOW + HOUR) == ()
    assert "День доставки «когда-то» непонятен" in say(db, ground, f"!регресс {number} экспедитору\nдоставлено: когда-то", "c2")
    assert "ещё не наступил" in say(db, ground, f"!регресс {number} экспедитору\nдоставлено: 18.12.2026", "c3")
    with db.read() as conn:
        assert own_claims(conn, ground, NOW + HOUR) == ()  # and nothing of it was done
    said = say(db, ground, f"!регресс {number} экспедитору\nдоставлено: 18.11.2026", "c4")
    with db.read() as conn:
        (one,) = own_claims(conn, ground, NOW + HOUR)
        soon = soon_due(conn, ground, NOW + HOUR)
    assert date(2026, 11, 18) < one.last_on <= date(2026, 12, 18)
    assert f"последний день {whole_day(one.last_on, 'ru')}" in said
    assert soon[number][2] == one.last_on  # it stands in the digest
    later = say(db, ground, f"!регресс {number} экспедитору\nдоставлено: 20.11.2026", "c5", at=NOW + 2 * HOUR)
    with db.read() as conn:
        (moved,) = own_claims(conn, ground, NOW + 2 * HOUR)
    assert moved.last_on == one.last_on + timedelta(days=2)
    assert f"последний день {whole_day(moved.last_on, 'ru')}" in later
    assert f"{number} (до {whole_day(moved.last_on, 'ru')})" in flat(digests(db, ground, NOW + DAY)[ANNA])


def test_before_our_own_claim_expires_the_ladder_tells(db: Database, ground: Ground, number: str) -> None:
    """A forwarder is given notice within thirty days of the delivery; a week before, the specialist hears, and at two days her head."""
    say(db, ground, f"!регресс {number} экспедитору\nдоставлено: 18.11.2026", "c1")
    with db.read() as conn:
        (one,) = own_claims(conn, ground, NOW + HOUR)
    assert one.last_on == date(2026, 12, 18)
    assert regress_steps(db, ground, moscow(12, 10, 12)) == set()
    assert regress_steps(db, ground, moscow(12, 11, 9)) == {("regress_soon", "anna")}
    assert regress_steps(db, ground, moscow(12, 16, 9)) >= {("regress_at_risk", "anna"), ("regress_at_risk", "vera")}
    say(db, ground, f"!регресс {number} извещение", "c2", at=moscow(12, 16, 10))
    with db.read() as conn:
        assert own_claims(conn, ground, moscow(12, 16, 11)) == ()


def regress_steps(db: Database, ground: Ground, now: datetime) -> set[tuple[str, str]]:
    """The steps of our own claim that somebody has heard of."""
    escalate(db, ground, a_desk(ground), now)
    with db.read() as conn:
        return {(row.step, row.person) for row in conn.execute(select(escalated)) if row.step.startswith("regress")}


@pytest.mark.parametrize(
    ("whom", "line", "said"),
    [
        ("перевозчику", "", "От него считаются"),
        ("перевозчику", "доставлено: 18.11.2026", ""),
        ("поставщику", "", ""),
        ("экспедитору", "доставлено: 18.09.2026", "уже прошёл"),
    ],
)
def test_what_is_said_of_the_day_of_delivery(db: Database, ground: Ground, number: str, whom: str, line: str, said: str) -> None:
    result = say(db, ground, f"!регресс {number} {whom}\n{line}", "c1")
    assert "отмечена" in result
    assert ("а от него считаются и более короткие сроки" in result, "уже прошёл" in result) == (said.startswith("От"), said == "уже прошёл")


def test_the_case_letter_says_what_each_quantity_counts(db: Database, ground: Ground) -> None:
    """«Количество: 120 шт., 117 шт., 3 шт.»: nobody saw which of them is missing."""
    counts = tuple(a_fact(value, text=f"{value} шт.", end=7, unit="pcs", role=role) for value, role in ((120, "by_papers"), (117, "received"), (3, "missing")))
    file_one(db, ground, at=NOW, understanding=words(quantities=counts))
    digests(db, ground)
    say(db, ground, "!показать 2026-0001", "c1")
    text = flat(letters(db, "case_letter")[-1])
    assert "Количество по документам: 120 шт. Получено: 117 шт. Не хватает: 3 шт." in text


def test_the_case_letter_says_what_to_do_in_danger(db: Database, ground: Ground) -> None:
    file_one(db, ground, at=NOW, understanding=words(safety=True))
    text = flat(letters(db, "case_letter")[-1])
    assert "убедитесь, что люди в безопасности" in text
    file_one(db, ground, "m2", NOW, words(safety=True, legal_threat=True), mail=a_mail("Другой случай.", from_="petr@other.example", subject="Пожар"))
    assert "письменно ничего не признавайте" in flat(letters(db, "case_letter")[-1])


def test_a_list_of_one_has_no_number(db: Database, ground: Ground, number: str) -> None:
    """«1. фотографии …» alone is no list."""
    set_case(db, number, missing=["photo"])
    say(db, ground, f"!показать {number}", "c1")
    text = flat(letters(db, "case_letter")[-1])
    assert "прислать): фотографии товара" in text
    set_case(db, number, missing=["photo", "act"])
    say(db, ground, f"!показать {number}", "c2")
    assert "прислать): 1. фотографии товара" in flat(letters(db, "case_letter")[-1])


def test_the_case_letter_has_what_colleagues_noted(db: Database, ground: Ground, number: str) -> None:
    """Whoever gets a case handed over reads there what was said by telephone; nobody asks the customer twice."""
    say(db, ground, f"!заметка {number} Позвонила клиенту: все живы.", "c1")
    say(db, ground, f"!юрист {number} угроза суда", "c2")
    (letter,) = [row for row in letters(db, "case_letter") if row.recipient == LEGAL]
    text = flat(letter)
    assert "Заметки коллег, сначала новые: Анна, " in text
    assert "> Позвонила клиенту: все живы." in text


def test_the_case_letter_has_what_came_from_another_address(db: Database, ground: Ground, number: str) -> None:
    """The customer answers our letter from her telephone's address: her words stand there, with the address."""
    ours = letters(db, "acknowledgement")[0].message_id
    photo = a_mail("Фото с телефона.", from_="olga1990@gmail.example", subject="Re: фото", in_reply_to=ours, references=(ours,))
    file_one(db, ground, "t1", NOW, NO_COMPLAINT, mail=photo)
    say(db, ground, f"!показать {number}", "c1")
    text = flat(letters(db, "case_letter")[-1])
    assert "olga1990@gmail.example" in text
    assert "> Фото с телефона." in text
