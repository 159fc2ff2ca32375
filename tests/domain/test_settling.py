"""Settling: what the answers of a receiver mean for its endpoint."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.circuits import CLOSED, Circuit
from domain.clock import now
from domain.deliveries import Outcome
from domain.events import EventType
from domain.settling import Patience, outcome, settle
from domain.webhooks import WebhookEndpoint, WebhookStatus
from tests.domain.fakes import FakeShop
from tests.support.things import NOON, make_answer, make_claimed, make_endpoint

DISABLED, EXHAUSTED = EventType.WEBHOOK_DISABLED, EventType.WEBHOOK_EXHAUSTED
SCHEDULE = [timedelta(seconds=5), timedelta(minutes=5), timedelta(hours=2)]
PATIENCE = Patience(schedule=SCHEDULE, give_up_after=timedelta(days=5))
DAY = timedelta(days=1)


def ended(target: WebhookEndpoint, *statuses: int, at: datetime, **given: Any) -> list[Outcome]:
    """One delivery each, sent a second after another."""
    return [
        outcome(
            make_claimed(endpoint_id=target.id, **given),
            make_answer(status),
            started=at + number * timedelta(seconds=1),
            schedule=SCHEDULE,
            jitter=1,
        )
        for number, status in enumerate(statuses)
    ]


def shop_with(*targets: WebhookEndpoint, **circuit: Any) -> FakeShop:
    shop = FakeShop(endpoints=targets)
    if circuit:
        shop.endpoints.kept_circuits = {one.id: Circuit(**circuit) for one in targets}
    return shop


async def test_failures_in_a_row_open_the_circuit_of_that_endpoint_only() -> None:
    dead, well, at = make_endpoint(), make_endpoint(), now()
    shop = shop_with(dead, well)
    outcomes = ended(dead, 500, 500, 404, 500, 503, at=at) + ended(well, 200, at=at)
    await settle(shop.tx, outcomes, PATIENCE)
    assert shop.endpoints.kept_circuits == {
        dead.id: Circuit(failures=5, failing_since=at, retry_at=at + timedelta(seconds=4) + SCHEDULE[0])
    }
    assert shop.events.appended == []


async def test_they_count_in_the_order_in_which_they_were_sent() -> None:
    target, at = make_endpoint(), now()
    shop = shop_with(target)
    outcomes = ended(target, 500, 200, 500, 500, at=at)
    await settle(shop.tx, outcomes[::-1], PATIENCE)
    circuit = shop.endpoints.kept_circuits[target.id]
    assert (circuit.failures, circuit.failing_since) == (2, at + timedelta(seconds=2))


async def test_a_success_closes_it() -> None:
    target = make_endpoint()
    shop = shop_with(target, failures=7, failing_since=NOON, probes=2, retry_at=NOON)
    await settle(shop.tx, ended(target, 204, at=now(), probe=True), PATIENCE)
    assert shop.endpoints.kept_circuits == {target.id: CLOSED}


async def test_an_attempt_whose_lease_was_lost_decides_nothing() -> None:
    target, at = make_endpoint(), now()
    shop = shop_with(target)
    outcomes = ended(target, *[410] * 5, at=at) + ended(target, 500, at=at, attempt=4)
    shop.deliveries.lost = {one.claimed.id for one in outcomes}
    await settle(shop.tx, outcomes, PATIENCE)
    assert (shop.endpoints.kept_circuits, shop.events.appended) == ({}, [])
    assert shop.endpoints.rows == {target.id: target}


async def test_410_disables_it_and_says_so() -> None:
    target, other = make_endpoint(version=3), make_endpoint()
    shop = shop_with(target, other)
    await settle(shop.tx, ended(target, 410, at=now()) + ended(other, 404, at=now()), PATIENCE)
    disabled = replace(target, status=WebhookStatus.DISABLED, disabled_reason="It answered 410 (Gone).", version=4)
    assert shop.endpoints.rows == {target.id: disabled, other.id: other}
    assert [(event.type, event.subject) for event in shop.events.appended] == [(DISABLED, disabled)]


async def test_one_that_is_disabled_is_not_disabled_again() -> None:
    target = make_endpoint(status=WebhookStatus.DISABLED)
    shop = shop_with(target)
    await settle(shop.tx, ended(target, 410, 410, at=now()), PATIENCE)
    assert (shop.endpoints.rows, shop.events.appended) == ({target.id: target}, [])


@pytest.mark.parametrize(("days", "is_disabled"), [(4.9, False), (5.1, True)])
async def test_one_to_which_nothing_gets_through_for_five_days_is_disabled(days: float, is_disabled: bool) -> None:
    target, since = make_endpoint(), now() - timedelta(days=days)
    shop = shop_with(target, failures=40, failing_since=since, probes=9, retry_at=now())
    await settle(shop.tx, ended(target, 500, at=now(), probe=True), PATIENCE)
    found = shop.endpoints.rows[target.id]
    assert (found.status is WebhookStatus.DISABLED) == is_disabled
    if is_disabled:
        assert found.disabled_reason == (f"Nothing has got through since {since:%Y-%m-%d %H:%M} UTC, in 41 attempts.")
    assert [event.type for event in shop.events.appended] == [DISABLED] * is_disabled


async def test_one_that_answers_after_five_days_is_not_disabled() -> None:
    target = make_endpoint()
    shop = shop_with(target, failures=40, failing_since=now() - 6 * DAY, probes=9, retry_at=now())
    await settle(shop.tx, ended(target, 200, at=now(), probe=True), PATIENCE)
    assert (shop.endpoints.rows, shop.events.appended) == ({target.id: target}, [])


async def test_each_delivery_that_is_given_up_is_an_event_about_its_endpoint() -> None:
    target, at = make_endpoint(), now()
    shop = shop_with(target)
    outcomes = ended(target, 500, 500, at=at, attempt=4) + ended(target, 500, at=at, attempt=3)
    await settle(shop.tx, outcomes, PATIENCE)
    assert [(event.type, event.subject) for event in shop.events.appended] == [(EXHAUSTED, target)] * 2


async def test_of_an_endpoint_that_was_deleted_nothing_is_decided() -> None:
    shop = shop_with()
    await settle(shop.tx, ended(make_endpoint(), 410, at=now()), PATIENCE)
    assert (shop.endpoints.kept_circuits, shop.events.appended) == ({}, [])
