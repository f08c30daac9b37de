"""Finding cases: one column of lemmas, indexed by FTS5 and by PostgreSQL alike (decisions.md 8)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, text

from mailbot.store.columns import clean


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
    conn.execute(text(statement), [{"mail": mail, "case": case, "lemmas": clean(lemmas)} for mail, case, lemmas in rows])


def cases_with(conn: Connection, lemmas: str, limit: int) -> list[int]:
    """Ids of cases with a mail that holds all these lemmas, the best match first."""
    words = [word.replace('"', "") for word in clean(lemmas).split()]
    if not words:
        return []
    if conn.dialect.name == "postgresql":
        query = text(
            "SELECT case_id FROM search, plainto_tsquery('simple', :words) AS q WHERE vector @@ q AND case_id IS NOT NULL"
            " GROUP BY case_id ORDER BY max(ts_rank(vector, q)) DESC, case_id DESC LIMIT :limit"
        )
        asked = " ".join(words)
    else:
        query = text(
            "SELECT case_id FROM (SELECT case_id, rank FROM search WHERE search MATCH :words AND case_id IS NOT NULL)"
            " GROUP BY case_id ORDER BY min(rank), case_id DESC LIMIT :limit"
        )
        asked = " ".join(f'"{word}"' for word in words)
    return [number for (number,) in conn.execute(query, {"words": asked, "limit": limit})]
