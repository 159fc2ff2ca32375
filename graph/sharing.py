"""Sharing: one execution of a document serves all subscribers for whom every field of it has the same value.

They are in one class of viewers: staff, or one customer. A field whose resolver looks at the request says whether its
value is alike for the whole class, or each viewer's own, and whether it is of the event itself or of this moment; a
schema with a field that does not say it is not made.
"""

from collections.abc import Iterator, Mapping, Sequence
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
    """STORED and ALIKE are alike for the class. ALIKE and OWN are live: asked again, they may be something else."""

    STORED = auto()
    ALIKE = auto()
    OWN = auto()


def shared(sharing: Sharing) -> Mapping[str, Sharing]:
    """The `metadata` of a field."""
    return {KEY: sharing}


STORED, ALIKE, OWN = shared(Sharing.STORED), shared(Sharing.ALIKE), shared(Sharing.OWN)


def check_sharing(schema: GraphQLSchema) -> None:
    """Raises TypeError for a field that may depend on the viewer and does not say whether it does."""
    for name, field in _fields(schema):
        if _sharing(field) is None and _asks(field):
            raise TypeError(f"{name} takes `info`: give it metadata=STORED, ALIKE or OWN")


def fields_by_sharing(schema: GraphQLSchema, document: DocumentNode) -> Mapping[Sharing, Sequence[str]]:
    """The fields of a document that say it, by what they say. The document must be valid."""
    types = TypeInfo(schema)
    looking = _Looking(types)
    visit(document, TypeInfoVisitor(types, looking))
    return {sharing: tuple(names) for sharing, names in looking.found.items()}


class _Looking(Visitor):
    def __init__(self, types: TypeInfo) -> None:
        super().__init__()
        self._types = types
        self.found: dict[Sharing, list[str]] = {sharing: [] for sharing in Sharing}

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        field = self._types.get_field_def()
        sharing = _sharing(field) if field else None
        if sharing:
            self.found[sharing].append(f"{self._types.get_parent_type()}.{node.name.value}")


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
