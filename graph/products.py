"""Articles and their stock in the graph."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

import strawberry

from domain import listings, products, stock, users
from domain.drafts import Kept
from domain.ids import parse_id
from domain.money import MOST_MINOR, minor_units
from domain.products import Condition, ProductSelection
from domain.stock import StockMovementKind
from domain.users import Viewer
from graph.access import Access, open_to
from graph.connections import Connection, Page, check_count, slice_of
from graph.context import Info, cause_of, known_id, viewer_of
from graph.faults import Code, Fault
from graph.money import Money
from graph.order_inputs import MOST_SEARCH, NOBODY
from graph.refusals import (
    IdempotencyConflict,
    InvalidInput,
    NotAllowed,
    NotFound,
    OutOfStock,
    VersionConflict,
)
from graph.sharing import ALIKE
from graph.users import User
from graph.views import Refusals, view


@view(of=stock.StockLevel)
class StockLevel:
    """How many there are in one region: `reserved` are on hand, and promised to orders."""

    region: str
    on_hand: int
    reserved: int
    available: int


@view(of=products.Product)
class Product:
    """A listed second-hand article. Most exist once."""

    id: strawberry.ID
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
    stock: list[StockLevel]
    created_at: datetime
    version: int = strawberry.field(
        description="Grows with every change but those of stock; pass it back as expectedVersion."
    )

    @strawberry.field(description="Over all regions, or in one: on hand less reserved.")
    def available(self, region: str | None = None) -> int:
        return products.Product.available(self, region)  # type: ignore[arg-type]

    @strawberry.field(metadata=ALIKE, graphql_type=User)
    async def seller(self, info: Info) -> users.User:
        return await info.context.users.load(self.seller_id)  # type: ignore[attr-defined]


@view(of=stock.StockMovement)
class StockMovement:
    """A line of the ledger: what changed the stock of an article, and why."""

    kind: StockMovementKind
    region: str
    delta: int
    reason: str | None
    order_id: strawberry.ID | None
    at: datetime


@strawberry.type
class ProductConnection(Connection[Product]):
    @strawberry.field
    async def total_count(self) -> int:
        """Counted only where it is asked for."""
        return await self.count()  # type: ignore[attr-defined, no-any-return]


@strawberry.input
class ProductFilter:
    """Every part that is given must match."""

    search: str | None = strawberry.field(
        default=None, description="Beginnings of words of the name, the category and the SKU; all must be found."
    )
    category: str | None = None
    size: str | None = None
    color: str | None = None
    condition: list[Condition] | None = None
    seller_id: strawberry.ID | None = strawberry.field(
        default=None, description="To that seller and to an ADMIN their archived articles are shown too."
    )
    available: bool | None = None
    min_price: Decimal | None = None
    max_price: Decimal | None = None


@strawberry.input
class StockInput:
    region: str
    quantity: int


@strawberry.input
class CreateProductInput:
    sku: str = strawberry.field(description="The seller's own number: each of a seller's articles has another.")
    name: str
    description: str | None = None
    category: str
    condition: Condition
    size: str | None = None
    color: str | None = None
    price: Decimal = strawberry.field(description="More than 0, at most 2 decimal places.")
    image_url: str | None = None
    stock: list[StockInput]


@strawberry.input
class UpdateProductInput:
    id: strawberry.ID
    expected_version: int
    name: str | None = strawberry.UNSET
    description: str | None = strawberry.UNSET
    category: str | None = strawberry.UNSET
    condition: Condition | None = None
    size: str | None = strawberry.UNSET
    color: str | None = strawberry.UNSET
    price: Decimal | None = strawberry.UNSET
    image_url: str | None = strawberry.UNSET
    archived: bool | None = None


@strawberry.input
class AdjustStockInput:
    idempotency_key: str = strawberry.field(
        description="Made by the client for this change; sending it again changes nothing more."
    )
    product_id: strawberry.ID
    region: str
    delta: int = strawberry.field(description="So many have come, or, below 0, are gone.")
    reason: str


ProductResult = Annotated[
    Product | InvalidInput | NotFound | NotAllowed | VersionConflict, strawberry.union("ProductResult")
]
AdjustStockResult = Annotated[
    Product | InvalidInput | NotFound | NotAllowed | OutOfStock | IdempotencyConflict,
    strawberry.union("AdjustStockResult"),
]
DESCRIBED = ("name", "description", "category", "size", "color", "price", "image_url")


def selection(viewer: Viewer | None, filter: ProductFilter | None) -> ProductSelection:
    """What a viewer asks for of what is listed; raises BAD_USER_INPUT."""
    if filter is None:
        return ProductSelection()
    for name in ("search", "category", "size", "color"):
        if len(getattr(filter, name) or "") > MOST_SEARCH:
            raise Fault(Code.BAD_USER_INPUT, f"{name} must have at most {MOST_SEARCH} characters.")
    check_count("condition", filter.condition)
    seller_id = None if filter.seller_id is None else parse_id(filter.seller_id) or NOBODY
    return ProductSelection(
        search=filter.search,
        category=filter.category,
        size=filter.size,
        color=filter.color,
        conditions=tuple(filter.condition or ()),
        seller_id=seller_id,
        available=filter.available,
        least=_minor("minPrice", filter.min_price),
        most=_minor("maxPrice", filter.max_price),
        with_archived=bool(seller_id and viewer and products.may_manage(viewer, seller_id)),
    )


def _minor(name: str, price: Decimal | None) -> int | None:
    minor = None if price is None else minor_units(price)
    if price is not None and (minor is None or not 0 <= minor <= MOST_MINOR):
        raise Fault(Code.BAD_USER_INPUT, f"{name} must be a price with at most 2 decimal places, it is {price}.")
    return minor


@strawberry.type
class ProductQueries:
    @strawberry.field(graphql_type=Product | None, metadata=open_to(Access.ANYONE))
    async def product(self, info: Info, id: strawberry.ID) -> products.Product | None:
        """Archived or not: whoever has ordered it may look at it."""
        product_id = parse_id(id)
        if product_id is None:
            return None
        async with info.context.reading() as rows:
            return await rows.products.get(product_id)

    @strawberry.field(graphql_type=ProductConnection, metadata=open_to(Access.ANYONE))
    async def products(
        self,
        info: Info,
        filter: ProductFilter | None = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Page:
        """Newest first."""
        part, wanted = slice_of(first, after, last, before), selection(info.context.viewer, filter)
        reading = info.context.reading

        async def count() -> int:
            async with reading() as rows:
                return await rows.products.count(wanted)

        async with reading() as rows:
            return Page.of(await rows.products.page(part, wanted), part, count=count)

    @strawberry.field(graphql_type=Connection[StockMovement], metadata=open_to(Access.SELLERS))
    async def stock_movements(
        self, info: Info, product_id: strawberry.ID, first: int | None = None, after: str | None = None
    ) -> Page:
        """The ledger of an article, newest first: for its seller and for an ADMIN."""
        viewer, part, id = viewer_of(info), slice_of(first, after), parse_id(product_id)
        async with info.context.reading() as rows:
            product = await rows.products.get(id) if id else None
            if product is None or not products.may_manage(viewer, product.seller_id):
                raise Fault(Code.NOT_FOUND, f"There is no article {product_id[:36]!r}, or it is not yours.")
            return Page.of(await rows.products.movements(part, product_id=product.id), part)


@strawberry.type
class ProductMutations:
    @strawberry.mutation(graphql_type=ProductResult, extensions=[Refusals()], metadata=open_to(Access.SELLERS))
    async def create_product(self, info: Info, input: CreateProductInput) -> products.Product:
        """Sellers: lists an article of their own."""
        cause = cause_of(info)
        listing = listings.listing(
            viewer_of(info),
            sku=input.sku,
            condition=input.condition,
            stock=[(one.region, one.quantity) for one in input.stock],
            shop=info.context.shop.terms,
            **{name: getattr(input, name) for name in DESCRIBED},
        )
        return await info.context.shop.database.transact(lambda tx: products.create(tx, listing, cause=cause))

    @strawberry.mutation(graphql_type=ProductResult, extensions=[Refusals()], metadata=open_to(Access.SELLERS))
    async def update_product(self, info: Info, input: UpdateProductInput) -> products.Product:
        """What is left out stays; null removes what may be missing. Orders keep what they were placed with."""
        viewer, cause, id = viewer_of(info), cause_of(info), known_id(input.id)
        fields = listings.changes(
            shop=info.context.shop.terms,
            archived=input.archived,
            condition=input.condition,
            **{name: _kept(getattr(input, name)) for name in DESCRIBED},
        )
        return await info.context.shop.database.transact(
            lambda tx: products.update(tx, viewer, id, fields, expected_version=input.expected_version, cause=cause)
        )

    @strawberry.mutation(graphql_type=AdjustStockResult, extensions=[Refusals()], metadata=open_to(Access.SELLERS))
    async def adjust_stock(self, info: Info, input: AdjustStockInput) -> products.Product:
        """So many have come, or are gone. What is promised to orders cannot go."""
        change = listings.adjustment(
            viewer_of(info),
            idempotency_key=input.idempotency_key,
            product_id=known_id(input.product_id),
            region=input.region,
            delta=input.delta,
            reason=input.reason,
            shop=info.context.shop.terms,
            cause=cause_of(info),
        )
        return await info.context.shop.database.transact(lambda tx: products.adjust_stock(tx, change))


def _kept(value: Any) -> Any:
    return Kept.KEPT if value is strawberry.UNSET else value
