"""Orders in SQL."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, Select, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.money import Money
from domain.order_selection import OrderSelection
from domain.orders import Order, OrderItem, OrderStatus, PaymentState
from domain.ports import Slice
from domain.text import folded
from persistence.slices import forced, newest_first
from persistence.tables import order_items, orders


class SqlOrders:
    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection

    async def add(self, batch: Sequence[Order]) -> None:
        await self.connection.execute(insert(orders), [_row(order) for order in batch])
        await self.connection.execute(insert(order_items), [row for order in batch for row in _item_rows(order)])

    async def get(self, id: UUID) -> Order | None:
        return await self._one(select(orders).where(orders.c.id == id))

    async def lock(self, id: UUID) -> Order | None:
        return await self._one(select(orders).where(orders.c.id == id).with_for_update())

    async def update(self, order: Order) -> None:
        await self.connection.execute(update(orders).where(orders.c.id == order.id).values(_row(order)))

    async def claim_due(self, at: datetime, limit: int) -> list[Order]:
        """Locks the orders that have waited longest; those another worker holds are left to it.

        With empty statistics the optimizer would walk the primary key instead, and lock all it passes.
        """
        due = (orders.c.status == OrderStatus.PENDING) & (orders.c.promote_at <= at)
        query = select(orders).where(due).order_by(orders.c.status, orders.c.promote_at).limit(limit)
        return await self._all(forced(query, orders, "ix_orders_due").with_for_update(skip_locked=True))

    async def claim_unpaid(self, at: datetime, limit: int) -> list[Order]:
        """As `claim_due` does, orders whose time to be paid has run out; of all others that time is null."""
        query = select(orders).where(orders.c.pay_until <= at).order_by(orders.c.pay_until).limit(limit)
        return await self._all(forced(query, orders, "ix_orders_unpaid").with_for_update(skip_locked=True))

    async def lock_free(self, ids: Sequence[UUID]) -> list[Order]:
        """In the order of their ids, as every transaction takes them."""
        query = select(orders).where(orders.c.id.in_(ids)).order_by(orders.c.id)
        return await self._all(query.with_for_update(skip_locked=True))

    async def promote(self, batch: Sequence[Order]) -> None:
        """Writes what promotion changed of orders that are locked and were promoted at one moment."""
        at = batch[0].updated_at
        changes = {
            "status": OrderStatus.PROCESSED,
            "processed_at": at,
            "updated_at": at,
            "version": orders.c.version + 1,
        }
        ids = [order.id for order in batch]
        await self.connection.execute(update(orders).where(orders.c.id.in_(ids)).values(changes))

    async def replace_items(self, order: Order) -> None:
        await self.connection.execute(delete(order_items).where(order_items.c.order_id == order.id))
        await self.connection.execute(insert(order_items), list(_item_rows(order)))

    async def page(self, part: Slice, selection: OrderSelection) -> list[Order]:
        query = select(orders).where(*_matching(selection))
        return await self._all(newest_first(query, orders, part))

    async def count(self, selection: OrderSelection) -> int:
        query = select(func.count()).select_from(orders).where(*_matching(selection))
        return int(await self.connection.scalar(query) or 0)

    async def committed(self, ids: Sequence[UUID]) -> set[UUID]:
        """Which of the ids are in the database, waiting for transactions that have not ended yet."""
        query = select(orders.c.id).where(orders.c.id.in_(ids)).with_for_update()
        return set((await self.connection.scalars(query)).all())

    async def by_ids(self, ids: Sequence[UUID]) -> dict[UUID, Order]:
        return {order.id: order for order in await self._all(select(orders).where(orders.c.id.in_(ids)))}

    async def _one(self, query: Select[Any]) -> Order | None:
        found = await self._all(query)
        return found[0] if found else None

    async def _all(self, query: Select[Any]) -> list[Order]:
        rows = (await self.connection.execute(query)).mappings().all()
        if not rows:
            return []
        items = await self._items([row["id"] for row in rows])
        return [_order(row, items[row["id"]]) for row in rows]

    async def _items(self, ids: Sequence[UUID]) -> dict[UUID, list[RowMapping]]:
        query = select(order_items).where(order_items.c.order_id.in_(ids))
        rows = await self.connection.execute(query.order_by(order_items.c.order_id, order_items.c.line))
        return {id: list(lines) for id, lines in groupby(rows.mappings(), key=itemgetter("order_id"))}


def _matching(selection: OrderSelection) -> Iterable[ColumnElement[bool]]:
    """As domain.order_selection.OrderSelection.matches has it, for orders as they are now."""
    for customer_id in (selection.owner_id, selection.customer_id):
        if customer_id is not None:
            yield orders.c.customer_id == customer_id
    if selection.statuses:
        yield orders.c.status.in_(selection.statuses)
    if selection.payment_states:
        yield orders.c.payment_state.in_(selection.payment_states)
    if selection.created_from:
        yield orders.c.created_at >= selection.created_from
    if selection.created_to:
        yield orders.c.created_at < selection.created_to
    if selection.search:
        yield _found_by(selection.search, selection.serial)


def _found_by(search: str, serial: int | None) -> ColumnElement[bool]:
    found = orders.c.words.contains(folded(search), autoescape=True)
    return found if serial is None else or_(orders.c.serial == serial, found)


def _row(order: Order) -> dict[str, Any]:
    return {column.name: getattr(order, column.name) for column in orders.columns}


def _item_rows(order: Order) -> Iterable[dict[str, Any]]:
    for line, item in enumerate(order.items, 1):
        yield {
            "order_id": order.id,
            "line": line,
            "product": item.product,
            "size": item.size,
            "color": item.color,
            "quantity": item.quantity,
            "unit_price": item.unit_price.minor,
            "product_id": item.product_id,
        }


def _order(row: RowMapping, lines: Iterable[RowMapping]) -> Order:
    items = tuple(_item(line, row["currency"]) for line in lines)
    status, payment_state = OrderStatus(row["status"]), PaymentState(row["payment_state"])
    fields = {name: row[name] for name in Order.__slots__ if name != "items"}
    return Order(**{**fields, "status": status, "payment_state": payment_state, "items": items})


def _item(row: RowMapping, currency: str) -> OrderItem:
    return OrderItem(
        product=row["product"],
        size=row["size"],
        color=row["color"],
        quantity=row["quantity"],
        unit_price=Money(minor=row["unit_price"], currency=currency),
        product_id=row["product_id"],
    )
