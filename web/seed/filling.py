"""Filling a shop with the seed: what is missing is added, what is there is left alone."""

import logging
from dataclasses import dataclass
from datetime import timedelta

from domain.ports import CardTokens, Passwords
from domain.refusals import Refused
from graph.context import Shop
from persistence.database import SqlDatabase
from persistence.desk import SqlOrderDesk
from web.demo_data import PASSWORD
from web.seed import catalogue, orders
from web.seed.people import people
from web.settings import Settings
from web.wiring import terms_of

log = logging.getLogger(__name__)

PENDING_FOR = timedelta(days=1)
"""How long the orders that are to be seen waiting do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What was missing: articles that are listed now, and orders that have been moved on."""

    articles: int
    orders: int


async def fill(
    database: SqlDatabase, passwords: Passwords, tokens: CardTokens, settings: Settings, *, password: str = PASSWORD
) -> Filled:
    """May be run again, also after it was killed. Raises Refused when its people may not do what is to be done."""
    terms, desk = terms_of(settings), SqlOrderDesk(database, promote_after=PENDING_FOR)
    try:
        known = await people(database, passwords, password=password)
        listed = await catalogue.list_missing(database, known, terms)
        articles = await catalogue.ids_of_all(database, known)
        planting = orders.Planting(
            database=database, desk=desk, tokens=tokens, people=known, articles=articles, terms=terms
        )
        moved = await planting.place_all()
    finally:
        await desk.close()
    return Filled(articles=listed, orders=moved)


async def begin(database: SqlDatabase, shop: Shop, settings: Settings) -> None:
    """What a shop for trying out begins with; one whose people were changed since starts without."""
    if settings.seed == "none":
        return
    try:
        await fill(database, shop.passwords, shop.card_tokens, settings)
    except Refused as no:
        log.warning("the shop starts without its seed: %s", no.refusal.message)
