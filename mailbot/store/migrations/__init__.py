"""Alembic's environment and revisions; run by `mailbot.store.migrate`."""
