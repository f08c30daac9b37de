"""One function per log event: what happened to which mail or case. Never bodies, subjects or secrets; addresses shortened."""

from __future__ import annotations

import json
import logging
import re
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from traceback import extract_tb
from typing import TextIO

_LOG = logging.getLogger("mailbot")
_VALUE = re.compile(r"'[^']*+'?|\"[^\"]{40,}+\"?|«[^»]*+»?")
_MOST_WORDS = 200
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"']+@[^\s<>()\[\],;:\"']+")


def short_address(address: str) -> str:
    """`i***@example.org`: enough to find the mail, too little to know the person (domain.md 6)."""
    local, at, domain = address.rpartition("@")
    return f"{local[:1]}***{at}{domain}" if at else f"{address[:1]}***"


class _Lines(logging.Formatter):
    """One event a line: `2026-11-24T10:00:00Z INFO mail.filed id=12 case=2026-0451`."""

    converter = staticmethod(time.gmtime)

    def format(self, record: logging.LogRecord) -> str:
        fields = getattr(record, "fields", {})
        words = [f"{key}={_quoted(value)}" for key, value in fields.items()]
        return " ".join([self.formatTime(record, "%Y-%m-%dT%H:%M:%SZ"), record.levelname, record.getMessage(), *words])


class _Json(logging.Formatter):
    """One event a line as a JSON object."""

    converter = staticmethod(time.gmtime)

    def format(self, record: logging.LogRecord) -> str:
        entry = {"at": self.formatTime(record, "%Y-%m-%dT%H:%M:%SZ"), "level": record.levelname, "event": record.getMessage()}
        entry.update(getattr(record, "fields", {}))
        return json.dumps(entry, ensure_ascii=False, default=str)


def _quoted(value: object) -> str:
    text = str(value).replace("\n", "\\n").replace("\r", "\\r")
    return json.dumps(text, ensure_ascii=False) if " " in text or '"' in text or not text else text


