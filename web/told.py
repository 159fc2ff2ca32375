"""Events as the API tells them, read back into those of the domain, so that the shop's own code makes the bodies."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from domain.events import Actor, ActorKind, Cause, Event, EventType, Subject
from domain.money import Money, minor_units
from domain.orders import Order, OrderItem, OrderStatus, PaymentState
from domain.payments import CardSummary, Payment, PaymentMethod, PaymentStatus
from domain.products import Condition, Product
from domain.stock import StockLevel
from domain.users import Role, User
from domain.webhooks import WebhookEndpoint, WebhookStatus
from web.following import Json

EVENTS = """
subscription ($after: Cursor, $filter: EventFilter) {
  events(after: $after, filter: $filter) {
    cursor
    event {
      id type occurredAt version correlationId
      ... on OrderEvent {
        order {
          id number status paymentState note createdAt updatedAt processedAt cancelReason
          customer { id } total { currency }
          items { product productId size color quantity unitPrice { amount currency } }
        }
      }
      ... on PaymentEvent {
        payment {
          id method status amount { amount currency } transactionId card { brand last4 } declineReason
          createdAt updatedAt order { id customer { id } }
        }
      }
      ... on ProductEvent {
        product {
          id sku name description category condition size color price { amount currency } imageUrl archived createdAt
          seller { id } stock { region onHand reserved }
        }
      }
      ... on UserEvent { user { id name email roles active createdAt } }
      ... on WebhookEvent { endpoint { id name status disabledReason types secretHint createdAt owner { id } } }
    }
  }
}
"""
"""All that the default body of a webhook says, of each type of event."""


class Unknown(Exception):
    """The shop is newer than this program; the message says what it told of."""


def event_of(told: Json) -> Event:
    """The event of a message to `EVENTS`. Who did it and where it is in the log, which that does not ask for, is empty.

    Raises Unknown for a type of event, or a status, of a newer version.
    """
    try:
        return Event(
            type=EventType(told["type"]),
            subject=_subject(told),
            cause=Cause(actor=Actor(kind=ActorKind.SYSTEM), correlation_id=UUID(told["correlationId"])),
            id=UUID(told["id"]),
            at=_time(told["occurredAt"]),
        )
    except ValueError as fault:
        raise Unknown(f"the shop is newer than this program: {fault}; use the shop's own version") from None


def _subject(told: Json) -> Subject:
    match told:
        case {"order": order}:
            return _order(order, version=told["version"])
        case {"payment": payment}:
            return _payment(payment, version=told["version"])
        case {"product": product}:
            return _product(product, version=told["version"])
        case {"user": user}:
            return _user(user, version=told["version"])
        case {"endpoint": endpoint}:
            return _endpoint(endpoint, version=told["version"])
        case _:
            raise ValueError(f"{told['type']} is about something else")


def _order(told: Json, *, version: int) -> Order:
    return Order(
        id=UUID(told["id"]),
        serial=int(told["number"].removeprefix("SW-")),
        customer_id=UUID(told["customer"]["id"]),
        status=OrderStatus(told["status"]),
        payment_state=PaymentState(told["paymentState"]),
        currency=told["total"]["currency"],
        items=tuple(_item(item) for item in told["items"]),
        note=told["note"],
        created_at=_time(told["createdAt"]),
        updated_at=_time(told["updatedAt"]),
        promote_at=_time(told["createdAt"]),  # the shop keeps that to itself, and no body has it
        processed_at=_time(told["processedAt"]) if told["processedAt"] else None,
        cancel_reason=told["cancelReason"],
        version=version,
    )


def _payment(told: Json, *, version: int) -> Payment:
    return Payment(
        id=UUID(told["id"]),
        order_id=UUID(told["order"]["id"]),
        customer_id=UUID(told["order"]["customer"]["id"]),
        method=PaymentMethod(told["method"]),
        status=PaymentStatus(told["status"]),
        amount=_money(told["amount"]),
        transaction_id=told["transactionId"],
        card=CardSummary(**told["card"]) if told["card"] else None,
        decline_reason=told["declineReason"],
        created_at=_time(told["createdAt"]),
        updated_at=_time(told["updatedAt"]),
        version=version,
    )


def _item(told: Json) -> OrderItem:
    money = _money(told["unitPrice"])
    return OrderItem(
        product=told["product"],
        size=told["size"],
        color=told["color"],
        quantity=told["quantity"],
        unit_price=money,
        product_id=UUID(told["productId"]) if told["productId"] else None,
    )


def _product(told: Json, *, version: int) -> Product:
    return Product(
        id=UUID(told["id"]),
        seller_id=UUID(told["seller"]["id"]),
        sku=told["sku"],
        name=told["name"],
        description=told["description"],
        category=told["category"],
        condition=Condition(told["condition"]),
        size=told["size"],
        color=told["color"],
        price=_money(told["price"]),
        image_url=told["imageUrl"],
        archived=told["archived"],
        created_at=_time(told["createdAt"]),
        version=version,
        stock=tuple(_level(level) for level in told["stock"]),
    )


def _level(told: Json) -> StockLevel:
    return StockLevel(region=told["region"], on_hand=told["onHand"], reserved=told["reserved"])


def _money(told: Json) -> Money:
    return Money(minor=minor_units(Decimal(told["amount"])) or 0, currency=told["currency"])


def _user(told: Json, *, version: int) -> User:
    return User(
        id=UUID(told["id"]),
        name=told["name"],
        email=told["email"],
        roles=tuple(Role(role) for role in told["roles"]),
        active=told["active"],
        created_at=_time(told["createdAt"]),
        version=version,
    )


def _endpoint(told: Json, *, version: int) -> WebhookEndpoint:
    return WebhookEndpoint(
        id=UUID(told["id"]),
        name=told["name"],
        url="",  # its owner's and the admins' to see, and no body has it
        owner_id=UUID(told["owner"]["id"]),
        status=WebhookStatus(told["status"]),
        disabled_reason=told["disabledReason"],
        types=tuple(EventType(type) for type in told["types"]),
        secret_hint=told["secretHint"],
        created_at=_time(told["createdAt"]),
        version=version,
    )


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
