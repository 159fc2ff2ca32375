"""The hub: every event is executed and encoded once for all who asked for the same, and nobody waits for anybody.

A subscriber first catches up with the log by itself. As soon as it has read as far as the hub, it is filed in a group,
with all who sent the same document and variables and may see the same; from then on it costs no task, no queue and no
execution, but one write of shared bytes for each event. One whose connection has no room falls out of its group, and
catches up by itself again when there is room. Nothing is conflated and nothing is queued: the log is the queue.
"""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Sequence
from inspect import iscoroutinefunction

from domain.events import START, Event, Place
from domain.ports import Log
from graph.context import Context
from graph.documents import Document
from graph.execution import executor_of
from graph.streams import Stream
from web.groups import Group, Topic, key_of, topics_about, topics_of
from web.requests import GraphQLRequest
from web.subscription import Outlet, Subscription

log = logging.getLogger(__name__)

PROGRESS = 15.0
"""Seconds after which a group to which nothing happened is told how far the log was looked through."""
TICK = 5.0
AFTER_A_FAULT = 1.0
SLICE = 100
"""Writes between two looks at the clock."""
TURN = 0.005
"""Seconds after which everybody else on the loop has a turn."""
NOBODY: dict[object, Group] = {}
AT_ONCE = 4
"""Groups at a time whose fields ask the database."""


class Hub:
    """Of one process. Everybody in a group has been told as far as `told`, and is being told of all up to `place`."""

    def __init__(self, events: Log) -> None:
        self.log = events
        self.place = self.told = START
        self._groups: dict[object, Group] = {}
        self._filed: dict[object, int] = defaultdict(int)
        self._topics: dict[Topic, dict[object, Group]] = defaultdict(dict)
        self._asking = asyncio.Semaphore(AT_ONCE)
        self._breathed = 0.0
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> "Hub":
        self.place = self.told = self.log.place
        self._tasks = [asyncio.create_task(self._follow()), asyncio.create_task(self._tick())]
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def subscribe(self, request: GraphQLRequest, document: Document, context: Context, outlet: Outlet) -> Subscription:
        subscription = Subscription(self, context, outlet)
        subscription.begin(request, document)
        return subscription

    def file(self, one: Subscription, request: GraphQLRequest, document: Document, stream: Stream) -> None:
        """Finds the group of a subscriber, or makes it."""
        one.key = key_of(request, document, stream, one.context)
        group = self._groups.get(one.key)
        if group is None:
            viewer = one.context.viewer
            executor = executor_of(
                document,
                Context(shop=one.context.shop, viewer=viewer),
                variables=request.variables,
                name=request.operation_name,
            )
            assert not isinstance(executor, list)  # it has been built once already, for this very subscriber
            topics, at_once = topics_of(stream), not (document.live_fields or iscoroutinefunction(stream.message))
            group = Group(one.key, stream, executor, topics, at_once)
            self._groups[one.key] = group
            for topic in topics:
                self._topics[topic][one.key] = group
        one.key = group.key  # its own is a copy, with the whole text of the document in it
        self._filed[one.key] += 1
        one.group = group

    def leave(self, one: Subscription) -> None:
        if one.key is None:
            return
        one.group.members.pop(one, None)
        self._filed[one.key] -= 1
        if not self._filed[one.key]:
            del self._filed[one.key], self._groups[one.key]
            for topic in one.group.topics:
                of_topic = self._topics[topic]
                del of_topic[one.key]
                if not of_topic:
                    del self._topics[topic]
        one.key = None

    async def _follow(self) -> None:
        while True:
            await self.log.moved(self.place)
            try:
                page = await self.log.page(self.place, owner_id=None)
            except Exception:
                log.exception("the log could not be read for the subscribers; it is tried again in a second")
                await asyncio.sleep(AFTER_A_FAULT)
                continue
            self.place = page.upto  # first: whoever joins from now on has read this page by itself
            try:
                await self._tell_all(page.events)
            except Exception:
                log.exception("some were not told up to %d: all read on by themselves", page.upto.position)
                for one in [one for group in self._groups.values() for one in group.members]:
                    self._fall_behind(one)
            self.told = page.upto

    async def _tell_all(self, events: Sequence[Event]) -> None:
        """Event by event; a group for which something has to be asked keeps no other waiting."""
        asking: dict[Group, list[Event]] = defaultdict(list)
        for event in events:
            place = event.place
            for group in self._wanting(event):
                payload = None if group in asking else group.planned(place, event)
                if payload is None:
                    asking[group].append(event)
                else:
                    await self._spread(group, payload, place)
        if asking:
            await asyncio.gather(*(self._ask_and_tell(*one) for one in asking.items()))

    def _wanting(self, event: Event) -> list[Group]:
        """The groups, with somebody in them, that are to be told of an event."""
        return [
            group
            for topic in topics_about(event)
            for group in self._topics.get(topic, NOBODY).values()
            if group.members and group.stream.wants(event)
        ]

    async def _ask_and_tell(self, group: Group, events: Sequence[Event]) -> None:
        """In order. Where one cannot be told, all of the group read on by themselves."""
        async with self._asking:
            for event in events:
                place = event.place
                try:
                    payload = await group.rendered(place, event)
                except Exception:
                    log.exception("event %s could not be told to a group of %d", event.id, len(group.members))
                    for one in tuple(group.members):
                        self._fall_behind(one)
                    return
                await self._spread(group, payload, place)

    async def _spread(self, group: Group, payload: bytes, place: Place) -> None:
        group.told_at = time.monotonic()
        for count, one in enumerate(tuple(group.members)):
            if not count % SLICE and time.monotonic() - self._breathed > TURN:
                await self._breathe()
            # Whoever joined meanwhile has read it; whoever left meanwhile is not told.
            if one.place.position < place.position and one in group.members:
                self._push(one, payload, place)

    async def _breathe(self) -> None:
        """Everybody else on the loop has a turn every few milliseconds, however many there are to be told."""
        await asyncio.sleep(0)
        self._breathed = time.monotonic()

    def _push(self, one: Subscription, payload: bytes, place: Place) -> None:
        """Whatever is wrong with one connection is not the others' business."""
        try:
            if not one.push(payload, place):
                self._fall_behind(one)
        except Exception:
            log.exception("a subscriber could not be written to, and is left")
            self.leave(one)

    def _fall_behind(self, one: Subscription) -> None:
        one.group.members.pop(one, None)
        one.fall_behind()

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            quiet = time.monotonic() - PROGRESS + TICK
            due = [group for group in self._groups.values() if group.told_at < quiet]
            for group in due:
                if group.at_once:
                    await self._progress(group)
            await asyncio.gather(*(self._progress_in_turn(group) for group in due if not group.at_once))

    async def _progress_in_turn(self, group: Group) -> None:
        async with self._asking:
            await self._progress(group)

    async def _progress(self, group: Group) -> None:
        """Tells how far all of the log was told, while more of it may be being told at this moment."""
        place, group.told_at = self.told, time.monotonic()
        try:
            payload = await group.progress(place)
        except Exception:
            log.exception("a group of %d could not be told how far the log is", len(group.members))
            return
        for one in tuple(group.members):
            if one.place.position <= place.position and one in group.members:
                self._push(one, payload, place)
