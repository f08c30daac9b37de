"""The words of a DOCX as a person sees them: page head, paragraphs, tables row by row (a tab between cells)."""

from __future__ import annotations

from mailbot.mail_in.file_fault import Drawn, FileFault
from mailbot.mail_in.office_zip import EnoughError, OfficeZip, xml_parser
from mailbot.mail_in.paper_lines import PaperLines

_BREAKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


def docx_text(package: OfficeZip, characters: int) -> Drawn:
    """Headers (a letterhead names the firm), then the letter. Fields' codes, deleted and hidden words are left out."""
    seen: dict[str, None] = {}
    cut = ""
    for name in (*package.named("word/header"), *package.named("word/document")[:1], *package.named("word/footnotes")):
        words = _Words(characters)
        try:
            package.parse(name, xml_parser(words.start, words.end, words.text))
        except EnoughError:
            cut = "is long; only its beginning was read."
        whole = words.whole()
        if whole.strip():
            seen.setdefault(whole)
        characters -= len(whole)
        if characters <= 0:
            break
    text = "\n".join(seen).strip("\n")
    if not text.strip():
        raise FileFault("has no text: it holds pictures only, or nothing.")
    return Drawn(text, cut)


class _Words:
    """Gathers lines while the elements go by (ECMA-376 part 1, 17.3 and 17.4)."""

    def __init__(self, most: int) -> None:
        self._lines = PaperLines(most)
        self._in_text = self._in_run = False
        self._hidden = False  # w:vanish in the properties of this run
        self._in_run_style = False
        self._skip = 0  # depth inside mc:Fallback, which says again what mc:Choice said
        self._cells = 0

    def whole(self) -> str:
        return self._lines.whole()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self._skip or name == "Fallback":
            self._skip += 1
        elif name == "t":
            self._in_text = True
        elif name == "r":
            self._in_run, self._hidden = True, False
        elif name == "rPr":
            self._in_run_style = True
        elif name == "vanish" and self._in_run and self._in_run_style and attributes.get("val", "1") not in ("0", "false", "off"):
            self._hidden = True
        elif name == "tc":
            self._cells += 1
        elif name in _BREAKS and self._in_run:  # outside of one, w:tab defines a tab stop
            self._lines.add(_BREAKS[name] if not self._cells else " ")

    def end(self, name: str) -> None:
        if self._skip:
            self._skip -= 1
        elif name == "t":
            self._in_text = False
        elif name == "rPr":
            self._in_run_style = False
        elif name == "r":
            self._in_run = False
        elif name == "p":
            self._end_paragraph()
        elif name == "tc":
            self._cells -= 1
            self._lines.end_cell("\t" if self._cells == 0 else " ")
        elif name in ("tr", "hdr", "document", "footnotes") and self._cells == 0:
            self._lines.end_line()

    def text(self, words: str) -> None:
        if self._in_text and not self._skip and not self._hidden:
            self._lines.add(words)

    def _end_paragraph(self) -> None:
        if self._cells:
            self._lines.add(" ")
        else:
            self._lines.end_line()
