"""`mailbot case new`: a claim heard by telephone or come on paper, as `!new` by mail: stored byte for byte first, then filed."""

from __future__ import annotations

import argparse
import mimetypes
import secrets
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mailbot.claims.errors import Fault, SetupError
from mailbot.cli.case_orders import person_of
from mailbot.cli.filing_room import open_filer
from mailbot.cli.moments import day, moment
from mailbot.cli.printing import print_json
from mailbot.cli.setting_up import clock, open_store, settings_of

if TYPE_CHECKING:
    from mailbot.claims.policy import Person
    from mailbot.config import Settings
    from mailbot.jobs.file_mail import MailFiler
    from mailbot.mail_out.envelope import Enclosure
    from mailbot.store.database import Database

_MOST_FILES = 100  # a mail of more parts is not read to its end
_MOST_BYTES = 50_000_000  # of the whole mail, where no mailbox says another limit
_LOOK_AGAIN = 0.2  # seconds, while another process files it


def new(arguments: argparse.Namespace) -> int:
    """Store the mail, file it, say what became of it. 1 where the command refused it. Errors: SetupError for words, moment or files."""
    from mailbot.jobs.policy_of import lay_ground

    settings = settings_of(arguments)
    ground = lay_ground(settings, clock())
    person = person_of(arguments.by, ground)
    if person is None:
        return 2
    text = _text(arguments, ground.policy.office)
    files = _files(arguments.files)
    if not (text or files):
        raise _fault("--text", "there is neither a text nor a file.", "Write what was heard, or name the scans.")
    raw = _mail(_order(text), files, settings, person, clock())
    with ExitStack() as open_things:
        db = open_things.enter_context(open_store(arguments, settings))
        filer = open_things.enter_context(open_filer(settings, db))
        number = _store(db, settings, raw, person)
        _file(db, filer, number)
        return _tell(db, number, person, as_json=arguments.json)


def _text(arguments: argparse.Namespace, office: tzinfo) -> str:
    """What was heard, headed by the line that says when. Errors: SetupError."""
    from mailbot.claims.heard import read_heard

    text = sys.stdin.read() if arguments.text == "-" else arguments.text or ""
    text = text.strip()
    if arguments.received_at is None:
        return text
    if read_heard(text).when:
        raise _fault("--received-at", "the text has a line that says when, too.", "Keep one of them.")
    return f"when: {_when(arguments.received_at, office)}\n{text}".rstrip()


def _when(said: str, office: tzinfo) -> str:
    """As the line of the mail says it: a day alone counts as its end there, today as now."""
    if "T" not in said and ":" not in said:
        return day(said, "--received-at").isoformat()
    return f"{moment(said, office, '--received-at').astimezone(office):%Y-%m-%d %H:%M}"


def _files(paths: Sequence[str]) -> list[Enclosure]:
    """The scans as they are. Errors: SetupError; a folder, or one that cannot be read, is none."""
    from mailbot.mail_out.envelope import Enclosure

    if len(paths) > _MOST_FILES:
        raise _fault("FILE", f"these are {len(paths)} files.", f"At most {_MOST_FILES} go with a claim: leave some out.")
    found = []
    for path in map(Path, paths):
        try:
            data = path.read_bytes()
        except OSError as error:
            raise SetupError(Fault(str(path), 0, "", f"{error.strerror}.", "Name a file that can be read; nothing was done.")) from None
        found.append(Enclosure(path.name, mimetypes.guess_type(path.name)[0] or "application/octet-stream", data))
    return found


def _order(text: str) -> str:
    """The words of the mail. Errors: SetupError where they would be more than this one command."""
    from mailbot.claims.commands import read_commands

    order = f"!new\n{text}\n"
    reading = read_commands(order)
    if reading.faults or len(reading.commands) != 1:
        raise _fault("--text", "a line of the text begins with `!`.", "One order at a time; nothing was done.")
    return order


def _mail(order: str, files: Sequence[Enclosure], settings: Settings, person: Person, now: datetime) -> bytes:
    """From her, or from the operator at this machine, to the first mailbox. Errors: SetupError where it is too large."""
    from mailbot.claims.heard import read_heard
    from mailbot.claims.message import Address
    from mailbot.mail_out.written_down import written_down

    box = settings.mailbox[0] if settings.mailbox else None
    domain = box.address.rpartition("@")[2] if box is not None else "localhost"
    writer = Address(person.name or person.id, next(iter(person.addresses), f"operator@{domain}"))
    to = Address("", box.address if box is not None else f"claims@{domain}")
    heard = read_heard(order.partition("\n")[2]).text
    subject = (heard.splitlines() or [", ".join(file.name for file in files)])[0]
    identity = f"written.{secrets.token_hex(16)}@{domain}"
    raw = written_down(order, files, from_=writer, to=to, subject=subject, message_id=identity, date=now)
    most = box.max_mail_bytes if box is not None else _MOST_BYTES
    if len(raw) > most:
        mend = "Leave some out, or make the scans smaller; nothing was done."
        raise _fault("FILE", f"the files make a mail of {len(raw) / 1e6:.0f} MB, and {most / 1e6:.0f} MB is the most.", mend)
    return raw


def _store(db: Database, settings: Settings, raw: bytes, person: Person) -> int:
    from mailbot.claims.crash import crash_point
    from mailbot.store import received
    from mailbot.store.received import NewMail

    now = clock()
    mail = NewMail(
        source_key=received.written_key(person.id, secrets.token_hex(16)),
        raw=raw,
        received_at=now,
        basis="written",
        mailbox=settings.mailbox[0].name if settings.mailbox else None,
        hold_letters=settings.mode == "rehearsal",
    )
    with db.write() as conn:
        (added,) = received.add(conn, [mail], now)
        crash_point("raw.before_commit")
    crash_point("raw.after_commit")
    return added.id


def _file(db: Database, filer: MailFiler, number: int) -> None:
    """Until it is filed, by us or by the daemon, who may have taken it."""
    from mailbot.store import intake

    while True:
        with db.read() as conn:
            if intake.is_filed(conn, number):
                return
        if not filer.step():
            time.sleep(_LOOK_AGAIN)


def _tell(db: Database, number: int, person: Person, *, as_json: bool) -> int:
    from mailbot.store import commands, intake, listing

    with db.read() as conn:
        case, (outcome, said) = intake.case_opened_by(conn, number), commands.ended(conn, number) or ("", "")
        file: dict[str, Any] = (listing.case_file(conn, case) if case is not None else None) or {"letters": []}
    if case is None:
        print(said or f"No case was opened. What was written down is kept as mail M-{number}.", file=sys.stderr)
        return 1
    if outcome != "done":
        said = f"Case {case} is opened, but what goes with it could not be read: a person must look at it (`mailbot quarantine list`)."
    if as_json:
        letters = [{"kind": one["kind"], "to": one["recipient"], "held": one["state"] == "held"} for one in file["letters"]]
        done = {"number": case, "command": "new", "by": person.id, "done": said, "letters": letters}
        print_json({**done, "lacking": [], "to_check": [], "to_agree": []})
    else:
        print(said)
    return 0


def _fault(option: str, problem: str, mend: str) -> SetupError:
    return SetupError(Fault("mailbot case new", 0, option, problem, mend))
