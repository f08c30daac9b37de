"""A digest of two thousand cases can be read, is not cut off by Gmail, and loses no case: what it does not show can be commanded and found."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from mailbot.claims.case import State
from mailbot.claims.digest import GROUPS, URGENT, Digest, Group, Row
from mailbot.claims.digest_length import MOST_LINES, MOST_NAMED, MOST_RECURRING, MOST_ROWS, shortened
from mailbot.claims.due_terms import MOST_SHOWN, DueTerm
from mailbot.claims.letters import DigestLetter
from mailbot.claims.ready_replies import ReplyMaker
from mailbot.claims.recurrence import Cluster
from mailbot.jobs.policy_of import Ground
from mailbot.store.database import Database
from tests.desk_values import DAY, HOUR, NOW, a_desk, a_ground, file_claims, read_letter
from tests.test_command_book import ANNA, MAILBOX, digests, last_result, reply, send, state_of

GMAIL_CUTS = 102 * 1024  # bytes of the HTML part


@pytest.fixture(scope="module")
def ground() -> Ground:
    return a_ground(mailbox=[MAILBOX])


def a_row(number: int) -> Row:
    """As long a row as there can be: every mark, long names, further dates."""
    long = "Производственное объединение «Северо-Западные стеклянные конструкции» и партнёры"
    return Row(
        f"2026-{number:04}", long, long, "Стеклопакет пришёл разбитым, акт составлен вместе с водителем. " * 5, "damage", State.EXECUTION, 40,
        NOW - 9 * DAY, 9, ("safety", "legal", "important", "undelivered", "provisional"), "design", f"{'a' * 60}@{'b' * 50}.example",
        tuple(f"45{n:08}" for n in range(9)), tuple(("torg12", f"П-{n:036}") for n in range(9)), answered=True, letters=12, waits_days=30,
        instead_of=long, terms=tuple(DueTerm({"ru": long, "en": long}, NOW + DAY) for _ in range(MOST_SHOWN)), settled="withdrawn", taken=False,
    )  # fmt: skip


def a_digest(*sizes: int) -> Digest:
    at = 0
    groups = []
    for name, size in zip(GROUPS, sizes, strict=False):
        if size:
            groups.append(Group(name, tuple(a_row(at + n + 1) for n in range(size))))
        at += size
    return Digest("anna", "ru", tuple(groups))


def numbers(group: Group) -> list[str]:
    return [row.number for row in (*group.rows, *group.lines, *group.rest)]


@pytest.mark.parametrize("sizes", [(3, 2), (MOST_ROWS,), (MOST_ROWS + 1,), (5_000, 1, 0, 2), (200,) * 12, (1,) * 12, (0,) * 11 + (2_000,)])
def test_nothing_is_lost_and_nothing_changes_its_place(sizes: tuple[int, ...]) -> None:
    whole = a_digest(*sizes)
    shown = shortened(whole)
    assert [group.id for group in shown.groups] == [group.id for group in whole.groups]
    assert [numbers(group) for group in shown.groups] == [numbers(group) for group in whole.groups]
    assert [group.count for group in shown.groups] == [size for size in sizes if size]
    total = sum(sizes)
    assert sum(len(group.rows) for group in shown.groups) == min(total, MOST_ROWS)
    assert sum(len(group.lines) for group in shown.groups) == min(total - min(total, MOST_ROWS), MOST_LINES)
    assert all(group.rows for group in shown.groups)  # each shows something
    assert sum(len(group.named) for group in shown.groups) == min(MOST_NAMED, sum(len(group.rest) for group in shown.groups))
    assert all(group.named == tuple(row.number for row in group.rest)[: len(group.named)] for group in shown.groups)


def test_what_is_urgent_shows_more() -> None:
    shown = {group.id: group for group in shortened(a_digest(*(200,) * 12)).groups}
    assert {len(group.rows) for name, group in shown.items() if name not in URGENT} == {1}
    few = {group.id: len(group.rows) for group in shortened(a_digest(200, *(0,) * 10, 200)).groups}
    assert few == {"overdue": 8, "in_work": 4}


def test_defects_are_bounded_too() -> None:
    numbers = tuple(f"2026-{n:04}" for n in range(40))
    cluster = Cluster("quality", "product", "Насос", "Насос", numbers, NOW.date(), NOW.date(), 30, 1.0, 0.001)
    shown = shortened(Digest("anna", "ru", (), (cluster,) * 9))
    assert (len(shown.recurring), shown.more_recurring) == (MOST_RECURRING, 9 - MOST_RECURRING)


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("sizes", [(2_000,), (200,) * 12])
def test_the_longest_digest_is_not_cut_off(ground: Ground, language: str, sizes: tuple[int, ...], tmp_path: Path) -> None:
    desk = a_desk(ground)
    person = replace(next(one for one in ground.policy.people if one.id == "anna"), language=language)
    shown = shortened(replace(a_digest(*sizes), language=language))
    maker = desk.replies_for(person, NOW)
    assert isinstance(maker, ReplyMaker)
    replies = {row.number: maker.about(row.number, row.state, taken=False, answered=True, settled=row.settled) for group in shown.groups for row in group.rows}
    letter = DigestLetter("Анна", shown, "Всё на месте.", NOW, ("Заметка. " * 20,) * 8, replies)
    row = desk.to_person(letter, person, dedupe_key=f"digest:{language}:{len(sizes)}", now=NOW)
    assert row is not None
    message, text = read_letter(row)
    html = message.get_body(("html",))
    assert html is not None
    size = len(html.get_content().encode())
    assert size < GMAIL_CUTS, size
    assert len(text.encode()) < 60_000
    assert text.count("2026-") < 4 * (MOST_ROWS + MOST_LINES) + MOST_NAMED
    named = [number for group in shown.groups for number in group.named]
    assert len(named) == MOST_NAMED
    assert set(named) <= set(re.findall(r"\d{4}-\d{4,}", text))
    assert set(named) <= set(re.findall(r"\d{4}-\d{4,}", html.get_content()))


def test_a_case_that_is_not_shown_can_be_commanded_and_found(sqlite_db: Database, ground: Ground) -> None:
    db = sqlite_db
    cases = file_claims(db, ground, MOST_ROWS + MOST_LINES + 6, NOW - 20 * DAY)
    digest = digests(db, ground)[ANNA]
    message, body = read_letter(digest)
    text = " ".join(body.split())
    assert f"ПРОСРОЧЕНО: {len(cases)} " in text
    assert str(message["Subject"]).endswith(f"Просрочено: {len(cases)}")  # all, not only those with buttons
    assert "И ещё 6" in text
    assert "«!статус НОМЕР»" in text
    last = cases[-1]
    assert f"№ {last}" not in text
    assert f"№ {cases[MOST_ROWS]}, dealer@zakaz.example, до 9 ноября, опоздание 14 дней" in text
    send(db, ground, reply(f"!взять {last}", digest.message_id), "c1")
    assert state_of(db, last) == ("review", "anna")
    send(db, ground, reply("!найти dealer", digest.message_id), "c2")
    assert "2026-" in last_result(db)


def test_a_digest_of_a_few_is_as_it_was(sqlite_db: Database, ground: Ground) -> None:
    file_claims(sqlite_db, ground, 3, NOW - HOUR)
    text = read_letter(digests(sqlite_db, ground)[ANNA])[1]
    assert "коротко" not in text
    assert "И ещё" not in text
    assert "Показаны самые срочные" not in text


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("kept", ["enquiries", "in_work"])
def test_what_is_said_of_the_rest_can_be_done_with_it(ground: Ground, language: str, kept: str) -> None:
    """A mail without a case has no state to show: `!status M-12` was offered in the digest and refused in the answer."""
    desk = a_desk(ground)
    person = replace(next(one for one in ground.policy.people if one.id == "anna"), language=language)
    rows = tuple(replace(a_row(n + 1), number=f"M-{n + 1}" if kept == "enquiries" else f"2026-{n + 1:04}") for n in range(60))
    shown = shortened(Digest("anna", language, (Group(kept, rows),)))
    row = desk.to_person(DigestLetter("Анна", shown, "Всё на месте.", NOW, (), {}), person, dedupe_key=f"{language}{kept}", now=NOW)
    assert row is not None
    message, text = read_letter(row)
    html = message.get_body(("html",))
    assert html is not None
    of_cases, of_mails = {"ru": ("!статус НОМЕР", "!готово НОМЕР"), "en": ("!status NUMBER", "!done NUMBER")}[language]
    for said in (" ".join(text.split()), " ".join(re.sub("</?nobr>", "", html.get_content()).split())):
        assert (of_cases in said, of_mails in said) == ((False, True) if kept == "enquiries" else (True, False))
