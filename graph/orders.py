"""Orders in the graph."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import strawberry

from domain import orders, refusals, users
from domain.ids import parse_id
from domain.orders import OrderStatus, PaymentState
from domain.users import Viewer
from graph.connections import Connection, Page, slice_of
from graph.context import Context, Info, cause_of, known_id, viewer_of
from graph.money import Money
from graph.refusals import IdempotencyConflict, InvalidInput, NotAllowed, NotFound, Refusal, VersionConflict
from graph.users import User
from graph.views import Refusals, view


@view(of=orders.OrderItem)
class OrderItem:
    """What was bought, as it was then."""

    product: str
    size: str | None
    color: str | None
    quantity: int
    unit_price: Money
    subtotal: Money


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

    @strawberry.field(graphql_type=User)
    async def customer(self, info: Info) -> users.User:
        return await info.context.users.load(self.customer_id)  # type: ignore[attr-defined]


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
    status: list[OrderStatus] | None = None

    def matches(self, order: orders.Order, previous: OrderStatus | None) -> bool:
        """Whether the order matches now or did before, so that a board sees an order leave."""
        return not self.status or order.status in self.status or previous in self.status


@strawberry.input(description="An article described by hand.")
class CustomItemInput:
    product: str
    size: str | None = None
    color: str | None = None
    quantity: int = strawberry.field(description="1 to 10,000.")
    unit_price: Decimal = strawberry.field(description="More than 0, at most 2 decimal places.")


@strawberry.input(one_of=True)
class OrderItemInput:
    custom: CustomItemInput | None = strawberry.UNSET


@strawberry.input
class CreateOrderInput:
    items: list[OrderItemInput] = strawberry.field(description="1 to 100.")
    note: str | None = None
    idempotency_key: str | None = strawberry.field(
        default=None, description="Made by the client for this order; sending it again gives the same order."
    )


CreateOrderResult = Annotated[Order | InvalidInput | IdempotencyConflict, strawberry.union("CreateOrderResult")]
OrderResult = Annotated[
    Order | InvalidInput | NotFound | NotAllowed | InvalidTransition | VersionConflict,
    strawberry.union("OrderResult"),
]


@strawberry.type
class OrderQueries:
    @strawberry.field(graphql_type=Order | None)
    async def order(self, info: Info, id: strawberry.ID) -> orders.Order | None:
        """Null for an unknown id and for somebody else's."""
        return await visible_order(info.context, viewer_of(info), id)

    @strawberry.field(graphql_type=OrderConnection)
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
        part = slice_of(first, after, last, before)
        reading = info.context.shop.database.reading
        owner_id = viewer_of(info).sees_owner
        statuses = tuple(filter.status or ()) if filter else ()

        async def count() -> int:
            async with reading() as rows:
                return await rows.orders.count(owner_id=owner_id, statuses=statuses)

        async with reading() as rows:
            return Page.of(await rows.orders.page(part, owner_id=owner_id, statuses=statuses), part, count=count)


@strawberry.type
class OrderMutations:
    @strawberry.mutation(graphql_type=CreateOrderResult, extensions=[Refusals()])
    async def create_order(self, info: Info, input: CreateOrderInput) -> orders.Order:
        shop = info.context.shop
        draft = orders.draft(
            viewer_of(info),
            items=[custom_item(item) for item in input.items],
            note=input.note,
            idempotency_key=input.idempotency_key,
            currency=shop.currency,
            cause=cause_of(info),
        )
        return await shop.desk.place(draft)

    @strawberry.mutation(graphql_type=OrderResult, extensions=[Refusals()])
    async def cancel_order(
        self, info: Info, id: strawberry.ID, reason: str | None = None, expected_version: int | None = None
    ) -> orders.Order:
        """The owner may cancel while the order is PENDING, staff until it is COMPLETED."""
        viewer, cause, order_id = viewer_of(info), cause_of(info), known_id(id)
        return await info.context.shop.database.transact(
            lambda tx: orders.cancel(
                tx, viewer, order_id, reason=reason, expected_version=expected_version, cause=cause
            )
        )


def custom_item(item: OrderItemInput) -> orders.CustomItem:
    assert item.custom  # @oneOf: exactly one member is given
    return orders.CustomItem(
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
    async with context.shop.database.reading() as rows:
        order = await rows.orders.get(id)
    if order:
        await context.shop.cache.put([order])
    return order
