"""Which of the mails that are read may be filed: none overtakes an earlier one that it answers, or that the same person wrote."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from mailbot.jobs.filing import Asks, Read, ask_of, concerns
from mailbot.mail_in.fields import first_address, ids
from mailbot.mail_in.headers import MAX_HEAD, read_head

if TYPE_CHECKING:
    from mailbot.claims.policy import Policy


def signs_of(raw: bytes) -> frozenset[str]:
    """By what a mail that is still being read may concern another: its Message-ID and who wrote it."""
    head = read_head(raw[:MAX_HEAD])
    writer = first_address(head, "from")
    return frozenset({f"id {one}" for one in ids(head.plain("message-id"))} | ({f"who {writer.key}"} if writer is not None else set()))


def parted(
    read: Iterable[Read], unread: Iterable[tuple[int, frozenset[str]]], policy: Policy, asked: Asks = ask_of
) -> tuple[Sequence[Read], list[Read]]:
    """(may be filed now, wait), both in the order in which they came. `unread`: id and signs of the mails still being read."""
    earliest: dict[str, int] = {}
    for number, signs in unread:
        for sign in signs:
            earliest[sign] = min(number, earliest.get(sign, number))
    now: list[Read] = []
    later: list[Read] = []
    for pair in sorted(read, key=lambda pair: pair[0].id):
        mail = pair[0]
        about = concerns(asked(mail.id, pair[1], policy)) if earliest else set()
        if all(earliest.get(sign, mail.id) >= mail.id for sign in about):
            now.append(pair)
            continue
        later.append(pair)
        for sign in about:
            earliest[sign] = min(mail.id, earliest.get(sign, mail.id))
    return now, later
