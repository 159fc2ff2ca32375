"""The payment bridge: takes what the log asks of the card processor to it, and its answers into the shop."""

import logging
from datetime import datetime, timedelta

from domain.charges import Result, apply, request_of, still_asked
from domain.clock import now
from domain.events import START, Actor, ActorKind, Cause, EventType, Place
from domain.ports import Database, Log, PaymentTransport, Transaction, Unavailable

log = logging.getLogger(__name__)

NAME = "payments"
PAGE = 200
REMINDED_EVERY = timedelta(seconds=30)
"""What is not answered in this time is asked again, then in twice that, and so on: a broker that was killed forgets
what it had taken, and one that is only slow must not drown."""
WRITTEN_EVERY = timedelta(seconds=0.5)
MOST_WAITING = 1_000
ASKS = (EventType.PAYMENT_REQUESTED, EventType.PAYMENT_REFUND_REQUESTED)


class Bridge:
    """One at a time in the whole shop: whoever holds the reader `payments`, which `holder` names.

    Nothing depends on there being one: the processor charges a payment once, and the inbox takes an answer once,
    whoever brings them how often. A second bridge would only be in the way of the first.
    """

    def __init__(
        self, database: Database, log: Log, transport: PaymentTransport, *, holder: str, lease: timedelta
    ) -> None:
        self._database = database
        self._log = log
        self._transport = transport
        self._holder = holder
        self._lease = lease
        self._held_until = now()
        self._place = self._kept = START
        self._kept_at = self._held_until
        self._reminded_at = self._held_until
        self._away = False

    async def step(self) -> bool:
        """Sends what is asked for; whether there is more."""
        if not await self._hold():
            await self._transport.close()
            return False
        await self._transport.open(self.receive)
        try:
            more = await self._send()
            if not more and now() - self._reminded_at >= REMINDED_EVERY:
                await self._remind()
        except Unavailable as fault:
            self._note(fault)
            return False
        self._note(None)
        return more

    async def receive(self, result: Result) -> None:
        """Takes an answer into the shop. What it raises, an outage, will pass: the answer comes again."""
        cause = Cause(actor=Actor(kind=ActorKind.PAYMENT_PROVIDER))
        about = {"payment_id": result.payment_id, "message_id": result.message_id, "outcome": result.outcome}
        if await self._database.transact(lambda tx: apply(tx, result, cause)):
            log.debug("an answer of the card processor was taken in", extra=about)
        elif await self._knows(result):
            log.debug("an answer of the card processor changes nothing", extra=about)
        else:
            log.error("an answer of the card processor is about no payment of ours, and was put away", extra=about)

    async def close(self) -> None:
        """Whoever comes next need not wait for the lease to end."""
        await self._transport.close()
        if self._held_until > now():
            await self._database.transact(lambda tx: self._written(tx, until=now()))

    async def _send(self) -> bool:
        """The next page of the log; whether there is more."""
        page = await self._log.page(self._place, owner_id=None, limit=PAGE)
        requests = [request for event in page.events if (request := request_of(event))]
        if requests:
            await self._transport.send(requests)
        more = page.upto not in (self._place, self._log.place)
        self._place = page.upto
        if requests and not await self._database.transact(self._advance):
            self._held_until = now()
            return True
        return more

    async def _remind(self) -> None:
        async with self._database.reading() as rows:
            waiting = await rows.payments.still_asked(now() - REMINDED_EVERY, MOST_WAITING)
        moment, last = now(), self._reminded_at
        requests = [request for payment in waiting if (request := still_asked(payment))]
        await self._transport.send([one for one in requests if is_time_again(moment - one.at, last - one.at)])
        self._reminded_at = moment

    async def _hold(self) -> bool:
        """Whether it is ours. Now and then where we are is written, and it is held for longer."""
        moment = now()
        lasting = self._held_until - moment > self._lease / 2
        if lasting and (self._place == self._kept or moment - self._kept_at < WRITTEN_EVERY):
            return True
        until = moment + self._lease
        place = await self._database.transact(lambda tx: self._written(tx, until=until))
        if place is None:
            self._held_until = moment
            return False
        if self._held_until <= moment:
            log.debug("this process is the bridge to the card processor now")
        self._held_until, self._kept_at = until, moment
        self._place = self._kept = place
        return True

    async def _written(self, tx: Transaction, *, until: datetime) -> Place | None:
        if self._place != START:
            await tx.readers.advance(NAME, self._holder, self._place)
        return await tx.readers.hold(NAME, self._holder, at=now(), until=until)

    async def _advance(self, tx: Transaction) -> bool:
        return await tx.readers.advance(NAME, self._holder, self._place)

    async def _knows(self, result: Result) -> bool:
        async with self._database.reading() as rows:
            return await rows.payments.get(result.payment_id) is not None

    def _note(self, fault: Unavailable | None) -> None:
        """Once for each outage, and not at each try."""
        if fault and not self._away:
            log.warning("what is asked of the card processor waits in the log: %s", fault)
        elif self._away and not fault:
            log.info("what was asked of the card processor is on its way again")
        self._away = fault is not None


def is_time_again(age: timedelta, before: timedelta) -> bool:
    """Whether something that has waited for `age` has come to 1, 2, 4, 8 … times the wait since it had for `before`."""
    return int(age / REMINDED_EVERY).bit_length() > int(max(before, timedelta(0)) / REMINDED_EVERY).bit_length()
