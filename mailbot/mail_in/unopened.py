"""What a file is that we do not open, and what a person does with it: a sentence for each kind. Never raises; nothing is unpacked."""

from __future__ import annotations

from io import BytesIO

from mailbot.mail_in.attachments import display_name
from mailbot.mail_in.file_fault import FileFault

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PERSON = "a person must open it."
_MOST_NAMES = 8
_PACKED = {b"Rar!": "RAR", b"7z\xbc\xaf": "7-Zip", b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\xfd7zXZ": "xz", b"MSCF": "cabinet"}
_PROGRAMS = {
    "ppt": "a presentation", "pptx": "a presentation", "pps": "a presentation", "ppsx": "a presentation", "odp": "a presentation",
    "key": "a presentation", "pages": "a letter of Apple Pages", "numbers": "a table of Apple Numbers", "xlsb": "a binary Excel table",
    "vsd": "a Visio drawing", "vsdx": "a Visio drawing", "dwg": "a drawing", "cdw": "a drawing", "djvu": "a scan (DjVu)",
    "xps": "a print file", "oxps": "a print file", "wps": "a letter of an old word processor", "pub": "a Publisher page",
    "one": "a OneNote page", "mdb": "a database",
}  # fmt: skip


def what_it_is(name: str | None, data: bytes) -> str:
    """The end of a sentence that begins with the file's name; "" where nothing need be said (pictures, sound, films, what is read)."""
    ending = (name or "").rpartition(".")[2].lower() if "." in (name or "") else ""
    if ending == "msg" or (data.startswith(_OLE) and "__substg1.0_".encode("utf-16-le") in data[:200_000]):
        return "is an Outlook letter (.msg), which only Outlook reads; open it there and forward it to this address."
    if ending in ("pst", "ost"):
        return f"is a whole mailbox of Outlook; it was not read, {_PERSON}"
    if ending in _PROGRAMS:
        return f"is {_PROGRAMS[ending]}; its text was not read, {_PERSON}"
    packed = next((kind for start, kind in _PACKED.items() if data.startswith(start)), "")
    if packed:
        return f"is a packed archive ({packed}); it was not unpacked, {_PERSON}"
    if data.startswith(b"PK\x03\x04") and ending in ("zip", "", "zipx"):
        return _zip(data)
    return ""


def _zip(data: bytes) -> str:
    """Of a ZIP the names can be told without unpacking anything; its directory is looked at only where it is small."""
    from zipfile import BadZipFile, ZipFile  # loaded only now: most mails bring no such file

    from mailbot.mail_in.office_zip import check_directory

    try:
        check_directory(data)
        members = ZipFile(BytesIO(data)).infolist()
    except (FileFault, BadZipFile, ValueError, OSError, NotImplementedError, EOFError):
        return f"is a packed archive (ZIP), damaged or with very many files; it was not unpacked, {_PERSON}"
    lock = " under a password" if any(one.flag_bits & 1 for one in members) else ""
    names = [shown for one in members if not one.is_dir() and (shown := display_name(one.filename))]
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    listed = f" with {', '.join(name[:60] for name in names[:_MOST_NAMES])}{more}" if names else ""
    return f"is a packed archive (ZIP){lock}{listed}; it was not unpacked, {_PERSON}"
