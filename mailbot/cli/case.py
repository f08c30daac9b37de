"""`mailbot case …`: the cases as a person looks at them and changes them."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from mailbot.claims.case import State
from mailbot.cli.printing import print_json, print_rows, without_bytes
from mailbot.cli.setting_up import clock, open_store_to_read, settings_of

if TYPE_CHECKING:
    from mailbot.config import Settings

Row = dict[str, Any]

_COLUMNS = {
    "number": "CASE",
    "state": "STATE",
    "category": "CATEGORY",
    "answer": "ANSWER BY",
    "assigned_to": "IN CHARGE",
    "customer": "CUSTOMER",
    "subject": "SUBJECT",
}


def list_(arguments: argparse.Namespace) -> int:
    """The cases, the most urgent answer first."""
    from mailbot.cli.case_clocks import with_clocks
    from mailbot.rulebook.deadlines import load_terms
    from mailbot.store.listing import CaseFilter, list_cases

    settings = settings_of(arguments)
    if arguments.state is not None and arguments.state not in {"open", *State}:
        return _wrong(f"there is no state {arguments.state!r}. Use open, {', '.join(State)}.")
    if arguments.category is not None:
        known = _categories(settings)
        if arguments.category not in known:
            return _wrong(f"there is no category {arguments.category!r}. Use one of {', '.join(known)}.")
    now = clock()
    wanted = CaseFilter(arguments.state, arguments.category, overdue_at=now if arguments.overdue else None, limit=arguments.limit)
    with open_store_to_read(arguments, settings) as db, db.read() as conn:
        rows = list_cases(conn, wanted)
        if arguments.json:
            rows = with_clocks(conn, rows, load_terms(settings.files.rules))
    _print_cases(rows, ZoneInfo(settings.office.timezone), now, as_json=arguments.json)
    return 0


def _categories(settings: Settings) -> tuple[str, ...]:
    from mailbot.claims.category import UNSORTED
    from mailbot.rulebook import load_rules

    return (*(category.id for category in load_rules(settings.files.rules).categories), UNSORTED)


def show(arguments: argparse.Namespace) -> int:
    """The whole file of one case, or with `--dates` how its dates were counted."""
    from mailbot.cli.case_clocks import dates
    from mailbot.cli.case_origin import origins
    from mailbot.cli.case_page import page
    from mailbot.rulebook.deadlines import load_terms
    from mailbot.rulebook.production_calendar import load_calendar
    from mailbot.store.listing import case_file

    settings = settings_of(arguments)
    with open_store_to_read(arguments, settings) as db, db.read() as conn:
        file = case_file(conn, arguments.number)
    if file is None:
        return _no_case(arguments.number)
    if arguments.json:
        print_json(without_bytes({**file, "case": {**file["case"], **origins(file)}}))
        return 0
    terms, office = load_terms(settings.files.rules), ZoneInfo(settings.office.timezone)
    if arguments.dates:
        print(dates(file, terms, office, arguments.dates))
        return 0
    year = file["case"]["received_at"].year
    calendar = load_calendar(settings.files.rules, range(year - 1, year + 3))
    print(page(file, calendar, office, settings.deadlines.answer_working_days, clock(), terms))
    return 0


def search(arguments: argparse.Namespace) -> int:
    """Cases by number, address, name or words, the words in any of their forms."""
    from mailbot.classify.lemmas import lemmatizer
    from mailbot.classify.tokens import Tokenizer
    from mailbot.store.listing import find_cases

    settings = settings_of(arguments)
    words = " ".join(arguments.words)
    with open_store_to_read(arguments, settings) as db:
        lemmas = Tokenizer(lemmatizer()).lemmatise(words)
        with db.read() as conn:
            rows = find_cases(conn, words, lemmas)
    _print_cases(rows, ZoneInfo(settings.office.timezone), clock(), as_json=arguments.json)
    return 0


def export(arguments: argparse.Namespace) -> int:
    """One case as a folder of files that needs no program of ours."""
    from pathlib import Path

    from mailbot.cli.case_export import export_case
    from mailbot.rulebook.deadlines import load_deadlines

    settings = settings_of(arguments)
    folder = Path(arguments.output or f"case-{arguments.number}")
    if folder.exists():
        print(f"{folder} is there already, and nothing is ever overwritten. Name another with --output.", file=sys.stderr)
        return 1
    with open_store_to_read(arguments, settings) as db:
        language = settings.languages.default
        terms = {rule.id: rule.title if language == "ru" else rule.title_en for rule in load_deadlines(settings.files.rules)}
        people = {person.id: person.name for person in settings.person}
        written = export_case(db, arguments.number, folder, ZoneInfo(settings.office.timezone), clock(), language, terms, people)
    if written is None:
        return _no_case(arguments.number)
    print(f"Case {arguments.number}: {written} files in {folder}; begin with {folder / 'index.html'}.")
    return 0


def _print_cases(rows: list[Row], office: tzinfo, now: datetime, *, as_json: bool) -> None:
    shown = rows if as_json else [{**row, "answer": _answer(row, office, now)} for row in rows]
    print_rows(shown, _COLUMNS, as_json=as_json, empty="No case.")


def _answer(row: Row, office: tzinfo, now: datetime) -> str:
    """When the formal answer is due, or what has become of it."""
    if row["answered_at"] is not None:
        return "answered"
    if row["answer_by"] is None or row["closed_at"] is not None:
        return ""
    late = "  LATE" if row["answer_by"] <= now else ""
    return f"{row['answer_by'].astimezone(office):%d.%m.%Y}{late}"


def _no_case(number: str) -> int:
    print(f"There is no case {number}. `mailbot case search` finds one by a name, an address or words.", file=sys.stderr)
    return 1


def _wrong(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 2
