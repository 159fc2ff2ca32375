"""The orders of the seed: who wants what, and what becomes of it."""

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from domain.drafts import CustomItem
from domain.users import Role
from web.seed.people import ATTIC, CLOTHES

CUSTOMER = str(Role.CUSTOMER)


class Fate(Enum):
    COMPLETED = "collected"
    PROCESSED = "ready to be collected"
    PENDING = "waits for a day"
    CANCELLED = "cancelled by the customer before it was ready"
    RETURNED = "cancelled by the shop when it was ready"


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
    _wish(Fate.COMPLETED, CUSTOMER, "JKT-001"),
    _wish(Fate.COMPLETED, CUSTOMER, "TSH-001 TSH-001 HAT-001"),
    _wish(Fate.COMPLETED, ATTIC, "BAG-001"),
    _wish(Fate.COMPLETED, CUSTOMER, "BKS-002 BKS-001"),
    _wish(Fate.COMPLETED, CLOTHES, "TUR-001", region=SOUTH),
    _wish(Fate.COMPLETED, CUSTOMER, "CHA-001 CHA-001", note="I come with a cargo bicycle."),
    _wish(Fate.COMPLETED, CUSTOMER, "LAM-001"),
    _wish(Fate.COMPLETED, ATTIC, "JMP-002 SCA-001"),
    _wish(Fate.COMPLETED, CLOTHES, "BLO-001 TED-001", note="A present: please no price on it."),
    _wish(Fate.COMPLETED, CUSTOMER, "SNE-001"),
    _wish(Fate.COMPLETED, CUSTOMER, "TSH-003", region=SOUTH),
    _wish(Fate.COMPLETED, ATTIC, "RAD-001"),
    _wish(Fate.COMPLETED, CLOTHES, "VAS-001"),
    _wish(Fate.COMPLETED, CUSTOMER, "KIT-001 BAL-001 BAL-001"),
    _wish(Fate.PROCESSED, CUSTOMER, "TRO-001 SHI-001"),
    _wish(Fate.PROCESSED, CUSTOMER, "BIC-001", note="Can the saddle be set for somebody of 1.60 m?"),
    _wish(Fate.PROCESSED, ATTIC, "BKS-002"),
    _wish(Fate.PROCESSED, CLOTHES, "CLO-001"),
    _wish(Fate.PROCESSED, CUSTOMER, "TEA-001"),
    _wish(Fate.PROCESSED, ATTIC, "BOO-002", region=SOUTH),
    _wish(Fate.PROCESSED, CUSTOMER, "CON-001"),
    _wish(Fate.PROCESSED, CLOTHES, "SHE-001", region=SOUTH),
    _wish(Fate.PROCESSED, CUSTOMER, "BAG-003 BAG-003"),
    _wish(Fate.PROCESSED, ATTIC, "LAP-001"),
    _wish(Fate.CANCELLED, CUSTOMER, "COA-001", reason="There was one in the cellar."),
    _wish(Fate.CANCELLED, ATTIC, "DRE-001", reason="The wrong size."),
    _wish(Fate.CANCELLED, CLOTHES, "SOF-001", region=SOUTH, reason="It does not fit through the door."),
    _wish(Fate.CANCELLED, CUSTOMER, "CAM-001"),
    _wish(Fate.CANCELLED, CUSTOMER, "GUI-001", reason="The neighbours have asked."),
    _wish(Fate.RETURNED, CUSTOMER, "SHI-002", reason="Too large; taken back."),
    _wish(Fate.RETURNED, CLOTHES, "HEA-001", reason="The left side is silent; taken back."),
    _wish(Fate.RETURNED, ATTIC, "BKS-004", reason="Not collected for two weeks."),
    _wish(Fate.PENDING, CUSTOMER, "JMP-001"),
    _wish(Fate.PENDING, CUSTOMER, "HAT-001 SCA-001"),
    _wish(Fate.PENDING, ATTIC, "TRO-001"),
    _wish(Fate.PENDING, CLOTHES, "HEL-001"),
    _wish(Fate.PENDING, CUSTOMER, "BKS-001"),
    _wish(Fate.PENDING, ATTIC, "KIT-001", region=SOUTH),
    _wish(Fate.PENDING, CLOTHES, "BAL-001", region=SOUTH),
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
