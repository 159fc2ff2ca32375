"""The servers behind `swapshop up` and the tests, as their users find them."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis as RedisClient
from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import create_async_engine

from web.stack import MariaDB, NotInstalled, Redis, Server, StartFailed

STARTS_BOTH_AND_WAITS = """
import signal, sys
from pathlib import Path
from web.stack import MariaDB, Redis
with MariaDB(Path(sys.argv[1])) as mariadb, Redis(Path(sys.argv[1])) as redis:
    print(mariadb.port, redis.port, flush=True)
    signal.pause()
"""


@pytest.fixture(scope="module")
def mariadb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MariaDB]:
    with MariaDB(tmp_path_factory.mktemp("mariadb")) as server:
        yield server


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    with Redis(tmp_path) as server:
        yield server


async def run(url: str, *statements: str) -> Sequence[Row[Any]]:
    """Runs the statements in one transaction on a fresh connection and returns the rows of the last."""
    engine = create_async_engine(url)
    try:
        async with engine.begin() as connection:
            results = [await connection.execute(text(statement)) for statement in statements]
            return results[-1].all() if results[-1].returns_rows else []
    finally:
        await engine.dispose()


def refuses(port: int) -> bool:
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) != 0


async def test_mariadb_has_what_it_committed_after_a_power_cut(mariadb: MariaDB) -> None:
    url = mariadb.create_database("attic")
    await run(url, "CREATE TABLE chairs (name VARCHAR(20))", "INSERT INTO chairs VALUES ('REDWOOD')")
    mariadb.kill()
    assert refuses(mariadb.port)
    mariadb.start()
    assert await run(url, "SELECT name FROM chairs") == [("REDWOOD",)]


async def test_mariadb_has_what_it_committed_after_a_stop(mariadb: MariaDB) -> None:
    url = mariadb.create_database("attic")
    await run(url, "CREATE TABLE lamps (name VARCHAR(20))", "INSERT INTO lamps VALUES ('💡')")
    mariadb.stop()
    mariadb.start()
    assert await run(url, "SELECT name FROM lamps") == [("💡",)]


async def test_a_database_made_again_is_empty(mariadb: MariaDB) -> None:
    url = mariadb.create_database("cellar")
    await run(url, "CREATE TABLE jars (name VARCHAR(20))")
    assert mariadb.create_database("cellar") == url
    assert await run(url, "SHOW TABLES") == []


async def test_mariadb_is_set_up_for_the_shop(mariadb: MariaDB) -> None:
    names = [
        "tx_isolation", "time_zone", "innodb_lock_wait_timeout", "innodb_flush_log_at_trx_commit",
        "character_set_connection", "log_bin", "max_connections", "skip_name_resolve",
    ]  # fmt: skip
    (row,) = await run(mariadb.url, "SELECT " + ", ".join(f"@@{name}" for name in names))
    assert tuple(row) == ("READ-COMMITTED", "+00:00", 3, 1, "utf8mb4", 0, 200, 1)


async def test_nobody_else_may_log_in_over_the_network(mariadb: MariaDB) -> None:
    users = await run(mariadb.url, "SELECT user FROM mysql.user WHERE host <> 'localhost' ORDER BY user")
    assert users == [("swapshop",)]


async def test_a_copied_folder_is_a_server_of_its_own(tmp_path: Path) -> None:
    with MariaDB(tmp_path / "template") as template:
        await run(template.url, "CREATE TABLE chairs (name VARCHAR(20))")
    shutil.copytree(tmp_path / "template", tmp_path / "copy")
    with template, MariaDB(tmp_path / "copy") as copy:
        await run(copy.url, "INSERT INTO chairs VALUES ('REDWOOD')")
        assert await run(template.url, "SELECT name FROM chairs") == []


async def test_a_folder_may_have_a_long_name_with_spaces(tmp_path: Path) -> None:
    with MariaDB(tmp_path / ("a long name " * 10).strip()) as server:
        assert await run(server.url, "SELECT 1") == [(1,)]


@pytest.mark.parametrize("end", [Redis.stop, Redis.kill])
async def test_redis_comes_back_empty_at_its_address(redis: Redis, end: Any) -> None:
    async with RedisClient.from_url(redis.url) as client:
        await client.set("chair", "REDWOOD")
    end(redis)
    assert refuses(redis.port)
    redis.start()
    async with RedisClient.from_url(redis.url) as client:
        assert await client.get("chair") is None


@pytest.mark.parametrize("kind", [MariaDB, Redis])
def test_a_port_is_kept_while_the_server_is_down(kind: type[Server], tmp_path: Path) -> None:
    server = kind(tmp_path)
    with socket.socket() as other, pytest.raises(OSError, match="in use"):
        other.bind(("127.0.0.1", server.port))


def test_a_port_that_is_taken_is_refused_at_once(redis: Redis, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="in use"):
        Redis(tmp_path, port=redis.port)


def test_the_servers_die_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", STARTS_BOTH_AND_WAITS, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        ports = [int(port) for port in parent.stdout.readline().split()]
        assert [refuses(port) for port in ports] == [False, False]
        parent.kill()
    while not all(refuses(port) for port in ports):
        os.sched_yield()


async def test_a_server_that_hangs_is_killed_in_the_end(redis: Redis) -> None:
    async with RedisClient.from_url(redis.url) as client:
        os.kill((await client.info("server"))["process_id"], signal.SIGSTOP)
    redis.stop_seconds = 0.1
    redis.stop()
    assert refuses(redis.port)


def test_a_start_that_fails_shows_the_end_of_the_log(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()  # not a database
    with pytest.raises(StartFailed, match=r"mariadbd failed(.|\n)*mysql(.|\n)*start again"):
        MariaDB(tmp_path).start()


def test_an_installation_that_was_killed_is_begun_again(tmp_path: Path) -> None:
    (tmp_path / "data.unfinished" / "mysql").mkdir(parents=True)
    with MariaDB(tmp_path) as server:
        assert server.create_database("attic")


def test_a_server_that_is_not_installed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NotInstalled, match=r"redis-server is not installed\. \./run test installs it"):
        Redis(tmp_path).start()
