"""What becomes of an order of the seed once it is placed: as its buyer and the shop's staff would do it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from domain import orders, paying
from domain.events import Cause
from domain.ids import new_id
from domain.orders import Order
from domain.ports import Transaction
from domain.users import Role, User, Viewer
from domain.webhooks import viewer_for
from web.seed.wishes import Fate, Wish


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An order that nobody has touched yet."""

    wish: Wish
    order: Order
    people: Mapping[str, User]

    @property
    def buyer(self) -> tuple[Viewer, Cause]:
        return _acting(self.people[self.wish.buyer])

    @property
    def staff(self) -> tuple[Viewer, Cause]:
        return _acting(self.people[str(Role.OPERATOR)])


Step = Callable[[Transaction, Case], Awaitable[None]]


def _acting(user: User) -> tuple[Viewer, Cause]:
    viewer = viewer_for(user)
    return viewer, viewer.cause(new_id())


async def confirm(tx: Transaction, case: Case) -> None:
    """The cash or the transfer has arrived."""
    viewer, cause = case.staff
    [payment] = await tx.payments.of([case.order.id])
    await paying.confirm(tx, viewer, payment.id, key=f"seed {payment.id}", cause=cause)


async def process(tx: Transaction, case: Case) -> None:
    viewer, cause = case.staff
    await orders.process(tx, viewer, case.order.id, expected_version=None, cause=cause)


async def complete(tx: Transaction, case: Case) -> None:
    viewer, cause = case.staff
    await orders.complete(tx, viewer, case.order.id, expected_version=None, cause=cause)


async def cancel(tx: Transaction, case: Case) -> None:
    viewer, cause = case.buyer
    await orders.cancel(tx, viewer, case.order.id, reason=case.wish.reason, expected_version=None, cause=cause)


async def take_back(tx: Transaction, case: Case) -> None:
    viewer, cause = case.staff
    await orders.cancel(tx, viewer, case.order.id, reason=case.wish.reason, expected_version=None, cause=cause)


async def give_back(tx: Transaction, case: Case) -> None:
    """The customer has the money again."""
    viewer, cause = case.staff
    [payment] = await tx.payments.of([case.order.id])
    await paying.refund(tx, viewer, payment.id, key=f"seed {payment.id}", cause=cause)


STEPS: Mapping[Fate, tuple[Step, ...]] = {
    Fate.COLLECTED: (process, confirm, complete),
    Fate.PAID_AND_COLLECTED: (confirm, process, complete),
    Fate.READY: (process,),
    Fate.PAID_AND_READY: (confirm, process),
    Fate.PAID: (confirm,),
    Fate.CANCELLED: (cancel,),
    Fate.RETURNED: (process, take_back),
    Fate.REFUND_DUE: (confirm, cancel),
    Fate.REFUNDED: (confirm, process, take_back, give_back),
}
"""Of one order in one transaction, so that none is left half-way; the others are left where they are."""

DONE = (Fate.COLLECTED, Fate.PAID_AND_COLLECTED)
