"""The tail: follows the log in one process, and knows how far it is on disk."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from itertools import islice
from uuid import UUID

from sqlalchemy import update

from domain.events import START, Event, Place
from domain.ports import LogPage
from persistence.database import SqlDatabase, SqlTransaction
from persistence.tables import log_proof

log = logging.getLogger(__name__)

KEPT = 5_000
PATIENCE = 0.005  # how long a hole may be on its way before it is read from the log
SILENCE = 0.5  # after so long without news the log is asked: a session that has ended is to be known within a second
PAGE = 500
READERS = 4  # at a time: when all subscribers come again at once, whoever writes still finds a connection


class Tail:
    """See domain.ports.Log. `place` is the last position known to be on disk."""

    def __init__(self, database: SqlDatabase, *, silence: float = SILENCE) -> None:
        self.place = START
        self._database = database
        self._silence = silence
        self._kept: dict[int, Event] = {}
        self._ahead: dict[int, Event] = {}
        self._moved = asyncio.Event()
        self._look = asyncio.Event()
        self._listeners: list[Callable[[Event], None]] = []
        self._stopping = False
        self._following: asyncio.Task[None] | None = None
        self._turn = asyncio.Semaphore(READERS)

    def listen(self, tell: Callable[[Event], None]) -> None:
        """`tell` is given every event from the start on, internal ones too, in order, before any reader is."""
        self._listeners.append(tell)

    async def start(self) -> None:
        async with self._database.reading() as rows:
            head = await rows.events.head()
        await self._prove()
        self.place = head
        self._following = asyncio.create_task(self._follow())
        self._advance()  # what was heard meanwhile

    async def stop(self) -> None:
        self._stopping = True
        self._look.set()
        if self._following:
            await self._following

    def hear(self, events: Sequence[Event]) -> None:
        """Takes events whose COMMIT has returned, from this process or, over the bus, from another."""
        self._ahead |= {event.position: event for event in events if event.position > self.place.position}
        self._advance()
        if self._ahead:
            asyncio.get_running_loop().call_later(PATIENCE, self.look)

    def look(self) -> None:
        """Has the log read soon: something may have been missed."""
        self._look.set()

    async def page(self, after: Place, *, owner_id: UUID | None, limit: int = 200) -> LogPage:
        """The next events after a place, from memory or, for a reader who has fallen behind, from the log."""
        upto = self.place
        if after.position >= upto.position:
            return LogPage(events=(), upto=after)
        if after.position + 1 in self._kept:
            seen = (self._kept[position] for position in range(after.position + 1, upto.position + 1))
            mine = (event for event in seen if owner_id is None or event.owner_id == owner_id)
            found = list(islice(mine, limit))
        else:
            async with self._turn, self._database.reading() as rows:
                found = await rows.events.read(after=after.position, upto=upto.position, limit=limit, owner_id=owner_id)
        return LogPage(events=_shown(found), upto=found[-1].place if len(found) == limit else upto)

    async def moved(self, after: Place) -> None:
        while self.place.position <= after.position:
            await self._moved.wait()

    async def resume(self, place: Place) -> bool:
        if kept := self._kept.get(place.position):  # when a process has died, all its clients come here at once
            return kept.place == place
        if place.position > self.place.position:
            async with self._database.reading() as rows:
                head = await rows.events.head()
            if place.position > head.position:
                return False
            self.look()
            await self.moved(Place(position=place.position - 1, mark=place.mark))
        async with self._database.reading() as rows:
            return await rows.events.place_at(place.position) == place

    async def oldest(self) -> Place:
        async with self._database.reading() as rows:
            return await rows.events.oldest()

    async def _follow(self) -> None:
        while not self._stopping:
            try:
                async with asyncio.timeout(self._silence):
                    await self._look.wait()
            except TimeoutError:
                pass
            self._look.clear()
            try:
                await self._read_on()
            except Exception:
                log.exception("the log could not be read; it is tried again soon")

    async def _read_on(self) -> None:
        """Reads what is committed but was not heard of, once it is certain to be on disk.

        An event that was heard of proves all before it. For the rest, a commit is visible a moment before it is on
        disk, so a durable commit of our own comes first.
        """
        async with self._database.reading() as rows:
            head = await rows.events.head()
        proven = max(self._ahead, default=self.place.position)
        if head.position > proven:
            await self._prove()
            proven = head.position
        while self.place.position < proven:
            async with self._database.reading() as rows:
                found = await rows.events.read(after=self.place.position, upto=proven, limit=PAGE)
            if not found:
                return
            self._ahead |= {event.position: event for event in found}
            self._advance()

    async def _prove(self) -> None:
        await self._database.transact(_commit_something)

    def _advance(self) -> None:
        if self._following is None:  # not started: nobody knows yet where
            return
        last: Event | None = None
        self._ahead = {at: event for at, event in self._ahead.items() if at > self.place.position}
        while event := self._ahead.pop((last or self.place).position + 1, None):
            self._kept[event.position] = last = event
            self._kept.pop(event.position - KEPT, None)
            for tell in self._listeners:
                tell(event)
        if last:
            self.place = last.place
            self._moved.set()
            self._moved = asyncio.Event()


def _shown(events: Sequence[Event]) -> list[Event]:
    return [event for event in events if not event.type.is_internal]


async def _commit_something(tx: SqlTransaction) -> None:
    await tx.connection.execute(update(log_proof).values(commits=log_proof.c.commits + 1))
