"""Money through faults: whatever is killed and stopped, each payment is taken once, and none is lost."""

import asyncio
import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import func, select

from domain.cards import Scenario
from domain.events import Event, EventType
from domain.users import Role
from persistence.database import SqlDatabase
from persistence.tables import orders, payments
from tests.conftest import STACKS
from tests.support.client import Client
from tests.support.invariants import whole_log
from tests.support.people import signed_in
from tests.support.processes import EmbeddedStack, Process, ServerStack, Stack
from tests.support.processor import booked, card_of, ledger_in
from tests.support.waiting import until
from web.mosquitto import Mosquitto

BUYERS = 10
CANCELLED = 0.25  # of all orders, at some moment
TIMEOUT, LATE = 3, 5  # seconds: a late answer comes when nobody waits for it any more
SETTINGS = {
    "SWAPSHOP_PAYMENT_TIMEOUT": f"{TIMEOUT}s",
    "SWAPSHOP_PROVIDER_DELAY": "300ms",
    "SWAPSHOP_PROVIDER_LATE": f"{LATE}s",
}
LIVES = 0.5, 12.0  # seconds between kills: who inherits the bridge waits for the lease of the dead, which is 4
PATIENCE = 120  # seconds for what has nothing to do with time
LOST = (httpx.TransportError, ValueError)  # ValueError: half an answer
PAY = """mutation($input: PayOrderInput!) { payOrder(input: $input) {
  __typename ... on Payment { id status } ... on Refusal { message } } }"""
