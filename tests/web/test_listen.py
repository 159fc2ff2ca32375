"""`swapshop listen`: a developer's own receiver is sent what a webhook endpoint would be, and misses nothing."""

import asyncio
import re
import signal
import socket
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, contextmanager

import pytest
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from domain.bodies import body_of
from domain.charges import Outcome
from domain.events import EventType
from domain.users import Role
from tests.support.client import PASSWORD, Client
from tests.support.payments import answer, card, placed
from tests.support.people import signed_in
from tests.support.processes import EmbeddedStack, Stack
from tests.support.receiver import Received, Receiver, fails, receiving
from tests.support.things import SECRET
from tests.support.waiting import PATIENCE, until
from tests.web.test_tail import ME, Tail, following
from web.listen import Forwarder
from web.serving import Server, url_of
from web.told import Unknown, event_of
from web.webhook_posts import to_their_own

TYPES = [type.value for type in EventType if not type.is_internal and type is not EventType.WEBHOOK_PING]
CREATE = """mutation($input: CreateWebhookEndpointInput!) { createWebhookEndpoint(input: $input) {
  ... on WebhookSecretIssued { endpoint { id } } ... on Refusal { message } } }"""
LIST = "mutation($input: CreateProductInput!) { createProduct(input: $input) { ... on Product { id } } }"
RENAME = "mutation($input: UpdateProductInput!) { updateProduct(input: $input) { __typename } }"
ADJUST = "mutation($input: AdjustStockInput!) { adjustStock(input: $input) { __typename } }"
ARTICLE = {
    "sku": "L-1",
    "name": "Lamp",
    "category": "lamps",
    "condition": "GOOD",
    "price": "9.50",
    "imageUrl": "/pictures/lamp.svg",
    "stock": [{"region": "north", "quantity": 2}],
}
ADJUSTED = {"idempotencyKey": "more", "region": "south", "delta": 3, "reason": "came"}
DELETE = "mutation($id: ID!) { deleteWebhookEndpoint(id: $id) { __typename } }"
CANCEL = 'mutation($id: ID!) { cancelOrder(id: $id, reason: "sold out") { __typename } }'
COMPLETE = "mutation($id: ID!) { completeOrder(id: $id) { __typename } }"
ORDER = "query($id: ID!) { order(id: $id) { status } }"
AGAIN = re.compile(r"go on from here with: swapshop listen --forward (\S+)(.*) --after (\S+)")
TRANSPORT = {"accept", "accept-encoding", "connection", "content-length", "host"}
REGISTERED = {
    "id": "019cea1b-0000-7000-8000-000000000004",
    "type": "USER_REGISTERED",
    "occurredAt": "2026-11-21T12:00:00.250000Z",
    "version": 1,
    "correlationId": "019cea1b-0000-7000-8000-000000000005",
    "user": {
        "id": "019cea1b-0000-7000-8000-000000000002",
        "name": "Ana",
        "email": "ana@example.test",
        "roles": ["CUSTOMER"],
        "active": True,
        "createdAt": "2026-11-21T12:00:00.250000Z",
    },
}


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as started:
        yield started


@pytest.fixture
async def developer(own_stack: Stack) -> AsyncIterator[Mapping[str, str]]:
    """The environment of somebody who sees the whole log, and has a secret of their own."""
    async with await signed_in(own_stack, Role.OPERATOR) as client:
        yield {
            "SWAPSHOP_EMAIL": (await client.run(ME))["email"],
            "SWAPSHOP_PASSWORD": PASSWORD,
            "SWAPSHOP_WEBHOOK_SECRET": SECRET,
        }


def listening(url: str, forward: str, *arguments: str, **environment: str) -> AbstractAsyncContextManager[Tail]:
    return following("listen", "--url", url, "--forward", forward, *arguments, **environment)


async def heard(client: Client, receiver: Receiver, path: str) -> None:
    """It begins at the end of the log: returns when it has come there and has told of something."""
    telling = asyncio.create_task(receiver.has(1, path, seconds=PATIENCE))
    while not telling.done():
        await client.register()
        await asyncio.wait([telling], timeout=0.5)
    await telling


def by_id(received: list[Received]) -> dict[str, bytes]:
    return {one.id: one.body for one in received}


