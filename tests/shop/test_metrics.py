"""Metrics: the numbers move by what was done, and by nothing else."""

import re
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path

import httpx
import pytest
from prometheus_client.openmetrics import parser as openmetrics_parser
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Select, func, select

from domain.users import Role
from persistence.tables import webhook_attempts, webhook_deliveries
from tests.conftest import STACKS
from tests.support.client import READ, Client
from tests.support.people import signed_in
from tests.support.processes import EmbeddedStack, ServerStack, Stack
from tests.support.receiver import Receiver, fails_first
from tests.support.waiting import until
from web.stack import MariaDB, Redis

FOLLOW = "subscription { ordersUpdated { cursor order { id status } } }"
CREATE = """mutation($input: CreateWebhookEndpointInput!) { createWebhookEndpoint(input: $input) { __typename } }"""
UNKNOWN = "019a0000-0000-7000-8000-000000000000"
UNITS = ("_total", "_seconds", "_bytes", "_position", "_events", "_fds", "_up", "_sockets")

Numbers = Mapping[tuple[str, frozenset[tuple[str, str]]], float]


@pytest.fixture(scope="module", params=STACKS)
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A running shop all of whose processes serve metrics, and in which nobody else does anything."""
    folder = tmp_path_factory.mktemp("metrics")
    if request.param == "embedded":
        started: Stack = EmbeddedStack(folder).start()
    else:
        servers = request.getfixturevalue("mariadb"), request.getfixturevalue("redis")
        started = ServerStack(folder, *servers).start(workers=0)
        started.workers = [started.process("worker", "--metrics-port", "0", name="worker").start()]
    yield started
    started.stop()


@pytest.fixture
async def buyer(shop: Stack) -> AsyncIterator[Client]:
    async with Client(shop.url) as client:
        yield await client.register()


def addresses(shop: Stack) -> list[str]:
    """Where each process of the shop serves its metrics."""
    apis = [f"{api.url}/metrics" for api in shop.apis]
    workers = [worker for worker in shop.workers if worker not in shop.apis]
    return apis + [re.findall(r"^metrics (\S+)$", worker.log.read_text(), re.MULTILINE)[-1] for worker in workers]


async def scrape(*urls: str) -> Numbers:
    """The numbers of these processes, added up."""
    numbers: dict[tuple[str, frozenset[tuple[str, str]]], float] = {}
    async with httpx.AsyncClient(timeout=15) as client:
        for url in urls:
            answer = await client.get(url)
            assert answer.status_code == 200
            for family in text_string_to_metric_families(answer.text):
                for sample in family.samples:
                    key = (sample.name, frozenset(sample.labels.items()))
                    numbers[key] = numbers.get(key, 0) + sample.value
    return numbers


def number(numbers: Numbers, name: str, **labels: str) -> float:
    return numbers.get((f"swapshop_{name}", frozenset(labels.items())), 0)


class Moved:
    """By how much the numbers of a shop have moved since."""

    def __init__(self, shop: Stack, before: Numbers) -> None:
        self._shop = shop
        self._before = before
        self._after: Numbers = before

    async def look(self) -> None:
        self._after = await scrape(*addresses(self._shop))

    def by(self, name: str, **labels: str) -> float:
        return number(self._after, name, **labels) - number(self._before, name, **labels)


async def moved(shop: Stack) -> Moved:
    return Moved(shop, await scrape(*addresses(shop)))


async def placed(client: Client, count: int) -> list[str]:
    """Orders that have been promoted, and nothing was asked meanwhile."""
    async with client.subscribe(FOLLOW) as following:
        await following.next()
        ids = [(await client.order())["id"] for _ in range(count)]
        waiting = set(ids)
        while waiting:
            order = (await following.next())["order"]
            if order and order["status"] == "PROCESSED":
                waiting.discard(order["id"])
    return ids


async def test_three_orders_are_three_of_everything(shop: Stack, buyer: Client) -> None:
    change = await moved(shop)
    await placed(buyer, 3)
    await change.look()
    assert change.by("requests_total", type="mutation", operation="createOrder", outcome="ok") == 3
    assert change.by("request_duration_seconds_count", type="mutation", operation="createOrder") == 3
    assert change.by("request_duration_seconds_bucket", type="mutation", operation="createOrder", le="+Inf") == 3
    assert change.by("events_total", type="ORDER_CREATED") == 3
    assert change.by("events_total", type="ORDER_READY") == 3
    assert change.by("events_total", type="ORDER_CANCELLED") == 0
    assert change.by("orders_promoted_total") == 3
    assert change.by("log_head_position") == 6 * len(addresses(shop))


async def test_how_an_operation_ended_is_counted(shop: Stack, buyer: Client) -> None:
    change = await moved(shop)
    await buyer.post("query A { me { id } }")
    await buyer.post("{ me { id } a: me { id } }")
    await buyer.post("{ me { id } order(id: $id) { id } }")  # $id is not declared
    await buyer.post("{ me { id } orders { edges { node { id } } } }")
    await buyer.post("{ __typename }")
    await buyer.post("{ system { openSockets } }")  # not for customers
    await buyer.post("{ nonsense")
    await buyer.order(items=[])
    await change.look()
    assert change.by("requests_total", type="query", operation="me", outcome="ok") == 2
    assert change.by("requests_total", type="query", operation="several", outcome="ok") == 1
    assert change.by("requests_total", type="query", operation="introspection", outcome="ok") == 1
    assert change.by("requests_total", type="query", operation="system", outcome="error") == 1
    assert change.by("requests_total", type="unknown", operation="invalid", outcome="refused") == 2
    assert change.by("requests_total", type="mutation", operation="createOrder", outcome="ok") == 1


async def test_names_that_clients_choose_make_no_series(shop: Stack, buyer: Client) -> None:
    await buyer.post("query First { me { id } }")
    before = await scrape(*addresses(shop))
    for index in range(30):
        await buyer.post(f"query Name{index} {{ alias{index}: me {{ id }} }}")
        await buyer.post(f"query {{ nothing{index} }}")
    after = await scrape(*addresses(shop))
    new = {key for key in after.keys() - before.keys() if ("operation", "invalid") not in key[1]}
    assert new == set()
    assert not any("alias" in str(key) or "nothing" in str(key) or "Name" in str(key) for key in after)


async def test_each_read_of_the_cache_is_a_hit_or_a_miss(shop: Stack, buyer: Client) -> None:
    (id,) = await placed(buyer, 1)
    change = await moved(shop)
    for _ in range(4):
        assert (await buyer.read(id))["status"] == "PROCESSED"
    assert await buyer.run(READ, id=UNKNOWN) is None
    await change.look()
    assert (change.by("cache_reads_total", result="hit"), change.by("cache_reads_total", result="miss")) == (4, 1)


async def test_attempts_are_counted_by_what_became_of_them(shop: Stack, receiver: Receiver) -> None:
    """As many have succeeded as the database says: the embedded shop's own receiver is sent webhooks too."""
    receiver.behaviours["/hook"] = fails_first(2)
    change = await moved(shop)
    async with await signed_in(shop, Role.OPERATOR) as staff:
        url = receiver.url("/hook")
        await staff.run(CREATE, input={"name": "Depot", "url": url, "types": ["ORDER_READY"]})
        await placed(staff, 1)
    await receiver.has(3, "/hook")

    async def as_written() -> bool:
        await change.look()
        counted = number(await scrape(*addresses(shop)), "webhook_attempts_total", outcome="succeeded")
        return counted == await succeeded(shop) and not await owed(shop)

    await until(as_written)
    assert change.by("webhook_attempts_total", outcome="succeeded") > 0
    assert change.by("webhook_attempts_total", outcome="retrying") == 2
    assert change.by("webhook_attempts_total", outcome="failed") == 0


