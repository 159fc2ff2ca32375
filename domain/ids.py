"""Ids: UUIDv7, so that rows made together lie together."""

import secrets
import time
from datetime import datetime
from uuid import UUID


def new_id() -> UUID:
    """A UUIDv7 (RFC 9562, method 3: 12 bits of the fraction of the millisecond, then 62 random bits)."""
    milliseconds, rest = divmod(time.time_ns(), 1_000_000)
    fraction = (rest << 12) // 1_000_000
    value = milliseconds << 80 | 7 << 76 | fraction << 64 | 0b10 << 62 | secrets.randbits(62)
    return UUID(int=value)


def earliest_id(at: datetime) -> UUID:
    """No id that is made from a moment on is smaller."""
    return UUID(int=int(at.timestamp() * 1000) << 80)


def parse_id(text: str) -> UUID | None:
    """The id that canonical text stands for (36 characters, either case); None for any other text."""
    if len(text) != 36:
        return None
    try:
        id = UUID(text)
    except ValueError:
        return None
    return id if str(id) == text.lower() else None
