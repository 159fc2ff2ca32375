"""Stock and money after any commands in any order: what is there is what the ledger and the orders say, and what was
taken is what the payments say. Found by hypothesis."""

import asyncio
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, TypeVar
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as some
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule, run_state_machine_as_test
from sqlalchemy import select

from domain import charges, orders, paying, products
from domain.charges import Outcome
from domain.drafts import ListedLine, OrderChange
from domain.ids import new_id
from domain.listings import Listing
from domain.orders import Order, OrderStatus, PaymentState
from domain.paying import PaymentOrder
from domain.payment_wishes import Deadlines
from domain.payments import Payment, PaymentDraft, PaymentMethod, PaymentStatus
from domain.products import Product, StockAdjustment
from domain.refusals import InvalidTransition, NotFound, OutOfStock, Refused
from domain.stock import EFFECTS, StockMovementKind
from domain.users import Role
from persistence.database import SqlDatabase
from persistence.desk import SqlOrderDesk
from persistence.tables import order_items, stock_levels, stock_movements
from persistence.tables import orders as all_orders
from tests.conftest import STACKS
from tests.support.databases import FileTemplate, ServerTemplate
from tests.support.things import make_cause, make_draft, make_product, make_result, make_viewer

T = TypeVar("T")
REGIONS = ("north", "south")
ADMIN = make_viewer(Role.ADMIN)
REFUSALS = OutOfStock | InvalidTransition | NotFound
AT_ONCE = Deadlines(card=timedelta(0), transfer=timedelta(0), answer=timedelta(0))
"""Every deadline has passed whenever somebody looks."""
HOLDS_PLACE = (OrderStatus.AWAITING_PAYMENT, OrderStatus.PENDING)
regions = some.sampled_from(REGIONS)
methods = some.sampled_from((None, *PaymentMethod))
few = some.integers(1, 3)


