"""What a person wrote, told from quotes, signature and disclaimer. Nothing is thrown away, never cut to nothing. Never raises; linear."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from mailbot.mail_in.html_lines import QUOTE_MARK, SIGNATURE_MARK
from mailbot.mail_in.letter_heads import find_head
from mailbot.mail_in.letter_lines import MAX_LINES, Head, is_quoted, is_rule, next_full
from mailbot.mail_in.signature_lines import cut_signature

_LONG_QUOTED = 60
_MARKS = str.maketrans("", "", QUOTE_MARK + SIGNATURE_MARK)


@dataclass(frozen=True, slots=True)
class Reply:
    text: str
    quoted: str = ""
    signature: str = ""
    disclaimer: str = ""
    in_quote: bool = False  # the words were found in the quotation or under it, and nothing tells them from it


@dataclass(slots=True)
class _Passages:
    """Own passages and quotes in their order; `open_head` is the head behind which all the rest counts as quote."""

    own: list[list[str]] = field(default_factory=lambda: [[]])
    quotes: list[list[str]] = field(default_factory=list)
    open_head: Head | None = None


def split_reply(text: str, *, alone: bool = True) -> Reply:
    """The four parts of a letter. Answers between and under `>` quotes are the person's words too.

    `alone` is False where a letter passed on stands beside it: then a bare signature is one.
    """
    lines = text.split("\n")
    passages = _passages(lines)
    alone = alone and sum(1 for passage in passages.own if any(line.strip() for line in passage)) == 1
    cuts = [cut_signature(passage, alone=alone) for passage in passages.own]
    words = _joined([cut.words for cut in cuts])
    signature = _joined([cut.signature for cut in cuts])
    disclaimer = _joined([cut.disclaimer for cut in cuts])
    if not words and not signature and passages.open_head is not None:
        return _answer_unmarked(lines, passages.open_head, disclaimer)
    return Reply(words, _joined(passages.quotes), signature, disclaimer)


def plain_text(text: str) -> str:
    """A text without the marks that html_text leaves for this module."""
    if QUOTE_MARK not in text and SIGNATURE_MARK not in text:
        return text
    return "\n".join(line.translate(_MARKS) for line in text.split("\n") if line not in (QUOTE_MARK, SIGNATURE_MARK))


def _joined(passages: Sequence[Sequence[str]]) -> str:
    return "\n\n".join(one for passage in passages if (one := plain_text("\n".join(passage)).strip("\n \t")))


def _answer_unmarked(lines: Sequence[str], head: Head, disclaimer: str) -> Reply:
    """Nothing stands above an unmarked quote: the answer may stand in it or under it, so all of it is shown (users.md: freescout#3235)."""
    heads = (find_head(lines, at) for at in range(head.end, min(len(lines), MAX_LINES)))
    stop = next((found.start for found in heads if found is not None and found.kind != "original"), len(lines))
    cut = cut_signature(lines[head.end : stop])
    if not _joined([cut.words]):
        return Reply("", _joined([lines[head.start :]]), "", disclaimer)
    quoted = _joined([lines[head.start : head.end], lines[stop:]])
    return Reply(_joined([cut.words]), quoted, _joined([cut.signature]), _joined([[disclaimer], cut.disclaimer]), in_quote=True)


def _passages(lines: Sequence[str]) -> _Passages:
    passages = _Passages()
    at = 0
    while at < len(lines):
        if is_quoted(lines[at]):
            stop = quote_end(lines, at)
            _quote(passages, lines[at:stop])
            at = stop
            continue
        head = find_head(lines, at) if at < MAX_LINES else None
        if head is None:
            passages.own[-1].append(lines[at])
            at += 1
            continue
        if head.lead:
            passages.own[-1].append(head.lead)
        after = next_full(lines, head.end)
        if after < len(lines) and is_quoted(lines[after]):
            stop = quote_end(lines, after)
            _quote(passages, lines[head.start : stop] if not head.lead else [head.intro, *lines[head.end : stop]])
            at = stop
            continue
        _quote(passages, lines[head.start :] if not head.lead else [head.intro, *lines[head.end :]])
        passages.open_head = head
        break
    return passages


def _quote(passages: _Passages, lines: Sequence[str]) -> None:
    """A quote begins: rules that stand right above it belong to it."""
    own = passages.own[-1]
    keep = len(own)
    while keep and (not own[keep - 1].strip() or is_rule(own[keep - 1]) or own[keep - 1] in (QUOTE_MARK, "--")):
        keep -= 1
    passages.quotes.append([*own[keep:], *lines])
    del own[keep:]
    passages.own.append([])


def quote_end(lines: Sequence[str], at: int) -> int:
    """Behind the last line of a `>` quote, with blank lines inside and lines that a mail program broke."""
    stop = at + 1
    number = at + 1
    while number < len(lines):
        line = lines[number]
        if is_quoted(line):
            stop = number + 1
        elif line.strip() and not _continues(lines, number, stop):
            break
        elif line.strip():
            stop = number + 1
        elif number - stop > 3:
            break
        number += 1
    return stop


def _continues(lines: Sequence[str], at: int, quoted_to: int) -> bool:
    """The torn-off end of a quoted line: right under it, and the quote goes on right after it."""
    if at != quoted_to or at + 1 >= len(lines) or not is_quoted(lines[at + 1]):
        return False
    above, line = lines[at - 1], lines[at].strip()
    if len(line) > 200:
        return False
    if " " not in line.rstrip(" >)"):
        torn_link = above.count("(") > above.count(")") or above.count("<") > above.count(">")
        if torn_link or line.startswith(("(http", "<http", "http")):
            return True
    short_tail = len(above) >= _LONG_QUOTED and len(line) <= 30 and line[:1].islower() and not line.endswith((".", "!", "?"))
    return short_tail and not lines[at + 1].lstrip("> ")[:1].isupper()
