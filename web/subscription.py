"""One subscriber: where it stands in the log, and how it gets from there to what the others are told."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Sequence
from contextlib import aclosing
from inspect import isawaitable
from typing import TYPE_CHECKING, Any, Protocol

from graphql import ExecutionResult, GraphQLError, create_source_event_stream

from domain.events import Place
from graph.context import Context
from graph.documents import Document
from graph.execution import EventExecutor, executor_of
from graph.faults import revoked
from graph.schema import told
from graph.streams import Stream
from web.groups import Group, encoded
from web.requests import GraphQLRequest

if TYPE_CHECKING:
    from web.hub import Hub

STALLED = 15.0
"""Seconds after which a connection that takes nothing is given up."""


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
        executor = executor_of(document, self.context, variables=request.variables, name=request.operation_name)
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
        self._hub.file(self, request, document, stream)
        await self._say(await self.group.progress(self.place), self.place)
        for message in stream.opening:
            await self._say(await encoded(executor, message), message.cursor)
        await self._catch_up()

    async def _live(self, executor: EventExecutor, source: AsyncGenerator[object, None]) -> None:
        """What is not of the log has no place in it, no group, and nothing to resume from."""
        self.place = self._hub.place
        async with aclosing(source):
            async for message in source:
                await self._say(await encoded(executor, message), self.place)

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
