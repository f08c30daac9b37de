"""Which half of the collected letters may be looked at while building; the other only ever gives bare figures."""

from __future__ import annotations

import hashlib


def in_looked_at_half(identifier: str) -> bool:
    return int(hashlib.sha256(identifier.encode()).hexdigest(), 16) % 2 == 0
