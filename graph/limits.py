"""Limits: what a document may ask for, known from its text alone, before anything is looked up.

Static query cost analysis (https://ibm.github.io/graphql-specs/cost-spec.html) with list sizes assumed: one pass that
measures each fragment once. It comes before validation, so it takes unknown names and fragment cycles as they are and
leaves them to be refused there.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SchemaMetaFieldDef,
    SelectionNode,
    SelectionSetNode,
    TypeMetaFieldDef,
    ValueNode,
    get_named_type,
    get_nullable_type,
    is_list_type,
)

from graph.connections import DEFAULT, MOST
from graph.faults import Code, Fault

READ = 10
"""What a field costs that asks the database; any other costs 1, which is some ten microseconds."""
LIST = 25
"""Entries that a list without pages is taken to have: an order may have 100 items, a delivery has some 10 attempts."""
INTROSPECTED = {"fields": 5, "directives": 5} | dict.fromkeys(
    ("args", "inputFields", "enumValues", "interfaces", "possibleTypes", "ofType"), 0.5
)
"""Entries of introspection's lists, about as many as this schema has on average: only some types are inputs or enums.

How often such lists may be nested in one another, validation limits.
"""

META_FIELDS = {"__schema": SchemaMetaFieldDef, "__type": TypeMetaFieldDef}
ADVICE = {
    "cost": "Ask for smaller pages (`first`), or for less in each entry.",
    "depth": "Start further down, with an id.",
    "aliases": "Send several requests.",
    "root fields": "Send several requests.",
    "fields": "Send several requests.",
    "directives on one field": "Remove those that say the same.",
    "operations": "Send only what is to be run.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The most that a document may have of each. A page of 100 whole orders costs 11,000, introspection less."""

    cost: int = 25_000
    depth: int = 15
    aliases: int = 50
    root_fields: int = 20
    fields: int = 500
    directives: int = 5
    operations: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """Of a selection set with its fragments, each counted as often as it is spread.

    `edges` is the part of the cost that is paid for each edge: how many there are, the field above knows.
    """

    cost: float = 0
    edges: float = 0
    depth: int = 0
    fields: float = 0
    aliases: float = 0

    def __add__(self, other: "Measures") -> "Measures":
        return Measures(
            cost=self.cost + other.cost,
            edges=self.edges + other.edges,
            depth=max(self.depth, other.depth),
            fields=self.fields + other.fields,
            aliases=self.aliases + other.aliases,
        )


def excess(schema: GraphQLSchema, document: DocumentNode, limits: Limits) -> GraphQLError | None:
    """The first limit that the document is beyond, as a TOO_COMPLEX error that says what to do; None within all."""
    for measure, found, most in _Pass(schema, document).measured(limits):
        if found > most:
            message = f"The document has {measure} {found:,.0f}; at most {most:,} is allowed. {ADVICE[measure]}"
            return GraphQLError(message, original_error=Fault(Code.TOO_COMPLEX, message))
    return None


class _Pass:
    def __init__(self, schema: GraphQLSchema, document: DocumentNode) -> None:
        self._schema = schema
        definitions = document.definitions
        self._operations = [one for one in definitions if isinstance(one, OperationDefinitionNode)]
        self._fragments = {one.name.value: one for one in definitions if isinstance(one, FragmentDefinitionNode)}
        self._known: dict[str, Measures] = {}
        self._written = 0
        self._directives = 0

    def measured(self, limits: Limits) -> Iterator[tuple[str, float, int]]:
        yield "operations", len(self._operations), limits.operations
        for operation in self._operations:
            root = self._schema.get_root_type(operation.operation)
            whole = self._of_set(operation.selection_set, root)
            yield "fields", self._written, limits.fields
            yield "root fields", whole.fields, limits.root_fields
            yield "depth", whole.depth, limits.depth
            yield "aliases", whole.aliases, limits.aliases
            yield "directives on one field", self._directives, limits.directives
            yield "cost", whole.cost, limits.cost

    def _of_set(self, selections: SelectionSetNode | None, kind: GraphQLNamedType | None) -> Measures:
        parts = selections.selections if selections else ()
        return sum((self._of(one, kind) for one in parts), Measures())

    def _of(self, selection: SelectionNode, kind: GraphQLNamedType | None) -> Measures:
        self._directives = max(self._directives, len(selection.directives or ()))
        match selection:
            case FieldNode():
                return self._of_field(selection, kind)
            case InlineFragmentNode(type_condition=condition):
                inner = self._schema.get_type(condition.name.value) if condition else kind
                return self._of_set(selection.selection_set, inner)
            case FragmentSpreadNode():
                return self._of_fragment(selection.name.value)
        return Measures()

    def _of_fragment(self, name: str) -> Measures:
        fragment = self._fragments.get(name)
        if name not in self._known and fragment:
            self._known[name] = Measures()  # for a cycle, which validation refuses
            kind = self._schema.get_type(fragment.type_condition.name.value)
            self._known[name] = self._of_set(fragment.selection_set, kind)
        return self._known.get(name, Measures())

    def _of_field(self, node: FieldNode, parent: GraphQLNamedType | None) -> Measures:
        self._written += 1
        name, field = node.name.value, _definition(parent, node.name.value)
        inner = self._of_set(node.selection_set, get_named_type(field.type) if field else None)
        each = inner.cost + (_page(node, field) * inner.edges if field and inner.edges else 0)
        of_edge = name == "edges" and parent is not None and parent.name.endswith("Connection")
        cost = _weight(field) + (each if of_edge else each * self._entries(name, field, parent))
        return Measures(
            cost=0 if of_edge else cost,
            edges=cost if of_edge else 0,
            depth=inner.depth + 1,
            fields=1,
            aliases=inner.aliases + (node.alias is not None),
        )

    def _entries(self, name: str, field: GraphQLField | None, parent: GraphQLNamedType | None) -> float:
        if parent and parent.name.startswith("__"):
            return len(self._schema.type_map) if name == "types" else INTROSPECTED.get(name, 1)
        return LIST if field and is_list_type(get_nullable_type(field.type)) else 1


def _definition(parent: GraphQLNamedType | None, name: str) -> GraphQLField | None:
    known = parent.fields.get(name) if isinstance(parent, (GraphQLObjectType, GraphQLInterfaceType)) else None
    return known or META_FIELDS.get(name)


def _weight(field: GraphQLField | None) -> int:
    declared = field.extensions.get("strawberry-definition") if field else None
    return READ if getattr(declared, "is_async", False) else 1


def _page(node: FieldNode, field: GraphQLField) -> int:
    """How many edges the field may be asked for: what it says, the most for a variable, the default for nothing."""
    given = {one.name.value: one.value for one in node.arguments or ()}
    sizes = [given[name] for name in ("first", "last") if name in given and name in field.args]
    return max((_literal(size) for size in sizes), default=DEFAULT)


def _literal(size: ValueNode) -> int:
    return max(1, min(int(size.value[:9]), MOST)) if isinstance(size, IntValueNode) else MOST
