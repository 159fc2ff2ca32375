"""The hub: every event is executed and encoded once for all who asked for the same, and nobody waits for anybody.

A subscriber first catches up with the log by itself. As soon as it has read as far as the hub, it is filed in a group,
with all who sent the same document and variables and may see the same; from then on it costs no task, no queue and no
execution, but one write of shared bytes for each event. One whose connection has no room falls out of its group, and
catches up by itself again when there is room. Nothing is conflated and nothing is queued: the log is the queue.
"""

import asyncio
import json
import logging
import time
from collections import defaultdict
from collections.abc import AsyncGenerator, Awaitable, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from inspect import isawaitable
from typing import Any, Protocol
from uuid import UUID

from graphql import ExecutionResult, Executor, GraphQLError, create_source_event_stream, print_ast

from domain.events import START, Event, Place
from domain.ports import Log
from graph.context import Context
from graph.documents import Document
from graph.faults import revoked
from graph.schema import schema, told
from graph.streams import Stream
from web.requests import GraphQLRequest

log = logging.getLogger(__name__)

STALLED = 15.0
"""Seconds after which a connection that takes nothing is given up."""
PROGRESS = 15.0
"""Seconds after which a group to which nothing happened is told how far the log was looked through."""
TICK = 5.0
AFTER_A_FAULT = 1.0
SLICE = 1_000
"""Writes after which everybody else on the loop has a turn."""
AT_ONCE = 4
"""Groups at a time whose fields ask the database."""

Topic = tuple[str, UUID] | None


class Outlet(Protocol):
    """Where what one subscriber is told goes to: an operation on a websocket, or a response of server-sent events."""

    def push(self, payload: bytes, place: Place) -> bool:
        """Sends an encoded execution result; False when there is no room for it now."""
        ...

    async def room(self) -> None: ...
    async def fail(self, errors: Sequence[GraphQLError]) -> None: ...
    def give_up(self, place: Place) -> None:
        """The connection has taken nothing for too long: `place` is what it may resume from."""
        ...


@dataclass(slots=True, eq=False)
class Group:
    """Subscribers who are told the same bytes."""

    stream: Stream
    executor: Executor[Any]
    topic: Topic
    members: dict["Subscription", None] = field(default_factory=dict)
    told_at: float = field(default_factory=time.monotonic)

    async def rendered(self, place: Place, event: Event | None) -> bytes:
        return await _encoded(self.executor, await self.stream.message_of(place, event))


