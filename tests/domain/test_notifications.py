"""Notifications: what an owner is told."""

from typing import Any

import pytest

from domain.events import Actor, ActorKind, Cause, Event, EventType
from domain.notifications import for_event
from domain.orders import Order, OrderStatus
from domain.payments import Payment, PaymentMethod, PaymentStatus
from tests.support.things import make_cause, make_endpoint, make_event, make_order, make_payment, make_user

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


@pytest.mark.parametrize(
    ("type", "given", "title", "body"),
    [
        (EventType.PAYMENT_APPROVED, {}, "Your payment has arrived", "21.00 EUR by visa …1111"),
        (
            EventType.PAYMENT_DECLINED,
            {"decline_reason": "lost_card"},
            "Your payment was declined",
            "21.00 EUR by visa …1111: lost_card",
        ),
        (EventType.PAYMENT_FAILED, {"decline_reason": "late"}, "Your payment failed", "21.00 EUR by visa …1111: late"),
        (EventType.PAYMENT_REFUNDED, {"method": PaymentMethod.CASH}, "You were given your money back", "21.00 EUR"),
    ],
)
def test_a_customer_is_told_what_became_of_a_payment(
    type: EventType, given: dict[str, Any], title: str, body: str
) -> None:
    payment = make_payment(**given)
    told = for_event(make_event(type, payment))
    assert told
    assert (told.user_id, told.title, told.body) == (payment.customer_id, title, body)


@pytest.mark.parametrize("type", [EventType.PAYMENT_REQUESTED, EventType.PAYMENT_REFUND_REQUESTED])
def test_a_customer_is_not_told_what_is_asked_of_others(type: EventType) -> None:
    assert for_event(make_event(type, make_payment())) is None


@pytest.mark.parametrize("kind", [ActorKind.PAYMENT_PROVIDER, ActorKind.SYSTEM])
def test_what_a_payment_does_to_an_order_is_told_once(kind: ActorKind) -> None:
    """Of the payment, and not of the order too."""
    assert for_event(make_event(EventType.ORDER_UPDATED, cause=Cause(actor=Actor(kind=kind)))) is None


@pytest.mark.parametrize("subject", [make_order(), make_payment(status=PaymentStatus.FAILED)])
def test_of_a_quiet_event_nobody_is_told(subject: Order | Payment) -> None:
    type = EventType.ORDER_UPDATED if isinstance(subject, Order) else EventType.PAYMENT_FAILED
    staff = make_cause(make_user().id)
    assert for_event(make_event(type, subject, cause=staff))
    assert for_event(make_event(type, subject, cause=staff, quiet=True)) is None
