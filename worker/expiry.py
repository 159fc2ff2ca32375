"""Expiry: orders that were not paid in time are cancelled, and card payments without an answer fail."""

from domain import orders, paying
from domain.events import Actor, ActorKind, Cause
from domain.payment_wishes import Deadlines
from domain.ports import Database

BATCH = 50


async def cancel_unpaid(database: Database) -> bool:
    """One batch; True when there may be more."""
    cause = Cause(actor=Actor(kind=ActorKind.SYSTEM))
    cancelled = await database.transact(lambda tx: orders.cancel_unpaid(tx, cause=cause, limit=BATCH))
    return len(cancelled) == BATCH


async def fail_unanswered(database: Database, deadlines: Deadlines) -> bool:
    """One batch; True when there may be more."""
    cause = Cause(actor=Actor(kind=ActorKind.SYSTEM))
    failed = await database.transact(
        lambda tx: paying.fail_unanswered(tx, deadlines=deadlines, cause=cause, limit=BATCH)
    )
    return len(failed) == BATCH
