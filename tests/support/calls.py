"""Calls made from the schema: each root field with the least it can be given, and with an id wherever it takes one."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
    is_required_input_field,
)

from tests.support.client import Client

UNKNOWN = "019a0000-0000-7000-8000-000000000000"
SILENCE = 3.0
"""Seconds after which a subscription that has said nothing is one that has begun: some tell of what is to come only."""
LEAST = {
    "Boolean": False,
    "DateTime": "2026-01-31T12:00:00Z",
    "Decimal": "1.00",
    "ID": UNKNOWN,
    "Int": 1,
    "String": "text",
}
NAMED: dict[str, Any] = {"region": "north", "method": {"cash": True}}
"""What must be one of certain words, or one way of several."""
OPERATIONS = {"Query": "query", "Mutation": "mutation", "Subscription": "subscription"}


@dataclass(frozen=True, slots=True, kw_only=True)
class IdPath:
    """Where a root field takes an id: ("input", "id"). `row` is how the access matrix names the place."""

    root: str
    field: str
    path: tuple[str, ...]
    row: str

    @property
    def place(self) -> str:
        return f"{self.root}.{self.field}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    root: str
    document: str
    variables: Mapping[str, Any]

    async def by(self, client: Client) -> str:
        """The answer as text; of a subscription the first message, if one comes, without the cursor it begins at."""
        if self.root == "Subscription":
            async with client.socket() as socket:
                await socket.send({"id": "1", "type": "subscribe", "payload": self.payload})
                try:
                    return json.dumps(_without_cursor((await socket.receive(SILENCE))["payload"]))
                except TimeoutError:
                    return json.dumps({"data": {}})
        headers = {"authorization": f"Bearer {client.token}"} if client.token else {}
        return (await client.http.post("/graphql", json=self.payload, headers=headers)).text

    @property
    def payload(self) -> dict[str, Any]:
        return {"query": self.document, "variables": self.variables}


def root_fields(schema: GraphQLSchema) -> Iterator[tuple[str, str]]:
    for root in OPERATIONS:
        for name in _object(schema, root).fields:
            yield root, name


def id_paths(schema: GraphQLSchema) -> Iterator[IdPath]:
    for root, name in root_fields(schema):
        for argument, taken in _object(schema, root).fields[name].args.items():
            for path, row in _ids((argument,), taken.type, f"{root}.{name}({argument})"):
                yield IdPath(root=root, field=name, path=path, row=row)


def call(schema: GraphQLSchema, root: str, name: str, *, path: tuple[str, ...] = (), id: str = UNKNOWN) -> Call:
    """With nothing but what must be given, and the id at the end of the path."""
    field = _object(schema, root).fields[name]
    taken = {
        argument: of.type for argument, of in field.args.items() if is_required_argument(of) or argument in path[:1]
    }
    declared = ", ".join(f"${argument}: {type}" for argument, type in taken.items())
    passed = ", ".join(f"{argument}: ${argument}" for argument in taken)
    head = f"{OPERATIONS[root]}{f'({declared})' if declared else ''}"
    document = f"{head} {{ {name}{f'({passed})' if passed else ''} {_selection(field)} }}"
    variables = {
        argument: _value(type, path[1:] if argument in path[:1] else (), id) for argument, type in taken.items()
    }
    return Call(root=root, document=document, variables=variables)


def _object(schema: GraphQLSchema, name: str) -> GraphQLObjectType:
    kind = schema.type_map[name]
    assert isinstance(kind, GraphQLObjectType)
    return kind


def _ids(path: tuple[str, ...], type: GraphQLInputType, row: str) -> Iterator[tuple[tuple[str, ...], str]]:
    kind = get_named_type(type)
    if kind.name == "ID":
        yield path, row
    if isinstance(kind, GraphQLInputObjectType):
        for name, field in kind.fields.items():
            yield from _ids((*path, name), field.type, f"{kind.name}.{name}")


def _value(type: GraphQLInputType, path: tuple[str, ...], id: str) -> Any:
    match type:
        case GraphQLNonNull():
            return _value(type.of_type, path, id)
        case GraphQLList():
            return [_value(type.of_type, path, id)]
        case GraphQLEnumType():
            return next(iter(type.values))
        case GraphQLInputObjectType():
            needed = [name for name, field in type.fields.items() if is_required_input_field(field) or name in path[:1]]
            names = needed or list(type.fields)[: int(type.is_one_of)]
            return {
                name: NAMED.get(name) or _value(type.fields[name].type, path[1:] if name in path[:1] else (), id)
                for name in names
            }
    return id if type.name == "ID" else LEAST[type.name]


def _selection(field: GraphQLField) -> str:
    """All that can be asked for without going deeper; of a refusal its message, and of a list what is in it."""
    kind: GraphQLOutputType = get_named_type(field.type)
    if isinstance(kind, GraphQLUnionType):
        about_id = "... on NotFound { id }" if any(member.name == "NotFound" for member in kind.types) else ""
        return f"{{ __typename ... on Refusal {{ message }} {about_id} }}"
    if not isinstance(kind, (GraphQLObjectType, GraphQLInterfaceType)):
        return ""
    plain = [name for name, one in kind.fields.items() if is_leaf_type(get_named_type(one.type)) and not one.args]
    edges = ["edges { cursor }"] if "edges" in kind.fields else []
    return f"{{ __typename {' '.join([*plain, *edges])} }}"


def _without_cursor(payload: Any) -> Any:
    values = payload.get("data", {}).values() if isinstance(payload, dict) else ()
    for value in values:
        value.pop("cursor", None)
    return payload
