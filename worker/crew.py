"""The crew: every loop of a worker, started together, woken by the bus and stopped between batches."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from domain.events import Event, EventType
from domain.ports import Database, WebhookClient
from worker.fanout import fan_out
from worker.loops import Loop
from worker.poller import promote
from worker.retention import retain
from worker.sender import Sender, Settle

EVERY = 1.0
RETAINED_EVERY = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    polling: Loop
    fanning_out: Loop
    sending: Loop
    retaining: Loop
    sender: Sender

    @property
    def loops(self) -> Sequence[Loop]:
        return (self.polling, self.fanning_out, self.sending, self.retaining)

    def hear(self, events: Sequence[Event]) -> None:
        """Wakes whoever has something to do about what was committed."""
        types = {event.type for event in events}
        if EventType.ORDER_CREATED in types:
            self.polling.wake()
        if EventType.WEBHOOK_PING in types:
            self.sending.wake()
        self.fanning_out.wake()

    def wake(self) -> None:
        for loop in (self.polling, self.fanning_out, self.sending):
            loop.wake()

    async def run(self) -> None:
        """Until `stop`; what is being sent is finished first."""
        await asyncio.gather(*(loop.run() for loop in self.loops))
        await self.sender.finish()

    def stop(self) -> None:
        for loop in self.loops:
            loop.stop()


def hire(
    database: Database,
    client: WebhookClient,
    *,
    settle: Settle,
    schedule: Sequence[timedelta],
    timeout: timedelta,
    retention: timedelta,
) -> Crew:
    """`schedule` and `timeout` are of the webhooks: the waits between attempts, and how long one may take.

    `retention` is how far back a client may resume from.
    """

    async def send() -> bool:
        return await sender.step()

    async def turn_into_deliveries() -> bool:
        step = await fan_out(database)
        if step.owed:
            sending.wake()
        return step.more

    sending = Loop("the webhook sender", send, every=EVERY)
    sender = Sender(database, client, settle=settle, schedule=schedule, timeout=timeout, room_made=sending.wake)
    return Crew(
        polling=Loop("the poller", lambda: promote(database), every=EVERY),
        fanning_out=Loop("the webhook fan-out", turn_into_deliveries, every=EVERY),
        sending=sending,
        retaining=Loop("the retention", lambda: retain(database, kept=retention), every=RETAINED_EVERY),
        sender=sender,
    )
