"""Subjects as text: what the log keeps of an order, a user, an endpoint, and reads back for ever after."""

from typing import Any

from pydantic import TypeAdapter

from domain.events import EventType, Subject
from domain.orders import Order
from domain.sessions import Session
from domain.users import User
from domain.webhooks import WebhookEndpoint

VERSION = 2

ORDER: TypeAdapter[Order] = TypeAdapter(Order)
_KINDS: dict[str, TypeAdapter[Any]] = {
    "ORDER": ORDER,
    "SESSION": TypeAdapter(Session),
    "USER": TypeAdapter(User),
    "WEBHOOK": TypeAdapter(WebhookEndpoint),
}


def write(type: EventType, subject: Subject) -> str:
    return _adapter(type).dump_json(subject).decode()


def read(type: EventType, text: str | bytes) -> Subject:
    """Tolerant: fields it does not know are left out, fields that came later take their defaults."""
    subject: Subject = _adapter(type).validate_json(text)
    return subject


def _adapter(type: EventType) -> TypeAdapter[Any]:
    return _KINDS[type.value.partition("_")[0]]
