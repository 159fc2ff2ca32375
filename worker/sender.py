"""The sender: claims what is due, sends it with no lock held, and writes down how it went."""

import asyncio
import logging
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from uuid import UUID

from domain.clock import now
from domain.ports import Database, WebhookClient
from domain.webhooks import Answer, ClaimedDelivery, Outcome, outcome
from worker.signing import headers

log = logging.getLogger(__name__)

PER_ENDPOINT = 8
TOTAL = 512  # fewer than the client may have connections, so that nobody waits for one
ENDPOINTS = 100  # looked at in one step
PATIENCE = 3.0
SETTLING = timedelta(seconds=30)  # a lease lasts as long as an attempt may take, and this for what comes after it
JITTER = 0.2
ALWAYS = {"content-type": "application/json", "user-agent": "swapshop-webhooks/1"}

Settle = Callable[[Outcome], Awaitable[None]]


class Sender:
    """A slow endpoint fills its own room and nobody else's. `settle` writes outcomes, many in one transaction."""

    def __init__(
        self,
        database: Database,
        client: WebhookClient,
        *,
        settle: Settle,
        schedule: Sequence[timedelta],
        timeout: timedelta,
        room_made: Callable[[], None],
    ) -> None:
        self._database = database
        self._client = client
        self._settle = settle
        self._schedule = schedule
        self._lease = timeout + SETTLING
        self._room_made = room_made
        self._in_flight: Counter[UUID] = Counter()
        self._failing: set[UUID] = set()
        self._sending: set[asyncio.Task[None]] = set()

    async def step(self) -> bool:
        """Starts sending what is due and has room; True when something was claimed."""
        async with self._database.reading() as rows:
            due = await rows.deliveries.due_endpoints(now())
        room = self._room(due)
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

    def _room(self, due: Sequence[UUID]) -> dict[UUID, int]:
        """How many each endpoint may be sent now. One that has just failed is tried with one at a time."""
        free = TOTAL - len(self._sending)
        room: dict[UUID, int] = {}
        for id in due:
            most = min((1 if id in self._failing else PER_ENDPOINT) - self._in_flight[id], free)
            if most > 0 and len(room) < ENDPOINTS:
                room[id] = most
                free -= most
        return room

    async def _claim(self, room: dict[UUID, int]) -> list[ClaimedDelivery]:
        at = now()
        return await self._database.transact(lambda tx: tx.deliveries.claim(room, at=at, lease_until=at + self._lease))

    def _start(self, delivery: ClaimedDelivery) -> None:
        self._in_flight[delivery.endpoint_id] += 1
        task = asyncio.create_task(self._send(delivery))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _send(self, delivery: ClaimedDelivery) -> None:
        try:
            started = now()
            answer = await self._attempt(delivery)
            (self._failing.discard if answer.ok else self._failing.add)(delivery.endpoint_id)
            jitter = random.uniform(1 - JITTER, 1 + JITTER)
            await self._settle(outcome(delivery, answer, started=started, schedule=self._schedule, jitter=jitter))
        except Exception:
            log.exception("delivery %s could not be settled; it is due again when its lease ends", delivery.id)
        finally:
            self._in_flight[delivery.endpoint_id] -= 1
            self._room_made()

    async def _attempt(self, delivery: ClaimedDelivery) -> Answer:
        signature = headers(delivery.secret, id=delivery.event_id, at=now(), body=delivery.body)
        fixed = {
            "content-type": "application/json",
            "user-agent": "swapshop-webhooks/1",
            "x-swapshop-event": delivery.event_type.dotted,
        }
        return await self._client.post(delivery.url, {**fixed, **signature}, delivery.body.encode())
