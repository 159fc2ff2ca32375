"""The event log in the graph: what happened, pulled by query or pushed by subscription."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import strawberry

from domain import events, orders, payments, products, users, webhooks
from domain.events import START, ActorKind, EventType, Place
from domain.orders import OrderStatus
from graph.access import Access, open_to
from graph.connections import Connection, Edge, Page, check_count, page_info, size_of
from graph.context import Context, Info, viewer_of
from graph.following import known_place, resumed
from graph.orders import Order
from graph.payments import Payment
from graph.products import Product
from graph.scalars import Cursor, write_cursor
from graph.sharing import ALIKE
from graph.users import User
from graph.views import view
from graph.webhooks import WebhookEndpoint

MOST_PAGES = 10
"""A filter that matches little is answered in part after so many pages of the log, with a cursor to go on from."""


@view(of=events.Actor)
class Actor:
    """Who did it; `user` is shown to staff and to that user."""

    kind: ActorKind

    @strawberry.field(metadata=ALIKE, graphql_type=User | None)
    async def user(self, info: Info) -> users.User | None:
        viewer, user_id = info.context.viewer, self.user_id  # type: ignore[attr-defined]
        if user_id is None or viewer is None or not viewer.may_see(user_id):
            return None
        return await info.context.users.load(user_id)


@strawberry.interface(
    description="Something that happened. `id` is the same on every transport and every retry; drop what you have seen."
)
class Event:
    id: strawberry.ID
    type: EventType
    subject_id: strawberry.ID
    version: int
    cursor: Cursor = strawberry.field(resolver=lambda root: root.place)
    occurred_at: datetime = strawberry.field(resolver=lambda root: root.at)
    correlation_id: strawberry.ID = strawberry.field(resolver=lambda root: root.cause.correlation_id)
    actor: Actor = strawberry.field(resolver=lambda root: root.cause.actor)


def about(kind: type) -> Callable[[Any], bool]:
    return lambda event: isinstance(event.subject, kind)


@view(of=events.Event, when=about(orders.Order))
class OrderEvent(Event):
    """The order as it was at this event, not as it is now."""

    order: Order = strawberry.field(resolver=lambda root: root.subject)
    previous_status: OrderStatus | None


@view(of=events.Event, when=about(payments.Payment))
class PaymentEvent(Event):
    """The payment as it was at this event, not as it is now."""

    payment: Payment = strawberry.field(resolver=lambda root: root.subject)


@view(of=events.Event, when=about(products.Product))
class ProductEvent(Event):
    """The article as it was at this event, with what there was of it."""

    product: Product = strawberry.field(resolver=lambda root: root.subject)


@view(of=events.Event, when=about(users.User))
class UserEvent(Event):
    """The user as they were at this event."""

    user: User = strawberry.field(resolver=lambda root: root.subject)


@view(of=events.Event, when=about(webhooks.WebhookEndpoint))
class WebhookEvent(Event):
    """The endpoint as it was at this event."""

    endpoint: WebhookEndpoint = strawberry.field(resolver=lambda root: root.subject)


@strawberry.input
class EventFilter:
    types: list[EventType] | None = None
    subject_ids: list[strawberry.ID] | None = None
    order_status: list[OrderStatus] | None = None

    def __post_init__(self) -> None:
        for name in ("types", "subject_ids", "order_status"):
            check_count(name, getattr(self, name))

    def matches(self, event: events.Event) -> bool:
        """Every part that is given must match; a status matches before or after the event."""
        if self.types and event.type not in self.types:
            return False
        if self.subject_ids and str(event.subject_id) not in self.subject_ids:
            return False
        return not self.order_status or _status_matches(event, self.order_status)


def _status_matches(event: events.Event, wanted: Sequence[OrderStatus]) -> bool:
    subject = event.subject
    return isinstance(subject, orders.Order) and (subject.status in wanted or event.previous_status in wanted)


@strawberry.type
class EventConnection(Connection[Event]):
    oldest: Cursor
    head: Cursor


@dataclass(slots=True, kw_only=True)
class LogPart(Page):
    """A page of the log, with where the log begins and ends."""

    oldest: Place
    head: Place


@strawberry.type
class EventQueries:
    @strawberry.field(graphql_type=EventConnection, metadata=open_to(Access.SIGNED_IN))
    async def events(
        self, info: Info, after: Cursor | None = None, filter: EventFilter | None = None, first: int | None = None
    ) -> LogPart:
        """The pull side of the log that subscriptions push, oldest first.

        `pageInfo.endCursor` is where to go on from, also when nothing on the way there matched.
        """
        viewer, log = viewer_of(info), info.context.shop.log
        start = await resumed(log, after) if after is not None else await log.oldest()
        found, upto = await _search(info.context, start, size_of("first", first), viewer, filter or EventFilter())
        async with info.context.reading() as rows:
            oldest = await rows.events.oldest()
        edges = [Edge(cursor=write_cursor(event.place), node=event) for event in found]
        about_page = page_info(edges, more=upto.position < log.place.position, before=start != START)
        about_page.end_cursor = write_cursor(upto)
        return LogPart(edges=edges, page_info=about_page, oldest=oldest, head=log.place)


async def history_of(info: Info, subject_ids: Sequence[UUID], first: int | None, after: str | None) -> LogPart:
    """What happened to these subjects, as far as it is known to be on disk."""
    log, size = info.context.shop.log, size_of("first", first)
    start = await known_place(log, Cursor(after)) if after is not None else START
    async with info.context.reading() as rows:
        found = await rows.events.about(subject_ids, after=start.position, upto=log.place.position, limit=size + 1)
        oldest = await rows.events.oldest()
    edges = [Edge(cursor=write_cursor(event.place), node=event) for event in found[:size]]
    about_page = page_info(edges, more=len(found) > size, before=start != START)
    return LogPart(edges=edges, page_info=about_page, oldest=oldest, head=log.place)


async def _search(
    context: Context, start: Place, size: int, viewer: users.Viewer, filter: EventFilter
) -> tuple[list[events.Event], Place]:
    """The next matching events, and the place up to which the log was looked through for them."""
    log, found = context.shop.log, list[events.Event]()
    for _ in range(MOST_PAGES):
        async with context.turn:
            page = await log.page(start, owner_id=viewer.sees_owner)
        for event in page.events:
            if filter.matches(event):
                found.append(event)
            if len(found) == size:
                return found, event.place
        start = page.upto
        if start.position >= log.place.position:
            break
    return found, start
