"""The circuit of an endpoint: what fails again and again is left alone, but for one probe at a time.

After the circuit breaker of M. Nygard, "Release It!": closed while all is well; opened by failures in a row; then one
attempt at a time says whether it may be closed again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

OPENED_BY = 5
"""Failures in a row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circuit:
    """`retry_at` is None while it is closed; after that, when the next probe may be sent."""

    failures: int = 0
    failing_since: datetime | None = None
    probes: int = 0
    retry_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.retry_at is not None

    def after(self, *, ok: bool, probe: bool, at: datetime, schedule: Sequence[timedelta]) -> "Circuit":
        """What one attempt makes of it. The waits between probes are those of `schedule`, the last for ever."""
        if ok:
            return CLOSED
        failing = replace(self, failures=self.failures + 1, failing_since=self.failing_since or at)
        if self.is_open:
            return failing._put_off(self.probes + 1, at, schedule) if probe else failing
        return failing._put_off(0, at, schedule) if failing.failures >= OPENED_BY else failing

    def lent(self, until: datetime) -> "Circuit":
        """With its one probe on its way, which is given up for lost at `until`."""
        return replace(self, retry_at=until)

    def _put_off(self, probes: int, at: datetime, schedule: Sequence[timedelta]) -> "Circuit":
        wait = schedule[min(probes, len(schedule) - 1)] if schedule else timedelta(0)
        return replace(self, probes=probes, retry_at=at + wait)


CLOSED = Circuit()
