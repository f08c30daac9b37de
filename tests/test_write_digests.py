"""Each person's morning: once a person and local date, on working days, in her zone, whatever restarts; nothing is left out."""

from __future__ import annotations

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import pytest

from mailbot.claims.case import State
from mailbot.claims.category import Verdict
from mailbot.claims.message import Signs
from mailbot.jobs.confirm import confirm_claim, set_state
from mailbot.jobs.policy_of import Ground
from mailbot.jobs.write_digests import preview, write_digests
from mailbot.store import cases as case_store
from mailbot.store import mailboxes, outbox
from mailbot.store.database import Database, open_database
from tests.desk_values import (
    DAY,
    HOUR,
    MINUTE,
    MOSCOW,
    NOW,
    PEOPLE,
    SECOND,
    a_desk,
    a_ground,
    cases,
    file_claims,
    file_one,
    letters,
    moscow,
    read_letter,
    send_all,
    set_case,
)
from tests.test_command_book import MAILBOX, PASS, PROOFS, read_html
from tests.values import MAYBE, NO_COMPLAINT, a_mail, words

MORNING = moscow(11, 24, 9)


@pytest.fixture(scope="module")
def ground() -> Ground:
    return a_ground()


def tick(db: Database, ground: Ground, now: datetime, **how: Any) -> list[str]:
    """Who gets a digest."""
    before = len(letters(db, "digest"))
    count = write_digests(db, ground, a_desk(ground), now, **how)
    new = letters(db, "digest")[before:]
    assert len(new) == count
    return [row.recipient.partition("@")[0] for row in new]


def text_for(db: Database, who: str) -> str:
    """The last digest of one person."""
    return read_letter([row for row in letters(db, "digest") if row.recipient == f"{who}@firma.example"][-1])[1]


def person(ground: Ground, who: str) -> Any:
    return next(one for one in ground.policy.people if one.id == who)


# --- when


def test_once_a_day_from_the_hour_on(db: Database, ground: Ground) -> None:
    file_one(db, ground)
    assert tick(db, ground, MORNING - SECOND) == []
    assert tick(db, ground, MORNING) == ["anna", "boris", "olga"]
    for n in range(15):
        assert tick(db, ground, MORNING + n * HOUR - SECOND) == []
    assert [row.dedupe_key for row in letters(db, "digest")] == [f"digest:{who}:2026-11-24" for who in ("anna", "boris", "olga")]
    assert tick(db, ground, MORNING + DAY) == ["anna", "boris", "olga"]


@pytest.mark.parametrize(("now", "wanted"), [(moscow(11, 24, 17, 59, 59), True), (moscow(11, 24, 18), False), (moscow(11, 25, 0), False)])
def test_a_late_start_still_sends_it_that_day_but_not_at_night(db: Database, ground: Ground, now: datetime, wanted: bool) -> None:
    assert bool(tick(db, ground, now)) is wanted


def test_who_is_connected_after_the_hour_gets_her_first_digest_the_next_morning(db: Database, ground: Ground) -> None:
    """"Good morning" to everybody at the moment of the first start, at three in the afternoon, was the first thing people saw."""
    with db.write() as conn:
        mailboxes.open_mailbox(conn, "claims", "claims@firma.example", moscow(11, 24, 14, 55))
    assert tick(db, ground, moscow(11, 24, 15)) == []
    assert tick(db, ground, moscow(11, 24, 17)) == []
    assert tick(db, ground, moscow(11, 25, 9)) == ["anna", "boris", "olga"]


def test_who_is_connected_within_the_hour_gets_it_that_day(db: Database, ground: Ground) -> None:
    with db.write() as conn:
        mailboxes.open_mailbox(conn, "claims", "claims@firma.example", moscow(11, 24, 9, 59))
    assert tick(db, ground, moscow(11, 24, 10, 30)) == ["anna", "boris", "olga"]


def test_the_greeting_is_of_the_hour(db: Database, ground: Ground) -> None:
    tick(db, ground, moscow(11, 24, 11, 59), only="anna")
    assert text_for(db, "anna").startswith("Доброе утро, Анна!")
    tick(db, ground, moscow(11, 25, 12), only="anna")
    assert text_for(db, "anna").startswith("Добрый день, Анна!")


