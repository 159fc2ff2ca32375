"""Plans: what a document asks of an event, worked out once as plain functions.

A field of an event is mostly an attribute of an object, yet an executor asks for each, every time, what kind of type it
has, whether it is to be waited for, and where an error would belong. A plan knows the first two beforehand and leaves
the third to the executor: whatever goes wrong in it, the executor does it all again, and what that says counts.
"""

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any, cast

from graphql import (
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    Undefined,
    is_abstract_type,
    is_leaf_type,
)
from graphql.execution.collect_fields import FieldDetailsList, collect_fields

if TYPE_CHECKING:
    from graph.execution import EventExecutor

Read = Callable[[Any], Any]
Plan = Callable[[Any], dict[str, Any]]
IsOne = Callable[[Any, None], bool]
"""Our own ask nothing of the execution."""


AS_IT_IS = {"String": str, "ID": str, "Boolean": bool}
"""What built-in scalars write down as they find it."""


class Unplanned(Exception):
    """The document asks for more than attributes: it is the executor's."""


class Failed(Exception):
    """Something is not as its type says: it is for the executor to say what."""


def plan_of(executor: "EventExecutor") -> Plan | None:
    """From the message of an event to the data; None for a document that asks for more than attributes.

    The document must have no directives: what it asks for would depend on its variables.
    """
    root = executor.schema.subscription_type
    assert root
    grouped, _, _ = collect_fields(
        executor.schema, executor.fragments, executor.variable_values, root, executor.operation
    )
    [(key, details)] = grouped.items()  # a subscription has one field
    try:
        complete = _completed(executor, root.fields[details[0].node.name.value].type, details)
    except Unplanned:
        return None
    return lambda message: {key: complete(message)}


def _fields(executor: "EventExecutor", parent: GraphQLObjectType, details: FieldDetailsList) -> Plan:
    grouped, _, _ = executor.collect_subfields(parent, details)
    steps = [(key, *_field(executor, parent, its)) for key, its in grouped.items()]

    def read(source: Any) -> dict[str, Any]:
        return {key: complete(resolve(source)) for key, resolve, complete in steps}

    return read


def _field(executor: "EventExecutor", parent: GraphQLObjectType, details: FieldDetailsList) -> tuple[Read, Read]:
    name = details[0].node.name.value
    if name == "__typename":
        return (lambda _: parent.name), (lambda value: value)
    field = parent.fields[name]
    return _resolved(field), _completed(executor, field.type, details)


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


def _completed(executor: "EventExecutor", kind: GraphQLOutputType, details: FieldDetailsList) -> Read:
    if isinstance(kind, GraphQLNonNull):
        return _not_none(_present(executor, kind.of_type, details))
    return _or_none(_present(executor, kind, details))


def _present(executor: "EventExecutor", kind: Any, details: FieldDetailsList) -> Read:
    """For a value that is not None."""
    if isinstance(kind, GraphQLList):
        each = _completed(executor, kind.of_type, details)
        return lambda values: [each(value) for value in values]
    if is_leaf_type(kind):
        return _leaf(kind.coerce_output_value, AS_IT_IS.get(kind.name))
    if is_abstract_type(kind):
        return _one_of(executor, executor.schema.get_possible_types(kind), details)
    return _object(kind, _fields(executor, kind, details))


def _leaf(write: Read, as_it_is: type | None) -> Read:
    def complete(value: Any) -> Any:
        if type(value) is as_it_is:
            return value
        written = write(value)
        if written is None or written is Undefined:
            raise Failed
        return written

    return complete


def _object(kind: GraphQLObjectType, read: Plan) -> Read:
    is_one: IsOne = cast(IsOne | None, kind.is_type_of) or (lambda _value, _info: True)

    def complete(value: Any) -> Any:
        if not is_one(value, None):
            raise Failed
        return read(value)

    return complete


def _one_of(executor: "EventExecutor", kinds: Sequence[GraphQLObjectType], details: FieldDetailsList) -> Read:
    known = [(cast(IsOne, kind.is_type_of), _fields(executor, kind, details)) for kind in kinds]
    if not all(is_one for is_one, _ in known):
        raise Unplanned

    def complete(value: Any) -> Any:
        for is_one, read in known:
            if is_one(value, None):
                return read(value)
        raise Failed

    return complete


def _not_none(complete: Read) -> Read:
    def checked(value: Any) -> Any:
        if value is None:
            raise Failed
        return complete(value)

    return checked


def _or_none(complete: Read) -> Read:
    return lambda value: None if value is None else complete(value)
