"""What the shop and the card processor write to each other, as JSON. asyncapi.yaml describes it for others."""

from datetime import datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID

from msgspec import Meta, MsgspecError, Struct
from msgspec.json import Decoder, encode

from domain.charges import MOST_MESSAGE_ID, MOST_REASON, MOST_TRANSACTION_ID, Charge, Outcome, Refund, Result
from domain.money import MOST_MINOR, Money

REQUESTS = "swapshop/v1/payments/requests/{paymentId}"
RESULTS = "swapshop/v1/payments/results/{paymentId}"
RECEIPTS = "swapshop/v1/payments/receipts/{paymentId}"

Moment = Annotated[datetime, Meta(tz=True)]
MessageId = Annotated[str, Meta(min_length=1, max_length=MOST_MESSAGE_ID, pattern=r"^[\x21-\x7e]+$")]
TransactionId = Annotated[str, Meta(min_length=1, max_length=MOST_TRANSACTION_ID)]
Reason = Annotated[str, Meta(max_length=MOST_REASON)]
Token = Annotated[str, Meta(min_length=1, max_length=80)]


class Poison(Exception):
    """A message that nobody can act on. The text says why, and repeats nothing of it."""


class Amount(Struct, frozen=True, kw_only=True):
    """`minor` counts hundredths of the currency."""

    minor: Annotated[int, Meta(ge=1, le=MOST_MINOR * 100)]
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$")]

    @classmethod
    def of(cls, money: Money) -> "Amount":
        return cls(minor=money.minor, currency=money.currency)

    @property
    def money(self) -> Money:
        return Money(minor=self.minor, currency=self.currency)


class ChargeMessage(Struct, frozen=True, kw_only=True, rename="camel", tag_field="type", tag="charge"):
    payment_id: UUID
    order_id: UUID
    amount: Amount
    token: Token
    at: Moment


class RefundMessage(Struct, frozen=True, kw_only=True, rename="camel", tag_field="type", tag="refund"):
    payment_id: UUID
    transaction_id: TransactionId
    amount: Amount
    at: Moment


class ResultMessage(Struct, frozen=True, kw_only=True, rename="camel"):
    message_id: MessageId
    payment_id: UUID
    outcome: Outcome
    transaction_id: TransactionId | None
    amount: Amount
    reason: Reason | None
    at: Moment


class ReceiptMessage(Struct, frozen=True, kw_only=True, rename="camel"):
    """The shop has taken in the result of that id."""

    message_id: MessageId
    payment_id: UUID


REQUEST: Decoder[ChargeMessage | RefundMessage] = Decoder(ChargeMessage | RefundMessage)
RESULT = Decoder(ResultMessage)
RECEIPT = Decoder(ReceiptMessage)
M = TypeVar("M", ChargeMessage | RefundMessage, ResultMessage, ReceiptMessage)


def topic(pattern: str, payment_id: UUID | str) -> str:
    return pattern.replace("{paymentId}", str(payment_id))


def all_of(pattern: str) -> str:
    """What to subscribe to, for the messages about every payment."""
    return topic(pattern, "+")


def write_request(request: Charge | Refund) -> bytes:
    kept: dict[str, Any] = {"payment_id": request.payment_id, "amount": Amount.of(request.amount), "at": request.at}
    match request:
        case Charge():
            return encode(ChargeMessage(**kept, order_id=request.order_id, token=request.token))
        case Refund():
            return encode(RefundMessage(**kept, transaction_id=request.transaction_id))


def read_request(about: str, body: bytes) -> Charge | Refund:
    """`about` is the topic that it came on. Raises Poison."""
    message = _read(REQUEST, REQUESTS, about, body)
    amount = message.amount.money
    if isinstance(message, ChargeMessage):
        return Charge(
            payment_id=message.payment_id, order_id=message.order_id, amount=amount, token=message.token, at=message.at
        )
    return Refund(payment_id=message.payment_id, transaction_id=message.transaction_id, amount=amount, at=message.at)


def write_result(result: Result) -> bytes:
    return encode(
        ResultMessage(
            message_id=result.message_id,
            payment_id=result.payment_id,
            outcome=result.outcome,
            transaction_id=result.transaction_id,
            amount=Amount.of(result.amount),
            reason=result.reason,
            at=result.at,
        )
    )


def read_result(about: str, body: bytes) -> Result:
    """`about` is the topic that it came on. Raises Poison."""
    message = _read(RESULT, RESULTS, about, body)
    try:
        return Result(
            message_id=message.message_id,
            payment_id=message.payment_id,
            outcome=message.outcome,
            transaction_id=message.transaction_id,
            amount=message.amount.money,
            reason=message.reason,
            at=message.at,
        )
    except ValueError as fault:
        raise Poison(str(fault)) from None


def write_receipt(result: Result) -> bytes:
    return encode(ReceiptMessage(message_id=result.message_id, payment_id=result.payment_id))


def read_receipt(about: str, body: bytes) -> str:
    """The id of the message that was taken in. Raises Poison."""
    return _read(RECEIPT, RECEIPTS, about, body).message_id


def _read(decoder: Decoder[M], pattern: str, about: str, body: bytes) -> M:
    """A reader is tolerant: what it does not know, it passes over."""
    try:
        message = decoder.decode(body)
    except (MsgspecError, UnicodeDecodeError) as fault:
        raise Poison(f"not a message of ours: {fault}") from None
    if about != topic(pattern, message.payment_id):
        raise Poison("about another payment than its topic")
    return message
