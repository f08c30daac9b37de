"""Fixtures for everybody."""

from tests.store_fixtures import db, db_url, postgres

__all__ = ["db", "db_url", "postgres"]
