"""The servers that are compared: how each is started, and how it is fed."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from redis.asyncio import Redis

from bench.ws.feeds import BatchFeed, ChannelFeed, Feed, ShopFeed
from bench.ws.ledger import Ledger
from bench.ws.machine import PEERS, NotReady, environment, node, on_server_core
from bench.ws.site import KEY, Site
from persistence.database import SqlDatabase
from web.stack import DIES_WITH_US

ROOT = Path(__file__).parents[2]
READY_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """`feed` is told whether the run is targeted."""

    name: str
    command: Callable[[], list[str]]
    settings: Callable[[Site], dict[str, str]]
    feed: Callable[[Site, Ledger, bool], Awaitable[Feed]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    pid: int
    port: int
    log: Path


@asynccontextmanager
async def running(server: Server, site: Site) -> AsyncIterator[Running]:
    """The server on its core, ready, and ended at the end."""
    log = site.folder / f"{server.name}.log"
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *DIES_WITH_US,
            *on_server_core(server.command()),
            cwd=ROOT,
            env=environment(**server.settings(site)),
            stdout=output,
            stderr=output,
        )
    try:
        yield Running(pid=process.pid, port=await _port(process, log), log=log)
    finally:
        if process.returncode is None:
            process.kill()  # what a server does to end well is not measured
        await process.wait()


async def _port(process: asyncio.subprocess.Process, log: Path) -> int:
    """From the line with which a server says that it is ready."""
    deadline = time.monotonic() + READY_SECONDS
    while process.returncode is None and time.monotonic() < deadline:
        if port := _port_in(log):
            return port
        await asyncio.sleep(0.02)  # between looks at what another process has written
    raise _not_ready(log)


def _not_ready(log: Path) -> NotReady:
    return NotReady(f"{log.stem} did not become ready. What it said:\n{log.read_text()}")


def _port_in(log: Path) -> int | None:
    for line in log.read_text().splitlines():
        if line.startswith("ready "):
            return int(line.rpartition(":")[2])
    return None


async def _shop_feed(site: Site, ledger: Ledger, _targeted: bool) -> Feed:
    redis = (Redis.from_url(site.redis_url), Redis.from_url(site.redis_url))
    return await ShopFeed(SqlDatabase(site.database_url), redis, ledger).start()


async def _batch_feed(site: Site, ledger: Ledger, _targeted: bool) -> Feed:
    return BatchFeed(Redis.from_url(site.redis_url), ledger)


async def _channel_feed(site: Site, ledger: Ledger, targeted: bool) -> Feed:
    return ChannelFeed(Redis.from_url(site.redis_url), ledger, targeted=targeted)


def _shop_settings(site: Site) -> dict[str, str]:
    """What one user may have of sockets is no limit here, where one user has them all."""
    return {
        "SWAPSHOP_DATABASE_URL": site.database_url,
        "SWAPSHOP_REDIS_URL": site.redis_url,
        "SWAPSHOP_SECRET_KEY": KEY,
        "SWAPSHOP_WEBHOOK_KEYS": f"1:{'5a' * 32}",
        "SWAPSHOP_MOST_SOCKETS": "100000",
        "SWAPSHOP_MOST_MESSAGES": "1000",
    }


def _peer_settings(site: Site) -> dict[str, str]:
    return {"REDIS_URL": site.redis_url, "SECRET_KEY": KEY, "NODE_ENV": "production"}


SHOP = Server(
    name="swapshop",
    command=lambda: [sys.executable, "-m", "web.cli", "serve", "--port", "0"],
    settings=_shop_settings,
    feed=_shop_feed,
)
GRAPHQL_WS = Server(
    name="graphql-ws",
    command=lambda: [node(), str(PEERS / "graphql_ws.js")],
    settings=_peer_settings,
    feed=_batch_feed,
)
STRAWBERRY = Server(
    name="strawberry",
    command=lambda: [sys.executable, "-m", "bench.ws.peers.strawberry_broadcaster"],
    settings=_peer_settings,
    feed=_channel_feed,
)
SERVERS = {server.name: server for server in (SHOP, GRAPHQL_WS, STRAWBERRY)}
