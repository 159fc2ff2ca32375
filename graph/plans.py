"""Plans: what a document asks of an event, worked out once as plain functions.

A field of an event is mostly an attribute of an object, yet an executor asks for each, every time, what kind of type it
has, whether it is to be waited for, and where an error would belong. A plan knows the first two beforehand and leaves
the third to the executor: whatever goes wrong in it, the executor does it all again, and what that says counts.
"""

from collections.abc import Callable, Sequence
from enum import Enum
from operator import attrgetter
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

import msgspec
from graphql import (
    GraphQLField,
    GraphQLInt,
    GraphQLLeafType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    Undefined,
    is_abstract_type,
    is_leaf_type,
)
from graphql.execution.collect_fields import FieldDetailsList, collect_fields
from strawberry.schema.schema_converter import CustomGraphQLEnumType

if TYPE_CHECKING:
    from graph.execution import EventExecutor

ENCODER = msgspec.json.Encoder()

Read = Callable[[Any], Any]
IsOne = Callable[[Any, None], bool]
"""Our own ask nothing of the execution."""

NATIVE: dict[str, type] = {"String": str, "Boolean": bool, "ID": UUID}
"""What JSON has for values of these is what the scalar says; of our enums, too, whose values are their names."""
MOST = 2**31 - 1
"""Int has 32 bits."""


class Unplanned(Exception):
    """The document asks for more than attributes: it is the executor's."""


class Failed(Exception):
    """Something is not as its type says: it is for the executor to say what."""


class Plan:
    """Of a document. What is read may have ids and members of enums, which JSON writes as the graph does."""

    def __init__(self, key: str, read: Read) -> None:
        self._key = key
        self._read = read

    def written(self, message: object) -> bytes:
        """The whole result as JSON; raises whatever goes wrong."""
        return ENCODER.encode({"data": {self._key: self._read(message)}})

    def data(self, message: object) -> dict[str, Any]:
        """The same as text, numbers, lists and dicts."""
        found: dict[str, Any] = msgspec.to_builtins({self._key: self._read(message)})
        return found


def plan_of(executor: "EventExecutor") -> Plan | None:
    """From the message of an event to the result; None for a document that asks for more than attributes.

    The document must have no directives: what it asks for would depend on its variables.
    """
    root = executor.schema.subscription_type
    assert root
    grouped, _, _ = collect_fields(
        executor.schema, executor.fragments, executor.variable_values, root, executor.operation
    )
    [(key, details)] = grouped.items()  # a subscription has one field
    try:
        return Plan(key, _value(executor, root.fields[details[0].node.name.value].type, details))
    except Unplanned:
        return None


def _value(executor: "EventExecutor", kind: GraphQLOutputType, details: FieldDetailsList) -> Read:
    """From a value of any type to what the result has for it."""
    if isinstance(kind, GraphQLNonNull):
        return _present(executor, kind.of_type, details)
    read = _present(executor, kind, details)
    return lambda value: None if value is None else read(value)


def _present(executor: "EventExecutor", kind: Any, details: FieldDetailsList) -> Read:
    """For what must be there; raises for None."""
    if isinstance(kind, GraphQLList):
        each = _value(executor, kind.of_type, details)
        return lambda values: [each(value) for value in values]
    if is_leaf_type(kind):
        return _leaf(kind)
    if is_abstract_type(kind):
        return _one_of(executor, executor.schema.get_possible_types(kind), details)
    return _object(executor, kind, details)


def _leaf(kind: GraphQLLeafType) -> Read:
    native, write = _native(kind), kind.coerce_output_value

    def read(value: Any) -> Any:
        if type(value) is native:
            return value
        written = None if value is None else write(value)
        if written is None or written is Undefined:
            raise Failed
        return written

    return _number if kind is GraphQLInt else read


def _number(value: Any) -> int:
    if type(value) is int and -MOST <= value <= MOST:
        return value
    raise Failed


def _native(kind: GraphQLLeafType) -> type | None:
    if isinstance(kind, CustomGraphQLEnumType):
        members = cast(type[Enum], kind.wrapped_cls)
        return members if all(name == value.value for name, value in kind.values.items()) else None
    return NATIVE.get(kind.name)


def _object(executor: "EventExecutor", kind: GraphQLObjectType, details: FieldDetailsList) -> Read:
    is_one, read_one = cast(IsOne | None, kind.is_type_of), _selected(executor, kind, details)

    def read(value: Any) -> Any:
        if value is None or (is_one and not is_one(value, None)):
            raise Failed
        return read_one(value)

    return read


def _one_of(executor: "EventExecutor", kinds: Sequence[GraphQLObjectType], details: FieldDetailsList) -> Read:
    known = [(cast(IsOne, kind.is_type_of), _selected(executor, kind, details)) for kind in kinds]
    if not all(is_one for is_one, _ in known):
        raise Unplanned

    def read(value: Any) -> Any:
        for is_one, read_one in known:
            if is_one(value, None):
                return read_one(value)
        raise Failed

    return read


def _selected(executor: "EventExecutor", parent: GraphQLObjectType, details: FieldDetailsList) -> Read:
    grouped, _, _ = executor.collect_subfields(parent, details)
    fields = [(key, *_field(executor, parent, its)) for key, its in grouped.items()]
    return lambda value: {key: read(find(value)) for key, find, read in fields}


def _field(executor: "EventExecutor", parent: GraphQLObjectType, details: FieldDetailsList) -> tuple[Read, Read]:
    """How a field's value is found, and what the result has for it."""
    name = details[0].node.name.value
    if name == "__typename":
        return (lambda _: parent.name), str
    field = parent.fields[name]
    return _resolved(field), _value(executor, field.type, details)


def _resolved(field: GraphQLField) -> Read:
    """An attribute, or a function of the object and nothing else."""
    definition = field.extensions.get("strawberry-definition")
    if field.args or definition is None or definition.extensions:
        raise Unplanned
    if definition.is_basic_field:
        name, read = definition.python_name, definition.default_resolver
        return attrgetter(name) if read is getattr else lambda source: read(source, name)
    resolver = definition.base_resolver
    if resolver.is_async or resolver.info_parameter or not (resolver.self_parameter or resolver.root_parameter):
        raise Unplanned
    function: Read = resolver.wrapped_func
    return function
