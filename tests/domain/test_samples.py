"""Samples: an event of each type that a client may be told of, the same each time, and as the rules would make it."""

import json

import pytest

from domain.bodies import body_of
from domain.events import ActorKind, EventType
from domain.ids import new_id
from domain.orders import NEXT, Order, OrderStatus
from domain.samples import sample
from domain.users import User
from domain.webhooks import WebhookEndpoint, WebhookStatus

PUBLISHED = [type for type in EventType if not type.is_internal]


@pytest.mark.parametrize("type", PUBLISHED)
def test_there_is_one_of_each_type_and_it_has_a_body(type: EventType) -> None:
    owner_id = new_id()
    made = sample(type, owner_id=owner_id)
    assert (made.type, made.owner_id) == (type, owner_id)
    assert made == sample(type, owner_id=owner_id)
    body = json.loads(body_of(made))
    assert (body["type"], body["timestamp"]) == (type.dotted, "2026-03-14T09:26:53.589793Z")
    assert made.position > 0


@pytest.mark.parametrize("type", [type for type in PUBLISHED if type.value.startswith("ORDER_")])
def test_an_order_is_in_a_status_that_it_can_have_come_to(type: EventType) -> None:
    made = sample(type, owner_id=new_id())
    assert isinstance(made.subject, Order)
    order, before = made.subject, made.previous_status
    assert before in (None, order.status) or order.status in NEXT[before]
    assert (before is None) == (type is EventType.ORDER_CREATED) == (order.version == 1)
    assert (order.processed_at is None) == (order.status not in (OrderStatus.PROCESSED, OrderStatus.COMPLETED))
    assert (order.cancel_reason is None) == (order.status is not OrderStatus.CANCELLED)
    assert (order.total.minor, order.total.currency) == (5000, "EUR")
    ends = {EventType.ORDER_READY: "PROCESSED", EventType.ORDER_COMPLETED: "COMPLETED"}
    assert order.status == {**ends, EventType.ORDER_CANCELLED: "CANCELLED"}.get(type, "PENDING")


def test_what_a_person_did_names_them_and_what_the_shop_did_names_nobody() -> None:
    owner_id = new_id()
    by = {type: sample(type, owner_id=owner_id).cause.actor for type in PUBLISHED}
    shops = {type for type, actor in by.items() if actor.user_id is None}
    told = {"PAYMENT_APPROVED", "PAYMENT_DECLINED", "PAYMENT_REFUNDED"}  # by the processor of cards
    assert shops == {"ORDER_READY", "PAYMENT_FAILED", "WEBHOOK_DISABLED", "WEBHOOK_EXHAUSTED"} | told
    assert by[EventType.ORDER_READY].kind is ActorKind.POLLER
    assert {type for type, actor in by.items() if actor.kind is ActorKind.PAYMENT_PROVIDER} == told
    assert all(actor.user_id == owner_id for type, actor in by.items() if type not in shops)


def test_a_new_user_is_the_one_it_is_about() -> None:
    owner_id = new_id()
    user = sample(EventType.USER_REGISTERED, owner_id=owner_id).subject
    assert isinstance(user, User)
    assert user.id == owner_id


def test_an_endpoint_that_was_disabled_says_why() -> None:
    of = {type: sample(type, owner_id=new_id()).subject for type in PUBLISHED if type.value.startswith("WEBHOOK_")}
    found = {type: (one.status, one.disabled_reason) for type, one in of.items() if isinstance(one, WebhookEndpoint)}
    assert found == {
        EventType.WEBHOOK_PING: (WebhookStatus.ENABLED, None),
        EventType.WEBHOOK_EXHAUSTED: (WebhookStatus.ENABLED, None),
        EventType.WEBHOOK_DISABLED: (WebhookStatus.DISABLED, "It answered 410 (Gone)."),
    }
