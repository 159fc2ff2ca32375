"""Changes of deliveries, live: however many there are at once, and at one and the same moment, each is told once."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from types import SimpleNamespace
from typing import cast
from uuid import UUID

from domain.clock import now
from domain.deliveries import DeliveryStatus, WebhookDelivery
from graph.context import Context, Shop
from graph.delivery_updates import updates
from persistence.database import SqlDatabase
from tests.persistence.hooks import READY, delivered, known
from tests.persistence.shops import happen
from tests.support.things import make_endpoint, make_event, make_viewer
from tests.support.waiting import PATIENCE

MANY = 1_300


async def told(following: AsyncGenerator[WebhookDelivery, None], count: int) -> Counter[tuple[UUID, DeliveryStatus]]:
    """So many changes."""
    async with asyncio.timeout(PATIENCE):
        return Counter([(one.id, one.status) for one in [await anext(following) for _ in range(count)]])


async def test_more_than_are_read_at_once_are_all_told(database: SqlDatabase) -> None:
    endpoint = await known(database, make_endpoint())
    context = Context(shop=cast(Shop, SimpleNamespace(database=database)), viewer=make_viewer())
    async with aclosing(updates(context, endpoint.id)) as following:
        first = asyncio.create_task(anext(following))
        await asyncio.sleep(0)  # it has begun: what happened before is not told
        [ahead, *events] = await happen(database, *(make_event(READY) for _ in range(MANY + 1)))
        new = delivered(ahead, endpoint)
        await database.transact(lambda tx: tx.deliveries.add([new]))
        assert (await first).id == new.id
        made = [
            replace(delivered(event, endpoint), status=DeliveryStatus.FAILED, next_attempt_at=None, settled_at=now())
            for event in events
        ]
        await database.transact(lambda tx: tx.deliveries.add(made))
        assert await told(following, MANY) == Counter({(one.id, DeliveryStatus.FAILED): 1 for one in made})
        for part in (made[:300], made[300:800], made[800:]):  # as a replay does: each part at one moment
            at = now()
            ids = [one.id for one in part]
            await database.transact(lambda tx, ids=ids, at=at: tx.deliveries.make_due(ids, at=at))
        assert await told(following, MANY) == Counter({(one.id, DeliveryStatus.PENDING): 1 for one in made})
