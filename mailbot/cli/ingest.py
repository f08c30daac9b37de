"""`mailbot ingest`: takes mail in from files. Stored byte for byte first, then filed; a second run changes nothing."""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from mailbot.cli.filing_room import open_filer
from mailbot.cli.moments import moment
from mailbot.cli.printing import print_json, progress
from mailbot.cli.setting_up import clock, open_store, settings_of

if TYPE_CHECKING:
    from mailbot.jobs.file_mail import MailFiler
    from mailbot.mail_in.files import FileMail
    from mailbot.store.database import Database
    from mailbot.store.received import NewMail

_BATCH_MAILS = 1_000  # filed in the order of their arrival: files lie in the order of their names
_BATCH_BYTES = 16 * 1024 * 1024

OUTCOMES = {
    "opened": "opened a case",
    "triage": "opened a case for a person to judge",
    "joined": "joined a case",
    "duplicate": "the same mail again",
    "noted": "noted, no case",
    "waiting": "stored, not filed yet: another process has them, or run again",
}


@dataclass(slots=True)
class Taken:
    """What became of the mails of one run. `ids` are the rows that were new."""

    mails: int = 0
    known: int = 0
    history: int = 0
    newest: datetime | None = None  # arrival of the youngest that is history
    faults: list[str] = field(default_factory=list)
    ids: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _How:
    """How mails are taken in: to which mailbox they belong, since when they are live, whether their letters wait."""

    mailbox: str | None
    live_since: datetime
    line: str  # where that moment comes from
    hold_letters: bool

    def new_mail(self, mail: FileMail) -> NewMail:
        from mailbot.store.received import NewMail

        return NewMail(
            source_key="sha256:" + hashlib.sha256(mail.raw).hexdigest(),
            raw=mail.raw,
            received_at=mail.received_at,
            basis=mail.basis,
            mailbox=self.mailbox,
            truncated=mail.truncated,
            path=str(Path(mail.path).absolute()),
            history=mail.received_at < self.live_since,
            hold_letters=self.hold_letters,
        )


def ingest(arguments: argparse.Namespace) -> int:
    """Store, file, say what became of it. 1 where a file could not be read."""
    from mailbot.mail_in.files import read_paths

    settings, now = settings_of(arguments), clock()
    told = moment(arguments.live_since, ZoneInfo(settings.office.timezone), "--live-since") if arguments.live_since else None
    with ExitStack() as open_things:
        db = open_things.enter_context(open_store(arguments, settings))
        filer = open_things.enter_context(open_filer(settings, db))
        first_box = settings.mailbox[0].name if settings.mailbox else None
        how = _How(first_box, *((told, "as --live-since says") if told else _live_since(db, now)), hold_letters=not arguments.acknowledge)
        mails = read_paths((Path(path) for path in arguments.paths), now)
        taken = _store(db, how, progress(mails, "Storing"))
        _file(db, filer)
        _tell(db, taken, how, ZoneInfo(settings.office.timezone), as_json=arguments.json)
    return 1 if taken.faults else 0


def _live_since(db: Database, now: datetime) -> tuple[datetime, str]:
    """Mail from before the first connection is history (decisions.md 15), and why the line is there."""
    from mailbot.store.mailboxes import first_taken_from

    with db.read() as conn:
        connected = first_taken_from(conn)
    if connected is None:
        return now, "the moment of this call, since no mailbox has been connected yet"
    return connected, "when the first mailbox was connected"


def _store(db: Database, how: _How, mails: Iterable[FileMail]) -> Taken:
    """Commit the mails in batches, so that memory stays small however many there are."""
    taken = Taken()
    batch: list[NewMail] = []
    size = 0
    for mail in mails:
        if mail.fault:
            taken.faults.append(mail.path)
            print(f"{mail.path}: {mail.fault}", file=sys.stderr)
            continue
        batch.append(how.new_mail(mail))
        size += len(mail.raw)
        if len(batch) >= _BATCH_MAILS or size >= _BATCH_BYTES:
            _commit(db, batch, taken)
            batch, size = [], 0
    _commit(db, batch, taken)
    return taken