CANCEL = """mutation($id: ID!) { cancelOrder(id: $id) { __typename ... on Refusal { message } } }"""
STATE = "query($id: ID!) { order(id: $id) { status paymentState payments { id status } } }"
WAITING = ("REQUESTED", "REFUND_REQUESTED")


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("kind", STACKS)
async def test_each_payment_is_taken_once_and_none_is_lost(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path, full: bool
) -> None:
    seed = random.randrange(10**9)
    print(f"seed {seed}")  # shown when the test fails
    rng, count, most_kills, outage = random.Random(seed), 500 if full else 40, 1_000 if full else 2, 30 if full else 2
    shop = _started(kind, request, tmp_path)
    over = asyncio.Event()
    async with await signed_in(shop, Role.ADMIN) as clerk, asyncio.TaskGroup() as group:
        buyers = [Buyer(await Client(shop.url).register(), clerk, random.Random(rng.random())) for _ in range(BUYERS)]
        buying = [group.create_task(buyer.buys(count // BUYERS)) for buyer in buyers]
        faults = [group.create_task(_kill_now_and_then(one, over, rng, most_kills)) for one in _killed(shop)]
        if isinstance(shop, ServerStack):
            faults.append(group.create_task(_stop_and_start(shop.mosquitto, outage)))
        await asyncio.wait(buying)
        over.set()
    kills = sum(fault.result() for fault in faults)
    async with shop.looking() as database:
        await until(lambda: _settled(database), seconds=180)
        log = await whole_log(database)
        ledger = booked(ledger_in(shop.folder / "data"))
        assert await _payments(database) == dict.fromkeys(ledger, True), "what was asked, and who was asked for it"
        assert await _owed(database) == await _kept(database, ledger), "captured - refunded, by order"
    _assert_applied_once(log, ledger)
    held = sum(one.captured - one.refunded for one in ledger.values())
    refunded = sum(one.refunded > 0 for one in ledger.values())
    print(f"{kind}: {kills} kills, {count} orders, {len(ledger)} payments, {refunded} of them given back; {held} kept")
    shop.stop()


class Buyer:
    """Pays by every kind of card; again, with a good one, when that fails; sometimes changes their mind."""

    def __init__(self, customer: Client, clerk: Client, rng: random.Random) -> None:
        self._customer = customer
        self._clerk = clerk
        self._rng = rng

    async def buys(self, count: int) -> None:
        for number in range(count):
            await self._buy(f"{self._customer.user['id']}-{number}", list(Scenario)[number % len(Scenario)])
        await self._customer.close()

    async def _buy(self, key: str, scenario: Scenario) -> None:
        order = await self._insist(lambda: self._customer.order(key=key, payment=card_of(scenario)))
        assert order["__typename"] == "Order", order
        if self._rng.random() < CANCELLED:
            await asyncio.sleep(self._rng.uniform(0, 2 * TIMEOUT))  # so that it comes at any moment
            await self._insist(lambda: self._clerk.run(CANCEL, id=order["id"]))
            return
        async with asyncio.timeout(300):
            while not await self._paid(order["id"], key):  # noqa: ASYNC110  (in another process)
                await asyncio.sleep(0.2)  # another process is at it

    async def _paid(self, id: str, key: str) -> bool:
        """Whether it is; when nobody is at it, it is paid again, with a card that is good."""
        order = await self._insist(lambda: self._customer.run(STATE, id=id))
        if order["paymentState"] == "AWAITING" and not any(one["status"] in WAITING for one in order["payments"]):
            asked = {"orderId": id, "method": card_of(Scenario.APPROVED)}
            again = {**asked, "idempotencyKey": f"{key}-{len(order['payments'])}"}
            await self._insist(lambda: self._customer.run(PAY, input=again))
        return bool(order["paymentState"] == "PAID")

    async def _insist(self, ask: Any) -> Any:
        """Until it is answered: the process that was asked may have been killed."""
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    return await ask()
                except LOST:
                    await asyncio.sleep(self._rng.uniform(0.01, 0.1))


def _started(kind: str, request: pytest.FixtureRequest, folder: Path) -> Stack:
    if kind == "embedded":
        return EmbeddedStack(folder, settings=SETTINGS).start()
    servers = request.getfixturevalue("mariadb"), request.getfixturevalue("redis")
    mosquitto = request.getfixturevalue("mosquitto")
    return ServerStack(folder, *servers, mosquitto=mosquitto, settings=SETTINGS).start(apis=1, workers=2)


def _killed(shop: Stack) -> list[list[Process]]:
    """Of each of these one at a time, so that now and then there is a worker to inherit the bridge."""
    return [[shop.provider], shop.workers] if isinstance(shop, ServerStack) else [shop.apis]


async def _kill_now_and_then(processes: Sequence[Process], over: asyncio.Event, rng: random.Random, most: int) -> int:
    for kills in range(most):
        await asyncio.sleep(rng.uniform(*LIVES))  # so that the kills come at any moment
        if over.is_set():
            return kills
        process = rng.choice(processes)
        process.kill()
        await asyncio.to_thread(process.again, PATIENCE)
    return most


async def _stop_and_start(mosquitto: Mosquitto, seconds: float) -> int:
    await asyncio.sleep(1)  # payments are on their way when the broker goes: the length of the outage is what is tested
    await asyncio.to_thread(mosquitto.stop)
    await asyncio.sleep(seconds)
    await asyncio.to_thread(mosquitto.start)
    return 0


async def _settled(database: SqlDatabase) -> bool:
    """Nobody waits for an answer any more, and all that is in the log has been sent."""
    async with database.reading() as rows:
        waiting = select(func.count()).select_from(payments).where(payments.c.status.in_(WAITING))
        if await rows.connection.scalar(waiting):
            return False
        place, head = await rows.readers.place("payments"), await rows.events.head()
    return place == head


async def _payments(database: SqlDatabase) -> dict[str, bool]:
    async with database.reading() as rows:
        return {str(id): True for id in await rows.connection.scalars(select(payments.c.id))}


async def _owed(database: SqlDatabase) -> dict[UUID, int]:
    """What each order costs when it is paid and goes on; nothing otherwise."""
    async with database.reading() as rows:
        ids = (await rows.connection.scalars(select(orders.c.id))).all()
        found = [order for id in ids if (order := await rows.orders.get(id))]
    kept = {order.id: order.payment_state == "PAID" and order.status != "CANCELLED" for order in found}
    return {order.id: order.total.minor * kept[order.id] for order in found}


async def _kept(database: SqlDatabase, ledger: dict[str, Any]) -> dict[UUID, int]:
    """What the processor has taken and not given back, by order."""
    sums: dict[UUID, int] = defaultdict(int)
    async with database.reading() as rows:
        for id, order_id in await rows.connection.execute(select(payments.c.id, payments.c.order_id)):
            sums[order_id] += ledger[str(id)].captured - ledger[str(id)].refunded
    return dict(sums)


def _assert_applied_once(log: Sequence[Event], ledger: dict[str, Any]) -> None:
    """The shop knows of each sum that was taken, and of each that was given back, from one event."""
    happened = Counter((str(event.subject_id), event.type) for event in log)
    for id, one in ledger.items():
        approved = happened[id, EventType.PAYMENT_APPROVED]
        owed_back = happened[id, EventType.PAYMENT_REFUND_REQUESTED]
        refunded = happened[id, EventType.PAYMENT_REFUNDED]
        assert refunded == (one.refunded > 0), id
        assert max(approved, owed_back) == (one.captured > 0), id
        assert owed_back == refunded, id
