"""What a list shows of stored mails: their first words, sender and papers, cut while they stream, so that long letters cost no memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Select

LISTED_LETTERS = 2_000  # of one text; lists show a few hundred
_LISTED_PAPERS = 20
_LISTED_PHONES = 3
_AT_ONCE = 10  # rows the database hands over at a time: a reading can be as large as a mail


def streamed(conn: Connection, query: Select[Any]) -> Iterator[Sequence[Any]]:
    """The rows of a query, a few at a time, whichever the database; whoever keeps of them what she needs holds no more than that."""
    return (tuple(row) for row in conn.execute(query.execution_options(stream_results=True, yield_per=_AT_ONCE)))


def cut(read: Any) -> dict[str, Any]:
    """Of a stored reading what lists show, in its own shape: `mail` (text, forwarded text, from_), the papers it names and telephones."""
    mail = (read or {}).get("mail") or {}
    facts = ((read or {}).get("understanding") or {}).get("facts") or {}
    papers = [{"type": str(paper.get("type") or ""), "value": paper["value"]} for paper in (facts.get("documents") or ())[:_LISTED_PAPERS]]
    sender = mail.get("from_") or {}
    return {
        "mail": {
            "text": _first_words(mail.get("text")),
            "forwarded": {"text": _first_words((mail.get("forwarded") or {}).get("text"))},
            "from_": {"name": _first_words(sender.get("name")), "address": _first_words(sender.get("address"))},
        },
        "understanding": {"facts": {"documents": papers, "phones": list((facts.get("phones") or ())[:_LISTED_PHONES])}},
    }


def _first_words(text: Any) -> str:
    return str(text or "").lstrip()[:LISTED_LETTERS]
