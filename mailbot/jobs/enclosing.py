"""The files that go with a letter: what a person attached to her mail, or what the customer sent, read from the raw mail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from mailbot.mail_in.attached_bytes import attached
from mailbot.mail_out.envelope import Enclosure
from mailbot.store import received

if TYPE_CHECKING:
    from mailbot.claims.message import Attachment, IncomingMail
    from mailbot.store.database import Connection

MOST_BYTES = 15 * 1024 * 1024  # of all files of one letter
# endings that Windows runs, or opens as a disk or a script: what Gmail, Outlook and Exchange take from nobody
_PROGRAMS = frozenset(str.split(
    "ade adp apk appx appxbundle bat cab chm cmd com cpl dll dmg ex ex_ exe hta img ins iso isp jar js jse lib lnk mde msc msi msix msp mst"
    " nsh pif ps1 psm1 reg scf scr sct shb sys vb vbe vbs vhd vhdx vxd wsc wsf wsh xll"
))  # fmt: skip
_SIGNATURES = frozenset({
    "application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature", "application/ms-tnef",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file that is to go with a letter, as a draft keeps it: its bytes stay in the raw mail `received_id`."""

    name: str
    media_type: str
    sha256: str
    size: int
    received_id: int

    def as_plain(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


def attached_to(mail: IncomingMail, received_id: int) -> tuple[Enclosed, ...]:
    """What a person attached on purpose: no picture of her signature, no signature of her mail program."""
    return tuple(_enclosed(one, received_id) for one in mail.attachments if not one.inline and one.media_type not in _SIGNATURES)


def _enclosed(one: Attachment, received_id: int) -> Enclosed:
    return Enclosed(one.name or "attachment", one.media_type, one.sha256, one.size, received_id)


def enclosed_in(plain: Sequence[Mapping[str, Any]]) -> tuple[Enclosed, ...]:
    return tuple(Enclosed(**{name: one[name] for name in Enclosed.__slots__}) for one in plain)


def fitting(files: Sequence[Enclosed], most: int = MOST_BYTES) -> tuple[tuple[Enclosed, ...], tuple[str, ...]]:
    """The files that together are not too large, in their order, each content once; and the names of those left out."""
    taken: list[Enclosed] = []
    left_out: list[str] = []
    seen: set[str] = set()
    room = most
    for one in files:
        if one.sha256 in seen:
            continue
        seen.add(one.sha256)
        if one.size <= room:
            taken.append(one)
            room -= one.size
        else:
            left_out.append(one.name)
    return tuple(taken), tuple(left_out)


def from_outside(files: Sequence[Enclosed], most: int) -> tuple[tuple[Enclosed, ...], tuple[str, ...]]:
    """The same of what strangers sent, programs left out: most mail servers refuse a letter with one, and it would come from us."""
    programs = [one for one in files if _is_program(one.name)]
    taken, left_out = fitting([one for one in files if one not in programs], most)
    return taken, (*left_out, *dict.fromkeys(one.name for one in programs))


def _is_program(name: str) -> bool:
    _, dot, ending = name.rstrip(". ").rpartition(".")
    return bool(dot) and ending.casefold() in _PROGRAMS


def with_bytes(conn: Connection, files: Sequence[Enclosed], raw: bytes = b"", raw_id: int = 0) -> tuple[Enclosure, ...]:
    """The files themselves; `raw` are the bytes of the mail `raw_id`, where they are at hand. A file that is not there is left out."""
    found: dict[tuple[int, str], bytes] = {}
    for mail in dict.fromkeys(one.received_id for one in files):
        source = raw if mail == raw_id and raw else received.raw_of(conn, mail) or b""
        wanted = {one.sha256 for one in files if one.received_id == mail}
        for data in attached(source):
            digest = sha256(data).hexdigest()
            if digest in wanted:
                found.setdefault((mail, digest), data)
    return tuple(
        Enclosure(one.name, one.media_type, found[one.received_id, one.sha256]) for one in files if (one.received_id, one.sha256) in found
    )
