"""The yardstick: the same work in one straight line, with none of our care. `python -m bench.straight_line IMAP SMTP USER FOLDER`.

Fetch in batches of 100, read with the standard library, tokens with cached lemmas against 300 patterns, SQLite with full
durability and 50 mails a transaction, one acknowledgement each over one SMTP connection, one STORE for all flags. It recovers
from nothing, limits nothing, joins nothing. Prints one JSON object.
"""

from __future__ import annotations

import email
import json
import re
import smtplib
import sqlite3
import sys
import time
from email.header import decode_header, make_header
from email.message import EmailMessage, Message
from email.utils import parseaddr
from functools import lru_cache
from itertools import pairwise

import pymorphy3
from imapclient import IMAPClient

_WORD = re.compile(r"[\w-]+")
_MORPH = pymorphy3.MorphAnalyzer(lang="ru")
_PATTERNS = [("не", "хватать"), ("разбить",), ("брак",), ("гарантия",), ("недостача",), *(("слово", f"{n}") for n in range(295))]


@lru_cache(60_000)
def lemma(word: str) -> str:
    return str(_MORPH.parse(word)[0].normal_form)


def text_of(mail: Message) -> str:
    for part in mail.walk():
        if part.get_content_type() == "text/plain":
            payload = part.get_payload(decode=True)
            return payload.decode(part.get_content_charset() or "utf-8", "replace") if isinstance(payload, bytes) else ""
    return ""


def classify(text: str) -> int:
    words = [lemma(word.lower()) for word in _WORD.findall(text)]
    grams = set(pairwise(words)) | {(word,) for word in words}
    return sum(pattern in grams for pattern in _PATTERNS)


def answer(sender: str, subject: str, number: int, message_id: str) -> EmailMessage:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "claims@x.example", sender, f"Re: {subject} [#2026-{number:04}]"
    letter["In-Reply-To"], letter["Auto-Submitted"] = message_id, "auto-replied"
    letter.set_content(f"Ваше обращение получено и зарегистрировано под номером 2026-{number:04}.\n" * 10)
    letter.add_alternative(f"<p>Ваше обращение получено и зарегистрировано под номером 2026-{number:04}.</p>" * 10, subtype="html")
    return letter


def main() -> None:
    imap_port, smtp_port, user, folder = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]
    lemma("слово")
    db = sqlite3.connect(f"{folder}/straight.db", isolation_level=None)
    db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                     "CREATE TABLE mails (uid INTEGER PRIMARY KEY, raw BLOB, score INTEGER); CREATE TABLE cases (id INTEGER PRIMARY KEY, sender TEXT, subject TEXT);")  # fmt: skip
    began, cpu = time.monotonic(), time.process_time()
    imap = IMAPClient("127.0.0.1", imap_port, ssl=False)
    imap.login(user, "any")
    imap.select_folder("INBOX")
    smtp = smtplib.SMTP("127.0.0.1", smtp_port)
    uids = imap.search("ALL")
    for start in range(0, len(uids), 100):
        fetched = imap.fetch(uids[start : start + 100], ["BODY.PEEK[]"])
        raws = [(uid, fetched[uid][b"BODY[]"]) for uid in uids[start : start + 100]]
        for half in (raws[:50], raws[50:]):
            db.execute("BEGIN IMMEDIATE")
            letters = []
            for uid, raw in half:
                mail = email.message_from_bytes(raw)
                subject, sender = str(make_header(decode_header(mail["Subject"]))), parseaddr(mail["From"])[1]
                score = classify(subject + "\n" + text_of(mail))
                db.execute("INSERT INTO mails VALUES (?, ?, ?)", (uid, raw, score))
                number = db.execute("INSERT INTO cases (sender, subject) VALUES (?, ?)", (sender, subject)).lastrowid
                letters.append((sender, answer(sender, subject, number or 0, mail["Message-ID"])))
            db.execute("COMMIT")
            for sender, letter in letters:
                smtp.sendmail("claims@x.example", [sender], letter.as_bytes())
    imap.add_flags(uids, [b"\\Flagged"])
    smtp.quit()
    seconds = time.monotonic() - began
    print(json.dumps({"mails": len(uids), "seconds": seconds, "rate": len(uids) / seconds, "cpu": time.process_time() - cpu}))


if __name__ == "__main__":
    main()
