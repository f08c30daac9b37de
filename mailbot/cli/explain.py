"""`mailbot explain`: what mailbot makes of each mail, and why. Writes nothing."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from mailbot.claims.case import NO_STORE, Known
from mailbot.cli.explain_files import Letter, Unopened, open_letter
from mailbot.cli.moments import moment
from mailbot.cli.printing import print_json
from mailbot.cli.setting_up import clock, names_database, open_store_to_read, settings_of
from mailbot.jobs.read_in_order import read_in_order
from mailbot.jobs.reading_child import setup_of
from mailbot.jobs.reading_room import ReadingRoom, ToRead, preload

if TYPE_CHECKING:
    from mailbot.claims.policy import Policy
    from mailbot.claims.understanding import ReadMail
    from mailbot.config import Settings
    from mailbot.jobs.policy_of import Ground
    from mailbot.store.database import Database

_FEW = 4  # so many files one child has read before a second is of use
_YEARS_BACK, _YEARS_AHEAD = 1, 3

Ask = Callable[["ReadMail", "Policy", datetime], Known]


def explain(arguments: argparse.Namespace) -> int:
    """One object a line in the order given, or a page for each. 1 where a file could not be opened."""
    settings = settings_of(arguments)
    office = ZoneInfo(settings.office.timezone)
    told_at = moment(arguments.received_at, office, "--received-at") if arguments.received_at else None
    letters = (open_letter(name, told_at, clock()) for name in arguments.files)
    unopened = 0
    with ExitStack() as open_things:
        room = open_things.enter_context(_room(settings, len(arguments.files)))
        ask: Ask = _no_store
        if names_database(arguments):
            ask = _from_store(open_things.enter_context(open_store_to_read(arguments, settings)))
        explainer = _explainer(settings, ask)
        for letter, told in explainer.explained(room, letters):
            if isinstance(letter, Unopened):
                unopened += 1
                print(f"{letter.name}: {letter.why}", file=sys.stderr)
            if arguments.json or isinstance(letter, Letter):  # nothing can be told of a file that is not there; programs get their line
                _print(told, as_json=arguments.json)
    return 1 if unopened else 0


def _print(told: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(told)
    else:
        from mailbot.cli.explain_page import page

        print(page(told))
    sys.stdout.flush()


def _room(settings: Settings, files: int) -> ReadingRoom:
    preload(setup_of(settings))
    return ReadingRoom(setup_of(settings), 1 if files <= _FEW else settings.reading.children)


@dataclass(slots=True)
class _Explainer:
    """Decides on each mail as if it were filed at the moment it came, so that the same mail always gives the same answer."""

    ground: Ground
    authserv_id: str | None
    ask: Ask
    _policies: dict[int, Policy] = field(default_factory=dict)

    def explained(self, room: ReadingRoom, letters: Iterator[Letter | Unopened]) -> Iterator[tuple[Letter | Unopened, dict[str, Any]]]:
        """Each letter with its object. A file that could not be opened keeps its place."""
        queue: list[Letter | Unopened] = []
        reads = read_in_order(room, _to_read(letters, queue))
        for read in reads:
            yield from self._unopened(queue)
            letter = queue.pop(0)
            assert isinstance(letter, Letter)
            yield letter, self._told(letter, read)
        yield from self._unopened(queue)

    def _unopened(self, queue: list[Letter | Unopened]) -> Iterator[tuple[Letter | Unopened, dict[str, Any]]]:
        from mailbot.claims.explained import unreadable_file

        while queue and isinstance(first := queue[0], Unopened):
            del queue[0]
            yield first, unreadable_file(first.name, first.at, first.basis, self.ground.policy.office, first.why)

    def _told(self, letter: Letter, read: ReadMail) -> dict[str, Any]:
        from mailbot.claims.decide import decide
        from mailbot.claims.explained import explained
        from mailbot.mail_in.authenticity import authentication

        policy, at = self._policy(letter.received_at), letter.received_at
        proof = authentication(read.mail, self.authserv_id)
        known = self.ask(read, policy, at)
        decision = decide(read.mail, read.understanding, known, proof, policy, received_at=at, history=False, now=at)
        return explained(letter.name, read, decision, at, letter.basis, policy.office)

    def _policy(self, at: datetime) -> Policy:
        """The policy with the calendar around the mail's own year, whatever year it is today."""
        from mailbot.rulebook.production_calendar import load_calendar

        year = at.astimezone(self.ground.policy.office).year
        if year not in self._policies:
            calendar = load_calendar(self.ground.settings.files.rules, range(year - _YEARS_BACK, year + _YEARS_AHEAD))
            self._policies[year] = replace(self.ground.policy, calendar=calendar)
        return self._policies[year]


def _explainer(settings: Settings, ask: Ask) -> _Explainer:
    from mailbot.jobs.policy_of import lay_ground

    trusted = next((box.authserv_id for box in settings.mailbox if box.authserv_id), None)
    return _Explainer(lay_ground(settings, clock()), trusted, ask)


def _to_read(letters: Iterator[Letter | Unopened], queue: list[Letter | Unopened]) -> Iterator[ToRead]:
    """The mails to be read, in order; everything opened is noted in `queue`, without its bytes."""
    for n, letter in enumerate(letters):
        if isinstance(letter, Unopened):
            queue.append(letter)
        else:
            queue.append(replace(letter, raw=b""))
            yield ToRead(n, letter.raw, letter.received_at)


def _no_store(_read: ReadMail, _policy: Policy, _now: datetime) -> Known:
    return NO_STORE


def _from_store(db: Database) -> Ask:
    """What the store knows about a mail that is not in it."""
    from mailbot.jobs.filing import ask_of
    from mailbot.store.known import known_about

    def ask(read: ReadMail, policy: Policy, now: datetime) -> Known:
        with db.read() as conn:
            return known_about(conn, [ask_of(-1, read, policy)], now)[0]

    return ask
