"""What a PDF, an office file or a text says. Never raises; bounded in time, size and memory; nothing in a file is run or fetched."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from mailbot.claims.message import Attachment
from mailbot.mail_in.file_fault import Drawn, FileFault
from mailbot.mail_in.part_text import plain_file
from mailbot.mail_in.time_limit import OutOfTimeError, Stopwatch
from mailbot.mail_in.unopened import what_it_is

MAX_SECONDS = 2.0  # for all files of one mail; the reading child has 5 for everything
MAX_CHARACTERS = 200_000  # of all files of one mail
MAX_FILES = 20
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_RTF = b"{\\rtf"
_OPEN = ("odt", "ott", "ods", "ots", "fodt")
_OPEN_TYPES = ("application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.spreadsheet")
_PLAIN = ("txt", "csv", "text")
_WORD = ("docx", "docm", "dotx", "doc")
_EXCEL = ("xlsx", "xlsm", "xltx", "xls")
_LOOK_FOR_START = 1_024  # bytes: readers accept junk in front of "%PDF-" (PDF 1.7, appendix H.3)
_UNSEEN: dict[int, int | None] = {
    **dict.fromkeys((*range(9), 11, *range(14, 32), 0xAD, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), 0xFEFF)),
    **dict.fromkeys(range(0xD800, 0xE000), 0xFFFD),
    12: 10,  # a page's end is a line's end
    0xA0: 32,
}  # fmt: skip

_Draw = Callable[[bytes, int], Drawn]


@dataclass(slots=True)
class Drawing:
    """What one mail's files may still cost. `level`: a letter inside a letter gets a quarter of its cover's time."""

    problems: list[str]
    level: int = 0
    watch: Stopwatch = field(init=False)
    characters: int = MAX_CHARACTERS
    files: int = 0

    def __post_init__(self) -> None:
        self.watch = Stopwatch(MAX_SECONDS / 4**self.level)

    def with_text(self, file: Attachment, data: bytes) -> Attachment:
        """The attachment with what it says, where it is of a kind that says something; else as it was."""
        kind = _kind(file, data)
        if not kind:
            if unread := what_it_is(file.name, data):
                self._say(f"The file «{file.name}» {unread}" if file.name else f"A file without a name {unread}")
            elif _is_misnamed(file):
                self._say(f"The file «{file.name}» is {'not what its name says' if data else 'empty'}; its text could not be read.")
            return file
        called = f"The {kind} «{file.name}»" if file.name else f"A {kind} without a name"
        try:
            drawn = self._drawn(kind, data)
        except FileFault as fault:
            self._say(f"{called} {fault}")
            return file
        except OutOfTimeError:
            self._say(f"{called} takes too long to read; its text was not drawn out.")
            return file
        if drawn.cut:
            self._say(f"{called} {drawn.cut}")
        text = drawn.text.translate(_UNSEEN)[: self.characters]
        self.characters -= len(text)
        return replace(file, text=text)

    def _drawn(self, kind: str, data: bytes) -> Drawn:
        self.files += 1
        if self.files > MAX_FILES or self.characters <= 0 or self.watch.left <= 0:
            raise FileFault("was not read: the files of this mail are too many or too long to read them all.")
        draw = _draw_of(kind)
        try:
            with self.watch.running():
                return draw(data, self.characters)
        except FileFault:
            raise
        except MemoryError as error:
            raise FileFault("needs too much memory; its text was not read.") from error
        except Exception as error:  # pypdf alone raises many undocumented kinds; one broken file spoils no mail
            raise FileFault("is damaged; its text could not be read.") from error

    def _say(self, sentence: str) -> None:
        if sentence not in self.problems:
            self.problems.append(sentence)


def _kind(file: Attachment, data: bytes) -> str:
    """PDF, Word file or Excel file, "" for all else: by its first bytes, and for packages by name or type too."""
    ending = (file.name or "").rpartition(".")[2].lower()
    if b"%PDF-" in data[:_LOOK_FOR_START] and (ending == "pdf" or "pdf" in file.media_type or data.startswith(b"%PDF-")):
        return "PDF"
    if data.startswith(_RTF):
        return "RTF file"
    if ending in _PLAIN and data and b"\0" not in data[:4_096]:
        return "text file"
    if not data.startswith((_ZIP, _OLE)):
        return ""
    if data.startswith(_ZIP) and (ending in _OPEN or file.media_type.startswith(_OPEN_TYPES)):
        return "OpenDocument file"
    if ending in _WORD or file.media_type == "application/msword" or "wordprocessingml" in file.media_type:
        return "Word file"
    if ending in _EXCEL or file.media_type == "application/vnd.ms-excel" or "spreadsheetml" in file.media_type:
        return "Excel file"
    return ""


def _is_misnamed(file: Attachment) -> bool:
    return (file.name or "").rpartition(".")[2].lower() in ("pdf", "docx", "xlsx", "odt", "ods", "rtf")


def _draw_of(kind: str) -> _Draw:
    """What draws the words out, loaded only now: most mails bring no such file. Loading counts for no file's time."""
    if kind == "PDF":
        from mailbot.mail_in.pdf_text import pdf_text

        return pdf_text
    if kind == "RTF file":
        from mailbot.mail_in.rtf_text import rtf_text

        return rtf_text
    if kind == "text file":
        return plain_file
    from mailbot.mail_in.docx_text import docx_text
    from mailbot.mail_in.odf_text import odf_text
    from mailbot.mail_in.office_zip import open_package
    from mailbot.mail_in.xlsx_text import xlsx_text

    draw = {"Word file": docx_text, "Excel file": xlsx_text}.get(kind, odf_text)
    return lambda data, characters: draw(open_package(data), characters)
