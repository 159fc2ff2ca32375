"""Operations that have ended: what there is to know of each, for whoever counts them."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from graphql import FieldNode, OperationDefinitionNode
from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError


class Ended(StrEnum):
    """How: with an answer, with errors in it, or before anything was executed."""

    OK = "ok"
    ERROR = "error"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One that has ended. `type` is query, mutation, subscription, or unknown for a document that cannot be read.

    `name` is what its client calls it, so there is no end of names; `fields`, its root fields, are of the schema.
    """

    type: str
    name: str | None
    fields: tuple[str, ...]
    outcome: Ended
    seconds: float


Observe = Callable[[Operation], None]


class Running:
    """An operation until it ends; a subscription's outcome is the worst of its messages'."""

    __slots__ = ("_answered", "_begun", "_definition", "_observe", "outcome")

    def __init__(self, observe: Observe, definition: OperationDefinitionNode | None) -> None:
        self.outcome = Ended.OK
        self._observe = observe
        self._definition = definition
        self._answered = False
        self._begun = time.perf_counter()

    def saw(self, result: object) -> None:
        if isinstance(result, ExecutionResult) and result.errors:
            self.outcome = Ended.REFUSED if refused(result) and not self._answered else Ended.ERROR
        self._answered = True

    def end(self) -> None:
        """Once: `observe` is told."""
        self._observe(_operation(self._definition, self.outcome, time.perf_counter() - self._begun))


@contextmanager
def observed(observe: Observe, definition: OperationDefinitionNode | None) -> Iterator[Running]:
    """Tells `observe` when it has ended, however that came about."""
    running = Running(observe, definition)
    try:
        yield running
    except Exception:
        running.outcome = Ended.ERROR
        raise
    finally:
        running.end()


def refused(result: ExecutionResult) -> bool:
    """Whether nothing was executed: an error of execution has the path of its field."""
    before = isinstance(result, PreExecutionError)
    return before or (result.data is None and all(error.path is None for error in result.errors or ()))


def _operation(definition: OperationDefinitionNode | None, outcome: Ended, seconds: float) -> Operation:
    selections = definition.selection_set.selections if definition else ()
    return Operation(
        type=definition.operation.value if definition else "unknown",
        name=definition.name.value if definition and definition.name else None,
        fields=tuple(one.name.value for one in selections if isinstance(one, FieldNode)),
        outcome=outcome,
        seconds=seconds,
    )
