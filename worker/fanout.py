"""The fan-out: turns events into deliveries, one for each endpoint that wants to know."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.events import Event, Place
from domain.ports import Database, Transaction
from domain.users import User
from domain.webhooks import WebhookDelivery, WebhookEndpoint, delivery_of, rendered

ENDPOINTS = 100
DELIVERIES = 1_000  # at about so many a step ends, and its transaction stays short


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
    owed, left = 0, False
    for place, endpoints in behind.items():
        if owed >= DELIVERIES:
            return Step(owed=owed, more=True)
        step = await _advance(tx, endpoints, place, head)
        owed, left = owed + step.owed, left or step.more
    return Step(owed=owed, more=left or sum(map(len, behind.values())) == ENDPOINTS)


async def _advance(tx: Transaction, endpoints: Sequence[WebhookEndpoint], start: Place, head: Place) -> Step:
    """Deliveries and position in one transaction: nothing is skipped and nothing is owed twice."""
    limit = max(1, DELIVERIES // len(endpoints))
    events = await tx.events.read(after=start.position, upto=head.position, limit=limit)
    owners = await tx.users.by_ids([endpoint.owner_id for endpoint in endpoints])
    wanted = [delivery for event in events for delivery in _deliveries(event, endpoints, owners)]
    await tx.deliveries.add(wanted)
    reached = events[-1].place if events else head
    await tx.endpoints.advance([endpoint.id for endpoint in endpoints], reached)
    return Step(owed=len(wanted), more=reached != head)


def _deliveries(
    event: Event, endpoints: Sequence[WebhookEndpoint], owners: Mapping[UUID, User]
) -> list[WebhookDelivery]:
    """Rendered once, for all who want it."""
    known = (endpoint for endpoint in endpoints if endpoint.owner_id in owners)
    wanting = [endpoint for endpoint in known if endpoint.wants(event, owners[endpoint.owner_id])]
    body = rendered(event) if wanting else None
    return [delivery_of(event, endpoint, body) for endpoint in wanting]
