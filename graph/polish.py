"""The finish of the schema: docstrings become descriptions, and an argument that may be left out has no default."""

import inspect

from graphql import GraphQLInputObjectType, GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema, Undefined


def polish(schema: GraphQLSchema) -> None:
    for kind in schema.type_map.values():
        if kind.name.startswith("__"):
            continue
        if isinstance(kind, (GraphQLObjectType, GraphQLInterfaceType)):
            _describe(kind)
        if isinstance(kind, GraphQLInputObjectType):
            _forget_null(*kind.fields.values())


def _describe(kind: GraphQLObjectType | GraphQLInterfaceType) -> None:
    definition = kind.extensions.get("strawberry-definition")
    kind.description = kind.description or _docstring(getattr(definition, "origin", None))
    for field in kind.fields.values():
        resolver = getattr(field.extensions.get("strawberry-definition"), "base_resolver", None)
        field.description = field.description or _docstring(getattr(resolver, "wrapped_func", None))
        _forget_null(*field.args.values())


def _docstring(owner: object) -> str | None:
    text = getattr(owner, "__doc__", None) if owner else None
    written_by_dataclass = text and text.startswith(f"{getattr(owner, '__name__', '')}(")
    return inspect.cleandoc(text) if text and not written_by_dataclass else None


def _forget_null(*inputs: object) -> None:
    """Python's default is used where a client says nothing; `= null` in the schema would say no more."""
    for one in inputs:
        if getattr(one, "default_value", Undefined) is None:
            one.default_value = Undefined  # type: ignore[attr-defined]
