"""Money after any answers in any order, however often they come: what was taken, less what was given back, is what the
orders owe. Found by hypothesis."""

from collections.abc import Coroutine
from dataclasses import replace
from typing import Any, TypeVar

from hypothesis import Phase, settings
from hypothesis import strategies as some
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain.charges import Charge, Outcome, Refund, Result, apply, request_of
from domain.ids import new_id
from domain.money import Money
from domain.orders import OrderStatus, PaymentState, cancel, cancel_unpaid
from domain.paying import PaymentOrder, confirm, fail_unanswered, pay, refund
from domain.payment_wishes import Deadlines
from domain.payments import PaymentDraft, PaymentMethod, PaymentStatus
from domain.refusals import InvalidTransition, Refused
from domain.users import Role
from tests.domain.fakes import FakeShop
from tests.support.things import NOON, make_cause, make_unpaid, make_viewer

T = TypeVar("T")
STAFF = make_viewer(Role.ADMIN)
CARD = PaymentDraft(method=PaymentMethod.CARD, token="tok_approved_1")
UNPAID = (PaymentState.NOT_REQUIRED, PaymentState.AWAITING)
MOST = 2  # orders: with more of them, each has less of a life
WRONG = Money(minor=1, currency="EUR")

seldom = some.sampled_from([False, False, False, True])


def ran(work: Coroutine[Any, Any, T]) -> T | None:
    """What came of it; None when the shop said that it cannot be done. The fakes never wait."""
    try:
        work.send(None)
    except StopIteration as done:
        return done.value  # type: ignore[no-any-return]
    except Refused as refused:
        if not isinstance(refused.refusal, InvalidTransition):
            raise
        return None
    raise AssertionError("a fake has waited")


