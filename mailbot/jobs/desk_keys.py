"""The keys letters are signed with: the database's, or the operator's own before them (decisions.md 5)."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING

from mailbot.claims.errors import Fault, SetupError
from mailbot.claims.proof import SigningKey
from mailbot.store import keys

if TYPE_CHECKING:
    from mailbot.config import Settings
    from mailbot.store.database import Database


def keys_for(db: Database, settings: Settings, now: datetime) -> dict[str, SigningKey]:
    """All keys whose proof counts, by id, the one to sign with first. Errors: SetupError where the operator's key cannot be read."""
    with db.read() as conn:
        stored = keys.keys(conn, now)
    if settings.security.signing_key is None:
        return stored
    try:
        secret = settings.security.signing_key.read()
    except (OSError, ValueError) as error:
        raise SetupError(Fault("configuration", 0, "security.signing_key", f"cannot be read: {error}", "Mend its source.")) from None
    digest = hashlib.sha256(secret.encode()).digest()
    own = SigningKey("c" + digest.hex()[:6], digest)
    return {own.id: own, **stored}
