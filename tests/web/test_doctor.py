"""`swapshop doctor`: what is here, what is missing, and what is wrong with a running shop."""

import importlib.util
import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from importlib.machinery import SourceFileLoader
from pathlib import Path

import pytest
from redis.asyncio import Redis as Connection

from domain.events import START, Place
from domain.samples import ENDPOINT
from domain.system import Backlog
from persistence.vitals import Troubles
from tests.support.client import Client
from tests.support.processes import ROOT, WEBHOOK_KEYS, EmbeddedStack, ServerStack, Stack
from tests.support.things import SECRET, ago
from tests.support.waiting import until
from tests.web.test_cli import Ended, swapshop
from web import checkup, doctor, folder
from web.doctor import Finding, State
from web.settings import Settings
from web.stack import MariaDB, Redis
from web.vault import AesVault, read_keys

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
GOOD = {
    "version": "10.11.6-MariaDB",
    "tx_isolation": "READ-COMMITTED",
    "time_zone": "+00:00",
    "max_connections": "200",
    "Max_used_connections": "20",
    "innodb_flush_log_at_trx_commit": "1",
}


def states(ended: Ended) -> dict[str, str]:
    """The state of each finding, by its name."""
    lines = [line for line in ended.said.splitlines() if line.split()[0] in {state.value for state in State}]
    return {line[9:30].strip(): line.split()[0] for line in lines}


def not_fine(findings: list[Finding]) -> dict[str, State]:
    return {finding.name: finding.state for finding in findings if finding.state is not State.OK}


def deployed(stack: ServerStack, **others: str) -> dict[str, str]:
    return {**stack.settings, "SWAPSHOP_SECRET_KEY": "k" * 32, "SWAPSHOP_WEBHOOK_KEYS": WEBHOOK_KEYS, **others}


async def test_a_running_shop_is_well(stack: Stack, customer: Client) -> None:
    await customer.until(lambda found: found["status"] == "PROCESSED", READ, id=(await customer.order())["id"])
    if isinstance(stack, ServerStack):
        ended = await swapshop("doctor", settings=deployed(stack))
        expected = {"isolation", "time_zone", "connections", "durability", "clock", "redis", "redis memory"}
        expected |= {"webhook keys", "SWAPSHOP_MQTT_URL"}
        password = stack.database_url.split(":")[2].split("@")[0]
        assert password not in ended.said + ended.complained
    else:
        ended = await swapshop("doctor", "--data", str(stack.folder / "data"))
        expected = {"shop", "settings"}
    assert ended.status == 0, ended
    found = states(ended)
    assert found.keys() >= expected | {
        "python",
        "packages",
        "database",
        "schema",
        "orders",
        "log",
        "payments",
        "deliveries",
    }
    assert "wrong" not in found.values()
    assert ended.said.splitlines()[-1] == "nothing is wrong"


CREATE = """mutation($input: CreateWebhookEndpointInput!) { createWebhookEndpoint(input: $input) {
  ... on WebhookSecretIssued { endpoint { id } } ... on Refusal { message } } }"""
DELETE = "mutation($id: ID!) { deleteWebhookEndpoint(id: $id) { __typename } }"
READ = "query($id: ID!) { order(id: $id) { status } }"


async def test_before_the_first_start_nothing_is_wrong_and_nothing_is_made(tmp_path: Path) -> None:
    ended = await swapshop("doctor", "--data", str(tmp_path / "data"))
    assert (ended.status, states(ended)["database"]) == (0, "ok")
    assert "shop.db is made by the first ./run" in ended.said
    assert not (tmp_path / "data").exists()


async def test_a_shop_that_was_killed_is_found_out(tmp_path: Path) -> None:
    stack = EmbeddedStack(tmp_path).start()
    stack.apis[0].kill()
    ended = await swapshop("doctor", "--data", str(tmp_path / "data"))
    assert (ended.status, states(ended)["shop"]) == (1, "wrong")
    assert f"{stack.url} does not answer" in ended.said
    assert ended.said.splitlines()[-1].startswith("something is wrong")


async def test_orders_that_nobody_promotes_are_wrong(mariadb: MariaDB, redis: Redis, tmp_path: Path) -> None:
    """No worker runs, and the order has been due for longer than a worker ever takes."""
    stack = ServerStack(tmp_path, mariadb, redis).start(apis=1, workers=0)
    async with Client(stack.url) as client:
        await client.register()
        await client.order()

    async def found() -> bool:
        ended = await swapshop("doctor", settings=deployed(stack))
        return (ended.status, states(ended)["orders"], "swapshop worker" in ended.said) == (1, "wrong", True)

    await until(found, seconds=60)
    stack.stop()


