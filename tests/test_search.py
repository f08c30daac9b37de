"""Finding by words, the same on both databases: lemmas made by us, Russian morphology, all words wanted, nothing a query language."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailbot.classify.lemmas import lemmatizer
from mailbot.classify.tokens import Tokenizer
from mailbot.store import received, search
from mailbot.store.database import Database
from mailbot.store.received import NewMail
from tests.store_fixtures import NOW
from tests.store_values import a_case, file_one, new_case, open_case, store_one

TOKENIZER = Tokenizer(lemmatizer())


def a_mail_of(db: Database, case_id: int | None, lemmas: str, raw: bytes) -> int:
    number = store_one(db, raw)
    file_one(db, number, case_id=case_id, lemmas=lemmas, outcome="joined" if case_id else "noted")
    return number


def found(db: Database, lemmas: str, limit: int = 100) -> list[int]:
    with db.read() as conn:
        return search.cases_with(conn, lemmas, limit)


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("Недостача болтов по накладной", "недостачу"),
        ("Недостача болтов по накладной", "болт накладные"),
        ("акт приёмки", "ПРИЕМКА"),
        ("при приемке", "приёмку"),
        ("Shortage of bolts", "shortages"),
        ("накладная № 451/26-Б", "451/26-б"),
        ("болты М10х50", "м10х50"),
        ("болты 10х50 и 10x50", "10x50"),
        ("серийный AB-1234/5", "ab-1234/5"),
        ("пишите на anna@zakaz.example", "anna@zakaz.example"),
        ("пишите на anna@zakaz.example", "anna"),
        ("дело [#2026-0451]", "2026-0451"),
        ("размер 1.5 кг", "1.5"),
    ],
)
def test_any_form_of_a_word_finds_it(db: Database, written: str, asked: str) -> None:
    """Decision 8: the query is brought to lemmas the same way as the letter."""
    case_id = a_case(db)
    a_mail_of(db, case_id, TOKENIZER.lemmatise(written), b"one")
    assert found(db, TOKENIZER.lemmatise(asked)) == [case_id]


@pytest.mark.parametrize(
    ("lemmas", "asked", "hit"),
    [
        ("недостача болт", "недостача болт", True),
        ("недостача болт", "болт недостача", True),
        ("недостача болт", "болт гайка", False),
        ("недостача болт", "недост", False),
        ("451 26 б", "451/26-б", True),
        ("451 27 26 б", "451/26-б", False),
        ("край", "край", True),
        ("бой", "БОЙ", True),
        ("a", "", False),
        ("a", "  ", False),
        ("a", "\"'()*:^ -", False),
        ("not and or near", "not", True),
        ("not and or near", "near and", True),
        ("лом лом2", "лом*", True),
        ("лом2", "лом*", False),
        ("drop table search", "'; drop table search; --", True),
        ("x\0y", "x", True),
        ("x y", "x\0", True),
        ("x", "x\ud800", True),
        ("x", "x & !y | (z", False),
        ("case_id", "case_id:1", False),
    ],
)
def test_all_words_are_wanted_and_nothing_is_a_query_language(db: Database, lemmas: str, asked: str, hit: bool) -> None:
    case_id = a_case(db)
    a_mail_of(db, case_id, lemmas, b"one")
    assert found(db, asked) == ([case_id] if hit else [])
    assert found(db, lemmas) == [case_id]


def test_a_case_is_found_once_and_the_better_match_first(db: Database) -> None:
    faint, strong = a_case(db, "k1"), a_case(db, "k2")
    a_mail_of(db, faint, "болт " + "слово " * 50, b"1")
    a_mail_of(db, strong, "болт болт болт", b"2")
    a_mail_of(db, strong, "болт гайка", b"3")
    a_mail_of(db, None, "болт", b"4")
    assert found(db, "болт") == [strong, faint]
    assert found(db, "болт", limit=1) == [strong]


def test_of_equal_matches_the_newest_case_comes_first(db: Database) -> None:
    cases = [a_case(db, f"k{n}") for n in range(3)]
    for case_id in cases:
        a_mail_of(db, case_id, "болт", f"{case_id}".encode())
    assert found(db, "болт") == cases[::-1]


def test_a_mail_read_again_has_only_its_new_words(db: Database) -> None:
    case_id = a_case(db)
    number = a_mail_of(db, None, "старое", b"one")
    with db.write() as conn:
        search.add(conn, [(number, case_id, "новое")])
        search.add(conn, [])
    assert (found(db, "старое"), found(db, "новое")) == ([], [case_id])


@settings(max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.text("абйёЖЯazQ019-_./@'\"&|!<>():*\\% \0\ud800", min_size=1, max_size=8), min_size=1, max_size=4))
def test_whatever_a_letter_says_it_can_be_found_by_it(db: Database, words: list[str]) -> None:
    lemmas = " ".join(words)
    key = hashlib.sha256(lemmas.encode("utf-8", "surrogatepass")).hexdigest()
    with db.write() as conn:
        number = received.add(conn, [NewMail(f"sha256:{key}", key.encode(), NOW, "now")], NOW)[0].id
        case_id = open_case(conn, new_case(key), number).id
        search.add(conn, [(number, case_id, lemmas)])
        hits = search.cases_with(conn, lemmas, 1000)
    assert case_id in hits or not any(char.isalnum() for char in lemmas)


def test_more_words_than_an_index_holds(db: Database) -> None:
    """PostgreSQL refuses a tsvector of over a megabyte: the first words are found, and the mail is filed."""
    case_id = a_case(db)
    a_mail_of(db, case_id, "болт " + " ".join(f"слово{n}" for n in range(100_000)), b"one")
    assert found(db, "болт слово7") == [case_id]
