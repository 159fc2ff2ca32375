"""What becomes of an endpoint's deliveries, live: there is no place to resume from, and `deliveries` has them all."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from uuid import UUID

from domain.clock import now
from domain.deliveries import WebhookDelivery
from graph.context import Context
from graph.faults import Code, Fault, revoked

EVERY = 0.5
"""Seconds between two looks: workers write deliveries in processes of their own, and tell nobody of each."""
OVERLAP = timedelta(seconds=5)
"""By so much the clocks of two workers may differ, and so long a transaction may take."""
AT_ONCE = 1_000
"""More than are ever changed at one and the same moment, which are the 500 of one step of a replay."""
INSTANT = timedelta(microseconds=1)


async def updates(context: Context, endpoint_id: UUID) -> AsyncGenerator[WebhookDelivery, None]:
    """Each delivery after each of its changes from now on. Raises NOT_FOUND when the endpoint is deleted."""
    since, told = now(), dict[UUID, datetime]()
    begin = since
    while True:
        if context.revoked:
            raise revoked()
        async with context.reading() as rows:
            there = await rows.endpoints.get(endpoint_id)
            found = await rows.deliveries.changed(endpoint_id, since=since, limit=AT_ONCE)
        if there is None:
            raise Fault(Code.NOT_FOUND, "The endpoint was deleted.")
        for changed_at, delivery in found:
            if told.get(delivery.id) != changed_at:
                told[delivery.id] = changed_at
                yield delivery
        if len(found) == AT_ONCE:
            since = found[-1][0] - INSTANT  # others of the same moment may be left
        else:
            since = max(begin, now() - OVERLAP)
            told = {id: at for id, at in told.items() if at > since}
            await asyncio.sleep(EVERY)
