"""Sharing: one execution of a document serves all subscribers for whom every field of it has the same value.

They are in one class of viewers: staff, or one customer. A field whose resolver looks at the request says whether its
value is alike for the whole class, or each viewer's own; a schema with a field that does not say it is not made.
"""

from collections.abc import Iterator, Mapping
from enum import Enum, auto
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    visit,
)

KEY = "sharing"


class Sharing(Enum):
    ALIKE = auto()
    OWN = auto()


def shared(sharing: Sharing) -> Mapping[str, Sharing]:
    """The `metadata` of a field."""
    return {KEY: sharing}


ALIKE, OWN = shared(Sharing.ALIKE), shared(Sharing.OWN)


def check_sharing(schema: GraphQLSchema) -> None:
    """Raises TypeError for a field that may depend on the viewer and does not say whether it does."""
    for name, field in _fields(schema):
        if _sharing(field) is None and _asks(field):
            raise TypeError(f"{name} takes `info`: give it metadata=ALIKE or metadata=OWN")


def has_own(schema: GraphQLSchema, document: DocumentNode) -> bool:
    """Whether the document asks for a field that is each viewer's own. The document must be valid."""
    types = TypeInfo(schema)
    looking = _Looking(types)
    visit(document, TypeInfoVisitor(types, looking))
    return looking.found


class _Looking(Visitor):
    def __init__(self, types: TypeInfo) -> None:
        super().__init__()
        self._types = types
        self.found = False

    def enter_field(self, _node: FieldNode, *_: Any) -> None:
        field = self._types.get_field_def()
        self.found = self.found or (field is not None and _sharing(field) is Sharing.OWN)


def _fields(schema: GraphQLSchema) -> Iterator[tuple[str, GraphQLField]]:
    roots = {schema.query_type, schema.mutation_type, schema.subscription_type}
    for kind in schema.type_map.values():
        if isinstance(kind, (GraphQLObjectType, GraphQLInterfaceType)) and kind not in roots:
            yield from ((f"{kind.name}.{name}", field) for name, field in kind.fields.items())


def _sharing(field: GraphQLField) -> Sharing | None:
    found: Sharing | None = getattr(field.extensions.get("strawberry-definition"), "metadata", {}).get(KEY)
    return found


def _asks(field: GraphQLField) -> bool:
    resolver = getattr(field.extensions.get("strawberry-definition"), "base_resolver", None)
    return resolver is not None and resolver.info_parameter is not None