@pytest.mark.parametrize("stack", ["servers"], indirect=True)
async def test_a_cache_that_forgets_what_it_must_not_is_wrong(stack: Stack) -> None:
    assert isinstance(stack, ServerStack)
    async with Connection.from_url(stack.redis.url) as connection:
        await connection.config_set("maxmemory-policy", "allkeys-lru")
        try:
            ended = await swapshop("doctor", settings=deployed(stack))
        finally:
            await connection.config_set("maxmemory-policy", "noeviction")
    assert (ended.status, states(ended)["redis memory"]) == (1, "wrong")
    assert "volatile-ttl" in ended.said


async def test_what_cannot_be_reached_is_wrong_and_no_password_is_shown(mariadb: MariaDB) -> None:
    host = f"127.0.0.1:{mariadb.port}"
    cases: tuple[tuple[Mapping[str, str], str, str], ...] = (
        ({"DATABASE_URL": f"mysql+aiomysql://swapshop:canary@{host}/x"}, "database", "Access denied"),
        ({"DATABASE_URL": "mysql+aiomysql://swapshop:canary@127.0.0.1:1/x"}, "database", "Can't connect"),
        ({"DATABASE_URL": mariadb.create_database("empty_one")}, "schema", "swapshop migrate"),
        ({"REDIS_URL": "redis://:canary@127.0.0.1:1/0"}, "redis", "does not answer"),
        ({"MQTT_URL": "mqtt://shop:canary@127.0.0.1:1"}, "broker", "does not answer"),
        ({"MQTT_URL": "http://shop:canary@127.0.0.1:1"}, "SWAPSHOP_MQTT_URL", "is not a broker's URL"),
        ({"DATABASE_URL": "postgresql://a:canary@b/c"}, "SWAPSHOP_DATABASE_URL", "is not supported"),
        ({"SECRET_KEY": "canary"}, "SWAPSHOP_SECRET_KEY", "at least 32 bytes"),
        ({"WEBHOOK_KEYS": "1:canary"}, "SWAPSHOP_WEBHOOK_KEYS", "64 hex digits"),
        ({"LOG_LEVEL": "canary"}, "SWAPSHOP_LOG_LEVEL", "'DEBUG', 'INFO'"),
    )
    for settings, name, words in cases:
        ended = await swapshop("doctor", settings={f"SWAPSHOP_{key}": value for key, value in settings.items()})
        assert (ended.status, states(ended)[name], words in ended.said) == (1, "wrong", True), ended
        assert "canary" not in ended.said + ended.complained


async def test_a_deployment_without_its_keys_is_wrong(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'shop.db'}"
    ended = await swapshop("doctor", settings={"SWAPSHOP_DATABASE_URL": url})
    assert ended.status == 1
    found = states(ended)
    for name, make in (
        ("SWAPSHOP_SECRET_KEY", "openssl rand -hex 32"),
        ("SWAPSHOP_WEBHOOK_KEYS", 'echo "1:$(openssl rand -hex 32)"'),
    ):
        assert (found[name], make in ended.said) == ("wrong", True)


async def test_keys_that_do_not_open_what_is_in_the_database_are_wrong(stack: Stack, staff: Client) -> None:
    """Other bytes under the same id, and another id: no worker would start with them."""
    new = {"name": "Depot", "url": "http://127.0.0.1:1/", "types": ["ORDER_READY"]}
    endpoint = (await staff.run(CREATE, input=new))["endpoint"]["id"]
    try:
        for keys, words in ((f"1:{'a5' * 32}", "does not open the secret"), (f"2:{'5a' * 32}", "needs the key '1'")):
            where = {"SWAPSHOP_DATABASE_URL": stack.database_url, "SWAPSHOP_SECRET_KEY": "k" * 32}
            ended = await swapshop("doctor", settings={**where, "SWAPSHOP_WEBHOOK_KEYS": keys})
            assert (ended.status, states(ended)["webhook keys"], words in ended.said) == (1, "wrong", True), ended
    finally:
        await staff.run(DELETE, id=endpoint)


def test_the_keys_of_an_embedded_shop_are_found_in_its_folder_and_never_made(tmp_path: Path) -> None:
    shop = Settings(data=tmp_path)
    assert doctor.vault_of(shop) is None
    assert not list(tmp_path.iterdir())
    sealed = AesVault(read_keys(folder.webhook_keys(tmp_path))).seal(SECRET, about=ENDPOINT)
    vault = doctor.vault_of(shop)
    assert vault
    assert vault.open(sealed, about=ENDPOINT) == SECRET


