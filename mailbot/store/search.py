"""Finding cases: one column of lemmas, indexed by FTS5 and by PostgreSQL alike (decisions.md 8)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlalchemy import Connection, text

_WORD = re.compile(r"[^\W_]+")  # the two databases part words differently at @ . / and -, so we do it ourselves
_MOST_BYTES = 400_000


def add(conn: Connection, rows: Sequence[tuple[int, int | None, str]]) -> None:
    """Index mails: (received id, case id, lemmas). A mail read again replaces its old words."""
    if not rows:
        return
    if conn.dialect.name == "postgresql":
        statement = (
            "INSERT INTO search (received_id, case_id, lemmas) VALUES (:mail, :case, :lemmas)"
            " ON CONFLICT (received_id) DO UPDATE SET case_id = excluded.case_id, lemmas = excluded.lemmas"
        )
    else:
        statement = "INSERT OR REPLACE INTO search (rowid, case_id, lemmas) VALUES (:mail, :case, :lemmas)"
    conn.execute(text(statement), [{"mail": mail, "case": case, "lemmas": _indexed(lemmas)} for mail, case, lemmas in rows])


def move(conn: Connection, mails: Sequence[int], case_id: int) -> None:
    """These mails belong to another case now."""
    if conn.dialect.name == "postgresql":
        statement = text("UPDATE search SET case_id = :case WHERE received_id = :mail")
    else:
        statement = text("UPDATE search SET case_id = :case WHERE rowid = :mail")
    if mails:
        conn.execute(statement, [{"case": case_id, "mail": mail} for mail in mails])


def _indexed(lemmas: str) -> str:
    """The words apart, as many as a tsvector surely holds (a megabyte, in a form that may be twice as long)."""
    words = " ".join(_WORD.findall(lemmas))
    return words if len(words) <= _MOST_BYTES // 4 else words.encode()[:_MOST_BYTES].decode(errors="ignore")


def cases_with(conn: Connection, lemmas: str, limit: int) -> list[int]:
    """Ids of cases with a mail that holds all these words, the best match first.

    A word is any of its lemmas ("стекло|стечь"); "451/26-б" is one of three parts in a row.
    """
    words = [forms for word in lemmas.split() if (forms := [parts for form in word.split("|") if (parts := _WORD.findall(form))])]
    if not words:
        return []
    if conn.dialect.name == "postgresql":
        query = text(
            "SELECT case_id FROM search, to_tsquery('simple', :words) AS q WHERE vector @@ q AND case_id IS NOT NULL"
            " GROUP BY case_id ORDER BY max(ts_rank(vector, q)) DESC, case_id DESC LIMIT :limit"
        )
        asked = " & ".join("(" + " | ".join(f"({' <-> '.join(parts)})" for parts in forms) + ")" for forms in words)
    else:
        query = text(
            "SELECT case_id FROM (SELECT case_id, rank FROM search WHERE search MATCH :words AND case_id IS NOT NULL)"
            " GROUP BY case_id ORDER BY min(rank), case_id DESC LIMIT :limit"
        )
        asked = " AND ".join("(" + " OR ".join(f'"{" ".join(parts)}"' for parts in forms) + ")" for forms in words)
    return [number for (number,) in conn.execute(query, {"words": asked, "limit": limit})]
