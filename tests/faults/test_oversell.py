"""Never oversold, and never held back: everybody buys the last pieces at once, over two API processes."""

import asyncio
import os
import random
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from domain.users import Role
from persistence.database import SqlDatabase
from persistence.tables import order_items, orders, stock_levels, stock_movements
from tests.shop.test_stock import stocked
from tests.support.client import PASSWORD, REGISTER, Client
from tests.support.invariants import orders_left
from tests.support.people import signed_in
from tests.support.processes import ServerStack
from tests.support.waiting import until
from web.stack import MariaDB, Redis

BUYERS, ARTICLES, ORDERS = 24, 6, 3
BUYERS_FULL, ARTICLES_FULL = 200, 20
SIGNING_UP = 4
"""At a time: the shop turns away who comes when too many are waiting."""
CREATE = """mutation($input: CreateOrderInput!) { createOrder(input: $input) { __typename
  ... on Order { id items { productId quantity } }
  ... on OutOfStock { productId requested available } ... on Refusal { message } } }"""
CASH = {"payment": {"cash": True}}
"""So that no order waits for its payment, and the poller takes them all."""
CANCEL = "mutation($id: ID!) { cancelOrder(id: $id) { __typename ... on Order { id } } }"


@dataclass(slots=True)
class Market:
    """What was asked for, and what was answered."""

    apis: Sequence[Client]
    chance: random.Random
    placed: dict[str, Counter[str]] = field(default_factory=dict)
    refused: list[dict[str, Any]] = field(default_factory=list)

    @property
    def bought(self) -> Counter[str]:
        """By article."""
        return sum(self.placed.values(), Counter[str]())

    async def shop(self, buyer: str, ids: Sequence[str]) -> None:
        """A few orders, one after the other: of 1 to 3 articles, every other one sent to both APIs with one key."""
        for number in range(ORDERS):
            some = self.chance.sample(ids, self.chance.randint(1, 3))
            wanted = Counter({id: self.chance.randint(1, 2) for id in some})
            items = [{"listed": {"productId": id, "quantity": count}} for id, count in wanted.items()]
            if number % 2:
                asked = {"items": items, **CASH, "idempotencyKey": f"{number}"}
                answers = await asyncio.gather(*(self.ask(api, buyer, asked) for api in self.apis))
                assert len({(one["__typename"], one.get("id")) for one in answers}) == 1, answers
            else:
                answers = [await self.ask(self.chance.choice(self.apis), buyer, {"items": items, **CASH})]
            self.note(wanted, answers[0])

    async def ask(self, api: Client, buyer: str, asked: dict[str, Any]) -> dict[str, Any]:
        answer = await api.post(CREATE, {"authorization": f"Bearer {buyer}"}, input=asked)
        assert "errors" not in answer, answer
        result: dict[str, Any] = answer["data"]["createOrder"]
        return result

    def note(self, wanted: Counter[str], answer: dict[str, Any]) -> None:
        if answer["__typename"] == "Order":
            assert Counter({item["productId"]: item["quantity"] for item in answer["items"]}) == wanted
            self.placed[answer["id"]] = wanted
        else:
            assert answer["__typename"] == "OutOfStock", answer
            assert answer["requested"] == wanted[answer["productId"]] > answer["available"] >= 0
            self.refused.append(answer)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("promoted", [True, False], ids=["promoted at once", "pending"])
