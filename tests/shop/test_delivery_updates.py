"""Deliveries, live: whoever looks at an endpoint sees each of its deliveries after each attempt, once."""

import asyncio
from typing import Any

import pytest

from tests.support.client import Client, Subscription
from tests.support.receiver import Receiver, answers, fails_first
from tests.support.streams import streamed
from tests.support.waiting import PATIENCE
from tests.support.webhooks import DELETE, ONE, PING, REDELIVER, UNKNOWN, listening, settled, updated

FOLLOW = """subscription($id: ID!) { webhookDeliveryUpdated(endpointId: $id) {
  id status settledAt body endpoint { id } event { id type } attempts { number status } } }"""
LOGOUT = "mutation { logout { sessionsRevoked } }"


def briefly(update: dict[str, Any]) -> tuple[str, str, list[int]]:
    return update["id"], update["status"], [attempt["status"] for attempt in update["attempts"]]


async def begun(following: Subscription, seller: Client, id: str) -> None:
    """Returns when it tells of what happens now: nothing is said when it begins."""
    ping = await seller.run(PING, id=id)
    await following.until(lambda update: update["id"] == ping["id"] and update["status"] == "SUCCEEDED")


async def nothing_more(following: Subscription) -> None:
    with pytest.raises(TimeoutError):
        await following.next(seconds=1.5)  # three looks of the shop


async def test_each_change_of_a_delivery_is_told_once(seller: Client, receiver: Receiver) -> None:
    id, _ = await listening(seller, receiver.url(), ["ORDER_CREATED"])
    other, _ = await listening(seller, receiver.url("/other"), ["ORDER_CREATED"])
    async with seller.subscribe(FOLLOW, id=id) as following:
        await begun(following, seller, id)
        receiver.behaviours["/"] = answers(500)
        order = await seller.order()
        told = await following.until(lambda update: update["status"] == "FAILED")
        attempts = [briefly(update)[2] for update in told]
        assert attempts == sorted(attempts, key=len), "in the order in which they were"
        assert len({len(some) for some in attempts}) == len(attempts), "each once"
        assert {one["id"] for one in told} == {told[0]["id"]}
        last = told[-1]
        assert (last["attempts"][-1]["number"], last["endpoint"]["id"]) == (9, id)
        assert last["body"] == (await seller.run(ONE, id=last["id"]))["body"]
        assert order["id"] in last["body"]
        del receiver.behaviours["/"]
        await seller.run(REDELIVER, id=last["id"])
        again = await following.until(lambda update: update["status"] == "SUCCEEDED")
        assert [update["status"] for update in again] in (["SUCCEEDED"], ["PENDING", "SUCCEEDED"])
        await nothing_more(following)
    await settled(seller, other, "SUCCEEDED")


async def test_what_happened_before_is_not_told(seller: Client, receiver: Receiver) -> None:
    id, _ = await listening(seller, receiver.url(), ["ORDER_CREATED"])
    await seller.order()
    await settled(seller, id, "SUCCEEDED")
    async with seller.subscribe(FOLLOW, id=id) as following:
        await begun(following, seller, id)
        order = await seller.order()
        told = await following.until(lambda update: update["status"] == "SUCCEEDED")
        assert all(order["id"] in update["body"] for update in told)
        await nothing_more(following)


async def test_many_changes_are_all_told(seller: Client, receiver: Receiver) -> None:
    receiver.behaviours["/"] = fails_first(10)
    id, _ = await listening(seller, receiver.url(), ["ORDER_CREATED"], maxInFlight=64)
    async with seller.subscribe(FOLLOW, id=id) as following:
        await updated(seller, id, status="PAUSED")
        orders = await asyncio.gather(*(seller.order() for _ in range(40)))
        await updated(seller, id, status="ENABLED")
        arrived: set[str] = set()
        async with asyncio.timeout(PATIENCE):
            while len(arrived) < len(orders):
                update = await following.next()
                if update["status"] == "SUCCEEDED":
                    assert update["id"] not in arrived
                    arrived.add(update["id"])
        await nothing_more(following)


async def test_the_same_over_server_sent_events(seller: Client, receiver: Receiver) -> None:
    id, _ = await listening(seller, receiver.url(), ["ORDER_CREATED"])
    async with streamed(seller, FOLLOW, id=id) as stream:
        ping = await seller.run(PING, id=id)
        told = await stream.until(lambda one: one.value["status"] == "SUCCEEDED")
        assert {one.value["id"] for one in told} == {ping["id"]}
        assert told[-1].value["attempts"] == [{"number": 1, "status": 200}]
        await seller.run(DELETE, id=id)
        *_, end, complete = await stream.rest()
        assert end.code == "NOT_FOUND"
        assert complete.event == "complete"


async def test_it_ends_when_the_endpoint_is_deleted(seller: Client, receiver: Receiver) -> None:
    id, _ = await listening(seller, receiver.url(), ["ORDER_CREATED"])
    async with seller.subscribe(FOLLOW, id=id) as following:
        await begun(following, seller, id)
        await seller.run(DELETE, id=id)
        assert await following.error() == "NOT_FOUND"


async def test_it_ends_with_the_session(seller: Client, receiver: Receiver) -> None:
    id, _ = await listening(seller, receiver.url(), ["ORDER_CREATED"])
    async with streamed(seller, FOLLOW, id=id) as stream:
        await seller.run(LOGOUT)
        *_, end, complete = await stream.rest()
        assert end.code == "SESSION_REVOKED"
        assert complete.event == "complete"


async def test_anothers_endpoint_is_as_unknown_as_one_that_never_was(
    seller: Client, operator: Client, staff: Client, nobody: Client, receiver: Receiver
) -> None:
    id, _ = await listening(seller, receiver.url(), ["ORDER_CREATED"])
    for target in (id, UNKNOWN, "garbage"):
        async with operator.subscribe(FOLLOW, id=target) as following:
            assert await following.error() == "NOT_FOUND"
    async with nobody.subscribe(FOLLOW, id=id) as following:
        assert await following.error() == "UNAUTHENTICATED"
    async with staff.subscribe(FOLLOW, id=id) as following:
        await begun(following, seller, id)
