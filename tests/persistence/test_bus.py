"""The bus on a real Redis: other processes hear of a commit, and know when they may have missed one."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from itertools import chain
from uuid import UUID

import pytest
from redis.asyncio import Redis as Connection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from domain.events import Event, EventType
from domain.ids import new_id
from domain.orders import OrderStatus
from persistence.bus import Bus, decode, encode
from tests.persistence.shops import until
from tests.support.things import make_cause, make_endpoint, make_event, make_item, make_order, make_user
from tests.support.waiting import PATIENCE
from web.stack import Redis

OURS = new_id()
"""The id of the log that the processes share."""


class Process:
    """A bus, and what its process has heard."""

    def __init__(self, bus: Bus) -> None:
        self.bus = bus
        self.heard: list[Event] = []
        self.gaps = 0
        bus.listen(self._hear, missed=self._missed)

    def _hear(self, events: Sequence[Event]) -> None:
        self.heard += events

    def _missed(self) -> None:
        self.gaps += 1


@asynccontextmanager
async def process(server: Redis, log_id: UUID = OURS) -> AsyncIterator[Process]:
    speaker = Connection.from_url(server.url, socket_timeout=0.5, retry=Retry(NoBackoff(), 1))
    listener = Connection.from_url(server.url, socket_timeout=None, retry=Retry(NoBackoff(), 0))
    bus = Bus(log_id, redis=(speaker, listener))
    made = Process(bus)
    await bus.start()
    try:
        yield made
    finally:
        await bus.stop()
        await speaker.aclose()
        await listener.aclose()


@asynccontextmanager
async def processes(server: Redis, count: int) -> AsyncIterator[list[Process]]:
    """So many, and all of them listen."""
    async with AsyncExitStack() as stack:
        made = [await stack.enter_async_context(process(server)) for _ in range(count)]
        await until(lambda: all(one.gaps for one in made))
        yield made


def made_event(position: int) -> Event:
    return make_event().at_position(position)


EVENTS = [
    make_event(
        EventType.ORDER_READY,
        make_order(items=(make_item("Lámpara 💡", size=None),), note="a\nb'\"\\", status=OrderStatus.PROCESSED),
        previous_status=OrderStatus.PENDING,
    ),
    make_event(EventType.USER_REGISTERED, make_user(), cause=make_cause(make_user().id)),
    make_event(EventType.WEBHOOK_PING, make_endpoint()),
]


def test_events_cross_the_bus_unchanged() -> None:
    events = [event.at_position(2**40 + n) for n, event in enumerate(EVENTS)]
    assert decode(encode(events)) == events


async def test_the_own_process_hears_at_once_and_only_once(redis: Redis) -> None:
    async with processes(redis, 2) as (here, there):
        event = made_event(1)
        await here.bus.publish([event])
        assert here.heard == [event]
        await until(lambda: there.heard)
        await there.bus.publish([made_event(2)])
        await until(lambda: len(here.heard) == 2)
        assert [event.position for event in here.heard] == [1, 2]


async def test_the_events_of_a_commit_reach_other_processes_together_and_in_order(redis: Redis) -> None:
    async with processes(redis, 3) as (here, *others):
        commits = [[made_event(3 * n + m) for m in range(3)] for n in range(20)]
        for events in commits:
            await here.bus.publish(events)
        await until(lambda: all(len(other.heard) == 60 for other in others))
        assert all(other.heard == list(chain(*commits)) for other in others)


async def test_a_shop_of_one_process_needs_no_redis() -> None:
    alone = Process(Bus(OURS))
    await alone.bus.start()
    event = made_event(1)
    await alone.bus.publish([event])
    await alone.bus.stop()
    assert (alone.heard, alone.gaps) == ([event], 0)


async def test_another_shop_on_the_same_redis_is_never_heard(redis: Redis) -> None:
    async with processes(redis, 2) as (here, there), process(redis, new_id()) as stranger:
        await until(lambda: stranger.gaps)
        await stranger.bus.publish([made_event(1)])
        await here.bus.publish([made_event(2)])
        await until(lambda: there.heard)
        assert [event.position for event in there.heard] == [2]
        assert [event.position for event in stranger.heard] == [1]


async def test_fifty_who_join_at_once_all_hear(redis: Redis) -> None:
    async with processes(redis, 50) as everybody:
        event = made_event(1)
        await everybody[7].bus.publish([event])
        await until(lambda: all(one.heard == [event] for one in everybody))


async def test_a_connection_that_is_cut_is_taken_up_again_and_said(own_redis: Redis) -> None:
    async with processes(own_redis, 2) as (here, there), Connection.from_url(own_redis.url) as admin:

        def both_joined(times: int) -> bool:
            return here.gaps == there.gaps == times

        def heard(last: int) -> bool:
            return [event.position for event in there.heard] == list(range(2, last + 1))

        for turn in range(2, 5):
            assert await admin.client_kill_filter(_type="pubsub") == 2
            await until(partial(both_joined, turn))
            await here.bus.publish([made_event(turn)])
            await until(partial(heard, turn))


async def test_a_redis_that_starts_again_is_found_again_and_said(
    own_redis: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    async with processes(own_redis, 2) as (here, there):
        own_redis.stop()
        await here.bus.publish([made_event(1)])  # nobody is kept waiting, and nobody else hears
        assert [event.position for event in here.heard] == [1]
        await until(lambda: "could not tell the bus" in caplog.text)
        own_redis.start()
        await until(lambda: here.gaps == there.gaps == 2, seconds=PATIENCE)
        await here.bus.publish([made_event(2)])
        await until(lambda: there.heard)
        assert [event.position for event in there.heard] == [2]


async def test_a_bus_may_start_before_its_redis(own_redis: Redis, caplog: pytest.LogCaptureFixture) -> None:
    own_redis.stop()
    async with process(own_redis) as late:
        await until(lambda: "the bus is gone" in caplog.text)
        own_redis.start()
        await until(lambda: late.gaps, seconds=PATIENCE)


async def test_publishing_never_waits_for_a_redis_that_hangs(own_redis: Redis) -> None:
    async with processes(own_redis, 2) as (here, there), Connection.from_url(own_redis.url) as admin:
        await admin.client_pause(300)
        others = list[str]()
        asyncio.get_running_loop().call_soon(others.append, "had a turn")
        for position in range(1, 100):
            await here.bus.publish([made_event(position)])
        assert others == [], "it has waited for nothing"
        await until(lambda: len(there.heard) == 99)


async def test_a_message_of_a_newer_version_is_missed_and_the_next_one_heard(
    redis: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    async with processes(redis, 2) as (here, there), Connection.from_url(redis.url) as newer:
        gaps = there.gaps
        strange = encode([made_event(1)]).replace('"subject"', '"picture"')
        assert '"picture"' in strange
        await newer.publish(f"swapshop.events.{OURS}", f"{new_id().hex}{strange}")
        await until(lambda: there.gaps == gaps + 1)
        await here.bus.publish([made_event(2)])
        await until(lambda: there.heard)
        assert [event.position for event in there.heard] == [2]
        assert "cannot be read" in caplog.text