@pytest.mark.parametrize(
    ("now", "wanted"),
    [
        pytest.param(moscow(11, 28, 12), False, id="a Saturday"),
        pytest.param(moscow(11, 4, 12), False, id="a holiday"),
        pytest.param(moscow(2, 20, 12, year=2027), True, id="a Saturday that is worked"),
        pytest.param(moscow(2, 22, 12, year=2027), False, id="for which this Monday is off"),
    ],
)
def test_working_days_of_the_calendar(db: Database, ground: Ground, now: datetime, wanted: bool) -> None:
    """osTicket, zammad: nobody could enter a moved working Saturday."""
    assert bool(tick(db, ground, now)) is wanted


def test_force_and_only(db: Database, ground: Ground) -> None:
    sunday = moscow(11, 29, 3)
    assert tick(db, ground, sunday, only="anna") == []
    assert tick(db, ground, sunday, only="anna", force=True) == ["anna"]
    assert tick(db, ground, sunday, only="anna", force=True) == [], "still once a day"
    assert tick(db, ground, sunday, force=True) == ["boris", "olga"]
    assert tick(db, ground, sunday, only="nobody", force=True) == []


ZONES = ("Europe/Berlin", "America/New_York", "Asia/Vladivostok", "Africa/Casablanca", "Asia/Kathmandu", "Australia/Lord_Howe")


@pytest.mark.parametrize("zone", ZONES)
def test_in_her_zone_and_once_whatever_the_clock_does(sqlite_db: Database, zone: str) -> None:
    """R17, H5: an hour that comes twice or not at all. Every quarter of an hour of a fortnight round each change of 2026.

    Zones are no matter of the database, so one of them will do.
    """
    people = [{"id": "anna", "name": "Анна", "addresses": ["anna@firma.example"], "timezone": zone}]
    ground = a_ground(people=people, digest={"hour": 2})
    there = ZoneInfo(zone)
    for start in (date(2026, 3, 23), date(2026, 10, 19)):
        now = datetime(start.year, start.month, start.day, tzinfo=MOSCOW)
        until = now + timedelta(days=15)
        queued: list[datetime] = []
        while now < until:
            queued += [now.astimezone(there)] * len(tick(sqlite_db, ground, now))
            now += 15 * MINUTE
        worked = [start + timedelta(days=n) for n in range(-1, 16) if ground.policy.calendar.is_working_day(start + timedelta(days=n))]
        days = [at.date() for at in queued]
        assert len(set(days)) == len(days)
        assert set(worked[1:-2]) <= set(days) <= set(worked)
        assert all(at.hour in {2, 3} for at in queued[1:])


def test_a_quarter_without_a_doubled_or_missing_letter(sqlite_db: Database) -> None:
    """January to March 2027 in Casablanca (the clock changes twice), a working Saturday, a restart each day, a clock that is set back."""
    ground = a_ground(moscow(1, 1, year=2027), office={"timezone": "Africa/Casablanca"}, people=PEOPLE[:2])
    there = ZoneInfo("Africa/Casablanca")
    now, filed = datetime(2027, 1, 1, 0, 0, tzinfo=MOSCOW), 0
    while now < datetime(2027, 4, 1, 0, 0, tzinfo=MOSCOW):
        local = now.astimezone(there)
        if local.hour == 7 and local.weekday() < 5 and local.day % 5 == 0:
            file_one(sqlite_db, ground, f"q{filed}", now, mail=a_mail(from_=f"a{filed}@zakaz.example", subject=f"Бой {filed}"))
            filed += 1
        write_digests(sqlite_db, ground, a_desk(ground), now)
        if local.hour == 9:
            write_digests(sqlite_db, ground, a_desk(ground), now - 3 * HOUR)
        send_all(sqlite_db, now)
        now += HOUR
    calendar = ground.policy.calendar
    days = [date(2027, 1, 1) + timedelta(days=n) for n in range(90)]
    wanted = Counter(f"digest:{who}:{day}" for who in ("anna", "boris") for day in days if calendar.is_working_day(day))
    assert Counter(row.dedupe_key for row in letters(sqlite_db, "digest")) == wanted
    assert "digest:anna:2027-02-20" in wanted
    assert "digest:anna:2027-02-22" not in wanted
    assert filed > 10


