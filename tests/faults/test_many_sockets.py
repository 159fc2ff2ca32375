"""Sockets that are opened and torn down by the thousand leave nothing behind in the process that had them."""

import asyncio
import gc
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from itertools import cycle, islice
from pathlib import Path

import pytest
from pydantic import SecretStr
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from websockets.server import ServerProtocol

from domain.ids import new_id
from graph.context import Context
from graph.execution import EventExecutor
from persistence.database import SqlDatabase
from persistence.migrations import migrate
from tests.persistence.shops import until
from tests.support.client import Client
from tests.support.processes import KEY, WEBHOOK_KEYS, Process, ServerStack
from tests.support.raw_sockets import RawSocket
from tests.support.things import make_user
from tests.support.vitals import descriptors_of, gauge, memory_of
from tests.support.waiting import PATIENCE
from web.app import create_app
from web.handler import Handler
from web.hub import Hub, Subscription
from web.serving import Server, bound, url_of
from web.settings import Settings
from web.sockets import Socket
from web.stack import MariaDB, Redis
from web.wire import WebSocketProtocol
from web.wiring import assembled, opened_shop

SOCKETS, SOCKETS_FULL = 500, 10_000
AT_ONCE = 250
EVENTS = "subscription { events { cursor event { id } } }"
OF_A_SOCKET = (
    HttpToolsProtocol,
    WebSocketProtocol,
    Handler,
    Context,
    Socket,
    Subscription,
    ServerProtocol,
    EventExecutor,
)
POOLED = 15
"""Connections that a process may have to its database, and whether it has one more or less is no leak."""

Stage = Callable[[str, str], Awaitable[RawSocket]]


async def connected(url: str, _token: str) -> RawSocket:
    return await RawSocket.connected(url)


async def upgraded(url: str, token: str) -> RawSocket:
    one = await connected(url, token)
    await one.upgrade()
    return one


async def signed_in(url: str, token: str) -> RawSocket:
    one = await upgraded(url, token)
    await one.sign_in(token)
    return one


async def asking(url: str, token: str) -> RawSocket:
    """It goes before it is answered."""
    one = await signed_in(url, token)
    await one.subscribe(EVENTS)
    return one


async def subscribed(url: str, token: str) -> RawSocket:
    one = await asking(url, token)
    message = await one.message()
    assert message["type"] == "next", message
    return one


STAGES: Sequence[Stage] = (subscribed, connected, subscribed, upgraded, subscribed, signed_in, subscribed, asking)


async def opened_and_reset(url: str, token: str, count: int) -> None:
    """In waves; half of the sockets have a subscription, the others have come less far."""
    left = islice(cycle(STAGES), count)
    while wave := list(islice(left, AT_ONCE)):
        sockets = await asyncio.gather(*(stage(url, token) for stage in wave))
        for socket in sockets:
            socket.reset()


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_a_second_round_of_sockets_needs_no_more_memory_than_the_first(
    mariadb: MariaDB, redis: Redis, tmp_path: Path, full: bool
) -> None:
    count = SOCKETS_FULL if full else SOCKETS
    stack = ServerStack(tmp_path, mariadb, redis, settings={"SWAPSHOP_MOST_SOCKETS": str(count)})
    [api] = stack.start(apis=1, workers=0).apis
    try:
        async with await Client(api.url).register() as customer:
            assert customer.token
            used = []
            for _ in range(2):
                await opened_and_reset(api.url, customer.token, count)
                await no_sockets(api)
                used.append((memory_of(api), descriptors_of(api)))
    finally:
        stack.stop()
    (memory, descriptors), (memory_after, descriptors_after) = used
    print(
        f"{count} sockets, then as many again: {memory >> 10} and {memory_after >> 10} KiB, {descriptors_after} files"
    )
    assert memory_after < 1.1 * memory
    assert descriptors_after < descriptors + POOLED


async def no_sockets(api: Process) -> None:
    """Returns when the process has seen them all off."""
    async with asyncio.timeout(PATIENCE):
        while await gauge(api, "swapshop_open_sockets"):  # noqa: ASYNC110 (it is another process)
            await asyncio.sleep(0.02)


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_sockets_that_are_gone_leave_neither_a_task_nor_an_object(tmp_path: Path, full: bool) -> None:
    """With the shop in the process of the test, which can count what there is in it.

    The collector does not come: a shop lets it look through what is old so seldom that what only the collector would
    find is lost (web/serving.py).
    """
    async with serving(tmp_path) as (hub, url, token), uncollected():
        before = asyncio.all_tasks()
        await opened_and_reset(url, token, SOCKETS_FULL if full else SOCKETS)
        with suppress(TimeoutError):
            await until(lambda: asyncio.all_tasks() <= before and not objects_left())
        assert asyncio.all_tasks() - before == set()
        assert objects_left() == {}
        assert (hub._groups, hub._filed, hub._topics) == ({}, {}, {})


@asynccontextmanager
async def uncollected() -> AsyncIterator[None]:
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def objects_left() -> Counter[str]:
    return Counter(type(one).__name__ for one in gc.get_objects() if isinstance(one, OF_A_SOCKET))


@asynccontextmanager
async def serving(folder: Path) -> AsyncIterator[tuple[Hub, str, str]]:
    """A shop on SQLite: its hub, its address, and the token of a customer."""
    url = SecretStr(f"sqlite+aiosqlite:///{folder / 'shop.db'}")
    new = SqlDatabase(url.get_secret_value())
    await migrate(new.writer)
    await new.close()
    given = Settings(
        database_url=url,
        secret_key=SecretStr(KEY),
        webhook_keys=SecretStr(WEBHOOK_KEYS),
        most_sockets=SOCKETS_FULL,
    )
    async with assembled(given, embedded=True) as parts, opened_shop(parts) as shop:
        listener = bound(0)
        async with Server(create_app(parts, shop), listener):
            yield parts.hub, url_of(listener), shop.tokens.issue(make_user(), new_id()).text
