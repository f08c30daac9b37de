"""Which of two versions of a letter to take, judged by cheap looks at both (no parsing). Linear."""

from __future__ import annotations

import html
import re

_LOOK = 200_000
_TAG = re.compile(r"<[^<>]*>")
_ENTITY = re.compile(r"&[#A-Za-z0-9]{1,10};")
_WORD = re.compile(r"\w{2,}")
_ROW = re.compile(r"<tr\b", re.IGNORECASE)
_CELL = re.compile(r"<t[dh]\b[^<>]*>", re.IGNORECASE)
_CELL_END = re.compile(r"</t[dh]\s*>", re.IGNORECASE)
_MANY_WORDS = 4
_LONG_WORD = re.compile(r"[^\W\d_]{3,}")
_FEW = 5  # words too few to say that two versions differ


def prefer_html(plain: str, page: str) -> bool:
    """True where the plain version is empty, a stub beside the page, or tears the rows of a table apart."""
    if not plain.strip():
        return bool(page.strip())
    said = len(_WORD.findall(plain[:_LOOK]))
    if said < 60:  # long enough to be a letter of its own; else: is it a stub like "your program shows no HTML"?
        rough = _rough(page[:_LOOK])
        shown = len(_WORD.findall(rough))
        if shown > _MANY_WORDS and said * 3 < shown:
            return True
    return _tears_rows(plain, page[:_LOOK])


def say_different_things(plain: str, page: str) -> bool:
    """True where the two versions have hardly a word in common: a program shows one of them, and either may hold the claim."""
    told = set(_LONG_WORD.findall(plain[:_LOOK].lower()))
    shown = set(_LONG_WORD.findall(html.unescape(_rough(page[:_LOOK])).lower()))
    fewer = min(len(told), len(shown))
    return fewer >= _FEW and len(told & shown) * 4 < fewer


def _rough(page: str) -> str:
    low = page
    if "<!--" in low or "<style" in low.lower() or "<script" in low.lower() or "<head" in low.lower():
        low = _without(low)
    return _ENTITY.sub(" ", _TAG.sub(" ", low))


def _without(page: str) -> str:
    """Without style, script, head and comments: by text search, so that unclosed ones cost nothing."""
    lower = page.lower()
    for start, stop in (("<head", "</head>"), ("<style", "</style>"), ("<script", "</script>"), ("<!--", "-->")):
        out: list[str] = []
        at = 0
        while (begin := lower.find(start, at)) >= 0:
            end = lower.find(stop, begin)
            if end < 0:
                break
            out.append(page[at:begin])
            at = end + len(stop)
        page = "".join(out) + page[at:]
        lower = page.lower()
    return page


def _tears_rows(plain: str, page: str) -> bool:
    """A table of at least two rows of short cells, none of which the plain version keeps on one line."""
    torn = 0
    lines: list[str] | None = None
    for row in _ROW.split(page)[1:200]:
        cells = [_squeezed(_CELL_END.split(cell, maxsplit=1)[0]) for cell in _CELL.split(row)[1:12]]
        cells = [cell for cell in cells if cell]
        if not len(cells) >= 2 or any(len(cell) > 60 for cell in cells):
            continue
        if lines is None:
            lines = [_squeezed(line) for line in plain[:_LOOK].split("\n")]
        if any(cells[0] in line and cells[1] in line for line in lines[:2_000]):
            return False
        torn += 1
        if torn >= 20:
            break
    return torn >= 2


def _squeezed(text: str) -> str:
    return " ".join(_ENTITY.sub(" ", _TAG.sub(" ", text)).split())