def _commit(db: Database, batch: list[NewMail], taken: Taken) -> None:
    from mailbot.claims.crash import crash_point
    from mailbot.store import received

    if not batch:
        return
    with db.write() as conn:
        added = received.add(conn, batch, clock())
        crash_point("raw.before_commit")
    crash_point("raw.after_commit")
    fresh = {one.id: mail for one, mail in zip(added, batch, strict=True) if one.new}  # identical files of one batch are one row
    taken.mails += len(batch)
    taken.known += len(batch) - len(fresh)
    past = [mail.received_at for mail in fresh.values() if mail.history]
    taken.history += len(past)
    taken.newest = max((*past, *((taken.newest,) if taken.newest else ())), default=None)
    taken.ids += fresh


def _file(db: Database, filer: MailFiler) -> None:
    """File what waits: also what an earlier run stored and did not come to file."""
    from mailbot.store import received

    with db.read() as conn:
        waiting = received.waiting(conn)
    if not waiting:
        return
    if sys.stderr.isatty():
        for _ in progress(_one_by_one(db, filer, waiting), "Filing", waiting):
            pass
    else:
        filer.run_dry()


def _one_by_one(db: Database, filer: MailFiler, waiting: int) -> Iterator[None]:
    """Files and yields once for each mail that is filed, for the progress bar."""
    from mailbot.store import received

    busy = True
    while busy:
        busy = filer.step()
        if filer.took_letters() or not busy:
            with db.read() as conn:
                left = received.waiting(conn)
            yield from (None for _ in range(waiting - left))
            waiting = left


def _tell(db: Database, taken: Taken, how: _How, office: tzinfo, *, as_json: bool) -> None:
    from mailbot.store.intake import held_letters, outcomes_of

    with db.read() as conn:
        outcomes, held = outcomes_of(conn, taken.ids), held_letters(conn)
    new = len(taken.ids)
    if as_json:
        counts = {"mails": taken.mails, "new": new, "known": taken.known, "history": taken.history, "live": new - taken.history}
        print_json({**counts, "live_since": how.live_since.isoformat(), "outcomes": _named(outcomes), "held": held, "faults": taken.faults})
    else:
        print(f"{taken.mails} mails: {new} new, {taken.known} known already.")
        if new:
            print(_parted(taken, how, office))
        for name, meaning in OUTCOMES.items():
            if outcomes[name]:
                print(f"  {outcomes[name]:>7}  {meaning}")
        if held:
            print(f"{held} letters are held. `mailbot outbox list --state held` shows them, `mailbot outbox release` lets them go.")
        if taken.faults:
            print(f"{len(taken.faults)} files could not be taken in; see above.")
    if not how.hold_letters and taken.newest is not None and taken.history == new:
        print(_nobody_is_answered(taken.newest, office), file=sys.stderr)


def _named(outcomes: Mapping[str, int]) -> dict[str, int]:
    return {name: outcomes[name] for name in OUTCOMES}


def _parted(taken: Taken, how: _How, office: tzinfo) -> str:
    """How many are live and how many history, where the line runs and what moves it."""
    since = f"{how.live_since.astimezone(office):%d.%m.%Y %H:%M}"
    live = len(taken.ids) - taken.history
    moved = "" if how.line.startswith("as --") else "; --live-since moves it"
    past = f"{taken.history} history (closed cases, no clocks, no letters)"
    return f"{live} live, {past}. Live is what came since {since} ({how.line}{moved})."


def _nobody_is_answered(newest: datetime, office: tzinfo) -> str:
    """--acknowledge was asked for and can do nothing: why, and the way out, since a second run changes no mail that is stored."""
    day = f"{newest.astimezone(office):%Y-%m-%d}"
    return (
        "Nobody will be answered, in spite of --acknowledge: every new mail came before that moment and is history. "
        f"To have the newest of them answered, take them into a new database with --live-since {day} (or an earlier day); "
        "in this one, `mailbot case set NUMBER state=review` opens a single case again, with clocks from today."
    )