async def test_it_sends_the_bytes_and_the_headers_that_an_endpoint_is_sent(
    own_stack: Stack, developer: Mapping[str, str], receiver: Receiver
) -> None:
    """Of every type of event: what happens to orders, a registration, an endpoint that is given up."""
    async with await signed_in(own_stack, Role.ADMIN) as admin, Client(own_stack.url) as customer:
        made = await admin.run(CREATE, input={"name": "Depot", "url": receiver.url("/endpoint"), "types": TYPES})
        async with listening(own_stack.url, receiver.url("/here"), **developer):
            await heard(customer, receiver, "/here")
            completed, cancelled = await customer.order(note="niño 💡"), await customer.order()
            await customer.until(lambda one: one["status"] == "PROCESSED", ORDER, id=completed["id"])
            assert await admin.run(COMPLETE, id=completed["id"]) == {"__typename": "Order"}
            await customer.until(lambda one: one["status"] == "PROCESSED", ORDER, id=cancelled["id"])
            assert await admin.run(CANCEL, id=cancelled["id"]) == {"__typename": "Order"}
            receiver.behaviours["/failing"] = fails
            other = {"name": "Failing", "url": receiver.url("/failing"), "types": ["ORDER_CREATED"]}
            failing = (await admin.run(CREATE, input=other))["endpoint"]["id"]
            await customer.order()
            article = await admin.run(LIST, input=ARTICLE)
            await admin.run(RENAME, input={"id": article["id"], "expectedVersion": 1, "name": "Lámpara 💡"})
            await admin.run(ADJUST, input={**ADJUSTED, "productId": article["id"]})
            await pay_and_change_their_mind(own_stack, customer, admin)
            types = {type.lower().replace("_", ".", 1) for type in TYPES} - {"order.updated", "webhook.disabled"}

            async def told_of_all() -> bool:
                return {one.event for one in receiver.at("/here")} >= types

            await until(told_of_all, seconds=PATIENCE)
            await admin.run(DELETE, id=failing)
            here = by_id(receiver.at("/here"))
            there = await _all_of(receiver, here)
        await admin.run(DELETE, id=made["endpoint"]["id"])
    assert {id: there[id] for id in here} == here
    one, other_one = receiver.at("/here")[-1], receiver.at("/endpoint")[-1]
    one.verified(SECRET)
    assert {*one.headers} - TRANSPORT == {*other_one.headers} - TRANSPORT
    for name in ("content-type", "user-agent"):
        assert one.headers[name] == other_one.headers[name]


async def pay_and_change_their_mind(stack: Stack, customer: Client, admin: Client) -> None:
    """All that can happen to a payment."""
    failed, paid = await placed(customer, card()), await placed(customer, card())
    await answer(stack, failed["payments"][0], Outcome.FAILED)
    for outcome in (Outcome.DECLINED, Outcome.APPROVED):
        await answer(stack, paid["payments"][0], outcome)
    assert await admin.run(CANCEL, id=paid["id"]) == {"__typename": "Order"}
    await answer(stack, paid["payments"][0], Outcome.REFUNDED)


async def _all_of(receiver: Receiver, wanted: Mapping[str, bytes]) -> dict[str, bytes]:
    """What the endpoint was sent, once it was sent all of that."""

    async def come() -> bool:
        return wanted.keys() <= by_id(receiver.at("/endpoint")).keys()

    await until(come, seconds=PATIENCE)
    return by_id(receiver.at("/endpoint"))


async def test_it_misses_nothing_though_the_shop_is_killed_and_goes_on_where_it_stopped(
    own_stack: Stack, developer: Mapping[str, str], receiver: Receiver
) -> None:
    api = own_stack.apis[0]
    types = ("--types", "order_created, USER_REGISTERED")
    async with Client(own_stack.url) as client:
        async with listening(own_stack.url, receiver.url("/hook"), *types, **developer) as listen:
            await heard(client, receiver, "/hook")
            orders = [await client.order()]
            api.kill()
            await listen.aside("going on from")
            api.again()
            orders += [await client.order() for _ in range(3)]
            await _created(receiver, 4)
            status, said = await listen.ended(signal.SIGINT)
        found = AGAIN.search(said)
        assert (status, bool(found)) == (0, True), said
        assert found
        assert SECRET not in said
        orders += [await client.order()]
        after = ("--after", found[3])
        async with listening(own_stack.url, receiver.url("/hook"), *types, *after, **developer):
            created = await _created(receiver, 5)
    assert [one.verified(SECRET)["data"]["order"]["id"] for one in created] == [order["id"] for order in orders]
    assert {one.event for one in receiver.at("/hook")} == {"order.created", "user.registered"}


async def _created(receiver: Receiver, count: int) -> list[Received]:
    def those() -> list[Received]:
        return [one for one in receiver.at("/hook") if one.event == "order.created"]

    async def come() -> bool:
        return len(those()) >= count

    await until(come, seconds=PATIENCE)
    return those()


