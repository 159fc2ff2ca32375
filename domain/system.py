"""The system: whether what the shop stands on is well, and how far the readers of its log have come."""

from dataclasses import dataclass
from datetime import datetime

from domain.events import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependency:
    """Something that the shop uses. `latency_ms` is null when it was not asked, or did not answer."""

    name: str
    ok: bool
    latency_ms: float | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogReader:
    """Everything up to `position` has been read; `lag` events have not."""

    name: str
    position: Place
    lag: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """What is waiting, as the database says it at one moment.

    `due_since` is when the PENDING order that has waited longest became due; `webhooks` is where the enabled endpoint
    stands that is furthest behind; `payments` is where the bridge to the card processor stands. Each is None when there
    is none.
    """

    head: Place
    due_since: datetime | None
    webhooks: Place | None
    payments: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemState:
    """One look at the system. Without an answer of the database `backlog` is None, and `head` the last one known."""

    head: Place
    backlog: Backlog | None
    dependencies: tuple[Dependency, ...]
    readers: tuple[LogReader, ...]
    open_sockets: int


def reader(name: str, position: Place, head: Place) -> LogReader:
    return LogReader(name=name, position=position, lag=max(head.position - position.position, 0))
