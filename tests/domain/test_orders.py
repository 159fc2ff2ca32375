"""Orders: what may be asked for, and what may happen to one."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.drafts import CustomItem, OrderDraft, draft
from domain.events import EventType
from domain.ids import new_id
from domain.money import Money
from domain.orders import (
    Order,
    OrderItem,
    OrderStatus,
    PaymentState,
    cancel,
    promote_pending,
)
from domain.placing import place
from domain.refusals import InvalidInput, InvalidTransition, NotFound, Refused, VersionConflict
from domain.reservations import Shelf
from domain.users import Role, Viewer
from tests.domain.fakes import FakeShop
from tests.support.things import TERMS, ago, make_cause, make_custom, make_draft, make_item, make_order, make_viewer

PENDING, PROCESSED = OrderStatus.PENDING, OrderStatus.PROCESSED
COMPLETED, CANCELLED = OrderStatus.COMPLETED, OrderStatus.CANCELLED
AWAITING = OrderStatus.AWAITING_PAYMENT
ROAD = {
    (PENDING, PROCESSED),
    (PENDING, CANCELLED),
    (PROCESSED, COMPLETED),
    (PROCESSED, CANCELLED),
    (AWAITING, CANCELLED),
}
STAFF = [Role.OPERATOR, Role.ADMIN]


def asked(
    *items: CustomItem, note: str | None = None, key: str | None = None, viewer: Viewer | None = None
) -> OrderDraft:
    return draft(
        viewer or make_viewer(),
        items=items or (make_custom(),),
        note=note,
        idempotency_key=key,
        shop=TERMS,
        cause=make_cause(),
    )


def issues_of(*items: CustomItem, note: str | None = None, key: str | None = None) -> list[tuple[str, str]]:
    """Where and what the shop says is wrong."""
    with pytest.raises(Refused) as refused:
        asked(*items, note=note, key=key)
    assert isinstance(refused.value.refusal, InvalidInput)
    return [(".".join(issue.path), issue.code) for issue in refused.value.refusal.issues]


class TestDraft:
    def test_a_draft_holds_what_was_asked_for_without_the_blanks_around_it(self) -> None:
        viewer = make_viewer()
        made = asked(make_custom(" lamp\n", size=" L ", color=None), note=" please ", key=" k1 ", viewer=viewer)
        lamp = OrderItem(product="lamp", size="L", color=None, quantity=2, unit_price=Money(minor=1050, currency="EUR"))
        assert made.lines == (lamp,)
        assert (made.note, made.idempotency_key, made.customer_id) == ("please", "k1", viewer.user_id)

    def test_everything_that_is_wrong_is_said_at_once(self) -> None:
        bad = make_custom(" ", size="s" * 41, color="c\x00", quantity=0, unit_price=Decimal("0.001"))
        assert issues_of(make_custom(), bad, note="n" * 2001, key="") == [
            ("input.items.1.custom.quantity", "RANGE"),
            ("input.items.1.custom.product", "LENGTH"),
            ("input.items.1.custom.size", "LENGTH"),
            ("input.items.1.custom.color", "CHARACTERS"),
            ("input.items.1.custom.unitPrice", "PRECISION"),
            ("input.note", "LENGTH"),
            ("input.idempotencyKey", "LENGTH"),
        ]

    def test_a_message_names_the_field_the_limit_and_what_was_given(self) -> None:
        with pytest.raises(Refused) as refused:
            asked(make_custom(quantity=10_001))
        message = refused.value.refusal.message
        assert message == "input.items.0.custom.quantity: must be 1 to 10000, it is 10001"

    @pytest.mark.parametrize("count", [1, 100])
    def test_an_order_may_have_so_many_items(self, count: int) -> None:
        assert len(asked(*[make_custom()] * count).lines) == count

    def test_an_order_needs_an_item(self) -> None:
        with pytest.raises(Refused) as refused:
            draft(make_viewer(), items=[], note=None, idempotency_key=None, shop=TERMS, cause=make_cause())
        assert isinstance(refused.value.refusal, InvalidInput)
        assert refused.value.refusal.issues[0].path == ("input", "items")

    def test_an_order_of_more_items_is_refused_without_looking_at_all_of_them(self) -> None:
        assert issues_of(*[make_custom(quantity=0)] * 100_000)[0] == ("input.items", "COUNT")
        assert len(issues_of(*[make_custom(quantity=0)] * 100_000)) == 101

    @pytest.mark.parametrize("quantity", [1, 10_000])
    def test_so_many_of_one_item_may_be_bought(self, quantity: int) -> None:
        assert asked(make_custom(quantity=quantity)).lines[0].quantity == quantity

    @pytest.mark.parametrize("quantity", [0, -1, 10_001, 2**31])
    def test_other_quantities_are_refused(self, quantity: int) -> None:
        assert issues_of(make_custom(quantity=quantity)) == [("input.items.0.custom.quantity", "RANGE")]

    @pytest.mark.parametrize(
        ("price", "minor"), [("0.01", 1), ("20", 2000), ("20.000", 2000), ("9999999.99", 999999999)]
    )
    def test_a_price_is_kept_in_cents(self, price: str, minor: int) -> None:
        assert asked(make_custom(unit_price=Decimal(price))).lines[0].unit_price.minor == minor

    @pytest.mark.parametrize(
        ("price", "code"),
        [
            ("0", "RANGE"),
            ("-0.00", "RANGE"),
            ("-1", "RANGE"),
            ("10000000.00", "RANGE"),
            ("999999999999999999", "RANGE"),
            ("1E+20", "RANGE"),
            ("0.001", "PRECISION"),
            ("0.009999", "PRECISION"),
            ("-0.001", "PRECISION"),
            ("NaN", "PRECISION"),
            ("Infinity", "PRECISION"),
        ],
    )
    def test_other_prices_are_refused(self, price: str, code: str) -> None:
        assert issues_of(make_custom(unit_price=Decimal(price))) == [("input.items.0.custom.unitPrice", code)]

    @pytest.mark.parametrize("product", ["", "   ", "\n\t"])
    def test_an_item_without_a_name_is_refused(self, product: str) -> None:
        assert issues_of(make_custom(product)) == [("input.items.0.custom.product", "LENGTH")]

    @pytest.mark.parametrize("text", ["a\x00b", "a\x1bb", "a\x7fb", "\ud83d", "ok \udc00"])
    def test_what_is_not_text_is_refused(self, text: str) -> None:
        assert issues_of(make_custom(text), note=text, key=text) == [
            ("input.items.0.custom.product", "CHARACTERS"),
            ("input.note", "CHARACTERS"),
            ("input.idempotencyKey", "CHARACTERS"),
        ]

    @pytest.mark.parametrize("text", ["camisa", "Ñandú", "👗", "مصباح", "two\nlines\tand\r\na tab"])
    def test_what_people_write_is_taken(self, text: str) -> None:
        made = asked(make_custom(text, size=text, color=text), note=text, key=text)
        assert {made.lines[0].product, made.lines[0].size, made.note, made.idempotency_key} == {text}

    @pytest.mark.parametrize(("field", "most"), [("product", 120), ("size", 40), ("color", 40)])
    def test_a_description_may_be_so_long(self, field: str, most: int) -> None:
        assert getattr(asked(make_custom(**{"product": "lamp", field: "é" * most})).lines[0], field) == "é" * most
        assert issues_of(make_custom(**{"product": "lamp", field: "é" * (most + 1)})) == [
            (f"input.items.0.custom.{field}", "LENGTH")
        ]

    def test_a_note_may_have_2000_characters_and_a_key_255(self) -> None:
        made = asked(note="n" * 2000, key="k" * 255)
        assert made.note
        assert len(made.note) == 2000
        assert issues_of(note="n" * 2001, key="k" * 256) == [
            ("input.note", "LENGTH"),
            ("input.idempotencyKey", "LENGTH"),
        ]

    @given(
        st.lists(
            st.builds(
                CustomItem,
                product=st.text(max_size=125),
                size=st.none() | st.text(max_size=45),
                color=st.none() | st.text(max_size=45),
                quantity=st.integers(-1, 10_001),
                unit_price=st.decimals(min_value=-1, max_value=10**8, places=3),
            ),
            max_size=3,
        ),
        st.none() | st.text(),
    )
    def test_a_draft_is_either_refused_or_within_every_limit(self, items: list[CustomItem], note: str | None) -> None:
        try:
            made = draft(make_viewer(), items=items, note=note, idempotency_key=None, shop=TERMS, cause=make_cause())
        except Refused:
            return
        for item in made.lines:
            assert isinstance(item, OrderItem)
            assert 1 <= len(item.product) <= 120
            assert 1 <= item.quantity <= 10_000
            assert 1 <= item.unit_price.minor <= 999_999_999
            assert item.product.encode()  # it can be stored


class TestPlace:
    def test_a_placed_order_is_pending_and_says_so(self) -> None:
        asked_for = make_draft(lines=(make_item(), make_item("CHAIR", quantity=1)), note="soon")
        placed = place(asked_for, Shelf(), serial=123, promote_after=timedelta(seconds=3))
        order, [event] = placed.order, placed.events
        assert (order.id, order.customer_id, order.note) == (asked_for.id, asked_for.customer_id, "soon")
        assert (order.status, order.payment_state, order.version) == (PENDING, PaymentState.NOT_REQUIRED, 1)
        assert order.promote_at - order.created_at == timedelta(seconds=3)
        assert (event.type, event.subject, event.cause) == (EventType.ORDER_CREATED, order, asked_for.cause)
        assert (event.previous_status, event.at, event.owner_id) == (None, order.created_at, order.customer_id)

    def test_the_total_is_the_sum_of_the_lines(self) -> None:
        order = make_order(items=(make_item(quantity=3), make_item("CHAIR", quantity=1)))
        assert order.total == Money(minor=4 * 1050, currency="EUR")

    def test_a_number_for_people_has_six_digits_and_grows(self) -> None:
        assert [make_order(serial=serial).number for serial in (7, 123456, 1234567)] == [
            "SW-000007",
            "SW-123456",
            "SW-1234567",
        ]


class TestPromote:
    async def test_orders_that_are_due_are_processed_and_told_of(self) -> None:
        due, later = make_order(promote_at=ago(seconds=1)), make_order(promote_at=ago(seconds=-60))
        shop, cause = FakeShop(due, later), make_cause()
        promoted = await promote_pending(shop.tx, cause=cause, limit=100)
        assert [(order.id, order.status, order.version) for order in promoted] == [(due.id, PROCESSED, 2)]
        assert shop.orders.rows[due.id] == promoted[0]
        assert shop.orders.rows[later.id] == later
        [event] = shop.events.appended
        assert (event.type, event.subject, event.previous_status) == (EventType.ORDER_READY, promoted[0], PENDING)
        assert event.cause == cause
        assert event.at == promoted[0].processed_at == promoted[0].updated_at

    async def test_a_batch_is_no_larger_than_was_asked_for(self) -> None:
        shop = FakeShop(*[make_order() for _ in range(5)])
        assert [len(await promote_pending(shop.tx, cause=make_cause(), limit=2)) for _ in range(4)] == [2, 2, 1, 0]

    async def test_nothing_is_told_when_nothing_is_due(self) -> None:
        shop = FakeShop(make_order(status=PROCESSED))
        assert await promote_pending(shop.tx, cause=make_cause(), limit=100) == []
        assert shop.events.appended == []


class TestCancel:
    async def test_an_owner_cancels_a_pending_order(self) -> None:
        order = make_order()
        shop, owner = FakeShop(order), make_viewer(user_id=order.customer_id)
        cause = owner.cause(new_id())
        cancelled = await cancel(shop.tx, owner, order.id, reason=" too big ", expected_version=1, cause=cause)
        assert (cancelled.status, cancelled.cancel_reason, cancelled.version) == (CANCELLED, "too big", 2)
        assert shop.orders.rows[order.id] == cancelled
        [event] = shop.events.appended
        assert (event.type, event.subject, event.previous_status) == (EventType.ORDER_CANCELLED, cancelled, PENDING)
        assert event.cause.actor.user_id == order.customer_id

    @pytest.mark.parametrize("status", [PROCESSED, COMPLETED, CANCELLED])
    async def test_an_owner_cannot_cancel_later(self, status: OrderStatus) -> None:
        order = make_order(status=status)
        shop, owner = FakeShop(order), make_viewer(user_id=order.customer_id)
        with pytest.raises(Refused) as refused:
            await cancel(shop.tx, owner, order.id, reason=None, expected_version=None, cause=make_cause())
        assert refused.value.refusal == InvalidTransition(from_=status, to=CANCELLED)
        assert shop.orders.rows[order.id] == order
        assert shop.events.appended == []

    @pytest.mark.parametrize("role", STAFF)
    @pytest.mark.parametrize("status", [PENDING, PROCESSED])
    async def test_staff_cancel_until_an_order_is_completed(self, role: Role, status: OrderStatus) -> None:
        order = make_order(status=status)
        shop = FakeShop(order)
        cancelled = await cancel(
            shop.tx, make_viewer(role), order.id, reason=None, expected_version=None, cause=make_cause()
        )
        assert cancelled.status is CANCELLED
        assert shop.events.appended[0].previous_status is status

    @pytest.mark.parametrize("status", [COMPLETED, CANCELLED])
    async def test_not_even_staff_cancel_what_is_over(self, status: OrderStatus) -> None:
        order = make_order(status=status)
        with pytest.raises(Refused) as refused:
            await cancel(
                FakeShop(order).tx,
                make_viewer(Role.ADMIN),
                order.id,
                reason=None,
                expected_version=None,
                cause=make_cause(),
            )
        assert refused.value.refusal == InvalidTransition(from_=status, to=CANCELLED)

    @pytest.mark.parametrize("role", [Role.CUSTOMER, Role.SELLER])
    async def test_an_order_of_somebody_else_is_as_unknown_as_one_that_never_was(self, role: Role) -> None:
        order, stranger = make_order(), make_viewer(role)
        for id in (order.id, new_id()):
            with pytest.raises(Refused) as refused:
                await cancel(FakeShop(order).tx, stranger, id, reason=None, expected_version=99, cause=make_cause())
            assert refused.value.refusal == NotFound(id=str(id))

    async def test_whoever_has_seen_an_older_version_is_told_so(self) -> None:
        order = make_order(version=3)
        shop, owner = FakeShop(order), make_viewer(user_id=order.customer_id)
        with pytest.raises(Refused) as refused:
            await cancel(shop.tx, owner, order.id, reason=None, expected_version=2, cause=make_cause())
        assert refused.value.refusal == VersionConflict(expected=2, actual=3)
        assert shop.events.appended == []

    @pytest.mark.parametrize("reason", ["r" * 2001, "no\x00"])
    async def test_a_reason_that_cannot_be_kept_is_refused(self, reason: str) -> None:
        order = make_order()
        with pytest.raises(Refused) as refused:
            await cancel(
                FakeShop(order).tx,
                make_viewer(Role.ADMIN),
                order.id,
                reason=reason,
                expected_version=None,
                cause=make_cause(),
            )
        assert isinstance(refused.value.refusal, InvalidInput)
        assert refused.value.refusal.issues[0].path == ("reason",)


@pytest.mark.parametrize("was", OrderStatus)
@pytest.mark.parametrize("to", [PROCESSED, COMPLETED, CANCELLED])
def test_an_order_moves_only_along_its_road_and_every_move_is_a_version(was: OrderStatus, to: OrderStatus) -> None:
    order, at = make_order(status=was), ago()

    def move() -> Order:
        moves = {PROCESSED: order.processed, COMPLETED: order.completed}
        return moves[to](at) if to in moves else order.cancelled(at, "why")

    if (was, to) in ROAD:
        assert (move().status, move().version, move().updated_at) == (to, order.version + 1, at)
        return
    with pytest.raises(Refused) as refused:
        move()
    assert refused.value.refusal == InvalidTransition(from_=was, to=to)
    already = f"The order is {was} already, so this cannot be done any more."
    assert refused.value.refusal.message == (already if was is to else f"An order that is {was} cannot become {to}.")
