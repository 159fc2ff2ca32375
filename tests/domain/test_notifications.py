"""Notifications: what an owner is told."""

import pytest

from domain.events import Actor, ActorKind, Cause, Event, EventType
from domain.notifications import for_event
from domain.orders import OrderStatus
from tests.support.things import make_cause, make_endpoint, make_event, make_order, make_user

CANCELLED = OrderStatus.CANCELLED


def test_an_owner_is_told_that_an_order_is_ready() -> None:
    order = make_order(serial=7, status=OrderStatus.PROCESSED)
    event = make_event(EventType.ORDER_READY, order)
    told = for_event(event)
    assert told
    assert (told.user_id, told.event_id, told.created_at) == (order.customer_id, event.id, event.at)
    assert (told.title, told.body) == ("Order SW-000007 is ready", "We have processed your order of 21.00 EUR.")
    assert told.read_at is None


@pytest.mark.parametrize(
    ("reason", "body"), [("sold out", "sold out"), (None, "The shop cancelled it."), ("", "The shop cancelled it.")]
)
def test_an_owner_is_told_that_the_shop_has_cancelled(reason: str | None, body: str) -> None:
    order = make_order(serial=7, status=CANCELLED, cancel_reason=reason)
    told = for_event(make_event(EventType.ORDER_CANCELLED, order, cause=make_cause(make_user().id)))
    assert told
    assert (told.title, told.body) == ("Order SW-000007 was cancelled", body)


def test_an_owner_is_told_that_an_order_is_complete() -> None:
    order = make_order(serial=7, status=OrderStatus.COMPLETED)
    told = for_event(make_event(EventType.ORDER_COMPLETED, order))
    assert told
    assert (told.title, told.body) == ("Order SW-000007 is complete", "You have your order of 21.00 EUR. Thank you.")


def test_an_owner_is_told_what_the_shop_has_changed_but_not_what_they_changed_themselves() -> None:
    order = make_order(serial=7)
    told = for_event(make_event(EventType.ORDER_UPDATED, order, cause=make_cause(make_user().id)))
    assert told
    assert (told.title, told.body) == ("Order SW-000007 was changed", "The shop changed it: it is now 21.00 EUR.")
    assert for_event(make_event(EventType.ORDER_UPDATED, order, cause=make_cause(order.customer_id))) is None


def test_an_owner_who_cancels_is_not_told_of_it() -> None:
    order = make_order(status=CANCELLED)
    assert for_event(make_event(EventType.ORDER_CANCELLED, order, cause=make_cause(order.customer_id))) is None


def test_what_the_system_cancels_is_told() -> None:
    order = make_order(status=CANCELLED)
    system = Cause(actor=Actor(kind=ActorKind.SYSTEM))
    assert for_event(make_event(EventType.ORDER_CANCELLED, order, cause=system))


@pytest.mark.parametrize(
    "event",
    [
        make_event(EventType.ORDER_CREATED, make_order()),
        make_event(EventType.USER_REGISTERED, make_user()),
        make_event(EventType.WEBHOOK_PING, make_endpoint()),
    ],
    ids=lambda event: event.type.dotted,
)
def test_of_other_events_there_is_nothing_to_tell(event: Event) -> None:
    assert for_event(event) is None
