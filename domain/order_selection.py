"""Selections of orders: which ones a list or a board is about."""

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.orders import Order, OrderStatus, PaymentState
from domain.text import folded


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderSelection:
    """Which orders of a list are meant; what is not given does not matter. `owner_id` is who may see no others."""

    owner_id: UUID | None = None
    customer_id: UUID | None = None
    statuses: tuple[OrderStatus, ...] = ()
    payment_states: tuple[PaymentState, ...] = ()
    created_from: datetime | None = None
    created_to: datetime | None = None
    search: str | None = None

    @property
    def serial(self) -> int | None:
        """The order number that is searched for, when the text is one: SW-000123, sw-123 or 123."""
        match = re.fullmatch(r"(?:sw-)?0*([0-9]{1,18})", folded(self.search or ""), re.ASCII)
        return int(match[1]) if match else None

    def matches(self, order: Order, previous: OrderStatus | None) -> bool:
        """Whether the order matches now or did before its last change, so that a board sees an order leave."""
        return (
            (self.owner_id is None or order.customer_id == self.owner_id)
            and (self.customer_id is None or order.customer_id == self.customer_id)
            and (not self.statuses or order.status in self.statuses or previous in self.statuses)
            and (not self.payment_states or not _payment_states(order, previous).isdisjoint(self.payment_states))
            and (self.created_from is None or order.created_at >= self.created_from)
            and (self.created_to is None or order.created_at < self.created_to)
            and (not self.search or order.serial == self.serial or folded(self.search) in order.words)
        )


def _payment_states(order: Order, previous: OrderStatus | None) -> set[PaymentState]:
    """As it is, and as it may have been before its last change: an event keeps the status only.

    A board may so be told of an order once too often, and never once too few.
    """
    now = order.payment_state
    if previous is OrderStatus.AWAITING_PAYMENT:
        return {now, PaymentState.AWAITING}
    if now is PaymentState.REFUNDED:
        return {now, PaymentState.PAID}
    if now is PaymentState.PAID and previous is order.status:
        return {now, PaymentState.NOT_REQUIRED}
    return {now}
