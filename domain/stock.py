"""Stock: how many of an article there are in each region. It changes through the ledger and in no other way."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from domain.clock import now
from domain.ids import new_id
from domain.refusals import Issues, OutOfStock, Refused

if TYPE_CHECKING:
    from domain.products import Product

MOST_ON_HAND = 1_000_000
MOST_REGION, MOST_REASON = 40, 200


class StockMovementKind(StrEnum):
    RECEIVED = "RECEIVED"
    ADJUSTED = "ADJUSTED"
    RESERVED = "RESERVED"
    RELEASED = "RELEASED"
    SOLD = "SOLD"
    RETURNED = "RETURNED"


EFFECTS = {
    StockMovementKind.RECEIVED: (1, 0),
    StockMovementKind.ADJUSTED: (1, 0),
    StockMovementKind.RESERVED: (0, 1),
    StockMovementKind.RELEASED: (0, 1),
    StockMovementKind.SOLD: (1, 1),
    StockMovementKind.RETURNED: (1, 0),
}
"""What each does to what is on hand and to what is reserved, times its `delta`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StockLevel:
    """`reserved` are on hand, and promised to orders."""

    region: str
    on_hand: int = 0
    reserved: int = 0

    @property
    def available(self) -> int:
        return self.on_hand - self.reserved


@dataclass(frozen=True, slots=True, kw_only=True)
class StockMovement:
    """A line of the ledger: what `delta` changes, EFFECTS says."""

    product_id: UUID
    region: str
    kind: StockMovementKind
    delta: int
    reason: str | None = None
    order_id: UUID | None = None
    at: datetime = field(default_factory=now)
    id: UUID = field(default_factory=new_id)


def received(product: "Product", region: str, quantity: int, *, reason: str | None) -> tuple["Product", StockMovement]:
    """More of it has come."""
    return changed(product, region, StockMovementKind.RECEIVED, quantity, reason=reason)


def adjusted(product: "Product", region: str, delta: int, *, reason: str | None) -> tuple["Product", StockMovement]:
    """The count was wrong, or some are gone; raises Refused(OutOfStock) for what is not there or is promised."""
    return changed(product, region, StockMovementKind.ADJUSTED, delta, reason=reason)


def changed(
    product: "Product",
    region: str,
    kind: StockMovementKind,
    delta: int,
    *,
    reason: str | None = None,
    order_id: UUID | None = None,
) -> tuple["Product", StockMovement]:
    """The article as it is after a line of the ledger; raises Refused(OutOfStock) for more than can be had."""
    level, (of_on_hand, of_reserved) = product.level(region), EFFECTS[kind]
    after = replace(level, on_hand=level.on_hand + of_on_hand * delta, reserved=level.reserved + of_reserved * delta)
    if after.available < 0:
        raise Refused(OutOfStock(product_id=product.id, requested=abs(delta), available=level.available))
    line = StockMovement(product_id=product.id, region=region, kind=kind, delta=delta, reason=reason, order_id=order_id)
    return product.with_level(after), line


def check_region(issues: Issues, path: tuple[str, ...], region: str, regions: Sequence[str]) -> None:
    if region not in regions:
        known = ", ".join(regions)
        issues.add(path, "REGION", f"{region[:MOST_REGION]!r} is no region of this shop; there is {known}")
