"""Stock after any commands in any order: what is there is what the ledger and the orders say. Found by hypothesis."""

import asyncio
import shutil
import tempfile
from collections import Counter
from collections.abc import Coroutine, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as some
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule, run_state_machine_as_test
from sqlalchemy import select

from domain import orders, products
from domain.drafts import ListedLine, OrderChange
from domain.listings import Listing
from domain.orders import Order, OrderStatus
from domain.products import Product, StockAdjustment
from domain.refusals import InvalidTransition, NotFound, OutOfStock, Refused
from domain.stock import EFFECTS, StockMovementKind
from domain.users import Role
from persistence.database import SqlDatabase
from persistence.desk import SqlOrderDesk
from persistence.migrations import migrate
from persistence.tables import order_items, stock_levels, stock_movements
from persistence.tables import orders as all_orders
from tests.support.things import make_cause, make_draft, make_product, make_viewer

T = TypeVar("T")
REGIONS = ("north", "south")
ADMIN = make_viewer(Role.ADMIN)
REFUSALS = OutOfStock | InvalidTransition | NotFound
regions = some.sampled_from(REGIONS)
few = some.integers(1, 3)


class Shop(RuleBasedStateMachine):
    """A shop on SQLite, to which anything is done that may be asked of it."""

    template: ClassVar[Path]
    articles = Bundle[Product]("articles")
    placed = Bundle[Order]("placed")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        file = shutil.copyfile(self.template, Path(self.folder.name) / "shop.db")
        self.loop = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        self.database = SqlDatabase(f"sqlite+aiosqlite:///{file}")
        self.desk = SqlOrderDesk(self.database, promote_after=timedelta(0))
        self.asked = 0

    def teardown(self) -> None:
        self.do(self.desk.close())
        self.do(self.database.close())
        self.loop.close()
        self.folder.cleanup()

    def do(self, work: Coroutine[Any, Any, T]) -> T | REFUSALS:
        """What came of it; a refusal of another kind is a fault."""
        try:
            return self.loop.run(work)
        except Refused as refused:
            if isinstance(refused.refusal, REFUSALS):
                return refused.refusal
            raise

    @rule(target=articles, north=some.integers(0, 4), south=some.integers(0, 4))
    def create(self, north: int, south: int) -> Product:
        stock = {region: count for region, count in (("north", north), ("south", south)) if count}
        listing = Listing(product=make_product(seller_id=ADMIN.user_id), stock=stock)
        made = self.do(self.database.transact(partial(products.create, listing=listing, cause=make_cause())))
        assert isinstance(made, Product)
        return made

    @rule(article=articles, region=regions, delta=some.integers(-3, 3).filter(bool))
    def adjust(self, article: Product, region: str, delta: int) -> None:
        self.asked += 1
        change = StockAdjustment(
            viewer=ADMIN,
            idempotency_key=f"{self.asked}",
            product_id=article.id,
            region=region,
            delta=delta,
            reason="counted",
            cause=make_cause(),
        )
        self.do(self.database.transact(partial(products.adjust_stock, change=change)))

    @rule(article=articles, archived=some.booleans())
    def archive(self, article: Product, archived: bool) -> None:
        async def go() -> None:
            async with self.database.reading() as rows:
                now = await rows.products.get(article.id)
            assert now
            change = {"archived": archived, "price": replace(now.price, minor=now.price.minor + 1)}
            work = partial(products.update, viewer=ADMIN, id=now.id, fields=change, expected_version=now.version)
            await self.database.transact(partial(work, cause=make_cause()))

        self.do(go())

    @rule(target=placed, wanted=some.dictionaries(articles, few, min_size=1, max_size=3), region=regions)
    def place(self, wanted: dict[Product, int], region: str) -> Any:
        order = self.do(self.desk.place(make_draft(lines=lines(wanted), region=region)))
        return order if isinstance(order, Order) else multiple()

    @rule(order=placed, wanted=some.dictionaries(articles, few, min_size=1, max_size=3))
    def update(self, order: Order, wanted: dict[Product, int]) -> None:
        async def go() -> None:
            async with self.database.reading() as rows:
                now = await rows.orders.get(order.id)
            work = partial(orders.update, viewer=ADMIN, id=order.id, change=OrderChange(lines=lines(wanted)))
            version = now.version if now else 1
            await self.database.transact(partial(work, expected_version=version, cause=make_cause()))

        self.do(go())

    @rule(order=placed, work=some.sampled_from((orders.process, orders.complete, orders.cancel)))
    def move(self, order: Order, work: Any) -> None:
        given = {"reason": None} if work is orders.cancel else {}
        asked = partial(work, viewer=ADMIN, id=order.id, expected_version=None, cause=make_cause(), **given)
        self.do(self.database.transact(asked))

    @rule(limit=few)
    def promote(self, limit: int) -> None:
        self.do(self.database.transact(partial(orders.promote_pending, limit=limit, cause=make_cause())))

    @invariant()
    def what_is_there_is_what_the_ledger_and_the_orders_say(self) -> None:
        on_hand, reserved, counted, promised, listed = self.loop.run(self.look())
        assert all(on_hand[place] >= reserved[place] >= 0 for place in {*on_hand, *reserved}), (on_hand, reserved)
        assert on_hand == counted, "what the ledger says is on hand"
        assert reserved == promised, "what the ledger says is reserved"
        assert reserved == listed, "what pending orders list"

    async def look(self) -> Iterator[Counter[Any]]:
        """Levels; what the ledger says of each; what pending orders list. By article and region, and no zeros."""
        on_hand, reserved, counted, promised, listed = (Counter[Any]() for _ in range(5))
        async with self.database.reading() as rows:
            for row in await rows.connection.execute(select(stock_levels)):
                on_hand[row.product_id, row.region] = row.on_hand
                reserved[row.product_id, row.region] = row.reserved
            for row in await rows.connection.execute(select(stock_movements)):
                of_on_hand, of_reserved = EFFECTS[StockMovementKind(row.kind)]
                counted[row.product_id, row.region] += of_on_hand * row.delta
                promised[row.product_id, row.region] += of_reserved * row.delta
            pending = select(order_items, all_orders.c.region).join(
                all_orders, all_orders.c.id == order_items.c.order_id
            )
            for row in await rows.connection.execute(pending.where(all_orders.c.status == OrderStatus.PENDING)):
                listed[row.product_id, row.region] += row.quantity
        tallies = (on_hand, reserved, counted, promised, listed)
        return iter([Counter({place: n for place, n in one.items() if n}) for one in tallies])


def lines(wanted: dict[Product, int]) -> tuple[ListedLine, ...]:
    return tuple(ListedLine(product_id=article.id, quantity=count) for article, count in wanted.items())


def test_stock_is_what_the_ledger_and_the_orders_say(tmp_path: Path) -> None:
    Shop.template = tmp_path / "template.db"

    async def prepare() -> None:
        database = SqlDatabase(f"sqlite+aiosqlite:///{Shop.template}")
        await migrate(database.writer)
        await database.close()

    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as loop:
        loop.run(prepare())
    unhurried = settings(
        max_examples=12,
        stateful_step_count=25,
        deadline=None,  # a disk may be slow
        phases=[Phase.generate],  # to look for a shorter example takes minutes
        suppress_health_check=[HealthCheck.too_slow],
    )
    run_state_machine_as_test(Shop, settings=unhurried)
