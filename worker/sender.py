"""The sender: claims what is due, sends it with no lock held, and writes down how it went."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from domain.clock import now
from domain.deliveries import Answer, ClaimedDelivery, Outcome, outcome
from domain.ports import Database, Vault, WebhookClient
from worker.signing import headers, unsigned

log = logging.getLogger(__name__)

TOTAL = 512  # fewer than the client may have connections, so that nobody waits for one
ENDPOINTS = 100  # looked at in one step
PATIENCE = 3.0
SETTLING = timedelta(seconds=10)  # a lease lasts as long as an attempt may take, and this for what comes after it
JITTER = 0.2

Settle = Callable[[Outcome], Awaitable[None]]


class Sender:
    """A slow endpoint fills its own room and nobody else's. `settle` writes outcomes, many in one transaction."""

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
        if self._sending:
            _, late = await asyncio.wait(self._sending, timeout=PATIENCE)
            for task in late:
                task.cancel()

    def _shared_out(self, rooms: Mapping[UUID, int]) -> dict[UUID, int]:
        """How many each endpoint may be sent now, of those that this process can send at once."""
        free = TOTAL - len(self._sending)
        room: dict[UUID, int] = {}
        for id, most in list(rooms.items())[:ENDPOINTS]:
            if free > 0:
                room[id] = min(most, free)
                free -= room[id]
        return room

    async def _claim(self, room: dict[UUID, int]) -> list[ClaimedDelivery]:
        at = now()
        return await self._database.transact(lambda tx: tx.deliveries.claim(room, at=at, lease_until=at + self._lease))

    def _start(self, delivery: ClaimedDelivery) -> None:
        task = asyncio.create_task(self._send(delivery))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _send(self, delivery: ClaimedDelivery) -> None:
        try:
            started = now()
            answer = await self._attempt(delivery)
            jitter = random.uniform(1 - JITTER, 1 + JITTER)
            await self._settle(outcome(delivery, answer, started=started, schedule=self._schedule, jitter=jitter))
        except Exception:
            log.exception("delivery %s could not be settled; it is due again when its lease ends", delivery.id)
        finally:
            self._room_made()

    async def _attempt(self, delivery: ClaimedDelivery) -> Answer:
        secrets = [self._vault.open(sealed, about=delivery.endpoint_id) for sealed in delivery.secrets]
        signature = headers(secrets, id=delivery.event_id, at=now(), body=delivery.body)
        about = unsigned(delivery.event_type, delivery.correlation_id)
        return await self._client.post(delivery.url, {**about, **signature}, delivery.body.encode())
