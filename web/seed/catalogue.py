"""The catalogue of the seed: who sells what, and how it is listed."""

from collections.abc import Iterable, Mapping
from functools import partial
from itertools import zip_longest
from uuid import UUID

from domain import listings, products
from domain.drafts import Terms
from domain.ids import new_id
from domain.ports import Database, Slice, Transaction
from domain.products import ProductSelection
from domain.users import Role, User
from domain.webhooks import viewer_for
from web.seed.accessories import ACCESSORIES
from web.seed.articles import Article
from web.seed.household import HOUSEHOLD
from web.seed.people import ATTIC, CLOTHES
from web.seed.studio import STUDIO
from web.seed.wardrobe import WARDROBE

CATALOGUE = {CLOTHES: (*WARDROBE, *ACCESSORIES), ATTIC: HOUSEHOLD, str(Role.SELLER): STUDIO}
MOST = 1_000


async def list_missing(database: Database, people: Mapping[str, User], terms: Terms) -> int:
    """How many were: all that a seller lacks in one transaction."""
    added = 0
    for seller, articles in CATALOGUE.items():
        there = await _listed(database, people[seller])
        missing = [article for article in articles if article.sku not in there]
        if missing:
            await database.transact(partial(_list, seller=people[seller], articles=missing, terms=terms))
        added += len(missing)
    return added


async def ids_of_all(database: Database, people: Mapping[str, User]) -> Mapping[str, UUID]:
    """By SKU."""
    found = [await _listed(database, people[seller]) for seller in CATALOGUE]
    return {sku: id for one in found for sku, id in one.items()}


async def _listed(database: Database, seller: User) -> Mapping[str, UUID]:
    """By SKU; also what the seller has archived since, which is not to come back."""
    everything = ProductSelection(seller_id=seller.id, with_archived=True)
    async with database.reading() as rows:
        return {one.sku: one.id for one in await rows.products.page(Slice(size=MOST), everything)}


async def _list(tx: Transaction, seller: User, articles: Iterable[Article], terms: Terms) -> None:
    viewer, cause = viewer_for(seller), viewer_for(seller).cause(new_id())
    for one in articles:
        listing = listings.listing(
            viewer,
            sku=one.sku,
            name=one.name,
            description=one.about,
            category=one.category,
            condition=one.condition,
            size=one.size,
            color=one.color,
            price=one.amount,
            image_url=one.image_url,
            stock=_stock(one, terms),
            shop=terms,
        )
        await products.create(tx, listing, cause=cause)


def _stock(article: Article, terms: Terms) -> list[tuple[str, int]]:
    """In the first two regions; a shop of one has it all there."""
    regions = zip_longest(terms.regions[:2], article.stock, fillvalue=terms.regions[0])
    return [(str(region), int(quantity)) for region, quantity in regions]
