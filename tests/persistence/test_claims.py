"""Claims: what may be sent to an endpoint now, however many workers ask, and what has to wait for something."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.circuits import CLOSED, Circuit
from domain.clock import now
from domain.deliveries import DeliveryStatus, WebhookDelivery
from domain.orders import Order
from domain.users import Role
from domain.webhooks import WebhookEndpoint, WebhookOrdering, WebhookSecrets, WebhookStatus
from persistence.database import SqlDatabase
from tests.persistence.hooks import (
    LEASE,
    READY,
    SCHEDULE,
    claim,
    claim_all,
    delivered,
    ended,
    known,
    owed,
    owes,
    read,
    rooms,
    settle,
    statuses,
)
from tests.persistence.shops import Process, happen
from tests.support.things import make_endpoint, make_event, make_order, make_user

LATER = timedelta(minutes=1)
CANCELLED, PENDING = DeliveryStatus.CANCELLED, DeliveryStatus.PENDING


class TestPerSubject:
    """Of one order an event is sent when the one before it has arrived or was given up."""

    @staticmethod
    async def of_orders(
        database: SqlDatabase, *orders: Order, ordering: WebhookOrdering = WebhookOrdering.PER_SUBJECT
    ) -> tuple[WebhookEndpoint, list[WebhookDelivery]]:
        """One event after another, about these orders."""
        endpoint = await known(database, make_endpoint(ordering=ordering, max_in_flight=64))
        return endpoint, await owes(database, endpoint, *(make_event(READY, order) for order in orders))

    async def test_each_order_has_one_on_its_way_and_others_do_not_wait_for_it(self, database: SqlDatabase) -> None:
        a, b, c = (make_order() for _ in range(3))
        endpoint, made = await self.of_orders(database, a, b, a, a, c, b)
        first = await claim(database, {endpoint.id: 64})
        assert [one.id for one in first] == [made[0].id, made[1].id, made[4].id]
        assert await claim_all(database, endpoint) == []
        await settle(database, ended(first[0], 200))
        assert await claim_all(database, endpoint) == [made[2].id]
        await settle(database, ended(first[1], 200))
        assert await claim_all(database, endpoint) == [made[5].id]

    async def test_without_an_order_nobody_waits(self, database: SqlDatabase) -> None:
        a = make_order()
        endpoint, made = await self.of_orders(database, a, a, a, ordering=WebhookOrdering.NONE)
        assert await claim_all(database, endpoint) == [one.id for one in made]

    async def test_while_one_fails_what_follows_waits_and_other_orders_flow(self, database: SqlDatabase) -> None:
        a, b = make_order(), make_order()
        endpoint, made = await self.of_orders(database, a, a, b)
        first, of_b = await claim(database, {endpoint.id: 64})
        await settle(database, ended(first, 500), ended(of_b, 200))
        assert await claim_all(database, endpoint) == []
        assert await claim_all(database, endpoint, later=SCHEDULE[0] - LATER) == [], "it is not due yet"
        [again] = await claim(database, {endpoint.id: 64}, later=SCHEDULE[0] + LATER)
        assert again.id == made[0].id
        await settle(database, ended(again, 500))  # the last of its attempts
        assert await statuses(database, made) == [DeliveryStatus.FAILED, PENDING, DeliveryStatus.SUCCEEDED]
        assert await claim_all(database, endpoint) == [made[1].id]

    async def test_the_lease_of_a_worker_that_died_is_waited_for(self, database: SqlDatabase) -> None:
        a = make_order()
        endpoint, made = await self.of_orders(database, a, a)
        assert await claim_all(database, endpoint) == [made[0].id]
        assert await claim_all(database, endpoint, later=LEASE + LATER) == [made[0].id]

    async def test_what_was_asked_for_again_neither_waits_nor_keeps_others_waiting(self, database: SqlDatabase) -> None:
        a = make_order()
        endpoint, made = await self.of_orders(database, a, a)
        [first] = await claim(database, {endpoint.id: 64})
        await settle(database, ended(first, 200))
        [second] = await claim(database, {endpoint.id: 64})
        await settle(database, ended(second, 200))
        made += await owes(database, endpoint, make_event(READY, a))
        await database.transact(lambda tx: tx.deliveries.make_due([made[1].id], at=now()))
        assert sorted(await claim_all(database, endpoint)) == sorted([made[1].id, made[2].id])
        late = await owes(database, endpoint, make_event(READY, a))
        await database.transact(lambda tx: tx.deliveries.make_due([made[0].id], at=now()))
        assert await claim_all(database, endpoint) == [made[0].id], "the one that follows waits for the third alone"
        assert (await read(database, late[0].id)).attempt == 0

    async def test_it_does_not_wait_for_what_was_owed_before_there_was_an_order(self, database: SqlDatabase) -> None:
        a = make_order()
        endpoint, made = await self.of_orders(database, a, a, a, ordering=WebhookOrdering.NONE)
        first, second, third = await claim(database, {endpoint.id: 64})
        await settle(database, ended(first, 500), ended(second, 200), ended(third, 500))
        ordered = replace(endpoint, ordering=WebhookOrdering.PER_SUBJECT)
        await database.transact(lambda tx: tx.endpoints.update(ordered))
        await database.transact(lambda tx: tx.deliveries.make_due([second.id], at=now()))
        assert await claim_all(database, endpoint) == [second.id]
        again = set(await claim_all(database, endpoint, later=SCHEDULE[0] + LATER))
        assert again == {made[0].id, made[1].id}, "and the third waits for the first from now on"

    async def test_one_that_is_still_owed_keeps_its_turn_when_it_is_asked_for(self, database: SqlDatabase) -> None:
        a = make_order()
        endpoint, made = await self.of_orders(database, a, a, a)
        first = await claim_all(database, endpoint)
        await database.transact(lambda tx: tx.deliveries.make_due([made[0].id, made[2].id], at=now()))
        assert await claim_all(database, endpoint) == first == [made[0].id]
        assert not (await read(database, made[2].id)).manual

    async def test_orders_of_other_endpoints_are_other_orders(self, database: SqlDatabase) -> None:
        a = make_order()
        first, made = await self.of_orders(database, a)
        second, _ = await self.of_orders(database)
        event = make_event(READY, a)
        others = await owes(database, second, event)
        assert await claim_all(database, second) == [others[0].id]
        assert await claim_all(database, first) == [made[0].id]

    async def test_what_an_older_version_has_fanned_out_waits_for_nobody(self, database: SqlDatabase) -> None:
        a = make_order()
        endpoint, made = await self.of_orders(database, a)
        [event] = await happen(database, make_event(READY, a))
        old = replace(delivered(event, endpoint), subject_id=None, event_owner_id=None, position=None)
        await database.transact(lambda tx: tx.deliveries.add([old]))
        made += await owes(database, endpoint, make_event(READY, make_order()))
        assert sorted(await claim_all(database, endpoint)) == sorted([made[0].id, old.id, made[1].id])


class TestInFlight:
    async def test_an_endpoint_has_so_much_room_as_it_says_less_what_is_on_its_way(self, database: SqlDatabase) -> None:
        endpoint = make_endpoint(max_in_flight=3)
        await owed(database, endpoint, 9)
        assert await rooms(database) == {endpoint.id: 3}
        first = await claim(database, {endpoint.id: 64})
        assert len(first) == 3
        assert await rooms(database) == {}
        assert await claim_all(database, endpoint) == []
        await settle(database, ended(first[0], 200), ended(first[1], 500))
        assert await rooms(database) == {endpoint.id: 2}
        assert len(await claim_all(database, endpoint)) == 2
        assert await rooms(database, at=now() + LEASE + LATER) == {endpoint.id: 3}, "what was lost is not on its way"

    async def test_two_workers_together_hold_it(self, database: SqlDatabase, process: Process) -> None:
        endpoint = make_endpoint(max_in_flight=5)
        await owed(database, endpoint, 40)
        workers = [database, process(database.url), process(database.url)]
        for _ in range(3):
            taken = await asyncio.gather(*(claim(worker, {endpoint.id: 5}) for worker in workers))
            mine = [one for some in taken for one in some]
            assert len(mine) == len({one.id for one in mine}) == 5
            await settle(database, *(ended(one, 200) for one in mine))

    @pytest.mark.parametrize("status", [WebhookStatus.PAUSED, WebhookStatus.DISABLED])
    async def test_one_that_is_stopped_is_sent_nothing_and_is_owed_it_still(
        self, database: SqlDatabase, status: WebhookStatus
    ) -> None:
        endpoint = make_endpoint(status=status)
        made = await owed(database, endpoint, 2)
        assert await rooms(database) == {}
        assert await claim_all(database, endpoint) == []
        await database.transact(lambda tx: tx.endpoints.update(replace(endpoint, status=WebhookStatus.ENABLED)))
        assert await rooms(database) == {endpoint.id: 8}
        assert await claim_all(database, endpoint) == [one.id for one in made]


class TestOpenCircuit:
    @staticmethod
    async def opened(database: SqlDatabase, count: int = 3) -> tuple[WebhookEndpoint, Circuit]:
        endpoint = make_endpoint()
        await owed(database, endpoint, count)
        circuit = Circuit(failures=5, failing_since=now(), retry_at=now() + timedelta(seconds=30))
        await database.transact(lambda tx: tx.endpoints.set_circuit(endpoint.id, circuit))
        return endpoint, circuit

    @staticmethod
    async def circuit_of(database: SqlDatabase, endpoint: WebhookEndpoint) -> Circuit:
        async with database.reading() as rows:
            return (await rows.endpoints.lock_all([endpoint.id]))[endpoint.id][1]

    async def test_nothing_is_sent_until_it_is_time_and_then_one_probe(self, database: SqlDatabase) -> None:
        endpoint, circuit = await self.opened(database)
        assert await rooms(database) == {}
        assert await claim_all(database, endpoint) == []
        assert await rooms(database, at=now() + LATER) == {endpoint.id: 1}
        [probe] = await claim(database, {endpoint.id: 8}, later=LATER)
        assert probe.probe
        assert await self.circuit_of(database, endpoint) == replace(circuit, retry_at=probe.leased_until)
        assert await claim_all(database, endpoint, later=LATER) == [], "not before the probe has come back"
        assert await rooms(database, at=now() + LATER) == {}
        [next_probe] = await claim(database, {endpoint.id: 8}, later=LATER + LEASE + LATER)
        assert next_probe.probe, "the worker that had the probe has died"

    async def test_a_probe_that_fails_is_followed_by_a_wait(self, database: SqlDatabase) -> None:
        endpoint, circuit = await self.opened(database)
        [probe] = await claim(database, {endpoint.id: 8}, later=LATER)
        failed = ended(probe, 500)
        await settle(database, failed)
        assert await self.circuit_of(database, endpoint) == Circuit(
            failures=6,
            failing_since=circuit.failing_since,
            probes=1,
            retry_at=failed.attempt.at + SCHEDULE[0],
        )

    async def test_a_probe_that_arrives_lets_everything_through(self, database: SqlDatabase) -> None:
        endpoint, _ = await self.opened(database, 5)
        [probe] = await claim(database, {endpoint.id: 8}, later=LATER)
        await settle(database, ended(probe, 200))
        assert await self.circuit_of(database, endpoint) == CLOSED
        rest = await claim(database, {endpoint.id: 8}, later=LATER)
        assert [one.probe for one in rest] == [False] * 4

    async def test_five_failures_open_it_and_what_was_on_its_way_does_not_put_it_off(
        self, database: SqlDatabase
    ) -> None:
        endpoint = make_endpoint()
        await owed(database, endpoint, 12)
        flying = await claim(database, {endpoint.id: 8})
        opening = [ended(one, 500) for one in flying[:5]]
        await settle(database, *opening)
        opened = await self.circuit_of(database, endpoint)
        assert (opened.failures, opened.retry_at) == (5, opening[-1].attempt.at + SCHEDULE[0])
        await settle(database, *(ended(one, 500) for one in flying[5:]))
        assert await self.circuit_of(database, endpoint) == replace(opened, failures=8)

    async def test_another_endpoint_is_not_concerned(self, database: SqlDatabase) -> None:
        dead, _ = await self.opened(database)
        well = make_endpoint()
        made = await owed(database, well, 2)
        claimed = await claim(database, {dead.id: 8, well.id: 8})
        assert [one.id for one in claimed] == [one.id for one in made]


class TestRights:
    """What the owner of an endpoint may see is asked once more before it is sent."""

    async def test_what_they_may_not_see_any_more_is_cancelled(self, database: SqlDatabase) -> None:
        owner = make_user(Role.ADMIN)
        endpoint = await known(database, make_endpoint(owner_id=owner.id), owner=owner)
        own, others = make_event(READY, make_order(customer_id=owner.id)), make_event(READY)
        made = await owes(database, endpoint, others, own, make_event(READY))
        seller = replace(owner, roles=(Role.SELLER,), version=2)
        await database.transact(lambda tx: tx.users.update(seller, at=now()))
        assert await claim_all(database, endpoint) == [made[1].id]
        assert await statuses(database, made) == [CANCELLED, PENDING, CANCELLED]
        over = await read(database, made[0].id)
        assert over.next_attempt_at is None
        assert over.settled_at
        assert over.attempt == 0
        async with database.reading() as rows:
            assert await rows.deliveries.attempts(over.id) == []
            changed = await rows.deliveries.changed(endpoint.id, since=over.created_at, limit=9)
        assert {one.id for _, one in changed} >= {made[0].id, made[2].id}, "and whoever looks is told"

    async def test_one_who_was_switched_off_is_sent_nothing(self, database: SqlDatabase) -> None:
        owner = make_user(Role.SELLER)
        endpoint = await known(database, make_endpoint(owner_id=owner.id), owner=owner)
        made = await owes(database, endpoint, make_event(READY, make_order(customer_id=owner.id)))
        await database.transact(lambda tx: tx.users.update(replace(owner, active=False, version=2), at=now()))
        assert await claim_all(database, endpoint) == []
        assert await statuses(database, made) == [CANCELLED]
        assert await rooms(database) == {}

    async def test_what_is_cancelled_keeps_nothing_waiting(self, database: SqlDatabase) -> None:
        """Of one order: the owner of the endpoint lost it, and got it back."""
        owner, order = make_user(Role.ADMIN), make_order()
        ordered = make_endpoint(owner_id=owner.id, ordering=WebhookOrdering.PER_SUBJECT)
        endpoint = await known(database, ordered, owner=owner)
        made = await owes(database, endpoint, make_event(READY, order), make_event(READY, order))
        await database.transact(lambda tx: tx.users.update(replace(owner, roles=(Role.SELLER,)), at=now()))
        assert await claim_all(database, endpoint) == []
        await database.transact(lambda tx: tx.users.update(owner, at=now()))
        assert await claim_all(database, endpoint) == [made[1].id]


async def test_both_secrets_sign_while_the_old_one_is_in_its_grace(database: SqlDatabase) -> None:
    endpoint = make_endpoint(max_in_flight=64)
    await owed(database, endpoint, 2)
    both = WebhookSecrets(current="1.new", old="1.old", old_until=now() + LATER)
    await database.transact(lambda tx: tx.endpoints.set_secrets(endpoint.id, both))
    assert [one.secrets for one in await claim(database, {endpoint.id: 1})] == [("1.new", "1.old")]
    assert [one.secrets for one in await claim(database, {endpoint.id: 2}, later=2 * LATER)][-1] == ("1.new",)