@pytest.mark.parametrize(
    ("variables", "found"),
    [
        ({}, {}),
        ({"tx_isolation": "REPEATABLE-READ"}, {"isolation": State.WRONG}),
        ({"transaction_isolation": "SERIALIZABLE"}, {"isolation": State.WRONG}),
        ({"time_zone": "SYSTEM"}, {"time_zone": State.WRONG}),
        ({"max_connections": "29"}, {"connections": State.WRONG}),
        ({"Max_used_connections": "161"}, {"connections": State.WARNING}),
        ({"innodb_flush_log_at_trx_commit": "2"}, {"durability": State.WRONG}),
    ],
)
def test_a_server_that_is_set_otherwise_is_wrong(variables: Mapping[str, str], found: Mapping[str, State]) -> None:
    assert not_fine(list(checkup.of_mysql({**GOOD, **variables}))) == found


@pytest.mark.parametrize(
    ("policy", "limit", "state"),
    [
        ("volatile-ttl", 1, State.OK),
        ("noeviction", 0, State.OK),
        ("noeviction", 1, State.WARNING),
        ("allkeys-lfu", 0, State.WRONG),
    ],
)
def test_what_redis_may_forget(policy: str, limit: int, state: State) -> None:
    assert checkup.policy(policy, limit=limit).state is state


@pytest.mark.parametrize(
    ("seconds", "state"), [(0, State.OK), (1.9, State.OK), (-2.1, State.WRONG), (3600, State.WRONG)]
)
def test_clocks_that_are_apart_are_wrong(seconds: float, state: State) -> None:
    assert checkup.skew(NOON.replace(tzinfo=None) + timedelta(seconds=seconds), NOON).state is state


def test_what_waits_is_wrong_only_where_somebody_should_be_at_work() -> None:
    late = Backlog(head=Place(position=1_001, mark=b"1234"), due_since=ago(seconds=11), webhooks=START)
    assert not_fine(list(checkup.of_the_log(late, runs=True))) == {"orders": State.WRONG, "log": State.WRONG}
    assert not_fine(list(checkup.of_the_log(late, runs=False))) == {}
    busy = Backlog(head=Place(position=1_000, mark=b"1234"), due_since=ago(seconds=5), webhooks=START)
    assert not_fine(list(checkup.of_the_log(busy, runs=True))) == {}


def test_payments_that_do_not_get_on_their_way_are_wrong() -> None:
    waiting = Backlog(head=Place(position=1_001, mark=b"1234"), due_since=None, webhooks=None, payments=START)
    assert checkup.of_payments(waiting, runs=True).state is State.WRONG
    assert checkup.of_payments(waiting, runs=False).state is State.OK
    new = Backlog(head=Place(position=1_001, mark=b"1234"), due_since=None, webhooks=None)
    assert checkup.of_payments(new, runs=True).state is State.OK


def test_what_was_given_up_is_told() -> None:
    assert not_fine(list(checkup.of_webhooks(Troubles(disabled=0, failed=0)))) == {}
    found = not_fine(list(checkup.of_webhooks(Troubles(disabled=1, failed=2))))
    assert found == {"endpoints": State.WARNING, "deliveries": State.WARNING}


def test_packages_that_are_not_those_of_the_lock_are_named(tmp_path: Path) -> None:
    assert doctor.packages(doctor.LOCK).state is State.OK
    lock = tmp_path / "lock.txt"
    lock.write_text(
        "# made\nredis==1.2.3 \\\n    --hash=sha256:00\nno-such-thing==4.5\nother==1 ; python_version < '3'\n"
    )
    found = doctor.packages(lock)
    assert found.state is State.WARNING
    assert "redis 8." in found.detail
    assert "instead of 1.2.3; no-such-thing missing instead of 4.5" in found.detail
    assert "other" not in found.detail


def test_a_program_that_is_missing_is_named_with_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(doctor, "SBIN", "/nowhere")
    missing = {one.name: one.advice for one in doctor.here() if one.state is State.WARNING}
    assert missing.keys() >= {"mariadbd", "redis-server"}
    assert all(f"apt-get install {doctor.PROGRAMS[name]}" in missing[name] for name in doctor.PROGRAMS)


def test_the_packages_it_names_are_those_that_run_installs() -> None:
    loader = SourceFileLoader("swapshop_run", os.fspath(ROOT / "run"))
    spec = importlib.util.spec_from_loader("swapshop_run", loader)
    assert spec
    run = importlib.util.module_from_spec(spec)
    loader.exec_module(run)
    assert {name: run.PACKAGES[name] for name in doctor.PROGRAMS} == doctor.PROGRAMS
