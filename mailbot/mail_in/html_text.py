"""A page becomes the text a reader sees: rows, lists, quotes; what is hidden is left out. Never raises, fetches nothing; linear."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from mailbot.mail_in.html_lines import QUOTE_MARK, SIGNATURE_MARK, Lines
from mailbot.mail_in.html_names import (
    BLOCKS,
    NO_BORDER,
    NO_SIZE,
    PARAGRAPHS,
    QUOTE_NAMES,
    RAW,
    RULE,
    SIGNATURE_NAMES,
    SOME_SIZE,
    TOP_LINE,
    VOID,
    is_hidden,
    mail_address,
    names_hidden_by,
    whole_number,
)

MAX_HTML = 2 * 1024 * 1024
_MAX_ATTRIBUTES = 8_000
_MAX_SIZES = 1_000  # elements inside each other that change whether letters have a size

# A tag ends at its first `>` outside quotes and never reaches over the next `<` (libraries.md 2).
_TAG = re.compile(r"<(/?)([A-Za-z][^\s<>/]*+)((?:[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+'|[\"'])*+)>")
_ATTRIBUTE = re.compile(r"([^\s=\"'/]++)(?:\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"']++)))?")
_HUGE_NUMBER = re.compile(r"&#[xX]?[0-9a-fA-F]{8,}+;?")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class PageText:
    text: str
    problems: tuple[str, ...] = ()


def html_to_text(page: str) -> PageText:
    """Readable text of a page. Quotes come out as `> ` lines; QUOTE_MARK and SIGNATURE_MARK lines say where mail programs mark them."""
    problems: tuple[str, ...] = ()
    if len(page) > MAX_HTML:
        page = page[:MAX_HTML]
        problems = ("The formatted text of the mail is longer than 2 MB; only the beginning was read, the rest is in the raw mail.",)
    lines = _Page(page, hides=True).read()
    if lines is None:  # something hidden was never closed: three of 226 real mails would have been empty
        lines = _Page(page, hides=False).read() or []
    return PageText(_trimmed(lines), problems)


def _trimmed(lines: list[str]) -> str:
    """At most one blank line in a row, none at the ends."""
    out: list[str] = []
    for line in lines:
        if line or (out and out[-1]):
            out.append(line)
    return "\n".join(out).strip("\n")


def _attributes(raw: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(raw[:_MAX_ATTRIBUTES]):
        found.setdefault(name.lower(), _decoded(double or single or bare))
    return found


def _decoded(text: str) -> str:
    if "&" not in text:
        return _CONTROLS.sub("", text) if not text.isprintable() else text
    return _CONTROLS.sub("", html.unescape(_HUGE_NUMBER.sub("\ufffd", text)))


@dataclass(slots=True)
class _Sized:
    """An open element that changed whether letters have a size; how many of its name are open inside it."""

    name: str
    shown: bool
    depth: int = 1


class _Page:
    """One pass over a page from left to right; the place reached is `_at`."""

    __slots__ = (
        "_at", "_depth", "_hidden", "_hidden_names", "_hides", "_indents", "_lines", "_link", "_lower", "_missing", "_page", "_pre",
        "_sizes", "_tight",
    )  # fmt: skip

    def __init__(self, page: str, *, hides: bool) -> None:
        self._page = page
        self._lower = ""
        self._hides = hides
        self._at = 0
        self._lines = Lines()
        self._hidden = ""  # the name of the hidden element that is open
        self._hidden_names: set[str] = set()  # `.class` and `#id` that the page's style sheet hides
        self._depth = 0  # how many of that name are open inside it
        self._sizes: list[_Sized] = []  # open elements of font-size 0, and those inside them that have a size again
        self._pre = 0
        self._tight = False
        self._link: tuple[str, int] | None = None  # address of an open mailto link, and how much text stood before it
        self._indents: list[bool] = []  # for each open blockquote: is it a quote?
        self._missing: set[str] = set()  # closing texts not to be found again

    def read(self) -> list[str] | None:
        """The lines, or None where something hidden was never closed."""
        page, end = self._page, len(self._page)
        while self._at < end:
            begin = page.find("<", self._at)
            if begin < 0:
                begin = end
            if begin > self._at:
                self._text(page[self._at : begin])
            if begin >= end:
                break
            self._at = begin
            self._markup(begin)
        if self._hidden or any(not one.shown for one in self._sizes):
            return None
        return self._lines.finished()

    def _text(self, piece: str) -> None:
        if not self._hidden and (not self._sizes or self._sizes[-1].shown):
            self._lines.text(_decoded(piece), kept=self._pre > 0)

    def _markup(self, begin: int) -> None:
        page = self._page
        tag = _TAG.match(page, begin)
        if tag is not None:
            self._at = tag.end()
            if tag.group(1):
                self._closes(tag.group(2).lower())
            else:
                self._opens(tag.group(2).lower(), tag.group(3))
        elif page.startswith("<!--", begin):
            self._skip("-->", begin + 2, begin + 4)
        elif page.startswith(("<!", "<?", "</"), begin):
            self._skip(">", begin + 2, begin + 2)
        else:
            self._text("<")
            self._at = begin + 1

    def _skip(self, stop: str, search: int, otherwise: int) -> None:
        """Behind the next `stop`; one that is not there is looked for only once."""
        found = -1 if stop in self._missing else self._page.find(stop, search)
        if found < 0:
            self._missing.add(stop)
            self._at = otherwise
        else:
            self._at = found + len(stop)

    def _raw(self, name: str) -> bool:
        """Script, style, title and kin by text search; an unclosed one hides nothing."""
        stop = f"</{name}"
        if stop in self._missing:
            return False
        self._lower = self._lower or self._page.lower()
        if len(self._lower) != len(self._page):  # İ grows when lowered: positions would not fit
            self._lower = "".join(sign.lower() if sign.isascii() else sign for sign in self._page)
        found = self._lower.find(stop, self._at)
        if found < 0:
            self._missing.add(stop)
            return False
        if name == "textarea":
            self._text(self._page[self._at : found])
        elif name == "style" and len(self._hidden_names) < 1_000:
            self._hidden_names |= names_hidden_by(self._lower[self._at : found])
        self._at = found
        return True

    def _opens(self, name: str, raw: str) -> None:
        if name in RAW and not raw.endswith("/") and self._raw(name):
            return
        if self._hidden:
            self._depth += name == self._hidden
            return
        attributes = _attributes(raw) if raw and not raw.isspace() else {}
        if self._hides and name not in VOID and not raw.endswith("/") and name not in ("body", "html") and self._is_hidden(attributes):
            self._hidden, self._depth = name, 1
            return
        if self._hides and name not in VOID and not raw.endswith("/"):
            self._size(name, attributes)
        if attributes:
            self._marks(name, attributes)
        self._element(name, attributes)

    def _size(self, name: str, attributes: dict[str, str]) -> None:
        """Letters lose their size in this element, or have one again; else it may be one more of the name that is waited for."""
        style = attributes.get("style", "")
        shown = not self._sizes or self._sizes[-1].shown
        sizes = "font-size" in style.lower() or (name == "font" and "size" in attributes)
        if sizes and len(self._sizes) < _MAX_SIZES and name not in ("body", "html"):
            becomes = SOME_SIZE.search(style) is not None or name == "font" if not shown else NO_SIZE.search(style) is None
            if becomes != shown:
                self._sizes.append(_Sized(name, becomes))
                return
        if self._sizes and self._sizes[-1].name == name:
            self._sizes[-1].depth += 1

    def _size_ends(self, name: str) -> None:
        if self._sizes and self._sizes[-1].name == name:
            self._sizes[-1].depth -= 1
            if self._sizes[-1].depth <= 0:
                self._sizes.pop()

    def _is_hidden(self, attributes: dict[str, str]) -> bool:
        if is_hidden(attributes):
            return True
        if not self._hidden_names:
            return False
        names = [f".{one}" for one in attributes.get("class", "").lower().split()[:20]]
        return f"#{attributes.get('id', '').lower()}" in self._hidden_names or not self._hidden_names.isdisjoint(names)

    def _marks(self, name: str, attributes: dict[str, str]) -> None:
        names = f"{attributes.get('id', '')} {attributes.get('class', '')}"
        if names != " ":
            if QUOTE_NAMES.search(names) and name != "blockquote":
                self._lines.mark(QUOTE_MARK)
            elif SIGNATURE_NAMES.search(names):
                self._lines.mark(SIGNATURE_MARK)
        style = attributes.get("style", "")
        if style and name in ("div", "p") and "border-top" in style and TOP_LINE.search(style):
            self._lines.mark(QUOTE_MARK)
        if attributes.get("data-signatureblock") == "true":
            self._lines.mark(SIGNATURE_MARK)

    def _element(self, name: str, attributes: dict[str, str]) -> None:
        lines = self._lines
        if name == "br":
            lines.line_end()
        elif name in PARAGRAPHS:
            self._tight = "mso" in attributes.get("class", "").lower()
            self._paragraph()
        elif name in BLOCKS:
            lines.block()
        elif name in ("td", "th"):
            lines.cell(whole_number(attributes.get("colspan", ""), 3), whole_number(attributes.get("rowspan", ""), 3))
        elif name == "tr":
            lines.row()
        elif name == "table":
            lines.table_opens()
        elif name == "blockquote":
            self._blockquote(attributes)
        elif name == "li":
            lines.item(whole_number(attributes["value"], 6) if "value" in attributes else None)
        elif name in ("ul", "ol", "menu", "dir"):
            lines.list_opens(whole_number(attributes.get("start", ""), 6) if name == "ol" else -1, attributes.get("type", "1"))
        elif name == "hr":
            lines.block()
            lines.text(RULE)
            lines.block()
        elif name == "pre":
            lines.gap()
            self._pre += 1
        elif name == "a":
            self._link = mail_address(attributes), self._at
        elif name == "img":
            self._picture(attributes)

    def _paragraph(self) -> None:
        """Word's paragraphs stand close together; all others a line apart."""
        if self._tight:
            self._lines.block()
        else:
            self._lines.gap()

    def _blockquote(self, attributes: dict[str, str]) -> None:
        """A quote, unless it is only the indentation of an editor (Gmail: `border:none`)."""
        names, style = attributes.get("class", ""), attributes.get("style", "")
        cites = bool(names) or "cite" in attributes or "type" in attributes or "border-left" in style.lower()
        indents = not cites and NO_BORDER.search(style) is not None
        if len(self._indents) < 1_000:
            self._indents.append(not indents)
        if indents:
            self._lines.block()
        else:
            self._lines.quote(opens=True)

    def _picture(self, attributes: dict[str, str]) -> None:
        """Of pictures only letters drawn as pictures are text: 🙂."""
        alternative = attributes.get("alt", "")
        if 0 < len(alternative) <= 4 and not alternative.isascii() and not alternative.isalnum():
            self._lines.text(alternative)

    def _closes(self, name: str) -> None:
        lines = self._lines
        if self._hidden:
            if name == self._hidden:
                self._depth -= 1
                if self._depth <= 0:
                    self._hidden = ""
            return
        if self._sizes:
            self._size_ends(name)
        if name in PARAGRAPHS:
            self._paragraph()
        elif name in BLOCKS or name == "li":
            lines.block()
        elif name in ("td", "th"):
            lines.cell_closes()
        elif name == "tr":
            lines.row()
        elif name == "table":
            lines.table_closes()
        elif name == "blockquote":
            if self._indents.pop() if self._indents else lines.quotes > 0:
                lines.quote(opens=False)
            else:
                lines.block()
        elif name in ("ul", "ol", "menu", "dir"):
            lines.list_closes()
        elif name == "pre":
            lines.block()
            self._pre = max(0, self._pre - 1)
        elif name == "a" and self._link is not None:
            self._link_closes()

    def _link_closes(self) -> None:
        """Links keep their text; a name that hides an address gets it beside it: `От: <a href="mailto:…">Иванов</a>`."""
        address, begin = self._link or ("", 0)
        self._link = None
        if address and self._at - begin < 500 and "@" not in self._page[begin : self._at]:
            self._lines.text(f" <{address}>")
