"""The sender: claims what is due, sends it with no lock held, and writes down how it went."""

import asyncio
import logging
import math
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from domain.clock import now
from domain.deliveries import Answer, ClaimedDelivery
from domain.ports import Database, Vault, WebhookClient
from domain.settling import Ending, claim, outcome
from worker.signing import headers, unsigned

log = logging.getLogger(__name__)

TOTAL = 512  # fewer than the client may have connections, so that nobody waits for one
ENDPOINTS = 100  # looked at in one step
PATIENCE = 3.0
SETTLING = timedelta(seconds=10)  # a lease lasts as long as an attempt may take, and this for what comes after it
JITTER = 0.2

Settle = Callable[[Ending], Awaitable[ClaimedDelivery | None]]


class Sender:
    """A slow endpoint fills its own room and nobody else's.

    `settle` writes how attempts ended, many in one transaction, and says what takes their places.
    """

    def __init__(
        self,
        database: Database,
        client: WebhookClient,
        vault: Vault,
        *,
        settle: Settle,
        schedule: Sequence[timedelta],
        timeout: timedelta,
        room_made: Callable[[], None],
    ) -> None:
        self._database = database
        self._client = client
        self._vault = vault
        self._settle = settle
        self._schedule = schedule
        self._lease = timeout + SETTLING
        self._room_made = room_made
        self._sending: set[asyncio.Task[None]] = set()
        self._finishing = False

    async def step(self) -> bool:
        """Starts sending what is due and has room; True when something was claimed."""
        async with self._database.reading() as rows:
            rooms = await rows.deliveries.rooms(now())
        room = self._shared_out(rooms)
        if not room:
            return False
        claimed = await self._claim(room)
        for delivery in claimed:
            self._start(delivery)
        return bool(claimed)

    async def finish(self) -> None:
        """Waits a little for what is on its way; the rest is sent by another worker when its lease ends."""
        self._finishing = True
        if self._sending:
            _, late = await asyncio.wait(self._sending, timeout=PATIENCE)
            for task in late:
                task.cancel()

    def _shared_out(self, rooms: Mapping[UUID, int]) -> dict[UUID, int]:
        """How many each endpoint may be sent now: equal shares of the places that are free, what is left in the next
        step. When there are too few, those who come first have one."""
        free = TOTAL - len(self._sending)
        asking = list(rooms.items())[:ENDPOINTS]
        room: dict[UUID, int] = {}
        for left, (id, most) in zip(range(len(asking), 0, -1), asking, strict=True):
            if free > 0:
                room[id] = min(most, math.ceil(free / left))
                free -= room[id]
        return room

    async def _claim(self, room: dict[UUID, int]) -> list[ClaimedDelivery]:
        return await self._database.transact(lambda tx: claim(tx, room, lease=self._lease))

    def _start(self, delivery: ClaimedDelivery) -> None:
        task = asyncio.create_task(self._send_from(delivery))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _send_from(self, delivery: ClaimedDelivery) -> None:
        """Sends it, and then whatever takes its place."""
        following: ClaimedDelivery | None = delivery
        while following:
            following = await self._send(following)

    async def _send(self, delivery: ClaimedDelivery) -> ClaimedDelivery | None:
        try:
            started = now()
            answer = await self._attempt(delivery)
            jitter = random.uniform(1 - JITTER, 1 + JITTER)
            ended = outcome(delivery, answer, started=started, schedule=self._schedule, jitter=jitter)
            lease = self._lease if len(self._sending) < TOTAL and not self._finishing else None
            following = await self._settle(Ending(outcome=ended, lease=lease))
        except Exception:
            log.exception("delivery %s could not be settled; it is due again when its lease ends", delivery.id)
            return None
        if following is None or delivery.probe:  # something may have come to be owed meanwhile, or a circuit was closed
            self._room_made()
        return following

    async def _attempt(self, delivery: ClaimedDelivery) -> Answer:
        secrets = [self._vault.open(sealed, about=delivery.endpoint_id) for sealed in delivery.secrets]
        signature = headers(secrets, id=delivery.event_id, at=now(), body=delivery.body)
        about = unsigned(delivery.event_type, delivery.correlation_id)
        return await self._client.post(delivery.url, {**about, **signature}, delivery.body.encode())
