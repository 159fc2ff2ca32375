"""The schema grows towards a contract, and says nothing that is not in it."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    build_schema,
    is_specified_scalar_type,
    print_ast,
)

from graph.schema import schema

ROOT = Path(__file__).parents[2]
COMMITTED = build_schema((ROOT / "schema.graphql").read_text())
CONTRACT = build_schema((Path(__file__).parent / "contract.graphql").read_text())

Inputs = dict[str, GraphQLArgument] | dict[str, GraphQLInputField]


def test_the_committed_schema_is_the_one_that_is_served() -> None:
    """When this fails: `swapshop schema --write`, and read the diff as a client would."""
    assert (ROOT / "schema.graphql").read_text().strip() == schema.as_str().strip()


def test_the_schema_says_nothing_that_is_not_in_the_contract() -> None:
    assert list(beyond(COMMITTED, CONTRACT)) == []


@pytest.mark.parametrize(
    ("was", "becomes", "found"),
    [
        ("note: String\n  createdAt", "note: String!\n  createdAt", "Order.note: String! is String in the contract"),
        ("number: String!", "number: String! nickname: String", "Order.nickname is not in the contract"),
        ("order(id: ID!): Order", "order(id: ID): Order", "Query.order(id): ID is ID! in the contract"),
        ("order(id: ID!): Order", "order(id: ID!, at: DateTime): Order", "Query.order(at) is not in the contract"),
        ("  PENDING\n  PROCESSED", "  PENDING\n  LOST\n  PROCESSED", "OrderStatus.LOST is not in the contract"),
        ("= WebhookDeleted | NotFound", "= WebhookDeleted | Order", "DeleteWebhookEndpointResult.Order is not in"),
        ("type NotAllowed implements Refusal", "type NotAllowed", "NotAllowed: its interfaces are not those"),
        ("input OrderItemInput @oneOf", "input OrderItemInput", "OrderItemInput: it is not @oneOf"),
        ("unreadOnly: Boolean! = false", "unreadOnly: Boolean! = true", "Query.notifications(unreadOnly): its default"),
        ("scalar Cursor", "type Cursor { text: String! }", "Cursor is a GraphQLObjectType"),
    ],
)
def test_whatever_leaves_the_contract_is_found(was: str, becomes: str, found: str) -> None:
    text = (ROOT / "schema.graphql").read_text()
    assert was in text
    changed = build_schema(text.replace(was, becomes), assume_valid=True)
    assert any(problem.startswith(found) for problem in beyond(changed, CONTRACT))


def test_everything_has_a_description_where_a_name_does_not_say_it_all() -> None:
    refusals = [kind for kind in COMMITTED.type_map.values() if kind.name.endswith("Conflict")]
    assert refusals
    assert all(kind.description for kind in refusals)


def beyond(ours: GraphQLSchema, contract: GraphQLSchema) -> Iterator[str]:
    """What `ours` has and the contract has not, or has otherwise."""
    for name, kind in ours.type_map.items():
        if name.startswith("__") or is_specified_scalar_type(kind):
            continue
        theirs = contract.type_map.get(name)
        if theirs is None:
            yield f"{name} is not in the contract"
        elif type(theirs) is not type(kind):
            yield f"{name} is a {type(kind).__name__}, in the contract a {type(theirs).__name__}"
        else:
            yield from _differences(kind, theirs)


def _differences(kind: GraphQLNamedType, theirs: GraphQLNamedType) -> Iterator[str]:
    match kind, theirs:
        case GraphQLObjectType(), GraphQLObjectType():
            yield from _fields(kind, theirs)
        case GraphQLInterfaceType(), GraphQLInterfaceType():
            yield from _fields(kind, theirs)
        case GraphQLInputObjectType(), GraphQLInputObjectType():
            if kind.is_one_of != theirs.is_one_of:
                yield f"{kind.name}: it is {'' if kind.is_one_of else 'not '}@oneOf"
            yield from _inputs(kind.name, kind.fields, theirs.fields, "{0}.{1}")
        case GraphQLUnionType(), GraphQLUnionType():
            yield from _unknown(kind.name, (one.name for one in kind.types), {one.name for one in theirs.types})
        case GraphQLEnumType(), GraphQLEnumType():
            yield from _unknown(kind.name, kind.values, set(theirs.values))


def _fields(
    kind: GraphQLObjectType | GraphQLInterfaceType, theirs: GraphQLObjectType | GraphQLInterfaceType
) -> Iterator[str]:
    if {one.name for one in kind.interfaces} != {one.name for one in theirs.interfaces}:
        yield f"{kind.name}: its interfaces are not those of the contract"
    yield from _unknown(kind.name, kind.fields, set(theirs.fields))
    for name, field in kind.fields.items():
        if name not in theirs.fields:
            continue
        if str(field.type) != str(theirs.fields[name].type):
            yield f"{kind.name}.{name}: {field.type} is {theirs.fields[name].type} in the contract"
        yield from _inputs(f"{kind.name}.{name}", field.args, theirs.fields[name].args, "{0}({1})")


def _inputs(owner: str, ours: Inputs, theirs: Inputs, shape: str) -> Iterator[str]:
    for name, one in ours.items():
        where = shape.format(owner, name)
        other = theirs.get(name)
        if other is None:
            yield f"{where} is not in the contract"
        elif str(one.type) != str(other.type):
            yield f"{where}: {one.type} is {other.type} in the contract"
        elif _default(one) != _default(other):
            yield f"{where}: its default {_default(one)} is {_default(other)} in the contract"


def _default(one: GraphQLArgument | GraphQLInputField) -> str | None:
    """As it is written in the schema."""
    written = one.ast_node and one.ast_node.default_value
    return print_ast(written) if written else None


def _unknown(owner: str, ours: Iterable[str], theirs: set[str]) -> Iterator[str]:
    for name in ours:
        if name not in theirs:
            yield f"{owner}.{name} is not in the contract"
