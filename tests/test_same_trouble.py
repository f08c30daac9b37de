"""One trouble by three roads is proposed as one, with the reasons; it is never joined, and no customer learns of another's case."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from mailbot.claims.case import Alike, Known, State
from mailbot.claims.digest_notes import case_notes
from mailbot.claims.message import IncomingMail
from mailbot.claims.same_trouble import ALIKE, SKETCH, marks_of, same_trouble, sketch
from mailbot.claims.understanding import ReadMail, Understanding
from mailbot.jobs.filing import ask_of, groups_of
from mailbot.store import cases as case_store
from mailbot.store.database import Database
from mailbot.store.known import known_about
from mailbot.store.marks import cases_sharing, keep_marks
from mailbot.store.received import ClaimedMail
from mailbot.store.tables import case_marks, received
from tests.desk_values import DAY, HOUR, NOW, a_ground, cases, file_one, letters, read_letter
from tests.store_values import a_case
from tests.timing import assert_cheap, assert_linear
from tests.values import COMPLAINT, a_fact, a_forward, a_known_case, a_mail, a_policy, papers, words

GROUND = a_ground()
POLICY = a_policy()
STORY = (
    "В понедельник привезли посудомоечную машину, при включении она гудит, воду не набирает и через минуту показывает ошибку пять. "
    "Мастер сказал, что насос неисправен с завода, и советует вернуть её продавцу. Прошу заменить машину на исправную."
)
OTHER_STORY = (
    "Из двадцати коробок плитки три пришли мокрыми, глазурь на углах отколота, класть такую нельзя. Водитель расписался в акте, "
    "фотографии сделаны при разгрузке, остальное лежит на складе нераспакованным до вашего ответа."
)
SERIAL = words(serials=(a_fact("LK2-0047"),))


def a_letter_of(sender: str, text: str = STORY, subject: str = "Машина не работает") -> IncomingMail:
    return a_mail(text, from_=sender, subject=subject)


def read(mail: IncomingMail, said: Understanding = COMPLAINT) -> ReadMail:
    return ReadMail(mail, said)


def alike(mail: IncomingMail, said: Understanding, *, days: float = 3, stated: frozenset[str] | None = None, **case: Any) -> Alike:
    """A case that has all the marks of this mail."""
    marks = frozenset(marks_of(read(mail, said), POLICY))
    numbers = frozenset(mark for mark in marks if mark.startswith(("serial:", "order:")))
    at = NOW - timedelta(days=days)
    known = a_known_case(**{"last_mail_at": at, "customer": "petr@other.example", "senders": frozenset({"petr@other.example"}), **case})
    return Alike(known, marks, numbers if stated is None else stated)


def proposed(mail: IncomingMail, said: Understanding, *found: Alike) -> list[tuple[tuple[str, ...], str]]:
    got = same_trouble(papers(mail, said, Known(alike=found)))
    return [(tuple(kind for kind, _ in one.shared), one.sender) for one in got]


HERS = a_letter_of("olga@zakaz.example")
PHONED: dict[str, Any] = {"phones": ("+74951234567",)}
ARTICLE, ARTICLE_PHONE = words(articles=(a_fact("KD-1700"),)), words(articles=(a_fact("KD-1700"),), **PHONED)
PAPER = words(documents=(a_fact("УПД-312", type="upd"),))
SHORT = "Стекло разбито."


@pytest.mark.parametrize(
    ("theirs", "their_words", "mine", "my_words", "expected"),
    [
        (a_letter_of("petr@other.example", SHORT), SERIAL, a_letter_of("olga@zakaz.example", SHORT), SERIAL, [(("serial",), "other_sender")]),
        (a_letter_of("petr@other.example", SHORT), words(order="4512"), a_letter_of("olga@zakaz.example", SHORT), words(order="4512"), [(("order",), "other_sender")]),
        (a_letter_of("petr@other.example"), COMPLAINT, HERS, COMPLAINT, [(("text",), "other_sender")]),
        (a_letter_of("petr@other.example"), words(order="4512"), HERS, words(order="9999"), []),  # a form letter about another order
        (a_letter_of("petr@other.example"), words(serials=(a_fact("LK2-0048"),)), HERS, SERIAL, []),
        (a_letter_of("petr@other.example", SHORT), ARTICLE, a_letter_of("olga@zakaz.example", SHORT), ARTICLE, []),  # thousands have that kettle
        (a_letter_of("petr@other.example", SHORT), PAPER, a_letter_of("olga@zakaz.example", SHORT), PAPER, []),  # each firm counts its own
        (a_letter_of("petr@other.example", SHORT), ARTICLE_PHONE, a_letter_of("o@inbox.example", SHORT), ARTICLE_PHONE, [(("article",), "other_sender")]),
        (a_letter_of("petr@other.example", SHORT), ARTICLE, a_letter_of("ivan@other.example", SHORT), ARTICLE, [(("article",), "same_company")]),
        (a_letter_of("petr@other.example", SHORT), PAPER, a_letter_of("ivan@other.example", SHORT), PAPER, [(("document",), "same_company")]),
        (a_letter_of("petr@other.example", SHORT), words(order="12"), a_letter_of("o@zakaz.example", SHORT), words(order="12"), []),
        (a_letter_of("petr@other.example", OTHER_STORY), COMPLAINT, HERS, COMPLAINT, []),
    ],
    ids=["serial", "order", "text", "form letter", "other serial", "article", "paper", "phone", "company's article", "company's paper", "short", "other"],
)  # fmt: skip
def test_what_makes_two_cases_one(
    theirs: IncomingMail, their_words: Understanding, mine: IncomingMail, my_words: Understanding, expected: list[Any]
) -> None:
    found = alike(theirs, their_words)
    shared = Alike(found.case, found.marks & frozenset(marks_of(read(mine, my_words), POLICY)), found.stated)
    assert proposed(mine, my_words, shared) == expected


def test_one_mailbox_of_free_mail_is_no_company() -> None:
    ours, theirs = (set(marks_of(read(a_letter_of(who, SHORT), ARTICLE), POLICY)) for who in ("a@mail.example", "b@mail.example"))
    assert ours == {"article:a@mail.example:kd1700"}
    assert theirs == {"article:b@mail.example:kd1700"}


def test_a_colleagues_telephone_is_not_the_customers() -> None:
    forward = a_forward()
    assert {mark for mark in marks_of(read(forward, ARTICLE_PHONE), POLICY) if mark.startswith("article")} == {
        "article:zakaz.example:kd1700"
    }
    assert marks_of(read(a_forward(None), ARTICLE_PHONE), POLICY) == {}, "of whose trouble it is she says nothing"


@pytest.mark.parametrize(("days", "kinds"), [(29.9, ["article"]), (30.1, [])])
def test_the_same_article_of_a_company_for_a_month(days: float, kinds: list[str]) -> None:
    mail = a_letter_of("ivan@other.example", SHORT)
    assert [kind for shared, _ in proposed(mail, ARTICLE, alike(mail, ARTICLE, days=days)) for kind in shared] == kinds


@pytest.mark.parametrize(
    ("days", "changes", "count"),
    [(89.9, {}, 1), (90.1, {}, 0), (3, {"state": State.CLOSED}, 0), (3, {"state": State.NOT_CLAIM}, 0), (3, {"history": True}, 0)],
)
def test_only_a_case_in_hand_is_proposed(days: float, changes: dict[str, Any], count: int) -> None:
    assert len(proposed(HERS, SERIAL, alike(HERS, SERIAL, days=days, **changes))) == count


def test_three_are_proposed_the_surest_first() -> None:
    weak = alike(HERS, words(order="4512"), number="2026-0001")
    sure = alike(HERS, SERIAL, number="2026-0002")
    others = [alike(HERS, words(order="4512"), number=f"2026-001{n}", days=4 + n) for n in range(4)]
    said = words(order="4512", serials=SERIAL.facts.serials)
    got = same_trouble(papers(HERS, said, Known(alike=(*others, weak, sure))))
    assert [one.number for one in got] == ["2026-0002", "2026-0001", "2026-0010"]
    assert got[0].shared == (("serial", "LK2-0047"), ("text", ""))


def edited(text: str, every: int) -> str:
    """The same letter with each so-manieth word another one."""
    return " ".join("иначе" if n % every == every - 1 else word for n, word in enumerate(text.split()))


def test_a_sketch_tells_a_retold_letter_from_another() -> None:
    first = set(sketch(STORY))
    assert len(first) == SKETCH
    assert set(sketch(STORY.upper().replace("\n", " ").replace(", ", " ,\r\n"))) == first, "capitals and wrapped lines are the same text"
    assert len(first & set(sketch(edited(STORY, 15)))) >= ALIKE
    assert len(first & set(sketch(edited(STORY, 3)))) < ALIKE
    assert len(first & set(sketch(OTHER_STORY))) <= 1
    assert sketch("Добрый день, прошу принять претензию по качеству.") == ()


def test_a_sketch_is_cheap_and_linear() -> None:
    words_of = [f"слово{n}" for n in range(2_400)]
    small, large = " ".join(words_of[:1_200]), " ".join(words_of)
    assert_linear(lambda: [sketch(small) for _ in range(20)], lambda: [sketch(large) for _ in range(20)], floor=0.05, cap=2)
    assert_cheap(lambda: sketch("я" * 30_000_000), 0.5)


def flags(db: Database) -> list[Any]:
    return [(row.number, [one["number"] for one in row.flags.get("same_trouble", ())]) for row in cases(db)]


def test_three_roads(db: Database) -> None:
    """The customer writes, her husband fills in the form, a colleague forwards: three cases, each proposed for the first."""
    file_one(db, GROUND, "m1", NOW, SERIAL, mail=a_letter_of("olga@zakaz.example"))
    file_one(db, GROUND, "m2", NOW + HOUR, SERIAL, mail=a_letter_of("petr@inbox.example", SHORT, "Форма с сайта"))
    inner = a_forward("o.belova@mail.example", subject="FW: письмо").forwarded
    assert inner is not None
    forward = a_mail(
        "Разберитесь.", from_="anna@firma.example", subject="FW: письмо", forwarded=replace(inner, text=STORY, subject="письмо")
    )
    file_one(db, GROUND, "m3", NOW + DAY, COMPLAINT, mail=forward)
    first, second, third = [row.number for row in cases(db)]
    assert flags(db) == [(first, []), (second, [first]), (third, [first])]
    rows = cases(db)
    assert [tuple(pair) for pair in rows[1].flags["same_trouble"][0]["shared"]] == [("serial", "LK2-0047")]
    assert rows[1].flags["same_trouble"][0]["sender"] == "other_sender"
    assert [tuple(pair) for pair in rows[2].flags["same_trouble"][0]["shared"]] == [("text", "")]
    (note,) = case_notes({row.number: row.flags for row in rows}, "ru")
    day = f"{NOW:%d.%m.%Y}"
    assert f"{second} и {first} (тот же серийный номер LK2-0047; другой отправитель, последнее письмо {day})" in note
    assert f"{third} и {first} (почти дословно то же письмо; другой отправитель, последнее письмо {day})" in note


def test_an_outsider_who_guesses_an_order_gets_nothing_of_the_other_case(db: Database) -> None:
    file_one(db, GROUND, "m1", NOW, words(order="77120045"), mail=a_letter_of("olga@zakaz.example"))
    file_one(db, GROUND, "m2", NOW + HOUR, words(order="77120045"), mail=a_letter_of("evil@inbox.example", SHORT, "Заказ 77120045"))
    first, second = cases(db)
    assert second.flags["propose_join"] == first.number
    assert first.flags.get("propose_join") is None
    assert first.last_mail_at == NOW, "nothing was joined"
    sent = [row for row in letters(db) if row.recipient == "evil@inbox.example"]
    assert len(sent) == 1
    message, text = read_letter(sent[0])
    assert second.number in text
    assert first.number not in message.as_string() + text
    assert "olga" not in message.as_string() + text


def test_a_later_letter_of_a_case_adds_its_marks(db: Database) -> None:
    mail = a_letter_of("olga@zakaz.example", SHORT, "Разбито стекло двери")
    file_one(db, GROUND, "m1", NOW, COMPLAINT, mail=mail)
    file_one(db, GROUND, "m2", NOW + HOUR, words(0.05, serials=SERIAL.facts.serials), mail=mail)
    file_one(db, GROUND, "m3", NOW + 2 * HOUR, SERIAL, mail=a_letter_of("petr@inbox.example", SHORT, "Другое"))
    first, third = cases(db)
    assert third.flags["propose_join"] == first.number


def test_history_is_proposed_to_nobody(db: Database) -> None:
    file_one(db, GROUND, "m1", NOW, SERIAL, mail=a_letter_of("olga@zakaz.example"), history=True)
    with db.read() as conn:
        assert conn.execute(select(case_marks)).all() == []


def claimed(number: int) -> ClaimedMail:
    return ClaimedMail(number, b"", NOW, "now", "claims", 1, 1, False, False, False)


def groups(*reads: ReadMail) -> list[int]:
    return [len(group) for group in groups_of([(claimed(n), one) for n, one in enumerate(reads, 1)], POLICY)]


def a_read(key: str, said: Understanding, text: str = SHORT) -> ReadMail:
    return read(replace(a_letter_of(f"{key}@zakaz.example", text, key), content_key=key, message_id=f"{key}@zakaz.example"), said)


def test_two_mails_of_one_batch_about_one_trouble_see_each_other() -> None:
    assert groups(a_read("a", SERIAL), a_read("b", SERIAL)) == [1, 1]
    assert groups(a_read("a", COMPLAINT, STORY), a_read("b", COMPLAINT, STORY)) == [1, 1]
    assert groups(a_read("a", SERIAL, STORY), a_read("b", words(order="4512"), OTHER_STORY)) == [2]


def test_a_merged_case_is_found_as_the_one_that_stays(db: Database) -> None:
    stays, goes = a_case(db, "k1"), a_case(db, "k2")
    with db.write() as conn:
        keep_marks(conn, {goes: ["serial:lk20047"]})
        number = case_store.row_of(conn, stays)["number"]
        case_store.flag(conn, goes, {"merged_into": number})
        case_store.change(conn, goes, {"close_reason": "merged"}, at=NOW, actor="anna", what="x", why="x")
    ask = replace(ask_of(-1, read(HERS, SERIAL), POLICY), marks=frozenset({"serial:lk20047"}))
    with db.read() as conn:
        (known,) = known_about(conn, [ask], NOW)
    assert [one.case.id for one in known.alike] == [stays]
    assert known.alike[0].stated == {"serial:lk20047"}


def test_what_everybody_writes_finds_no_more_than_the_newest(db: Database) -> None:
    numbers = [a_case(db, f"k{n}") for n in range(25)]
    with db.write() as conn:
        keep_marks(conn, {case_id: ["order:4512", "text:ff"] for case_id in numbers})
        keep_marks(conn, {numbers[0]: ["order:4512", "serial:abcd"]})
    asked = [frozenset({"order:4512"}), frozenset({"text:ff"}), frozenset({"serial:abcd", "order:none"}), frozenset[str]()]
    with db.read() as conn:
        common, one_sign, exact, nothing = cases_sharing(conn, asked)
    assert [one.case_id for one in common] == numbers[:14:-1], "10 of 25, the newest first"
    assert one_sign == [], "one sign of a text is no likeness"
    assert [(one.case_id, one.marks) for one in exact] == [(numbers[0], frozenset({"serial:abcd"}))]
    assert nothing == []


def test_a_proposal_without_reasons_of_an_older_release_is_still_told() -> None:
    (note,) = case_notes({"2026-0002": {"propose_join": "2026-0001"}}, "en")
    assert "2026-0002 and 2026-0001." in note


def test_said_in_english(db: Database) -> None:
    file_one(db, GROUND, "m1", NOW, SERIAL, mail=a_letter_of("olga@zakaz.example"))
    number = file_one(db, GROUND, "m2", NOW + HOUR, SERIAL, mail=a_letter_of("petr@inbox.example", SHORT, "Другое"))
    first = cases(db)[0].number
    with db.read() as conn:
        decision = conn.execute(select(received.c.decision).where(received.c.id == number)).scalar_one()
    day = "23 November 2026"
    assert (
        f"Perhaps the same as case {first} (the same serial number LK2-0047; another sender, last letter of {day})." in decision["reason"]
    )
    assert decision["proposals"][0]["number"] == first
