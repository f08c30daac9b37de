"""The parts of a DOCX or XLSX, unpacked one by one within limits. Errors: FileFault; a bomb is refused before it has gone off."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from mailbot.mail_in.file_fault import FileFault

MAX_MEMBERS = 2_000
MAX_UNPACKED = 32 * 1024 * 1024
MAX_RATIO = 200  # unpacked to packed; office files that people write stay under 60
_RATIO_FROM = 1024 * 1024  # bytes unpacked from which the ratio counts
_CHUNK = 64 * 1024
_END = b"PK\x05\x06"  # end of central directory (APPNOTE 4.3.16)
_END_WITHIN = 66_000
_MAX_DIRECTORY = 1024 * 1024
_DAMAGED = "is damaged; its text could not be read."
_BOMB = "unpacks to far more than a letter holds (a so-called zip bomb); it was not read."


class OfficeZip:
    """One open file. What all its parts unpack to is counted together."""

    def __init__(self, data: bytes) -> None:
        check_directory(data)
        try:
            self._zip = ZipFile(BytesIO(data))
        except (BadZipFile, ValueError, OSError, NotImplementedError, EOFError) as error:
            raise FileFault(_DAMAGED) from error
        self._left = MAX_UNPACKED
        self.names = self._zip.namelist()

    def named(self, start: str) -> list[str]:
        """The XML parts whose path begins so, in the order of their names."""
        return sorted((name for name in self.names if name.startswith(start) and name.endswith(".xml")), key=lambda name: (len(name), name))

    def parse(self, name: str, parser: expat.XMLParserType) -> None:
        """Feed one part to a parser. A missing part is empty."""
        if name not in self.names:
            return
        try:
            for chunk in self._chunks(self._zip.getinfo(name)):
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
        except (expat.ExpatError, BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, NotImplementedError) as error:
            raise FileFault(_DAMAGED) from error

    def contains(self, name: str, words: bytes) -> bool:
        """Do these words stand in the beginning of one part?"""
        for chunk in self._chunks(self._zip.getinfo(name)):
            return words in chunk
        return False

    def _chunks(self, info: ZipInfo) -> Iterator[bytes]:
        if info.flag_bits & 1:
            raise FileFault("is protected by a password; a person must open it.")
        if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise FileFault(_DAMAGED)
        unpacked = 0
        with self._zip.open(info) as part:
            while chunk := part.read(_CHUNK):
                unpacked += len(chunk)
                self._left -= len(chunk)
                if self._left < 0 or (unpacked > _RATIO_FROM and unpacked > MAX_RATIO * max(info.compress_size, 1)):
                    raise FileFault(_BOMB)
                yield chunk


def open_package(data: bytes) -> OfficeZip:
    """The package ready to be read. Errors: FileFault also for OLE files: encrypted ones ([MS-OFFCRYPTO] 2.3) and those of before 2007."""
    if not data.startswith(b"\xd0\xcf\x11\xe0"):
        return OfficeZip(data)
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise FileFault("is protected by a password; a person must open it.")
    raise FileFault("has the form of before 2007; its text was not read, a person must open it.")


def check_directory(data: bytes) -> None:
    """Look at the end record before anything is listed: a million members cost seconds, and no letter has them."""
    at = data.rfind(_END, max(0, len(data) - _END_WITHIN))
    if at < 0 or len(data) < at + 22:
        raise FileFault(_DAMAGED)
    members = int.from_bytes(data[at + 10 : at + 12], "little")
    size = int.from_bytes(data[at + 12 : at + 16], "little")
    if members > MAX_MEMBERS or size > _MAX_DIRECTORY:
        raise FileFault(f"is a package of more than {MAX_MEMBERS} files; it was not read.")


def xml_parser(
    start: Callable[[str, dict[str, str]], None], end: Callable[[str], None], text: Callable[[str], None]
) -> expat.XMLParserType:
    """A streaming parser that knows local names only. A document type is refused: with it go entities and references outwards."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, attributes: start(_local(name), {_local(key): value for key, value in attributes.items()})
    parser.EndElementHandler = lambda name: end(_local(name))
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _refuse
    return parser


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _refuse(*_: object) -> None:
    raise FileFault("carries a document type, which no office program writes; it was not read.")


class EnoughError(Exception):
    """Raised by a handler that has all it wants."""
