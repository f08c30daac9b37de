"""Whether the text and the HTML part of a mail say the same commands (decisions, commands). Never raises."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mailbot.claims.command import TEXTS
from mailbot.claims.command_lines import PARTS_DIFFER, first_command
from mailbot.claims.commands import read_commands
from mailbot.mail_in.reply_text import split_reply

if TYPE_CHECKING:
    from mailbot.mail_in.bodies import Body

_COMMANDISH = re.compile(r"(?:^|>)(?:[\s*_\"'«»„“”‘’]|&nbsp;){0,40}[!\uff01]\s?[^\W\d_]", re.MULTILINE)
_MOST = 60_000  # letters of a part; a command mail is short


def may_command(plain: str, page: str) -> bool:
    """Either part has a line that could be a command; of other mails the second part is not read."""
    return _COMMANDISH.search(plain[:_MOST]) is not None or _COMMANDISH.search(page[:_MOST]) is not None


def commands_agree(plain: str, page: str, body: Body) -> None:
    """A problem where they do not: a person saw one of them, we should do the other."""
    if _commands(plain) != _commands(page):
        body.problems.append(PARTS_DIFFER)


def _commands(text: str) -> list[tuple[str, ...]]:
    """What the own words of a part command. Of a letter only its first word is compared: the parts part lines and marks otherwise."""
    own = split_reply(text[:_MOST]).text
    if not first_command(own):
        return []
    return [
        (one.word, one.number, one.token, one.argument if one.word not in TEXTS or one.word == "resolve" else "", one.more)
        for one in read_commands(own).commands
    ]
