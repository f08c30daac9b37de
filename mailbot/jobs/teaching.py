"""Gathers what a model may learn from: the shop's corrected and answered cases, and the examples of the rule files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mailbot.claims.lesson import Lesson
from mailbot.jobs.case_view import words_of
from mailbot.store import desk, lessons

if TYPE_CHECKING:
    from mailbot.rulebook import Rules
    from mailbot.store.database import Connection, Database

MOST_LETTERS = 20_000  # characters of one letter
MOST_STOOD = 5_000  # cases, the last ones: a shop's goods and words change
_AT_ONCE = 200


def cases_as_lessons(db: Database) -> list[Lesson]:
    """Every case whose category a person set or let stand, with who and when. Errors: StoreAway."""
    with db.read() as conn:
        said, left = lessons.corrected(conn), lessons.stood(conn, MOST_STOOD)
        texts = _texts(conn, [one.case_id for one in left])
    found = [
        *(Lesson(one.text, one.category, one.subject, source="corrected", who=one.person, at=one.at, place=one.number) for one in said),
        *(
            Lesson(texts.get(one.case_id, ""), one.category, one.subject, source="stood", who=one.person, at=one.at, place=one.number)
            for one in left
        ),
    ]
    return [lesson for lesson in found if lesson.text.strip()]


def _texts(conn: Connection, ids: list[int]) -> dict[int, str]:
    """The customer's words of each case, some cases at a time: a reading is far larger than its text."""
    texts: dict[int, str] = {}
    for at in range(0, len(ids), _AT_ONCE):
        mails = desk.opening_mails(conn, ids[at : at + _AT_ONCE])
        texts.update({number: words_of(mail.read, MOST_LETTERS) for number, mail in mails.items()})
    return texts


def examples_as_lessons(rules: Rules) -> list[Lesson]:
    """The examples of the category files: what is theirs, and what is not."""
    return list(_examples(rules))


def _examples(rules: Rules) -> Iterator[Lesson]:
    for category in rules.categories:
        for text in category.examples_yes:
            yield Lesson(text, category.id, source="rules", place=category.file)
        for text in category.examples_no:
            yield Lesson(text, category.id, source="rules", place=category.file, counter=True)
