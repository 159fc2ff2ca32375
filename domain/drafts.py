"""Drafts: orders as customers ask for them, checked before they are placed or changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from domain.events import Cause
from domain.ids import new_id
from domain.money import Money, price_of
from domain.orders import MOST_NOTE, OrderItem
from domain.refusals import Issues
from domain.users import Viewer

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
class OrderDraft:
    """An order that may be placed: checked, and with its id, so that it can be looked for after a lost answer."""

    customer_id: UUID
    items: tuple[OrderItem, ...]
    note: str | None
    idempotency_key: str | None
    cause: Cause
    id: UUID = field(default_factory=new_id)


def draft(
    viewer: Viewer,
    *,
    items: Sequence[CustomItem],
    note: str | None,
    idempotency_key: str | None,
    currency: str,
    cause: Cause,
) -> OrderDraft:
    """Checks what a customer asks for; raises Refused(InvalidInput) naming everything that is wrong."""
    issues = Issues()
    lines = _lines(issues, items, currency)
    note = issues.text(("input", "note"), note, most=MOST_NOTE)
    key = issues.text(("input", "idempotencyKey"), idempotency_key, least=1, most=MOST_KEY)
    issues.refuse()
    return OrderDraft(customer_id=viewer.user_id, items=lines, note=note, idempotency_key=key, cause=cause)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderChange:
    """What is to become of an order, checked: only the fields that are to change."""

    fields: Mapping[str, Any]


def change(*, items: Sequence[CustomItem] | None, note: str | Kept | None, currency: str) -> OrderChange:
    """Checks what is to change. `Kept.KEPT` leaves the note as it is, None removes it; no items leave them as they are.

    Raises Refused(InvalidInput) naming everything that is wrong.
    """
    issues, fields = Issues(), dict[str, Any]()
    if items is not None:
        fields["items"] = _lines(issues, items, currency)
    if not isinstance(note, Kept):
        fields["note"] = issues.text(("input", "note"), note, most=MOST_NOTE)
    issues.refuse()
    return OrderChange(fields=fields)


def _lines(issues: Issues, items: Sequence[CustomItem], currency: str) -> tuple[OrderItem, ...]:
    if not 1 <= len(items) <= MOST_ITEMS:
        issues.add(("input", "items"), "COUNT", f"must have 1 to {MOST_ITEMS} items, it has {len(items)}")
    return tuple(_line(issues, index, item, currency) for index, item in enumerate(items[:MOST_ITEMS]))


def _line(issues: Issues, index: int, item: CustomItem, currency: str) -> OrderItem:
    path = ("input", "items", str(index), "custom")
    if not 1 <= item.quantity <= MOST_QUANTITY:
        issues.add((*path, "quantity"), "RANGE", f"must be 1 to {MOST_QUANTITY}, it is {item.quantity}")
    return OrderItem(
        product=issues.text((*path, "product"), item.product, least=1, most=MOST_PRODUCT) or "",
        size=issues.text((*path, "size"), item.size, most=MOST_DETAIL),
        color=issues.text((*path, "color"), item.color, most=MOST_DETAIL),
        quantity=item.quantity,
        unit_price=Money(minor=price_of(issues, (*path, "unitPrice"), item.unit_price), currency=currency),
    )
