"""Webhooks: who is sent what, and when it is tried again."""

import base64
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from domain.bodies import body_of
from domain.clock import now
from domain.events import Event, EventType, Place
from domain.ids import new_id
from domain.orders import OrderStatus
from domain.refusals import InvalidInput, NotAllowed, NotFound, Refused
from domain.users import Role, User, Viewer
from domain.webhooks import (
    MOST_ENDPOINTS,
    Answer,
    DeliveryStatus,
    Outcome,
    WebhookEndpoint,
    create,
    delete,
    delivery_of,
    endpoint,
    new_secret,
    outcome,
    ping,
    redeliver,
    rendered,
)
from tests.domain.fakes import FakeShop
from tests.support.things import (
    NOON,
    SECRET,
    make_cause,
    make_claimed,
    make_endpoint,
    make_event,
    make_order,
    make_user,
    make_viewer,
)

READY, REGISTERED, PING = EventType.ORDER_READY, EventType.USER_REGISTERED, EventType.WEBHOOK_PING
SCHEDULE = [timedelta(seconds=5), timedelta(minutes=5), timedelta(hours=2)]


def answered(status: int | None, *, error: str | None = None, body: str = "") -> Answer:
    return Answer(status=status, error=error, body=body, duration_ms=12)


def tried(
    attempt: int, status: int | None = 500, *, jitter: float = 1.0, schedule: Sequence[timedelta] = SCHEDULE
) -> Outcome:
    return outcome(make_claimed(attempt=attempt), answered(status), started=NOON, schedule=schedule, jitter=jitter)


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
        before = datetime.now(UTC)
        again = tried(attempt, jitter=jitter).next_attempt_at
        after = datetime.now(UTC)
        wait = SCHEDULE[attempt - 1] * jitter
        assert again
        assert before + wait <= again <= after + wait

    @pytest.mark.parametrize("attempt", [4, 5, 40])
    def test_after_the_last_wait_it_has_failed(self, attempt: int) -> None:
        failed = tried(attempt)
        assert (failed.status, failed.next_attempt_at) == (DeliveryStatus.FAILED, None)

    def test_the_last_attempt_may_still_succeed(self) -> None:
        assert tried(4, 200).status is DeliveryStatus.SUCCEEDED

    def test_without_a_schedule_there_is_one_attempt(self) -> None:
        assert tried(1, schedule=[]).status is DeliveryStatus.FAILED

    def test_an_attempt_is_written_down_as_it_went(self) -> None:
        claimed = make_claimed(attempt=2)
        failed = answered(503, body="later")
        attempt = outcome(claimed, failed, started=NOON, schedule=SCHEDULE, jitter=1).attempt
        assert (attempt.delivery_id, attempt.number, attempt.at) == (claimed.id, 2, NOON)
        assert (attempt.status, attempt.error, attempt.response_body, attempt.duration_ms) == (503, None, "later", 12)

    def test_an_attempt_without_an_answer_says_why(self) -> None:
        nothing = answered(None, error="connection refused")
        attempt = outcome(make_claimed(), nothing, started=NOON, schedule=SCHEDULE, jitter=1).attempt
        assert (attempt.status, attempt.error, attempt.response_body) == (None, "connection refused", None)


