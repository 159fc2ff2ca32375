"""Payments in the graph."""

from datetime import datetime
from typing import Annotated

import strawberry

from domain import orders, paying, payments
from domain.payments import PaymentMethod, PaymentStatus
from graph.access import Access, open_to
from graph.context import Info, cause_of, known_id, viewer_of
from graph.money import Money
from graph.orders import InvalidTransition, Order
from graph.payment_inputs import PaymentMethodInput, wish_of
from graph.refusals import CardRejected, IdempotencyConflict, InvalidInput, NotAllowed, NotFound
from graph.sharing import ALIKE
from graph.views import Refusals, view


@view(of=payments.CardSummary)
class CardSummary:
    """As much of a card as is kept."""

    brand: str
    last4: str


@view(of=payments.Payment)
class Payment:
    """Of all that an order costs. An order may have had several; one at most waits for its answer."""

    id: strawberry.ID
    method: PaymentMethod
    status: PaymentStatus
    amount: Money = strawberry.field(description="What was asked for; once it is APPROVED, what was paid.")
    transaction_id: str | None = strawberry.field(
        resolver=lambda root: root.known_as,
        description="The processor's name for what it took; of a bank transfer the reference that it bears.",
    )
    card: CardSummary | None
    decline_reason: str | None = strawberry.field(description="Why it is DECLINED or FAILED.")
    created_at: datetime
    updated_at: datetime

    @strawberry.field(metadata=ALIKE, graphql_type=Order)
    async def order(self, info: Info) -> orders.Order:
        """As it is now."""
        return await info.context.orders.load(self.order_id)  # type: ignore[attr-defined]


@strawberry.input
class PayOrderInput:
    order_id: strawberry.ID
    method: PaymentMethodInput
    idempotency_key: str = strawberry.field(
        description="Made by the client for this payment; sending it again gives the same payment."
    )


PaymentResult = Annotated[
    Payment | InvalidInput | NotFound | NotAllowed | CardRejected | InvalidTransition | IdempotencyConflict,
    strawberry.union("PaymentResult"),
]


@strawberry.type
class PaymentMutations:
    @strawberry.mutation(graphql_type=PaymentResult, extensions=[Refusals()], metadata=open_to(Access.SIGNED_IN))
    async def pay_order(self, info: Info, input: PayOrderInput) -> payments.Payment:
        """Its customer, or staff for them, while the order is AWAITING_PAYMENT and no other payment is under way.

        A card is answered a moment later: follow the order.
        """
        viewer, cause, shop = viewer_of(info), cause_of(info), info.context.shop
        asked = paying.payment_order(
            viewer,
            known_id(input.order_id),
            wish_of(input.method, shop.card_tokens),
            idempotency_key=input.idempotency_key,
        )
        return await shop.database.transact(
            lambda tx: paying.pay(tx, viewer, asked, deadlines=shop.terms.deadlines, cause=cause)
        )

    @strawberry.mutation(graphql_type=PaymentResult, extensions=[Refusals()], metadata=open_to(Access.STAFF))
    async def confirm_payment(self, info: Info, id: strawberry.ID, idempotency_key: str) -> payments.Payment:
        """Staff: a bank transfer or cash has arrived. Of an order that is cancelled or paid it is to be given back."""
        viewer, cause, payment_id = viewer_of(info), cause_of(info), known_id(id)
        key = paying.checked_key(idempotency_key)
        return await info.context.shop.database.transact(
            lambda tx: paying.confirm(tx, viewer, payment_id, key=key, cause=cause)
        )

    @strawberry.mutation(graphql_type=PaymentResult, extensions=[Refusals()], metadata=open_to(Access.STAFF))
    async def refund_payment(self, info: Info, id: strawberry.ID, idempotency_key: str) -> payments.Payment:
        """Staff: the processor is asked to give back what a card paid; cash and transfers have been given back."""
        viewer, cause, payment_id = viewer_of(info), cause_of(info), known_id(id)
        key = paying.checked_key(idempotency_key)
        return await info.context.shop.database.transact(
            lambda tx: paying.refund(tx, viewer, payment_id, key=key, cause=cause)
        )
