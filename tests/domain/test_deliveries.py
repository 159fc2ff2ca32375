"""Webhook deliveries: how an attempt ends, when it is tried again, and what may be asked for."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast

import pytest

from domain.bodies import body_of
from domain.clock import now
from domain.deliveries import DeliveryStatus, Outcome, delivery_of, ping, redeliver, rendered
from domain.events import Event, EventType
from domain.ids import new_id
from domain.orders import OrderStatus
from domain.refusals import NotFound, Refused
from domain.settling import outcome
from domain.users import Role
from tests.domain.fakes import FakeShop
from tests.support.things import (
    NOON,
    make_answer,
    make_cause,
    make_claimed,
    make_endpoint,
    make_event,
    make_order,
    make_viewer,
)

READY, PING = EventType.ORDER_READY, EventType.WEBHOOK_PING
SCHEDULE = [timedelta(seconds=5), timedelta(minutes=5), timedelta(hours=2)]
HOUR = timedelta(hours=1)


class Default:
    """The shape of an endpoint without a document."""

    def wants(self, event: Event) -> bool:
        return True

    def body(self, event: Event) -> str:
        return body_of(event)


def tried(
    attempt: int,
    status: int | None = 500,
    *,
    jitter: float = 1.0,
    schedule: Sequence[timedelta] = SCHEDULE,
    wish: timedelta | None = None,
) -> Outcome:
    answer = make_answer(status, retry_after=wish)
    return outcome(make_claimed(attempt=attempt), answer, started=NOON, schedule=schedule, jitter=jitter)


def waits(made: Outcome, wait: timedelta, *, since: datetime) -> bool:
    """Whether it is due again so long after it was decided, which was after `since` and before now."""
    return made.next_attempt_at is not None and since <= made.next_attempt_at - wait <= now()


class TestOutcome:
    @pytest.mark.parametrize("status", [200, 201, 204, 299])
    def test_any_2xx_settles_a_delivery(self, status: int) -> None:
        settled = tried(1, status)
        assert (settled.status, settled.next_attempt_at) == (DeliveryStatus.SUCCEEDED, None)

    @pytest.mark.parametrize("status", [None, 100, 199, 300, 302, 400, 410, 429, 500, 503])
    def test_anything_else_is_tried_again(self, status: int | None) -> None:
        assert tried(1, status).status is DeliveryStatus.RETRYING

    @pytest.mark.parametrize("jitter", [0.8, 1.0, 1.2])
    @pytest.mark.parametrize("attempt", [1, 2, 3])
    def test_each_attempt_is_followed_by_its_own_wait(self, attempt: int, jitter: float) -> None:
        before = now()
        assert waits(tried(attempt, jitter=jitter), SCHEDULE[attempt - 1] * jitter, since=before)

    @pytest.mark.parametrize("attempt", [4, 5, 40])
    def test_after_the_last_wait_it_has_failed(self, attempt: int) -> None:
        failed = tried(attempt, 503, wish=HOUR)
        assert (failed.status, failed.next_attempt_at) == (DeliveryStatus.FAILED, None)

    def test_the_last_attempt_may_still_succeed(self) -> None:
        assert tried(4, 200).status is DeliveryStatus.SUCCEEDED

    def test_without_a_schedule_there_is_one_attempt(self) -> None:
        assert tried(1, schedule=[]).status is DeliveryStatus.FAILED

    @pytest.mark.parametrize("status", [429, 503])
    @pytest.mark.parametrize(
        ("wish", "wait"),
        [
            (HOUR, HOUR),
            (timedelta(hours=24), timedelta(hours=24)),
            (timedelta(days=300), timedelta(hours=24)),
            (timedelta(minutes=4), SCHEDULE[1]),
            (timedelta(0), SCHEDULE[1]),
            (None, SCHEDULE[1]),
        ],
    )
    def test_a_busy_receiver_is_left_alone_as_long_as_it_asks_and_not_for_more_than_a_day(
        self, status: int, wish: timedelta | None, wait: timedelta
    ) -> None:
        before = now()
        assert waits(tried(2, status, wish=wish), wait, since=before)

    @pytest.mark.parametrize("status", [None, 400, 408, 410, 500, 502, 504])
    def test_one_that_is_not_busy_has_no_say_in_when_it_is_tried_again(self, status: int | None) -> None:
        before = now()
        assert waits(tried(2, status, wish=HOUR), SCHEDULE[1], since=before)

    def test_an_attempt_is_written_down_as_it_went(self) -> None:
        claimed = make_claimed(attempt=2)
        failed = make_answer(503, body="later")
        attempt = outcome(claimed, failed, started=NOON, schedule=SCHEDULE, jitter=1).attempt
        assert (attempt.delivery_id, attempt.number, attempt.at) == (claimed.id, 2, NOON)
        assert (attempt.status, attempt.error, attempt.response_body, attempt.duration_ms) == (503, None, "later", 12)

    def test_an_attempt_without_an_answer_says_why(self) -> None:
        nothing = make_answer(None, error="connection refused")
        attempt = outcome(make_claimed(), nothing, started=NOON, schedule=SCHEDULE, jitter=1).attempt
        assert (attempt.status, attempt.error, attempt.response_body) == (None, "connection refused", None)

    def test_an_error_that_quotes_the_receiver_is_cut_to_what_is_kept(self) -> None:
        ended = outcome(make_claimed(), make_answer(None, error="x" * 5000), started=now(), schedule=SCHEDULE, jitter=1)
        assert ended.attempt.error == "x" * 500


class TestAskedFor:
    async def test_a_ping_is_one_event_and_one_delivery_to_that_endpoint(self) -> None:
        theirs, other = make_endpoint(types=(READY,)), make_endpoint()
        shop = FakeShop(endpoints=[theirs, other])
        delivery = await ping(shop.tx, make_viewer(Role.SELLER, user_id=theirs.owner_id), theirs.id, cause=make_cause())
        [event] = shop.events.appended
        assert (event.type, event.subject) == (PING, theirs)
        assert shop.deliveries.rows == {delivery.id: delivery}
        assert (delivery.endpoint_id, delivery.event_id, delivery.event_type) == (theirs.id, event.id, PING)
        assert delivery.next_attempt_at
        assert delivery.manual

    async def test_the_same_bytes_are_due_once_more(self) -> None:
        theirs = make_endpoint()
        shop, owner = FakeShop(endpoints=[theirs]), make_viewer(Role.SELLER, user_id=theirs.owner_id)
        first = await ping(shop.tx, owner, theirs.id, cause=make_cause())
        again = await redeliver(shop.tx, owner, first.id)
        assert (again.id, again.event_id, again.body) == (first.id, first.event_id, first.body)
        assert (again.status, again.settled_at) == (DeliveryStatus.PENDING, None)
        assert again.next_attempt_at
        assert first.next_attempt_at
        assert again.next_attempt_at >= first.next_attempt_at

    async def test_one_without_a_body_stays_failed(self) -> None:
        theirs = make_endpoint()
        shop, owner = FakeShop(endpoints=[theirs]), make_viewer(user_id=theirs.owner_id)
        broken = delivery_of(make_event(), theirs, None)
        await shop.deliveries.add([broken])
        assert await redeliver(shop.tx, owner, broken.id) == broken == shop.deliveries.rows[broken.id]

    async def test_a_delivery_of_somebody_else_is_as_unknown_as_one_that_never_was(self) -> None:
        theirs = make_endpoint()
        shop = FakeShop(endpoints=[theirs])
        delivery = await ping(shop.tx, make_viewer(Role.ADMIN), theirs.id, cause=make_cause())
        for id in (delivery.id, new_id()):
            with pytest.raises(Refused) as refused:
                await redeliver(shop.tx, make_viewer(Role.OPERATOR), id)
            assert refused.value.refusal == NotFound(id=str(id))


class TestDeliveryOf:
    def test_a_delivery_has_the_body_and_what_its_event_is_about(self) -> None:
        order = make_order(status=OrderStatus.PROCESSED)
        event, target = make_event(READY, order, position=7), make_endpoint()
        delivery = delivery_of(event, target, rendered(Default(), event))
        assert (delivery.endpoint_id, delivery.event_id, delivery.event_type) == (target.id, event.id, READY)
        assert (delivery.subject_id, delivery.event_owner_id, delivery.position) == (order.id, order.customer_id, 7)
        assert delivery.body == body_of(event)
        assert (delivery.status, delivery.attempt, delivery.settled_at) == (DeliveryStatus.PENDING, 0, None)
        assert delivery.next_attempt_at == delivery.created_at
        assert not delivery.manual

    def test_a_body_that_cannot_be_rendered_is_a_failed_delivery(self) -> None:
        broken: Any = make_order(items=None)
        event = make_event(READY, cast(Any, broken))
        delivery = delivery_of(event, make_endpoint(), rendered(Default(), event))
        assert (delivery.status, delivery.next_attempt_at) == (DeliveryStatus.FAILED, None)
        assert delivery.settled_at == delivery.created_at
        assert delivery.body == "", "what went wrong here is nobody else's business"
