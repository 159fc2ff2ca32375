"""Subscriptions: each is the log, followed from a place, in one shape or another."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass

import strawberry

from domain import events, notifications, orders
from domain.events import Place
from domain.orders import Order as DomainOrder
from domain.users import Viewer
from graph.access import Access, open_to
from graph.context import Context, Info, viewer_of
from graph.events import Event, EventFilter
from graph.faults import Code, Fault
from graph.following import follow, resumed
from graph.notifications import Notification
from graph.orders import Order, OrderFilter, selection, visible_order
from graph.scalars import Cursor


@strawberry.type
class EventMessage:
    """A message with only a cursor is progress: keep it."""

    cursor: Cursor
    event: Event | None


@strawberry.type
class OrderMessage:
    """The order as of the event, and the event. A message with only a cursor is progress: keep it."""

    cursor: Cursor
    order: Order | None
    event: Event | None


@strawberry.type
class NotificationMessage:
    """A message without a notification is progress: keep its cursor."""

    cursor: Cursor
    notification: Notification | None
    unread_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What every message type reads."""

    cursor: Place
    event: events.Event | None = None
    order: orders.Order | None = None
    notification: notifications.Notification | None = None
    unread_count: int = 0


Messages = AsyncGenerator[Message, None]
AFTER = "Every message carries `cursor`: reconnect with the last one you saw and you have missed nothing."


@strawberry.type(
    description="The first message has a cursor and nothing else: what you query after it, you cannot miss."
)
class Subscription:
    @strawberry.subscription(
        graphql_type=AsyncGenerator[EventMessage, None],
        metadata=open_to(Access.SIGNED_IN),
        description=f"The log itself, as far as the viewer may see it. {AFTER}",
    )
    async def events(self, info: Info, after: Cursor | None = None, filter: EventFilter | None = None) -> Messages:
        wanted = filter or EventFilter()
        start = await start_of(info, after)
        yield Message(cursor=start)
        following = follow(info.context, start, owner_id=viewer_of(info).sees_owner, matches=wanted.matches)
        async for cursor, event in following:
            yield Message(cursor=cursor, event=event)

    @strawberry.subscription(
        graphql_type=AsyncGenerator[OrderMessage, None],
        metadata=open_to(Access.SIGNED_IN),
        description=f"The order as it is now, then after each change. {AFTER}",
    )
    async def order_updated(self, info: Info, id: strawberry.ID, after: Cursor | None = None) -> Messages:
        context, viewer = info.context, viewer_of(info)
        start = await start_of(info, after)
        order = await visible_order(context, viewer, id, cached=False)  # at least as new as `start`
        if order is None:
            raise Fault(Code.NOT_FOUND, f"There is no order {id!r}, or it is not yours to see.")
        yield Message(cursor=start)
        told = 0
        if after is None:
            yield Message(cursor=start, order=order)
            told = order.version
        async for cursor, event in follow(
            context,
            start,
            owner_id=viewer.sees_owner,
            matches=lambda event: event.subject_id == order.id,
        ):
            if event is None:
                yield Message(cursor=cursor)
            elif event.version > told:
                yield _order_message(cursor, event)

    @strawberry.subscription(
        graphql_type=AsyncGenerator[OrderMessage, None],
        metadata=open_to(Access.SIGNED_IN),
        description=f"Staff: every order that matches. Customers: their own. {AFTER}",
    )
    async def orders_updated(
        self, info: Info, filter: OrderFilter | None = None, after: Cursor | None = None
    ) -> Messages:
        wanted = selection(viewer_of(info), filter)
        start = await start_of(info, after)
        yield Message(cursor=start)
        async for cursor, event in follow(
            info.context,
            start,
            owner_id=viewer_of(info).sees_owner,
            matches=lambda event: (
                isinstance(event.subject, DomainOrder) and wanted.matches(event.subject, event.previous_status)
            ),
        ):
            yield _order_message(cursor, event)

    @strawberry.subscription(
        graphql_type=AsyncGenerator[NotificationMessage, None],
        metadata=open_to(Access.SIGNED_IN),
        description=f"The viewer's own inbox. {AFTER}",
    )
    async def notification_received(self, info: Info, after: Cursor | None = None) -> Messages:
        context, viewer = info.context, viewer_of(info)
        start = await start_of(info, after)
        yield await _notification_message(context, viewer, start, None)
        async for cursor, event in follow(
            context,
            start,
            owner_id=viewer.user_id,
            matches=lambda event: notifications.for_event(event) is not None,
        ):
            yield await _notification_message(context, viewer, cursor, event)


async def start_of(info: Info, after: Cursor | None) -> Place:
    """Where a subscription begins: the end of the log as it is known to be on disk, or the client's cursor."""
    viewer_of(info)
    log = info.context.shop.log
    return log.place if after is None else await resumed(log, after)


def _order_message(cursor: Place, event: events.Event | None) -> Message:
    order = event.subject if event and isinstance(event.subject, DomainOrder) else None
    return Message(cursor=cursor, order=order, event=event)


async def _notification_message(context: Context, viewer: Viewer, cursor: Place, event: events.Event | None) -> Message:
    async with context.reading() as rows:
        unread = await rows.notifications.unread(viewer.user_id)
        notification = await rows.notifications.of_event(viewer.user_id, event.id) if event else None
    return Message(cursor=cursor, notification=notification, unread_count=unread)
