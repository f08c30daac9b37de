"""The stage of a walk: Dovecot, Postfix, the daemon's parts and a moved clock; people write and read with their own mail programs.

Postfix does for the claims address what a receiving server does: it says in `Authentication-Results` whom it vouches for.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from zoneinfo import ZoneInfo

from mailbot.config import load_settings
from mailbot.daemon import Parts, open_parts
from mailbot.jobs.fetch_mail import MailboxFetcher
from mailbot.jobs.file_mail import MailFiler
from mailbot.store import listing, outbox
from tests.daemon_process import wait_for
from tests.mail_servers import Dovecot, Postfix, dovecot, postfix
from tests.reply_forms import Form
from tests.simulate.mailer import links_in, reply_subject, write
from tests.simulate.record import Mail

CLAIMS = "claims@firma.example"
MOSCOW = ZoneInfo("Europe/Moscow")
_NO_DATES = "mail_never_cache_fields = date.received date.save\n"  # the files' times are moved after delivery
_VOUCHES = "/@([a-z0-9.-]+)$/ PREPEND Authentication-Results: mx.firma.example; dkim=pass header.d=$1; dmarc=pass header.from=$1\n"
_CONFIG = """
database = "store.db"
instance = "walks"
[company]
name = "ООО «Фирма»"
domains = ["firma.example"]
phone = "+7 495 000-00-00"
contact_person = "Анна Петрова"
[office]
timezone = "Europe/Moscow"
[[mailbox]]
name = "claims"
address = "claims@firma.example"
host = "127.0.0.1"
port = {imap}
tls = "none"
user = "claims@firma.example"
password = {{ file = "secret" }}
authserv_id = "mx.firma.example"
[smtp]
host = "127.0.0.1"
port = {smtp}
tls = "none"
[departments]
design = "design@firma.example"
warehouse = "warehouse@firma.example"
logistics = "logistics@firma.example"
accounting = "accounting@firma.example"
[security]
signing_key = {{ file = "secret" }}
[[person]]
id = "anna"
name = "Анна Петрова"
addresses = ["anna@firma.example"]
categories = ["quality", "quantity", "damage", "warranty", "other"]
triage = true
[[person]]
id = "boris"
name = "Борис Иванов"
addresses = ["boris@firma.example"]
role = ["head", "legal", "operator"]
"""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a mail program. `form`: the program in its full form (`tests/reply_forms.py`), instead of a style."""

    name: str
    address: str
    style: str
    form: Form | None = None

    @property
    def program(self) -> str:
        return {"outlook": "Outlook", "outlook page": "Outlook", "gmail": "Gmail", "gmail page": "Gmail", "apple": "Apple Mail", "mail.ru": "Mail.ru",
                "yandex": "Yandex", "thunderbird": "Thunderbird"}.get(self.style, "")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scene:
    """One mail of a walk. `typed`: what a person typed; of a letter of the program "", its own parts are shown."""

    mail: Mail
    from_: str
    to: str
    note: str
    typed: str = ""
    program: str = ""


