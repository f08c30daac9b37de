"""Tells the audience of the demo what became of each mail and why, and shows a letter and the digest."""

from __future__ import annotations

import re
import shutil
import sys
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from mailbot.claims.day_words import moment_words
from mailbot.demo.mail_server import Delivered, Post
from mailbot.demo.samples import CLAIMS, SAMPLES
from mailbot.store import listing, received

if TYPE_CHECKING:
    from mailbot.config import Settings
    from mailbot.store.database import Database

Write = Callable[[str], None]


@dataclass(slots=True)
class Stage:
    """One run of the demo: where its files lie and what was delivered."""

    folder: Path
    post: Post
    sent: dict[str, str] = field(default_factory=dict)  # Message-ID → name of the sample

    @property
    def config(self) -> Path:
        return self.folder / "mailbot.toml"


def tell(stage: Stage, settings: Settings, db: Database, write: Write) -> None:
    """The mails, the cases, one acknowledgement, the digest, and where all of it lies."""
    with db.read() as conn:
        mails = received.all_filed(conn)
        cases = listing.list_cases(conn, listing.CaseFilter())
    numbers = {case["id"]: case["number"] for case in cases}
    _tell_mails(stage, mails, numbers, write)
    _tell_cases(cases, ZoneInfo(settings.office.timezone), write)
    _show_letter(stage, write)
    _show_digest(stage, settings, db, write)
    letters = [keep(letter, stage.folder / "letters", n) for n, letter in enumerate(stage.post.delivered, 1)]
    write(f"\n{len(letters)} letters as .eml and .html: {stage.folder}/letters/   the mails: {stage.folder}/mails/")
    write(f"The digest as a page: {stage.folder}/digest.html   the daemon's log: {stage.folder}/daemon.log")
    write("Look further:")
    for words in (f"case list --config {stage.config}", f"explain {stage.folder}/mails/quantity-ru.eml"):
        write(f"  {_program()} {words}")


def _program() -> str:
    """What the reader types to call us again: after `make demo` it lies in .venv, which is not on her path."""
    if shutil.which("mailbot"):
        return "mailbot"
    return sys.argv[0] if Path(sys.argv[0]).name == "mailbot" else f"{sys.executable} -m mailbot"


def keep(letter: Delivered, folder: Path, n: int) -> Path:
    """Leave a letter as .eml and .html; returns the .eml."""
    name = f"{n:02}-to-{re.sub(r'[^A-Za-z0-9.-]+', '-', letter.to)}"
    path = folder / f"{name}.eml"
    path.write_bytes(letter.raw)
    _, text, page = parts_of(letter)
    (folder / f"{name}.html").write_text(page or f"<pre>{text}</pre>", encoding="utf-8")
    return path


def parts_of(letter: Delivered) -> tuple[str, str, str]:
    """Subject, text and HTML of a letter, as its reader sees them."""
    mail = message_from_bytes(letter.raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    plain, page = mail.get_body(("plain",)), mail.get_body(("html",))
    return str(mail["Subject"]), plain.get_content() if plain else "", page.get_content() if page else ""


def _tell_mails(stage: Stage, mails: Sequence[Any], numbers: dict[int, str], write: Write) -> None:
    answered = {letter.to for letter in stage.post.delivered}
    whats = {sample.name: sample for sample in SAMPLES}
    write(f"\nWhat became of the {len(mails)} mails sent to {CLAIMS}, and why\n")
    for mail in mails:
        name = stage.sent.get(mail["message_id"] or "", "?")
        sample = whats.get(name)
        case = numbers.get(mail["case_id"], "—")
        reply = "answered" if sample is not None and sample.address in answered and mail["outcome"] == "opened" else ""
        write(f"  {name:14} {mail['kind']:11} {mail['outcome']:9} {case:10} {reply:9} {sample.what if sample else ''}")
        write(textwrap.fill(mail["kind_reason"], 110, initial_indent=" " * 17, subsequent_indent=" " * 17))


def _tell_cases(cases: Sequence[Any], office: ZoneInfo, write: Write) -> None:
    write("\nThe cases, and by when each must have a written answer\n")
    for case in sorted(cases, key=lambda case: str(case["number"])):
        due = moment_words(case["answer_by"].astimezone(office), "en") if case["answer_by"] else "—"
        marks = " ".join(mark for mark, is_set in (("DANGER", case["safety"]), ("COURT", case["legal_threat"])) if is_set)
        write(f"  {case['number']}  {case['state']:11} {case['category'] or '—':9} due {due:23}  {case['customer']:32} {marks}")


def _show_letter(stage: Stage, write: Write) -> None:
    first = SAMPLES[0]
    letter = next((letter for letter in stage.post.delivered if letter.to == first.address), None)
    if letter is None:
        return
    subject, text, _ = parts_of(letter)
    write(f"\nWhat {first.address} reads\n")
    write(textwrap.indent(f"Subject: {subject}\n\n{text.strip()}", "  │ ", lambda _line: True))


def _show_digest(stage: Stage, settings: Settings, db: Database, write: Write) -> None:
    from mailbot.jobs.desk_keys import keys_for
    from mailbot.jobs.policy_of import lay_ground
    from mailbot.jobs.write_digests import preview
    from mailbot.jobs.writing_desk import set_up_desk

    now = datetime.now(UTC)
    ground = lay_ground(settings, now)
    composed = preview(db, ground, set_up_desk(ground, keys_for(db, settings, now)), ground.policy.people[0], now)
    (stage.folder / "digest.html").write_text(composed.html, encoding="utf-8")
    (stage.folder / "digest.txt").write_text(composed.text, encoding="utf-8")
    write(f"\nThe specialist's digest\n\n{textwrap.indent(composed.text.strip(), '  │ ', lambda _line: True)}")
