"""Enums: words of the shop that the graph speaks too. Publishing one marks the class itself, so it is used as it is."""

import strawberry

from domain import deliveries, events, orders, payments, products, stock, users, webhooks

strawberry.enum(users.Role)
strawberry.enum(
    orders.OrderStatus,
    description="(AWAITING_PAYMENT →) PENDING → PROCESSED (the poller) → COMPLETED; "
    "anything before COMPLETED → CANCELLED.",
)
strawberry.enum(orders.PaymentState)
strawberry.enum(payments.PaymentMethod)
strawberry.enum(payments.PaymentStatus)
strawberry.enum(events.EventType)
_published = events.EventType.__strawberry_definition__  # type: ignore[attr-defined]
_published.values = [value for value in _published.values if not events.EventType[value.name].is_internal]
strawberry.enum(events.ActorKind)
strawberry.enum(products.Condition)
strawberry.enum(stock.StockMovementKind)
strawberry.enum(webhooks.WebhookStatus)
strawberry.enum(webhooks.WebhookOrdering)
strawberry.enum(deliveries.DeliveryStatus)