def test_two_daemons_write_one(db: Database, db_url: str, ground: Ground) -> None:
    file_one(db, ground)

    def run(n: int) -> int:
        own = open_database(db_url)
        try:
            return write_digests(own, ground, a_desk(ground), MORNING + n * SECOND)
        finally:
            own.close()

    with ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(run, range(3))) == 3
    assert len(letters(db, "digest")) == 3


# --- who


def test_each_sees_her_own(db: Database, ground: Ground) -> None:
    file_one(db, ground, "mine")
    file_one(db, ground, "his", understanding=words(verdict=Verdict("quantity", claim_confidence=0.9)), mail=a_mail("Недостача пяти коробок.", from_="b@zakaz.example", subject="Недостача"))
    file_one(db, ground, "sort", understanding=MAYBE, mail=a_mail("Посмотрите.", from_="c@zakaz.example", subject="Непонятно"))
    tick(db, ground, MORNING)
    hers, his = text_for(db, "anna"), text_for(db, "boris")
    assert ["Стекло пришло разбитым." in hers, "Недостача пяти коробок." in hers, "Посмотрите." in hers] == [True, False, False]
    assert ["Стекло пришло разбитым." in his, "Недостача пяти коробок." in his, "Посмотрите." in his] == [False, True, True]
    assert "Ольга Белова" in hers
    assert "РАЗОБРАТЬ: 1" in his


def test_a_case_of_somebody_who_has_left_is_seen(db: Database, ground: Ground) -> None:
    file_one(db, ground)
    set_case(db, "2026-0001", assigned_to="left-last-year")
    tick(db, ground, MORNING)
    assert "2026-0001" in text_for(db, "anna")


def test_heads_get_one_where_something_is_theirs(db: Database, ground: Ground) -> None:
    file_one(db, ground)
    set_case(db, "2026-0001", assigned_to="vera")
    assert tick(db, ground, MORNING) == ["anna", "boris", "vera", "olga"]
    assert "2026-0001" in text_for(db, "vera")
    assert "2026-0001" not in text_for(db, "anna")


def test_an_empty_day_is_one_line_or_silence(db: Database, ground: Ground) -> None:
    assert tick(db, ground, MORNING) == ["anna", "boris", "olga"]
    assert "Дел, которые ждут Вас сегодня, нет." in text_for(db, "anna")


def test_silent_stays_silent_for_the_day(db: Database) -> None:
    """No morning letter at three in the afternoon because a claim came at three."""
    ground = a_ground(digest={"empty": "silent"})
    assert tick(db, ground, MORNING) == []
    file_one(db, ground, at=MORNING + 6 * HOUR)
    assert tick(db, ground, MORNING + 6 * HOUR) == []
    assert tick(db, ground, MORNING + DAY) == ["anna"]
    assert tick(db, ground, MORNING + 2 * DAY) == ["anna"]


def test_rehearsal_writes_to_the_operator_only_and_shows_all(db: Database) -> None:
    ground = a_ground(mode="rehearsal")
    file_one(db, ground)
    assert tick(db, ground, MORNING) == ["olga"]
    assert letters(db, "digest")[0].state == "due"
    text = text_for(db, "olga")
    assert "2026-0001" in text
    assert "rehearsing" in text


# --- what


def test_new_is_what_she_has_not_seen(db: Database, ground: Ground) -> None:
    """Also a mail that came before her last digest and was filed after it: the mailbox had been away."""
    file_claims(db, ground, 1, NOW)
    send_all(db, NOW)
    tick(db, ground, MORNING)
    assert "НОВЫЕ: 1" in text_for(db, "anna")
    file_one(db, ground, "late", MORNING - HOUR, mail=a_mail(from_="late@zakaz.example", subject="Бой"), now=MORNING + HOUR)
    send_all(db, MORNING + HOUR)
    tick(db, ground, MORNING + DAY)
    text = text_for(db, "anna")
    assert "НОВЫЕ: 1" in text
    assert text.index("2026-0002") < text.index("2026-0001")


