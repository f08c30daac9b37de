"""Whether a mail begins with a command of ours (`!take`). Only the kind is told here; what the lines mean, `commands` reads."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from mailbot.claims.command import WORDS

if TYPE_CHECKING:
    from mailbot.claims.message import IncomingMail

PARTS_DIFFER = "The text and the HTML part of the mail say different commands."
COMMAND_WORDS = frozenset({*WORDS, "ждём"})
_LINE = re.compile(r"[*_\"'«»„“”‘’\s]*[!！]\s?([^\W\d_][\w-]*)")
_GREETING = re.compile(
    r"(?:коллеги,? )?(?:добр(?:ый|ого) (?:день|дня|вечер|вечера)|доброе утро|доброго времени суток|здравствуйте|приветствую|привет"
    r"|hello|hi|good (?:morning|afternoon|evening|day)|dear (?:colleagues|all))(?:,? (?:коллеги|всем|all|everyone|colleagues))?",
    re.IGNORECASE,
)
_LONGEST_GREETING = 60
_HYPHENS = re.compile(r"[\u2010-\u2015]")


def first_command(text: str) -> str:
    """The word of the command in the first line that says anything but a greeting, lower case; "" where that line is no command.

    Survives NBSP, zero-width letters, typographic hyphens and quotes and bold marks of mail programs (decisions.md, commands).
    """
    for line in text.splitlines()[:20]:
        clean = line if line.isprintable() else _without_marks(line)  # printable: no other space than the plain one, nothing of no width
        if clean.strip() and not is_greeting(clean):
            match = _LINE.match(clean)
            return _HYPHENS.sub("-", match[1]).casefold() if match else ""
    return ""


def is_greeting(line: str) -> bool:
    """A line that only greets, as many people begin every mail."""
    return len(line) <= _LONGEST_GREETING and _GREETING.fullmatch(" ".join(line.split()).strip(" *_!.,)")) is not None


def _without_marks(line: str) -> str:
    return "".join(" " if unicodedata.category(c) == "Zs" else c for c in line if unicodedata.category(c) != "Cf")


def command_of(mail: IncomingMail) -> str:
    """The command a mail begins with, "" for none: where new words cannot be told from a quotation, a customer's words could command."""
    return "" if mail.signs.words_in_quote else first_command(mail.text)
