"""What the peers assert about replies and forwards in ../shared/data/mails, and how often we meet it. Used by tests.corpora."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from mailbot.claims.message import Address, IncomingMail
from mailbot.mail_in.read import read_mail

Note = Callable[[str, bool, object], None]
REPLY_SETS = ("reply_talon", "reply_github", "reply_mailparserreply", "reply_crisp")


def squeeze(text: str) -> str:
    return "".join(text.replace("\u200b", "").replace("\ufeff", "").split())


def wrapped(body: str, *, subject: str = "", page: bool = False) -> bytes:
    """A body alone becomes a mail."""
    mail = EmailMessage()
    mail["From"], mail["To"] = "A Person <person@example.com>", "claims@company.example"
    if subject:
        mail["Subject"] = subject
    mail.set_content(body, subtype="html" if page else "plain", charset="utf-8", cte="base64")
    return mail.as_bytes()


def read_row(path: Path, row: dict[str, Any]) -> IncomingMail:
    if row["kind"] == "raw_mail":
        return read_mail(path.read_bytes())
    text = path.read_text("utf-8", "replace")
    return read_mail(wrapped(text, subject=_subject(path, row), page=row["kind"] == "body_html"))


def _subject(path: Path, row: dict[str, Any]) -> str:
    """The subject the peer's test gives with the body, or the one that lies beside it; an answer's where the set is of answers."""
    if path.parents[1].name in REPLY_SETS:
        return "Re: Test"
    names = [*row["expect"].get("subject_fixtures", []), path.stem.replace("_body", "_subject")]
    return next((file.read_text("utf-8").strip() for name in names if (file := path.with_name(f"{name}.txt")).is_file()), "")


def score_reply(mail: IncomingMail, expect: dict[str, Any], note: Note) -> None:
    """Some peers leave the signature with the reply, some cut it off: both readings count."""
    if "reply_text" in expect:
        wanted = squeeze(expect["reply_text"])
        note("reply", wanted in (squeeze(mail.text), squeeze(mail.text + mail.signature), squeeze(mail.text + mail.signature + mail.disclaimer)),
             (mail.text, mail.signature, expect["reply_text"]))  # fmt: skip
    for pattern in expect.get("reply_matches", []):
        note("reply", re.search(pattern, mail.text) is not None, mail.text)
    if expect.get("whole_text_is_reply") or expect.get("fragments") == 1:
        note("reply", not (mail.quoted or mail.signature or mail.disclaimer), mail)
    if "fragment_hidden" in expect:
        hidden = expect["fragment_hidden"]
        note("reply", bool(mail.text) and bool(mail.quoted or mail.signature or mail.disclaimer) == any(hidden), (mail.text, mail.quoted))
    if "replies" in expect:
        note("reply", bool(mail.quoted or mail.forwarded) == (expect["replies"] > 1), (mail.text, mail.quoted))
    parts = expect.get("parts", {})
    if "0.signatures" in parts:
        note("signature", squeeze(mail.signature) == squeeze(parts["0.signatures"]), (mail.signature, parts["0.signatures"]))
    if "signature" in expect:
        wanted = squeeze(expect["signature"].replace("#sig#", ""))
        note("signature", squeeze(mail.signature) == wanted, (mail.signature, expect["signature"]))


def score_forward(mail: IncomingMail, row: dict[str, Any], note: Note) -> None:
    expect, inner = row["expect"], mail.forwarded
    if "is_forward" not in expect:
        return
    note("is forward", (inner is not None) == expect["is_forward"], (mail.subject, mail.text[:80], mail.quoted[:80]))
    if not expect["is_forward"]:
        return
    paths = expect.get("asserted_paths") or {}
    near = "" if re.search(r"_(?:ru|en)_body", row["id"]) is None else " ru+en"
    for what, right, seen in _forward_marks(mail, expect, paths):
        note(f"fwd {what}", right, seen)
        if near and what in ("sender", "subject", "body"):
            note(f"fwd {what}{near}", right, seen)


def _forward_marks(mail: IncomingMail, expect: dict[str, Any], paths: dict[str, Any]) -> list[tuple[str, bool, object]]:
    inner, marks = mail.forwarded, []
    if "original_from" in expect:
        wanted = expect["original_from"]
        marks.append(("sender", inner is not None and inner.from_ == Address(wanted["name"] or "", wanted["address"]), inner and inner.from_))
    if "original_subject" in expect:
        marks.append(("subject", inner is not None and inner.subject == expect["original_subject"], inner and inner.subject))
    body = expect.get("original_body") or (paths.get("email.body") if isinstance(paths.get("email.body"), str) else None)
    if body is not None:
        seen = squeeze(inner.text + inner.quoted) if inner else ""
        marks.append(("body", _same_body(seen, squeeze(body)), (inner and inner.text, inner and inner.quoted[:200])))
    for kind in ("to", "cc"):
        people = getattr(inner, kind) if inner else ()
        if f"original_{kind}" in expect:
            marks.append((kind, [one.address for one in people] == expect[f"original_{kind}"], people))
        for path, value in paths.items():
            found = re.fullmatch(rf"email\.{kind}\.(\d)\.(name|address)", path)
            if found:
                seen_person = people[int(found[1])] if int(found[1]) < len(people) else None
                marks.append((kind, seen_person is not None and getattr(seen_person, found[2]) == (value or ""), people))
    if "forwarder_message" in expect:
        marks.append(("message", squeeze(mail.text + mail.signature) == squeeze(expect["forwarder_message"]), mail.text))
    return marks


def _same_body(seen: str, wanted: str) -> bool:
    """Quote signs of deeper letters and the order of a cut-off disclaimer are a matter of taste."""
    plain = str.maketrans("", "", ">")
    return seen.translate(plain) == wanted.translate(plain) or (sorted(seen.translate(plain)) == sorted(wanted.translate(plain)))


def rows_of(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "manifest.jsonl").read_text("utf-8").splitlines()]