class Shop(RuleBasedStateMachine):
    """A shop to which anything is done that may be asked of it."""

    copy: ClassVar[Callable[[Path], str]]
    articles = Bundle[Product]("articles")
    placed = Bundle[Order]("placed")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.loop = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        self.database = SqlDatabase(type(self).copy(Path(self.folder.name)), deadline=60)  # a machine may be busy
        self.desk = SqlOrderDesk(self.database, promote_after=timedelta(0))
        self.asked = 0
        self.taken: set[UUID] = set()

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

    @rule(
        target=placed, wanted=some.dictionaries(articles, few, min_size=1, max_size=3), region=regions, method=methods
    )
    def place(self, wanted: dict[Product, int], region: str, method: PaymentMethod | None) -> Any:
        draft = make_draft(
            lines=lines(wanted), region=region, payment=wish(method) if method else None, pay_within=AT_ONCE.of(method)
        )
        order = self.do(self.desk.place(draft))
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

    @rule(order=placed, method=some.sampled_from(PaymentMethod))
    def pay(self, order: Order, method: PaymentMethod) -> None:
        wanted = PaymentOrder(order_id=order.id, draft=wish(method), idempotency_key=str(new_id()))
        self.do(
            self.database.transact(
                partial(paying.pay, viewer=ADMIN, asked=wanted, deadlines=AT_ONCE, cause=make_cause())
            )
        )

    @rule(order=placed, outcome=some.sampled_from(Outcome), again=some.booleans())
    def answer(self, order: Order, outcome: Outcome, again: bool) -> None:
        """The processor's, about any payment by card of an order; what it has taken, it does not decline."""

        async def go() -> None:
            async with self.database.reading() as rows:
                known = [one for one in await rows.payments.of([order.id]) if one.by_card]
            for payment in known[:1] if again else known[-1:]:
                owed_back = payment.status is PaymentStatus.REFUND_REQUESTED
                if outcome is Outcome.REFUNDED and not owed_back:
                    continue
                if outcome is Outcome.APPROVED and payment.status is PaymentStatus.REFUNDED:
                    continue
                result = make_result(payment, outcome)
                for _ in range(2):
                    await self.database.transact(partial(charges.apply, result=result, cause=make_cause()))
                self.took(payment, outcome)

        self.do(go())

    def took(self, payment: Payment, outcome: Outcome) -> None:
        if outcome is Outcome.APPROVED:
            self.taken.add(payment.id)
        elif outcome is Outcome.REFUNDED:
            self.taken.remove(payment.id)

    @rule(order=placed, work=some.sampled_from((paying.confirm, paying.refund)))
    def by_hand(self, order: Order, work: Any) -> None:
        async def go() -> None:
            async with self.database.reading() as rows:
                known = await rows.payments.of([order.id])
            for payment in known[-1:]:
                asked = partial(work, viewer=ADMIN, id=payment.id, key=str(new_id()), cause=make_cause())
                done = await self.database.transact(asked)
                if done.method is not PaymentMethod.CARD and done.status is PaymentStatus.REFUNDED:
                    self.taken.remove(done.id)
                elif done.method is not PaymentMethod.CARD:
                    self.taken.add(done.id)

        self.do(go())

    @rule(limit=few)
    def give_up(self, limit: int) -> None:
        self.do(
            self.database.transact(partial(paying.fail_unanswered, deadlines=AT_ONCE, limit=limit, cause=make_cause()))
        )
        self.do(self.database.transact(partial(orders.cancel_unpaid, limit=limit, cause=make_cause())))

    @rule(limit=few)
    def promote(self, limit: int) -> None:
        self.do(self.database.transact(partial(orders.promote_pending, limit=limit, cause=make_cause())))

    @invariant()
    def what_is_there_is_what_the_ledger_and_the_orders_say(self) -> None:
        on_hand, reserved, counted, promised, listed = self.loop.run(self.look())
        assert all(on_hand[place] >= reserved[place] >= 0 for place in {*on_hand, *reserved}), (on_hand, reserved)
        assert on_hand == counted, "what the ledger says is on hand"
        assert reserved == promised, "what the ledger says is reserved"
        assert reserved == listed, "what orders list that are pending or wait for their payment"

    @invariant()
    def what_was_taken_is_what_the_payments_say_and_what_the_orders_owe(self) -> None:
        async def look() -> tuple[list[Order], dict[UUID, list[Payment]]]:
            async with self.database.reading() as rows:
                ids = list((await rows.connection.scalars(select(all_orders.c.id))).all())
                payments = defaultdict(list)
                for payment in await rows.payments.of(ids):
                    payments[payment.order_id].append(payment)
                return list((await rows.orders.by_ids(ids)).values()), payments

        found, payments = self.loop.run(look())
        held = {one.id for its in payments.values() for one in its if one.holds_money}
        assert held == self.taken
        for order in found:
            its = payments[order.id]
            paid = [one for one in its if one.status is PaymentStatus.APPROVED]
            assert sum(one.is_open for one in its) <= 1
            assert [one.amount for one in paid] in ([], [order.total])
            assert not paid or (order.payment_state, order.status) != (PaymentState.PAID, OrderStatus.CANCELLED)
            assert not paid or order.payment_state is PaymentState.PAID
            assert (order.status is OrderStatus.AWAITING_PAYMENT) == (order.payment_state is PaymentState.AWAITING)
            if order.payment_state is PaymentState.REFUNDED:
                assert not any(one.status is PaymentStatus.APPROVED for one in its)

    async def look(self) -> Iterator[Counter[Any]]:
        """Levels; what the ledger says of each; what orders hold. By article and region, and no zeros."""
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
            for row in await rows.connection.execute(pending.where(all_orders.c.status.in_(HOLDS_PLACE))):
                listed[row.product_id, row.region] += row.quantity
        tallies = (on_hand, reserved, counted, promised, listed)
        return iter([Counter({place: n for place, n in one.items() if n}) for one in tallies])


def lines(wanted: dict[Product, int]) -> tuple[ListedLine, ...]:
    return tuple(ListedLine(product_id=article.id, quantity=count) for article, count in wanted.items())


def wish(method: PaymentMethod) -> PaymentDraft:
    return PaymentDraft(method=method, token="tok_approved_1" if method is PaymentMethod.CARD else None)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("kind", STACKS)
def test_stock_and_money_are_what_the_ledger_the_orders_and_the_payments_say(
    kind: str, request: pytest.FixtureRequest
) -> None:
    if kind == "embedded":
        file: FileTemplate = request.getfixturevalue("file_template")
        Shop.copy = staticmethod(file.copy)  # type: ignore[assignment]
    else:
        server: ServerTemplate = request.getfixturevalue("server_template")
        Shop.copy = staticmethod(lambda _: server.copy("machine_test"))  # type: ignore[assignment]
    unhurried = settings(
        max_examples=12 if kind == "embedded" else 5,
        stateful_step_count=40,
        deadline=None,  # a disk may be slow
        phases=[Phase.generate],  # to look for a shorter example takes minutes
        suppress_health_check=[HealthCheck.too_slow],
    )
    run_state_machine_as_test(Shop, settings=unhurried)
