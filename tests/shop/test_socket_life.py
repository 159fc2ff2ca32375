"""How long a socket is whose: as long as their token is good, and a little longer, unless the next token comes."""

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin, Subprotocol

from tests.conftest import STACKS
from tests.support.client import PASSWORD, Client, Socket
from tests.support.processes import EmbeddedStack, ServerStack, Stack
from tests.support.signing_in import refresh, sign_in
from tests.support.streams import streamed
from tests.support.waiting import PATIENCE, until

LIFETIME, GRACE = 3.0, 4.0
LATE = 10.0
"""Seconds after which a socket that should be closed is on a machine that is busy with others."""
BRIEF = {"SWAPSHOP_ACCESS_TOKEN_LIFETIME": f"{LIFETIME:g}s", "SWAPSHOP_SOCKET_GRACE": f"{GRACE:g}s"}
LIVES, LIVES_FULL = 5, 20
EVENTS = "subscription { events { cursor event { id } } }"
PULL = """query($after: Cursor) { events(after: $after, first: 100) {
  pageInfo { endCursor hasNextPage } edges { node { id } } } }"""
PROTOCOLS = [Subprotocol("graphql-transport-ws")]
MOST_SOCKETS, MOST_MESSAGES = 20, 50


@pytest.fixture(scope="module", params=STACKS)
def brief(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A running shop whose access tokens are good for 2 to 3 s: `exp` is in whole seconds."""
    folder = tmp_path_factory.mktemp("brief")
    if request.param == "embedded":
        started: Stack = EmbeddedStack(folder, settings=BRIEF).start()
    else:
        servers = request.getfixturevalue("mariadb"), request.getfixturevalue("redis")
        started = ServerStack(folder, *servers, settings=BRIEF).start()
    yield started
    started.stop()


@pytest.fixture
async def fleeting(brief: Stack) -> AsyncIterator[Client]:
    """A new customer of the shop with the brief tokens."""
    async with Client(brief.url) as client:
        yield await client.register()


@asynccontextmanager
async def dialled(url: str, token: str | None) -> AsyncIterator[tuple[Socket, dict[str, Any]]]:
    """A socket, and the `connection_ack` that it was given."""
    async with connect(address(url), subprotocols=PROTOCOLS, proxy=None) as connection:
        socket = Socket(connection)
        await socket.send({"type": "connection_init", "payload": authorization(token) if token else {}})
        ack = await socket.receive()
        assert ack["type"] == "connection_ack", ack
        yield socket, ack


def address(url: str) -> str:
    return f"{url.replace('http', 'ws', 1)}/graphql"


def authorization(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


async def renew(socket: Socket, token: str) -> None:
    await socket.send({"type": "ping", "payload": authorization(token)})


async def until_closed(socket: Socket) -> tuple[int, list[dict[str, Any]]]:
    """The code that the socket is closed with, and what came before."""
    seen: list[dict[str, Any]] = []
    try:
        while True:
            seen.append(await socket.receive())
    except ConnectionClosed as closed:
        return (closed.rcvd.code if closed.rcvd else 1006), seen


def expiry(token: str) -> datetime:
    """Of an access token, by what it says itself."""
    claims = token.split(".")[1]
    return datetime.fromtimestamp(json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["exp"], UTC)


def told(message: dict[str, Any]) -> datetime:
    """The `expiresAt` of a message, which has nothing else in its payload."""
    assert list(message["payload"]) == ["expiresAt"], message
    return datetime.fromisoformat(message["payload"]["expiresAt"])


class TestExpiry:
    async def test_the_ack_says_until_when(self, stack: Stack, customer: Client) -> None:
        assert customer.token
        async with dialled(stack.url, customer.token) as (_, ack):
            assert told(ack) == expiry(customer.token)

    async def test_the_socket_of_nobody_does_not_expire(self, stack: Stack) -> None:
        async with dialled(stack.url, None) as (_, ack):
            assert ack == {"type": "connection_ack"}

    async def test_without_renewal_it_is_closed_when_the_grace_is_over_and_not_before(
        self, brief: Stack, fleeting: Client
    ) -> None:
        """In the grace it is told everything, as before."""
        one = await sign_in(brief.url, fleeting.user["email"])
        async with dialled(brief.url, one.access) as (socket, ack):
            await (await socket.subscribe(EVENTS)).next()
            expires = told(ack).timestamp()
            other = await sign_in(brief.url, fleeting.user["email"])
            async with other.client() as client:
                await asyncio.sleep(expires + 0.1 - time.time())  # into the grace
                order = asyncio.create_task(placed(client, fleeting.user["email"]))
                code, seen = await until_closed(socket)
                closed_at = time.time()
                await order
        assert code == 4403
        assert expires + GRACE - 0.05 <= closed_at <= expires + GRACE + LATE
        assert [bool(message["payload"]["data"]["events"]["event"]) for message in seen][:1] == [True]

    async def test_a_stream_of_server_sent_events_ends_alike(self, brief: Stack, fleeting: Client) -> None:
        one = await sign_in(brief.url, fleeting.user["email"])
        async with one.client() as client, streamed(client, EVENTS) as stream:
            await stream.next()
            error, complete = await stream.rest()
            ended_at = time.time()
        assert (error.code, complete.event) == ("UNAUTHENTICATED", "complete")
        end = expiry(one.access).timestamp() + GRACE
        assert end - 0.05 <= ended_at <= end + LATE


async def placed(client: Client, email: str) -> Any:
    """An order, placed with a token that is new."""
    client.token = None
    await client.login(email, PASSWORD)
    return await client.order()


class TestRenewal:
    async def test_a_subscription_outlives_many_tokens_and_misses_nothing(
        self, brief: Stack, fleeting: Client, full: bool
    ) -> None:
        lives = LIVES_FULL if full else LIVES
        one = await sign_in(brief.url, fleeting.user["email"])
        begun, expiries, seen = time.time(), [expiry(one.access)], list[str]()
        async with dialled(brief.url, one.access) as (socket, _):
            following = await socket.subscribe(EVENTS)
            begin = (await following.next())["cursor"]
            while time.time() < begun + lives * LIFETIME:
                one = await refresh(brief.apis[-1].url, one.refresh)
                async with one.client(brief.apis[-1].url) as client:
                    await client.order()
                await renew(socket, one.access)
                seen += [id for message in await up_to_pong(socket, expiries) if (id := event_id(message))]
                assert expiries[-1] == expiry(one.access)
                await asyncio.sleep(LIFETIME / 4)  # a client renews well before the end
            one = await refresh(brief.url, one.refresh)
            async with one.client() as client:
                ids: list[str] = []
                async with asyncio.timeout(PATIENCE):
                    while len(ids) < 2 or len(ids) % 2 or seen[-1] != ids[-1]:
                        ids = await pulled(client, begin)
                        while len(seen) < len(ids):
                            seen += [id for id in [event_id(await socket.receive())] if id]
        assert seen == ids
        assert len(ids) >= 2 * lives
        assert expiries == sorted(expiries)
        assert (expiries[-1] - expiries[0]).total_seconds() >= (lives - 1) * LIFETIME

    async def test_in_the_grace_it_is_not_too_late(self, brief: Stack, fleeting: Client) -> None:
        one = await sign_in(brief.url, fleeting.user["email"])
        async with dialled(brief.url, one.access) as (socket, ack):
            expires = told(ack).timestamp()
            await asyncio.sleep(expires + 0.2 - time.time())  # its token is not good any more
            one = await refresh(brief.url, one.refresh)
            await renew(socket, one.access)
            assert told(await socket.receive()) == expiry(one.access)
            code, _ = await until_closed(socket)
            assert code == 4403
            assert time.time() >= expiry(one.access).timestamp() + GRACE - 0.05

    async def test_a_ping_without_a_token_renews_nothing(self, brief: Stack, fleeting: Client) -> None:
        one = await sign_in(brief.url, fleeting.user["email"])
        async with dialled(brief.url, one.access) as (socket, ack):
            pinging = asyncio.create_task(ping_on(socket))
            code, seen = await until_closed(socket)
            pinging.cancel()
        assert code == 4403
        assert seen
        assert all(message == {"type": "pong"} for message in seen)
        assert time.time() <= told(ack).timestamp() + GRACE + LATE

    @pytest.mark.parametrize("whose", ["another user's", "another session's", "a forged one", "nobody's"])
    async def test_only_a_token_of_the_same_session_renews(
        self, stack: Stack, customer: Client, stranger: Client, whose: str
    ) -> None:
        assert customer.token
        assert stranger.token
        tokens = {
            "another user's": stranger.token,
            "another session's": (await sign_in(stack.url, customer.user["email"])).access,
            "a forged one": customer.token[:-4] + ("AAAA" if customer.token[-4:] != "AAAA" else "BBBB"),
            "nobody's": "",
        }
        async with dialled(stack.url, customer.token) as (socket, _):
            await renew(socket, tokens[whose])
            assert await until_closed(socket) == (4403, [])

    async def test_the_socket_of_nobody_cannot_become_somebodys(self, stack: Stack, customer: Client) -> None:
        assert customer.token
        async with dialled(stack.url, None) as (socket, _):
            await renew(socket, customer.token)
            assert await until_closed(socket) == (4403, [])


async def pulled(client: Client, after: str) -> list[str]:
    """The ids of all events after a cursor, page by page."""
    ids: list[str] = []
    page: dict[str, Any] = {"pageInfo": {"endCursor": after, "hasNextPage": True}}
    while page["pageInfo"]["hasNextPage"]:
        page = await client.run(PULL, after=page["pageInfo"]["endCursor"])
        ids += [edge["node"]["id"] for edge in page["edges"]]
    return ids


async def ping_on(socket: Socket) -> None:
    while True:
        await socket.send({"type": "ping"})
        await asyncio.sleep(0.2)  # a client that shows signs of life


async def up_to_pong(socket: Socket, expiries: list[datetime]) -> list[dict[str, Any]]:
    """What comes before the pong, whose expiry is put to the others."""
    seen: list[dict[str, Any]] = []
    while (message := await socket.receive())["type"] != "pong":
        seen.append(message)
    expiries.append(told(message))
    return seen


def event_id(message: dict[str, Any]) -> str | None:
    """None for progress."""
    event = message["payload"]["data"]["events"]["event"]
    return event["id"] if event else None


class TestLimits:
    async def test_a_user_has_so_many_sockets_and_no_more(
        self, stack: Stack, customer: Client, stranger: Client
    ) -> None:
        async with AsyncExitStack() as opened:
            sockets = [
                (await opened.enter_async_context(dialled(stack.url, customer.token)))[0] for _ in range(MOST_SOCKETS)
            ]
            async with dialled(stack.url, customer.token) as (one_more, _):
                assert await until_closed(one_more) == (4429, [])
            async with dialled(stack.url, stranger.token) as (socket, _):
                assert await answers(socket, 1)
            for socket in sockets:
                assert await answers(socket, 1)
            await sockets[0].connection.close()
            await until(lambda: is_let_in(stack.url, customer.token))  # the shop hears of the close a moment later

    async def test_so_many_messages_may_come_at_once_and_no_more(self, stack: Stack, customer: Client) -> None:
        """The first of them is `connection_init`; after a second there may be as many again."""
        async with dialled(stack.url, customer.token) as (socket, _):
            assert await answers(socket, MOST_MESSAGES - 1)
            await asyncio.sleep(1.1)  # the limit is for each second, and nothing tells of its end
            assert await answers(socket, MOST_MESSAGES)
        async with dialled(stack.url, customer.token) as (socket, _):
            await asyncio.gather(*(socket.send({"type": "ping"}) for _ in range(2 * MOST_MESSAGES)))
            code, seen = await until_closed(socket)
        assert code == 4429
        assert MOST_MESSAGES - 1 <= len(seen) < 2 * MOST_MESSAGES


class TestOrigin:
    """A page of another site must not open a socket with what its reader's browser knows (browsers send `Origin`)."""

    @pytest.mark.parametrize("origin", ["https://elsewhere.example", "http://127.0.0.1", "null", "", "garbage"])
    async def test_a_page_of_another_site_is_refused(self, stack: Stack, origin: str) -> None:
        with pytest.raises(InvalidStatus) as refused:
            async with connect(address(stack.url), subprotocols=PROTOCOLS, origin=Origin(origin), proxy=None):
                pass
        assert refused.value.response.status_code == 403

    async def test_a_page_of_the_shop_is_let_in(self, stack: Stack) -> None:
        async with connect(address(stack.url), subprotocols=PROTOCOLS, origin=Origin(stack.url), proxy=None) as opened:
            await opened.send('{"type": "connection_init"}')
            assert json.loads(await opened.recv()) == {"type": "connection_ack"}


async def answers(socket: Socket, count: int) -> bool:
    for _ in range(count):
        await socket.send({"type": "ping"})
    return [await socket.receive() for _ in range(count)] == [{"type": "pong"}] * count


async def is_let_in(url: str, token: str | None) -> bool:
    async with dialled(url, token) as (socket, _):
        try:
            return await answers(socket, 1)
        except ConnectionClosed:
            return False
