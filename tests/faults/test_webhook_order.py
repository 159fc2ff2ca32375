"""PER_SUBJECT, pauses and bodies: what an endpoint is sent of one order, in which order, and that it never changes."""

import asyncio
import hashlib
from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Iterator, Sequence

import pytest
from starlette.responses import Response

from domain.users import Role
from tests.conftest import STACKS
from tests.support.client import Client
from tests.support.people import signed_in
from tests.support.processes import Stack
from tests.support.receiver import Received, Receiver, accepts, fails, receiving
from tests.support.webhook_shops import COMPLETE, PROCESS, done, noted, order_in, placed, start_shop
from tests.support.webhooks import DELETE, FOUND, LIST, REDELIVER, UPDATE, listening, settled

SETTINGS = {
    "SWAPSHOP_PROMOTE_AFTER": "1h",  # what happens to an order is what the test does to it
    "SWAPSHOP_WEBHOOK_SCHEDULE": ",".join(["200ms"] * 300),
}
TYPES = ["ORDER_CREATED", "ORDER_UPDATED", "ORDER_READY", "ORDER_COMPLETED"]
CHANGES = ["in brown paper", "no, in blue", "by bicycle"]
LEAST_FAILURES = 5

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture(scope="module", params=STACKS)
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    started = start_shop(request.param, request, tmp_path_factory.mktemp("shop"), SETTINGS)
    yield started
    started.stop()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as receiver:
        yield receiver


@pytest.fixture
async def customer(shop: Stack) -> AsyncIterator[Client]:
    async with await Client(shop.url).register() as customer:
        yield customer


@pytest.fixture
async def admin(shop: Stack) -> AsyncIterator[Client]:
    """Has no endpoint any more when the test is over: what the next one does is told to nobody who has gone."""
    async with await signed_in(shop, Role.ADMIN) as admin:
        yield admin
        for edge in (await admin.run(LIST))["edges"]:
            await admin.run(DELETE, id=edge["node"]["id"])


class Stubborn:
    """Refuses whatever is about the first order that it is told of, until it gives in; accepts all else."""

    def __init__(self) -> None:
        self._order: str | None = None
        self.refusals = 0
        self.giving_in = False

    async def __call__(self, received: Received) -> Response:
        order: str = order_in(received)["id"]
        self._order = self._order or order
        if self.giving_in or order != self._order:
            return await accepts(received)
        self.refusals += 1
        return await fails(received)


async def test_one_orders_trouble_holds_up_its_own_later_events_and_nobody_elses(
    shop: Stack, customer: Client, admin: Client, receiver: Receiver, full: bool
) -> None:
    count = 1_000 if full else 100
    receiver.behaviours["/a"] = stubborn = Stubborn()
    await listening(admin, receiver.url("/a"), TYPES, ordering="PER_SUBJECT")
    (troubled,) = await placed(customer, 1)
    await receiver.has(1, "/a")
    receiver.behaviours["/a"] = stubborn
    await noted(customer, troubled, 1, CHANGES)
    await done(admin, PROCESS, troubled)
    others = await placed(customer, count)
    await _told_of(receiver, "/a", others, each=1, seconds=120)
    await _until_refused(stubborn, receiver)
    sent = [order_in(one) for one in receiver.at("/a")]
    assert {order["version"] for order in sent if order["id"] == troubled} == {1}, "later ones wait for the first"
    stubborn.giving_in = True
    versions = await _versions(receiver, "/a", troubled, last=5)
    assert versions == sorted(versions)
    assert sorted(set(versions)) == [1, 2, 3, 4, 5]
    assert versions.count(1) > LEAST_FAILURES
    assert [versions.count(later) for later in (2, 3, 4, 5)] == [1, 1, 1, 1]


