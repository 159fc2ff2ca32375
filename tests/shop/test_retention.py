"""A cursor that is too old is refused with the oldest that is kept, and that one works."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import update

from graph.scalars import read_cursor
from persistence.tables import log_head
from tests.conftest import STACKS, start_stack
from tests.support.client import Client, Subscription
from tests.support.processes import Stack
from tests.support.streams import streamed
from tests.support.waiting import until

PULL = """query($after: Cursor) { events(after: $after, first: 100) {
  edges { node { id cursor } } oldest head } }"""
STATUS = "query($id: ID!) { order(id: $id) { status } }"
HISTORY = "query($id: ID!) { order(id: $id) { history { edges { node { type } } } } }"
FOLLOW = {
    "events": "subscription($after: Cursor) { events(after: $after) { cursor event { id } } }",
    "ordersUpdated": "subscription($after: Cursor) { ordersUpdated(after: $after) { cursor event { id } } }",
    "orderUpdated": """subscription($id: ID!, $after: Cursor) { orderUpdated(id: $id, after: $after) {
      cursor event { id } } }""",
    "notificationReceived": """subscription($after: Cursor) { notificationReceived(after: $after) {
      cursor notification { event { id } } } }""",
}


@pytest.fixture(scope="module", params=STACKS)
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A shop of its own: others would miss what is not kept."""
    started = start_stack(request, tmp_path_factory.mktemp("retention"))
    yield started
    started.stop()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What a customer has in the log: `ids` are of their events, of which the first four are not kept.

    `begin` is a cursor before them all, `oldest` the one after which all is kept.
    """

    customer: Client
    orders: list[Any]
    ids: list[str]
    begin: str
    oldest: str

    def variables(self, name: str) -> dict[str, str]:
        return {"id": self.orders[-1]["id"]} if name == "orderUpdated" else {}

    def wanted(self, name: str) -> list[str]:
        """Those that a subscription tells of after `oldest`; the inbox hears only of the order that is ready."""
        return self.ids[5:] if name == "notificationReceived" else self.ids[4:]


@pytest.fixture
async def kept(shop: Stack) -> AsyncIterator[Kept]:
    async with await Client(shop.url).register() as customer:
        begin = (await customer.run(PULL))["head"]
        orders = [await processed(customer) for _ in range(3)]
        nodes = [edge["node"] for edge in (await customer.run(PULL, after=begin))["edges"]]
        assert len(nodes) == 6
        oldest = nodes[3]["cursor"]
        change = update(log_head).values(tail=read_cursor(oldest).position)
        async with shop.looking() as database:
            await database.transact(lambda tx: tx.connection.execute(change))
        ids = [node["id"] for node in nodes]
        yield Kept(customer=customer, orders=orders, ids=ids, begin=begin, oldest=oldest)


async def processed(customer: Client) -> Any:
    """A new order, when the poller has been there."""
    order = await customer.order()
    await customer.until(lambda found: found["status"] == "PROCESSED", STATUS, id=order["id"])
    return order


def event_id(value: Any) -> str | None:
    event = (value.get("notification") or value).get("event")
    return event["id"] if event else None


async def test_a_query_is_told_the_oldest_cursor_and_goes_on_from_there(kept: Kept) -> None:
    answer = await kept.customer.post(PULL, after=kept.begin)
    assert answer["errors"][0]["extensions"] == {"code": "CURSOR_EXPIRED", "oldest": kept.oldest}
    there = await kept.customer.run(PULL, after=kept.oldest)
    assert [edge["node"]["id"] for edge in there["edges"]] == kept.ids[4:]
    assert there["oldest"] == kept.oldest


async def test_without_a_cursor_the_log_begins_with_what_is_kept(kept: Kept) -> None:
    assert [edge["node"]["id"] for edge in (await kept.customer.run(PULL))["edges"]] == kept.ids[4:]


@pytest.mark.parametrize("name", FOLLOW)
async def test_a_subscription_is_told_the_oldest_cursor_and_goes_on_from_there(kept: Kept, name: str) -> None:
    async with kept.customer.socket() as socket:
        refused = await socket.subscribe(FOLLOW[name], after=kept.begin, **kept.variables(name))
        message = await socket.receive_for(refused.id)
        assert message["type"] == "error"
        extensions = message["payload"][0]["extensions"]
        assert extensions == {"code": "CURSOR_EXPIRED", "oldest": kept.oldest}
        resumed = await socket.subscribe(FOLLOW[name], after=extensions["oldest"], **kept.variables(name))
        assert await told(resumed, len(kept.wanted(name))) == kept.wanted(name)


async def told(following: Subscription, count: int) -> list[str]:
    """The events of so many messages after the first, which has a cursor only."""
    await following.next()
    return [str(event_id(await following.next())) for _ in range(count)]


@pytest.mark.parametrize("name", FOLLOW)
@pytest.mark.parametrize("how", ["after", "last"])
async def test_a_stream_is_told_the_oldest_cursor_and_goes_on_from_there(kept: Kept, name: str, how: str) -> None:
    """Whether it comes with `after`, or with the Last-Event-ID."""
    document, variables = FOLLOW[name], kept.variables(name)
    async with streamed(kept.customer, document, **{how: kept.begin}, **variables) as stream:
        refused, _ = await stream.rest()
    assert refused.code == "CURSOR_EXPIRED"
    oldest = refused.data["errors"][0]["extensions"]["oldest"]
    assert oldest == kept.oldest
    async with streamed(kept.customer, document, **{how: oldest}, **variables) as stream:
        await stream.next()
        wanted = kept.wanted(name)
        assert [event_id((await stream.next()).value) for _ in wanted] == wanted


async def test_orders_show_all_of_their_history_all_the_same(kept: Kept) -> None:
    found = await kept.customer.run(HISTORY, id=kept.orders[0]["id"])
    assert [edge["node"]["type"] for edge in found["history"]["edges"]] == ["ORDER_CREATED", "ORDER_READY"]


async def test_a_history_is_paged_from_any_place_of_it(kept: Kept) -> None:
    paged = """query($id: ID!, $after: String) { order(id: $id) { history(first: 1, after: $after) {
      edges { node { type } cursor } } } }"""
    order = kept.orders[0]["id"]
    [first] = (await kept.customer.run(paged, id=order))["history"]["edges"]
    [second] = (await kept.customer.run(paged, id=order, after=first["cursor"]))["history"]["edges"]
    assert [first["node"]["type"], second["node"]["type"]] == ["ORDER_CREATED", "ORDER_READY"]


async def test_a_worker_moves_the_oldest_cursor_on_after_the_time_that_is_set(own_stack: Stack) -> None:
    async with await Client(own_stack.url).register() as customer:
        begin = (await customer.run(PULL))["head"]
        await processed(customer)
        assert (await customer.run(PULL, after=begin))["oldest"] != (await customer.run(PULL))["head"]
        [worker] = own_stack.workers
        worker.stop()
        await asyncio.sleep(1.1)  # age is what is tested: all that has happened gets older than the 1 s that is kept
        worker.environment["SWAPSHOP_LOG_RETENTION"] = "1s"
        worker.again()

        async def is_expired() -> bool:
            return bool((await customer.post(PULL, after=begin)).get("errors"))

        await until(is_expired)
        answer = await customer.post(PULL, after=begin)
        assert answer["errors"][0]["extensions"]["code"] == "CURSOR_EXPIRED"
        assert (await customer.run(PULL, after=answer["errors"][0]["extensions"]["oldest"]))["edges"] == []
