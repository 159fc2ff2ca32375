"""The poller: moves pending orders on when they are due."""

from domain import orders
from domain.events import Actor, ActorKind, Cause
from domain.ports import Database

BATCH = 100


async def promote(database: Database) -> bool:
    """Promotes one batch; True when there may be more."""
    cause = Cause(actor=Actor(kind=ActorKind.POLLER))
    promoted = await database.transact(lambda tx: orders.promote_pending(tx, cause=cause, limit=BATCH))
    return len(promoted) == BATCH
