"""Webhooks of the tests of this folder: endpoints that are owed something, and a sender's steps by hand."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from domain import settling
from domain.bodies import body_of
from domain.clock import now
from domain.deliveries import ClaimedDelivery, DeliveryStatus, Outcome, WebhookDelivery, delivery_of
from domain.events import START, Event, EventType
from domain.ids import new_id
from domain.settling import Patience, outcome
from domain.users import Role, User
from domain.webhooks import WebhookEndpoint, WebhookSecrets
from persistence.database import SqlDatabase, SqlTransaction
from tests.persistence.shops import happen
from tests.support.things import SECRET, make_answer, make_event, make_user

LEASE = timedelta(seconds=45)
SCHEDULE = [timedelta(minutes=5)]
PATIENCE = Patience(schedule=SCHEDULE, give_up_after=timedelta(days=5))
SECRETS = WebhookSecrets(current=SECRET)
READY = EventType.ORDER_READY


def delivered(event: Event, endpoint: WebhookEndpoint) -> WebhookDelivery:
    return delivery_of(event, endpoint, body_of(event))


async def known(database: SqlDatabase, endpoint: WebhookEndpoint, *, owner: User | None = None) -> WebhookEndpoint:
    """Keeps an endpoint that stands at the beginning of the log; its owner is an admin, unless one is given."""
    its = owner or make_user(Role.ADMIN, id=endpoint.owner_id, email=f"{new_id()}@example.test")

    async def add(tx: SqlTransaction) -> None:
        if not await tx.users.by_ids([its.id]):
            await tx.users.add(its, password_hash="none")
        await tx.endpoints.add(endpoint, secrets=SECRETS, place=START)

    await database.transact(add)
    return endpoint


async def owed(database: SqlDatabase, endpoint: WebhookEndpoint, count: int = 1) -> list[WebhookDelivery]:
    """Deliveries to a new endpoint, longest due first, each about another order."""
    await known(database, endpoint)
    return await owes(database, endpoint, *(make_event(READY) for _ in range(count)))


async def owes(database: SqlDatabase, endpoint: WebhookEndpoint, *events: Event) -> list[WebhookDelivery]:
    """What happens, and is owed to an endpoint that is there."""
    made = [delivered(event, endpoint) for event in await happen(database, *events)]
    await database.transact(lambda tx: tx.deliveries.add(made))
    return made


async def claim(
    database: SqlDatabase, room: dict[UUID, int], *, later: timedelta = timedelta(0)
) -> list[ClaimedDelivery]:
    """As a sender does some time later."""
    at = now() + later

    async def take(tx: SqlTransaction) -> list[ClaimedDelivery]:
        await tx.endpoints.lock_all(room)
        return await tx.deliveries.claim(room, at=at, lease_until=at + LEASE)

    return await database.transact(take)


async def claim_all(database: SqlDatabase, endpoint: WebhookEndpoint, *, later: timedelta = timedelta(0)) -> list[UUID]:
    """What one claim takes when there is room for more; the ids."""
    return [one.id for one in await claim(database, {endpoint.id: 64}, later=later)]


def ended(claimed: ClaimedDelivery, status: int, *, schedule: Sequence[timedelta] = SCHEDULE) -> Outcome:
    return outcome(claimed, make_answer(status, body="thanks"), started=now(), schedule=schedule, jitter=1)


async def settle(database: SqlDatabase, *outcomes: Outcome, patience: Patience = PATIENCE) -> None:
    await database.transact(lambda tx: settling.settle(tx, outcomes, patience))


async def rooms(database: SqlDatabase, *, at: datetime | None = None) -> dict[UUID, int]:
    async with database.reading() as rows:
        return dict(await rows.deliveries.rooms(at or now()))


async def read(database: SqlDatabase, id: UUID) -> WebhookDelivery:
    async with database.reading() as rows:
        found = await rows.deliveries.get(id)
    assert found
    return found


async def statuses(database: SqlDatabase, made: Sequence[WebhookDelivery]) -> list[DeliveryStatus]:
    return [(await read(database, one.id)).status for one in made]
