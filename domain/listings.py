"""Listings: articles as sellers describe them, checked before they are listed or changed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from domain.clock import now
from domain.drafts import MOST_DETAIL, MOST_KEY, MOST_PRODUCT, Kept, Terms
from domain.events import Cause
from domain.ids import new_id
from domain.money import Money, price_of
from domain.products import Condition, Product, StockAdjustment
from domain.refusals import Issues
from domain.stock import MOST_ON_HAND, MOST_REASON, check_region
from domain.text import folded
from domain.users import Role, Viewer

MOST_SKU, MOST_CATEGORY, MOST_DESCRIPTION, MOST_IMAGE_URL, MOST_REGIONS = 64, 60, 2_000, 500, 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """An article that may be listed, and how many of it there are in which region."""

    product: Product
    stock: Mapping[str, int]


def listing(
    viewer: Viewer,
    *,
    sku: str,
    stock: Sequence[tuple[str, int]],
    condition: Condition,
    shop: Terms,
    **described: Any,
) -> Listing:
    """Checks an article that a seller lists.

    Raises Refused with NotAllowed, or with InvalidInput naming everything that is wrong.
    """
    viewer.must_have(Role.SELLER, Role.ADMIN)
    issues = Issues()
    sku = issues.text(("input", "sku"), sku, least=1, most=MOST_SKU) or ""
    if len(sku) <= MOST_SKU < len(folded(sku)):
        issues.add(("input", "sku"), "LENGTH", f"must have at most {MOST_SKU} characters when written out plainly")
    fields = _checked(issues, described, shop)
    counted = _stock(issues, stock, shop)
    issues.refuse()
    product = Product(
        id=new_id(),
        seller_id=viewer.user_id,
        sku=sku,
        condition=condition,
        archived=False,
        created_at=now(),
        version=1,
        **fields,
    )
    return Listing(product=product, stock=counted)


def changes(*, shop: Terms, archived: bool | None, condition: Condition | None, **described: Any) -> Mapping[str, Any]:
    """Checks what is to change of an article. `Kept.KEPT` leaves a field as it is, None removes what may be missing.

    Raises Refused(InvalidInput) naming everything that is wrong.
    """
    issues = Issues()
    fields = _checked(issues, {name: value for name, value in described.items() if value is not Kept.KEPT}, shop)
    issues.refuse()
    plain = {"archived": archived, "condition": condition}
    return fields | {name: value for name, value in plain.items() if value is not None}


def adjustment(
    viewer: Viewer,
    *,
    idempotency_key: str,
    product_id: UUID,
    region: str,
    delta: int,
    reason: str,
    shop: Terms,
    cause: Cause,
) -> StockAdjustment:
    """Raises Refused(InvalidInput) naming everything that is wrong."""
    issues = Issues()
    key = issues.text(("input", "idempotencyKey"), idempotency_key, least=1, most=MOST_KEY) or ""
    check_region(issues, ("input", "region"), region, shop.regions)
    if not 1 <= abs(delta) <= MOST_ON_HAND:
        issues.add(("input", "delta"), "RANGE", f"must be 1 to {MOST_ON_HAND} more or fewer, it is {delta}")
    why = issues.text(("input", "reason"), reason, least=1, most=MOST_REASON) or ""
    issues.refuse()
    return StockAdjustment(
        viewer=viewer, idempotency_key=key, product_id=product_id, region=region, delta=delta, reason=why, cause=cause
    )


def _checked(issues: Issues, described: Mapping[str, Any], shop: Terms) -> dict[str, Any]:
    return {name: CHECKS[name](issues, value, shop) for name, value in described.items()}


def _needed(name: str, most: int) -> Any:
    def check(issues: Issues, value: str | None, _: Terms) -> str:
        if value is None:
            issues.add(("input", name), "NULL", "cannot be removed")
        return issues.text(("input", name), value, least=1, most=most) or ""

    return check


def _optional(name: str, most: int) -> Any:
    return lambda issues, value, _: issues.text(("input", name), value, most=most) or None


def _price(issues: Issues, value: Decimal | None, shop: Terms) -> Money:
    if value is None:
        issues.add(("input", "price"), "NULL", "cannot be removed")
    minor = 0 if value is None else price_of(issues, ("input", "price"), value)
    return Money(minor=minor, currency=shop.currency)


def _image_url(issues: Issues, value: str | None, _: Terms) -> str | None:
    url = issues.text(("input", "imageUrl"), value, most=MOST_IMAGE_URL) or None
    if url and not re.fullmatch(r"(https?://[^\s/\\]+|)(/([^\s/\\][^\s\\]*)?)?", url):
        issues.add(("input", "imageUrl"), "FORMAT", "must begin with https://, http:// or one / of this shop")
    return url


def _stock(issues: Issues, stock: Sequence[tuple[str, int]], shop: Terms) -> dict[str, int]:
    """By region; of one that is named twice, both together."""
    counted: dict[str, int] = {}
    if len(stock) > MOST_REGIONS:
        issues.add(("input", "stock"), "COUNT", f"must have at most {MOST_REGIONS} regions, it has {len(stock)}")
    for index, (region, quantity) in enumerate(stock[:MOST_REGIONS]):
        path = ("input", "stock", str(index))
        check_region(issues, (*path, "region"), region, shop.regions)
        counted[region] = counted.get(region, 0) + quantity
        if quantity < 0 or counted[region] > MOST_ON_HAND:
            issues.add((*path, "quantity"), "RANGE", f"must be 0 to {MOST_ON_HAND} in a region, it is {quantity}")
    return {region: quantity for region, quantity in counted.items() if quantity}


CHECKS = {
    "name": _needed("name", MOST_PRODUCT),
    "description": _optional("description", MOST_DESCRIPTION),
    "category": _needed("category", MOST_CATEGORY),
    "size": _optional("size", MOST_DETAIL),
    "color": _optional("color", MOST_DETAIL),
    "price": _price,
    "image_url": _image_url,
}
