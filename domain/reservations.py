"""Reservations: what orders do to stock.

An order that is placed reserves what it lists; processing sells it; cancelling gives it back. Nobody is promised what
somebody else was: the articles are locked, in the order of their ids, from before they are looked at until the commit.
"""

from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

from domain.events import Cause, Event, EventType
from domain.ports import Transaction
from domain.products import Product
from domain.refusals import OutOfStock, Refused
from domain.stock import StockMovement, changed
from domain.stock import StockMovementKind as Kind

if TYPE_CHECKING:
    from domain.drafts import Line
    from domain.orders import Order, OrderItem

NOWHERE = ""
"""The region of an order that was placed before there were any: it lists nothing."""


def listed(order: "Order") -> Counter[UUID]:
    """How many of which article."""
    counted: Counter[UUID] = Counter()
    for item in order.items:
        if item.product_id:
            counted[item.product_id] += item.quantity
    return counted


@dataclass(slots=True)
class Shelf:
    """Articles that one transaction has locked, as it leaves them, and what it has done to them."""

    products: dict[UUID, Product] = field(default_factory=dict)
    moved: list[tuple[Product, StockMovement, Cause]] = field(default_factory=list)

    def items(self, lines: Sequence["Line"], *, kept: Container[UUID] = ()) -> tuple["OrderItem", ...]:
        """Raises Refused with NotFound or PriceChanged for an article that is not as it was asked for."""
        return tuple(line.item(self.products, kept=kept) for line in lines)

    def reserve(self, order: "Order", cause: Cause) -> None:
        """All that it lists, or nothing; raises Refused(OutOfStock)."""
        self._move(order, Kind.RESERVED, listed(order), cause)

    def reserve_instead(self, before: "Order", after: "Order", cause: Cause) -> None:
        """What it lists now, in place of what it did; raises Refused(OutOfStock) with what it could have in all."""
        for id, wanted in listed(after).items():
            there = self.products[id].level(after.region or NOWHERE).available + listed(before)[id]
            if wanted > there:
                raise Refused(OutOfStock(product_id=id, requested=wanted, available=there))
        self._move(after, Kind.RELEASED, listed(before) - listed(after), cause)
        self._move(after, Kind.RESERVED, listed(after) - listed(before), cause)

    def release(self, order: "Order", cause: Cause) -> None:
        self._move(order, Kind.RELEASED, listed(order), cause)

    def sell(self, order: "Order", cause: Cause) -> None:
        self._move(order, Kind.SOLD, listed(order), cause)

    def take_back(self, order: "Order", cause: Cause) -> None:
        """What was sold."""
        self._move(order, Kind.RETURNED, listed(order), cause)

    async def write(self, tx: Transaction) -> None:
        """At the end of the transaction: what is there now, the ledger, and an event for each line of it."""
        if not self.moved:
            return
        touched = {product.id for product, _, _ in self.moved}
        await tx.products.move([self.products[id] for id in sorted(touched)], [line for _, line, _ in self.moved])
        for product, line, cause in self.moved:
            tx.events.append(Event(type=EventType.STOCK_CHANGED, subject=product, cause=cause, at=line.at))

    def _move(self, order: "Order", kind: Kind, quantities: Counter[UUID], cause: Cause) -> None:
        sign = -1 if kind in (Kind.RELEASED, Kind.SOLD) else 1
        moved = [
            changed(self.products[id], order.region or NOWHERE, kind, sign * quantity, order_id=order.id)
            for id, quantity in sorted(quantities.items())
        ]
        for product, line in moved:
            self.products[product.id] = product
            self.moved.append((product, line, cause))


async def shelf_of(tx: Transaction, orders: Sequence["Order"], lines: Iterable["Line"] = ()) -> Shelf:
    """With what these orders and lines list, as far as it is there."""
    ids = {id for order in orders for id in listed(order)}
    ids |= {line.product_id for line in lines if line.product_id}
    return Shelf(dict(await tx.products.lock_all(sorted(ids))) if ids else {})
