"""Column types that mean the same on SQLite and PostgreSQL: aware UTC instants, clean text, JSON text."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, String, Text, TypeDecorator
from sqlalchemy.types import TypeEngine

_MOST_KEY_BYTES, _KEY_BEGINNING = 1_000, 100
_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")  # as JSON writes it; behind an odd backslash it is six letters that somebody wrote
# SQLite counts rows only with INTEGER; PostgreSQL gets 64 bits (reliability.md R18)
BigId = BigInteger().with_variant(Integer(), "sqlite")


def clean(text: str) -> str:
    """Without NUL and lone surrogates, which PostgreSQL refuses and mail brings (reliability.md R18)."""
    if "\0" in text:
        text = text.replace("\0", "")
    try:
        text.encode("utf-8")  # much the fastest way to see that there is none
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode("utf-8")
    return text


def _without_nul(written: str) -> str:
    """JSON without NUL. A letter that says "\\u0000" in so many letters keeps them, and the JSON stays whole."""
    return _NUL.sub(r"\1", written) if "\\u0000" in written else written


class Instant(TypeDecorator[datetime]):
    """An aware instant, kept in UTC. SQLite: text of fixed width, so that it sorts; PostgreSQL: timestamp with time zone."""

    impl = String(32)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(DateTime(timezone=True) if dialect.name == "postgresql" else String(32))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime reached the store")
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        instant = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        return instant.astimezone(UTC)


class CleanText(TypeDecorator[str]):
    """Text that any database takes."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else clean(value)


class KeyText(CleanText):
    """Text that an index holds. PostgreSQL takes no entry over 2,700 bytes, and its refusal would look as if it were away.

    Of a longer text, which only a hostile mail has, a beginning and a hash stand for it wherever it is written or compared.
    """

    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        text = super().process_bind_param(value, dialect)
        if text is None or len(encoded := text.encode()) <= _MOST_KEY_BYTES:
            return text
        return f"{text[:_KEY_BEGINNING]}…{hashlib.sha256(encoded).hexdigest()}"


def as_stored(value: Any) -> Any:
    """JSON data as it comes back out of a JsonText column."""
    return json.loads(_written(value))


def _written(value: Any) -> str:
    return clean(_without_nul(json.dumps(value, ensure_ascii=False)))


class JsonText(TypeDecorator[Any]):
    """JSON data as text, the same on both databases."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else _written(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)
