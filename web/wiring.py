"""The wiring: every adapter is made here, from the settings, and closed here, in reverse."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from redis.asyncio import Redis

from domain.deliveries import ClaimedDelivery, DeliveryStatus, Outcome
from domain.drafts import Terms as OrderTerms
from domain.events import Event
from domain.ids import new_id
from domain.orders import Order
from domain.payment_wishes import Deadlines
from domain.ports import OrderCache, PaymentTransport
from domain.settling import Ending, Patience, settle_and_pass_on
from domain.users import STAFF, Role
from graph.context import Shop
from graph.shapes import DocumentShapes
from persistence.bus import Bus
from persistence.cache import MemoryOrderCache, RedisOrderCache
from persistence.database import SqlDatabase
from persistence.desk import SqlOrderDesk
from persistence.lane import Lane
from persistence.migrations import is_current
from persistence.openings import SqlOpenings
from persistence.tail import Tail
from web.auth import Argon2Passwords, JwtTokens
from web.broker import Broker
from web.card_tokens import HmacCardTokens
from web.gate import Gate
from web.health import Checkup
from web.hub import Hub
from web.metrics import MeteredOrderCache, Metrics
from web.outbound import Outbound
from web.payment_transports import LocalTransport, MqttTransport
from web.reach import Reach
from web.redis_clients import listener_of, redis_of
from web.refresh_tokens import HmacRefreshTokens
from web.settings import NotReady, Settings
from web.sockets import Sockets
from web.vault import AesVault, read_keys
from worker.bridge import Bridge
from worker.crew import Terms, hire

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=4)
"""After so long another worker is the bridge of payments in place of one that was killed."""
OWN_LEASE = timedelta(hours=1)
"""In a shop of one process nobody waits for it, and the disk is left alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What one process is made of."""

    settings: Settings
    embedded: bool
    database: SqlDatabase
    redis: Redis | None
    bus: Bus
    tail: Tail
    cache: OrderCache
    outbound: Outbound
    vault: AesVault | None
    shapes: DocumentShapes
    metrics: Metrics
    sockets: Sockets
    hub: Hub
    health: Checkup


@asynccontextmanager
async def assembled(settings: Settings, *, embedded: bool = False) -> AsyncIterator[Parts]:
    """The parts that the API and the worker have in common, started; refuses a database that is not current."""
    async with AsyncExitStack() as stack:
        database = await _database(settings, stack)
        redis = redis_of(settings, stack)
        async with database.reading() as rows:
            log_id = await rows.events.log_id()
        bus = Bus(log_id, redis=(redis, listener_of(settings, stack)) if redis else None)
        tail, metrics, sockets = Tail(database), Metrics(), Sockets()
        # Without Redis a process would not hear in time what another changed: only a shop of one may remember.
        orders: OrderCache = RedisOrderCache(redis) if redis else MemoryOrderCache(most=10_000 if embedded else 0)
        cache = MeteredOrderCache(orders, metrics)
        database.when_committed(metrics.committed)
        database.when_committed(_noted)
        database.when_committed(lambda events: cache.put(_orders(events)))
        database.when_committed(bus.publish)
        bus.listen(tail.hear, missed=tail.look)
        reach = Reach(private=settings.webhook_allow_private, loopback=embedded)
        outbound = Outbound(reach, deadline=settings.webhook_timeout.total_seconds())
        await stack.enter_async_context(outbound)
        await bus.start()
        stack.push_async_callback(bus.stop)
        await tail.start()
        stack.push_async_callback(tail.stop)
        yield Parts(
            settings=settings,
            embedded=embedded,
            database=database,
            redis=redis,
            bus=bus,
            tail=tail,
            cache=cache,
            outbound=outbound,
            vault=_vault(settings),
            shapes=DocumentShapes(),
            metrics=metrics,
            sockets=sockets,
            hub=Hub(tail),
            health=Checkup(
                database=database, redis=redis, bus=bus, broker=broker_of(settings), tail=tail, sockets=sockets
            ),
        )


@asynccontextmanager
async def opened_shop(parts: Parts) -> AsyncIterator[Shop]:
    """What the graph is served from."""
    key = parts.settings.secret_key
    if key is None:
        raise NotReady("SWAPSHOP_SECRET_KEY is not set. Make one: openssl rand -hex 32")
    vault = _needed(parts.vault)
    gate = Gate(parts.database, lifetime=parts.settings.access_token_lifetime)
    parts.tail.listen(gate.hear)
    parts.tail.listen(parts.sockets.hear)
    await gate.load()
    desk = SqlOrderDesk(parts.database, promote_after=parts.settings.promote_after)
    openings, passwords = SqlOpenings(parts.database), Argon2Passwords()
    try:
        async with parts.hub:
            yield Shop(
                database=parts.database,
                log=parts.tail,
                desk=desk,
                cache=parts.cache,
                openings=openings,
                passwords=passwords,
                tokens=JwtTokens(key.get_secret_value(), gate, lifetime=parts.settings.access_token_lifetime),
                refresh_tokens=HmacRefreshTokens(key.get_secret_value()),
                card_tokens=HmacCardTokens(key.get_secret_value()),
                webhooks=parts.outbound,
                vault=vault,
                shapes=parts.shapes,
                health=parts.health,
                terms=terms_of(parts.settings),
            )
    finally:
        await desk.close()
        await openings.close()
        passwords.close()


@asynccontextmanager
async def working(parts: Parts) -> AsyncIterator[None]:
    """The worker's loops go on inside, woken by the bus; what they are at is finished at the end."""

    settings = parts.settings
    patience = Patience(schedule=settings.webhook_schedule, give_up_after=settings.webhook_give_up_after)

    async def settle(endings: Sequence[Ending]) -> Sequence[ClaimedDelivery | None]:
        following = await parts.database.transact(lambda tx: settle_and_pass_on(tx, endings, patience))
        outcomes = [ending.outcome for ending in endings]
        parts.metrics.settled(outcomes)
        for outcome in outcomes:
            _note(outcome)
        return following

    lane = Lane(settle)
    terms = Terms(
        schedule=settings.webhook_schedule,
        timeout=settings.webhook_timeout,
        kept=settings.webhook_retention,
        retention=settings.log_retention,
        deadlines=deadlines_of(settings),
    )
    vault = _needed(parts.vault)
    crew = hire(
        parts.database, parts.outbound, _bridge(parts), shapes=parts.shapes, vault=vault, settle=lane, terms=terms
    )
    parts.bus.listen(crew.hear, missed=crew.wake)
    parts.tail.listen(crew.follow)
    try:
        await crew.prepare()
    except LookupError as missing:
        raise NotReady(str(missing)) from None
    going_on = asyncio.create_task(crew.run())
    try:
        yield
    finally:
        crew.stop()
        await going_on
        await lane.close()