async def test_no_piece_is_promised_twice_and_none_is_held_back(
    tmp_path: Path, mariadb: MariaDB, redis: Redis, full: bool, promoted: bool
) -> None:
    buyers, articles = (BUYERS_FULL, ARTICLES_FULL) if full else (BUYERS, ARTICLES)
    seed = int.from_bytes(os.urandom(4))
    print(f"seed {seed}")
    chance = random.Random(seed)
    stack = ServerStack(tmp_path, mariadb, redis, settings={"SWAPSHOP_PROMOTE_AFTER": "0s" if promoted else "600s"})
    async with AsyncExitStack() as held:
        held.callback(stack.stop)
        stack.start(apis=2, workers=1)
        seller = await held.enter_async_context(await signed_in(stack, Role.SELLER))
        admin = await held.enter_async_context(await signed_in(stack, Role.ADMIN))
        apis = [await held.enter_async_context(Client(api.url)) for api in stack.apis]
        received = {await stocked(seller, count, sku=f"{n}"): count for n, count in enumerate(some(chance, articles))}
        market, signed_up = Market(apis, chance), await sign_up(apis, buyers)

        began = time.perf_counter()
        await asyncio.gather(*(market.shop(buyer, sorted(received)) for buyer in signed_up))
        took = time.perf_counter() - began

        database = await held.enter_async_context(stack.looking())
        if promoted:
            await until(lambda: all_promoted(database), seconds=60)
        bought = market.bought
        assert await levels(database) == {
            id: (count - bought[id], 0) if promoted else (count, bought[id]) for id, count in received.items()
        }, "on hand, and reserved"
        assert await lines(database) == market.placed, "orders that were acknowledged, and orders that are there"
        assert await ledger(database, "RESERVED") == +bought
        assert await ledger(database, "SOLD") == (Counter({id: -n for id, n in bought.items()}) if promoted else {})
        for one in market.refused:
            left = received[one["productId"]] - bought[one["productId"]]
            assert left <= one["available"] < one["requested"], "nothing came back, so there is not enough of it now"
        print(f"{buyers} buyers, {articles} articles of {sum(received.values())} pieces, promoted: {promoted}")
        print(f"{len(market.placed)} orders of {bought.total()} pieces, {len(market.refused)} refused, in {took:.1f} s")

        away = [admin.at(stack.apis[n % 2].url).run(CANCEL, id=id) for n, id in enumerate(market.placed)]
        assert {one["__typename"] for one in await asyncio.gather(*away)} == {"Order"}
        assert await levels(database) == {id: (count, 0) for id, count in received.items()}, "all was given back"


def some(chance: random.Random, articles: int) -> list[int]:
    """How many there are of each: 1 to 5."""
    return [chance.randint(1, 5) for _ in range(articles)]


async def sign_up(apis: Sequence[Client], count: int) -> list[str]:
    """Access tokens."""
    room = asyncio.Semaphore(SIGNING_UP)

    async def one(number: int) -> str:
        async with room:
            given = {"name": "Ana", "email": f"{os.urandom(6).hex()}@example.test", "password": PASSWORD}
            answer = await apis[number % len(apis)].run(REGISTER, input=given)
        assert answer["__typename"] == "SignedIn", answer
        return str(answer["tokens"]["accessToken"])

    return await asyncio.gather(*(one(number) for number in range(count)))


async def all_promoted(database: SqlDatabase) -> bool:
    return await orders_left(database) == 0


async def levels(database: SqlDatabase) -> dict[str, tuple[int, int]]:
    async with database.reading() as rows:
        found = await rows.connection.execute(select(stock_levels).where(stock_levels.c.region == "north"))
        return {str(row.product_id): (row.on_hand, row.reserved) for row in found}


async def lines(database: SqlDatabase) -> dict[str, Counter[str]]:
    """What each order lists."""
    found: dict[str, Counter[str]] = {}
    async with database.reading() as rows:
        joined = select(order_items).join(orders, orders.c.id == order_items.c.order_id)
        for row in await rows.connection.execute(joined):
            found.setdefault(str(row.order_id), Counter())[str(row.product_id)] += row.quantity
    return found


async def ledger(database: SqlDatabase, kind: str) -> Counter[str]:
    """The sum of one kind of line, by article."""
    sums = Counter[str]()
    async with database.reading() as rows:
        for row in await rows.connection.execute(select(stock_movements).where(stock_movements.c.kind == kind)):
            sums[str(row.product_id)] += row.delta
    return sums
