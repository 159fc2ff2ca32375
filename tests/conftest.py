"""Both stacks, for every test that asks for one."""

from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path

import pytest

from domain.users import Role
from persistence.database import SqlDatabase
from tests.support.client import Client
from tests.support.databases import FileTemplate, ServerTemplate, template_on
from tests.support.failures import logs_since
from tests.support.people import signed_in
from tests.support.processes import EmbeddedStack, ServerStack, Stack
from web.mosquitto import Mosquitto
from web.stack import MariaDB, Redis

STACKS = ("embedded", "servers")
BEGUN = pytest.StashKey[float]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="run the acceptance sizes")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that fails is reported with what the shop's processes logged meanwhile."""
    report = yield
    begun = item.stash.setdefault(BEGUN, call.start)
    if report.failed:
        report.sections += logs_since(begun)
    return report


@pytest.fixture(scope="session")
def full(request: pytest.FixtureRequest) -> bool:
    """Whether the acceptance sizes were asked for."""
    return bool(request.config.getoption("--full"))


@pytest.fixture(scope="session")
def mariadb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MariaDB]:
    with MariaDB(tmp_path_factory.mktemp("mariadb")) as server:
        yield server


@pytest.fixture(scope="session")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    with Redis(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture
def mosquitto(tmp_path: Path) -> Iterator[Mosquitto]:
    """A broker for one shop: the names of its clients and topics are those of one."""
    with Mosquitto(tmp_path / "mosquitto") as server:
        yield server


@pytest.fixture(scope="session", params=STACKS)
def stack(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A running shop that the tests of a session share: each test brings its own users."""
    started = start_stack(request, tmp_path_factory.mktemp("stack"))
    yield started
    started.stop()


@pytest.fixture(params=STACKS)
def own_stack(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stack]:
    """A running shop for one test alone, which may kill it."""
    started = start_stack(request, tmp_path)
    yield started
    started.stop()


def start_stack(request: pytest.FixtureRequest, folder: Path) -> Stack:
    if request.param == "embedded":
        return EmbeddedStack(folder).start()
    servers = request.getfixturevalue("mariadb"), request.getfixturevalue("redis")
    return ServerStack(folder, *servers).start()


@pytest.fixture
async def customer(stack: Stack) -> AsyncIterator[Client]:
    """A new customer of the shared shop."""
    async with Client(stack.url) as client:
        yield await client.register()


@pytest.fixture
async def staff(stack: Stack) -> AsyncIterator[Client]:
    """An admin of the shared shop."""
    async with await signed_in(stack, Role.ADMIN) as client:
        yield client


@pytest.fixture(scope="session")
def file_template(tmp_path_factory: pytest.TempPathFactory) -> FileTemplate:
    return FileTemplate(tmp_path_factory.mktemp("template"))


@pytest.fixture(scope="session")
def server_template(mariadb: MariaDB) -> ServerTemplate:
    return template_on(mariadb)


@pytest.fixture(params=STACKS)
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[SqlDatabase]:
    """An empty database of the newest schema, of either kind."""
    if request.param == "embedded":
        url = request.getfixturevalue("file_template").copy(tmp_path)
    else:
        url = request.getfixturevalue("server_template").copy("one_test")
    opened = SqlDatabase(url)
    yield opened
    await opened.close()
