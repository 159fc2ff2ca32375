"""Replays: a part of the log once more, each event under the id and with the body that it had."""

from collections import Counter
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from domain.events import Event, EventType
from domain.ids import parse_id
from persistence.database import SqlTransaction
from persistence.tables import webhook_deliveries
from tests.support.client import READ, Client
from tests.support.processes import Stack
from tests.support.receiver import Received, Receiver, answers
from tests.support.things import make_event, make_order
from tests.support.webhooks import (
    FOUND,
    REPLAY,
    STATS,
    UNKNOWN,
    head,
    listening,
    settled,
    told,
    updated,
)

MANY = 620  # more than two transactions of a replay, and of the fan-out's pages


def sent(received: list[Received]) -> Counter[tuple[str, bytes]]:
    """How often each event came with which body."""
    return Counter((one.id, one.body) for one in received)


async def replayed(client: Client, id: str, **wanted: Any) -> int:
    answer = await client.run(REPLAY, input={"endpointId": id, **wanted})
    assert answer["__typename"] == "WebhookReplayQueued", answer
    queued: int = answer["queued"]
    return queued


async def processed(client: Client, *orders: dict[str, Any]) -> None:
    for order in orders:
        await client.until(lambda found: found["status"] == "PROCESSED", READ, id=order["id"])


async def test_what_failed_is_sent_again_and_nothing_else(seller: Client, receiver: Receiver) -> None:
    id, secret = await listening(seller, receiver.url(), ["ORDER_CREATED"])
    good = await seller.order()
    await settled(seller, id, "SUCCEEDED")
    receiver.behaviours["/"] = answers(500)
    bad = await seller.order()
    await settled(seller, id, "FAILED")
    stats = (await seller.run(STATS, id=id))["stats"]
    assert (stats["succeeded"], stats["failed"], stats["pending"]) == (1, 1, 0)
    assert stats["consecutiveFailures"] == 9
    assert 0 <= stats["p50Ms"] <= stats["p99Ms"]
    del receiver.behaviours["/"]
    await updated(seller, id, status="PAUSED")
    assert await replayed(seller, id) == 1
    assert await replayed(seller, id) == 0, "it is owed already"
    await updated(seller, id, status="ENABLED")
    arrived = await settled(seller, id, "SUCCEEDED", 2)
    assert {one["event"]["subjectId"] for one in arrived} == {good["id"], bad["id"]}
    first, *others = receiver.at()
    assert len(sent(others)) == 1, "under one id and with one body, ten times"
    assert len(others) == 10
    assert others[-1].verified(secret)["data"]["order"]["id"] == bad["id"]
    assert sent(receiver.at())[first.id, first.body] == 1
    assert (await seller.run(STATS, id=id))["stats"]["consecutiveFailures"] == 0


async def test_a_range_and_types_are_sent_again(stack: Stack, seller: Client, receiver: Receiver) -> None:
    id, _ = await listening(seller, receiver.url(), ["ORDER_CREATED", "ORDER_READY"])
    before = await seller.order()
    await processed(seller, before)
    after = await head(stack)
    inside = [await seller.order(), await seller.order()]
    await processed(seller, *inside)
    until = await head(stack)
    await processed(seller, await seller.order())
    await settled(seller, id, "SUCCEEDED", 8)
    assert await replayed(seller, id, onlyFailed=True) == 0
    assert await replayed(seller, id, onlyFailed=False, after=after, until=until, types=["ORDER_READY"]) == 2
    again = (await receiver.has(10))[8:]
    assert told(list(again)) == sorted(("order.ready", order["id"]) for order in inside)
    await settled(seller, id, "SUCCEEDED", 8)
    assert await replayed(seller, id, onlyFailed=False, after=after) == 6
    assert await replayed(seller, id, onlyFailed=False, until=after, types=["ORDER_CANCELLED"]) == 0


async def test_what_an_endpoint_was_never_owed_is_sent_too(stack: Stack, seller: Client, receiver: Receiver) -> None:
    """An endpoint that begins today, and wants the past of its owner after all, in another shape."""
    start = await head(stack)
    orders = [await seller.order() for _ in range(3)]
    document = "subscription { ordersUpdated { order { id } } }"
    id, _ = await listening(seller, receiver.url(), ["ORDER_CREATED"], document=document)
    assert await replayed(seller, id, onlyFailed=True, after=start) == 0
    assert await replayed(seller, id, onlyFailed=False, after=start) == 3
    received = await receiver.has(3)
    assert sorted(one.json["data"]["ordersUpdated"]["order"]["id"] for one in received) == sorted(
        order["id"] for order in orders
    )
    await settled(seller, id, "SUCCEEDED", 3)
    await updated(seller, id, document=None)
    assert await replayed(seller, id, onlyFailed=False, after=start) == 3
    assert sent(list(await receiver.has(6))) == Counter(dict.fromkeys(sent(list(received)), 2)), "as it was rendered"


async def test_more_than_fit_into_one_transaction_are_sent_once_each(
    stack: Stack, seller: Client, receiver: Receiver
) -> None:
    id, _ = await listening(seller, receiver.url(), ["ORDER_READY"], maxInFlight=64)
    owner_id = parse_id(seller.user["id"])
    assert owner_id
    after = await head(stack)
    await happened(stack, [make_event(EventType.ORDER_READY, make_order(customer_id=owner_id)) for _ in range(MANY)])
    first = sent(list(await receiver.has(MANY, seconds=60)))
    await settled_all(seller, id)
    assert await replayed(seller, id, onlyFailed=False, after=after) == MANY
    second = sent(list(await receiver.has(2 * MANY, seconds=60)))
    assert len(first) == MANY
    assert second == Counter(dict.fromkeys(first, 2))
    await settled_all(seller, id)
    async with stack.looking() as database, database.reading() as rows:
        of_it = webhook_deliveries.c.endpoint_id == UUID(id)
        query = select(func.count(), func.count(func.distinct(webhook_deliveries.c.event_id))).where(of_it)
        assert tuple((await rows.connection.execute(query)).one()) == (MANY, MANY), "one row for each event"


async def happened(stack: Stack, events: list[Event]) -> None:
    async def append(tx: SqlTransaction) -> None:
        for event in events:
            tx.events.append(event)

    async with stack.looking() as database:
        await database.transact(append)


async def settled_all(client: Client, id: str) -> None:
    await client.until(lambda found: found["stats"]["succeeded"] == MANY, STATS, 60, id=id)


@pytest.mark.parametrize("name", ["after", "until"])
async def test_a_place_that_never_was_is_refused(seller: Client, receiver: Receiver, name: str) -> None:
    id, _ = await listening(seller, receiver.url())
    assert await seller.code(REPLAY, input={"endpointId": id, name: "garbage"}) == "CURSOR_INVALID"


async def test_an_endpoint_of_somebody_else_is_as_unknown_as_one_that_never_was(
    seller: Client, operator: Client, receiver: Receiver
) -> None:
    id, _ = await listening(seller, receiver.url())
    for target in (id, UNKNOWN, "garbage"):
        refused = await operator.run(REPLAY, input={"endpointId": target, "onlyFailed": False})
        assert refused["__typename"] == "NotFound"
    assert (await seller.run(FOUND, id=id))["status"] == "ENABLED"
    assert receiver.at() == []