def test_late_and_due_today(db: Database, ground: Ground) -> None:
    file_one(db, ground)
    for day, heading in ((25, "В РАБОТЕ"), (26, "СРОК СЕГОДНЯ"), (27, "ПРОСРОЧЕНО")):
        tick(db, ground, moscow(11, 24, 9))
        send_all(db, moscow(11, 24, 9))
        tick(db, ground, moscow(11, day, 9))
        assert f"{heading}: 1" in text_for(db, "anna"), day


def test_written_is_not_answered(db: Database, ground: Ground) -> None:
    file_one(db, ground)
    send_all(db, NOW)
    with db.write() as conn:
        outbox.bounced(conn, letters(db, "acknowledgement")[0].message_id, NOW + HOUR)
    tick(db, ground, MORNING)
    assert "ПРОСРОЧЕНО: 1" in text_for(db, "anna")
    set_case(db, "2026-0001", answered_at=MORNING + HOUR)
    tick(db, ground, MORNING + DAY)
    assert "ПРОСРОЧЕНО" not in text_for(db, "anna"), "a person has written since"


def test_an_enquiry_stands_fourteen_days(db: Database, ground: Ground) -> None:
    at = moscow(11, 10, 12)
    file_one(db, ground, at=at, understanding=NO_COMPLAINT, mail=a_mail("Сколько стоит стекло?", subject="Вопрос"))
    assert cases(db) == []
    tick(db, ground, moscow(11, 24, 9))
    assert "ВОПРОСЫ, НЕ ПРЕТЕНЗИИ: 1" in text_for(db, "boris")
    assert "Сколько стоит стекло?" in text_for(db, "boris")
    assert "№ ," not in text_for(db, "boris")
    assert "Сколько стоит стекло?" not in text_for(db, "anna"), "those sort who are marked"
    tick(db, ground, moscow(11, 25, 9))
    assert "Сколько стоит" not in text_for(db, "boris")


def test_letters_into_cases_and_what_flags_say(db: Database, ground: Ground) -> None:
    file_one(db, ground)
    send_all(db, NOW)
    tick(db, ground, MORNING)
    ours = letters(db, "acknowledgement")[0].message_id
    for n, said in enumerate(("Фото во вложении.", "Сообщите, пожалуйста, адрес склада.")):
        file_one(db, ground, f"more{n}", MORNING + (n + 1) * HOUR, understanding=NO_COMPLAINT, mail=a_mail(said, in_reply_to=ours, subject="Re: бой"))
    with db.write() as conn:
        case_store.flag(conn, cases(db)[0].id, {"propose_join": "2026-0777", "new_claim_inside": True})
    tick(db, ground, MORNING + DAY)
    text = text_for(db, "anna")
    assert "ПРИШЛИ ОТВЕТЫ: 1" in text
    assert "[новых писем: 2]" in text
    assert "  Сообщите, пожалуйста, адрес склада." in text, "what she is to read: the newest words, not those of the first letter"
    assert "Стекло пришло разбитым." not in text
    assert "2026-0001 и 2026-0777" in text
    assert "2026-0001" not in text_for(db, "boris")
    tick(db, ground, MORNING + 2 * DAY)
    assert "Стекло пришло разбитым." in text_for(db, "anna")
    assert "новых писем" not in text_for(db, "anna")
    assert "ПРИШЛИ ОТВЕТЫ" not in text_for(db, "anna")


def test_a_colleague_who_writes_to_her_customer_is_read_in_the_morning(db: Database) -> None:
    """Two specialists answer one customer: whoever is in charge reads what the other has promised; he himself need not."""
    ground = a_ground(mailbox=[MAILBOX])
    file_one(db, ground)
    send_all(db, NOW)
    tick(db, ground, MORNING)
    ours = letters(db, "acknowledgement")[0].message_id
    answer = a_mail(
        "Отгрузим завтра.", from_="boris@firma.example", to=("olga@zakaz.example",), cc=("claims@firma.example",), subject="Re: бой",
        in_reply_to=ours, signs=Signs(authentication_results=(PASS,)),
    )  # fmt: skip
    file_one(db, ground, "staff", MORNING + HOUR, NO_COMPLAINT, mail=answer, proofs=PROOFS)
    tick(db, ground, MORNING + DAY)
    text = text_for(db, "anna")
    assert "ПРИШЛИ ОТВЕТЫ: 1" in text
    assert "  Борис пишет: Отгрузим завтра." in text
    set_case(db, "2026-0001", assigned_to="boris")
    tick(db, ground, MORNING + 2 * DAY)
    assert "пишет" not in text_for(db, "boris"), "his own words are no news to him"


