"""What a person looks up by mail: cases by words, among those that are hers to see."""

from __future__ import annotations

import re

from mailbot.jobs.orders import Errand
from mailbot.store import listing

MOST_FOUND = 20
_ASKED = 200
_WORD = re.compile(r"\w[\w.-]*")


def find(errand: Errand) -> str:
    """Cases by number, customer or words; what is not hers to see is not counted either (reliability.md A14)."""
    from mailbot.classify.lemmas import search_forms  # a dictionary of 15 MB, for the few who ask

    words = errand.command.argument
    lemmas = search_forms(_WORD.findall(words))
    rows = listing.find_cases(errand.conn, words, lemmas, _ASKED)
    hers = [row for row in rows if errand.may_see(row)]
    errand.left.found += hers[:MOST_FOUND]
    if not hers:
        return errand.say("find_none", value=words[:60])
    return errand.say("find_many" if len(hers) > MOST_FOUND else "find", value=str(min(len(hers), MOST_FOUND)))
