"""Changes of orders: other items, another note, and what staff do by hand."""

from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from domain.drafts import OrderChange
from domain.events import Event, EventType
from domain.ids import new_id
from domain.orders import Order, OrderItem, OrderStatus, complete, process, update
from domain.refusals import InvalidTransition, NotAllowed, NotFound, Refusal, Refused, VersionConflict
from domain.users import Role, Viewer
from tests.domain.fakes import FakeShop
from tests.support.things import make_cause, make_item, make_order, make_viewer

PENDING, PROCESSED = OrderStatus.PENDING, OrderStatus.PROCESSED
COMPLETED, CANCELLED = OrderStatus.COMPLETED, OrderStatus.CANCELLED
OPERATOR = make_viewer(Role.OPERATOR)
NOTED = OrderChange(fields={"note": "soon"})
Move = Callable[..., Coroutine[Any, Any, Order]]


async def changed(shop: FakeShop, viewer: Viewer, order: Order, change: OrderChange = NOTED, version: int = 1) -> Order:
    return await update(shop.tx, viewer, order.id, change, expected_version=version, cause=make_cause(viewer.user_id))


async def refusal_of(doing: Coroutine[Any, Any, Order], shop: FakeShop) -> Refusal:
    """The refusal, after which nothing has changed."""
    before = dict(shop.orders.rows)
    with pytest.raises(Refused) as refused:
        await doing
    assert shop.orders.rows == before
    assert shop.events.appended == []
    return refused.value.refusal


def told(shop: FakeShop) -> Event:
    [event] = shop.events.appended
    return event


class TestUpdate:
    async def test_an_owner_changes_a_pending_order_and_the_log_says_so(self) -> None:
        order = make_order(note="first")
        shop, items = FakeShop(order), (make_item("CHAIR"),)
        owner = make_viewer(user_id=order.customer_id)
        now = await changed(shop, owner, order, OrderChange(lines=items, fields={"note": None}))
        assert (now.items, now.note, now.version, now.status) == (items, None, 2, PENDING)
        assert now.updated_at > order.updated_at
        assert (now.created_at, now.promote_at) == (order.created_at, order.promote_at)
        assert shop.orders.rows[order.id] == now
        event = told(shop)
        assert (event.type, event.subject, event.previous_status) == (EventType.ORDER_UPDATED, now, PENDING)
        assert event.cause.actor.user_id == owner.user_id

    @pytest.mark.parametrize("role", [Role.OPERATOR, Role.ADMIN])
    async def test_staff_change_everybodys_orders(self, role: Role) -> None:
        order = make_order()
        assert (await changed(FakeShop(order), make_viewer(role), order)).note == "soon"

    @pytest.mark.parametrize("fields", [{}, {"note": "same"}])
    @pytest.mark.parametrize("lines", [None, (make_item(),)])
    async def test_a_change_that_changes_nothing_is_no_event_and_no_version(
        self, fields: dict[str, Any], lines: tuple[OrderItem, ...] | None
    ) -> None:
        order = make_order(note="same")
        shop = FakeShop(order)
        assert await changed(shop, OPERATOR, order, OrderChange(lines=lines, fields=fields)) == order
        assert shop.events.appended == []

    @pytest.mark.parametrize("status", [PROCESSED, COMPLETED, CANCELLED])
    @pytest.mark.parametrize("note", ["soon", "same"])
    async def test_what_is_no_longer_pending_cannot_be_changed_even_to_what_it_is(
        self, status: OrderStatus, note: str
    ) -> None:
        order = make_order(status=status, note="same")
        shop = FakeShop(order)
        refusal = await refusal_of(changed(shop, OPERATOR, order, OrderChange(fields={"note": note})), shop)
        assert refusal == InvalidTransition(from_=status, to=status)

    async def test_whoever_has_seen_an_older_version_is_told_so_first(self) -> None:
        order = make_order(version=3, status=PROCESSED)
        shop = FakeShop(order)
        assert await refusal_of(changed(shop, OPERATOR, order, version=2), shop) == VersionConflict(
            expected=2, actual=3
        )

    @pytest.mark.parametrize("role", [Role.CUSTOMER, Role.SELLER])
    async def test_an_order_of_somebody_else_is_as_unknown_as_one_that_never_was(self, role: Role) -> None:
        order, stranger = make_order(), make_viewer(role)
        shop = FakeShop(order)
        assert await refusal_of(changed(shop, stranger, order), shop) == NotFound(id=str(order.id))
        never = make_order()
        assert await refusal_of(changed(shop, stranger, never, version=99), shop) == NotFound(id=str(never.id))


@pytest.mark.parametrize(
    ("move", "was", "to", "type"),
    [
        (process, PENDING, PROCESSED, EventType.ORDER_READY),
        (complete, PROCESSED, COMPLETED, EventType.ORDER_COMPLETED),
    ],
)
class TestByHand:
    @pytest.mark.parametrize("role", [Role.OPERATOR, Role.ADMIN])
    @pytest.mark.parametrize("version", [None, 1])
    async def test_staff_move_an_order_on(
        self, move: Move, was: OrderStatus, to: OrderStatus, type: EventType, role: Role, version: int | None
    ) -> None:
        order, clerk = make_order(status=was), make_viewer(role)
        shop = FakeShop(order)
        moved = await move(shop.tx, clerk, order.id, expected_version=version, cause=clerk.cause(new_id()))
        assert (moved.status, moved.version) == (to, 2)
        assert (moved.processed_at == moved.updated_at) is (to is PROCESSED)
        assert shop.orders.rows[order.id] == moved
        event = told(shop)
        assert (event.type, event.subject, event.previous_status) == (type, moved, was)
        assert event.cause.actor.user_id == clerk.user_id

    async def test_nobody_else_does_not_even_its_owner(
        self, move: Move, was: OrderStatus, to: OrderStatus, type: EventType
    ) -> None:
        order = make_order(status=was)
        shop = FakeShop(order)
        for viewer in (make_viewer(user_id=order.customer_id), make_viewer(Role.SELLER)):
            for id in (order.id, new_id()):
                doing = move(shop.tx, viewer, id, expected_version=9, cause=make_cause())
                assert isinstance(await refusal_of(doing, shop), NotAllowed)

    async def test_from_any_other_status_it_does_not_go(
        self, move: Move, was: OrderStatus, to: OrderStatus, type: EventType
    ) -> None:
        for other in set(OrderStatus) - {was}:
            order = make_order(status=other)
            shop = FakeShop(order)
            doing = move(shop.tx, OPERATOR, order.id, expected_version=None, cause=make_cause())
            assert await refusal_of(doing, shop) == InvalidTransition(from_=other, to=to)

    async def test_a_version_that_is_not_the_newest_is_refused(
        self, move: Move, was: OrderStatus, to: OrderStatus, type: EventType
    ) -> None:
        order = make_order(status=was, version=5)
        shop = FakeShop(order)
        doing = move(shop.tx, OPERATOR, order.id, expected_version=4, cause=make_cause())
        assert await refusal_of(doing, shop) == VersionConflict(expected=4, actual=5)

    async def test_an_unknown_order_is_not_found(
        self, move: Move, was: OrderStatus, to: OrderStatus, type: EventType
    ) -> None:
        shop, id = FakeShop(), new_id()
        doing = move(shop.tx, OPERATOR, id, expected_version=None, cause=make_cause())
        assert await refusal_of(doing, shop) == NotFound(id=str(id))
