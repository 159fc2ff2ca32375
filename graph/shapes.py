"""Shapes: a subscription document, kept with an endpoint, says what the bodies of its webhooks look like.

It is run as a subscription's is, once for each event, and its `data` is what a subscriber would be told.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from inspect import isawaitable
from types import SimpleNamespace
from typing import Any, cast

from graphql import (
    ExecutionResult,
    FieldNode,
    NonNullTypeNode,
    OperationDefinitionNode,
    OperationType,
    create_source_event_stream,
)

from domain.bodies import body_of, enveloped
from domain.events import START, Event
from domain.ports import Shape
from domain.refusals import DocumentInvalid, Refused
from domain.users import Viewer
from graph.context import Context, Shop
from graph.documents import Document
from graph.execution import EventExecutor, executor_of
from graph.schema import schema
from graph.streams import Message, Stream

FOLLOWED = ("events", "ordersUpdated")
"""The subscriptions whose messages are of their event and nothing else."""
KEPT = 1_000

OFFLINE = cast(Shop, SimpleNamespace(log=SimpleNamespace(place=START)))
"""A shop with nothing but the beginning of a log: a field that asked it for more would fail, not be wrong."""


class DefaultShape:
    """The default body of each event type."""

    def wants(self, event: Event) -> bool:
        return True

    def body(self, event: Event) -> str:
        return body_of(event)


class DocumentShape:
    def __init__(self, stream: Stream, executor: EventExecutor) -> None:
        self._stream = stream
        self._executor = executor

    def wants(self, event: Event) -> bool:
        return self._stream.wants(event)

    def body(self, event: Event) -> str:
        return enveloped(event, self.data(event))

    def data(self, event: Event) -> Mapping[str, Any]:
        """Raises what the execution found wrong, or TypeError when it would have to wait for something."""
        message = self._stream.message(event.place, event)
        if not isinstance(message, Message):
            raise TypeError("a message that has to be waited for is not of its event alone")
        result = self._executor.executed(message)
        if not isinstance(result, ExecutionResult):
            raise TypeError("a field that has to be waited for is not of its event alone")
        for error in result.errors or ():
            raise error
        return result.data or {}


class DocumentShapes:
    """See domain.ports.Shapes. One shape for each document and kind of viewer; the last used are kept."""

    def __init__(self) -> None:
        self._default = DefaultShape()
        self._known: OrderedDict[object, Shape] = OrderedDict()

    async def of(self, document: str | None, viewer: Viewer) -> Shape:
        if document is None:
            return self._default
        key = (document, viewer.user_id, viewer.roles)
        known = self._known.pop(key, None)
        self._known[key] = shape = known or await _shape(document, viewer)
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
        return shape


async def _shape(text: str, viewer: Viewer) -> DocumentShape:
    document = schema.documents.get(text)
    if errors := mistakes(document):
        raise Refused(DocumentInvalid(errors=tuple(errors)))
    context = Context(shop=OFFLINE, viewer=viewer)
    executor = executor_of(document, context)
    if isinstance(executor, list):
        raise Refused(DocumentInvalid(errors=tuple(error.message for error in executor)))
    found: Any = create_source_event_stream(executor)
    stream = await found if isawaitable(found) else found
    if isinstance(stream, ExecutionResult):
        raise Refused(DocumentInvalid(errors=tuple(error.message for error in stream.errors or ())))
    return DocumentShape(stream, executor)


def mistakes(document: Document) -> Sequence[str]:
    """What keeps a document from shaping webhooks, in words; nothing of it depends on who asks."""
    if errors := document.refusal(None):
        return [error.message for error in errors]
    operation = document.operation(None)
    if operation is None or operation.operation is not OperationType.SUBSCRIPTION:
        return ["It must be a subscription, such as: subscription { ordersUpdated { order { id status } } }"]
    return [
        *_about_its_field(operation),
        *(f"{name} is of the moment it is asked, not of the event: leave it out." for name in document.live_fields),
        *(
            f"${variable.variable.name.value} has no value here: write it into the document."
            for variable in operation.variable_definitions or ()
            if isinstance(variable.type, NonNullTypeNode) and variable.default_value is None
        ),
    ]


def _about_its_field(operation: OperationDefinitionNode) -> Sequence[str]:
    root = operation.selection_set.selections[0]
    if not isinstance(root, FieldNode) or root.name.value not in FOLLOWED:
        return [f"It must begin with one of {', '.join(FOLLOWED)}."]
    if any(argument.name.value == "after" for argument in root.arguments or ()):
        return ["Leave out `after`: the endpoint has a place of its own in the log."]
    return []
