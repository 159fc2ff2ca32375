"""The fan-out: turns events into deliveries, one for each endpoint that wants to know."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.deliveries import WebhookDelivery, delivery_of, rendered
from domain.events import Event, Place
from domain.ports import Database, Shape, Shapes, Transaction
from domain.refusals import Refused
from domain.users import User
from domain.webhooks import WebhookEndpoint, disable, viewer_for

ENDPOINTS = 100
DELIVERIES = 1_000  # at about so many a step ends, and its transaction stays short

Shaped = tuple[WebhookEndpoint, User, Shape]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one step did: how many deliveries are now owed, and whether an endpoint is still behind."""

    owed: int = 0
    more: bool = False


async def fan_out(database: Database, shapes: Shapes) -> Step:
    """Moves every endpoint that is behind a step along the log."""
    async with database.reading() as rows:
        if not await rows.endpoints.any_behind(await rows.events.head()):
            return Step()
    return await database.transact(lambda tx: _fan_out(tx, shapes))


async def disable_the_unservable(database: Database, shapes: Shapes) -> None:
    """At a start: a document that this release cannot serve disables its endpoint, and its owner is told why."""

    async def look(tx: Transaction) -> None:
        found = await tx.endpoints.shaped()
        await _shaped(tx, [one for one, _ in (await tx.endpoints.lock_all([one.id for one in found])).values()], shapes)

    await database.transact(look)


async def _fan_out(tx: Transaction, shapes: Shapes) -> Step:
    head = await tx.events.head()
    behind = await tx.endpoints.claim_behind(head, ENDPOINTS)
    owed, left = 0, False
    for place, endpoints in behind.items():
        if owed >= DELIVERIES:
            return Step(owed=owed, more=True)
        step = await _advance(tx, await _shaped(tx, endpoints, shapes), place, head)
        owed, left = owed + step.owed, left or step.more
    return Step(owed=owed, more=left or sum(map(len, behind.values())) == ENDPOINTS)


async def _shaped(tx: Transaction, endpoints: Sequence[WebhookEndpoint], shapes: Shapes) -> list[Shaped]:
    """Each with its owner and the shape of its bodies; those whose document cannot be served are disabled."""
    owners = await tx.users.by_ids([endpoint.owner_id for endpoint in endpoints])
    shaped: list[Shaped] = []
    for endpoint in endpoints:
        owner = owners[endpoint.owner_id]
        try:
            shaped.append((endpoint, owner, await shapes.of(endpoint.document, viewer_for(owner))))
        except Refused as refused:
            await disable(tx, endpoint, reason=refused.refusal.message[:500])
    return shaped


async def _advance(tx: Transaction, shaped: Sequence[Shaped], start: Place, head: Place) -> Step:
    """Deliveries and position in one transaction: nothing is skipped and nothing is owed twice."""
    if not shaped:
        return Step()
    events = await tx.events.read(after=start.position, upto=head.position, limit=max(1, DELIVERIES // len(shaped)))
    wanted = [delivery for event in events for delivery in _deliveries(event, shaped)]
    await tx.deliveries.add(wanted)
    reached = events[-1].place if events else head
    await tx.endpoints.advance([endpoint.id for endpoint, _, _ in shaped], reached)
    return Step(owed=len(wanted), more=reached != head)


def _deliveries(event: Event, shaped: Sequence[Shaped]) -> list[WebhookDelivery]:
    """Rendered once for all who have the same shape."""
    bodies: dict[Shape, str | None] = {}
    owed = []
    for endpoint, owner, shape in shaped:
        if endpoint.wants(event, owner) and shape.wants(event):
            if shape not in bodies:
                bodies[shape] = rendered(shape, event)
            owed.append(delivery_of(event, endpoint, bodies[shape]))
    return owed
