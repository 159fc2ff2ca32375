"""The orders of the seed: who wants what, and what becomes of it."""

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from domain.cards import Card
from domain.drafts import CustomItem
from domain.orders import OrderStatus, PaymentState
from domain.payment_wishes import PaymentWish
from domain.ports import CardTokens
from domain.users import Role
from web.seed.people import ATTIC, CLOTHES

CUSTOMER = str(Role.CUSTOMER)


class Fate(Enum):
    COLLECTED = "collected, and paid for in cash"
    PAID_AND_COLLECTED = "paid by transfer, and collected"
    READY = "ready to be collected, and to be paid for in cash"
    PAID_AND_READY = "paid by transfer, and ready"
    PAID = "paid by transfer, and PENDING for a day"
    PENDING = "PENDING for a day, and to be paid for in cash"
    UNPAID = "waits for its transfer"
    BY_CARD = "paid by card, as soon as the processor says so"
    DECLINED = "waits to be paid otherwise, once the processor has declined the card"
    CANCELLED = "cancelled by the customer before it was ready"
    RETURNED = "cancelled by the shop when it was ready"
    REFUND_DUE = "paid by transfer and cancelled: the money is owed back"
    REFUNDED = "paid by transfer, cancelled by the shop, and the money was given back"


CASH = (Fate.COLLECTED, Fate.READY, Fate.PENDING, Fate.CANCELLED, Fate.RETURNED)
CARDS = {Fate.BY_CARD: "4242424242424242", Fate.DECLINED: "4000000000009995"}
"""By the numbers that the simulated processor approves, and declines for lack of funds."""

