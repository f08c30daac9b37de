"""The words of a PDF, page by page. Nothing in it is run, opened or fetched. Errors: FileFault; of a broken file what pypdf raises."""

from __future__ import annotations

import logging
from io import BytesIO

from pypdf import PdfReader
from pypdf.errors import DependencyError, FileNotDecryptedError, WrongPasswordError

from mailbot.mail_in.file_fault import Drawn, FileFault

MAX_PAGES = 50
_MOST_FIELDS = 300
_READABLE = 0.7  # share of signs that are no riddle; below it the fonts do not say which letters they show


def pdf_text(data: bytes, characters: int) -> Drawn:
    """The text of the first pages. What was cut is said; a PDF without text, or with a password, is a FileFault."""
    logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)  # its warnings may quote the file
    try:
        reader = PdfReader(BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise FileFault("is protected by a password; a person must open it.")
        return _pages(reader, characters)
    except (FileNotDecryptedError, WrongPasswordError, DependencyError) as error:
        raise FileFault("is encrypted; a person must open it.") from error


def _pages(reader: PdfReader, characters: int) -> Drawn:
    texts: list[str] = []
    cut = ""
    total = len(reader.pages)
    for number in range(min(total, MAX_PAGES)):
        text = reader.pages[number].extract_text().strip()
        texts.append(text[:characters])
        characters -= len(text)
        if characters <= 0:
            cut = f"is long; only its first {number + 1} pages were read."
            break
    if not cut and total > MAX_PAGES:
        cut = f"has {total} pages; only the first {MAX_PAGES} were read."
    texts += _filled_in(reader, characters, "\n".join(texts))
    whole = "\n\n".join(text for text in texts if text)
    if not whole:
        raise FileFault("has no text: it is a scan or a picture.")
    if not _is_readable(whole):
        raise FileFault("does not say which letters its fonts show; its text could not be read.")
    return Drawn(whole, cut)


def _filled_in(reader: PdfReader, characters: int, shown: str) -> list[str]:
    """What a person typed into the fields of a form (PDF 1.7, 12.7): it is drawn above the page and no part of its text."""
    fields = reader.get_form_text_fields() if "/AcroForm" in reader.root_object else {}
    values = {name: str(value).strip() for name, value in list(fields.items())[:_MOST_FIELDS] if value}
    lines = [f"{name}: {value}" for name, value in values.items() if value and value not in shown]
    return ["\n".join(lines)[: max(characters, 0)]] if lines else []


def _is_readable(text: str) -> bool:
    signs = [sign for sign in text[:5_000] if not sign.isspace()]
    riddles = sum(1 for sign in signs if sign == "\ufffd" or not sign.isprintable() or "\ue000" <= sign <= "\uf8ff")
    return riddles <= (1 - _READABLE) * len(signs)
