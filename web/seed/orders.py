"""Placing the orders of the seed, and bringing each to where it is to be."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from functools import partial
from uuid import UUID

from domain import drafts
from domain.clock import now
from domain.drafts import ListedItem, OrderDraft, Terms
from domain.ids import new_id
from domain.orders import Order
from domain.ports import Database, OrderDesk, Transaction
from domain.refusals import Refused
from domain.users import User
from domain.webhooks import viewer_for
from web.seed.fates import STEPS, Case
from web.seed.wishes import WISHES, Fate, Wish

log = logging.getLogger(__name__)


async def place_all(
    database: Database, desk: OrderDesk, people: Mapping[str, User], articles: Mapping[str, UUID], terms: Terms
) -> int:
    """Places each once, and moves those on that nobody has touched; how many were moved."""
    asked = [_place(desk, _draft(number, wish, people, articles, terms)) for number, wish in enumerate(WISHES, 1)]
    found = zip(WISHES, await asyncio.gather(*asked), strict=True)
    cases = [Case(wish=wish, order=order, people=people) for wish, order in found if order and order.version == 1]
    due = [case for case in cases if case.wish.fate in STEPS]
    collected = [case for case in due if case.wish.fate is Fate.COMPLETED]
    await _move_on(database, collected)
    if collected:  # whoever has the articles has read that they were ready
        await database.transact(partial(_read_everything, users=list(people.values())))
    await _move_on(database, [case for case in due if case not in collected])
    return len(due)


async def _move_on(database: Database, cases: Sequence[Case]) -> None:
    for case in cases:
        try:
            await _move(database, case)
        except Refused as no:  # somebody was quicker, or may not do it any more
            log.warning("%s of the seed stays as it is: %s", case.order.number, no.refusal.message)


async def _move(database: Database, case: Case) -> None:
    await database.transact(lambda tx: STEPS[case.wish.fate](tx, case))


def _draft(
    number: int, wish: Wish, people: Mapping[str, User], articles: Mapping[str, UUID], terms: Terms
) -> OrderDraft | None:
    """None for an order that this shop does not take, such as one of articles described by hand."""
    viewer = viewer_for(people[wish.buyer])
    listed = [ListedItem(product_id=articles[sku], quantity=quantity) for sku, quantity in wish.listed.items()]
    try:
        return drafts.draft(
            viewer,
            items=[*listed, *wish.custom],
            note=wish.note,
            region=terms.regions[min(wish.region, len(terms.regions) - 1)],
            idempotency_key=f"seed {number}",
            shop=terms,
            cause=viewer.cause(new_id()),
        )
    except Refused as no:
        log.warning("an order of the seed is left out: %s", no.refusal.message)
        return None


async def _place(desk: OrderDesk, draft: OrderDraft | None) -> Order | None:
    """None when it cannot be placed any more: somebody has bought the article since."""
    try:
        return await desk.place(draft) if draft else None
    except Refused as no:
        log.warning("an order of the seed is left out: %s", no.refusal.message)
        return None


async def _read_everything(tx: Transaction, users: Sequence[User]) -> None:
    for user in users:
        await tx.notifications.mark_read(user.id, None, at=now())
