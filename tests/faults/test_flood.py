"""Many orders as fast as they go: each ends PROCESSED, told once by event, notification and webhook."""

import asyncio
import time
from collections import Counter

import pytest

from domain.users import Role
from persistence.database import SqlDatabase
from tests.support.client import Client
from tests.support.invariants import assert_whole, orders_left
from tests.support.people import signed_in
from tests.support.processes import Stack
from tests.support.receiver import receiving
from tests.support.waiting import until

ORDERS, ORDERS_FULL = 200, 2000
AT_ONCE = 64
CREATE_ENDPOINT = """mutation($input: CreateWebhookEndpointInput!) { createWebhookEndpoint(input: $input) {
  __typename ... on WebhookSecretIssued { secret } ... on Refusal { message } } }"""


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_a_flood_of_orders_ends_in_one_event_one_notification_and_one_webhook_each(
    own_stack: Stack, full: bool
) -> None:
    count = ORDERS_FULL if full else ORDERS
    async with receiving() as receiver, await signed_in(own_stack, Role.ADMIN) as admin:
        wanted = {"name": "flood", "url": receiver.url("/flood"), "types": ["ORDER_READY"]}
        secret = (await admin.run(CREATE_ENDPOINT, input=wanted))["secret"]
        async with await Client(own_stack.url).register() as customer:
            began = time.perf_counter()
            placed = await _place(customer, [api.url for api in own_stack.apis], count)
            placing = time.perf_counter() - began
        async with own_stack.looking() as database:
            await until(lambda: _all_promoted(database), seconds=120)
            log = await assert_whole(database, acknowledged=placed, items=2)
        received = await receiver.has(count, "/flood", seconds=300)
        ended = time.perf_counter() - began
        print(f"{count} orders: {count / placing:.0f}/s placed, {count / ended:.0f}/s to the last webhook")
        bodies = {one.id: one.verified(secret) for one in received}
        ready = {str(event.id): str(event.subject_id) for event in log if event.type == "ORDER_READY"}
        assert {id: body["data"]["order"]["id"] for id, body in bodies.items()} == ready
        assert {body["data"]["order"]["status"] for body in bodies.values()} == {"PROCESSED"}
        assert Counter(one.id for one in received) == Counter(list(ready)), "nobody died, so nothing is sent twice"


async def _place(customer: Client, urls: list[str], count: int) -> list[str]:
    room = asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> str:
        async with room:
            order = await customer.at(urls[number % len(urls)]).order()
            assert order["__typename"] == "Order", order
            id: str = order["id"]
            return id

    return await asyncio.gather(*(one(number) for number in range(count)))


async def _all_promoted(database: SqlDatabase) -> bool:
    return await orders_left(database) == 0
