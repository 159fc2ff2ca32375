"""The card processor, as tests use it: the ways to it, what is asked of it, and what its ledger says in the end."""

import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from pydantic import SecretStr

from domain.cards import SCENARIOS, Scenario
from domain.charges import Charge, Refund, Result
from domain.clock import now
from domain.events import Event, EventType
from domain.ids import new_id
from domain.money import Money
from domain.payments import Payment
from domain.ports import PaymentTransport, Unavailable
from persistence.database import SqlDatabase, SqlTransaction
from tests.support.things import make_cause, make_payment, make_unpaid
from tests.support.waiting import until
from web.broker import Broker
from web.payment_transports import LEDGER, LocalTransport, MqttTransport
from web.provider import providing
from web.settings import Settings

DELAY, LATE = timedelta(milliseconds=20), timedelta(milliseconds=300)
TRANSPORTS = ("local", "mqtt")
CVC = "739"


def make_charge(scenario: str = "approved", **given: object) -> Charge:
    fields = {
        "payment_id": new_id(),
        "order_id": new_id(),
        "amount": Money(minor=2100, currency="EUR"),
        "token": token_of(scenario),
        "at": now(),
    }
    return Charge(**{**fields, **given})  # type: ignore[arg-type]


def make_refund(charge: Charge, result: Result) -> Refund:
    assert result.transaction_id
    return Refund(payment_id=charge.payment_id, transaction_id=result.transaction_id, amount=charge.amount, at=now())


def token_of(scenario: str) -> str:
    return f"tok_{scenario}_{new_id().hex}"


def card_of(scenario: Scenario, **given: Any) -> dict[str, Any]:
    """As a customer types it: the `payment` of createOrder and the `method` of payOrder."""
    [number] = [number for number, does in SCENARIOS.items() if does is scenario]
    return {"card": {"number": number, "expMonth": 12, "expYear": now().year + 3, "cvc": CVC, "holder": "Ana", **given}}


class Taker:
    """Takes results as the bridge does. While `failing`, it is as if the database were away."""

    def __init__(self) -> None:
        self.results: list[Result] = []
        self.failing = False
        self.failed = 0

    async def __call__(self, result: Result) -> None:
        if self.failing:
            self.failed += 1
            raise Unavailable("the database is away")
        self.results.append(result)

    def about(self, id: UUID) -> list[Result]:
        return [result for result in self.results if result.payment_id == id]

    async def has(self, count: int, *, about: UUID) -> list[Result]:
        async def enough() -> bool:
            return len(self.about(about)) >= count

        await until(enough)
        return self.about(about)


async def sent(transport: PaymentTransport, requests: Sequence[Charge | Refund]) -> None:
    """As the bridge does it: again and again, until the other side has it."""

    async def arrived() -> bool:
        try:
            await transport.send(requests)
        except Unavailable:
            return False
        return True

    await until(arrived)


@asynccontextmanager
async def transport_to(
    kind: str, folder: Path, url: str | None, *, delay: timedelta = DELAY
) -> AsyncIterator[PaymentTransport]:
    """The way to a processor of its own, which runs inside; its ledger is in `folder`."""
    async with AsyncExitStack() as stack:
        if kind == "local":
            yield LocalTransport(folder, delay=delay, late=LATE)
        else:
            assert url
            await stack.enter_async_context(providing(provider_settings(folder, url, delay=delay)))
            yield MqttTransport(Broker.at(url))


def provider_settings(folder: Path, url: str, *, delay: timedelta = DELAY) -> Settings:
    return Settings(data=folder, mqtt_url=SecretStr(url), provider_delay=delay, provider_late=LATE)


async def asked(database: SqlDatabase, *scenarios: str) -> list[Payment]:
    """An order that is to be paid by card, for each scenario, as a request leaves it."""
    payments = []

    async def ask(tx: SqlTransaction) -> None:
        for scenario in scenarios:
            order = make_unpaid(pay_until=now() + timedelta(minutes=30))
            payment = make_payment(order, token=token_of(scenario), created_at=now(), updated_at=now())
            payments.append(payment)
            await tx.orders.add([order])
            await tx.payments.add([payment])
            tx.events.append(Event(type=EventType.PAYMENT_REQUESTED, subject=payment, cause=make_cause()))

    await database.transact(ask)
    return payments


@dataclass(frozen=True, slots=True)
class Booked:
    """What the processor's ledger has about one payment, in minor units."""

    captured: int
    refunded: int


def booked(ledger: Path) -> dict[str, Booked]:
    """By payment id. The ledger of a processor that runs may be read too."""
    with closing(sqlite3.connect(f"file:{ledger}?mode=ro", uri=True)) as connection:
        rows = connection.execute("SELECT payment_id, amount * captured, amount * refunded FROM charges").fetchall()
    return {id: Booked(captured, refunded) for id, captured, refunded in rows}


def ledger_in(folder: Path) -> Path:
    return folder / LEDGER
