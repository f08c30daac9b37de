"""Gathers what a model may learn from: the shop's corrected and answered cases, and the examples of the rule files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mailbot.claims.lesson import Lesson
from mailbot.jobs.case_view import words_of
from mailbot.store import desk, lessons

if TYPE_CHECKING:
    from mailbot.rulebook import Rules
    from mailbot.store.database import Database

MOST_LETTERS = 20_000


def cases_as_lessons(db: Database) -> list[Lesson]:
    """Every case whose category a person set or let stand, with who and when. Errors: StoreAway."""
    with db.read() as conn:
        said, left = lessons.corrected(conn), lessons.stood(conn)
        mails = desk.opening_mails(conn, [one.case_id for one in left])
    found = [
        Lesson(one.text, one.category, one.subject, source="corrected", who=one.person, at=one.at, place=one.number) for one in said
    ]
    for case in left:
        text = words_of(mails[case.case_id].read, MOST_LETTERS) if case.case_id in mails else ""
        found.append(Lesson(text, case.category, case.subject, source="stood", who=case.person, at=case.at, place=case.number))
    return [lesson for lesson in found if lesson.text.strip()]


def examples_as_lessons(rules: Rules) -> list[Lesson]:
    """The examples of the category files: what is theirs, and what is not."""
    return list(_examples(rules))


def _examples(rules: Rules) -> Iterator[Lesson]:
    for category in rules.categories:
        for text in category.examples_yes:
            yield Lesson(text, category.id, source="rules", place=category.file)
        for text in category.examples_no:
            yield Lesson(text, category.id, source="rules", place=category.file, counter=True)
