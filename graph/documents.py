"""Documents: each text is parsed, measured and validated once, and remembered."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    parse,
    specified_rules,
    validate,
)
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from graph.faults import Code, Fault
from graph.limits import Limits, excess
from graph.sharing import Sharing, fields_by_sharing

BYTES = 32_768
"""Of one document; GraphiQL's introspection has 1,700."""
TOKENS = 3_000
"""Of one document: an order of 100 items that is written into it, not sent as a variable, has 2,500.

Parsing takes 5 microseconds each; validation may take the square of it (overlapping fields), which the limit on
fields keeps within some tenths of a second, once.
"""
COMMENTS = 200
MISTAKES = 10
"""After so many the rest is not looked at: each has suggestions to be found for it."""
MOST_SAID = 300
"""Characters of what is said about each."""
KEPT = 1_000
KEPT_TOKENS = 200_000
"""Of all that is kept: half a kilobyte each, so 100 MB at worst, whatever clients send."""

ABORTED = "Parsing aborted."
RULES = (*specified_rules, MaybeNullValidationRule, OneOfInputValidationRule)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What is known of a text: either `ast`, which may be executed, or the `errors` that keep it from that."""

    ast: DocumentNode | None = None
    errors: tuple[GraphQLError, ...] = ()
    tokens: int = 0
    operations: Mapping[str | None, OperationDefinitionNode] = field(default_factory=dict)
    fields: Mapping[Sharing, Sequence[str]] = field(default_factory=dict)
    """Those that say how their value may be shared: see graph.sharing."""
    memo: dict[Any, Any] | None = field(default_factory=dict, compare=False, repr=False)
    """Of what it asks of each type, and its plans, for all executions; None where that depends on their variables."""

    @property
    def has_own(self) -> bool:
        """Whether a field of it is each viewer's own."""
        return bool(self.fields.get(Sharing.OWN))

    @property
    def looks_at_viewer(self) -> bool:
        """Whether a field of it may be something else for another class of viewers."""
        return any(self.fields.values())

    @property
    def live_fields(self) -> Sequence[str]:
        """Those that may be something else when they are asked again."""
        return (*self.fields.get(Sharing.ALIKE, ()), *self.fields.get(Sharing.OWN, ()))

    def operation(self, name: str | None) -> OperationDefinitionNode | None:
        """The operation that is to be run; None when the document has no such one, or several and no name is given."""
        if name is None:
            return next(iter(self.operations.values())) if len(self.operations) == 1 else None
        return self.operations.get(name)

    def refusal(self, name: str | None) -> tuple[GraphQLError, ...]:
        """Why the operation of that name cannot be run; empty when it can."""
        if self.errors or self.operation(name):
            return self.errors
        known = ", ".join(one or "one without a name" for one in self.operations)
        if name is None:
            return (GraphQLError(f"The document has several operations ({known}): say which in `operationName`."),)
        return (GraphQLError(f"The document has no operation {name!r}, it has: {known}."),)


class Documents:
    """The last that were used, bounded in number and in size; the same answer for HTTP, sockets and webhooks."""

    def __init__(
        self, schema: GraphQLSchema, limits: Limits | None = None, *, most: int = KEPT, most_tokens: int = KEPT_TOKENS
    ) -> None:
        self._schema = schema
        self._most, self._most_tokens = most, most_tokens
        self._limits = limits or Limits()
        self._known: OrderedDict[str, Document] = OrderedDict()
        self.tokens = 0
        """Of all that is kept."""

    def __len__(self) -> int:
        return len(self._known)

    def get(self, text: str) -> Document:
        """Never raises: what is wrong with a text is in its errors."""
        known = self._known.get(text)
        if known:
            self._known.move_to_end(text)
            return known
        if len(text) > BYTES or len(text.encode("utf-8", "surrogatepass")) > BYTES:
            return _refused(_too_complex(f"The document is longer than {BYTES:,} bytes. Send values as variables."))
        found = self._read(text)
        self._keep(text, found)
        return found

    def _read(self, text: str) -> Document:
        try:
            ast = parse(text, max_lexical_tokens=TOKENS, max_comments=COMMENTS)
            if beyond := excess(self._schema, ast, self._limits):
                return _refused(beyond, tokens=ast.token_count)
            errors = validate(self._schema, ast, RULES, max_errors=MISTAKES)
        except GraphQLSyntaxError as error:
            return _refused(_aborted(error) if error.message.endswith(ABORTED) else error.with_traceback(None))
        except RecursionError:
            return _refused(_too_complex("The document is nested too deeply, or its fragments are."))
        if errors:
            return _refused(*map(_mistake, errors), tokens=ast.token_count)
        operations = [one for one in ast.definitions if isinstance(one, OperationDefinitionNode)]
        named = {one.name.value if one.name else None: one for one in operations}
        fields = fields_by_sharing(self._schema, ast)
        memo: dict[Any, Any] | None = None if "@" in text else {}  # @skip, @include
        return Document(ast=ast, operations=named, tokens=ast.token_count, fields=fields, memo=memo)

    def _keep(self, text: str, document: Document) -> None:
        self._known[text] = document
        self.tokens += _weight(text, document)
        while len(self._known) > self._most or self.tokens > self._most_tokens:
            self.tokens -= _weight(*self._known.popitem(last=False))


def _weight(text: str, document: Document) -> int:
    """In tokens; of a text that could not be parsed only the text is kept."""
    return document.tokens or 1 + len(text) // 100


def _refused(*errors: GraphQLError, tokens: int = 0) -> Document:
    return Document(errors=errors, tokens=tokens)


def _mistake(error: GraphQLError) -> GraphQLError:
    """In few words, where it is in the text, and nothing else: it is kept, and the library's words quote whole objects.

    What Python raised over a literal, e.g. a number of 20,000 digits, is left out too: it is the client's, not a bug.
    """
    return GraphQLError(error.message[:MOST_SAID], source=error.source, positions=error.positions)


def _too_complex(message: str) -> GraphQLError:
    return GraphQLError(message, original_error=Fault(Code.TOO_COMPLEX, message))


def _aborted(error: GraphQLSyntaxError) -> GraphQLError:
    return _too_complex(
        f"{error.message.removeprefix('Syntax Error: ')} At most {TOKENS:,} tokens, {COMMENTS} comments and 200 levels "
        "are read. Send values as variables."
    )
