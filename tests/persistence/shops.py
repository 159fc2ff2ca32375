"""What the tests of this folder do with a database."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

from domain.events import START, Event, Place
from domain.orders import Order
from persistence.database import SqlDatabase, SqlTransaction
from persistence.tail import SILENCE, Tail
from tests.support.waiting import PATIENCE

Process = Callable[[str], SqlDatabase]


async def happen(database: SqlDatabase, *events: Event) -> list[Event]:
    """Commits the events in one transaction; they come back with their positions."""

    async def append(tx: SqlTransaction) -> list[UUID]:
        for event in events:
            tx.events.append(event)
        return [event.id for event in events]

    ids = await database.transact(append)
    async with database.reading() as rows:
        found = await rows.events.by_ids(ids)
    return [found[id] for id in ids]


async def keep(database: SqlDatabase, *orders: Order) -> None:
    """Puts orders into the database without saying so in the log."""
    await database.transact(lambda tx: tx.orders.add(orders))


async def positions(database: SqlDatabase) -> list[int]:
    async with database.reading() as rows:
        return [event.position for event in await rows.events.read(after=0, upto=2**62, limit=100_000)]


async def head(database: SqlDatabase) -> Place:
    async with database.reading() as rows:
        return await rows.events.head()


@asynccontextmanager
async def following(database: SqlDatabase, *, hears: bool = True, silence: float = SILENCE) -> AsyncIterator[Tail]:
    """A tail that follows the log; it hears of the commits that are made through `database`, or of nothing."""
    tail = Tail(database, silence=silence)

    async def tell(events: Sequence[Event]) -> None:
        tail.hear(events)

    if hears:
        database.when_committed(tell)
    await tail.start()
    try:
        yield tail
    finally:
        await tail.stop()


async def reach(tail: Tail, position: int, seconds: float = PATIENCE) -> None:
    """Returns when the tail knows the log up to a position."""
    async with asyncio.timeout(seconds):
        await tail.moved(Place(position=position - 1, mark=bytes(4)))


async def everything(
    tail: Tail, *, after: Place = START, owner_id: UUID | None = None, limit: int = 200
) -> list[Event]:
    """All that a reader gets, page by page."""
    found: list[Event] = []
    while after.position < tail.place.position:
        page = await tail.page(after, owner_id=owner_id, limit=limit)
        assert page.upto.position > after.position
        assert len(page.events) <= limit
        found += page.events
        after = page.upto
    return found


async def until(holds: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Returns when it holds; fails when it does not in time."""
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 (nothing tells us, so we ask again)
            await asyncio.sleep(0.01)


class Held:
    """A transaction that has done its work and is held open before its COMMIT, as a slow one is."""

    def __init__(self, database: SqlDatabase, work: Callable[[SqlTransaction], Awaitable[object]]) -> None:
        self._database = database
        self._work = work
        self._worked = asyncio.Event()
        self._go = asyncio.Event()

    async def __aenter__(self) -> "Held":
        self._running = asyncio.create_task(self._database.transact(self._hold))
        worked = asyncio.create_task(self._worked.wait())
        await asyncio.wait([worked, self._running], return_when=asyncio.FIRST_COMPLETED)
        worked.cancel()
        if self._running.done():
            await self._running
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.commit()

    async def commit(self) -> object:
        """Lets it go on; what its work returned."""
        self._go.set()
        return await self._running

    async def _hold(self, tx: SqlTransaction) -> object:
        result = await self._work(tx)
        self._worked.set()
        await self._go.wait()
        return result
