"""Subjects as text: what the log keeps of an order, a payment, a user, and reads back for ever after."""

from typing import Any

from msgspec import Raw, ValidationError
from msgspec.json import Decoder, Encoder

from domain.events import EventType, Subject
from domain.orders import Order
from domain.payments import Payment
from domain.products import Product
from domain.sessions import Session
from domain.users import User
from domain.webhooks import WebhookEndpoint

VERSION = 4
Unreadable = ValidationError
"""A subject is in a state that this version does not know, or is no subject at all."""

ENCODER = Encoder()
ORDER = Decoder(Order)
PRODUCT = Decoder(Product)
_KINDS: dict[str, Decoder[Any]] = {
    "ORDER": ORDER,
    "PAYMENT": Decoder(Payment),
    "PRODUCT": PRODUCT,
    "STOCK": PRODUCT,
    "SESSION": Decoder(Session),
    "USER": Decoder(User),
    "WEBHOOK": Decoder(WebhookEndpoint),
}
_OF_TYPES = {type: _KINDS[kind] for type in EventType if (kind := type.value.partition("_")[0]) in _KINDS}


def write(subject: Subject) -> str:
    return ENCODER.encode(subject).decode()


def read(type: EventType, text: str | bytes | Raw) -> Subject:
    """Tolerant: fields it does not know are left out, fields that came later take their defaults."""
    subject: Subject = _OF_TYPES[type].decode(text)
    return subject
