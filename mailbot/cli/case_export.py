"""Writes one case as files for the court: mails and letters byte for byte, attachments, history, an index and the hashes of all."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from email import message_from_bytes, policy
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mailbot.claims.command_words import say_kind
from mailbot.claims.plain import to_plain
from mailbot.cli.printing import without_bytes
from mailbot.reports.court import CourtFile, Delivery, Direction, Enclosed, Paper, Step, Term, as_page, as_text, one_line
from mailbot.reports.court_reasons import in_russian
from mailbot.reports.court_words import KINDS

if TYPE_CHECKING:
    from mailbot.store.database import Database

Row = dict[str, Any]

SUMS = "SHA256SUMS"
_OWN_WORDS = frozenset({"note", "returned", "inspected", "guarantee_came"})
_KEYS = (
    "Открытые ключи DKIM, которыми подтверждены отправители этих писем, в том виде, в каком их тогда публиковал домен.\n"
    "DKIM public keys that proved who sent these mails, as the domain published them then (RFC 6376).\n"
)
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,8}")


@dataclass(slots=True)
class _Folder:
    """A folder that is new, and what was written into it: sha256, size, relative name."""

    path: Path
    written: list[tuple[str, int, str]] = field(default_factory=list)

    def write(self, name: str, data: bytes) -> None:
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with file.open("xb") as out:  # never over a file that is there
            out.write(data)
        self.written.append((hashlib.sha256(data).hexdigest(), len(data), name))


def export_case(
    db: Database,
    number: str,
    folder: Path,
    office: tzinfo,
    now: datetime,
    language: str = "ru",
    terms: Mapping[str, str] = {},
    people: Mapping[str, str] = {},
) -> int | None:
    """Write the case into `folder`, which must not exist. Returns how many files; None where there is no such case.

    The folder appears whole or not at all. `terms`, `people`: what the rules of deadlines and our people are called, by id.
    """
    from mailbot.store.listing import case_file
    from mailbot.store.received import raw_of

    with db.read() as conn:
        file = case_file(conn, number)
        if file is None:
            return None
        raws = {mail["id"]: raw_of(conn, mail["id"]) or b"" for mail in file["mails"]}
    folder.parent.mkdir(parents=True, exist_ok=True)
    into = _Folder(Path(tempfile.mkdtemp(prefix=".mailbot-export-", dir=folder.parent)))
    try:
        for clock in file["clocks"]:
            clock["title"] = terms.get(clock["rule"], clock["rule"])
        for step in (*file["events"], *file["approvals"]):
            step["who"] = people.get(step.get("actor") or step.get("person") or "", step.get("actor") or step.get("person") or "")
        _write(into, file, raws, office, now, "ru" if language == "ru" else "en")
        into.path.rename(folder)
    except BaseException:
        shutil.rmtree(into.path, ignore_errors=True)
        raise
    return len(into.written)


def _write(into: _Folder, file: Row, raws: dict[int, bytes], office: tzinfo, now: datetime, language: str) -> None:
    for n, paper in enumerate(sorted([*file["mails"], *file["letters"], *file["orders"]], key=_written_at), start=1):
        paper["paper"], ending = n, "eml"
        if "raw" in paper:
            folder, data = "letters", paper["raw"]
        elif "words" not in paper:
            folder, data = "mails", raws[paper["id"]]
        else:  # the mail itself quotes a digest, and in it other customers
            said = f"From: {paper['from_key']}\nMessage-ID: {paper['message_id']}\nSHA-256: {paper['raw_sha256']}\n\n{paper['words']}\n"
            folder, data, ending = "commands", said.encode(), "txt"
        paper["file"] = f"{folder}/{n:04}-{_written_at(paper)[0].astimezone(office):%Y-%m-%d}-{paper['kind']}.{ending}"
        into.write(paper["file"], data)
    _write_attachments(into, file, raws)
    _write_keys(into, file)
    into.write("history.json", json.dumps(to_plain(without_bytes(file)), ensure_ascii=False, indent=1).encode())
    court = _court_file(into, file, now, language)
    into.write("index.html", as_page(court, office).encode())
    into.write("index.txt", as_text(_court_file(into, file, now, language), office).encode())
    into.write(SUMS, "".join(f"{sha}  {name}\n" for sha, _, name in into.written).encode())


def _written_at(paper: Row) -> tuple[datetime, int, int]:
    """The order of the papers: when a mail came, when a letter was written."""
    return (paper["queued_at"], 1, paper["id"]) if "raw" in paper else (paper["received_at"], 0, paper["id"])


def _write_attachments(into: _Folder, file: Row, raws: dict[int, bytes]) -> None:
    """Attachments under the hash of their contents: a name a stranger chose never names a file of ours."""
    from mailbot.mail_in.attached_bytes import attached

    written: dict[str, str] = {}
    for mail in file["mails"]:
        parts = {part["sha256"]: part for part in file["attachments"] if part["received_id"] == mail["id"]}
        for data in attached(raws[mail["id"]]):
            digest = hashlib.sha256(data).hexdigest()
            if digest in parts and digest not in written:
                ending = Path(parts[digest]["name"] or "").suffix
                written[digest] = f"attachments/{digest}{ending if _ENDING.fullmatch(ending) else ''}"
                into.write(written[digest], data)
    for part in file["attachments"]:
        part["file"] = written.get(part["sha256"])


def _write_keys(into: _Folder, file: Row) -> None:
    """The public keys that proved who sent our people's mails, as the domains published them then."""
    proven = [(mail, key) for mail in (*file["mails"], *file["orders"]) if (key := _key_of(mail))]
    lines = [
        f"{mail['file']}\n  mail SHA-256: {mail['raw_sha256']}\n  checked: {key['checked_at'] or ''}\n"
        f"  {key['selector']}._domainkey.{key['domain']} TXT {one_line(key['record'])}\n"
        for mail, key in sorted(proven, key=lambda pair: int(pair[0]["paper"]))
    ]
    if lines:
        into.write("dkim-keys.txt", "\n".join([_KEYS, *lines]).encode())