class Till(RuleBasedStateMachine):
    """A shop, and a processor whose answers get lost for a while, come twice, and overtake one another."""

    placed = Bundle[Any]("placed")

    def __init__(self) -> None:
        super().__init__()
        self.shop = FakeShop()
        self.read = 0
        self.asked: list[Charge | Refund] = []
        self.answers: list[Result] = []
        self.taken: dict[Any, Money] = {}
        self.given_back: dict[Any, Money] = {}

    @initialize(target=placed)
    def first(self) -> Any:
        return self.order()

    @precondition(lambda self: len(self.shop.orders.rows) < MOST)
    @rule(target=placed)
    def order(self) -> Any:
        order = make_unpaid()
        self.shop.orders.rows[order.id] = order
        self.pay(order.id)
        return order.id

    @rule(id=placed)
    def pay(self, id: Any) -> None:
        wanted = PaymentOrder(order_id=id, draft=CARD, idempotency_key=str(new_id()))
        payment = ran(pay(self.shop.tx, STAFF, wanted, deadlines=Deadlines(), cause=make_cause()))
        if payment:  # long ago, so that it may be given up at any time
            self.shop.payments.rows[payment.id] = replace(payment, created_at=NOON)
            order = self.shop.orders.rows[id]
            self.shop.orders.rows[id] = replace(order, pay_until=NOON)

    @rule(id=placed)
    def cancel(self, id: Any) -> None:
        ran(cancel(self.shop.tx, STAFF, id, reason=None, expected_version=None, cause=make_cause()))

    @rule(which=some.integers(0, 9))
    def give_back(self, which: int) -> None:
        if payments := sorted(self.shop.payments.rows):
            id = payments[which % len(payments)]
            ran(refund(self.shop.tx, STAFF, id, key=str(new_id()), cause=make_cause()))
            ran(confirm(self.shop.tx, STAFF, id, key=str(new_id()), cause=make_cause()))

    @rule()
    def fail_unanswered(self) -> None:
        ran(fail_unanswered(self.shop.tx, deadlines=Deadlines(), cause=make_cause(), limit=9))

    @rule()
    def cancel_unpaid(self) -> None:
        ran(cancel_unpaid(self.shop.tx, cause=make_cause(), limit=9))

    @rule(
        which=some.integers(0, 9),
        outcome=some.sampled_from(list(Outcome)),
        wrong=some.sampled_from([False, False, False, True]),
    )
    def decides(self, which: int, outcome: Outcome, wrong: bool) -> None:
        self.decide(which, outcome, wrong)

    def decide(self, which: int, outcome: Outcome, wrong: bool) -> None:
        """The processor takes a request; of a charge it may say first that it failed, and take the money after all."""
        self.listen()
        if not self.asked:
            return
        request = self.asked.pop(which % len(self.asked))
        if isinstance(request, Refund):
            assert self.taken[request.payment_id] == request.amount
            assert request.payment_id not in self.given_back, "asked for once"
            self.given_back[request.payment_id] = request.amount
            self.answer(request.payment_id, Outcome.REFUNDED, request.amount)
        elif outcome in (Outcome.APPROVED, Outcome.REFUNDED):
            if outcome is Outcome.REFUNDED:
                self.answer(request.payment_id, Outcome.DECLINED, request.amount)
            amount = WRONG if wrong else request.amount
            self.taken[request.payment_id] = amount
            self.answer(request.payment_id, Outcome.APPROVED, amount)
        else:
            self.answer(request.payment_id, outcome, request.amount)

    @rule(which=some.integers(0, 9), again=some.booleans(), anew=some.booleans())
    def hear(self, which: int, again: bool, anew: bool) -> None:
        """Any of the answers that are on their way; it may stay there, as the same message or as a new one."""
        if self.answers:
            answer = self.answers.pop(which % len(self.answers))
            ran(apply(self.shop.tx, answer, make_cause()))
            if again:
                self.answers.append(replace(answer, message_id=str(new_id())) if anew else answer)

    def listen(self) -> None:
        events = self.shop.events.appended
        self.asked += [asked for event in events[self.read :] if (asked := request_of(event))]
        self.read = len(events)

    def answer(self, id: Any, outcome: Outcome, amount: Money) -> None:
        money = outcome in (Outcome.APPROVED, Outcome.REFUNDED)
        self.answers.append(
            Result(
                message_id=str(new_id()),
                payment_id=id,
                outcome=outcome,
                transaction_id=f"tx_{id}" if money else None,
                amount=amount,
                reason=None if money else "no",
                at=NOON,
            )
        )

    @invariant()
    def an_order_is_paid_by_one_payment_of_all_that_it_costs(self) -> None:
        for order in self.shop.orders.rows.values():
            its = [one for one in self.shop.payments.rows.values() if one.order_id == order.id]
            approved = [one for one in its if one.status is PaymentStatus.APPROVED]
            assert len(approved) <= 1
            assert sum(one.is_open for one in its) <= 1
            for one in approved:
                assert (order.payment_state, one.amount) == (PaymentState.PAID, order.total)
                assert order.status is not OrderStatus.CANCELLED
            if order.payment_state is PaymentState.REFUNDED:
                assert not any(one.status is PaymentStatus.APPROVED for one in its)
            if order.status is OrderStatus.AWAITING_PAYMENT:
                assert (order.payment_state, order.pay_until is not None) == (PaymentState.AWAITING, True)
            else:
                assert order.pay_until is None

    def teardown(self) -> None:
        """When everything has been asked, decided and heard, nothing is left that is nobody's."""
        while self.answers or self.asked or self.read < len(self.shop.events.appended):
            while self.answers:
                self.hear(0, again=False, anew=False)
            self.decide(0, Outcome.APPROVED, wrong=False)
        for order in self.shop.orders.rows.values():
            its = [one for one in self.shop.payments.rows.values() if one.order_id == order.id]
            kept = sum(self.taken[one.id].minor for one in its if one.id in self.taken)
            kept -= sum(self.given_back[one.id].minor for one in its if one.id in self.given_back)
            owed = order.total.minor if order.payment_state is PaymentState.PAID else 0
            assert kept == owed, (order, its)
            assert order.payment_state is not PaymentState.PAID or order.status is not OrderStatus.CANCELLED
            assert not any(one.status is PaymentStatus.REFUND_REQUESTED for one in its)


TestMoney = Till.TestCase
TestMoney.settings = settings(
    max_examples=100,
    stateful_step_count=30,
    deadline=None,
    phases=[Phase.generate],  # to look for a shorter example takes minutes
)
