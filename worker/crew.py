"""The crew: every loop of a worker, started together, woken by the bus and stopped between batches."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from domain.events import Event
from domain.ports import Database, WebhookClient
from worker.fanout import fan_out
from worker.loops import Loop
from worker.poller import promote
from worker.sender import Sender, Settle

EVERY = 1.0


@dataclass(slots=True)
class Crew:
    loops: Sequence[Loop]
    sender: Sender

    def hear(self, _events: Sequence[Event]) -> None:
        self.wake()

    def wake(self) -> None:
        for loop in self.loops:
            loop.wake()

    async def run(self) -> None:
        """Until `stop`; what is being sent is finished first."""
        await asyncio.gather(*(loop.run() for loop in self.loops))
        await self.sender.finish()

    def stop(self) -> None:
        for loop in self.loops:
            loop.stop()


def hire(database: Database, client: WebhookClient, *, settle: Settle, schedule: Sequence[timedelta]) -> Crew:
    async def send() -> bool:
        return await sender.step()

    async def turn_into_deliveries() -> bool:
        more = await fan_out(database)
        sending.wake()
        return more

    sending = Loop("the webhook sender", send, every=EVERY)
    sender = Sender(database, client, settle=settle, schedule=schedule, room_made=sending.wake)
    fanning_out = Loop("the webhook fan-out", turn_into_deliveries, every=EVERY)
    polling = Loop("the poller", lambda: promote(database), every=EVERY)
    return Crew(loops=(polling, fanning_out, sending), sender=sender)
