"""Which attachments count as the customer's own words: a paper called a claim or an act of damage, by its name or by its title."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mailbot.claims.message import Attachment, IncomingMail
from mailbot.classify.places import Place

MOST_SIGNS = 20_000  # of all such papers together: classifying is paid by the word
_TITLE_WITHIN = 1_500  # signs: letterhead and addressee stand above a title
_BEGINNING = 3_000  # signs: a paper's own number stands above its lines
_TITLE_LONGEST = 90

_CLAIM = (
    r"претензи|рекламаци|жалоб|pretenzi|pretenzia|reklamaci|reklamatsi|claim|complaint|reclamation"
    r"|недостач|расхожден|дефект|nedostach|discrepanc|shortage|defect|damage|non-?conformit|non-?conformance"
)
_FORM = r"торг-?2(?!\d)|torg-?2(?!\d)|ncr(?![a-z])|8d(?![a-z0-9])"
_OTHER_ACT = r"[\s_.-]*(?:сверк|выполнен|оказан|прием|приём|передач|сдачи|ввод|sverk|vypoln|of|on)"  # "акт сверки" claims nothing
_NAME = re.compile(rf"{_CLAIM}|(?<![^\W_])(?:{_FORM}|(?:акт|akt)(?![^\W\d_])(?!{_OTHER_ACT}))", re.IGNORECASE)
_TITLE = re.compile(
    r"(?:(?:досудебная|повторная|официальная)\s+)?(?:претензия|рекламация|жалоба)\b"
    r"|акт\s+(?:о|об|по)\s+(?:\S+\s+){0,4}?(?:расхожден|недостач|брак|дефект|поврежд|несоответств)"
    r"|(?:рекламационный|дефектный|коммерческий)\s+акт\b"
    r"|(?:(?:letter|notice|statement)\s+of\s+)?(?:claim|complaint)(?:\s+(?:letter|form|note|report|no|against)\b|\s*[№#:]|\s*$)"
    r"|(?:discrepancy|damage|shortage|defect|non-?conformance|non-?conformity)\s+(?:report|note)\b",
    re.IGNORECASE,
)


def claim_papers(mail: IncomingMail) -> Iterator[Place]:
    """The papers as places "attachment:N", N counted from 0. A price list or a contract that speaks of claims is none."""
    left = MOST_SIGNS
    for number, attachment in enumerate(mail.attachments):
        if attachment.text and left > 0 and _is_claim(attachment):
            yield Place(f"attachment:{number}", attachment.text[:left])
            left -= len(attachment.text)


def other_papers(mail: IncomingMail) -> Iterator[Place]:
    """The beginnings of the other files with words: they name papers and serial numbers, but claim nothing."""
    left = MOST_SIGNS
    for number, attachment in enumerate(mail.attachments):
        if attachment.text and left > 0 and not _is_claim(attachment):
            yield Place(f"attachment:{number}", attachment.text[: min(left, _BEGINNING)])
            left -= _BEGINNING


def _is_claim(attachment: Attachment) -> bool:
    if _NAME.search(attachment.name or ""):
        return True
    lines = (line.strip() for line in (attachment.text or "")[:_TITLE_WITHIN].split("\n"))
    return any(len(line) <= _TITLE_LONGEST and _TITLE.match(line) for line in lines)
