"""Paying as a customer's program does, and answering as the processor of cards would."""

from typing import Any
from uuid import UUID

from domain.charges import Outcome, Result, apply
from domain.events import Actor, ActorKind, Cause
from domain.ids import new_id
from domain.money import Money
from persistence.database import SqlDatabase
from tests.support.client import SHIRT, Client
from tests.support.processes import Stack
from tests.support.things import NOON

PAYMENT = """id method status amount { amount currency } transactionId card { brand last4 } declineReason createdAt
  updatedAt order { id status paymentState version }"""
RESULT = f"""__typename ... on Payment {{ {PAYMENT} }} ... on Refusal {{ message }} ... on NotFound {{ id }}
  ... on InvalidInput {{ issues {{ path code }} }} ... on CardRejected {{ reason }}
  ... on InvalidTransition {{ from to }} ... on IdempotencyConflict {{ key }}"""
PAY = f"mutation($input: PayOrderInput!) {{ payOrder(input: $input) {{ {RESULT} }} }}"
CONFIRM = f"mutation($id: ID!, $key: String!) {{ confirmPayment(id: $id, idempotencyKey: $key) {{ {RESULT} }} }}"
REFUND = f"mutation($id: ID!, $key: String!) {{ refundPayment(id: $id, idempotencyKey: $key) {{ {RESULT} }} }}"
PAID_ORDER = """id status paymentState version total { amount } updatedAt cancelReason
  payments { id method status amount { amount currency } transactionId card { brand last4 } declineReason }"""
PLACE = f"""mutation($input: CreateOrderInput!) {{ createOrder(input: $input) {{ __typename
  ... on Order {{ {PAID_ORDER} }} ... on Refusal {{ message }} ... on CardRejected {{ reason }}
  ... on InvalidInput {{ issues {{ path code }} }} ... on IdempotencyConflict {{ key }} }} }}"""
LIST = f"{{ orders(first: 20) {{ edges {{ node {{ {PAID_ORDER} }} }} }} }}"
SILENT = "4000 0000 0000 0259"
"""No processor answers this one, so that the test may."""
TRANSACTION = "txn_of_the_test"


def card(number: str = SILENT, **given: Any) -> dict[str, Any]:
    return {"card": {"number": number, "expMonth": 12, "expYear": 2030, "cvc": "123", "holder": "Ana", **given}}


async def place(client: Client, method: dict[str, Any] | None = None, **given: Any) -> dict[str, Any]:
    """An order of a shirt, to be paid as `method` says; whatever is answered."""
    wanted = {"items": [{"custom": SHIRT}], **({"payment": method} if method else {}), **given}
    answer: dict[str, Any] = await client.run(PLACE, input=wanted)
    return answer


async def placed(client: Client, method: dict[str, Any] | None = None, **given: Any) -> dict[str, Any]:
    order = await place(client, method, **given)
    assert order["__typename"] == "Order", order
    return order


async def pay(client: Client, order_id: str, method: dict[str, Any], key: str | None = None) -> dict[str, Any]:
    wanted = {"orderId": order_id, "method": method, "idempotencyKey": key or str(new_id())}
    answer: dict[str, Any] = await client.run(PAY, input=wanted)
    return answer


async def say(clerk: Client, document: str, payment_id: str, key: str | None = None) -> dict[str, Any]:
    """What staff say about a payment: CONFIRM or REFUND."""
    answer: dict[str, Any] = await clerk.run(document, id=payment_id, key=key or str(new_id()))
    return answer


async def look(client: Client, order_id: str) -> dict[str, Any]:
    """From the list, which nobody keeps in a cache: the test answers from a process of its own."""
    page = await client.run(LIST)
    found: dict[str, Any] = next(edge["node"] for edge in page["edges"] if edge["node"]["id"] == order_id)
    return found


async def answer(stack: Stack, payment: dict[str, Any], outcome: Outcome, **given: Any) -> None:
    """What the processor says, in a new message."""
    async with stack.looking() as database:
        await answered(database, payment, outcome, **given)


async def answered(database: SqlDatabase, payment: dict[str, Any], outcome: Outcome, **given: Any) -> None:
    money = outcome in (Outcome.APPROVED, Outcome.REFUNDED)
    fields: dict[str, Any] = {
        "message_id": str(new_id()),
        "payment_id": UUID(payment["id"]),
        "outcome": outcome,
        "transaction_id": TRANSACTION if money else None,
        "amount": Money(minor=round(100 * float(payment["amount"]["amount"])), currency=payment["amount"]["currency"]),
        "reason": None if money else "insufficient_funds",
        "at": NOON,
    }
    result, cause = Result(**{**fields, **given}), Cause(actor=Actor(kind=ActorKind.PAYMENT_PROVIDER))
    await database.transact(lambda tx: apply(tx, result, cause))
