"""Subscriptions: each is the log, followed from a place, in one shape or another."""

from collections.abc import AsyncGenerator

import strawberry

from domain import deliveries, events, notifications
from domain.events import Place
from domain.ids import parse_id
from domain.orders import Order as DomainOrder
from domain.products import Product as DomainProduct
from domain.webhooks import may_manage
from graph.access import Access, open_to
from graph.connections import check_count
from graph.context import Info, viewer_of
from graph.delivery_updates import updates
from graph.events import Event, EventFilter
from graph.faults import Code, Fault
from graph.following import resumed
from graph.notifications import Notification
from graph.order_inputs import OrderFilter, selection
from graph.orders import Order
from graph.products import Product
from graph.scalars import Cursor
from graph.streams import Message, Stream
from graph.webhooks import WebhookDelivery


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


@strawberry.type
class ProductMessage:
    """The article as of the event. A message with only a cursor is progress: keep it."""

    cursor: Cursor
    product: Product | None


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
    async def events(self, info: Info, after: Cursor | None = None, filter: EventFilter | None = None) -> Stream:
        start = await start_of(info, after)
        return Stream(
            context=info.context,
            start=start,
            owner_id=viewer_of(info).sees_owner,
            matches=(filter or EventFilter()).matches,
            message=lambda place, event: Message(cursor=place, event=event),
        )

    @strawberry.subscription(
        graphql_type=AsyncGenerator[OrderMessage, None],
        metadata=open_to(Access.SIGNED_IN),
        description=f"The order as it is now, then after each change. {AFTER}",
    )
    async def order_updated(self, info: Info, id: strawberry.ID, after: Cursor | None = None) -> Stream:
        viewer, order_id = viewer_of(info), parse_id(id)
        start = await start_of(info, after)
        openings = info.context.shop.openings
        order, head = await openings.order(order_id) if order_id else (None, start)  # at least as new as `start`
        if order is None or not viewer.may_see(order.customer_id):
            raise Fault(Code.NOT_FOUND, f"There is no order {id[:36]!r}, or it is not yours to see.")
        anew = after is None and info.context.last_event_id is None
        now = [Message(cursor=start, order=order)] if anew else []
        return Stream(
            context=info.context,
            start=start,
            opening=now,
            owner_id=viewer.sees_owner,
            subject_ids=frozenset({order.id}),
            message=_order_message,
            told=order.version if now else 0,
            settled=head.position,
        )

    @strawberry.subscription(
        graphql_type=AsyncGenerator[OrderMessage, None],
        metadata=open_to(Access.SIGNED_IN),
        description=f"Staff: every order that matches. Customers: their own. {AFTER}",
    )
    async def orders_updated(
        self, info: Info, filter: OrderFilter | None = None, after: Cursor | None = None
    ) -> Stream:
        wanted, start = selection(viewer_of(info), filter), await start_of(info, after)

        def matches(event: events.Event) -> bool:
            return isinstance(event.subject, DomainOrder) and wanted.matches(event.subject, event.previous_status)

        return Stream(
            context=info.context,
            start=start,
            owner_id=viewer_of(info).sees_owner,
            matches=matches,
            message=_order_message,
        )

    @strawberry.subscription(
        graphql_type=AsyncGenerator[NotificationMessage, None],
        metadata=open_to(Access.SIGNED_IN),
        description=f"The viewer's own inbox. {AFTER}",
    )
    async def notification_received(self, info: Info, after: Cursor | None = None) -> Stream:
        context, user_id = info.context, viewer_of(info).user_id
        start = await start_of(info, after)

        async def message(place: Place, event: events.Event | None) -> Message:
            async with context.shop.database.reading() as rows:
                unread = await rows.notifications.unread(user_id)
                found = await rows.notifications.of_event(user_id, event.id) if event else None
            return Message(cursor=place, notification=found, unread_count=unread)

        return Stream(
            context=context,
            start=start,
            owner_id=user_id,
            matches=lambda event: notifications.for_event(event) is not None,
            message=message,
        )

    @strawberry.subscription(
        graphql_type=AsyncGenerator[ProductMessage, None],
        metadata=open_to(Access.SIGNED_IN),
        description=f"Articles, after each change of them or of their stock. {AFTER}",
    )
    async def stock_changed(
        self, info: Info, product_ids: list[strawberry.ID] | None = None, after: Cursor | None = None
    ) -> Stream:
        check_count("productIds", product_ids)
        ids = [parse_id(id) for id in product_ids or ()]
        if product_ids is not None and None in (ids or [None]):
            raise Fault(Code.BAD_USER_INPUT, "productIds must be ids of articles. Leave it out to follow all of them.")
        return Stream(
            context=info.context,
            start=await start_of(info, after),
            owner_id=None,  # what is listed is everybody's to see
            subject_ids=frozenset(id for id in ids if id),
            matches=lambda event: isinstance(event.subject, DomainProduct),
            message=_product_message,
        )

    @strawberry.subscription(
        graphql_type=AsyncGenerator[WebhookDelivery, None],
        metadata=open_to(Access.SIGNED_IN),
        description="Live only: a delivery after each of its attempts. What you have missed is in `deliveries`.",
    )
    async def webhook_delivery_updated(
        self, info: Info, endpoint_id: strawberry.ID
    ) -> AsyncGenerator[deliveries.WebhookDelivery, None]:
        viewer, id = viewer_of(info), parse_id(endpoint_id)
        async with info.context.reading() as rows:
            target = await rows.endpoints.get(id) if id else None
        if target is None or not may_manage(viewer, target):
            raise Fault(Code.NOT_FOUND, f"There is no endpoint {endpoint_id[:36]!r}, or it is not yours.")
        return updates(info.context, target.id)


async def start_of(info: Info, after: Cursor | None) -> Place:
    """Where a subscription begins: the end of the log as it is known to be on disk, or the client's cursor."""
    viewer_of(info)
    log, cursor = info.context.shop.log, info.context.last_event_id or after
    return log.place if cursor is None else await resumed(log, Cursor(cursor))


def _product_message(place: Place, event: events.Event | None) -> Message:
    product = event.subject if event and isinstance(event.subject, DomainProduct) else None
    return Message(cursor=place, product=product)


def _order_message(place: Place, event: events.Event | None) -> Message:
    order = event.subject if event and isinstance(event.subject, DomainOrder) else None
    return Message(cursor=place, order=order, event=event)
