"""The fan-out: events become deliveries in steps that stay short, each with the body it will always have."""

from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import func, select

from domain import settling
from domain.bodies import body_of
from domain.clock import now
from domain.deliveries import DeliveryStatus, WebhookDelivery
from domain.events import START, Event, EventType
from domain.ports import Shape, Slice
from domain.refusals import DocumentInvalid, Refused
from domain.users import Role, User, Viewer
from domain.webhooks import WebhookEndpoint, WebhookStatus, disable
from persistence.database import SqlDatabase, SqlTransaction
from persistence.tables import webhook_deliveries
from tests.persistence.hooks import PATIENCE, READY, SECRETS, claim, ended, known
from tests.persistence.shops import happen
from tests.support.things import make_endpoint, make_event, make_order, make_user
from worker.fanout import DELIVERIES, Step, disable_the_unservable, fan_out

ENDPOINTS, EVENTS = 60, 100
DISABLED, EXHAUSTED = EventType.WEBHOOK_DISABLED, EventType.WEBHOOK_EXHAUSTED


class Named:
    """Bodies that name their document; "nothing of …" wants no event and "broken" cannot be rendered."""

    def __init__(self, document: str | None) -> None:
        self.document = document
        self.rendered: list[UUID] = []

    def wants(self, event: Event) -> bool:
        return not (self.document or "").startswith("nothing")

    def body(self, event: Event) -> str:
        self.rendered.append(event.id)
        if self.document == "broken":
            raise ValueError("what went wrong is for the log")
        return f"{self.document}: {body_of(event)}" if self.document else body_of(event)


class Shapes:
    """Each document has one shape; "unservable" has none."""

    def __init__(self) -> None:
        self.made: dict[str | None, Named] = {}

    async def of(self, document: str | None, viewer: Viewer) -> Shape:
        if document == "unservable":
            raise Refused(DocumentInvalid(errors=("Cannot query field 'colour' on type 'Order'.",)))
        return self.made.setdefault(document, Named(document))


async def sent_to(database: SqlDatabase, endpoint: WebhookEndpoint) -> list[WebhookDelivery]:
    """In the order of the log."""
    async with database.reading() as rows:
        return (await rows.deliveries.page(Slice(size=200), endpoint_id=endpoint.id, statuses=()))[::-1]


async def all_of_it(database: SqlDatabase, shapes: Shapes | None = None) -> None:
    """Until nobody is behind; the steps append events themselves."""
    shapes = shapes or Shapes()
    for _ in range(20):
        step = await fan_out(database, shapes)
        async with database.reading() as rows:
            behind = await rows.endpoints.any_behind(await rows.events.head())
        if not step.more and not behind:
            return
    raise AssertionError("the fan-out does not come to an end")


async def test_a_long_backlog_of_many_endpoints_is_worked_off_in_short_steps(database: SqlDatabase) -> None:
    owner = make_user(roles=(Role.ADMIN,))
    await database.transact(lambda tx: _settle_in(tx, owner))
    happened = await happen(database, *(make_event() for _ in range(EVENTS)))
    steps = [await fan_out(database, Shapes())]
    while steps[-1].more:
        steps.append(await fan_out(database, Shapes()))
    assert sum(step.owed for step in steps) == ENDPOINTS * EVENTS
    assert max(step.owed for step in steps) <= DELIVERIES
    async with database.reading() as rows:
        counted = await rows.connection.scalar(select(func.count()).select_from(webhook_deliveries))
        assert counted == ENDPOINTS * EVENTS
        assert not await rows.endpoints.any_behind(happened[-1].place)
    assert await fan_out(database, Shapes()) == Step()


async def _settle_in(tx: SqlTransaction, owner: User) -> None:
    await tx.users.add(owner, password_hash="none")
    for _ in range(ENDPOINTS):
        wanted = make_endpoint(owner_id=owner.id, types=(make_event().type,))
        await tx.endpoints.add(wanted, secrets=SECRETS, place=START)


async def test_a_body_is_rendered_once_for_all_who_have_the_same_shape(database: SqlDatabase) -> None:
    owner, shapes = make_user(Role.ADMIN), Shapes()
    plain, like, shaped, quiet = [
        await known(database, make_endpoint(owner_id=owner.id, document=document), owner=owner)
        for document in (None, None, "short", "nothing of it")
    ]
    events = await happen(database, make_event(READY), make_event(READY))
    await all_of_it(database, shapes)
    for endpoint in (plain, like):
        assert [one.body for one in await sent_to(database, endpoint)] == [body_of(event) for event in events]
    assert [one.body for one in await sent_to(database, shaped)] == [f"short: {body_of(event)}" for event in events]
    assert await sent_to(database, quiet) == []
    assert shapes.made[None].rendered == [event.id for event in events]
    async with database.reading() as rows:
        assert await rows.endpoints.place(quiet.id) == events[-1].place


async def test_a_delivery_knows_what_its_event_is_about(database: SqlDatabase) -> None:
    endpoint = await known(database, make_endpoint())
    [event] = await happen(database, make_event(READY))
    await all_of_it(database)
    [owed] = await sent_to(database, endpoint)
    found = (owed.event_id, owed.event_type, owed.subject_id, owed.event_owner_id, owed.position, owed.manual)
    assert found == (event.id, READY, event.subject_id, event.owner_id, event.position, False)


