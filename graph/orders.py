"""Orders in the graph."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import strawberry

from domain import drafts, orders, payments, refusals, users
from domain.drafts import Kept
from domain.ids import parse_id
from domain.orders import OrderStatus, PaymentState
from domain.users import Viewer
from graph.access import Access, open_to
from graph.connections import Connection, Page, slice_of
from graph.context import Context, Info, cause_of, known_id, viewer_of
from graph.money import Money
from graph.order_inputs import CreateOrderInput, OrderFilter, UpdateOrderInput, asked_for, selection
from graph.payment_inputs import wish_of
from graph.refusals import (
    CardRejected,
    IdempotencyConflict,
    InvalidInput,
    NotAllowed,
    NotFound,
    OutOfStock,
    PriceChanged,
    Refusal,
    VersionConflict,
)
from graph.sharing import ALIKE
from graph.users import User
from graph.views import Refusals, view
from graph.webhooks import WebhookDeliveryConnection, deliveries_about

if TYPE_CHECKING:
    from graph.events import EventConnection, LogPart
    from graph.payments import Payment


@view(of=orders.OrderItem)
class OrderItem:
    """What was bought, as it was then."""

    product: str
    size: str | None
    color: str | None
    quantity: int
    unit_price: Money
    subtotal: Money
    product_id: strawberry.ID | None = strawberry.field(
        description="Of the article that was listed; it may be archived since."
    )


@view(of=orders.Order)
class Order:
    """What a customer has asked for, and what has become of it."""

    id: strawberry.ID
    number: str = strawberry.field(description="Short number for people, e.g. SW-000123.")
    status: OrderStatus
    payment_state: PaymentState
    items: list[OrderItem]
    total: Money
    note: str | None
    created_at: datetime
    updated_at: datetime
    processed_at: datetime | None
    cancel_reason: str | None
    version: int = strawberry.field(description="Grows with every change; pass it back as expectedVersion.")

    @strawberry.field(metadata=ALIKE, graphql_type=User)
    async def customer(self, info: Info) -> users.User:
        return await info.context.users.load(self.customer_id)  # type: ignore[attr-defined]

    @strawberry.field(metadata=ALIKE, graphql_type=list[Annotated["Payment", strawberry.lazy("graph.payments")]])
    async def payments(self, info: Info) -> "Sequence[payments.Payment]":
        """As they are now, the oldest first."""
        return await info.context.payments.load(self.id)  # type: ignore[arg-type]

    @strawberry.field(metadata=ALIKE, graphql_type=Annotated["EventConnection", strawberry.lazy("graph.events")])
    async def history(self, info: Info, first: int | None = None, after: str | None = None) -> "LogPart":
        """Everything that happened to the order and its payments, oldest first."""
        from graph.events import history_of  # it knows orders, so it cannot be known here any earlier

        return await history_of(info, await _with_payments(self, info), first, after)

    @strawberry.field(metadata=ALIKE, graphql_type=WebhookDeliveryConnection)
    async def deliveries(self, info: Info, first: int | None = None, after: str | None = None) -> Page:
        """Staff: what was sent to webhooks about this order and its payments, newest first."""
        return await deliveries_about(info, await _with_payments(self, info), first, after)


async def _with_payments(order: Order, info: Info) -> list[UUID]:
    """The subjects of all events about an order."""
    found = await info.context.payments.load(order.id)  # type: ignore[arg-type]
    return [order.id, *(payment.id for payment in found)]  # type: ignore[list-item]


@view(of=refusals.InvalidTransition)
class InvalidTransition(Refusal):
    """The order is not in a state from which it could get there."""

    from_: OrderStatus = strawberry.field(name="from")
    to: OrderStatus


@strawberry.type
class OrderConnection(Connection[Order]):
    @strawberry.field
    async def total_count(self) -> int:
        """Counted only where it is asked for."""
        return await self.count()  # type: ignore[attr-defined, no-any-return]


CreateOrderResult = Annotated[
    Order | InvalidInput | NotFound | NotAllowed | OutOfStock | PriceChanged | CardRejected | IdempotencyConflict,
    strawberry.union("CreateOrderResult"),
]
OrderResult = Annotated[
    Order | InvalidInput | NotFound | NotAllowed | OutOfStock | PriceChanged | InvalidTransition | VersionConflict,
    strawberry.union("OrderResult"),
]


@strawberry.type
class OrderQueries:
    @strawberry.field(graphql_type=Order | None, metadata=open_to(Access.SIGNED_IN))
    async def order(self, info: Info, id: strawberry.ID) -> orders.Order | None:
        """Null for an unknown id and for somebody else's."""
        return await visible_order(info.context, viewer_of(info), id)

    @strawberry.field(graphql_type=OrderConnection, metadata=open_to(Access.SIGNED_IN))
    async def orders(
        self,
        info: Info,
        filter: OrderFilter | None = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Page:
        """Newest first. Customers see their own, staff everybody's."""
        part, wanted = slice_of(first, after, last, before), selection(viewer_of(info), filter)
        reading = info.context.reading

        async def count() -> int:
            async with reading() as rows:
                return await rows.orders.count(wanted)

        async with reading() as rows:
            return Page.of(await rows.orders.page(part, wanted), part, count=count)


@strawberry.type
class OrderMutations:
    @strawberry.mutation(graphql_type=CreateOrderResult, extensions=[Refusals()], metadata=open_to(Access.SIGNED_IN))
    async def create_order(self, info: Info, input: CreateOrderInput) -> orders.Order:
        """AWAITING_PAYMENT when a card or a transfer is to pay it, or when it lists articles and does not say how it is
        paid; else PENDING.
        """
        shop = info.context.shop
        draft = drafts.draft(
            viewer_of(info),
            items=[asked_for(item) for item in input.items],
            note=input.note,
            region=input.region,
            payment=wish_of(input.payment, shop.card_tokens) if input.payment else None,
            idempotency_key=input.idempotency_key,
            shop=shop.terms,
            cause=cause_of(info),
        )
        return await shop.desk.place(draft)

    @strawberry.mutation(graphql_type=OrderResult, extensions=[Refusals()], metadata=open_to(Access.SIGNED_IN))
    async def update_order(self, info: Info, input: UpdateOrderInput) -> orders.Order:
        """The owner and staff, while the order is PENDING. What is left out stays; `note: null` removes the note."""
        viewer, cause, shop = viewer_of(info), cause_of(info), info.context.shop
        order_id = known_id(input.id)
        change = drafts.change(
            viewer,
            items=[asked_for(item) for item in input.items] if input.items is not None else None,
            note=Kept.KEPT if input.note is strawberry.UNSET else input.note,
            shop=shop.terms,
        )
        return await shop.database.transact(
            lambda tx: orders.update(tx, viewer, order_id, change, expected_version=input.expected_version, cause=cause)
        )

    @strawberry.mutation(graphql_type=OrderResult, extensions=[Refusals()], metadata=open_to(Access.STAFF))
    async def process_order(self, info: Info, id: strawberry.ID, expected_version: int | None = None) -> orders.Order:
        """Staff: promote by hand what the poller promotes by itself."""
        viewer, cause, order_id = viewer_of(info), cause_of(info), known_id(id)
        return await info.context.shop.database.transact(
            lambda tx: orders.process(tx, viewer, order_id, expected_version=expected_version, cause=cause)
        )

    @strawberry.mutation(graphql_type=OrderResult, extensions=[Refusals()], metadata=open_to(Access.STAFF))
    async def complete_order(self, info: Info, id: strawberry.ID, expected_version: int | None = None) -> orders.Order:
        """Staff: the customer has it."""
        viewer, cause, order_id = viewer_of(info), cause_of(info), known_id(id)
        return await info.context.shop.database.transact(
            lambda tx: orders.complete(tx, viewer, order_id, expected_version=expected_version, cause=cause)
        )

    @strawberry.mutation(graphql_type=OrderResult, extensions=[Refusals()], metadata=open_to(Access.SIGNED_IN))
    async def cancel_order(
        self, info: Info, id: strawberry.ID, reason: str | None = None, expected_version: int | None = None
    ) -> orders.Order:
        """The owner until the order is PROCESSED, staff until it is COMPLETED. What was paid is given back."""
        viewer, cause, order_id = viewer_of(info), cause_of(info), known_id(id)
        return await info.context.shop.database.transact(
            lambda tx: orders.cancel(
                tx, viewer, order_id, reason=reason, expected_version=expected_version, cause=cause
            )
        )


async def visible_order(context: Context, viewer: Viewer, id: str, *, cached: bool = True) -> orders.Order | None:
    """From the cache when it is there and wanted; None for an unknown id and for somebody else's."""
    order_id = parse_id(id)
    if order_id is None:
        return None
    known = await context.shop.cache.get(order_id) if cached else None
    order = known or await _uncached_order(context, order_id)
    if order is None or not viewer.may_see(order.customer_id):
        return None
    context.extensions["cache"] = "hit" if known else "miss"
    return order


async def _uncached_order(context: Context, id: UUID) -> orders.Order | None:
    async with context.reading() as rows:
        order = await rows.orders.get(id)
    if order:
        await context.shop.cache.put([order])
    return order