class TestWants:
    @staticmethod
    def wants(owner: User, event: Event, *types: EventType) -> bool:
        return make_endpoint(owner_id=owner.id, types=types or (READY, REGISTERED)).wants(event, owner)

    @pytest.mark.parametrize("role", [Role.CUSTOMER, Role.SELLER])
    def test_an_owner_who_is_not_staff_is_sent_their_own_events(self, role: Role) -> None:
        owner = make_user(role)
        assert self.wants(owner, make_event(READY, make_order(customer_id=owner.id)))
        assert self.wants(owner, make_event(REGISTERED, owner))
        assert not self.wants(owner, make_event(READY, make_order()))
        assert not self.wants(owner, make_event(REGISTERED, make_user()))

    @pytest.mark.parametrize("role", [Role.OPERATOR, Role.ADMIN])
    def test_staff_are_sent_everybodys_events(self, role: Role) -> None:
        assert self.wants(make_user(role), make_event(READY))
        assert self.wants(make_user(role), make_event(REGISTERED, make_user()))

    def test_a_right_that_was_lost_counts_from_now_on(self) -> None:
        owner = make_user(Role.ADMIN)
        theirs = make_endpoint(owner_id=owner.id)
        assert theirs.wants(make_event(READY), owner)
        assert not theirs.wants(make_event(READY), make_user(Role.SELLER, id=owner.id))

    def test_an_owner_who_was_switched_off_is_sent_nothing(self) -> None:
        owner = make_user(Role.ADMIN, active=False)
        assert not self.wants(owner, make_event(READY))
        assert not self.wants(owner, make_event(READY, make_order(customer_id=owner.id)))

    def test_only_the_types_that_were_asked_for_are_sent(self) -> None:
        owner = make_user(Role.ADMIN)
        assert self.wants(owner, make_event(READY), READY)
        assert not self.wants(owner, make_event(EventType.ORDER_CREATED), READY)

    def test_a_ping_is_sent_to_nobody_through_the_log(self) -> None:
        owner = make_user(Role.ADMIN)
        theirs = make_endpoint(owner_id=owner.id, types=tuple(EventType))
        assert not theirs.wants(make_event(PING, theirs), owner)
        assert not theirs.wants(make_event(PING, make_endpoint()), owner)


class TestEndpoints:
    @staticmethod
    def asked(viewer: Viewer, name: str = "Warehouse", types: Sequence[EventType] = (READY,)) -> WebhookEndpoint:
        return endpoint(viewer, name=name, url="https://warehouse.example.test/", types=types, secret=SECRET)

    def test_a_secret_is_24_random_bytes_as_the_standard_writes_them(self) -> None:
        first, second = new_secret(), new_secret()
        assert first != second
        assert first.startswith("whsec_")
        assert len(base64.b64decode(first.removeprefix("whsec_"))) == 24

    def test_an_endpoint_shows_the_end_of_its_secret_and_each_type_once(self) -> None:
        viewer = make_viewer(Role.SELLER)
        made = self.asked(viewer, " Warehouse ", [READY, REGISTERED, READY])
        assert (made.name, made.owner_id, made.types) == ("Warehouse", viewer.user_id, (READY, REGISTERED))
        assert made.secret_hint == f"…{SECRET[-4:]}"
        assert SECRET not in repr(made)

    def test_a_customer_may_not_have_endpoints(self) -> None:
        with pytest.raises(Refused) as refused:
            self.asked(make_viewer(Role.CUSTOMER))
        assert isinstance(refused.value.refusal, NotAllowed)

    def test_everything_that_is_wrong_is_said_at_once(self) -> None:
        with pytest.raises(Refused) as refused:
            self.asked(make_viewer(Role.SELLER), " ", [])
        assert isinstance(refused.value.refusal, InvalidInput)
        assert [issue.path for issue in refused.value.refusal.issues] == [("input", "name"), ("input", "types")]

    async def test_a_new_endpoint_hears_of_what_happens_from_now_on(self) -> None:
        shop, made = FakeShop(), make_endpoint()
        shop.events.place = Place(position=41, mark=b"mark")
        await create(shop.tx, made, secret=SECRET)
        assert shop.endpoints.places == {made.id: shop.events.place}
        assert shop.endpoints.secrets == {made.id: SECRET}

    async def test_there_are_so_many_endpoints_for_one_owner_and_no_more(self) -> None:
        owner_id = new_id()
        theirs = [make_endpoint(owner_id=owner_id) for _ in range(MOST_ENDPOINTS)]
        shop = FakeShop(endpoints=theirs[1:])
        await create(shop.tx, theirs[0], secret=SECRET)
        with pytest.raises(Refused) as refused:
            await create(shop.tx, make_endpoint(owner_id=owner_id), secret=SECRET)
        assert isinstance(refused.value.refusal, InvalidInput)
        await create(shop.tx, make_endpoint(), secret=SECRET)

    @pytest.mark.parametrize("role", [Role.SELLER, Role.OPERATOR])
    async def test_an_endpoint_of_somebody_else_is_unknown(self, role: Role) -> None:
        theirs = make_endpoint()
        shop, stranger = FakeShop(endpoints=[theirs]), make_viewer(role)
        with pytest.raises(Refused) as refused:
            await delete(shop.tx, stranger, theirs.id)
        assert refused.value.refusal == NotFound(id=str(theirs.id))
        with pytest.raises(Refused):
            await ping(shop.tx, stranger, theirs.id, cause=make_cause())
        assert theirs.id in shop.endpoints.rows
        assert shop.events.appended == []

    async def test_owners_and_admins_delete_an_endpoint(self) -> None:
        first, second = make_endpoint(), make_endpoint()
        shop = FakeShop(endpoints=[first, second])
        await delete(shop.tx, make_viewer(Role.SELLER, user_id=first.owner_id), first.id)
        await delete(shop.tx, make_viewer(Role.ADMIN), second.id)
        assert shop.endpoints.rows == {}

    async def test_a_ping_is_one_event_and_one_delivery_to_that_endpoint(self) -> None:
        theirs, other = make_endpoint(types=(READY,)), make_endpoint()
        shop = FakeShop(endpoints=[theirs, other])
        delivery = await ping(shop.tx, make_viewer(Role.SELLER, user_id=theirs.owner_id), theirs.id, cause=make_cause())
        [event] = shop.events.appended
        assert (event.type, event.subject) == (PING, theirs)
        assert shop.deliveries.rows == {delivery.id: delivery}
        assert (delivery.endpoint_id, delivery.event_id, delivery.event_type) == (theirs.id, event.id, PING)
        assert delivery.next_attempt_at


