"""Retention: how far back a client may resume from."""

from datetime import timedelta

from domain.clock import now
from domain.ports import Database


async def retain(database: Database, *, kept: timedelta) -> bool:
    """Moves the oldest place of the log; the events themselves stay, because orders and deliveries show them."""
    await database.transact(lambda tx: tx.events.expire(now() - kept))
    return False
