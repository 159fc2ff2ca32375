"""Circuits: five failures in a row open one, and then one probe for each wait says whether it may close."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from domain.circuits import CLOSED, OPENED_BY, Circuit
from tests.support.things import NOON

SECOND = timedelta(seconds=1)
SCHEDULE = [timedelta(seconds=5), timedelta(minutes=5), timedelta(hours=2)]
bounded = settings(max_examples=100, deadline=None)


def after(circuit: Circuit, at: datetime, *, ok: bool = False, probe: bool = False) -> Circuit:
    return circuit.after(ok=ok, probe=probe, at=at, schedule=SCHEDULE)


def failed(times: int, circuit: Circuit = CLOSED) -> Circuit:
    """So many attempts that failed, one each second from noon."""
    for number in range(times):
        circuit = after(circuit, NOON + number * SECOND)
    return circuit


def test_four_failures_in_a_row_leave_it_closed() -> None:
    assert failed(4) == Circuit(failures=4, failing_since=NOON)
    assert not failed(4).is_open


def test_the_fifth_opens_it_for_the_first_wait() -> None:
    assert failed(5) == Circuit(failures=5, failing_since=NOON, retry_at=NOON + 4 * SECOND + SCHEDULE[0])
    assert failed(5).is_open


def test_a_success_among_them_begins_the_count_anew() -> None:
    between = after(failed(4), NOON, ok=True)
    assert between == CLOSED
    assert not failed(4, between).is_open


def test_each_probe_that_fails_is_followed_by_the_next_wait_and_the_last_one_for_ever() -> None:
    circuit, waits = failed(5), []
    for number in range(1, 5):
        at = NOON + timedelta(days=number)
        circuit = after(circuit, at, probe=True)
        assert (circuit.failures, circuit.probes, circuit.failing_since) == (5 + number, number, NOON)
        assert circuit.retry_at
        waits.append(circuit.retry_at - at)
    assert waits == [SCHEDULE[1], SCHEDULE[2], SCHEDULE[2], SCHEDULE[2]]


def test_what_was_on_its_way_when_it_opened_is_counted_and_puts_nothing_off() -> None:
    opened = failed(5)
    late = after(opened, NOON + timedelta(minutes=4))
    assert late == replace(opened, failures=6)


@pytest.mark.parametrize("probe", [True, False])
def test_a_success_closes_it_whether_it_was_the_probe_or_on_its_way(probe: bool) -> None:
    assert after(failed(9), NOON, ok=True, probe=probe) == CLOSED


def test_a_probe_on_its_way_is_waited_for_until_its_lease_ends() -> None:
    until = NOON + timedelta(seconds=25)
    assert failed(5).lent(until) == replace(failed(5), retry_at=until)


def test_without_a_schedule_it_opens_and_may_be_probed_at_once() -> None:
    circuit = CLOSED
    for _ in range(5):
        circuit = circuit.after(ok=False, probe=False, at=NOON, schedule=[])
    assert circuit.retry_at == NOON


@dataclass(frozen=True, slots=True)
class Attempt:
    ok: bool
    probe: bool


attempts = some.lists(some.builds(Attempt, ok=some.sampled_from([False, False, False, True]), probe=some.booleans()))


@bounded
@given(attempts=attempts)
def test_whatever_comes_it_is_open_exactly_after_five_failures_in_a_row(attempts: list[Attempt]) -> None:
    circuit, in_a_row, probes = CLOSED, 0, 0
    for second, attempt in enumerate(attempts):
        at, was = NOON + second * SECOND, circuit
        circuit = after(circuit, at, ok=attempt.ok, probe=attempt.probe)
        in_a_row = 0 if attempt.ok else in_a_row + 1
        probes = probes + (attempt.probe and was.is_open) if in_a_row > OPENED_BY else 0
        assert circuit.is_open == (in_a_row >= OPENED_BY)
        assert (circuit.failures, circuit.probes) == (in_a_row, probes)
        assert circuit.failing_since == (NOON + (second - in_a_row + 1) * SECOND if in_a_row else None)
        moved = in_a_row == OPENED_BY or (in_a_row > OPENED_BY and attempt.probe)
        if moved:
            assert circuit.retry_at == at + SCHEDULE[min(probes, 2)]
        elif not attempt.ok:
            assert circuit.retry_at == was.retry_at