def test_who_wrote_from_another_address_is_named(db: Database, ground: Ground) -> None:
    file_one(db, ground)
    send_all(db, NOW)
    tick(db, ground, MORNING)
    ours = letters(db, "acknowledgement")[0].message_id
    file_one(db, ground, "t1", MORNING + HOUR, NO_COMPLAINT, mail=a_mail("Чек тоже.", from_="o1990@gmail.example", subject="Re: бой", in_reply_to=ours))
    tick(db, ground, MORNING + DAY)
    assert "  o1990@gmail.example пишет: Чек тоже." in text_for(db, "anna")


def test_what_another_has_sorted_is_new_to_her(db: Database, ground: Ground) -> None:
    """It came before her last digest, and stood in that of him who sorts: hers did not list it."""
    file_one(db, ground, understanding=MAYBE)
    tick(db, ground, MORNING)
    assert "2026-0001" not in text_for(db, "anna")
    confirm_claim(db, ground, a_desk(ground), "2026-0001", "boris", MORNING + HOUR)
    send_all(db, MORNING + HOUR)
    tick(db, ground, MORNING + DAY)
    assert "НОВЫЕ: 1" in text_for(db, "anna")
    tick(db, ground, MORNING + 2 * DAY)
    assert "НОВЫЕ" not in text_for(db, "anna"), "she has read it"


@pytest.mark.parametrize("checked", [False, True])
def test_an_answer_that_nobody_vouches_for_is_told_once(db: Database, checked: bool) -> None:
    """Whoever writes in a colleague's name stops no clock, whether or not anybody looks at senders; who is in charge hears of it."""
    ground = a_ground(security={"check_dkim": checked})
    file_one(db, ground)
    send_all(db, NOW)
    ours = letters(db, "acknowledgement")[0].message_id
    mail = a_mail(
        "Замену вышлем.", from_="boris@firma.example", to=("olga@zakaz.example",), cc=("claims@firma.example",), in_reply_to=ours,
        received_at=NOW + HOUR,
    )  # fmt: skip
    file_one(db, ground, "answer", NOW + HOUR, NO_COMPLAINT, mail=mail)
    assert cases(db)[0].answered_at is None
    told = []
    for day in (MORNING, MORNING + DAY):
        tick(db, ground, day)
        told.append("но отправитель не подтверждён: 2026-0001. Ответом это не считается" in " ".join(text_for(db, "anna").split()))
    assert told == [True, False]


@pytest.mark.parametrize(
    ("proposed", "mark", "reason"),
    [(True, "клиент пишет, что вопрос решён", "отозвана"), ("silence", "клиент давно не пишет", "решено")],
)
def test_what_may_be_closed_stands_by_itself_with_its_reason(db: Database, proposed: object, mark: str, reason: str) -> None:
    """A withdrawal was one sentence at the foot of the digest: it was overlooked."""
    ground = a_ground(security={"check_dkim": True})
    file_one(db, ground)
    send_all(db, NOW)
    set_case(db, "2026-0001", state="awaiting_withdrawal", answered_at=NOW)
    with db.write() as conn:
        case_store.flag(conn, cases(db)[0].id, {"proposes_close": proposed})
    tick(db, ground, MORNING)
    text = " ".join(text_for(db, "anna").split())
    assert "МОЖНО ЗАКРЫТЬ: 1" in text
    assert f"[{mark}]" in text
    assert f"можно: !закрыть {reason}, " in text
    assert "ответ дан; ждём подтверждения, что вопрос закрыт" in text


def test_what_could_not_be_read_stands_by_itself(db: Database, ground: Ground) -> None:
    file_one(db, ground, mail=a_mail("", readable=False, problems=("no part of it can be read",)))
    send_all(db, NOW)
    tick(db, ground, MORNING)
    assert "НЕ УДАЛОСЬ ПРОЧИТАТЬ: 1" in text_for(db, "boris")
    assert "РАЗОБРАТЬ" not in text_for(db, "boris")


