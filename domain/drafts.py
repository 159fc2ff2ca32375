"""Drafts: orders as customers ask for them, checked before they are placed or changed."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from domain.events import Cause
from domain.ids import new_id
from domain.money import Money, price_of
from domain.orders import MOST_NOTE, OrderItem
from domain.payment_wishes import Deadlines, PaymentWish
from domain.payments import PaymentDraft
from domain.products import Product
from domain.refusals import Issues, PriceChanged, Refused, not_found
from domain.stock import check_region
from domain.users import Role, Viewer

MOST_ITEMS, MOST_QUANTITY = 100, 10_000
MOST_PRODUCT, MOST_DETAIL, MOST_KEY = 120, 40, 255


class Kept(Enum):
    """Stands for a field that is not to change, where None means that it is to be empty."""

    KEPT = "kept"


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomItem:
    """An article described by hand, as it was asked for: nothing in it has been checked."""

    product: str
    size: str | None
    color: str | None
    quantity: int
    unit_price: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedItem:
    """An article from the catalogue, as it was asked for."""

    product_id: UUID
    quantity: int
    expected_price: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedLine:
    """So many of an article, checked as far as that can be done without looking at it.

    `expected` are the prices that the customer has seen, in minor units.
    """

    product_id: UUID
    quantity: int
    expected: frozenset[int] = frozenset()

    def item(self, products: Mapping[UUID, Product], *, kept: Container[UUID]) -> OrderItem:
        """Raises Refused with NotFound or PriceChanged. What is archived is sold no more, but stays in an order."""
        product = products.get(self.product_id)
        if product is None or (product.archived and product.id not in kept):
            raise not_found(self.product_id)
        for minor in self.expected - {product.price.minor}:
            expected = replace(product.price, minor=minor)
            raise Refused(PriceChanged(product_id=product.id, expected=expected, actual=product.price))
        return OrderItem(
            product=product.name,
            size=product.size,
            color=product.color,
            quantity=self.quantity,
            unit_price=product.price,
            product_id=product.id,
        )


Line = OrderItem | ListedLine


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDraft:
    """An order that may be placed: checked, and with its id, so that it can be looked for after a lost answer.

    `pay_within` is how long it waits for its payment; None when it does not.
    """

    customer_id: UUID
    lines: tuple[Line, ...]
    note: str | None
    region: str
    idempotency_key: str | None
    cause: Cause
    payment: PaymentDraft | None = None
    pay_within: timedelta | None = None
    id: UUID = field(default_factory=new_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderChange:
    """What is to become of an order, checked: only what is to change. `region` is for one that has none yet."""

    lines: tuple[Line, ...] | None = None
    region: str | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What all orders of a shop have in common. `custom_for` may describe articles by hand."""

    currency: str
    regions: Sequence[str]
    custom_for: frozenset[Role] = frozenset(Role)
    deadlines: Deadlines = field(default_factory=Deadlines)


def draft(
    viewer: Viewer,
    *,
    items: Sequence[CustomItem | ListedItem],
    note: str | None,
    region: str | None = None,
    payment: PaymentWish | None = None,
    idempotency_key: str | None,
    shop: Terms,
    cause: Cause,
) -> OrderDraft:
    """Checks what a customer asks for.

    Raises Refused with NotAllowed, with InvalidInput naming everything that is wrong, or with CardRejected.
    """
    issues = Issues()
    lines = _lines(issues, viewer, items, shop)
    note = issues.text(("input", "note"), note, most=MOST_NOTE)
    if region is not None:
        check_region(issues, ("input", "region"), region, shop.regions)
    key = issues.text(("input", "idempotencyKey"), idempotency_key, least=1, most=MOST_KEY)
    if payment:
        payment.check(issues, ("input", "payment"))
    issues.refuse()
    paid = payment.draft(user_id=viewer.user_id, operation="createOrder", key=key) if payment else None
    return OrderDraft(
        customer_id=viewer.user_id,
        lines=lines,
        note=note,
        region=region or shop.regions[0],
        idempotency_key=key,
        cause=cause,
        payment=paid,
        pay_within=_pay_within(lines, paid, shop.deadlines),
    )


