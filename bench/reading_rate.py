"""Reading alone: mails a second on one core over the shared tree, beside mail-parser alone and `email` alone; a cold start once."""

from __future__ import annotations

import email
import email.header
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.servers import ROOT

SHARED = ROOT.parent / "shared" / "data" / "mails"
_COLD = {
    "mailbot": "from mailbot.mail_in.read import read_mail as read",
    "mail-parser alone": "from mailparser import parse_from_bytes as read",
    "email alone": "from email import message_from_bytes as read",
}


@dataclass(frozen=True, slots=True)
class ReadingRate:
    """`warm` mails a second of processor time, the best turn; `cold` seconds of a fresh process until its first mail is read."""

    what: str
    warm: float
    cold: float
    failed: int
    slowest: float

    def with_start(self, amount: int) -> float:
        return amount / (self.cold + amount / self.warm)


def measure(turns: int) -> tuple[int, list[ReadingRate]]:
    """How many mails there were, and the three rates; none where the shared tree is not there."""
    mails = [path.read_bytes() for path in sorted(SHARED.glob("*/mails/**/*")) if path.is_file()]
    if not mails:
        return 0, []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the standard library warns about broken mail
        return len(mails), [_rate(what, do, mails, turns) for what, do in (("mailbot", _mailbot()), ("mail-parser alone", _mailparser()), ("email alone", _email))]


def _rate(what: str, read: Callable[[bytes], object], mails: Sequence[bytes], turns: int) -> ReadingRate:
    best, failed, slowest = float("inf"), 0, 0.0
    for _ in range(turns):
        began, failed = time.process_time(), 0
        for raw in mails:
            before = time.process_time()
            try:
                read(raw)
            except Exception:
                failed += 1
            slowest = max(slowest, time.process_time() - before)
        best = min(best, time.process_time() - began)
    return ReadingRate(what, len(mails) / best, min(_cold_start(what) for _ in range(turns)), failed, slowest)


def _cold_start(what: str) -> float:
    code = f"{_COLD[what]}; read(b'From: a@b.example\\nSubject: x\\n\\nwords\\n')"
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True)
    return time.monotonic() - began


def _mailbot() -> Callable[[bytes], object]:
    from mailbot.mail_in.read import read_mail

    return read_mail


def _mailparser() -> Callable[[bytes], object]:
    import logging

    import mailparser

    logging.getLogger("mailparser").setLevel(logging.CRITICAL)

    def read(raw: bytes) -> object:
        mail = mailparser.parse_from_bytes(raw)
        return mail.headers, mail.subject, mail.from_, mail.to, mail.date, mail.text_plain, mail.text_html, mail.attachments

    return read


def _email(raw: bytes) -> object:
    """What most scripts do: compat32, headers decoded, the text parts and the attachments' bytes."""
    mail = email.message_from_bytes(raw)
    heads = [str(email.header.make_header(email.header.decode_header(mail.get(name, "")))) for name in ("Subject", "From", "To")]
    bodies = [part.get_payload(decode=True) for part in mail.walk() if not part.is_multipart()]
    return heads, bodies


def main() -> int:
    amount, found = measure(3)
    show(amount, found)
    return 0


def show(amount: int, found: Sequence[ReadingRate]) -> None:
    if not found:
        print(f"\nreading: NOT MEASURED, {SHARED} is not there")
        return
    print(f"\nreading {amount} real mails, one core      warm     with one cold start    cold start   slowest mail   raised")
    for one in found:
        print(f"  {one.what:<24} {one.warm:10.0f} mails/s {one.with_start(amount):10.0f} mails/s {one.cold:11.2f} s {one.slowest:12.3f} s {one.failed:8}")


if __name__ == "__main__":
    sys.exit(main())