async def test_what_happens_in_a_pause_arrives_after_it_in_order(
    shop: Stack, customer: Client, admin: Client, receiver: Receiver, full: bool
) -> None:
    changes = 50 if full else 5
    endpoint, _ = await listening(admin, receiver.url("/paused"), TYPES, ordering="PER_SUBJECT")
    await listening(admin, receiver.url("/witness"), TYPES)
    before = await placed(customer, 1)
    await _told_of(receiver, "/paused", before, each=1)
    await _set_status(admin, endpoint, "PAUSED")
    orders = await placed(customer, 10)
    notes = [f"note {number}" for number in range(changes - 1)]
    await asyncio.gather(*(noted(customer, order, 1, notes) for order in orders))
    await _told_of(receiver, "/witness", orders, each=changes, seconds=60)
    assert len(receiver.at("/paused")) == 1, "nothing is sent in a pause"
    await _set_status(admin, endpoint, "ENABLED")
    await _told_of(receiver, "/paused", orders, each=changes, seconds=60)
    assert _by_order(receiver.at("/paused")[1:]) == {order: [*range(1, changes + 1)] for order in orders}


async def test_a_body_shows_the_order_as_it_was_however_late_and_often_it_is_sent(
    shop: Stack, customer: Client, admin: Client, receiver: Receiver
) -> None:
    receiver.behaviours["/late"] = fails
    endpoint, secret = await listening(admin, receiver.url("/late"), TYPES[1:])
    (order,) = await placed(customer, 1)
    await noted(customer, order, 1, CHANGES)
    await done(admin, PROCESS, order)
    await _told_of(receiver, "/late", [order], each=4)
    del receiver.behaviours["/late"]
    deliveries = await settled(admin, endpoint, "SUCCEEDED", 4)
    by_id: dict[str, set[bytes]] = defaultdict(set)
    for received in receiver.at("/late"):
        received.verified(secret)
        by_id[received.id].add(received.body)
    assert [len(bodies) for bodies in by_id.values()] == [1, 1, 1, 1], "one body under each id"
    assert _states(receiver.at("/late")) == {(2, CHANGES[0]), (3, CHANGES[1]), (4, CHANGES[2]), (5, CHANGES[2])}
    sent = {received.id: _sha256(received) for received in receiver.at("/late")}
    await done(admin, COMPLETE, order)
    await settled(admin, endpoint, "SUCCEEDED", 5)
    already = len(receiver.at("/late"))
    for delivery in deliveries:
        assert (await admin.run(REDELIVER, id=delivery["id"]))["__typename"] == "WebhookDelivery"
    again = (await receiver.has(already + 4, "/late"))[already:]
    assert {received.id: _sha256(received) for received in again} == sent


async def _until_refused(stubborn: Stubborn, receiver: Receiver) -> None:
    while stubborn.refusals < LEAST_FAILURES:
        await receiver.has(len(receiver.at("/a")) + 1, "/a")


async def _told_of(receiver: Receiver, path: str, orders: Collection[str], *, each: int, seconds: float = 30) -> None:
    """Returns when the receiver has been sent so many different events of each of the orders."""
    wanted = len(orders) * each
    async with asyncio.timeout(seconds):
        while True:
            come = receiver.at(path)
            missing = wanted - len({one.id for one in come if order_in(one)["id"] in orders})
            if missing <= 0:
                return
            await receiver.has(len(come) + missing, path, seconds)  # or more, when some come again


async def _versions(receiver: Receiver, path: str, order: str, *, last: int) -> list[int]:
    """Of one order, as they came, when the last has."""
    while last not in (versions := _by_order(receiver.at(path))[order]):
        await receiver.has(len(receiver.at(path)) + 1, path)
    return versions


async def _set_status(admin: Client, endpoint: str, status: str) -> None:
    known = await admin.run(FOUND, id=endpoint)
    asked = {"id": endpoint, "expectedVersion": known["version"], "status": status}
    assert (await admin.run(UPDATE, input=asked))["status"] == status


def _by_order(received: Sequence[Received]) -> dict[str, list[int]]:
    """The versions of each order, as they came."""
    versions: dict[str, list[int]] = defaultdict(list)
    for order in map(order_in, received):
        versions[order["id"]].append(order["version"])
    return versions


def _states(received: Sequence[Received]) -> set[tuple[int, str]]:
    return {(order["version"], order["note"]) for order in map(order_in, received)}


def _sha256(received: Received) -> str:
    return hashlib.sha256(received.body).hexdigest()
