"""The seed: what a shop for trying out begins with, on either database; once, whatever came between."""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from domain import orders, products
from domain.order_selection import OrderSelection
from domain.orders import Order, OrderStatus, PaymentState
from domain.payments import PaymentMethod, PaymentStatus
from domain.ports import Slice, Unavailable
from domain.products import Product, ProductSelection
from domain.users import Role
from domain.webhooks import viewer_for
from persistence.database import SqlDatabase
from tests.support.databases import FileTemplate
from tests.support.invariants import whole_log
from tests.support.processes import KEY
from tests.support.things import make_cause
from web.auth import Argon2Passwords
from web.card_tokens import HmacCardTokens
from web.demo_data import PASSWORD, email_of
from web.seed.filling import Filled, fill
from web.seed.people import PEOPLE
from web.seed.wishes import STATES, WISHES
from web.settings import Settings

ALL = Slice(size=1_000)
TOKENS = HmacCardTokens(KEY)


@pytest.fixture
async def passwords() -> AsyncIterator[Argon2Passwords]:
    made = Argon2Passwords()
    yield made
    made.close()


async def listed(database: SqlDatabase) -> dict[str, Product]:
    async with database.reading() as rows:
        return {one.sku: one for one in await rows.products.page(ALL, ProductSelection(with_archived=True))}


async def placed(database: SqlDatabase) -> list[Order]:
    """The oldest first."""
    async with database.reading() as rows:
        return (await rows.orders.page(ALL, OrderSelection()))[::-1]


async def test_it_is_sixty_articles_and_forty_orders_in_all_states(
    database: SqlDatabase, passwords: Argon2Passwords
) -> None:
    filled = await fill(database, passwords, TOKENS, Settings())
    articles, made = await listed(database), await placed(database)
    assert (len(articles), len(made), filled.articles) == (60, 40, 60)
    assert all(one.description and one.image_url for one in articles.values())
    assert {level.region for one in articles.values() for level in one.stock} == {"north", "south"}
    assert len({one.seller_id for one in articles.values()}) == 3
    states = Counter((one.status, one.payment_state) for one in made)
    assert states == Counter(STATES[wish.fate] for wish in WISHES)
    assert ({status for status, _ in states}, {paid for _, paid in states}) == (set(OrderStatus), set(PaymentState))
    assert len({one.customer_id for one in made}) == 3


async def test_what_is_sold_and_what_is_promised_is_what_its_orders_say(
    database: SqlDatabase, passwords: Argon2Passwords
) -> None:
    await fill(database, passwords, TOKENS, Settings())
    promised = Counter[Any]()
    for order in await placed(database):
        if order.status in (OrderStatus.PENDING, OrderStatus.AWAITING_PAYMENT):
            promised.update({(item.product_id, order.region): item.quantity for item in order.items})
    levels = {(one.id, level.region): level for one in (await listed(database)).values() for level in one.stock}
    reserved = {place: level.reserved for place, level in levels.items() if level.reserved}
    assert reserved == {place: count for place, count in promised.items() if place[0]}
    assert sum(level.available for level in levels.values()) > 60, "there is enough left to buy"


async def test_its_payments_are_of_all_kinds_and_each_is_of_what_its_order_costs(
    database: SqlDatabase, passwords: Argon2Passwords
) -> None:
    await fill(database, passwords, TOKENS, Settings())
    made = {order.id: order for order in await placed(database)}
    async with database.reading() as rows:
        paid = await rows.payments.of(list(made))
    assert {one.method for one in paid} == set(PaymentMethod)
    kinds = {PaymentStatus.REQUESTED, PaymentStatus.APPROVED, PaymentStatus.REFUND_REQUESTED, PaymentStatus.REFUNDED}
    assert {one.status for one in paid} >= kinds
    assert [one for one in paid if one.amount != made[one.order_id].total] == []


async def test_planted_again_it_adds_nothing(database: SqlDatabase, passwords: Argon2Passwords) -> None:
    await fill(database, passwords, TOKENS, Settings())
    before = await whole_log(database)
    assert await fill(database, passwords, TOKENS, Settings()) == Filled(articles=0, orders=0)
    assert await whole_log(database) == before


