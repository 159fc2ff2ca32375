"""Plans: whatever a document asks for, its plan says what the executor would have said, or leaves it to that."""

import json
from dataclasses import replace
from typing import Any

import pytest
from graphql import (
    ExecutionResult,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLUnionType,
    get_named_type,
)
from hypothesis import event as noted
from hypothesis import given, settings
from hypothesis import strategies as some

from domain.events import Event, EventType
from domain.ids import new_id
from domain.orders import Order
from domain.samples import sample
from domain.users import Role
from graph.context import Context
from graph.execution import EventExecutor, executor_of
from graph.schema import schema
from graph.shapes import OFFLINE
from graph.streams import Message
from tests.support.things import make_viewer

TYPES = [type for type in EventType if not type.is_internal]
LIVE = ["events { event { actor { user { id } } } }", "ordersUpdated { order { customer { id } } }"]
STAFF = make_viewer(Role.ADMIN)


def executor_for(text: str) -> EventExecutor:
    document = schema.documents.get(text)
    assert not document.errors, document.errors
    made = executor_of(document, Context(shop=OFFLINE, viewer=STAFF))
    assert isinstance(made, EventExecutor)
    return made


def message_of(event: Event | None) -> Message:
    happened = event or sample(EventType.ORDER_READY, owner_id=new_id())
    order = happened.subject if isinstance(happened.subject, Order) else None
    return Message(cursor=happened.place, event=event, order=order if event else None)


def by_the_executor(executor: EventExecutor, message: Message) -> ExecutionResult:
    found = executor.build_per_event_executor(message).execute_operation(False)
    assert isinstance(found, ExecutionResult)
    return found


@some.composite
def selections(draw: some.DrawFn, kind: GraphQLNamedType, depth: int = 4) -> str:
    """Some fields of a type, under other names at times, in fragments at times; of what is not live."""
    if isinstance(kind, GraphQLUnionType):
        chosen: list[str] = ["__typename"]
    else:
        assert isinstance(kind, (GraphQLObjectType, GraphQLInterfaceType))
        names = draw(some.lists(some.sampled_from([*kind.fields, "__typename"]), min_size=1, max_size=6))
        chosen = [part for name in names if (part := draw(field(kind, name, depth)))] or ["__typename"]
    if isinstance(kind, (GraphQLInterfaceType, GraphQLUnionType)) and depth:
        for one in draw(some.lists(some.sampled_from(schema._schema.get_possible_types(kind)), max_size=3)):
            chosen.append(f"... on {one.name} {draw(selections(one, depth - 1))}")
    if draw(some.booleans()):
        chosen.append(f"... on {kind.name} {{ {draw(some.sampled_from(chosen))} }}")
    return "{ " + " ".join(chosen) + " }"


@some.composite
def field(draw: some.DrawFn, parent: GraphQLObjectType | GraphQLInterfaceType, name: str, depth: int) -> str:
    alias = draw(some.sampled_from(["", "", f"{parent.name.lower()}_{name}: "]))
    if name == "__typename":
        return f"{alias}{name}"
    kind = get_named_type(parent.fields[name].type)
    if not isinstance(kind, (GraphQLObjectType, GraphQLInterfaceType, GraphQLUnionType)):
        return f"{alias}{name}"
    return f"{name} {draw(selections(kind, depth - 1))}" if depth else ""


def root(name: str) -> GraphQLNamedType:
    subscription = schema._schema.subscription_type
    assert subscription
    return get_named_type(subscription.fields[name].type)


@settings(max_examples=200, deadline=None)
@given(data=some.data(), name=some.sampled_from(["events", "ordersUpdated"]))
def test_a_plan_says_what_the_executor_says(data: some.DataObject, name: str) -> None:
    text = f"subscription {{ {name} {data.draw(selections(root(name)))} }}"
    document = schema.documents.get(text)
    if document.errors:  # one name for two things, or too much at once
        noted("refused")
        return
    executor = executor_for(text)
    noted("planned" if executor.plan else "live" if document.live_fields else "left to the executor")
    if document.live_fields:
        assert executor.plan is None
        return
    event = data.draw(some.sampled_from([None, *(sample(type, owner_id=STAFF.user_id) for type in TYPES)]))
    message = message_of(event)
    expected = by_the_executor(executor, message)
    if executor.plan and not expected.errors:
        assert executor.plan.data(message) == expected.data
        assert json.loads(executor.plan.written(message)) == {"data": expected.data}
    found = executor.executed(message)
    if isinstance(found, ExecutionResult):
        assert (found.data, found.errors) == (expected.data, expected.errors)


@pytest.mark.parametrize("text", LIVE)
def test_a_document_that_has_to_ask_has_no_plan(text: str) -> None:
    assert executor_for(f"subscription {{ {text} }}").plan is None


def test_a_document_that_depends_on_its_variables_has_no_plan() -> None:
    text = "subscription($yes: Boolean = false) { events { cursor event @include(if: $yes) { id } } }"
    executor = executor_for(text)
    assert executor.plan is None
    assert by_the_executor(executor, message_of(None)).data == {"events": {"cursor": "AAAAAAAAEHkAAAAE"}}


def test_what_goes_wrong_in_a_plan_is_told_by_the_executor() -> None:
    executor = executor_for("subscription { ordersUpdated { order { id status note } } }")
    assert executor.plan
    happened = sample(EventType.ORDER_READY, owner_id=new_id())
    assert isinstance(happened.subject, Order)
    broken: Any = replace(happened.subject, status="NO STATUS")
    result = executor.executed(Message(cursor=happened.place, event=happened, order=broken))
    assert isinstance(result, ExecutionResult)
    assert result.errors
    assert [error.path for error in result.errors] == [["ordersUpdated", "order", "status"]]


def test_nothing_is_remembered_of_each_event() -> None:
    executor = executor_for("subscription { events { cursor event { id ... on OrderEvent { order { id } } } } }")
    message = message_of(sample(EventType.ORDER_READY, owner_id=new_id()))
    by_the_executor(executor, message)
    before = len(executor.memo), len(executor._relevant_sub_fields)
    for _ in range(20):
        by_the_executor(executor, message)
    assert (len(executor.memo), len(executor._relevant_sub_fields)) == before
