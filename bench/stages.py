"""Each stage alone over the same mails, in one process on one core: mails a second, processor time a mail, share of the sum."""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bench.servers import appear, put_aside, smtp_sink, write_config
from mailbot.claims.message import IncomingMail
from mailbot.claims.plain import from_plain, to_plain
from mailbot.claims.understanding import ReadMail, Understanding
from mailbot.config import load_settings
from mailbot.daemon import Parts, clock, open_parts
from mailbot.jobs.filing import FilingDesk, Read, file_group, groups_of
from mailbot.jobs.reading_child import open_reader
from mailbot.mail_in.imap import Fetched, Imap, batches
from mailbot.mail_in.read import read_mail
from mailbot.mail_out.compose import Composer
from mailbot.store import received
from mailbot.store.received import ClaimedMail, NewMail
from tests.mail_servers import dovecot, new_user

STORED_AT_ONCE = 100
FILED_AT_ONCE = 50


@dataclass(slots=True)
class Stage:
    """How long a stage took over all mails. `part_of`: it is contained in that other stage and no part of the sum."""

    name: str
    part_of: str = ""
    seconds: float = 0.0
    cpu: float = 0.0

    @contextmanager
    def timed(self) -> Iterator[None]:
        began, cpu = time.perf_counter(), time.process_time()
        try:
            yield
        finally:
            self.seconds += time.perf_counter() - began
            self.cpu += time.process_time() - cpu


@dataclass(slots=True)
class Stages:
    fetch: Stage = field(default_factory=lambda: Stage("fetch"))
    store: Stage = field(default_factory=lambda: Stage("store"))
    read: Stage = field(default_factory=lambda: Stage("read"))
    understand: Stage = field(default_factory=lambda: Stage("understand"))
    hand_over: Stage = field(default_factory=lambda: Stage("hand over"))
    file: Stage = field(default_factory=lambda: Stage("decide and file"))
    compose: Stage = field(default_factory=lambda: Stage("compose", part_of="decide and file"))
    send: Stage = field(default_factory=lambda: Stage("send"))
    flag: Stage = field(default_factory=lambda: Stage("flag"))

    def all(self) -> list[Stage]:
        return [self.fetch, self.store, self.read, self.understand, self.hand_over, self.file, self.compose, self.send, self.flag]


class _TimedComposer(Composer):
    """The composer with a watch: composing happens in the midst of filing."""

    stage: Stage

    def compose(self, *arguments: object, **named: object) -> object:  # type: ignore[override]
        with self.stage.timed():
            return super().compose(*arguments, **named)  # type: ignore[arg-type]


def measure(mails: Sequence[bytes]) -> Stages:
    """The stages one after the other, as the daemon runs them, each over all mails before the next begins."""
    stages = Stages()
    user = new_user("stages")
    with dovecot() as imap, smtp_sink() as smtp_port, tempfile.TemporaryDirectory(prefix="mailbot-bench-") as folder:
        settings = load_settings(write_config(Path(folder), imap.port, smtp_port, user))
        appear(put_aside(imap, user, mails))
        with open_parts(settings, settings.database) as parts:
            line = Imap(settings.mailbox[0])
            line.select("INBOX", readonly=False)
            fetched = _fetch(stages, line)
            assert len(fetched) == len(mails)
            _store(stages, parts, fetched)
            _file(stages, parts, _desk(stages, parts), _understand(stages, parts, fetched))
            asyncio.run(_send(stages, parts))
            _flag(stages, line, [mail.uid for mail in fetched])
            line.close()
    return stages


def _fetch(stages: Stages, line: Imap) -> list[Fetched]:
    line.uids()  # the server's own first look at a folder is no work of ours
    with stages.fetch.timed():
        listed = [one for lines in line.listed(line.uids()) for one in lines]
        return [mail for batch in batches(listed, 50_000_000) for mail in line.fetch(batch)]


def _store(stages: Stages, parts: Parts, fetched: Sequence[Fetched]) -> None:
    now = clock()
    new = [NewMail(f"bench:{mail.uid}", mail.raw, now, "internaldate", mailbox="claims") for mail in fetched]
    with stages.store.timed():
        for start in range(0, len(new), STORED_AT_ONCE):
            with parts.db.write() as conn:
                received.add(conn, new[start : start + STORED_AT_ONCE], now)


def _understand(stages: Stages, parts: Parts, fetched: Sequence[Fetched]) -> list[ReadMail]:
    """As the child does it, and what its answer costs both sides: values to JSON, and JSON to values."""
    reader, office, now = open_reader(parts.settings.files.rules), ZoneInfo(parts.settings.office.timezone), clock()
    mails: list[IncomingMail] = []
    with stages.read.timed():
        mails += [read_mail(mail.raw) for mail in fetched]
    words: list[Understanding] = []
    with stages.understand.timed():
        words += [reader.understand(mail, now, office) for mail in mails]
    with stages.hand_over.timed():
        answers = [json.dumps(to_plain(ReadMail(*pair)), ensure_ascii=False).encode() for pair in zip(mails, words, strict=True)]
        return [from_plain(ReadMail, json.loads(answer)) for answer in answers]


def _desk(stages: Stages, parts: Parts) -> FilingDesk:
    composer = _TimedComposer(*(getattr(parts.desk.composer, name) for name in ("templates", "house", "calendar", "office", "categories")))
    composer.stage = stages.compose
    return FilingDesk(parts.ground.policy, replace(parts.desk, composer=composer), {})


def _file(stages: Stages, parts: Parts, desk: FilingDesk, understood: Sequence[ReadMail]) -> None:
    with stages.file.timed():
        left = iter(understood)
        while claimed := _claim(parts):
            reads: list[Read] = [(mail, next(left)) for mail in claimed]
            with parts.db.write() as conn:
                for group in groups_of(reads, desk.policy, desk.ask_of):
                    file_group(conn, desk, group, clock())


def _claim(parts: Parts) -> list[ClaimedMail]:
    with parts.db.write() as conn:
        return received.claim(conn, parts.owner, FILED_AT_ONCE, clock(), timedelta(seconds=180))


async def _send(stages: Stages, parts: Parts) -> None:
    with stages.send.timed():
        while await parts.send():
            pass
        for courier in set(parts.post.couriers.values()):
            await courier.close()


def _flag(stages: Stages, line: Imap, uids: Sequence[int]) -> None:
    with stages.flag.timed():
        for start in range(0, len(uids), STORED_AT_ONCE):
            line.flag(uids[start : start + STORED_AT_ONCE])
