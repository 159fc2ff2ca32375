"""Articles and their stock in SQL."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Insert,
    RowMapping,
    ScalarSelect,
    Select,
    bindparam,
    delete,
    false,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import mysql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.money import Money
from domain.ports import Slice
from domain.products import Condition, Product, ProductSelection
from domain.stock import StockLevel, StockMovement, StockMovementKind
from domain.text import folded
from persistence.slices import newest_first
from persistence.tables import product_terms, products, stock_levels, stock_movements

LAST = "\U0010ffff"
MOVEMENT = tuple(field.name for field in fields(StockMovement))
COUNTS = ("on_hand", "reserved")
IN_MYSQL, IN_SQLITE = mysql.insert(stock_levels), sqlite.insert(stock_levels)
SET_LEVELS: dict[str, Insert] = {
    "mysql": IN_MYSQL.on_duplicate_key_update({name: IN_MYSQL.inserted[name] for name in COUNTS}),
    "sqlite": IN_SQLITE.on_conflict_do_update(set_={name: IN_SQLITE.excluded[name] for name in COUNTS}),
}
"""Levels as they are to be, whether they are there or not."""


LOCKED = (
    select(products, stock_levels.c.region, stock_levels.c.on_hand, stock_levels.c.reserved)
    .outerjoin(stock_levels, stock_levels.c.product_id == products.c.id)
    .where(products.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(products.c.id, stock_levels.c.region)
    .with_for_update()
)
"""Articles with each of their levels, locked."""


class SqlProducts:
    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection

    async def add(self, product: Product) -> bool:
        """See domain.ports.Products."""
        try:
            await self.connection.execute(insert(products).values(_row(product)))
        except IntegrityError:
            return False
        await self._add_terms(product)
        return True

    async def get(self, id: UUID) -> Product | None:
        return await self._one(select(products).where(products.c.id == id))

    async def lock(self, id: UUID) -> Product | None:
        return await self._one(select(products).where(products.c.id == id).with_for_update())

    async def lock_all(self, ids: Sequence[UUID]) -> dict[UUID, Product]:
        """In the order of their ids, as every transaction takes them; with their levels in one statement."""
        rows = (await self.connection.execute(LOCKED, {"ids": ids})).mappings().all() if ids else ()
        levels = defaultdict(list)
        for row in rows:
            if row["region"] is not None:
                levels[row["id"]].append(_level(row))
        return {row["id"]: _product(row, levels[row["id"]]) for row in {row["id"]: row for row in rows}.values()}

    async def update(self, product: Product) -> None:
        await self.connection.execute(update(products).where(products.c.id == product.id).values(_row(product)))
        await self.connection.execute(delete(product_terms).where(product_terms.c.product_id == product.id))
        await self._add_terms(product)

    async def move(self, products: Sequence[Product], movements: Sequence[StockMovement]) -> None:
        """See domain.ports.Products."""
        if not movements:
            return
        touched = {(movement.product_id, movement.region) for movement in movements}
        levels = [
            {"product_id": product.id, "region": level.region, "on_hand": level.on_hand, "reserved": level.reserved}
            for product in products
            for level in product.stock
            if (product.id, level.region) in touched
        ]
        await self.connection.execute(SET_LEVELS[self.connection.dialect.name], levels)
        rows = [{name: getattr(movement, name) for name in MOVEMENT} for movement in movements]
        await self.connection.execute(insert(stock_movements), rows)

    async def page(self, part: Slice, selection: ProductSelection) -> list[Product]:
        return await self._all(newest_first(select(products).where(*_matching(selection)), products, part))

    async def count(self, selection: ProductSelection) -> int:
        query = select(func.count()).select_from(products).where(*_matching(selection))
        return int(await self.connection.scalar(query) or 0)

    async def movements(self, part: Slice, *, product_id: UUID) -> list[StockMovement]:
        query = select(stock_movements).where(stock_movements.c.product_id == product_id)
        rows = await self.connection.execute(newest_first(query, stock_movements, part))
        return [_movement(row) for row in rows.mappings()]

    async def _add_terms(self, product: Product) -> None:
        rows = [{"term": term, "product_id": product.id} for term in sorted(product.terms)]
        await self.connection.execute(insert(product_terms), rows)

    async def _one(self, query: Select[Any]) -> Product | None:
        found = await self._all(query)
        return found[0] if found else None

    async def _all(self, query: Select[Any]) -> list[Product]:
        rows = (await self.connection.execute(query)).mappings().all()
        levels = await self._levels([row["id"] for row in rows]) if rows else {}
        return [_product(row, levels[row["id"]]) for row in rows]

    async def _levels(self, ids: Sequence[UUID]) -> dict[UUID, list[StockLevel]]:
        query = select(stock_levels).where(stock_levels.c.product_id.in_(ids)).order_by(stock_levels.c.region)
        levels: dict[UUID, list[StockLevel]] = defaultdict(list)
        for row in await self.connection.execute(query):
            levels[row.product_id].append(_level(row._mapping))
        return levels


def _matching(selection: ProductSelection) -> Iterable[ColumnElement[bool]]:
    if not selection.with_archived:
        yield products.c.archived == false()  # not `IS false`, for which MariaDB uses no index
    if selection.seller_id is not None:
        yield products.c.seller_id == selection.seller_id
    if selection.conditions:
        yield products.c.condition.in_(selection.conditions)
    if selection.least is not None:
        yield products.c.price >= selection.least
    if selection.most is not None:
        yield products.c.price <= selection.most
    if selection.available is not None:
        yield _available().is_not(None) if selection.available else _available().is_(None)
    if (selection.search or "").strip() and not selection.beginnings:
        yield false()
    for beginning in selection.beginnings:
        yield _found_by(product_terms.c.term.between(beginning, beginning + LAST))
    for term in selection.terms:
        yield _found_by(product_terms.c.term == term)


def _found_by(matches: ColumnElement[bool]) -> ColumnElement[bool]:
    return products.c.id.in_(select(product_terms.c.product_id).where(matches))


def _available() -> ScalarSelect[str]:
    """A region that has it. MariaDB would read all levels for an EXISTS."""
    its = stock_levels.c.product_id == products.c.id
    found = select(stock_levels.c.region).where(its, stock_levels.c.on_hand > stock_levels.c.reserved)
    return found.limit(1).scalar_subquery()


def _row(product: Product) -> dict[str, Any]:
    money = {"price": product.price.minor, "currency": product.price.currency, "sku_key": folded(product.sku)}
    return {column.name: getattr(product, column.name, None) for column in products.columns} | money


def _level(row: RowMapping) -> StockLevel:
    return StockLevel(region=row["region"], on_hand=row["on_hand"], reserved=row["reserved"])


def _product(row: RowMapping, levels: Sequence[StockLevel]) -> Product:
    money = Money(minor=row["price"], currency=row["currency"])
    values = {name: row[name] for name in Product.__slots__ if name not in ("price", "stock")}
    return Product(**{**values, "condition": Condition(row["condition"]), "price": money, "stock": tuple(levels)})


def _movement(row: RowMapping) -> StockMovement:
    return StockMovement(**{**row, "kind": StockMovementKind(row["kind"])})
