"""Webhook bodies: what an endpoint is sent about an event, in the names of the graph."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from domain.events import Event
from domain.money import Money
from domain.orders import Order, OrderItem
from domain.payments import CardSummary, Payment
from domain.products import Product
from domain.stock import StockLevel
from domain.users import User
from domain.webhooks import WebhookEndpoint


def body_of(event: Event) -> str:
    """JSON: {"type": "order.ready", "timestamp": …, "data": {"order": {…}}}, the subject as it was at the event."""
    match event.subject:
        case Order() as order:
            data = {"order": _order(order)}
        case Payment() as payment:
            data = {"payment": _payment(payment)}
        case User() as user:
            data = {"user": _user(user)}
        case Product() as product:
            data = {"product": _product(product)}
        case WebhookEndpoint() as endpoint:
            data = {"endpoint": _endpoint(endpoint)}
        case other:
            raise TypeError(f"{event.type} has no body: it is about {type(other).__name__}")
    return enveloped(event, data)


def enveloped(event: Event, data: Mapping[str, Any]) -> str:
    """What every body has around its data."""
    body = {"type": event.type.dotted, "timestamp": _time(event.at), "data": data}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def _order(order: Order) -> dict[str, Any]:
    return {
        "id": str(order.id),
        "number": order.number,
        "customerId": str(order.customer_id),
        "status": order.status,
        "paymentState": order.payment_state,
        "items": [_item(item) for item in order.items],
        "total": _money(order.total),
        "note": order.note,
        "createdAt": _time(order.created_at),
        "updatedAt": _time(order.updated_at),
        "processedAt": _time(order.processed_at) if order.processed_at else None,
        "cancelReason": order.cancel_reason,
        "version": order.version,
    }


def _item(item: OrderItem) -> dict[str, Any]:
    return {
        "product": item.product,
        "productId": str(item.product_id) if item.product_id else None,
        "size": item.size,
        "color": item.color,
        "quantity": item.quantity,
        "unitPrice": _money(item.unit_price),
        "subtotal": _money(item.subtotal),
    }


def _payment(payment: Payment) -> dict[str, Any]:
    return {
        "id": str(payment.id),
        "orderId": str(payment.order_id),
        "customerId": str(payment.customer_id),
        "method": payment.method,
        "status": payment.status,
        "amount": _money(payment.amount),
        "transactionId": payment.known_as,
        "card": _card(payment.card) if payment.card else None,
        "declineReason": payment.decline_reason,
        "createdAt": _time(payment.created_at),
        "updatedAt": _time(payment.updated_at),
        "version": payment.version,
    }


def _card(card: CardSummary) -> dict[str, str]:
    return {"brand": card.brand, "last4": card.last4}


def _product(product: Product) -> dict[str, Any]:
    return {
        "id": str(product.id),
        "sku": product.sku,
        "name": product.name,
        "description": product.description,
        "category": product.category,
        "condition": product.condition,
        "size": product.size,
        "color": product.color,
        "price": _money(product.price),
        "imageUrl": product.image_url,
        "sellerId": str(product.seller_id),
        "archived": product.archived,
        "available": product.available(),
        "stock": [_level(level) for level in product.stock],
        "createdAt": _time(product.created_at),
        "version": product.version,
    }


def _level(level: StockLevel) -> dict[str, Any]:
    return {
        "region": level.region,
        "onHand": level.on_hand,
        "reserved": level.reserved,
        "available": level.available,
    }


def _user(user: User) -> dict[str, Any]:
    return {
        "id": str(user.id),
        "name": user.name,
        "email": user.email,
        "roles": list(user.roles),
        "createdAt": _time(user.created_at),
        "version": user.version,
    }


def _endpoint(endpoint: WebhookEndpoint) -> dict[str, Any]:
    return {
        "id": str(endpoint.id),
        "name": endpoint.name,
        "status": endpoint.status,
        "disabledReason": endpoint.disabled_reason,
        "version": endpoint.version,
    }


def _money(money: Money) -> dict[str, str]:
    return {"amount": str(money.amount), "currency": money.currency}


def _time(at: datetime) -> str:
    return at.isoformat(timespec="microseconds").replace("+00:00", "Z")