def start(form: str = "text", level: str = "INFO", stream: TextIO | None = None) -> None:
    """Send our events to `stream` (default: standard error), as key=value lines or JSON."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_Json() if form == "json" else _Lines())
    _LOG.handlers[:] = [handler]
    _LOG.setLevel(level)
    _LOG.propagate = False
    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)  # what goes wrong in a tick is an event of ours


def _event(level: int, name: str, **fields: object) -> None:
    _LOG.log(level, name, extra={"fields": {key: value for key, value in fields.items() if value is not None}})


def daemon_ready(instance: str, mailboxes: int, version: str) -> None:
    _event(logging.INFO, "daemon.ready", instance=instance, mailboxes=mailboxes, version=version)


def daemon_stopping(reason: str) -> None:
    _event(logging.INFO, "daemon.stopping", reason=reason)


def daemon_stopped(clean: bool) -> None:
    _event(logging.INFO, "daemon.stopped", clean=clean)


def mailbox_connected(mailbox: str, folder: str, uidvalidity: int) -> None:
    _event(logging.INFO, "mailbox.connected", mailbox=mailbox, folder=folder, uidvalidity=uidvalidity)


def mailbox_away(mailbox: str, error: str, retry_in: float) -> None:
    _event(logging.WARNING, "mailbox.away", mailbox=mailbox, error=error, retry_in=round(retry_in, 1))


def mailbox_leased(mailbox: str) -> None:
    _event(logging.INFO, "mailbox.leased_elsewhere", mailbox=mailbox)


def mailbox_restored(mailbox: str, folder: str, generation: int) -> None:
    """Its UIDs mean other mails than before: it came back from a backup, and is looked through anew."""
    _event(logging.WARNING, "mailbox.restored", mailbox=mailbox, folder=folder, generation=generation)


def mailbox_not_tidied(mailbox: str, folder: str, why: str) -> None:
    """Filed mail could not be flagged or moved. Cosmetic: what is filed stands in the database."""
    _event(logging.WARNING, "mailbox.not_tidied", mailbox=mailbox, folder=folder, why=why)


def mails_vanished(mailbox: str, folder: str, count: int) -> None:
    """Shown by the server, and taken away by somebody before we could fetch them."""
    _event(logging.WARNING, "mails.vanished", mailbox=mailbox, folder=folder, count=count)


def mail_put_aside(mailbox: str, folder: str, uid: int, again_in: float, error: str) -> None:
    """The server failed over this mail again and again: the others go first."""
    _event(logging.ERROR, "mail.put_aside", mailbox=mailbox, folder=folder, uid=uid, again_in=round(again_in), error=error)


def mails_stored(mailbox: str, new: int, relinked: int, known: int, history: int) -> None:
    _event(logging.INFO, "mails.stored", mailbox=mailbox, new=new, relinked=relinked, known=known, history=history)


def mail_filed(mail: int, kind: str, outcome: str, case: str | None) -> None:
    _event(logging.INFO, "mail.filed", mail=mail, kind=kind, outcome=outcome, case=case)


def mail_failed(mail: int, attempts: int, error: str) -> None:
    _event(logging.WARNING, "mail.failed", mail=mail, attempts=attempts, error=error)


def mail_put_off(mail: int, until: datetime) -> None:
    """Nobody can prove just now who sent it."""
    _event(logging.WARNING, "mail.put_off", mail=mail, until=until.isoformat(timespec="seconds"))


def mail_quarantined(mail: int, case: str | None) -> None:
    _event(logging.ERROR, "mail.quarantined", mail=mail, case=case)


def child_replaced(why: str) -> None:
    _event(logging.WARNING, "reading_child.replaced", why=why)


def children_started(count: int, network: str) -> None:
    _event(logging.INFO, "reading_room.open", children=count, network=network)


def letter_sent(letter: int, kind: str, to: str, attempts: int) -> None:
    _event(logging.INFO, "letter.sent", letter=letter, kind=kind, to=short_address(to), attempts=attempts)


def letter_not_sent(letter: int, kind: str, to: str, outcome: str, reply: str) -> None:
    said = _ADDRESS.sub(lambda found: short_address(found[0]), reply)[:120]  # servers like to repeat the address they refuse
    _event(logging.WARNING, "letter.not_sent", letter=letter, kind=kind, to=short_address(to), outcome=outcome, reply=said)


def refresh_token_not_saved(source: str, why: str) -> None:
    """The token server renewed it, and after a restart only the old one is there: it may be good no longer."""
    _event(logging.WARNING, "refresh_token.not_saved", source=source, why=why)


def letters_queued(what: str, count: int) -> None:
    _event(logging.INFO, "letters.queued", what=what, count=count)


def waits_ended(count: int) -> None:
    _event(logging.INFO, "waits.ended", count=count)


def date_changed(case_id: int, clock: str, old: datetime, new: datetime) -> None:
    """Rules or calendar have changed, and with them a date that was told."""
    _event(logging.WARNING, "date.changed", case=case_id, clock=clock, old=f"{old:%Y-%m-%d}", new=f"{new:%Y-%m-%d}")


def lease_lost(what: str) -> None:
    _event(logging.WARNING, "lease.lost", what=what)


def leases_ended(count: int) -> None:
    _event(logging.INFO, "leases.ended", count=count)


def store_away(job: str, error: str) -> None:
    _event(logging.ERROR, "store.away", job=job, error=error)


def clock_jumped(seconds: int) -> None:
    """The machine's clock was set: forward, or back where it is less than nothing."""
    _event(logging.WARNING, "clock.jumped", seconds=seconds)


def record_anchored(anchor: str) -> None:
    """Outside the database, so that whoever rewrites all of it is found out (`mailbot case verify`)."""
    _event(logging.INFO, "record.anchored", anchor=anchor)


def alarm(what: str, detail: str) -> None:
    _event(logging.ERROR, "alarm", what=what, detail=detail)


def bug(where: str) -> None:
    """The exception that is being handled, which nobody foresaw: what it is and where it came from, on one line."""
    error = sys.exc_info()[1]
    _event(logging.ERROR, "bug", where=where, error=" <- ".join(_plainly(one) for one in _chain(error)))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The exception, and those it was raised over."""
    while error is not None:
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _plainly(error: BaseException) -> str:
    """Kind, words and places. Of the words only the first line, and nothing quoted: PostgreSQL tells the whole row, Python the value."""
    said = next(iter(str(error).splitlines()), "")
    said = _ADDRESS.sub(lambda found: short_address(found[0]), _VALUE.sub("'…'", said))[:_MOST_WORDS]
    places = [f"{'/'.join(Path(frame.filename).parts[-2:])}:{frame.lineno} {frame.name}" for frame in extract_tb(error.__traceback__)]
    return f"{type(error).__name__}: {said} at {' > '.join(places)}"
