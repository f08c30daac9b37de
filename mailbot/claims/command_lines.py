"""Whether a mail begins with a command of ours (`!take`). Only the kind is told here; what the lines mean, `commands` reads."""

from __future__ import annotations

import re
import unicodedata

from mailbot.claims.command import WORDS

PARTS_DIFFER = "The text and the HTML part of the mail say different commands."
COMMAND_WORDS = frozenset({*WORDS, "ждём"})
_LINE = re.compile(r"[*_\"'«»„“”‘’\s]*[!！]\s?([^\W\d_][\w-]*)")
_HYPHENS = re.compile(r"[\u2010-\u2015]")


def first_command(text: str) -> str:
    """The word of the command in the first line that says anything, lower case; "" where that line is no command.

    Survives NBSP, zero-width letters, typographic hyphens and quotes and bold marks of mail programs (decisions.md, commands).
    """
    for line in text.splitlines()[:20]:
        clean = "".join(" " if unicodedata.category(c) == "Zs" else c for c in line if unicodedata.category(c) != "Cf")
        if clean.strip():
            match = _LINE.match(clean)
            return _HYPHENS.sub("-", match[1]).casefold() if match else ""
    return ""
