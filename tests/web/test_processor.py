"""The simulated card processor and its ledger, without a broker."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import msgspec

from domain.cards import Scenario
from domain.charges import Outcome
from domain.ports import Unavailable
from tests.support.processor import Booked, booked, make_charge, make_refund, token_of
from tests.support.things import make_payment, make_result
from tests.support.waiting import until
from web.ledger import Answer, Ledger
from web.payment_messages import ResultMessage
from web.processor import SCENARIOS, Processor, scenario_of

NOW, LATE, SOON = timedelta(0), timedelta(hours=1), timedelta(milliseconds=50)


class Told:
    """Whom the answers are given to: takes the first few tries for none, and says that it has heard, or not."""

    def __init__(self, *, away: int = 0) -> None:
        self.answers: list[ResultMessage] = []
        self.away = away

    async def __call__(self, answer: Answer) -> None:
        if self.away:
            self.away -= 1
            raise Unavailable("the broker is away")
        self.answers.append(msgspec.json.decode(answer.body, type=ResultMessage))

    async def has(self, count: int) -> None:
        async def enough() -> bool:
            return len(self.answers) >= count

        await until(enough)


@asynccontextmanager
async def processing(file: Path, told: Told, *, repeated: timedelta = LATE) -> AsyncIterator[Processor]:
    async with Ledger.opened(file) as ledger:
        processor = Processor(ledger, told, delay=NOW, late=LATE, repeated=repeated)
        running = asyncio.create_task(processor.run())
        try:
            yield processor
        finally:
            processor.stop()
            await running


def test_there_is_an_answer_for_every_card_that_the_shop_knows() -> None:
    assert set(SCENARIOS) == set(Scenario)
    assert [scenario_of(token_of(scenario)) for scenario in Scenario] == list(Scenario)


async def test_an_answer_is_repeated_until_it_is_heard(tmp_path: Path) -> None:
    told = Told()
    async with processing(tmp_path / "ledger.db", told, repeated=SOON) as processor:
        await processor.take(make_charge())
        await told.has(3)
        assert len({one.message_id for one in told.answers}) == 1
        await processor.heard(told.answers[0].message_id)
        other = make_charge()
        count = len(told.answers)
        await processor.take(other)
        await told.has(count + 3)
    assert {one.payment_id for one in told.answers[count + 1 :]} == {other.payment_id}


async def test_what_could_not_be_told_is_tried_again(tmp_path: Path) -> None:
    told = Told(away=2)
    async with processing(tmp_path / "ledger.db", told) as processor:
        await processor.take(make_charge())
        await told.has(1)


async def test_what_was_taken_before_a_crash_is_answered_after_it(tmp_path: Path) -> None:
    """The answer is in the ledger with the charge: nothing is charged that nobody is told of."""
    charge, file = make_charge(), tmp_path / "ledger.db"
    async with Ledger.opened(file) as ledger:
        await Processor(ledger, Told(), delay=NOW, late=LATE).take(charge)  # and there it ends
    told = Told()
    async with processing(file, told):
        await told.has(1)
    assert [(one.payment_id, one.outcome) for one in told.answers] == [(charge.payment_id, Outcome.APPROVED)]
    assert booked(file) == {str(charge.payment_id): Booked(charge.amount.minor, 0)}


async def test_many_who_ask_at_once_are_charged_once(tmp_path: Path) -> None:
    charges = [make_charge(), make_charge()]
    told = Told()
    async with processing(tmp_path / "ledger.db", told) as processor:
        await asyncio.gather(*(processor.take(charge) for charge in charges * 10))
        await told.has(2)
    assert set(booked(tmp_path / "ledger.db").values()) == {Booked(2100, 0)}
    assert len({one.message_id for one in told.answers}) == 2


async def test_only_a_transaction_of_its_own_and_all_of_it_is_given_back(tmp_path: Path) -> None:
    charge, told = make_charge(), Told()
    async with processing(tmp_path / "ledger.db", told) as processor:
        await processor.take(charge)
        await told.has(1)
        strange = make_result(make_payment(), transaction_id="txn_of_somebody_else")
        await processor.take(make_refund(charge, strange))
        approval = make_result(make_payment(), transaction_id=told.answers[0].transaction_id)
        await processor.take(
            make_refund(make_charge(payment_id=charge.payment_id, amount=charge.amount.times(2)), approval)
        )
        assert booked(tmp_path / "ledger.db") == {str(charge.payment_id): Booked(2100, 0)}
        await processor.take(make_refund(charge, approval))
        await told.has(2)
    assert booked(tmp_path / "ledger.db") == {str(charge.payment_id): Booked(2100, 2100)}
    assert [one.outcome for one in told.answers] == [Outcome.APPROVED, Outcome.REFUNDED]
