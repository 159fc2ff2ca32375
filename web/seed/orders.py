"""Placing the orders of the seed, and bringing each to where it is to be."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from domain import drafts
from domain.clock import now
from domain.drafts import ListedItem, OrderDraft, Terms
from domain.ids import new_id
from domain.orders import Order
from domain.ports import CardTokens, Database, OrderDesk, Transaction
from domain.refusals import Refused
from domain.reservations import listed
from domain.users import User
from domain.webhooks import viewer_for
from web.seed.fates import DONE, STEPS, Case
from web.seed.wishes import WISHES, Wish

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Planting:
    """What the orders are placed with."""

    database: Database
    desk: OrderDesk
    tokens: CardTokens
    people: Mapping[str, User]
    articles: Mapping[str, UUID]
    terms: Terms

    async def place_all(self) -> int:
        """Places each once, and moves those on that nobody has touched; how many were moved."""
        found = zip(WISHES, await asyncio.gather(*map(self._place, range(1, len(WISHES) + 1), WISHES)), strict=True)
        cases = [Case(wish=wish, order=order, people=self.people) for wish, order in found if order]
        due = [case for case in cases if case.order.version == 1 and case.wish.fate in STEPS]
        done = [case for case in due if case.wish.fate in DONE]
        if done:
            await self.database.transact(partial(_move_on, cases=done))
            # Whoever has the articles has read that they were ready.
            await self.database.transact(partial(_read_everything, users=list(self.people.values())))
        if rest := [case for case in due if case not in done]:
            await self.database.transact(partial(_move_on, cases=rest))
        return len(due)

    async def _place(self, number: int, wish: Wish) -> Order | None:
        """None for one that cannot be placed: somebody has bought the article since, or the shop does not take it."""
        try:
            return await self.desk.place(self._draft(number, wish))
        except Refused as no:
            log.info("order %d of the seed is left out: %s", number, no.refusal.message)
            return None

    def _draft(self, number: int, wish: Wish) -> OrderDraft:
        viewer, regions = viewer_for(self.people[wish.buyer]), self.terms.regions
        catalogued = [
            ListedItem(product_id=self.articles[sku], quantity=quantity) for sku, quantity in wish.listed.items()
        ]
        return drafts.draft(
            viewer,
            items=[*catalogued, *wish.custom],
            note=wish.note,
            region=regions[min(wish.region, len(regions) - 1)],
            payment=wish.payment(number, self.tokens) if catalogued else None,
            idempotency_key=f"seed {number}",
            shop=self.terms,
            cause=viewer.cause(new_id()),
        )


async def _move_on(tx: Transaction, cases: Sequence[Case]) -> None:
    """In one transaction, because many cost a second; so all is locked first, and in the order that the shop has."""
    ids = sorted(case.order.id for case in cases)
    locked = {id: await tx.orders.lock(id) for id in ids}
    await tx.payments.lock_of(ids)
    await tx.products.lock_all(sorted({id for case in cases for id in listed(case.order)}))
    for case in cases:
        if locked[case.order.id] == case.order:
            for step in STEPS[case.wish.fate]:
                await step(tx, case)


async def _read_everything(tx: Transaction, users: Sequence[User]) -> None:
    for user in users:
        await tx.notifications.mark_read(user.id, None, at=now())
