"""The fan-out: turns events into deliveries, one for each endpoint that wants to know."""

from collections.abc import Sequence

from domain.events import Place
from domain.ports import Database, Transaction
from domain.webhooks import WebhookEndpoint, delivery_of

ENDPOINTS, EVENTS = 200, 500


async def fan_out(database: Database) -> bool:
    """Moves every endpoint that is behind a step along the log; True when one is still behind."""
    return await database.transact(_fan_out)


async def _fan_out(tx: Transaction) -> bool:
    head = await tx.events.head()
    behind = await tx.endpoints.claim_behind(head, ENDPOINTS)
    reached = [await _advance(tx, endpoints, place, head) for place, endpoints in behind.items()]
    return len(behind) == ENDPOINTS or any(place != head for place in reached)


async def _advance(tx: Transaction, endpoints: Sequence[WebhookEndpoint], start: Place, head: Place) -> Place:
    """Deliveries and position in one transaction: nothing is skipped and nothing is owed twice."""
    events = await tx.events.read(after=start.position, upto=head.position, limit=EVENTS)
    owners = await tx.users.by_ids([endpoint.owner_id for endpoint in endpoints])
    wanted = [
        delivery_of(event, endpoint)
        for event in events
        for endpoint in endpoints
        if endpoint.owner_id in owners and endpoint.wants(event, owners[endpoint.owner_id])
    ]
    await tx.deliveries.add(wanted)
    reached = events[-1].place if events else head
    await tx.endpoints.advance([endpoint.id for endpoint in endpoints], reached)
    return reached
