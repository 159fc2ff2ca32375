"""The time, in UTC with microseconds."""

from datetime import UTC, datetime


def now() -> datetime:
    return datetime.now(UTC)
