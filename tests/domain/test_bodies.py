"""Webhook bodies are a promise to other companies: these bytes do not change."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.bodies import body_of
from domain.events import EventType
from domain.orders import OrderStatus
from domain.users import Role
from domain.webhooks import WebhookStatus
from tests.support.things import NOON, make_endpoint, make_event, make_item, make_order, make_user

ORDER = UUID("01997bc9-d45b-7000-8000-00000000000a")
CUSTOMER = UUID("01997bc9-d45b-7000-8000-00000000000b")
READY = (
    '{"type":"order.ready","timestamp":"2026-11-21T12:00:00.250000Z","data":{"order":{'
    '"id":"01997bc9-d45b-7000-8000-00000000000a","number":"SW-000123",'
    '"customerId":"01997bc9-d45b-7000-8000-00000000000b","status":"PROCESSED","paymentState":"NOT_REQUIRED",'
    '"items":[{"product":"Lámpara 💡","productId":null,"size":null,"color":"verde","quantity":2,'
    '"unitPrice":{"amount":"10.50","currency":"EUR"},"subtotal":{"amount":"21.00","currency":"EUR"}}],'
    '"total":{"amount":"21.00","currency":"EUR"},"note":"say \\"hello\\"",'
    '"createdAt":"2026-11-21T11:59:57.250000Z","updatedAt":"2026-11-21T12:00:00.250000Z",'
    '"processedAt":"2026-11-21T12:00:00.250000Z","cancelReason":null,"version":2}}}'
)


def test_an_order_that_is_ready_is_told_in_exactly_these_bytes() -> None:
    order = make_order(
        id=ORDER,
        serial=123,
        customer_id=CUSTOMER,
        items=(make_item("Lámpara 💡"),),
        note='say "hello"',
        created_at=NOON - timedelta(seconds=3),
    ).processed(NOON)
    assert body_of(make_event(EventType.ORDER_READY, order, at=NOON)) == READY


def test_a_cancelled_order_says_why() -> None:
    order = make_order(status=OrderStatus.CANCELLED, cancel_reason="sold out")
    body = json.loads(body_of(make_event(EventType.ORDER_CANCELLED, order)))
    assert body["type"] == "order.cancelled"
    assert (body["data"]["order"]["status"], body["data"]["order"]["cancelReason"]) == ("CANCELLED", "sold out")
    assert body["data"]["order"]["processedAt"] is None


def test_a_new_user_is_told_without_a_secret() -> None:
    user = make_user(Role.CUSTOMER, Role.SELLER)
    body = json.loads(body_of(make_event(EventType.USER_REGISTERED, user, at=NOON)))
    assert body == {
        "type": "user.registered",
        "timestamp": "2026-11-21T12:00:00.250000Z",
        "data": {
            "user": {
                "id": str(user.id),
                "name": "Ana",
                "email": "ana@example.test",
                "roles": ["CUSTOMER", "SELLER"],
                "createdAt": "2026-11-21T12:00:00.250000Z",
                "version": 1,
            }
        },
    }


@pytest.mark.parametrize(
    ("type", "told"),
    [
        (EventType.WEBHOOK_PING, {"status": "ENABLED", "disabledReason": None}),
        (EventType.WEBHOOK_DISABLED, {"status": "DISABLED", "disabledReason": "It answered 410 (Gone)."}),
        (EventType.WEBHOOK_EXHAUSTED, {"status": "ENABLED", "disabledReason": None}),
    ],
)
def test_an_endpoint_is_told_without_its_address_and_what_it_listens_to(type: EventType, told: dict[str, Any]) -> None:
    reason = told["disabledReason"]
    target = make_endpoint(status=WebhookStatus(told["status"]), disabled_reason=reason, version=4)
    body = json.loads(body_of(make_event(type, target)))
    assert body["type"] == f"webhook.{type.value.rpartition('_')[2].lower()}"
    assert body["data"] == {"endpoint": {"id": str(target.id), "name": "Warehouse", "version": 4, **told}}


def test_a_whole_second_still_has_its_microseconds() -> None:
    at = NOON.replace(microsecond=0)
    assert json.loads(body_of(make_event(at=at)))["timestamp"] == "2026-11-21T12:00:00.000000Z"
