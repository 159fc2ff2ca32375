"""Products: the articles that are listed. Most exist once."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID

from domain.events import Cause, Event, EventType
from domain.money import Money
from domain.ports import Transaction
from domain.refusals import Issues, Refused, VersionConflict, not_found
from domain.stock import MOST_ON_HAND, StockLevel, adjusted, received
from domain.text import folded
from domain.users import Role, Viewer

if TYPE_CHECKING:
    from domain.listings import Listing

MOST_TERM = 120


class Condition(StrEnum):
    NEW = "NEW"
    LIKE_NEW = "LIKE_NEW"
    GOOD = "GOOD"
    FAIR = "FAIR"
    FOR_PARTS = "FOR_PARTS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """An article, and how many there are of it. Stock changes never bump `version`."""

    id: UUID
    seller_id: UUID
    sku: str
    name: str
    description: str | None
    category: str
    condition: Condition
    size: str | None
    color: str | None
    price: Money
    image_url: str | None
    archived: bool
    created_at: datetime
    version: int
    stock: tuple[StockLevel, ...] = ()

    @property
    def owner_id(self) -> UUID:
        return self.seller_id

    def available(self, region: str | None = None) -> int:
        """Over all regions, or in one: on hand less reserved."""
        return sum(level.available for level in self.stock if region in (None, level.region))

    def level(self, region: str) -> StockLevel:
        return next((level for level in self.stock if level.region == region), StockLevel(region=region))

    def with_level(self, level: StockLevel) -> "Product":
        if len(self.stock) == 1 and self.stock[0].region == level.region:
            return replace(self, stock=(level,))  # as most articles are
        others = [one for one in self.stock if one.region != level.region]
        return replace(self, stock=tuple(sorted([*others, level], key=lambda one: one.region)))

    @property
    def terms(self) -> frozenset[str]:
        """What it is found by: the words of its name, category and SKU, and its category, size and color as a whole."""
        kinds = {"category": self.category, "size": self.size, "color": self.color}
        whole = {term(kind, text) for kind, text in kinds.items() if text}
        return frozenset(words_of(f"{self.name} {self.category} {self.sku}")) | whole


def words_of(text: str) -> set[str]:
    return {word[:MOST_TERM] for word in re.findall(r"\w+", folded(text))}


def term(kind: str, text: str) -> str:
    """Of a whole value: no word begins as it does."""
    return f"={kind}:{folded(text)}"[:MOST_TERM]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductSelection:
    """Which articles of a list are meant; what is not given does not matter.

    Each word of `search` must begin a word of an article. Archived ones are left out, unless `with_archived`.
    """

    search: str | None = None
    category: str | None = None
    size: str | None = None
    color: str | None = None
    conditions: tuple[Condition, ...] = ()
    seller_id: UUID | None = None
    available: bool | None = None
    least: int | None = None
    most: int | None = None
    with_archived: bool = False

    @property
    def beginnings(self) -> list[str]:
        """Of words that it is to have."""
        return sorted(words_of(self.search or ""))

    @property
    def terms(self) -> list[str]:
        """That it is to have as they are."""
        kinds = {"category": self.category, "size": self.size, "color": self.color}
        return [term(kind, text) for kind, text in kinds.items() if text is not None]


def may_manage(viewer: Viewer, seller_id: UUID) -> bool:
    """A SELLER their own, an ADMIN all."""
    return Role.ADMIN in viewer.roles or (Role.SELLER in viewer.roles and viewer.user_id == seller_id)


async def create(tx: Transaction, listing: "Listing", *, cause: Cause) -> Product:
    """Lists an article; raises Refused(InvalidInput) when its seller has listed another with that SKU."""
    product, movements = listing.product, []
    for region, quantity in listing.stock.items():
        product, movement = received(product, region, quantity, reason=None)
        movements.append(movement)
    if not await tx.products.add(product):
        issues = Issues()
        issues.add(("input", "sku"), "TAKEN", f"{product.sku!r} is another article of yours")
        issues.refuse()
    await tx.products.move([product], movements)
    tx.events.append(Event(type=EventType.PRODUCT_CREATED, subject=product, cause=cause, at=product.created_at))
    return product


async def update(
    tx: Transaction, viewer: Viewer, id: UUID, fields: Mapping[str, Any], *, expected_version: int, cause: Cause
) -> Product:
    """Changes only these fields. A change that changes nothing is no event.

    Raises Refused with NotFound or VersionConflict.
    """
    product = await _theirs(tx, viewer, id)
    if expected_version != product.version:
        raise Refused(VersionConflict(expected=expected_version, actual=product.version))
    changed = replace(product, **fields)
    if changed == product:
        return product
    changed = replace(changed, version=product.version + 1)
    await tx.products.update(changed)
    tx.events.append(Event(type=EventType.PRODUCT_UPDATED, subject=changed, cause=cause))
    return changed


@dataclass(frozen=True, slots=True, kw_only=True)
class StockAdjustment:
    """More or fewer of an article in a region, checked; once per idempotency key."""

    viewer: Viewer
    idempotency_key: str
    product_id: UUID
    region: str
    delta: int
    reason: str
    cause: Cause


async def adjust_stock(tx: Transaction, change: StockAdjustment) -> Product:
    """RECEIVED when there are more, ADJUSTED when there are fewer; asked again with the same key it does nothing.

    Raises Refused with NotFound, OutOfStock, IdempotencyConflict, or InvalidInput for more than is counted.
    """
    asked = (change.product_id, change.region, change.delta, change.reason)
    first = await tx.keys.claim("adjustStock", change.viewer.user_id, change.idempotency_key, asked)
    product = await _theirs(tx, change.viewer, change.product_id)
    if not first:
        return product
    on_hand = product.level(change.region).on_hand
    if on_hand + change.delta > MOST_ON_HAND:
        issues = Issues()
        issues.add(("input", "delta"), "RANGE", f"may leave {MOST_ON_HAND} at most, and there are {on_hand}")
        issues.refuse()
    move = received if change.delta > 0 else adjusted
    changed, movement = move(product, change.region, change.delta, reason=change.reason)
    await tx.products.move([changed], [movement])
    tx.events.append(Event(type=EventType.STOCK_CHANGED, subject=changed, cause=change.cause, at=movement.at))
    return changed


async def _theirs(tx: Transaction, viewer: Viewer, id: UUID) -> Product:
    """Locks an article that the viewer manages; to others it is as if there were none to change."""
    product = await tx.products.lock(id)
    if product is None or not may_manage(viewer, product.seller_id):
        raise not_found(id)
    return product
