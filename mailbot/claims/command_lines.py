"""Whether a mail begins with a command of ours (`!take`). Only the kind is told here; what the lines mean is read elsewhere."""

from __future__ import annotations

import re
import unicodedata

_WORDS = (
    "approve ask assign category claim close done find help memo merge new not-a-claim note reject reopen reply resolve send show "
    "split status take undo wait warranty вернуть взять гарантия готово ждем ждём закрыть заметка записка запросить категория "
    "найти не-претензия новая объединить ответ открыть отмена отправить передать показать помощь претензия разделить решение "
    "согласовано статус "
)
COMMAND_WORDS = frozenset(_WORDS.split())
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