class Subscription:
    """One subscriber: catching up with the log in a task of its own, or live in its group without one."""

    __slots__ = ("_hub", "_outlet", "_stream", "_task", "context", "group", "key", "place")

    def __init__(self, hub: "Hub", context: Context, outlet: Outlet) -> None:
        self.context = context
        self.place: Place
        self.group: Group
        self.key: object = None
        self._hub = hub
        self._outlet = outlet
        self._stream: Stream
        self._task: asyncio.Task[None] | None = None

    def stop(self) -> None:
        """Nothing more is sent."""
        if self._task and self._task is not asyncio.current_task():
            self._task.cancel()
        self._hub.leave(self)

    def push(self, payload: bytes, place: Place) -> bool:
        """For the hub: False when there is no room."""
        if self.context.revoked:
            return True  # its socket is about to be closed, and what follows is not for it
        taken = self._outlet.push(payload, place)
        if taken:
            self.place = place
        return taken

    def begin(self, request: GraphQLRequest, document: Document) -> None:
        self._task = asyncio.create_task(self._begin(request, document))

    def fall_behind(self) -> None:
        """From the group back to reading by itself."""
        self._task = asyncio.create_task(self._resume())

    async def _resume(self) -> None:
        await self._guarded(self._catch_up())  # made here: a task may be cancelled before it has begun

    async def _begin(self, request: GraphQLRequest, document: Document) -> None:
        await self._guarded(self._opened(request, document))

    async def _opened(self, request: GraphQLRequest, document: Document) -> None:
        executor = _executor(request, document, self.context)
        if isinstance(executor, list):
            await self._outlet.fail([told(error, str(self.context.correlation_id)) for error in executor])
            return
        found: Any = create_source_event_stream(executor)
        stream = await found if isawaitable(found) else found
        if isinstance(stream, ExecutionResult):
            await self._outlet.fail([told(error, str(self.context.correlation_id)) for error in stream.errors or ()])
            return
        if not isinstance(stream, Stream):
            await self._live(executor, stream)
            return
        self._stream, self.place = stream, stream.start
        for message in stream.opening:
            await self._say(await _encoded(executor, message), message.cursor)
        self._hub.file(self, request, document, stream)
        await self._catch_up()

    async def _live(self, executor: Executor[Any], source: AsyncGenerator[object, None]) -> None:
        """What is not of the log has no place in it, no group, and nothing to resume from."""
        self.place = self._hub.place
        async with aclosing(source):
            async for message in source:
                await self._say(await _encoded(executor, message), self.place)

    async def _catch_up(self) -> None:
        """Reads what is between its own place and the hub's, and joins it there."""
        events, stream = self._hub.log, self._stream
        while self.place.position < max(self._hub.place.position, stream.settled):
            page = await events.page(self.place, owner_id=stream.owner_id)
            for event in page.events:
                if self.context.revoked:
                    raise revoked()
                if stream.wants(event) and stream.is_news(event):
                    await self._say(await self.group.rendered(event.place, event), event.place)
                    self.place = event.place  # from where it resumes, should it take no more of this page
            self.place = page.upto
            if self.place.position >= events.place.position and self.place.position < stream.settled:
                await events.moved(self.place)
        self._task = None
        self.group.members[self] = None

    async def _say(self, payload: bytes, place: Place) -> None:
        while not self._outlet.push(payload, place):
            async with asyncio.timeout(STALLED):
                await self._outlet.room()

    async def _guarded(self, work: Awaitable[None]) -> None:
        try:
            await work
        except TimeoutError:
            self._outlet.give_up(self.place)
        except Exception as fault:
            error = GraphQLError(str(fault), original_error=fault)
            await self._outlet.fail([told(error, str(self.context.correlation_id))])