class Cut(SqlDatabase):
    """A database that is lost after so many transactions, as when the process is killed between two of them."""

    left = 0

    async def transact(self, work: Callable[[Any], Awaitable[Any]]) -> Any:
        self.left -= 1
        if self.left < 0:
            raise Unavailable("cut")
        return await super().transact(work)


@pytest.fixture(scope="module")
async def unbroken(file_template: FileTemplate, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The story of a run that nothing has come between."""
    database, made = SqlDatabase(file_template.copy(tmp_path_factory.mktemp("seed"))), Argon2Passwords()
    await fill(database, made, TOKENS, Settings())
    told = await story(database)
    made.close()
    await database.close()
    return told


@pytest.mark.parametrize("transactions", range(9))
async def test_a_run_that_was_cut_short_is_completed_by_the_next(
    transactions: int, file_template: FileTemplate, passwords: Argon2Passwords, tmp_path: Path, unbroken: Any
) -> None:
    url = file_template.copy(tmp_path)
    cut, again = Cut(url), SqlDatabase(url)
    cut.left = transactions
    with pytest.raises(Unavailable, match="cut"):
        await fill(cut, passwords, TOKENS, Settings())
    await cut.close()
    await fill(again, passwords, TOKENS, Settings())
    assert await story(again) == unbroken
    await again.close()


async def story(database: SqlDatabase) -> Any:
    """All that has happened, but for when and in which order."""
    log = await whole_log(database)
    stock = {
        sku: [(x.region, x.on_hand, x.reserved) for x in one.stock] for sku, one in (await listed(database)).items()
    }
    return Counter(event.type for event in log), stock, Counter(order.status for order in await placed(database))


async def test_what_somebody_has_changed_since_is_left_as_it_is(
    database: SqlDatabase, passwords: Argon2Passwords
) -> None:
    await fill(database, passwords, TOKENS, Settings())
    async with database.reading() as rows:
        known = await rows.users.credentials(email_of(Role.ADMIN))
    assert known
    admin, cause = viewer_for(known[0]), make_cause()
    article = (await listed(database))["JKT-001"]
    await database.transact(
        partial(
            products.update, viewer=admin, id=article.id, fields={"archived": True}, expected_version=1, cause=cause
        )
    )
    pending = [order for order in await placed(database) if (order.status, order.version) == (OrderStatus.PENDING, 1)]
    await database.transact(
        partial(orders.cancel, viewer=admin, id=pending[0].id, reason=None, expected_version=1, cause=cause)
    )
    before = await whole_log(database)
    assert await fill(database, passwords, TOKENS, Settings()) == Filled(articles=0, orders=0)
    assert await whole_log(database) == before


async def test_a_pending_order_of_it_waits_for_a_day(database: SqlDatabase, passwords: Argon2Passwords) -> None:
    await fill(database, passwords, TOKENS, Settings())
    for order in await placed(database):
        if order.status is OrderStatus.PENDING:
            assert order.promote_at - order.created_at >= timedelta(days=1)


async def test_a_shop_of_one_region_and_other_money_has_it_too(
    database: SqlDatabase, passwords: Argon2Passwords
) -> None:
    """One that takes no orders of articles described by hand gets one order less."""
    await fill(database, passwords, TOKENS, Settings(regions=["here"], currency="CHF", custom_items="staff"))
    articles, made = await listed(database), await placed(database)
    assert (len(articles), len(made)) == (60, 39)
    assert {level.region for one in articles.values() for level in one.stock} == {"here"}
    assert {order.currency for order in made} == {"CHF"}


async def test_its_people_sign_in_with_the_password_that_was_given(
    database: SqlDatabase, passwords: Argon2Passwords
) -> None:
    await fill(database, passwords, TOKENS, Settings(), password="a password of our own")
    await fill(database, passwords, TOKENS, Settings(), password=PASSWORD)  # whoever is there keeps theirs
    async with database.reading() as rows:
        for person in PEOPLE.values():
            known = await rows.users.credentials(person.email)
            assert known
            assert known[0].roles == person.roles
            assert await passwords.matches("a password of our own", known[1])
            assert not await passwords.matches(PASSWORD, known[1])
