"""The payment bridge: from the log to the card processor and back, with both kinds of database and of transport."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from domain.charges import Charge, Refund, Result
from domain.clock import now
from domain.events import Event, EventType
from domain.ids import new_id
from domain.orders import OrderStatus, PaymentState
from domain.payments import Payment, PaymentStatus
from domain.ports import PaymentTransport, Unavailable
from domain.till import till_of
from persistence.database import SqlDatabase, SqlTransaction
from persistence.tail import Tail
from tests.persistence.shops import following, happen
from tests.support.processor import TRANSPORTS, Booked, asked, booked, ledger_in, transport_to
from tests.support.things import make_cause, make_event, make_result
from tests.support.waiting import until
from worker import bridge as bridges
from worker.bridge import NAME, Bridge
from worker.loops import Loop

LEASE = timedelta(seconds=1)
OPEN = PaymentStatus.REQUESTED


@pytest.fixture(params=TRANSPORTS)
async def transport(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[PaymentTransport]:
    url = request.getfixturevalue("mosquitto").url if request.param == "mqtt" else None
    async with transport_to(request.param, tmp_path, url) as way:
        yield way


class Recorded:
    """A way that keeps what is sent, and is away when told to be."""

    def __init__(self) -> None:
        self.sent: list[Charge | Refund] = []
        self.open_to: Callable[[Result], object] | None = None
        self.away = False
        self.tries = 0

    async def open(self, receive: Callable[[Result], object]) -> None:
        self.open_to = receive

    async def close(self) -> None:
        self.open_to = None

    async def send(self, requests: Sequence[Charge | Refund]) -> None:
        self.tries += 1
        if self.away:
            raise Unavailable("the broker is away")
        self.sent += requests


def bridge_of(database: SqlDatabase, tail: Tail, way: PaymentTransport, holder: str = "one") -> Bridge:
    return Bridge(database, tail, way, holder=holder, lease=LEASE)


@asynccontextmanager
async def bridging(database: SqlDatabase, way: PaymentTransport) -> AsyncIterator[None]:
    """As a worker does it."""
    async with following(database) as tail:
        bridge = bridge_of(database, tail, way)
        loop = Loop("the payment bridge", bridge.step, every=0.05)
        running = asyncio.create_task(loop.run())
        try:
            yield
        finally:
            loop.stop()
            await running
            await bridge.close()


async def kept(database: SqlDatabase, payment: Payment) -> Payment:
    async with database.reading() as rows:
        found = await rows.payments.get(payment.id)
    assert found
    return found


async def becomes(database: SqlDatabase, payment: Payment, *statuses: PaymentStatus) -> None:
    async def there() -> bool:
        return (await kept(database, payment)).status in statuses

    await until(there)


async def test_orders_are_paid_or_not_as_the_cards_say(
    database: SqlDatabase, transport: PaymentTransport, tmp_path: Path
) -> None:
    expected = {
        "approved": PaymentStatus.APPROVED,
        "insufficient_funds": PaymentStatus.DECLINED,
        "processing_error": PaymentStatus.FAILED,
        "late_answer": PaymentStatus.APPROVED,
        "answer_twice": PaymentStatus.APPROVED,
        "decline_then_approve": PaymentStatus.APPROVED,
        "no_answer": PaymentStatus.REQUESTED,
    }
    async with bridging(database, transport):
        payments = await asked(database, *expected)
        for payment, status in zip(payments, expected.values(), strict=True):
            await becomes(database, payment, status)
        async with database.reading() as rows:
            states = [order.payment_state for one in payments if (order := await rows.orders.get(one.order_id))]
            log = await rows.events.read(after=0, upto=999, limit=999)
    paid = [status is PaymentStatus.APPROVED for status in expected.values()]
    assert [state is PaymentState.PAID for state in states] == paid
    approved = [event.subject_id for event in log if event.type is EventType.PAYMENT_APPROVED]
    assert len(approved) == len(set(approved)) == sum(paid)
    assert {str(one.id): Booked(one.amount.minor * it, 0) for one, it in zip(payments, paid, strict=True)} == booked(
        ledger_in(tmp_path)
    )


async def test_what_an_order_does_not_take_is_given_back(
    database: SqlDatabase, transport: PaymentTransport, tmp_path: Path
) -> None:
    """The order was cancelled while the card was asked: the approval comes, and the money goes back."""

    async def cancel(tx: SqlTransaction) -> None:
        order = await tx.orders.lock(payment.order_id)
        assert order
        await tx.orders.update(replace(order, status=OrderStatus.CANCELLED))

    [payment] = await asked(database, "approved")
    await database.transact(cancel)
    async with bridging(database, transport):
        await becomes(database, payment, PaymentStatus.REFUNDED)
    minor = payment.amount.minor
    assert booked(ledger_in(tmp_path)) == {str(payment.id): Booked(minor, minor)}


async def test_requests_wait_in_the_log_while_the_broker_is_away(
    database: SqlDatabase, caplog: pytest.LogCaptureFixture
) -> None:
    way = Recorded()
    way.away = True
    async with following(database) as tail:
        bridge = bridge_of(database, tail, way)
        payments = await asked(database, "approved", "lost_card")
        with caplog.at_level(logging.INFO, logger="worker.bridge"):
            for _ in range(3):
                assert await bridge.step() is False
            assert (way.tries, way.sent) == (3, [])
            way.away = False
            await bridge.step()
            await bridge.step()
        assert [one.payment_id for one in way.sent] == [payment.id for payment in payments]
        await bridge.close()
    said = [record.message for record in caplog.records]
    assert sum("waits in the log" in line for line in said) == 1, "an outage is told of once"
    assert sum("on its way again" in line for line in said) == 1


async def test_a_bridge_goes_on_where_the_last_one_was(database: SqlDatabase) -> None:
    way = Recorded()
    async with following(database) as tail:
        await asked(database, "approved")
        first = bridge_of(database, tail, way)
        await first.step()
        await first.close()
        await happen(database, make_event())
        [later] = await asked(database, "approved")
        second = bridge_of(database, tail, way, "two")
        await second.step()
    assert [one.payment_id for one in way.sent][1:] == [later.id]


async def test_while_one_holds_the_bridge_no_other_is_connected(database: SqlDatabase) -> None:
    ways = [Recorded(), Recorded()]
    async with following(database) as tail:
        one, two = (bridge_of(database, tail, way, holder) for way, holder in zip(ways, ("one", "two"), strict=True))
        await one.step()
        await two.step()
        assert [way.open_to is not None for way in ways] == [True, False]
        await one.close()
        await two.step()
        assert [way.open_to is not None for way in ways] == [False, True]


async def test_after_a_kill_another_takes_over_within_the_lease_and_asks_again(database: SqlDatabase) -> None:
    """Killed between the broker's word and its own commit: the request is sent twice, which changes nothing."""
    killed, heir = Recorded(), Recorded()
    async with following(database) as tail:
        [payment] = await asked(database, "approved")

        class Killed(Exception):
            pass

        async def die(requests: Sequence[Charge | Refund]) -> None:
            killed.sent += requests
            raise Killed

        killed.send = die  # type: ignore[method-assign]
        with pytest.raises(Killed):
            await bridge_of(database, tail, killed).step()
        other = bridge_of(database, tail, heir, "two")

        async def taken_over() -> bool:
            await other.step()
            return bool(heir.sent)

        assert not await taken_over()
        await until(taken_over, seconds=10)
    assert [one.payment_id for one in killed.sent + heir.sent] == [payment.id, payment.id]


