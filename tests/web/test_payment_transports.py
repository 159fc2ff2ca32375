"""The ways to the card processor: what holds of both, over a real broker and inside one process."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from domain.charges import Outcome
from domain.ports import PaymentTransport, Unavailable
from tests.support.processor import (
    LATE,
    TRANSPORTS,
    Booked,
    Taker,
    booked,
    ledger_in,
    make_charge,
    make_refund,
    sent,
    transport_to,
)
from tests.support.waiting import until
from web.mosquitto import Mosquitto

APPROVED, DECLINED, FAILED, REFUNDED = Outcome.APPROVED, Outcome.DECLINED, Outcome.FAILED, Outcome.REFUNDED


@pytest.fixture(scope="module")
def mosquitto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mosquitto]:
    with Mosquitto(tmp_path_factory.mktemp("mosquitto")) as server:
        yield server


@pytest.fixture(params=TRANSPORTS)
async def transport(
    request: pytest.FixtureRequest, mosquitto: Mosquitto, tmp_path: Path
) -> AsyncIterator[PaymentTransport]:
    async with transport_to(request.param, tmp_path, mosquitto.url) as way:
        yield way
        await way.close()


@pytest.fixture
async def taker(transport: PaymentTransport) -> Taker:
    taker = Taker()
    await transport.open(taker)
    return taker


@pytest.mark.parametrize(
    ("scenario", "expected"),
    [
        ("approved", [(APPROVED, None)]),
        ("insufficient_funds", [(DECLINED, "insufficient_funds")]),
        ("lost_card", [(DECLINED, "lost_card")]),
        ("processing_error", [(FAILED, "processing_error")]),
        ("late_answer", [(APPROVED, None)]),
        ("answer_twice", [(APPROVED, None), (APPROVED, None)]),
        ("decline_then_approve", [(DECLINED, "do_not_honor"), (APPROVED, None)]),
        ("a_scenario_that_there_is_not", [(FAILED, "unknown_token")]),
    ],
)
async def test_a_card_is_answered_as_its_token_says(
    transport: PaymentTransport, taker: Taker, tmp_path: Path, scenario: str, expected: list[tuple[Outcome, str | None]]
) -> None:
    charge = make_charge(scenario)
    await sent(transport, [charge])
    found = await taker.has(len(expected), about=charge.payment_id)
    assert [(one.outcome, one.reason) for one in found] == expected
    assert {one.amount for one in found} == {charge.amount}
    assert len({one.message_id for one in found}) == len({one.outcome for one in found}), "one for each result"
    captured = charge.amount.minor if APPROVED in {one.outcome for one in found} else 0
    assert booked(ledger_in(tmp_path)) == {str(charge.payment_id): Booked(captured, 0)}


async def test_a_late_answer_is_late_and_nobody_waits_for_it(transport: PaymentTransport, taker: Taker) -> None:
    late, prompt = make_charge("late_answer"), make_charge()
    began = asyncio.get_running_loop().time()
    await sent(transport, [late, prompt])
    await taker.has(1, about=prompt.payment_id)
    await taker.has(1, about=late.payment_id)
    assert asyncio.get_running_loop().time() - began >= LATE.total_seconds()
    assert [one.payment_id for one in taker.results] == [prompt.payment_id, late.payment_id]


async def test_who_gives_no_answer_has_taken_nothing(transport: PaymentTransport, taker: Taker, tmp_path: Path) -> None:
    silent, after = make_charge("no_answer"), make_charge("late_answer")
    await sent(transport, [silent, after])
    await taker.has(1, about=after.payment_id)
    assert taker.about(silent.payment_id) == []
    assert booked(ledger_in(tmp_path))[str(silent.payment_id)] == Booked(0, 0)


async def test_what_is_asked_again_is_charged_once_and_answered_the_same(
    transport: PaymentTransport, taker: Taker, tmp_path: Path
) -> None:
    charge = make_charge()
    await sent(transport, [charge, charge])
    first = await taker.has(1, about=charge.payment_id)
    await sent(transport, [make_charge(payment_id=charge.payment_id, token="tok_lost_card_1")])
    found = await taker.has(len(first) + 1, about=charge.payment_id)
    assert len(set(found)) == 1, "the first time counts, and whoever asks again hears the same, with the same id"
    assert booked(ledger_in(tmp_path)) == {str(charge.payment_id): Booked(charge.amount.minor, 0)}


async def test_what_was_taken_is_given_back_once(transport: PaymentTransport, taker: Taker, tmp_path: Path) -> None:
    charge = make_charge()
    await sent(transport, [charge])
    [approval] = await taker.has(1, about=charge.payment_id)
    refund = make_refund(charge, approval)
    await sent(transport, [refund, refund])
    found = (await taker.has(2, about=charge.payment_id))[1:]
    assert {one.outcome for one in found} == {REFUNDED}
    assert {one.transaction_id for one in found} == {approval.transaction_id}
    minor = charge.amount.minor
    assert booked(ledger_in(tmp_path)) == {str(charge.payment_id): Booked(minor, minor)}


async def test_what_was_never_taken_is_not_given_back(
    transport: PaymentTransport, taker: Taker, tmp_path: Path
) -> None:
    charge, other = make_charge("lost_card"), make_charge()
    await sent(transport, [charge, other])
    await taker.has(1, about=charge.payment_id)
    [approval] = await taker.has(1, about=other.payment_id)
    await sent(transport, [make_refund(charge, approval), make_refund(other, approval)])
    assert (await taker.has(2, about=other.payment_id))[1].outcome is REFUNDED
    assert [one.outcome for one in taker.about(charge.payment_id)] == [DECLINED]
    assert booked(ledger_in(tmp_path))[str(charge.payment_id)] == Booked(0, 0)


async def test_an_answer_that_could_not_be_taken_comes_again(transport: PaymentTransport, taker: Taker) -> None:
    taker.failing = True
    charge = make_charge()
    await sent(transport, [charge])
    await until(lambda: _has_failed(taker))
    assert taker.results == []
    taker.failing = False
    assert [one.outcome for one in await taker.has(1, about=charge.payment_id)] == [APPROVED]


async def test_what_was_answered_while_the_way_was_closed_comes_when_it_is_open(
    transport: PaymentTransport, taker: Taker
) -> None:
    charge = make_charge("late_answer")
    await sent(transport, [charge])
    await transport.close()
    with pytest.raises(Unavailable):
        await transport.send([make_charge()])
    await transport.open(taker)
    await transport.open(taker)
    assert [one.outcome for one in await taker.has(1, about=charge.payment_id)] == [APPROVED]


async def _has_failed(taker: Taker) -> bool:
    return taker.failed > 0
