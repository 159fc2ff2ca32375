"""Trouble: endpoints that are paused, that fail, that are gone, and what their owners are told of it."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

import pytest
from starlette.responses import Response

from domain.users import Role
from tests.conftest import STACKS
from tests.support.client import READ, Client
from tests.support.people import signed_in
from tests.support.processes import EmbeddedStack, ServerStack, Stack
from tests.support.receiver import Received, Receiver, accepts, answers, fails
from tests.support.webhooks import FOUND, STATS, listening, settled, updated


class TestStopping:
    async def test_a_pause_loses_nothing_and_keeps_the_order(self, seller: Client, receiver: Receiver) -> None:
        id, _ = await listening(seller, receiver.url(), ["ORDER_CREATED"], maxInFlight=1)
        first = await seller.order()
        await receiver.has(1)
        await settled(seller, id, "SUCCEEDED")
        await updated(seller, id, status="PAUSED")
        meanwhile = [await seller.order() for _ in range(12)]
        found = await seller.until(lambda endpoint: endpoint["lag"] >= 12, FOUND, id=id)
        assert found["status"] == "PAUSED"
        assert len(receiver.at()) == 1
        await updated(seller, id, status="ENABLED")
        received = await receiver.has(13)
        assert [json.loads(one.body)["data"]["order"]["id"] for one in received] == [
            order["id"] for order in [first, *meanwhile]
        ]

    async def test_one_that_answers_gone_is_disabled_its_owner_is_told_and_it_may_be_enabled_again(
        self, seller: Client, receiver: Receiver
    ) -> None:
        receiver.behaviours["/gone"] = answers(410)
        id, _ = await listening(seller, receiver.url("/gone"), ["ORDER_CREATED", "WEBHOOK_DISABLED"])
        await listening(seller, receiver.url("/watch"), ["WEBHOOK_DISABLED", "WEBHOOK_EXHAUSTED"])
        order = await seller.order()
        found = await seller.until(lambda endpoint: endpoint["status"] == "DISABLED", FOUND, id=id)
        assert (found["disabledReason"], found["version"]) == ("It answered 410 (Gone).", 2)
        (event,) = await receiver.has(1, "/watch")
        assert json.loads(event.body)["type"] == "webhook.disabled"
        assert json.loads(event.body)["data"]["endpoint"] == {
            "id": id,
            "name": "Depot",
            "status": "DISABLED",
            "disabledReason": "It answered 410 (Gone).",
            "version": 2,
        }
        [note] = (await seller.run("{ notifications(unreadOnly: true) { edges { node { title body } } } }"))["edges"][
            :1
        ]
        assert note["node"] == {"title": "Webhook Depot was disabled", "body": "It answered 410 (Gone)."}
        del receiver.behaviours["/gone"]
        enabled = await updated(seller, id, status="ENABLED")
        assert (enabled["status"], enabled["disabledReason"]) == ("ENABLED", None)
        *_, last = await receiver.has(2, "/gone")
        assert json.loads(last.body)["data"]["order"]["id"] == order["id"]
        await settled(seller, id, "SUCCEEDED")
        assert "webhook.disabled" not in [one.event for one in receiver.at("/gone")], "it is not told of itself"

    async def test_what_is_given_up_is_told_to_the_other_endpoints_of_the_owner(
        self, seller: Client, operator: Client, receiver: Receiver
    ) -> None:
        receiver.behaviours["/dead"] = answers(500)
        everything = ["ORDER_CREATED", "WEBHOOK_EXHAUSTED"]
        id, _ = await listening(seller, receiver.url("/dead"), everything)
        await listening(seller, receiver.url("/watch"), ["WEBHOOK_EXHAUSTED"])
        await seller.order()
        await settled(seller, id, "FAILED")
        (event,) = await receiver.has(1, "/watch")
        assert json.loads(event.body)["data"]["endpoint"]["id"] == id
        assert {one.event for one in receiver.at("/dead")} == {"order.created"}


def in_order(received: Sequence[Any], order: dict[str, Any]) -> list[str]:
    """The types that were told of one order, one after another, without what was sent again."""
    types = [one.event for one in received if json.loads(one.body)["data"]["order"]["id"] == order["id"]]
    return [type for at, type in enumerate(types) if type not in types[:at]]


async def test_of_one_order_nothing_is_told_before_what_happened_before(seller: Client, receiver: Receiver) -> None:
    failing, stuck = asyncio.Event(), {"id": ""}

    async def answer(received: Received) -> Response:
        of_it = json.loads(received.body)["data"]["order"]["id"] == stuck["id"]
        return await (fails(received) if of_it and not failing.is_set() else accepts(received))

    receiver.behaviours["/"] = answer
    id, _ = await listening(seller, receiver.url(), ["ORDER_CREATED", "ORDER_READY"], ordering="PER_SUBJECT")
    await updated(seller, id, status="PAUSED")
    order, other = await seller.order(), await seller.order()
    stuck["id"] = order["id"]
    for one in (order, other):
        await seller.until(lambda found: found["status"] == "PROCESSED", READ, id=one["id"])
    await updated(seller, id, status="ENABLED")
    await receiver.has(5)
    assert in_order(receiver.at(), order) == ["order.created"]
    assert in_order(receiver.at(), other) == ["order.created", "order.ready"]
    failing.set()
    await settled(seller, id, "SUCCEEDED", 4)
    assert in_order(receiver.at(), order) == ["order.created", "order.ready"]


LONG = {"SWAPSHOP_WEBHOOK_SCHEDULE": "1h,2h", "SWAPSHOP_WEBHOOK_GIVE_UP_AFTER": "5d"}
SHORT = {"SWAPSHOP_WEBHOOK_SCHEDULE": ",".join(["100ms"] * 30), "SWAPSHOP_WEBHOOK_GIVE_UP_AFTER": "1s"}


@pytest.fixture(scope="module", params=[(kind, terms) for terms in ("long", "short") for kind in STACKS], ids="-".join)
def patience(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Stack]]:
    """A shop with long waits between attempts, or one that gives up after a second."""
    kind, terms = request.param
    folder, settings = tmp_path_factory.mktemp(terms), LONG if terms == "long" else SHORT
    if kind == "embedded":
        started: Stack = EmbeddedStack(folder, settings=settings).start()
    else:
        servers = request.getfixturevalue("mariadb"), request.getfixturevalue("redis")
        started = ServerStack(folder, *servers, settings=settings).start(apis=1)
    yield terms, started
    started.stop()


@pytest.fixture
async def owner(patience: tuple[str, Stack]) -> AsyncIterator[Client]:
    async with await signed_in(patience[1], Role.SELLER) as client:
        yield client


async def test_a_dead_endpoint_is_left_alone_until_it_is_enabled_again_or_given_up(
    patience: tuple[str, Stack], owner: Client, receiver: Receiver
) -> None:
    receiver.behaviours["/"] = fails
    id, _ = await listening(owner, receiver.url(), ["ORDER_CREATED"])
    await listening(owner, receiver.url("/watch"), ["WEBHOOK_DISABLED", "ORDER_CREATED"])
    for _ in range(5):
        await owner.order()
    if patience[0] == "short":
        await is_given_up(owner, receiver, id)
    else:
        await is_left_alone(owner, receiver, id)


async def is_left_alone(owner: Client, receiver: Receiver, id: str) -> None:
    stats = (await owner.until(lambda found: found["stats"]["consecutiveFailures"] == 5, STATS, id=id))["stats"]
    assert (stats["succeeded"], stats["failed"], stats["pending"]) == (0, 0, 5)
    order = await owner.order()
    await receiver.has(6, "/watch")  # what is told to others at the same time has come
    await asyncio.sleep(1.5)  # the sender has looked for what is due by then: once a second
    assert len(receiver.at()) == 5
    del receiver.behaviours["/"]
    await updated(owner, id, status="PAUSED")
    await updated(owner, id, status="ENABLED")
    last = (await receiver.has(6))[-1]
    assert json.loads(last.body)["data"]["order"]["id"] == order["id"]
    stats = (await owner.until(lambda found: found["stats"]["succeeded"] == 1, STATS, id=id))["stats"]
    assert (stats["pending"], stats["consecutiveFailures"]) == (5, 0), "those that failed wait for their hour"


async def is_given_up(owner: Client, receiver: Receiver, id: str) -> None:
    found = await owner.until(lambda endpoint: endpoint["status"] == "DISABLED", FOUND, id=id)
    assert found["disabledReason"].startswith("Nothing has got through since 20")
    [event] = [one for one in await receiver.has(6, "/watch") if one.event == "webhook.disabled"]
    assert json.loads(event.body)["data"]["endpoint"]["disabledReason"] == found["disabledReason"]
    tried = len(receiver.at())
    await owner.order()
    await receiver.has(7, "/watch")
    await asyncio.sleep(0.5)  # five of its waits
    assert len(receiver.at()) == tried
    del receiver.behaviours["/"]
    await updated(owner, id, status="ENABLED")
    arrived = await settled(owner, id, "SUCCEEDED", 6)
    assert len({one["id"] for one in arrived}) == 6
