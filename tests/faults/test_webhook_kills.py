"""kill -9 of the processes that send webhooks: each event arrives, under one id, from whoever is left."""

import asyncio
import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import select, update
from starlette.responses import Response

from domain.clock import now
from domain.users import Role
from persistence.database import SqlDatabase, SqlTransaction
from persistence.tables import webhook_deliveries
from tests.support.client import Client
from tests.support.invariants import whole_log
from tests.support.people import signed_in
from tests.support.processes import Process
from tests.support.receiver import Received, Receiver, accepts, fails, receiving
from tests.support.waiting import until
from tests.support.webhook_shops import placed, start_shop
from tests.support.webhooks import listening

WORKERS, ENDPOINTS, IN_FLIGHT = 2, 4, 64
BATCH, EVERY = 5, 0.5  # orders, and seconds: less than the workers could send if nobody killed them
TIMEOUT, SETTLING = 1, 10  # seconds; together the lease of a delivery
SETTINGS = {
    "SWAPSHOP_WEBHOOK_TIMEOUT": f"{TIMEOUT}s",
    "SWAPSHOP_WEBHOOK_SCHEDULE": ",".join(["100ms"] * 100),  # nothing is given up
}
TYPES = ["ORDER_CREATED", "ORDER_READY"]
OPEN = ("PENDING", "RETRYING")
deliveries = webhook_deliveries.c


class Moody:
    """Fails 20 %, answers 10 % slowly, and 5 % not at all before the shop has given up waiting."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self.accepted: Counter[tuple[str, str]] = Counter()
        """By path and id."""

    async def __call__(self, received: Received) -> Response:
        mood = self._rng.random()
        if mood < 0.20:
            return await fails(received)
        if mood < 0.30:
            await asyncio.sleep(TIMEOUT / 2)  # slow, and in time
        elif mood < 0.35:
            await asyncio.sleep(TIMEOUT * 2)  # nobody waits for the answer any more
            return await fails(received)
        self.accepted[received.path, received.id] += 1
        return await accepts(received)


@pytest.mark.slow
@pytest.mark.timeout(1200)
async def test_killed_senders_lose_nothing_and_send_nothing_under_another_id(
    request: pytest.FixtureRequest, tmp_path: Path, full: bool
) -> None:
    seed = random.randrange(10**9)
    print(f"seed {seed}")  # shown when the test fails
    rng, kills = random.Random(seed), 100 if full else 3
    shop = start_shop("servers", request, tmp_path, SETTINGS, workers=WORKERS)
    async with (
        receiving() as receiver,
        shop.looking() as database,
        await signed_in(shop, Role.ADMIN) as admin,
        await Client(shop.url).register() as customer,
    ):
        moody, paths = Moody(rng), [f"/{number}" for number in range(ENDPOINTS)]
        for path in paths:
            receiver.behaviours[path] = moody
            await listening(admin, receiver.url(path), TYPES, maxInFlight=IN_FLIGHT)
        over = asyncio.Event()
        buying = asyncio.create_task(_buy(customer, over))
        async with asyncio.TaskGroup() as group:
            for worker in shop.workers:
                group.create_task(_kill_now_and_then(worker, kills // WORKERS, rng))
        over.set()
        orders = await buying
        await until(lambda: _only_leases_are_open(database), seconds=600 if full else 60)
        await _assert_honestly_due(database)
        left = await _wait_for_leases(database, full=full)
        await until(lambda: _all_succeeded(database), seconds=60)
        await _assert_each_event_arrived_under_its_id(database, receiver, moody, paths, orders)
    repeated = sum(moody.accepted.values()) - len(moody.accepted)
    attempts = sum(len(receiver.at(path)) for path in paths)
    print(f"{kills} kills, {left} in the hands of the dead at the end; {len(moody.accepted)} deliveries in")
    print(f"{attempts} attempts, {repeated} of them accepted once more, under the same id")
    shop.stop()


async def _buy(customer: Client, over: asyncio.Event) -> int:
    """Orders until all is over; how many."""
    count = 0
    while not over.is_set():
        count += len(await placed(customer, BATCH))
        await asyncio.sleep(EVERY)  # the load is even, however fast the computer is
    return count


async def _kill_now_and_then(worker: Process, times: int, rng: random.Random) -> None:
    for _ in range(times):
        await asyncio.sleep(rng.uniform(0.2, 1.2))  # so that the kills come at any moment
        worker.kill()
        await asyncio.to_thread(worker.again)


async def _only_leases_are_open(database: SqlDatabase) -> bool:
    """Whether all has been told of that can be told of, but for what the dead had in their hands."""
    async with database.reading() as rows:
        if await rows.endpoints.any_behind(await rows.events.head()):
            return False
        due = select(deliveries.id).where(deliveries.status.in_(OPEN), ~deliveries.in_flight)
        return await rows.connection.scalar(due.limit(1)) is None


async def _assert_honestly_due(database: SqlDatabase) -> None:
    """What is open says when it will be tried again, and that is no later than a lease lasts."""
    query = select(deliveries.next_attempt_at).where(deliveries.status.in_(OPEN))
    async with database.reading() as rows:
        times = (await rows.connection.scalars(query)).all()
    waits = [(at - now()).total_seconds() for at in times if at is not None]
    assert len(waits) == len(times), "what is open is due some time"
    assert max(waits, default=0) <= TIMEOUT + SETTLING


async def _wait_for_leases(database: SqlDatabase, *, full: bool) -> int:
    """Until nobody holds any; otherwise, since that takes 11 s, as if they had passed. How many there were."""

    async def end(tx: SqlTransaction) -> int:
        held = update(webhook_deliveries).where(deliveries.in_flight)
        return (await tx.connection.execute(held.values(next_attempt_at=now()))).rowcount

    async def count(tx: SqlTransaction) -> int:
        return len((await tx.connection.scalars(select(deliveries.id).where(deliveries.in_flight))).all())

    return await database.transact(count if full else end)


async def _all_succeeded(database: SqlDatabase) -> bool:
    async with database.reading() as rows:
        statuses = (await rows.connection.scalars(select(deliveries.status).distinct())).all()
    assert set(statuses) <= {*OPEN, "SUCCEEDED"}, "nothing is given up"
    return list(statuses) == ["SUCCEEDED"]


async def _assert_each_event_arrived_under_its_id(
    database: SqlDatabase, receiver: Receiver, moody: Moody, paths: Sequence[str], orders: int
) -> None:
    log = [event for event in await whole_log(database) if event.type.value in TYPES]
    assert len(log) == orders * len(TYPES)
    assert set(moody.accepted) == {(path, str(event.id)) for path in paths for event in log}
    for path in paths:
        bodies: dict[str, set[bytes]] = defaultdict(set)
        told: dict[tuple[str, str], set[str]] = defaultdict(set)
        for one in receiver.at(path):
            bodies[one.id].add(one.body)
            told[one.event, one.json["data"]["order"]["id"]].add(one.id)
        assert {len(different) for different in bodies.values()} == {1}, "the same bytes each time"
        assert {len(ids) for ids in told.values()} == {1}, "one id for each event"
    async with database.reading() as rows:
        pairs = (await rows.connection.execute(select(deliveries.endpoint_id, deliveries.event_id))).all()
    assert len(pairs) == len(set(map(tuple, pairs))) == len(paths) * len(log)