async def succeeded(shop: Stack) -> int:
    """Attempts that the shop's database has written down as answered with 2xx."""
    return await count(shop, select(func.count()).where(webhook_attempts.c.status.between(200, 299)))


async def owed(shop: Stack) -> int:
    return await count(shop, select(func.count()).where(webhook_deliveries.c.next_attempt_at.is_not(None)))


async def count(shop: Stack, query: Select[tuple[int]]) -> int:
    async with shop.looking() as database, database.reading() as rows:
        return int(await rows.connection.scalar(query) or 0)


async def test_open_sockets_are_counted_where_they_are(shop: Stack, buyer: Client) -> None:
    url = addresses(shop)[0]

    async def none_left() -> bool:
        return number(await scrape(url), "open_sockets") == 0

    await until(none_left)  # those of the tests before close when their client has gone
    async with buyer.socket(), buyer.socket():
        assert number(await scrape(url), "open_sockets") == 2
    await until(none_left)


async def test_all_is_up_and_nobody_lags(shop: Stack, buyer: Client) -> None:
    await placed(buyer, 1)

    async def at_rest() -> bool:
        found = await scrape(*addresses(shop))
        return not any(number(found, "log_reader_lag_events", reader=reader) for reader in ("tail", "webhooks"))

    await until(at_rest)
    found = await scrape(addresses(shop)[0])
    assert [number(found, "up", dependency=name) for name in ("database", "redis", "bus")] == [1, 1, 1]
    assert number(found, "poller_lag_seconds") == 0
    head = number(found, "log_head_position")
    assert head > 0
    assert number(found, "log_reader_position", reader="tail") == head