STATES = {
    Fate.COLLECTED: (OrderStatus.COMPLETED, PaymentState.PAID),
    Fate.PAID_AND_COLLECTED: (OrderStatus.COMPLETED, PaymentState.PAID),
    Fate.READY: (OrderStatus.PROCESSED, PaymentState.NOT_REQUIRED),
    Fate.PAID_AND_READY: (OrderStatus.PROCESSED, PaymentState.PAID),
    Fate.PAID: (OrderStatus.PENDING, PaymentState.PAID),
    Fate.PENDING: (OrderStatus.PENDING, PaymentState.NOT_REQUIRED),
    Fate.UNPAID: (OrderStatus.AWAITING_PAYMENT, PaymentState.AWAITING),
    Fate.BY_CARD: (OrderStatus.AWAITING_PAYMENT, PaymentState.AWAITING),
    Fate.DECLINED: (OrderStatus.AWAITING_PAYMENT, PaymentState.AWAITING),
    Fate.CANCELLED: (OrderStatus.CANCELLED, PaymentState.NOT_REQUIRED),
    Fate.RETURNED: (OrderStatus.CANCELLED, PaymentState.NOT_REQUIRED),
    Fate.REFUND_DUE: (OrderStatus.CANCELLED, PaymentState.PAID),
    Fate.REFUNDED: (OrderStatus.CANCELLED, PaymentState.REFUNDED),
}
"""Where each is when it was planted, before a worker and a processor have gone on with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """`listed` are SKUs, with how many of each; `reason` is why it was cancelled."""

    buyer: str
    fate: Fate
    listed: dict[str, int]
    custom: tuple[CustomItem, ...] = ()
    region: int = 0
    note: str | None = None
    reason: str | None = None

    def payment(self, number: int, tokens: CardTokens) -> PaymentWish:
        """How it is to be paid; `number` is the reference that a transfer bears."""
        if self.fate in CARDS:
            return PaymentWish(tokens=tokens, card=_card(CARDS[self.fate]))
        if self.fate in CASH:
            return PaymentWish(tokens=tokens, cash=True)
        return PaymentWish(tokens=tokens, bank_transfer=f"Seed {number}")


def _card(number: str) -> Card:
    """The same in every year, because a request that comes again is to be the same."""
    return Card(number=number, exp_month=12, exp_year=2050, cvc="123", holder="Demo Customer")


def _wish(
    fate: Fate, buyer: str, skus: str, *, region: int = 0, note: str | None = None, reason: str | None = None
) -> Wish:
    """SKUs in one text; one that is there twice is wanted twice."""
    wanted = skus.split()
    listed = {sku: wanted.count(sku) for sku in wanted}
    return Wish(fate=fate, buyer=buyer, listed=listed, region=region, note=note, reason=reason)


def _by_hand(product: str, *, size: str, color: str, price: str) -> CustomItem:
    return CustomItem(product=product, size=size, color=color, quantity=1, unit_price=Decimal(price))


SOUTH = 1
WISHES = (
    _wish(Fate.COLLECTED, CUSTOMER, "JKT-001"),
    _wish(Fate.PAID_AND_COLLECTED, CUSTOMER, "TSH-001 TSH-001 HAT-001"),
    _wish(Fate.COLLECTED, ATTIC, "BAG-001"),
    _wish(Fate.COLLECTED, CUSTOMER, "BKS-002 BKS-001"),
    _wish(Fate.PAID_AND_COLLECTED, CLOTHES, "TUR-001", region=SOUTH),
    _wish(Fate.COLLECTED, CUSTOMER, "CHA-001 CHA-001", note="I come with a cargo bicycle."),
    _wish(Fate.COLLECTED, CUSTOMER, "LAM-001"),
    _wish(Fate.PAID_AND_COLLECTED, ATTIC, "JMP-002 SCA-001"),
    _wish(Fate.COLLECTED, CLOTHES, "BLO-001 TED-001", note="A present: please no price on it."),
    _wish(Fate.PAID_AND_COLLECTED, CUSTOMER, "SNE-001"),
    _wish(Fate.COLLECTED, CUSTOMER, "TSH-003", region=SOUTH),
    _wish(Fate.PAID_AND_COLLECTED, ATTIC, "RAD-001"),
    _wish(Fate.COLLECTED, CLOTHES, "VAS-001"),
    _wish(Fate.COLLECTED, CUSTOMER, "KIT-001 BAL-001 BAL-001"),
    _wish(Fate.READY, CUSTOMER, "TRO-001 SHI-001"),
    _wish(Fate.PAID_AND_READY, CUSTOMER, "BIC-001", note="Can the saddle be set for somebody of 1.60 m?"),
    _wish(Fate.READY, ATTIC, "BKS-002"),
    _wish(Fate.READY, CLOTHES, "CLO-001"),
    _wish(Fate.READY, CUSTOMER, "TEA-001"),
    _wish(Fate.READY, ATTIC, "BOO-002", region=SOUTH),
    _wish(Fate.PAID_AND_READY, CUSTOMER, "CON-001"),
    _wish(Fate.READY, CLOTHES, "SHE-001", region=SOUTH),
    _wish(Fate.READY, CUSTOMER, "BAG-003 BAG-003"),
    _wish(Fate.PAID_AND_READY, ATTIC, "LAP-001"),
    _wish(Fate.CANCELLED, CUSTOMER, "COA-001", reason="There was one in the cellar."),
    _wish(Fate.CANCELLED, ATTIC, "DRE-001", reason="The wrong size."),
    _wish(Fate.CANCELLED, CLOTHES, "SOF-001", region=SOUTH, reason="It does not fit through the door."),
    _wish(Fate.REFUND_DUE, CUSTOMER, "CAM-001"),
    _wish(Fate.CANCELLED, CUSTOMER, "GUI-001", reason="The neighbours have asked."),
    _wish(Fate.RETURNED, CUSTOMER, "SHI-002", reason="Too large; taken back."),
    _wish(Fate.REFUNDED, CLOTHES, "HEA-001", reason="The left side is silent; taken back."),
    _wish(Fate.RETURNED, ATTIC, "BKS-004", reason="Not collected for two weeks."),
    _wish(Fate.PENDING, CUSTOMER, "JMP-001"),
    _wish(Fate.PENDING, CUSTOMER, "HAT-001 SCA-001"),
    _wish(Fate.PAID, ATTIC, "TRO-001"),
    _wish(Fate.BY_CARD, CLOTHES, "HEL-001"),
    _wish(Fate.UNPAID, CUSTOMER, "BKS-001"),
    _wish(Fate.UNPAID, ATTIC, "KIT-001", region=SOUTH),
    _wish(Fate.DECLINED, CLOTHES, "BAL-001", region=SOUTH),
    Wish(
        fate=Fate.PENDING,
        buyer=CUSTOMER,
        listed={},
        custom=(
            _by_hand("camisa", size="M", color="negro", price="10.00"),
            _by_hand("pantalon", size="L", color="azul", price="20.00"),
        ),
    ),
)