class TestRedeliver:
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

    async def test_a_delivery_of_somebody_else_is_as_unknown_as_one_that_never_was(self) -> None:
        theirs = make_endpoint()
        shop = FakeShop(endpoints=[theirs])
        delivery = await ping(shop.tx, make_viewer(Role.ADMIN), theirs.id, cause=make_cause())
        for id in (delivery.id, new_id()):
            with pytest.raises(Refused) as refused:
                await redeliver(shop.tx, make_viewer(Role.OPERATOR), id)
            assert refused.value.refusal == NotFound(id=str(id))


class TestDeliveryOf:
    def test_a_body_is_rendered_when_the_event_is_fanned_out(self) -> None:
        event, target = make_event(READY, make_order(status=OrderStatus.PROCESSED)), make_endpoint()
        delivery = delivery_of(event, target, rendered(event))
        assert (delivery.endpoint_id, delivery.event_id, delivery.event_type) == (target.id, event.id, READY)
        assert delivery.body == body_of(event)
        assert (delivery.status, delivery.attempt, delivery.settled_at) == (DeliveryStatus.PENDING, 0, None)
        assert delivery.next_attempt_at == delivery.created_at

    def test_a_body_that_cannot_be_rendered_is_a_failed_delivery(self) -> None:
        broken: Any = make_order(items=None)
        event = make_event(READY, cast(Any, broken))
        delivery = delivery_of(event, make_endpoint(), rendered(event))
        assert (delivery.status, delivery.next_attempt_at) == (DeliveryStatus.FAILED, None)
        assert delivery.settled_at == delivery.created_at
        assert delivery.body == "", "what went wrong here is nobody else's business"

    def test_an_error_that_quotes_the_receiver_is_cut_to_what_is_kept(self) -> None:
        answer = Answer(status=None, error="x" * 5000, body="", duration_ms=1)
        ended = outcome(make_claimed(), answer, started=now(), schedule=[timedelta(1)], jitter=1)
        assert len(ended.attempt.error or "") == 500