class Hub:
    """Of one process. `place` is how far everybody in a group has been told, or is being told at this moment."""

    def __init__(self, events: Log) -> None:
        self.log = events
        self.place = START
        self._groups: dict[object, Group] = {}
        self._filed: dict[object, int] = defaultdict(int)
        self._topics: dict[Topic, dict[object, Group]] = defaultdict(dict)
        self._asking = asyncio.Semaphore(AT_ONCE)
        self._telling = False
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> "Hub":
        self.place = self.log.place
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
        one.key = _key(request, document, stream, one.context)
        group = self._groups.get(one.key)
        if group is None:
            viewer = one.context.viewer
            executor = _executor(request, document, Context(shop=one.context.shop, viewer=viewer))
            assert isinstance(executor, Executor)  # it has been built once already, for this very subscriber
            topic = _topic(stream)
            group = self._groups[one.key] = self._topics[topic][one.key] = Group(stream, executor, topic)
        self._filed[one.key] += 1
        one.group = group

    def leave(self, one: Subscription) -> None:
        if one.key is None:
            return
        one.group.members.pop(one, None)
        self._filed[one.key] -= 1
        if not self._filed[one.key]:
            del self._filed[one.key], self._groups[one.key]
            of_topic = self._topics[one.group.topic]
            del of_topic[one.key]
            if not of_topic:
                del self._topics[one.group.topic]
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
            self._telling = True
            try:
                await self._tell_all(page.events)
            except Exception:
                log.exception("some were not told up to %d: all read on by themselves", page.upto.position)
                for one in [one for group in self._groups.values() for one in group.members]:
                    self._fall_behind(one)
            finally:
                self._telling = False

    async def _tell_all(self, events: Sequence[Event]) -> None:
        """Group by group, each its events in order; a group that waits for the database keeps no other waiting."""
        wanted: dict[object, tuple[Group, list[Event]]] = {}
        for event in events:
            for topic in (None, ("owner", event.owner_id), ("subject", event.subject_id)):
                for key, group in self._topics.get(topic, {}).items():
                    if group.members and group.stream.wants(event):
                        wanted.setdefault(key, (group, []))[1].append(event)
        if len(wanted) == 1:
            [(group, its)] = wanted.values()
            await self._tell_group(group, its)
        elif wanted:
            await asyncio.gather(*(self._in_turn(group, its) for group, its in wanted.values()))

    async def _in_turn(self, group: Group, events: Sequence[Event]) -> None:
        async with self._asking:
            await self._tell_group(group, events)

    async def _tell_group(self, group: Group, events: Sequence[Event]) -> None:
        for event in events:
            try:
                payload = await group.rendered(event.place, event)
            except Exception:
                log.exception("event %s could not be told to a group of %d", event.id, len(group.members))
                for one in tuple(group.members):
                    self._fall_behind(one)
                return
            await self._write(group, payload, event.place)

    async def _write(self, group: Group, payload: bytes, place: Place) -> None:
        group.told_at = time.monotonic()
        members = tuple(group.members)
        for begin in range(0, len(members), SLICE):
            for one in members[begin : begin + SLICE]:
                # Whoever joined meanwhile has read it; whoever left meanwhile is not told.
                if one.place.position < place.position and one in group.members:
                    self._push(one, payload, place)
            if begin + SLICE < len(members):
                await asyncio.sleep(0)

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
            for group in [group for group in self._groups.values() if group.told_at < quiet]:
                if not self._telling:  # or its members would be told of a place before what lies on the way there
                    await self._progress(group)

    async def _progress(self, group: Group) -> None:
        place, group.told_at = self.place, time.monotonic()
        try:
            payload = await group.rendered(place, None)
        except Exception:
            log.exception("a group of %d could not be told how far the log is", len(group.members))
            return
        for one in tuple(group.members):
            if one.place.position <= place.position and one in group.members:
                self._push(one, payload, place)


def _key(request: GraphQLRequest, document: Document, stream: Stream, context: Context) -> object:
    """The same for all who are told the same. `after` only says where a subscriber begins."""
    variables = {name: value for name, value in request.variables.items() if name not in _places(request, document)}
    assert context.viewer
    viewer = context.viewer if document.has_own else None
    who = viewer and (viewer.user_id, viewer.roles)
    staff = context.viewer.is_staff
    written = json.dumps(variables, sort_keys=True)
    return (request.query, request.operation_name, written, stream.owner_id, stream.subject_id, staff, who)


def _places(request: GraphQLRequest, document: Document) -> Iterable[str]:
    """The variables that are given as `after` to the root field, and are used nowhere else by their type."""
    operation = document.operation(request.operation_name)
    assert operation
    for variable in operation.variable_definitions or ():
        if "Cursor" in print_ast(variable.type):
            yield variable.variable.name.value


def _topic(stream: Stream) -> Topic:
    if stream.subject_id:
        return ("subject", stream.subject_id)
    return ("owner", stream.owner_id) if stream.owner_id else None


def _executor(request: GraphQLRequest, document: Document, context: Context) -> Executor[Any] | list[GraphQLError]:
    assert document.ast
    return Executor.build(
        schema._schema,
        document.ast,
        context_value=context,
        raw_variable_values=request.variables,
        operation_name=request.operation_name,
    )


async def _encoded(executor: Executor[Any], message: object) -> bytes:
    """One execution of the document, with the message as its root, as JSON."""
    found: Any = executor.build_per_event_executor(message).execute_operation(False)
    result: ExecutionResult = await found if isawaitable(found) else found
    body: dict[str, Any] = {"data": result.data}
    if result.errors:
        request = str(executor.context_value.correlation_id)
        body["errors"] = [told(error, request).formatted for error in result.errors]
    return json.dumps(body, separators=(",", ":")).encode()
