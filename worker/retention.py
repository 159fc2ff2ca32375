"""Retention: how far back a client may resume from, and how long deliveries that are settled are kept."""

from datetime import timedelta

from domain.clock import now
from domain.ports import Database

AT_ONCE = 500


async def retain(database: Database, *, kept: timedelta) -> bool:
    """Moves the oldest place of the log; the events themselves stay, because orders and deliveries show them."""
    await database.transact(lambda tx: tx.events.expire(now() - kept))
    return False


async def forget_deliveries(database: Database, *, kept: timedelta) -> bool:
    """Deletes deliveries that were settled long ago; True when there are more of them."""
    forgotten = await database.transact(lambda tx: tx.deliveries.forget(now() - kept, limit=AT_ONCE))
    return forgotten == AT_ONCE