@dataclass
class Stage:
    """`now` is moved by `at`; every mail that leaves is waited for."""

    folder: Path
    imap: Dovecot
    smtp: Postfix
    clock: _Clock
    parts: Parts
    filer: MailFiler
    fetchers: list[MailboxFetcher]
    runner: asyncio.Runner
    scenes: list[Scene] = field(default_factory=list)
    _ids: int = 0
    _read: dict[str, int] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        return self.clock.now

    def at(self, text: str) -> None:
        """The clock moves to "2027-01-18 10:05" of the office, hour by hour of the working time; what is due then happens."""
        until = datetime.fromisoformat(text).replace(tzinfo=MOSCOW).astimezone(UTC)
        instant = self.now.replace(minute=0, second=0)
        while (instant := instant + timedelta(hours=1)) < until:
            if 9 <= instant.astimezone(MOSCOW).hour <= 18:
                self._wind(instant)
        self._wind(until)

    def _wind(self, instant: datetime) -> None:
        self.clock.now = instant
        for tick in self.parts.ticks().values():
            tick(instant)
        with self.parts.db.read() as conn:
            due = outbox.next_due_at(conn)
        if due is not None and due <= instant:
            self._settle()

    def writes(self, who: Person, to: str, subject: str, text: str, note: str = "", *, answers: Mail | None = None, cc: Sequence[str] = (), photos: int = 0) -> Mail:
        """Send a mail by Postfix, let the program do its work, and keep it as a scene."""
        self._ids += 1
        raw = write((who.name, who.address), [to], subject, text, at=self.now, message_id=f"w{self._ids}@{who.address.partition('@')[2]}",
                    cc=cc, answers=answers, style=who.style, photos=photos, zone=MOSCOW, form=who.form)  # fmt: skip
        mail = Mail(self.now, who.address, to, raw)
        self.scenes.append(Scene(mail, f"{who.name} <{who.address}>", to, note, text, who.program))
        before = self._size(CLAIMS)
        self.smtp.send(raw, to, *cc, sender=who.address)
        if CLAIMS in {to, *cc}:
            wait_for(lambda: self._size(CLAIMS) > before, 20, "delivery into the claims box")
            self._date_arrival()
            self._settle()
        return mail

    def reply(self, who: Person, letter: Mail, text: str, note: str = "", *, photos: int = 0) -> Mail:
        to = letter.sender if letter.sender != who.address else CLAIMS
        return self.writes(who, to, reply_subject(letter.subject), text, note, answers=letter, photos=photos)

    def press(self, who: Person, letter: Mail, word: str, note: str = "") -> Mail:
        """Open a ready reply and send it as it is."""
        link = next(link for link in links_in(letter) if link.body.startswith(word))
        plain = Person(who.name, who.address, "bare")
        return self.writes(plain, CLAIMS, link.subject, link.body, note)

    def letter(self, who: Person | str, note: str = "", *, about: str = "") -> Mail:
        """The next letter in somebody's mailbox whose subject has these words, shown as a scene; what came before it is not shown."""
        address = who if isinstance(who, str) else who.address
        found = self._inbox(address)
        for n in range(self._read.get(address, 0), len(found)):
            if about.casefold() in str(found[n]["Subject"]).casefold():
                self._read[address] = n + 1
                mail = Mail(self.now, str(found[n]["From"].addresses[0].addr_spec), address, found[n].as_bytes())
                self.scenes.append(Scene(mail, str(found[n]["From"]), address, note))
                return mail
        subjects = [str(mail["Subject"]) for mail in found[self._read.get(address, 0) :]]
        raise AssertionError(f"there is no further letter {about!r} for {address} at {self.now}, only {subjects}")

    def skip(self, who: Person | str) -> Mail:
        """The next letter in somebody's mailbox, read and not shown."""
        mail = self.letter(who)
        self.scenes.pop()
        return mail

    def read_all(self, *people: Person) -> None:
        """They have read everything that has come; none of it is shown."""
        for who in people:
            self._read[who.address] = self._size(who.address)

    def case(self, number: str) -> dict[str, object]:
        with self.parts.db.read() as conn:
            found = listing.case_by_number(conn, number)
        assert found is not None
        return found

    def tell(self) -> list[Scene]:
        """The scenes since the last time, in their order."""
        scenes, self.scenes = self.scenes, []
        return scenes

    def _settle(self) -> None:
        """Fetch, file and send until nothing is left, and wait until Postfix has delivered what was sent."""
        for fetcher in self.fetchers:
            fetcher.round()
        self.filer.run_dry()
        while self.runner.run(self.parts.send()):
            pass
        with self.parts.db.read() as conn:
            sent = listing.list_letters(conn, "sent", 10_000)
        due = Counter(str(letter["recipient"]) for letter in sent)
        wait_for(lambda: all(self._size(address) >= count for address, count in due.items()), 20, f"delivery to {sorted(due)}", every=0.02)

    def _files(self, address: str) -> list[Path]:
        folder = self.imap.home(address) / "Maildir"
        return [path for name in ("new", "cur") for path in (folder / name).glob("*")] if folder.exists() else []

    def _inbox(self, address: str) -> list[EmailMessage]:
        """What somebody has received, in the order it was written: two letters of one instant may overtake each other in Postfix."""
        with self.parts.db.read() as conn:
            written = {str(letter["message_id"]): int(str(letter["id"])) for letter in listing.list_letters(conn, "sent", 10_000)}
        mails = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in self._files(address)]
        found = [mail for mail in mails if isinstance(mail, EmailMessage)]
        return sorted(found, key=lambda mail: (mail["Date"].datetime, written.get(str(mail["Message-ID"]).strip("<>"), 0)))

    def _size(self, address: str) -> int:
        return len(self._files(address))

    def _date_arrival(self) -> None:
        """The newest mail arrived now, by the moved clock."""
        newest = max((path for path in self._files(CLAIMS)), key=_delivered)
        os.utime(newest, (self.now.timestamp(), self.now.timestamp()))


def _delivered(path: Path) -> tuple[int, int]:
    found = re.match(r"(\d+)\.M(\d+)P", path.name)
    assert found is not None, path.name
    return int(found[1]), int(found[2])


class _Clock:
    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@contextlib.contextmanager
def open_stage(folder: Path, begins: str) -> Iterator[Stage]:
    """Everything running, over a fresh database in `folder`."""
    clock = _Clock(datetime.fromisoformat(begins).replace(tzinfo=MOSCOW).astimezone(UTC))
    vouches = folder / "vouches"
    vouches.write_text(_VOUCHES, encoding="ascii")
    folder.chmod(0o755)
    more = f"smtpd_data_restrictions = check_sender_access regexp:{vouches}\n"
    with dovecot(settings=_NO_DATES) as imap, postfix(imap, settings=more) as smtp:
        secret = folder / "secret"
        secret.touch(mode=0o600)
        secret.write_text("the key of the walks, always the same")
        config = folder / "mailbot.toml"
        config.write_text(_CONFIG.format(imap=imap.port, smtp=smtp.port), encoding="utf-8")
        with open_parts(load_settings(config), f"sqlite:///{folder}/store.db", clock) as parts, parts.room() as room, asyncio.Runner() as runner:
            stage = Stage(folder, imap, smtp, clock, parts, parts.filer(room), parts.fetchers(lambda: None), runner)
            for fetcher in stage.fetchers:
                fetcher.round()
            stage.at(begins)  # the first, empty digests
            yield stage
            for courier in set(parts.post.couriers.values()):
                runner.run(courier.close())



@contextlib.contextmanager
def stage_in_memory(begins: str) -> Iterator[Stage]:
    """A stage whose files are gone at its end."""
    memory = Path("/dev/shm")  # else the machine's temporary folder: Postfix's user must be able to enter it
    with tempfile.TemporaryDirectory(prefix="mailbot-walks-", dir=memory if memory.is_dir() else None) as folder, open_stage(Path(folder), begins) as stage:
        yield stage
