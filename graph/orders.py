"""Orders in the graph."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import strawberry

from domain import drafts, orders, payments, refusals, users
from domain.drafts import Kept
from domain.ids import parse_id
from domain.order_selection import OrderSelection
from domain.orders import OrderStatus, PaymentState
from domain.users import Viewer
from graph.access import Access, open_to
from graph.connections import Connection, Page, check_count, slice_of
from graph.context import Context, Info, cause_of, known_id, viewer_of
from graph.faults import Code, Fault
from graph.money import Money
from graph.payment_inputs import PaymentMethodInput, wish_of
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

MOST_SEARCH = 200
NOBODY = UUID(int=0)


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


@strawberry.input
class OrderFilter:
    """Every part that is given must match."""

    status: list[OrderStatus] | None = None
    payment_state: list[PaymentState] | None = None
    customer_id: strawberry.ID | None = None
    created_from: datetime | None = None
    created_to: datetime | None = strawberry.field(default=None, description="Exclusive.")
    search: str | None = strawberry.field(
        default=None, description="An order number, or part of the note or of what was bought."
    )


def selection(viewer: Viewer, filter: OrderFilter | None) -> OrderSelection:
    """What a viewer asks for of what they may see; raises BAD_USER_INPUT."""
    if filter is None:
        return OrderSelection(owner_id=viewer.sees_owner)
    if len(filter.search or "") > MOST_SEARCH:
        raise Fault(Code.BAD_USER_INPUT, f"search must have at most {MOST_SEARCH} characters.")
    check_count("status", filter.status)
    check_count("paymentState", filter.payment_state)
    return OrderSelection(
        owner_id=viewer.sees_owner,
        customer_id=None if filter.customer_id is None else parse_id(filter.customer_id) or NOBODY,
        statuses=tuple(filter.status or ()),
        payment_states=tuple(filter.payment_state or ()),
        created_from=filter.created_from,
        created_to=filter.created_to,
        search=filter.search,
    )


@strawberry.input(description="An article described by hand.")
class CustomItemInput:
    product: str
    size: str | None = None
    color: str | None = None
    quantity: int = strawberry.field(description="1 to 10,000.")
    unit_price: Decimal = strawberry.field(description="More than 0, at most 2 decimal places.")


@strawberry.input(description="An article from the catalogue; of one that is listed twice, both together.")
class ListedItemInput:
    product_id: strawberry.ID
    quantity: int = strawberry.field(description="1 to 10,000.")
    expected_price: Decimal | None = strawberry.field(
        default=None, description="The price that the customer has seen: with another one nothing is ordered."
    )


@strawberry.input(one_of=True)
class OrderItemInput:
    listed: ListedItemInput | None = strawberry.UNSET
    custom: CustomItemInput | None = strawberry.UNSET


@strawberry.input
class CreateOrderInput:
    items: list[OrderItemInput] = strawberry.field(description="1 to 100.")
    region: str | None = strawberry.field(default=None, description="Where from. Default: the shop's first region.")
    note: str | None = None
    payment: PaymentMethodInput | None = strawberry.field(
        default=None,
        description="Without one, what is described by hand is paid when it is picked up, and articles by `payOrder`.",
    )
    idempotency_key: str | None = strawberry.field(
        default=None, description="Made by the client for this order; sending it again gives the same order."
    )


@strawberry.input
class UpdateOrderInput:
    id: strawberry.ID
    expected_version: int
    items: list[OrderItemInput] | None = None
    note: str | None = strawberry.UNSET


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


def asked_for(item: OrderItemInput) -> drafts.CustomItem | drafts.ListedItem:
    if item.listed:
        return drafts.ListedItem(
            product_id=known_id(item.listed.product_id),
            quantity=item.listed.quantity,
            expected_price=item.listed.expected_price,
        )
    assert item.custom  # @oneOf: exactly one member is given
    return drafts.CustomItem(
        product=item.custom.product,
        size=item.custom.size,
        color=item.custom.color,
        quantity=item.custom.quantity,
        unit_price=item.custom.unit_price,
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