async def test_what_is_not_answered_is_asked_again(database: SqlDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    """A broker that was killed has forgotten what it had taken, and nobody else knows of it."""
    monkeypatch.setattr(bridges, "REMINDED_EVERY", timedelta(seconds=0.2))
    way = Recorded()
    async with following(database) as tail:
        payments = await asked(database, "approved", "no_answer", "approved")
        bridge = bridge_of(database, tail, way)
        await bridge.step()
        for payment in payments[::2]:
            await bridge.receive(make_result(payment))
        await database.transact(lambda tx: _owe_back(tx, payments[2]))
        way.sent.clear()

        async def reminded() -> bool:
            await bridge.step()
            return len(way.sent) >= 4  # the refund comes from the log first

        await until(reminded)
        await bridge.close()
    kinds = {(type(one), one.payment_id) for one in way.sent}
    assert kinds == {(Charge, payments[1].id), (Refund, payments[2].id)}


@pytest.mark.parametrize(
    ("waits", "before", "again"),
    [(0.9, 0, False), (1, 0.9, True), (1.9, 1, False), (2, 1, True), (3, 2, False), (4.1, 3.9, True), (7.9, 4, False)],
)
def test_the_waits_between_reminders_double(waits: float, before: float, again: bool) -> None:
    every = bridges.REMINDED_EVERY
    assert bridges.is_time_again(waits * every, before * every) is again


async def _owe_back(tx: SqlTransaction, payment: Payment) -> None:
    order = await tx.orders.lock(payment.order_id)
    assert order
    till = await till_of(tx, [order])
    till.owe_back(till.payments[payment.id], now())
    await till.write(tx, make_cause())


async def test_what_is_not_about_cards_moves_the_place_and_asks_nothing(database: SqlDatabase) -> None:
    way = Recorded()
    async with following(database) as tail:
        bridge = bridge_of(database, tail, way)
        happened = await happen(database, *(make_event() for _ in range(250)))
        assert await bridge.step(), "there is more"
        while await bridge.step():
            pass
        await bridge.close()
    async with database.reading() as rows:
        assert await rows.readers.place(NAME) == happened[-1].place
    assert (way.sent, way.tries) == ([], 0)


async def test_what_is_not_known_to_be_on_disk_is_not_sent(database: SqlDatabase) -> None:
    way = Recorded()
    async with following(database, hears=False) as tail:
        await asked(database, "approved")
        known = tail.place
        bridge = bridge_of(database, tail, way)
        await bridge.step()
        assert (tail.place, way.sent) == (known, [])
        await until(lambda: _moves(tail, bridge, way))
        await bridge.close()
    assert len(way.sent) == 1


async def _moves(tail: Tail, bridge: Bridge, way: Recorded) -> bool:
    tail.look()
    await bridge.step()
    return bool(way.sent)


async def test_an_answer_about_nothing_of_ours_changes_nothing_and_is_told_of(
    database: SqlDatabase, caplog: pytest.LogCaptureFixture
) -> None:
    async with following(database) as tail:
        [payment] = await asked(database, "approved")
        before = tail.place
        bridge = bridge_of(database, tail, Recorded())
        with caplog.at_level(logging.ERROR, logger="worker.bridge"):
            await bridge.receive(make_result(replace(payment, id=new_id())))
        assert tail.place == before
        assert "is about no payment of ours" in caplog.text
    assert (await kept(database, payment)).status is OPEN


async def test_an_answer_is_taken_in_once_by_whoever_brings_it(database: SqlDatabase) -> None:
    """A message that was committed and not acknowledged comes again, to the next bridge."""
    async with following(database) as tail:
        [payment] = await asked(database, "approved")
        result = make_result(payment)
        one, two = (bridge_of(database, tail, Recorded(), holder) for holder in ("one", "two"))
        await asyncio.gather(one.receive(result), two.receive(result))
        await two.receive(result)
        async with database.reading() as rows:
            log: list[Event] = await rows.events.read(after=0, upto=99, limit=99)
    assert [event.type for event in log].count(EventType.PAYMENT_APPROVED) == 1
