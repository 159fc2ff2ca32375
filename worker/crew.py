"""The crew: every loop of a worker, started together, woken by the bus and stopped between batches."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from domain.events import Event, EventType
from domain.payment_wishes import Deadlines
from domain.ports import Database, Shapes, Vault, WebhookClient
from worker.bridge import ASKS, Bridge
from worker.expiry import cancel_unpaid, fail_unanswered
from worker.fanout import disable_the_unservable, fan_out
from worker.loops import Loop
from worker.poller import promote
from worker.retention import forget_deliveries, retain
from worker.sealing import resealed
from worker.sender import Sender, Settle

EVERY = 1.0
RETAINED_EVERY = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    polling: Loop
    fanning_out: Loop
    sending: Loop
    giving_up: Loop
    failing: Loop
    retaining: Loop
    forgetting: Loop
    bridging: Loop
    sender: Sender
    bridge: Bridge
    prepare: Callable[[], Awaitable[None]]
    """Once, before `run`: raises LookupError for a secret that no key opens."""

    @property
    def loops(self) -> Sequence[Loop]:
        return (
            self.polling,
            self.fanning_out,
            self.sending,
            self.giving_up,
            self.failing,
            self.retaining,
            self.forgetting,
            self.bridging,
        )

    def hear(self, events: Sequence[Event]) -> None:
        """Wakes whoever has something to do about what was committed."""
        types = {event.type for event in events}
        if types & {EventType.ORDER_CREATED, EventType.ORDER_UPDATED}:  # which may have been paid
            self.polling.wake()
        if EventType.WEBHOOK_PING in types:
            self.sending.wake()
        self.fanning_out.wake()

    def follow(self, event: Event) -> None:
        """Wakes whoever has something to do beyond our database about what is known to be on disk."""
        if event.type in ASKS:
            self.bridging.wake()

    def wake(self) -> None:
        for loop in (self.polling, self.fanning_out, self.sending):
            loop.wake()

    async def run(self) -> None:
        """Until `stop`; what is being sent is finished first."""
        await asyncio.gather(*(loop.run() for loop in self.loops))
        await self.sender.finish()
        await self.bridge.close()

    def stop(self) -> None:
        for loop in self.loops:
            loop.stop()


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Of the webhooks: the waits between attempts, how long one may take, and how long settled ones are kept.

    `retention` is how far back a client may resume from; `deadlines` are those of payments.
    """

    schedule: Sequence[timedelta]
    timeout: timedelta
    kept: timedelta
    retention: timedelta
    deadlines: Deadlines = field(default_factory=Deadlines)


def hire(
    database: Database,
    client: WebhookClient,
    bridge: Bridge,
    *,
    shapes: Shapes,
    vault: Vault,
    settle: Settle,
    terms: Terms,
) -> Crew:
    async def send() -> bool:
        return await sender.step()

    async def turn_into_deliveries() -> bool:
        step = await fan_out(database, shapes)
        if step.owed:
            sending.wake()
        return step.more

    async def prepare() -> None:
        await disable_the_unservable(database, shapes)
        await database.transact(lambda tx: resealed(tx, vault))

    sending = Loop("the webhook sender", send, every=EVERY)
    sender = Sender(
        database,
        client,
        vault,
        settle=settle,
        schedule=terms.schedule,
        timeout=terms.timeout,
        room_made=sending.wake,
    )
    return Crew(
        polling=Loop("the poller", lambda: promote(database), every=EVERY),
        fanning_out=Loop("the webhook fan-out", turn_into_deliveries, every=EVERY),
        sending=sending,
        giving_up=Loop("the expiry of unpaid orders", lambda: cancel_unpaid(database), every=EVERY),
        failing=Loop("the expiry of payments", lambda: fail_unanswered(database, terms.deadlines), every=EVERY),
        retaining=Loop("the retention", lambda: retain(database, kept=terms.retention), every=RETAINED_EVERY),
        forgetting=Loop(
            "the retention of deliveries", lambda: forget_deliveries(database, kept=terms.kept), every=RETAINED_EVERY
        ),
        bridging=Loop("the payment bridge", bridge.step, every=EVERY),
        sender=sender,
        bridge=bridge,
        prepare=prepare,
    )
