"""Money in the graph."""

from decimal import Decimal

from domain import money
from graph.views import view


@view(of=money.Money)
class Money:
    """An exact amount in one currency."""

    amount: Decimal
    currency: str
