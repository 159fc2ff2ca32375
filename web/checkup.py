"""What the doctor finds in the database and the Redis of a shop, running or not."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.clock import now
from domain.ports import Unavailable, Vault
from domain.system import Backlog
from domain.webhooks import WebhookSecrets
from persistence.database import SqlDatabase
from persistence.migrations import NewerSchema, has_newest
from persistence.vitals import Troubles, backlog, troubles
from web.broker import Broker, ping
from web.doctor import Finding, fine, warning, wrong
from web.logs import without_secrets

CONNECTIONS = 15  # of one process: the pool's 10 and its overflow of 5
LEAST_PROCESSES = 2
BUSY = 0.8
OVERDUE = 10.0  # seconds; the poller looks once a second
BEHIND = 1_000  # events
MOST_SKEW = 2.0  # seconds; leases and due times are compared across processes
LATELY = timedelta(days=1)
VARIABLES = (
    "tx_isolation",
    "transaction_isolation",
    "time_zone",
    "max_connections",
    "innodb_flush_log_at_trx_commit",
    "version",
)


async def examine_database(url: str, *, runs: bool, vault: Vault | None) -> list[Finding]:
    """`runs`: whether somebody should be at work on it, so that what waits too long is wrong.

    `vault` is that of the shop, if it is known.
    """
    database = SqlDatabase(url, deadline=5.0)
    try:
        async with database.reading() as rows:
            found, current = await _database(rows.connection, embedded=database.embedded, runs=runs)
            secrets = await rows.endpoints.all_secrets() if vault and current else {}
        return [*found, of_secrets(secrets, vault)] if vault and current else found
    except Unavailable as fault:
        reason = without_secrets(str(fault.__cause__ or fault)).splitlines()[0]
        return [wrong("database", f"cannot be used: {reason}", "is it running, and is SWAPSHOP_DATABASE_URL right?")]
    finally:
        await database.close()


async def _database(connection: AsyncConnection, *, embedded: bool, runs: bool) -> tuple[list[Finding], bool]:
    """What was found, and whether the tables are this version's."""
    server = await _server(connection, embedded=embedded)
    try:
        current = await has_newest(connection)
    except NewerSchema as newer:
        return [*server, wrong("schema", "is a newer version's", str(newer))], False
    if not current:
        advice = "swapshop migrate (an embedded shop does it at its start)"
        return [*server, wrong("schema", "is not this version's", advice)], False
    behind = await backlog(connection)
    waiting = [*of_the_log(behind, runs=runs), of_payments(behind, runs=runs)]
    failed = of_webhooks(await troubles(connection, since=now() - LATELY))
    return [*server, fine("schema", "is this version's"), *waiting, *failed], True


async def _server(connection: AsyncConnection, *, embedded: bool) -> list[Finding]:
    if embedded:
        version = await connection.scalar(text("SELECT sqlite_version()"))
        return [fine("database", f"SQLite {version}")]
    names = ", ".join(f"'{name}'" for name in VARIABLES)
    rows = await connection.execute(text(f"SHOW VARIABLES WHERE Variable_name IN ({names})"))
    status = await connection.execute(text("SHOW GLOBAL STATUS LIKE 'Max_used_connections'"))
    values: dict[str, str] = dict((*map(tuple, rows), *map(tuple, status)))
    theirs = (await connection.execute(text("SELECT UTC_TIMESTAMP(6)"))).scalar_one()
    return [*of_mysql(values), skew(theirs, now())]


def of_mysql(values: Mapping[str, str]) -> Iterator[Finding]:
    """What the server's variables, as one of our own sessions sees them, say."""
    yield fine("database", values["version"])
    isolation = values.get("transaction_isolation") or values.get("tx_isolation")
    if isolation == "READ-COMMITTED":
        yield fine("isolation", isolation)
    else:
        yield wrong("isolation", f"{isolation}: claims would block new orders", "does a proxy change the session?")
    if values["time_zone"] == "+00:00":
        yield fine("time_zone", "+00:00")
    else:
        yield wrong("time_zone", f"{values['time_zone']} instead of +00:00", "does a proxy change the session?")
    yield connections(most=int(values["max_connections"]), used=int(values["Max_used_connections"]))
    flush = values["innodb_flush_log_at_trx_commit"]
    if flush == "1":
        yield fine("durability", "innodb_flush_log_at_trx_commit=1")
    else:
        told = f"innodb_flush_log_at_trx_commit={flush}: a power cut takes back orders that were answered"
        yield wrong("durability", told, "set it to 1 in the server's configuration")


def connections(*, most: int, used: int) -> Finding:
    room = f"max_connections={most} is room for {most // CONNECTIONS} processes of {CONNECTIONS}"
    advice = f"max_connections must be more than {CONNECTIONS} times the number of APIs and workers"
    if most < LEAST_PROCESSES * CONNECTIONS:
        return wrong("connections", f"{room}: one API and one worker do not fit", advice)
    if used > BUSY * most:
        return warning("connections", f"{room}; {used} have been in use at once", advice)
    return fine("connections", f"{room}; at most {used} have been in use")


