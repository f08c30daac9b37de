"""Whether the text and the HTML part of a mail say the same commands (decisions, commands). Never raises."""

from __future__ import annotations

import html
import re

from mailbot.claims.command import TEXTS
from mailbot.claims.command_lines import PARTS_DIFFER, first_command
from mailbot.claims.commands import read_commands
from mailbot.mail_in.html_text import html_to_text
from mailbot.mail_in.mime import Part
from mailbot.mail_in.part_text import part_text
from mailbot.mail_in.reply_text import split_reply

_COMMANDISH = re.compile(r"^[\s*_\"'«»„“”‘’]{0,40}[!\uff01]\s{0,9}[^\W\d_]", re.MULTILINE)
_SIGN = re.compile(r"(?<!<)[!\uff01]|&(?:#|excl)")  # outside <!-- and <!DOCTYPE
_TAG = re.compile(r"<[^<>]*>")
_MOST = 60_000  # letters of a part; a command mail is short


def disagreements(root: Part, hint: str | None) -> list[str]:
    """A problem where the two parts of a mail command differently: a person saw one of them, we should do the other."""
    return [PARTS_DIFFER] if any(_differ(part, hint) for part in _first(root)) else []


def _first(root: Part) -> list[Part]:
    """The first alternative, with all that lies in it: a letter begins in no later one. Each inside it anew would be quadratic."""
    return [part for part in root.walk() if part.media_type == "multipart/alternative"][:1]


def _differ(part: Part, hint: str | None) -> bool:
    """Only of parts that may command is the page read; of other mails nothing is done here."""
    plain, page = _text_of(part, "text/plain", hint), _text_of(part, "text/html", hint)
    if not plain.strip() or not page or not (_COMMANDISH.search(plain) or _may_command(page)):
        return False
    return _commands(plain) != _commands(html_to_text(page).text)


def _may_command(page: str) -> bool:
    """A look at the page without reading it: as its letters are shown, however they are written (`&#33;`, `!<b>close</b>`)."""
    return _SIGN.search(page) is not None and _COMMANDISH.search(html.unescape(_TAG.sub("\n", page))) is not None


def _text_of(part: Part, media_type: str, hint: str | None) -> str:
    leaves = (leaf for leaf in part.walk()[1:] if not leaf.children and leaf.media_type == media_type and leaf.disposition != "attachment")
    return "\n".join(part_text(leaf, [], hint) for leaf in leaves)[:_MOST]


def _commands(text: str) -> list[tuple[str, ...]]:
    """What the own words of a part command. Of a letter only its first word is compared: the parts part lines and marks otherwise."""
    own = split_reply(text).text
    if not first_command(own):
        return []
    return [
        (one.word, one.number, one.token, one.argument if one.word not in TEXTS or one.word == "resolve" else "", one.more)
        for one in read_commands(own).commands
    ]
