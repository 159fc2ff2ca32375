"""People of the shared shop, and a shop that is in no hurry."""

from collections.abc import AsyncIterator, Iterator

import pytest

from domain.users import Role
from tests.conftest import STACKS
from tests.support.client import Client
from tests.support.people import signed_in
from tests.support.processes import EmbeddedStack, ServerStack, Stack
from tests.support.receiver import Receiver, receiving
from web.stack import Redis

NO_HURRY = {"SWAPSHOP_PROMOTE_AFTER": "60s"}


@pytest.fixture
async def stranger(stack: Stack) -> AsyncIterator[Client]:
    """Another customer."""
    async with Client(stack.url) as client:
        yield await client.register(name="Bea")


@pytest.fixture
async def operator(stack: Stack) -> AsyncIterator[Client]:
    async with await signed_in(stack, Role.OPERATOR) as client:
        yield client


@pytest.fixture
async def seller(stack: Stack) -> AsyncIterator[Client]:
    async with await signed_in(stack, Role.SELLER) as client:
        yield client


@pytest.fixture
async def nobody(stack: Stack) -> AsyncIterator[Client]:
    """A client that has not signed in."""
    async with Client(stack.url) as client:
        yield client


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as started:
        yield started


@pytest.fixture(scope="session", params=STACKS)
def unhurried(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A running shop in which an order stays PENDING for a minute, on a Redis of its own."""
    folder = tmp_path_factory.mktemp("unhurried")
    if request.param == "embedded":
        started: Stack = EmbeddedStack(folder, settings=NO_HURRY).start()
        yield started
        started.stop()
        return
    with Redis(folder / "redis") as redis:
        started = ServerStack(folder, request.getfixturevalue("mariadb"), redis, settings=NO_HURRY).start(workers=0)
        yield started
        started.stop()


@pytest.fixture
async def buyer(unhurried: Stack) -> AsyncIterator[Client]:
    """A new customer of the shop that is in no hurry."""
    async with Client(unhurried.url) as client:
        yield await client.register()


@pytest.fixture
async def clerk(unhurried: Stack) -> AsyncIterator[Client]:
    """An operator of the shop that is in no hurry."""
    async with await signed_in(unhurried, Role.OPERATOR) as client:
        yield client


@pytest.fixture
async def vendor(unhurried: Stack) -> AsyncIterator[Client]:
    """A seller of the shop that is in no hurry."""
    async with await signed_in(unhurried, Role.SELLER) as client:
        yield client