def _pay_within(lines: Sequence[Line], payment: PaymentDraft | None, deadlines: Deadlines) -> timedelta | None:
    """Articles from the catalogue are paid first, unless it is in cash; what is described by hand, when somebody says
    how."""
    if payment:
        return deadlines.of(payment.method)
    return deadlines.of(None) if any(isinstance(line, ListedLine) for line in lines) else None


def change(
    viewer: Viewer, *, items: Sequence[CustomItem | ListedItem] | None, note: str | Kept | None, shop: Terms
) -> OrderChange:
    """Checks what is to change. `Kept.KEPT` leaves the note as it is, None removes it; no items leave them as they are.

    Raises Refused with NotAllowed, or with InvalidInput naming everything that is wrong.
    """
    issues, fields = Issues(), dict[str, Any]()
    lines = None if items is None else _lines(issues, viewer, items, shop)
    if not isinstance(note, Kept):
        fields["note"] = issues.text(("input", "note"), note, most=MOST_NOTE)
    issues.refuse()
    return OrderChange(lines=lines, region=shop.regions[0], fields=fields)


def _lines(issues: Issues, viewer: Viewer, items: Sequence[CustomItem | ListedItem], shop: Terms) -> tuple[Line, ...]:
    """An article that is listed twice is one line."""
    if not 1 <= len(items) <= MOST_ITEMS:
        issues.add(("input", "items"), "COUNT", f"must have 1 to {MOST_ITEMS} items, it has {len(items)}")
    if any(isinstance(item, CustomItem) for item in items):
        viewer.must_have(*sorted(shop.custom_for))
    lines: dict[object, Line] = {}
    for index, item in enumerate(items[:MOST_ITEMS]):
        path = ("input", "items", str(index))
        if isinstance(item, CustomItem):
            lines[index] = _custom(issues, (*path, "custom"), item, shop.currency)
        else:
            line = _listed(issues, (*path, "listed"), item)
            lines[item.product_id] = together = _together(lines.get(item.product_id), line)
            if item.quantity <= MOST_QUANTITY < together.quantity:
                _check_quantity(issues, (*path, "listed"), together.quantity)
    return tuple(lines.values())


def _custom(issues: Issues, path: tuple[str, ...], item: CustomItem, currency: str) -> OrderItem:
    _check_quantity(issues, path, item.quantity)
    return OrderItem(
        product=issues.text((*path, "product"), item.product, least=1, most=MOST_PRODUCT) or "",
        size=issues.text((*path, "size"), item.size, most=MOST_DETAIL),
        color=issues.text((*path, "color"), item.color, most=MOST_DETAIL),
        quantity=item.quantity,
        unit_price=Money(minor=price_of(issues, (*path, "unitPrice"), item.unit_price), currency=currency),
    )


def _listed(issues: Issues, path: tuple[str, ...], item: ListedItem) -> ListedLine:
    _check_quantity(issues, path, item.quantity)
    if item.expected_price is None:
        return ListedLine(product_id=item.product_id, quantity=item.quantity)
    seen = price_of(issues, (*path, "expectedPrice"), item.expected_price)
    return ListedLine(product_id=item.product_id, quantity=item.quantity, expected=frozenset({seen}))


def _together(one: Line | None, other: ListedLine) -> ListedLine:
    if not isinstance(one, ListedLine):
        return other
    return replace(one, quantity=one.quantity + other.quantity, expected=one.expected | other.expected)


def _check_quantity(issues: Issues, path: tuple[str, ...], quantity: int) -> None:
    if not 1 <= quantity <= MOST_QUANTITY:
        issues.add((*path, "quantity"), "RANGE", f"must be 1 to {MOST_QUANTITY}, it is {quantity}")
