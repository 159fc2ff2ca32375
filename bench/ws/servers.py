"""The servers that are compared: how each is started, and how it is fed."""

import sys
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from redis.asyncio import Redis

from bench.machine import on_server_core
from bench.processes import Running
from bench.processes import running as process_running
from bench.ws.feeds import BatchFeed, ChannelFeed, Feed, ShopFeed
from bench.ws.ledger import Ledger
from bench.ws.machine import PEERS, node
from bench.ws.site import KEY, Site
from persistence.database import SqlDatabase


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """`feed` is told whether the run is targeted."""

    name: str
    command: Callable[[], list[str]]
    settings: Callable[[Site], dict[str, str]]
    feed: Callable[[Site, Ledger, bool], Awaitable[Feed]]


def running(server: Server, site: Site) -> AbstractAsyncContextManager[Running]:
    """The server on its core, ready, and ended at the end."""
    log = site.folder / f"{server.name}.log"
    return process_running(on_server_core(server.command()), log=log, settings=server.settings(site))


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