async def test_a_body_that_cannot_be_rendered_fails_alone_and_the_endpoint_goes_on(database: SqlDatabase) -> None:
    endpoint = await known(database, make_endpoint(document="broken"))
    other = await known(database, make_endpoint())
    events = await happen(database, make_event(READY), make_event(READY))
    await all_of_it(database)
    found = [(one.status, one.body, one.next_attempt_at) for one in await sent_to(database, endpoint)]
    assert found == [(DeliveryStatus.FAILED, "", None)] * 2
    assert len(await sent_to(database, other)) == 2
    async with database.reading() as rows:
        assert await rows.endpoints.place(endpoint.id) == events[-1].place


async def test_a_pause_loses_nothing_and_keeps_the_order(database: SqlDatabase) -> None:
    endpoint = await known(database, make_endpoint())
    before = await happen(database, make_event(READY))
    await all_of_it(database)
    await database.transact(lambda tx: tx.endpoints.update(replace(endpoint, status=WebhookStatus.PAUSED)))
    meanwhile = await happen(database, *(make_event(READY) for _ in range(30)))
    assert await fan_out(database, Shapes()) == Step()
    assert len(await sent_to(database, endpoint)) == 1
    await database.transact(lambda tx: tx.endpoints.update(endpoint))
    await all_of_it(database)
    told = [one.event_id for one in await sent_to(database, endpoint)]
    assert told == [event.id for event in before + meanwhile]


class TestUnservable:
    """A document that this release cannot serve."""

    @staticmethod
    async def disabled(database: SqlDatabase, endpoint: WebhookEndpoint) -> WebhookEndpoint:
        """It, with the event and the notification that tell its owner."""
        async with database.reading() as rows:
            found = await rows.endpoints.get(endpoint.id)
            head = (await rows.events.head()).position
            told = [one for one in await rows.events.read(after=0, upto=head, limit=99) if one.type is DISABLED]
            inbox = await rows.notifications.page(Slice(size=9), user_id=endpoint.owner_id, unread_only=True)
        assert found
        assert [event.subject for event in told] == [found]
        assert [(one.title, one.body) for one in inbox] == [("Webhook Warehouse was disabled", found.disabled_reason)]
        return found

    REASON = "This document cannot shape webhooks: Cannot query field 'colour' on type 'Order'."

    async def test_it_disables_its_endpoint_at_a_start_and_says_why(self, database: SqlDatabase) -> None:
        endpoint = await known(database, make_endpoint(document="unservable"))
        well = await known(database, make_endpoint(document="short"))
        paused = await known(database, make_endpoint(document="unservable", status=WebhookStatus.PAUSED))
        await disable_the_unservable(database, Shapes())
        found = await self.disabled(database, endpoint)
        assert (found.status, found.disabled_reason, found.version) == (WebhookStatus.DISABLED, self.REASON, 2)
        async with database.reading() as rows:
            assert [await rows.endpoints.get(one.id) for one in (well, paused)] == [well, paused]
        await disable_the_unservable(database, Shapes())
        assert await self.disabled(database, endpoint) == found, "once"

    async def test_it_disables_its_endpoint_at_the_next_event_too(self, database: SqlDatabase) -> None:
        endpoint = await known(database, make_endpoint(document="unservable"))
        well = await known(database, make_endpoint())
        await happen(database, make_event(READY))
        await all_of_it(database)
        assert (await self.disabled(database, endpoint)).disabled_reason == self.REASON
        assert await sent_to(database, endpoint) == []
        assert len(await sent_to(database, well)) == 1
        async with database.reading() as rows:
            assert await rows.endpoints.place(endpoint.id) == START, "it goes on from there when it is enabled"


class TestAboutEndpoints:
    @pytest.mark.parametrize("type", [DISABLED, EXHAUSTED])
    async def test_what_happened_to_one_is_told_to_the_other_endpoints_of_its_owner(
        self, database: SqlDatabase, type: EventType
    ) -> None:
        owner, types = make_user(Role.SELLER), (READY, DISABLED, EXHAUSTED)
        troubled, other = [
            await known(database, make_endpoint(owner_id=owner.id, types=types, name=name), owner=owner)
            for name in ("Troubled", "Other")
        ]
        bea = make_user(Role.SELLER, email="bea@example.test")
        stranger = await known(database, make_endpoint(owner_id=bea.id, types=types), owner=bea)
        await happen(database, make_event(READY, make_order(customer_id=owner.id)))
        await all_of_it(database)
        if type is DISABLED:
            await database.transact(lambda tx: disable(tx, troubled, reason="It answered 410 (Gone)."))
        else:
            [claimed] = await claim(database, {troubled.id: 8})
            last = ended(claimed, 500, schedule=[])
            await database.transact(lambda tx: settling.settle(tx, [last], PATIENCE))
        await all_of_it(database)
        told = [one for one in await sent_to(database, other) if one.event_type is type]
        assert len(told) == 1
        assert '"name":"Troubled"' in told[0].body
        assert [one.event_type for one in await sent_to(database, troubled)] == [READY]
        assert await sent_to(database, stranger) == []


async def test_rights_are_those_of_the_moment_of_the_fan_out(database: SqlDatabase) -> None:
    owner = make_user(Role.ADMIN)
    endpoint = await known(database, make_endpoint(owner_id=owner.id), owner=owner)
    await happen(database, make_event(READY))
    await all_of_it(database)
    await database.transact(lambda tx: tx.users.update(replace(owner, roles=(Role.SELLER,)), at=now()))
    await happen(database, make_event(READY), make_event(READY, make_order(customer_id=owner.id)))
    await all_of_it(database)
    assert [one.event_owner_id == owner.id for one in await sent_to(database, endpoint)] == [False, True]