@pytest.mark.parametrize("own_stack", ["embedded"], indirect=True)
async def test_beside_a_shop_of_this_computer_it_needs_an_address_only_and_prints_its_secret(
    own_stack: Stack, receiver: Receiver
) -> None:
    assert isinstance(own_stack, EmbeddedStack)
    data = ("--data", str(own_stack.folder / "data"))
    async with (
        Client(own_stack.url) as client,
        following("listen", "--forward", receiver.url("/hook"), *data) as listen,
    ):
        first = await listen.line()
        secret = first.rpartition(" ")[2]
        assert first == f"to {receiver.url('/hook')}, signed with {secret}"
        await heard(client, receiver, "/hook")
        received = receiver.at("/hook")[0]
        assert received.verified(secret)["type"] == "user.registered"
        line = await listen.line()
        assert re.fullmatch(rf"\d\d:\d\d:\d\d\.\d{{3}}  user\.registered +{received.id}  200 in \d+ ms", line)
        status, said = await listen.ended(signal.SIGTERM)
    found = AGAIN.search(said)
    assert found
    assert (status, found[1], found[2]) == (0, receiver.url("/hook"), f" --secret {secret}")


@pytest.mark.parametrize("own_stack", ["embedded"], indirect=True)
async def test_while_nobody_listens_it_tries_again_and_what_was_not_posted_comes_again_later(
    own_stack: Stack, developer: Mapping[str, str]
) -> None:
    with nobody() as (_, forward):
        async with Client(own_stack.url) as client, listening(own_stack.url, forward, **developer) as listen:
            trying = asyncio.create_task(listen.aside("Again in"))
            while not trying.done():
                await client.register()
                await asyncio.wait([trying], timeout=0.5)
            assert "refused" in trying.result().lower()
            status, said = await listen.ended(signal.SIGINT)
    assert status == 0
    cursor = AGAIN.search(said)
    assert cursor
    async with receiving() as receiver:
        after = ("--after", cursor[3])
        async with listening(own_stack.url, receiver.url("/hook"), *after, **developer):
            [first, *_] = await receiver.has(1, "/hook")
            assert f"user.registered {first.id}: " in trying.result()


@contextmanager
def nobody() -> Iterator[tuple[socket.socket, str]]:
    """A port that is taken and where nobody listens, and its address."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken, f"{url_of(taken)}/hook"


async def test_a_receiver_that_comes_back_in_time_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    refused = asyncio.Event()
    app = Starlette(routes=[Route("/hook", lambda _: Response(status_code=204), methods=["POST"])])
    with nobody() as (port, url):
        async with to_their_own() as outbound:
            waits = [0.1] * 100
            forwarder = Forwarder(outbound, url, secret=SECRET, waits=waits, say=lambda _: refused.set())
            forwarding = asyncio.create_task(forwarder.forward(REGISTERED))
            await refused.wait()
            async with Server(app, port):
                await forwarding
    assert re.search(rf"{REGISTERED['id']}  204 in \d+ ms\n$", capsys.readouterr().out)


async def test_one_that_does_not_come_back_is_given_up(capsys: pytest.CaptureFixture[str]) -> None:
    said: list[str] = []
    with nobody() as (_, url):
        async with to_their_own() as outbound:
            forwarder = Forwarder(outbound, url, secret=SECRET, waits=[0.01] * 3, say=said.append)
            await forwarder.forward(REGISTERED)
    assert capsys.readouterr().out.endswith(f"{REGISTERED['id']}  given up\n")
    assert len(said) == 3
    assert all("refused" in one.lower() for one in said)


def test_what_a_newer_shop_tells_of_is_named() -> None:
    assert body_of(event_of(REGISTERED)).startswith('{"type":"user.registered"')
    for newer in ({"type": "USER_ANOINTED"}, {"user": {**REGISTERED["user"], "roles": ["KING"]}}):
        with pytest.raises(Unknown, match="newer than this program"):
            event_of({**REGISTERED, **newer})


@pytest.mark.parametrize("own_stack", ["embedded"], indirect=True)
async def test_what_is_wrong_with_its_arguments_is_named(own_stack: Stack, developer: Mapping[str, str]) -> None:
    for forward, arguments, environment, words in (
        ("depot", (), {}, "scheme is missing"),
        ("http://127.0.0.1:1/", ("--types", "ORDER_LOST"), {}, "there is no event type 'ORDER_LOST'"),
        ("http://127.0.0.1:1/", (), {"SWAPSHOP_WEBHOOK_SECRET": "hunter2"}, "the secret is not whsec_"),
        ("http://127.0.0.1:1/", (), {"SWAPSHOP_PASSWORD": "wrong"}, "InvalidCredentials"),
        ("http://127.0.0.1:1/", ("--after", "nonsense"), {}, "CURSOR_INVALID"),
    ):
        async with listening(own_stack.url, forward, *arguments, **{**developer, **environment}) as listen:
            status, said = await listen.ended()
        assert (status, words in said, "Traceback" in said) == (1, True, False), said
        assert "hunter2" not in said
