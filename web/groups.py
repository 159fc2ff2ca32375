"""Groups: who is told the same bytes, and how they are made."""

import json
import time
from collections.abc import Iterable, Set
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec
from graphql import ExecutionResult, print_ast

from domain.events import Event, Place
from domain.ports import Unavailable
from graph.context import Context
from graph.documents import Document
from graph.execution import EventExecutor
from graph.schema import told
from graph.streams import Message, Stream
from web.requests import GraphQLRequest

if TYPE_CHECKING:
    from web.subscription import Subscription

Topic = int | None
"""The id of a subject, or of an owner, as a number: hashing a UUID takes longer. None: all events."""


@dataclass(slots=True, eq=False)
class Group:
    """Subscribers who are told the same bytes. `at_once`: none of it has to be asked for."""

    key: object
    stream: Stream
    executor: EventExecutor
    topics: Set[Topic]
    at_once: bool
    members: dict["Subscription", None] = field(default_factory=dict)
    told_at: float = field(default_factory=time.monotonic)
    _progress: tuple[Place, bytes] | None = None

    def planned(self, place: Place, event: Event) -> bytes | None:
        """What `rendered` would give, at once; None when that has to be asked."""
        message = self.stream.message(place, event) if self.at_once else None
        return self.executor.written(message) if isinstance(message, Message) else None

    async def rendered(self, place: Place, event: Event | None) -> bytes:
        return await encoded(self.executor, await self.stream.message_of(place, event))

    async def progress(self, place: Place) -> bytes:
        """What says no more than how far the log was looked through."""
        if self._progress and self._progress[0] == place:
            return self._progress[1]
        payload = await self.rendered(place, None)
        if self.at_once:
            self._progress = place, payload
        return payload


def key_of(request: GraphQLRequest, document: Document, stream: Stream, context: Context) -> object:
    """The same for all who are told the same. `after` only says where a subscriber begins."""
    variables = {name: value for name, value in request.variables.items() if name not in _places(request, document)}
    assert context.viewer
    staff = context.viewer.is_staff
    of_all = stream.owner_id is None and not staff  # no class of viewers: each sees something else of other people
    viewer = context.viewer if document.has_own or (of_all and document.looks_at_viewer) else None
    who = viewer and (viewer.user_id, viewer.roles)
    written = json.dumps(variables, sort_keys=True)
    return (request.query, request.operation_name, written, stream.owner_id, stream.subject_ids, staff, who)


def _places(request: GraphQLRequest, document: Document) -> Iterable[str]:
    """The variables that are given as `after` to the root field, and are used nowhere else by their type."""
    operation = document.operation(request.operation_name)
    assert operation
    for variable in operation.variable_definitions or ():
        if "Cursor" in print_ast(variable.type):
            yield variable.variable.name.value


def topics_of(stream: Stream) -> Set[Topic]:
    """The events of a group are those of any of these topics."""
    ids = stream.subject_ids or {stream.owner_id}
    return {None if id is None else id.int for id in ids}


def topics_about(event: Event) -> Set[Topic]:
    subject = event.subject
    return {None, subject.owner_id.int, subject.id.int}


async def encoded(executor: EventExecutor, message: object) -> bytes:
    """One execution of the document, with the message as its root, as JSON."""
    if written := executor.written(message):
        return written
    found = executor.executed(message)
    result = found if isinstance(found, ExecutionResult) else await found
    body: dict[str, Any] = {"data": result.data}
    if result.errors:
        for error in result.errors:
            if isinstance(error.original_error, Unavailable):  # to say it and go on would be to leave an event out
                raise error.original_error
        request = str(executor.context_value.correlation_id)
        body["errors"] = [told(error, request).formatted for error in result.errors]
    return msgspec.json.encode(body)