def skew(theirs: datetime, ours: datetime) -> Finding:
    """Between the database's clock and this computer's; both in UTC."""
    apart = abs((theirs.replace(tzinfo=UTC) - ours).total_seconds())
    if apart > MOST_SKEW:
        return wrong("clock", f"{apart:.1f} s apart from the database's", "keep both with NTP, e.g. chrony")
    return fine("clock", f"within {MOST_SKEW:g} s of the database's")


def of_the_log(backlog: Backlog, *, runs: bool) -> Iterator[Finding]:
    waited = (now() - backlog.due_since).total_seconds() if backlog.due_since else 0.0
    if waited <= OVERDUE:
        yield fine("orders", "none that is due waits for long")
    elif runs:
        told = f"a PENDING order has been due for {waited:.0f} s"
        yield wrong("orders", told, "does a worker run? swapshop worker; look at its log")
    else:
        yield fine("orders", "some wait to be promoted: the shop is not running", "./run")
    behind = backlog.head.position - backlog.webhooks.position if backlog.webhooks else 0
    told = f"the log's head is {backlog.head.position}, webhooks are {behind} events behind"
    if behind > BEHIND and runs:
        yield wrong("log", told, "does a worker run? swapshop worker; look at its log")
    else:
        yield fine("log", told)


def of_payments(backlog: Backlog, *, runs: bool) -> Finding:
    """Whether what is asked of the card processor gets on its way."""
    behind = backlog.head.position - backlog.payments.position if backlog.payments else 0
    told = f"the way to the card processor is {behind} events behind"
    if behind > BEHIND and runs:
        return wrong("payments", told, "are the broker and a worker running? look at the worker's log")
    return fine("payments", told)


def of_webhooks(found: Troubles) -> Iterator[Finding]:
    if found.disabled:
        told = f"{found.disabled} disabled: they are sent nothing"
        yield warning("endpoints", told, "webhookEndpoints says why; tell their owners")
    else:
        yield fine("endpoints", "none is disabled")
    if found.failed:
        told = f"{found.failed} given up in the last day"
        yield warning("deliveries", told, "ask for an endpoint's deliveries with status FAILED; then redeliverWebhook")
    else:
        yield fine("deliveries", "none given up in the last day")


def of_secrets(sealed: Mapping[UUID, WebhookSecrets], vault: Vault) -> Finding:
    """Whether the keys open the secrets of all endpoints: no worker starts otherwise."""
    try:
        for id, secrets in sealed.items():
            for secret in filter(None, (secrets.current, secrets.old)):
                vault.open(secret, about=id)
    except LookupError as fault:
        return wrong("webhook keys", str(fault), "put the key back that sealed it, behind the newest")
    return fine("webhook keys", f"open the secrets of {len(sealed)} endpoints")


async def examine_redis(url: str) -> list[Finding]:
    redis = Redis.from_url(url, socket_timeout=2.0, socket_connect_timeout=2.0, decode_responses=True)
    try:
        info: dict[str, Any] = await redis.info("server")
        return [fine("redis", f"Redis {info['redis_version']}"), *await _redis_settings(redis)]
    except (RedisError, OSError) as fault:
        told = f"does not answer ({type(fault).__name__}): the shop is slower, not closed"
        return [wrong("redis", told, "is it running, and is SWAPSHOP_REDIS_URL right?")]
    finally:
        await redis.aclose()


async def examine_broker(url: str, *, ca_file: Path | None) -> Finding:
    try:
        await ping(Broker.at(url, ca_file=ca_file))
    except Unavailable as fault:
        return wrong("broker", f"{fault}: payments wait", "is it running, and is SWAPSHOP_MQTT_URL right?")
    return fine("broker", "lets us in")


async def _redis_settings(redis: Redis) -> list[Finding]:
    try:
        values: dict[Any, Any] = await redis.config_get("maxmemory-policy", "maxmemory", "appendonly")
    except ResponseError:  # as hosted ones do
        return [warning("redis memory", "may not be asked for", "make sure of it: maxmemory-policy volatile-ttl")]
    return [policy(values["maxmemory-policy"], limit=int(values["maxmemory"])), persistence(values["appendonly"])]


def policy(name: str, *, limit: int) -> Finding:
    """The cache must not lose the version of an order before its time: see docs/decisions/0002."""
    right = "maxmemory-policy volatile-ttl"
    if name.startswith("allkeys-"):
        return wrong("redis memory", f"{name} throws out what must stay", right)
    if name == "noeviction" and limit:
        return warning("redis memory", f"noeviction with maxmemory {limit}: when full, nothing is cached", right)
    return fine("redis memory", f"{name}, maxmemory {limit or 'without limit'}")


def persistence(append_only: str) -> Finding:
    if append_only == "yes":
        return fine("redis persistence", "append-only")
    return fine("redis persistence", "none: after a restart the cache is empty, and nothing is lost")