def test_what_waits_too_long_says_for_whom(db: Database) -> None:
    ground = a_ground(digest={"waiting_days": 2})
    file_one(db, ground)
    send_all(db, NOW)
    tick(db, ground, MORNING)
    set_case(db, "2026-0001", state="waiting_customer", wait_reason="documents", state_since=NOW)
    tick(db, ground, moscow(11, 25))
    assert "ЖДЁМ СЛИШКОМ ДОЛГО: 1" in text_for(db, "anna")
    assert "ждём клиента: документы, уже 2 дня" in " ".join(text_for(db, "anna").split())


def test_a_deputy_sees_what_is_urgent_and_why(db: Database, ground: Ground) -> None:
    file_one(db, ground)
    send_all(db, NOW)
    away = a_mail("С 24 ноября по 4 декабря буду в отпуске, по всем вопросам обращайтесь к Борису.", from_="anna@firma.example", subject="Отпуск", signs=Signs(authentication_results=(PASS,)))
    file_one(db, ground, "away", NOW + HOUR, NO_COMPLAINT, mail=away, proofs=PROOFS)
    tick(db, ground, MORNING)
    his = text_for(db, "boris").replace("\n", " ")
    assert "№ 2026-0001, Ольга Белова" in his
    assert "[вместо коллеги: Анна]" in his
    assert "Вы замещаете: Анна (по 4 декабря 2026 г.)." in his
    assert "2026-0001" in text_for(db, "anna"), "she reads it when she is back"
    tick(db, ground, moscow(12, 7))
    assert "2026-0001" not in text_for(db, "boris")


def test_cases_put_off_are_visible(db: Database, ground: Ground) -> None:
    file_claims(db, ground, 6)
    tick(db, ground, NOW + HOUR, force=True)
    assert "Подтверждение ещё не отправлено" in text_for(db, "anna")
    assert "2026-0006" in text_for(db, "anna").split("Подтверждение ещё не отправлено")[1]


# --- nothing is missing


def test_the_daily_line(db: Database, ground: Ground) -> None:
    """Since the digest's hour of the working day before: what was shown, what became of it, and what is nowhere."""
    with db.write() as conn:
        box = mailboxes.open_mailbox(conn, "claims", "claims@firma.example", NOW)
        epoch = mailboxes.open_epoch(conn, box.id, "INBOX", 1, NOW)
        mailboxes.note_shown(conn, epoch, [1, 2], NOW)
    for uid in (1, 2):
        mail = a_mail(from_=f"a{uid}@zakaz.example", subject=f"Бой {uid}")
        file_one(db, ground, f"m{uid}", NOW, mail=mail, epoch_id=epoch.id, uid=uid)
    send_all(db, NOW)
    tick(db, ground, MORNING)
    line = "Получено писем: 2, учтено: 2 (2 новых дела). Ничего не потеряно: суммы сходятся. Отправлено писем: 2, не принято: 0, ждёт отправки: 0."
    assert line in " ".join(text_for(db, "anna").split())
    assert "Messages received: 2, filed: 2 (2 new cases). Nothing is missing: the sums agree." in " ".join(text_for(db, "olga").split())
    with db.write() as conn:
        mailboxes.note_shown(conn, epoch, [3], MORNING + HOUR)
        mailboxes.note_shown(conn, epoch, [4], MORNING + DAY - 5 * MINUTE)
    tick(db, ground, MORNING + DAY)
    assert "Внимание: не учтено 1 письмо." in " ".join(text_for(db, "anna").split())
    assert "1 сейчас в обработке" in " ".join(text_for(db, "anna").split())


def test_a_weekend_falls_between_no_two_lines(db: Database, ground: Ground) -> None:
    saturday = moscow(11, 28, 12)
    file_one(db, ground, at=saturday)
    tick(db, ground, moscow(11, 30, 9))
    assert "Получено писем: 1, учтено: 1" in text_for(db, "anna").replace("\n", " ")
    tick(db, ground, moscow(12, 1, 9))
    assert "Получено писем: 0, учтено: 0" in text_for(db, "anna").replace("\n", " ")


