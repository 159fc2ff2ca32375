"""What becomes of an order of the seed once it is placed: as its buyer and the shop's staff would do it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from domain import orders
from domain.events import Cause
from domain.ids import new_id
from domain.orders import Order
from domain.ports import Transaction
from domain.users import Role, User, Viewer
from domain.webhooks import viewer_for
from web.seed.wishes import Fate, Wish


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An order that nobody has touched yet. Each step takes the version that the one before has left."""

    wish: Wish
    order: Order
    people: Mapping[str, User]

    @property
    def buyer(self) -> tuple[Viewer, Cause]:
        return _acting(self.people[self.wish.buyer])

    @property
    def staff(self) -> tuple[Viewer, Cause]:
        return _acting(self.people[str(Role.OPERATOR)])


def _acting(user: User) -> tuple[Viewer, Cause]:
    viewer = viewer_for(user)
    return viewer, viewer.cause(new_id())


async def process(tx: Transaction, case: Case) -> Order:
    viewer, cause = case.staff
    return await orders.process(tx, viewer, case.order.id, expected_version=case.order.version, cause=cause)


async def complete(tx: Transaction, case: Case) -> Order:
    viewer, cause = case.staff
    ready = await process(tx, case)
    return await orders.complete(tx, viewer, ready.id, expected_version=ready.version, cause=cause)


async def cancel(tx: Transaction, case: Case) -> Order:
    viewer, cause = case.buyer
    return await orders.cancel(
        tx, viewer, case.order.id, reason=case.wish.reason, expected_version=case.order.version, cause=cause
    )


async def take_back(tx: Transaction, case: Case) -> Order:
    viewer, cause = case.staff
    ready = await process(tx, case)
    return await orders.cancel(
        tx, viewer, ready.id, reason=case.wish.reason, expected_version=ready.version, cause=cause
    )


STEPS: Mapping[Fate, Callable[[Transaction, Case], Awaitable[Order]]] = {
    Fate.COMPLETED: complete,
    Fate.PROCESSED: process,
    Fate.CANCELLED: cancel,
    Fate.RETURNED: take_back,
}
"""Each in one transaction, so that none is left half-way; what is to be PENDING is left where it is."""