def _key_of(mail: Row) -> Row | None:
    key: Row | None = ((mail["decision"] or {}).get("authentication") or {}).get("key")
    return key


def _court_file(into: _Folder, file: Row, now: datetime, language: str) -> CourtFile:
    case, clocks = file["case"], file["clocks"]
    mails = (*file["mails"], *file["orders"])
    papers = [*(_mail(mail, file) for mail in mails), *(_letter(letter, file) for letter in file["letters"])]
    return CourtFile(
        number=case["number"],
        customer=f"{case['customer_name']} <{case['customer']}>".strip(),
        subject=case["subject"],
        state=case["state"],
        close_reason=case["close_reason"] or "",
        received_at=case["received_at"],
        answer_by=case["answer_by"],
        answered_at=case["answered_at"],
        closed_at=case["closed_at"],
        papers=tuple(sorted(papers, key=lambda paper: paper.number)),
        steps=tuple(_steps(file, language)),
        terms=tuple(Term(row["title"], row["started_at"], row["due_by"], row["state"], _how(row, language)) for row in clocks),
        hashes=tuple(into.written),
        made_at=now,
        language=language,
    )


def _how(clock: Row, language: str) -> str:
    """How a date was counted: its trace has a Russian line and an English one."""
    if not clock["trace"]:
        return in_russian(clock["why"], KINDS["ru"]) if language == "ru" else str(clock["why"])
    lines = clock["trace"].splitlines()
    return str(lines[0 if language == "ru" else -1])


def _mail(mail: Row, file: Row) -> Paper:
    said = {"text": mail["words"]} if "words" in mail else (mail["read"] or {}).get("mail") or {}
    parts = (part for part in file["attachments"] if part["received_id"] == mail["id"])
    return Paper(
        number=mail["paper"],
        at=mail["received_at"],
        direction="in",
        kind=mail["kind"] or "",
        who=mail["from_key"] or "",
        subject=mail.get("subject") or "",
        file=mail["file"],
        message_id=mail["message_id"] or "",
        text="\n\n".join(part for part in (said.get("text"), (said.get("forwarded") or {}).get("text")) if part),
        enclosed=tuple(Enclosed(part["name"] or "", part["media_type"], part["size"], part["file"]) for part in parts),
    )


def _letter(letter: Row, file: Row) -> Paper:
    tries = [Delivery(row["at"], row["outcome"], row["reply"]) for row in file["deliveries"] if row["outbox_id"] == letter["id"]]
    back = [Delivery(letter["bounced_at"], "came_back")] if letter["bounced_at"] else []
    direction: Direction = "out" if letter["recipient_key"] == file["case"]["customer_key"] else "inside"
    return Paper(
        number=letter["paper"],
        at=letter["queued_at"],
        direction=direction,
        kind=letter["kind"],
        who=letter["recipient"],
        subject=letter["subject"],
        file=letter["file"],
        message_id=letter["message_id"],
        text=_text_of(letter["raw"]),
        state=letter["state"],
        deliveries=(*tries, *back),
    )


def _steps(file: Row, language: str) -> Iterator[Step]:
    """Every event, whose yes a letter needed and who gave it, in order."""
    papers = {mail["id"]: mail["paper"] for mail in (*file["mails"], *file["orders"])}
    steps = [Step(row["at"], row["who"], row["what"], _why(row, language), papers.get(row["received_id"])) for row in file["events"]]
    for row in file["approvals"]:
        if row["at"] is not None:
            kind = KINDS[language].get(row["kind"], row["kind"])
            what = " ".join(filter(None, (kind, say_kind(row["resolution"], language), f"sha256 {row['sha256']}", row["why"])))
            steps.append(Step(row["at"], row["who"] or row["role"], row["verdict"], what))
    yield from sorted(steps, key=lambda step: step.at)


def _why(event: Row, language: str) -> str:
    """The program keeps its reasons in English; a person's own words stay as they are."""
    why = str(event["why"])
    return why if language != "ru" or event["what"] in _OWN_WORDS else in_russian(why, KINDS["ru"])


def _text_of(raw: bytes) -> str:
    """The text part of a letter of ours."""
    body = message_from_bytes(raw, policy=policy.default).get_body(("plain",))
    return str(body.get_content()) if body is not None else ""
