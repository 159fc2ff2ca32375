"""What an article of the seed is."""

from dataclasses import dataclass
from decimal import Decimal

from domain.products import Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """`picture` is the kind that is drawn, in the article's color; `stock` how many are in which region."""

    sku: str
    name: str
    category: str
    picture: str
    color: str
    price: str
    condition: Condition
    about: str
    size: str | None = None
    stock: tuple[int, int] = (1, 0)

    @property
    def image_url(self) -> str:
        return f"/pictures/{self.picture}-{self.color}.svg"

    @property
    def amount(self) -> Decimal:
        return Decimal(self.price)
