"""What of the set-up has to answer: mailboxes, mail servers, the database, the reading child. Changes nothing there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from mailbot.claims.errors import MailboxAway
from mailbot.cli.check_files import Attempt

if TYPE_CHECKING:
    from mailbot.config import Mailbox, Server, Settings, Smtp
    from mailbot.token_faults import Use

_SKEW = timedelta(seconds=30)  # decisions.md 7


def servers(settings: Settings) -> Iterator[Attempt]:
    """Each mailbox and each mail server; one that is away does not hide the others."""
    for box in settings.mailbox:
        yield Attempt(f"mailbox {box.name}", partial(_mailbox, box))
    if settings.smtp is not None:
        yield Attempt("smtp", partial(_smtp, settings.smtp))
    for box in settings.mailbox:
        if box.smtp is not None:
            yield Attempt(f"mailbox {box.name}.smtp", partial(_smtp, box.smtp))


def _mailbox(box: Mailbox) -> Iterator[str]:
    from mailbot.access_token import AccessToken
    from mailbot.mail_in.imap_check import try_mailbox
    from mailbot.mail_in.imap_faults import SignInRefused

    token = AccessToken(box.oauth) if box.oauth is not None else None
    try:
        yield from try_mailbox(box, token)
    except SignInRefused as refused:
        raise _with_what_it_lacks(refused, box, token, "imap") from refused


def _smtp(smtp: Smtp) -> Iterator[str]:
    from mailbot.jobs.post import server_of
    from mailbot.mail_out.courier import Courier
    from mailbot.mail_out.smtp_faults import SignInRefused

    server = server_of(smtp)
    try:
        yield asyncio.run(Courier(server).try_login())
    except SignInRefused as refused:
        raise _with_what_it_lacks(refused, smtp, server.token, "smtp") from refused


def _with_what_it_lacks(refused: MailboxAway, server: Server, token: Callable[[], str] | None, use: Use) -> MailboxAway:
    """The refusal; of a token with the permission that it lacks, as far as it says so itself (behaviour.md 11)."""
    from mailbot.token_faults import why_refused

    if server.oauth is None or token is None:
        return refused
    try:
        return MailboxAway(f"{refused} {why_refused(server.oauth, token(), server.user, use)}")
    except MailboxAway:  # a moment ago there was one
        return refused


def database(url: str, clock: Callable[[], datetime]) -> Attempt:
    """Its schema, whether it takes writes, and whether its clock agrees with ours."""
    return Attempt("database", partial(_database, url, clock))


def _database(url: str, clock: Callable[[], datetime]) -> Iterator[str]:
    from mailbot.store.database import open_database
    from mailbot.store.health import clock_of, try_write
    from mailbot.store.migrate import schema_state

    file = Path(url.removeprefix("sqlite:///"))
    if url.startswith("sqlite:///") and not file.exists() and file.parent.is_dir():
        yield f"{file} is not there yet; the first start makes it."
        return
    db = open_database(url)
    try:
        state = schema_state(db)
        if state in ("older", "newer"):
            mend = "Back it up, then run: mailbot migrate" if state == "older" else "Install the release that wrote it."
            raise ValueError(f"is of {'an older' if state == 'older' else 'a newer'} release. {mend}")
        if state == "empty":
            yield "is empty; the first start makes its tables."
            return
        try_write(db)
        skew = abs(clock_of(db, clock()) - clock())
        if skew > _SKEW:
            raise ValueError(f"its clock differs from this machine's by {skew.total_seconds():.0f} s. Set both by NTP.")
        yield f"{db.dialect}, of this release, takes writes, its clock agrees with ours."
    finally:
        db.close()


def record(url: str) -> Attempt:
    """Whether every event of every case is there as it was written."""
    return Attempt("record", partial(_record, url), needs=("database",))


def _record(url: str) -> Iterator[str]:
    from mailbot.store.database import open_database
    from mailbot.store.migrate import schema_state
    from mailbot.store.record import look_at_all

    file = Path(url.removeprefix("sqlite:///"))
    if url.startswith("sqlite:///") and not file.exists():
        return
    db = open_database(url)
    try:
        if schema_state(db) != "current":
            return
        with db.read() as conn:
            looked = look_at_all(conn)
    finally:
        db.close()
    if looked.breaks:
        raise ValueError(f"what happened in {len(looked.breaks)} cases is not as it was written. {looked.named}. Compare with a backup.")
    yield f"{looked.events} events of {looked.cases} cases, each as it was written."


def reading_child(settings: Settings) -> Attempt:
    """Whether strangers' mail can be read, and how the child is kept from the network."""
    return Attempt("reading child", partial(_reading_child, settings), needs=("rules", "examples", "catalogue", "model"))


def _reading_child(settings: Settings) -> Iterator[str]:
    from mailbot.jobs.reading_child import setup_of
    from mailbot.jobs.reading_room import ReadingRoom

    with ReadingRoom(setup_of(settings), 1) as room:
        how = room.wait_ready()
    ways = {"namespace": "an empty network namespace", "audit": "an audit hook, since this system allows no namespace"}
    yield f"starts; it is kept from the network by {ways.get(how, how)}."