def test_what_only_the_operator_need_know(db: Database, ground: Ground) -> None:
    tick(db, ground, MORNING)
    assert "not decreed" not in text_for(db, "olga")
    tick(db, ground, moscow(12, 18, 9))
    assert "The production calendar of 2027 is not decreed yet" in text_for(db, "olga").replace("\n", " ")
    assert "2027" not in text_for(db, "anna")
    tick(db, ground, moscow(6, 2, 9, year=2027))
    assert "deadlines.toml should have been reviewed by 2027-06-01." in text_for(db, "olga").replace("\n", " ")


def test_a_preview_is_the_digest_and_queues_nothing(db: Database, ground: Ground) -> None:
    file_one(db, ground)
    shown = preview(db, ground, a_desk(ground), person(ground, "anna"), MORNING)
    assert letters(db, "digest") == []
    tick(db, ground, MORNING)
    assert shown.text.split() == text_for(db, "anna").split()
    assert "2026-0001" in shown.html


def test_a_preview_in_rehearsal_is_each_ones_own(sqlite_db: Database) -> None:
    """The operator's digest shows what all would have seen; a specialist's would show her cases alone, once it is live."""
    ground = a_ground(mode="rehearsal")
    file_one(sqlite_db, ground)
    shown = {who: preview(sqlite_db, ground, a_desk(ground), person(ground, who), MORNING).text for who in ("anna", "boris", "olga")}
    assert [who for who, text in shown.items() if "2026-0001" in text] == ["anna", "olga"]


def test_many_cases_are_one_letter_and_no_letter_is_lost(db: Database, ground: Ground) -> None:
    """Each open case stands in exactly one digest."""
    for n in range(40):
        file_one(db, ground, f"m{n}", NOW, mail=a_mail(from_=f"a{n}@zakaz.example", subject=f"Бой {n}"))
    states = [state.value for state in State]
    for n, case in enumerate(cases(db)):
        set_case(db, case.number, state=states[n % len(states)])
    tick(db, ground, MORNING)
    texts = [text_for(db, who) for who in ("anna", "boris")]
    for case in cases(db):
        seen = sum(f"№ {case.number}" in text for text in texts)
        assert seen == (case.state not in {"closed", "not_claim"}), case.state


def test_an_answer_to_a_question_begins_with_our_copy(db: Database, ground: Ground) -> None:
    """An enquiry has no buttons to answer it: its address opens the answer, and the answering mark says that it is one (claims.kind)."""
    file_one(db, ground, understanding=NO_COMPLAINT, mail=a_mail("Работаете ли Вы в субботу?", subject="Re: Вопрос"))
    write_digests(db, ground, a_desk(ground), NOW + HOUR, force=True)
    page = next(read_html(one) for one in letters(db, "digest") if one.recipient == "boris@firma.example")
    (href,) = re.findall(r'href="(mailto:olga@zakaz\.example[^"]*)"', page)
    assert unquote(href.replace("&amp;", "&")) == "mailto:olga@zakaz.example?cc=claims@firma.example&subject=Re: Вопрос"


def test_the_head_reads_what_was_closed_and_what_of_it_late(db: Database, ground: Ground) -> None:
    """Once, by whom and why; what was opened again meanwhile is left out (reliability.md A13)."""
    first, second, third = file_claims(db, ground, 3, NOW)
    late = NOW + 7 * DAY
    for number, at, who in ((first, NOW + HOUR, "anna"), (third, NOW + HOUR, "anna"), (second, late, "boris")):
        set_state(db, ground, a_desk(ground), number, "closed", who, at, "resolved_no_reply")
    set_state(db, ground, a_desk(ground), third, "review", "anna", NOW + 2 * HOUR)
    assert "vera" in tick(db, ground, late + HOUR, force=True)
    said = " ".join(text_for(db, "vera").split())
    assert f"{first} (Анна: решено, ответа нет), {second} (Борис: решено, ответа нет)." in said
    assert f"Из них с опозданием, когда срок ответа клиенту уже прошёл: {second}." in said
    assert third not in said.partition("закрыты дела")[2].partition("опозданием")[0]
    assert "закрыты дела" not in text_for(db, "anna")
    tick(db, ground, late + DAY, force=True)
    assert not [row for row in letters(db, "digest") if row.recipient.startswith("vera") and row.queued_at == late + DAY and "закрыты" in read_letter(row)[1]]
