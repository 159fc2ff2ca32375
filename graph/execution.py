"""Execution: one document, executed for many events."""

from collections.abc import Awaitable, Mapping
from contextlib import suppress
from typing import Any, cast

from graphql import (
    DocumentNode,
    ExecutionResult,
    Executor,
    GraphQLError,
    GraphQLObjectType,
    GraphQLResolveInfoHelpers,
    OperationType,
)
from graphql.execution.collect_fields import CollectedFields, FieldDetailsList

from graph.context import Context
from graph.documents import Document
from graph.plans import Plan, plan_of
from graph.schema import schema

Memo = dict[object, Any]


class EventExecutor(Executor[Any]):
    """graphql-core's, with a memory of its own for what a document asks of a type.

    The library remembers it by lists that it makes anew for each event, and keeps them alive with what it remembers:
    whoever follows a log for a month would have all its events in memory.
    """

    memo: Memo
    plan: Plan | None

    @property
    def async_helpers(self) -> GraphQLResolveInfoHelpers:
        """Made anew, and not kept: it has us, and who follows a log for a month is not to wait for the collector."""
        return GraphQLResolveInfoHelpers(gather=self.gather_async_work, track=self.track_async_work)

    @async_helpers.setter
    def async_helpers(self, _: GraphQLResolveInfoHelpers) -> None:
        pass

    def collect_subfields(
        self, return_type: GraphQLObjectType, field_details_list: FieldDetailsList
    ) -> CollectedFields:
        key = (return_type, *(id(details.node) for details in field_details_list))
        found: CollectedFields | None = self.memo.get(key)
        if found is None:
            found = self.memo[key] = super().collect_subfields(return_type, field_details_list)
        return found

    def written(self, message: object) -> bytes | None:
        """The result as JSON, where a plan knows it; None: execute it."""
        try:
            return self.plan.written(message) if self.plan else None
        except Exception:  # whatever it was: it comes again in the executor, with its place in the answer
            return None

    def executed(self, message: object) -> ExecutionResult | Awaitable[ExecutionResult]:
        """With the message as the root; at once, when no field has to wait for anything."""
        if self.plan:
            with suppress(Exception):
                return ExecutionResult(self.plan.data(message), None)
        found = self.build_per_event_executor(message).execute_operation(False)
        return cast(ExecutionResult | Awaitable[ExecutionResult], found)


def executor_of(
    document: Document, context: Context, *, variables: Mapping[str, Any] | None = None, name: str | None = None
) -> EventExecutor | list[GraphQLError]:
    """For a document that has no errors; what is wrong with the variables instead."""
    made = EventExecutor.build(
        schema._schema,
        cast(DocumentNode, document.ast),
        context_value=context,
        raw_variable_values=dict(variables or {}),
        operation_name=name,
    )
    if not isinstance(made, EventExecutor):
        return cast(list[GraphQLError], made)
    made.memo = {} if document.memo is None else document.memo
    made.plan = None if document.memo is None else _planned(made, name)
    return made


def _planned(executor: EventExecutor, name: str | None) -> Plan | None:
    key = ("plan", name)
    if key not in executor.memo and executor.operation.operation is OperationType.SUBSCRIPTION:
        executor.memo[key] = plan_of(executor)
    found: Plan | None = executor.memo.get(key)
    return found