def _bridge(parts: Parts) -> Bridge:
    """One process alone has one name, so that it goes on at once after it was killed."""
    holder, lease = ("embedded", OWN_LEASE) if parts.embedded else (str(new_id()), LEASE)
    return Bridge(parts.database, parts.tail, _transport(parts.settings), holder=holder, lease=lease)


def _transport(settings: Settings) -> PaymentTransport:
    broker = broker_of(settings)
    if broker:
        return MqttTransport(broker)
    return LocalTransport(settings.data.absolute(), delay=settings.provider_delay, late=settings.provider_late)


def broker_of(settings: Settings) -> Broker | None:
    url = settings.mqtt_url
    return Broker.at(url.get_secret_value(), ca_file=settings.mqtt_ca_file) if url else None


def terms_of(settings: Settings) -> OrderTerms:
    custom_for = STAFF if settings.custom_items == "staff" else frozenset(Role)
    return OrderTerms(
        currency=settings.currency,
        regions=settings.regions,
        custom_for=custom_for,
        deadlines=deadlines_of(settings),
    )


def deadlines_of(settings: Settings) -> Deadlines:
    return Deadlines(card=settings.card_deadline, transfer=settings.transfer_deadline, answer=settings.payment_timeout)


async def _database(settings: Settings, stack: AsyncExitStack) -> SqlDatabase:
    if settings.database_url is None:
        raise NotReady("SWAPSHOP_DATABASE_URL is not set, e.g. mysql+aiomysql://user:password@host/swapshop")
    database = SqlDatabase(settings.database_url.get_secret_value())
    stack.push_async_callback(database.close)
    if not await is_current(database.reader):
        raise NotReady("The database does not have this version's schema. Run: swapshop migrate")
    return database


def _vault(settings: Settings) -> AesVault | None:
    return AesVault(read_keys(settings.webhook_keys.get_secret_value())) if settings.webhook_keys else None


def _needed(vault: AesVault | None) -> AesVault:
    if vault is None:
        make = 'echo "1:$(openssl rand -hex 32)"'
        raise NotReady(f"SWAPSHOP_WEBHOOK_KEYS is not set: it seals the secrets of webhooks. Make one: {make}")
    return vault


async def _noted(events: Sequence[Event]) -> None:
    """What a request or a loop has changed, for whoever follows an id through the logs."""
    for event in events if log.isEnabledFor(logging.DEBUG) else ():
        ids = {"event_id": event.id, "position": event.position, "correlation_id": event.cause.correlation_id}
        log.debug("%s is in the log", event.type, extra={**ids, "subject_id": event.subject_id})


def _note(outcome: Outcome) -> None:
    """One that is given up is news; how each attempt went is in the database."""
    claimed = outcome.claimed
    ids = {"event_id": claimed.event_id, "delivery_id": claimed.id, "endpoint_id": claimed.endpoint_id}
    given_up = outcome.status is DeliveryStatus.FAILED
    level = logging.WARNING if given_up else logging.DEBUG
    log.log(level, "webhook attempt %d: %s", claimed.attempt, outcome.status, extra=ids)


def _orders(events: Sequence[Event]) -> list[Order]:
    return [event.subject for event in events if isinstance(event.subject, Order)]
