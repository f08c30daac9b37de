"""`mailbot digest …`: the specialists' morning letter, looked at or queued now."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mailbot.cli.setting_up import clock, needed_settings, open_store

if TYPE_CHECKING:
    from mailbot.jobs.policy_of import Ground
    from mailbot.jobs.writing_desk import WritingDesk
    from mailbot.store.database import Database


def preview(arguments: argparse.Namespace) -> int:
    """Print the digest as it would stand now; nothing is queued."""
    from mailbot.jobs.write_digests import preview as composed

    with _desk(arguments) as (db, ground, desk):
        ids = [person.id for person in ground.policy.people if arguments.person in {None, person.id}]
        if not ids:
            return _nobody(arguments.person, ground)
        for person in ground.policy.people:
            if person.id in ids:
                print(f"=== {person.name} <{person.addresses[0]}>")
                print(composed(db, ground, desk, person, clock()).text)
    return 0


def send(arguments: argparse.Namespace) -> int:
    """Queue today's digest now, whatever the hour; once a person and day all the same."""
    from mailbot.jobs.write_digests import write_digests

    with _desk(arguments) as (db, ground, desk):
        if arguments.person is not None and arguments.person not in {person.id for person in ground.policy.people}:
            return _nobody(arguments.person, ground)
        queued = write_digests(db, ground, desk, clock(), only=arguments.person, force=True)
        has_home = desk.home(None) is not None
    print(f"{queued} digests queued{'; `mailbot run` sends them' if queued else ''}.")
    for why in _why_not_all(ground, has_home, arguments.person, queued):
        print(why)
    return 0


def _why_not_all(ground: Ground, has_home: bool, person: str | None, queued: int) -> Iterator[str]:
    """Why a digest that was asked for, or everybody's, was not written."""
    readers = ground.policy.people
    if ground.policy.rehearsal:
        operators = [one.id for one in readers if "operator" in one.roles]
        if person is None or person not in operators:
            known = ", ".join(operators) or "nobody has that role"
            yield f'mode = "rehearsal": digests go to operators only ({known}), to all once it is "live".'
            return
    if not has_home:
        yield "No [[mailbox]] is configured, so there is no address to write from."
    elif not queued:
        yield "Each was written today already (once a person and day), or has nothing to show. `mailbot digest preview` prints them."


@contextmanager
def _desk(arguments: argparse.Namespace) -> Iterator[tuple[Database, Ground, WritingDesk]]:
    from mailbot.jobs.desk_keys import keys_for
    from mailbot.jobs.policy_of import lay_ground
    from mailbot.jobs.writing_desk import set_up_desk

    settings = needed_settings(arguments)
    ground = lay_ground(settings, clock())
    with open_store(arguments, settings) as db:
        yield db, ground, set_up_desk(ground, keys_for(db, settings, clock()))


def _nobody(person: str | None, ground: Ground) -> int:
    ids = ", ".join(person.id for person in ground.policy.people) or "none"
    print(f"there is no person {person!r} in the configuration. Its people: {ids}.", file=sys.stderr)
    return 2