async def test_the_text_is_what_a_scraper_asks_for(shop: Stack) -> None:
    async with httpx.AsyncClient() as client:
        plain = await client.get(addresses(shop)[-1])
        newer = await client.get(
            addresses(shop)[-1], headers={"accept": "application/openmetrics-text; version=1.0.0; charset=utf-8"}
        )
    assert plain.headers["content-type"].startswith("text/plain; version=")
    assert newer.headers["content-type"].startswith("application/openmetrics-text; version=1.0.0")
    assert newer.text.endswith("# EOF\n")
    assert list(openmetrics_parser.text_string_to_metric_families(newer.text))
    families = list(text_string_to_metric_families(plain.text))
    assert families
    for family in families:
        name = f"{family.name}_total" if family.type == "counter" else family.name
        assert (family.documentation.strip() != "", name.startswith("swapshop_")) == (True, True), name
        assert name.endswith(UNITS), name


async def test_a_shop_without_its_worker_says_how_long_orders_have_waited(
    mariadb: MariaDB, redis: Redis, tmp_path: Path
) -> None:
    stack = ServerStack(tmp_path, mariadb, redis).start(apis=1, workers=0)
    async with Client(stack.url) as client, await signed_in(stack, Role.OPERATOR) as staff:
        await client.register()
        assert number(await scrape(f"{stack.url}/metrics"), "poller_lag_seconds") == 0
        await staff.run(CREATE, input={"name": "D", "url": "http://127.0.0.1:1/", "types": ["ORDER_READY"]})
        await client.order()
        await client.order()

        async def lags() -> bool:
            found = await scrape(f"{stack.url}/metrics")
            behind = number(found, "log_reader_lag_events", reader="webhooks")
            return number(found, "poller_lag_seconds") > 0.5 and behind == 2

        await until(lags)
        stack.workers = [stack.process("worker", name="worker").start()]

        async def done() -> bool:
            found = await scrape(f"{stack.url}/metrics")
            waits = number(found, "poller_lag_seconds") + number(found, "log_reader_lag_events", reader="webhooks")
            return waits == 0 and number(found, "log_reader_lag_events", reader="tail") == 0

        await until(done)
    stack.stop()


async def test_a_scrape_is_answered_while_the_database_is_away(redis: Redis, tmp_path: Path) -> None:
    """On a database server of its own, which is killed."""
    with MariaDB(tmp_path / "mariadb") as mariadb:
        stack = ServerStack(tmp_path, mariadb, redis).start(apis=1, workers=0)
        mariadb.kill()
        found = await scrape(f"{stack.url}/metrics")
        assert [number(found, "up", dependency=name) for name in ("database", "redis", "bus")] == [0, 1, 1]
        names = {name.removeprefix("swapshop_") for name, _ in found}
        assert not names & {"poller_lag_seconds", "log_head_position", "log_reader_lag_events"}
        assert {"open_sockets", "events_total"} <= names
        async with httpx.AsyncClient() as client:
            ready = await client.get(f"{stack.url}/readyz")
        assert (ready.status_code, "does not answer" in ready.json()["database"]) == (503, True)
        mariadb.start()

        async def back() -> bool:
            return number(await scrape(f"{stack.url}/metrics"), "up", dependency="database") == 1

        await until(back)
        stack.stop()
