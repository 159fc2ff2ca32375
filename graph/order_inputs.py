"""What is said of orders: how they are searched, placed and changed."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

import strawberry

from domain import drafts
from domain.ids import parse_id
from domain.order_selection import OrderSelection
from domain.orders import OrderStatus, PaymentState
from domain.users import Viewer
from graph.connections import check_count
from graph.context import known_id
from graph.faults import Code, Fault
from graph.payment_inputs import PaymentMethodInput

MOST_SEARCH = 200
NOBODY = UUID(int=0)


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
