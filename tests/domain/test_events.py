"""Events: what has happened, and where in the log."""

from uuid import UUID

import pytest

from domain.events import START, Event, EventType, Place
from tests.support.things import make_cause, make_event, make_order


@pytest.mark.parametrize(
    ("type", "name"),
    [
        (EventType.USER_REGISTERED, "user.registered"),
        (EventType.ORDER_CREATED, "order.created"),
        (EventType.ORDER_READY, "order.ready"),
        (EventType.ORDER_CANCELLED, "order.cancelled"),
        (EventType.WEBHOOK_PING, "webhook.ping"),
    ],
)
def test_webhooks_spell_an_event_with_a_dot(type: EventType, name: str) -> None:
    assert type.dotted == name


def test_a_place_is_a_position_and_the_end_of_the_id_there() -> None:
    event = make_event(id=UUID("01997bc9-d45b-7000-8000-0000deadbeef"))
    assert event.position == START.position == 0
    assert event.at_position(7).place == Place(position=7, mark=bytes.fromhex("deadbeef"))


def test_an_event_that_gets_its_position_is_otherwise_the_same() -> None:
    event = make_event()
    placed = event.at_position(7)
    assert placed != event
    assert placed.at_position(0) == event


def test_an_event_speaks_for_its_subject() -> None:
    order = make_order(version=4)
    event = Event(type=EventType.ORDER_READY, subject=order, cause=make_cause())
    assert (event.subject_id, event.version, event.owner_id) == (order.id, 4, order.customer_id)


def test_what_one_request_does_is_joined_by_one_id_and_each_request_has_its_own() -> None:
    assert make_cause().correlation_id != make_cause().correlation_id
