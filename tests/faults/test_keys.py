"""Idempotency keys, when everybody presses the button at once."""

import asyncio

import pytest

from tests.support.client import SHIRT, Client
from tests.support.processes import Stack

CALLS, KEYS = 200, 50


@pytest.mark.slow
async def test_200_calls_with_50_keys_over_every_api_place_50_orders(own_stack: Stack) -> None:
    async with await Client(own_stack.url).register() as customer:
        clients = [customer.at(api.url) for api in own_stack.apis]
        calls = [clients[n % len(clients)].order(key=f"key-{(n // 2) % KEYS}") for n in range(CALLS)]
        answers = await asyncio.gather(*calls)
        assert {answer["__typename"] for answer in answers} == {"Order"}
        of_key: dict[int, set[str]] = {}
        for n, answer in enumerate(answers):
            of_key.setdefault((n // 2) % KEYS, set()).add(answer["id"])
        assert [len(ids) for ids in of_key.values()] == [1] * KEYS, "each caller has its key's order"
        assert len({answer["id"] for answer in answers}) == KEYS
        counted = await customer.run("{ orders { totalCount } }")
        assert counted["totalCount"] == KEYS
        for client in clients:
            other_body = await client.order(key="key-7", items=[SHIRT])
            assert other_body["__typename"] == "IdempotencyConflict"


@pytest.mark.slow
async def test_two_bodies_with_one_key_at_the_same_moment_place_one_order(own_stack: Stack) -> None:
    async with await Client(own_stack.url).register() as customer:
        clients = [customer.at(api.url) for api in own_stack.apis]
        for round in range(10):
            bodies = [[SHIRT], [SHIRT, SHIRT], [SHIRT], [SHIRT, SHIRT]]
            calls = [clients[n % len(clients)].order(key=f"r{round}", items=body) for n, body in enumerate(bodies)]
            kinds = sorted(answer["__typename"] for answer in await asyncio.gather(*calls))
            assert kinds == ["IdempotencyConflict", "IdempotencyConflict", "Order", "Order"]
