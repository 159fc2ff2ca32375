"""The fan-out: turns events into deliveries, one for each endpoint that wants to know."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.events import Place
from domain.ports import Database, Transaction
from domain.webhooks import WebhookEndpoint, delivery_of

ENDPOINTS, EVENTS = 200, 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one step did: how many deliveries are now owed, and whether an endpoint is still behind."""

    owed: int = 0
    more: bool = False


async def fan_out(database: Database) -> Step:
    """Moves every endpoint that is behind a step along the log."""
    async with database.reading() as rows:
        if not await rows.endpoints.any_behind(await rows.events.head()):
            return Step()
    return await database.transact(_fan_out)


async def _fan_out(tx: Transaction) -> Step:
    head = await tx.events.head()
    behind = await tx.endpoints.claim_behind(head, ENDPOINTS)
    steps = [await _advance(tx, endpoints, place, head) for place, endpoints in behind.items()]
    full = sum(len(endpoints) for endpoints in behind.values()) == ENDPOINTS
    return Step(owed=sum(step.owed for step in steps), more=full or any(step.more for step in steps))


async def _advance(tx: Transaction, endpoints: Sequence[WebhookEndpoint], start: Place, head: Place) -> Step:
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
    return Step(owed=len(wanted), more=reached != head)
