"""Limits: a document's measures are those of its text, however it is written, and each is looked at once."""

import time
from bisect import bisect_left

import pytest
from graphql import GraphQLError, get_introspection_query, parse

from graph.documents import BYTES, TOKENS, Documents
from graph.faults import Code, Fault
from graph.limits import Limits, excess
from graph.schema import schema

GRAPH = schema._schema
NODE = "edges { node { id status } }"


def cost(document: str) -> int:
    """The least budget that the document fits into."""
    parsed = parse(document)
    return bisect_left(range(200_000), True, key=lambda budget: excess(GRAPH, parsed, Limits(cost=budget)) is None)


@pytest.mark.parametrize(
    ("document", "measured"),
    [
        ("{ __typename }", 1),
        ("{ me { id name } }", 10 + 2),
        ("{ me { id } me { id } }", 2 * (10 + 1)),
        ('{ order(id: "1") { id status number } }', 10 + 3),
        ('{ order(id: "1") { items { product quantity } } }', 10 + 1 + 25 * 2),
        ('{ order(id: "1") { customer { id } } }', 10 + 10 + 1),
        (f"{{ orders(first: 3) {{ {NODE} }} }}", 10 + 3 * (1 + 1 + 2)),
        (f"{{ orders(last: 3) {{ {NODE} }} }}", 10 + 3 * (1 + 1 + 2)),
        (f"{{ orders {{ {NODE} }} }}", 10 + 20 * 4),
        (f"query($n: Int) {{ orders(first: $n) {{ {NODE} }} }}", 10 + 100 * 4),
        (f"{{ orders(first: 999999999999) {{ {NODE} }} }}", 10 + 100 * 4),
        (f"{{ orders(first: -999999999999) {{ {NODE} }} }}", 10 + 1 * 4),
        ("{ orders(first: 50) { totalCount pageInfo { hasNextPage } } }", 10 + 10 + 2),
    ],
)
def test_the_cost_is_what_the_answer_may_have_at_most(document: str, measured: int) -> None:
    assert cost(document) == measured


def test_a_document_costs_the_same_with_its_parts_in_fragments() -> None:
    plain = f"{{ orders(first: 7) {{ {NODE} pageInfo {{ endCursor }} }} }}"
    parts = """{ orders(first: 7) { ...Page ... on OrderConnection { pageInfo { ...Info } } } }
      fragment Page on OrderConnection { ... @include(if: true) { edges { ...Edge } } }
      fragment Edge on OrderEdge { node { ... on Order { id } status } } fragment Info on PageInfo { endCursor }"""
    assert cost(plain) == cost(parts)


def test_a_list_in_a_list_multiplies() -> None:
    inner = "deliveries(first: 5) { edges { node { id } } }"
    one, seven = (cost(f"{{ webhookEndpoints(first: {n}) {{ edges {{ node {{ {inner} }} }} }} }}") for n in (1, 7))
    assert (one, seven) == (10 + 1 + 1 + 10 + 5 * 3, 10 + 7 * (1 + 1 + 10 + 5 * 3))


@pytest.mark.parametrize(
    ("document", "limits", "said"),
    [
        ("{ me { id name } }", Limits(cost=11), "cost 12; at most 11"),
        ("{ me { id } }", Limits(depth=1), "depth 2; at most 1"),
        ("{ me { ...A } } fragment A on User { ... { id } }", Limits(depth=1), "depth 2; at most 1"),
        ("{ a: me { b: id } c: me { d: id } }", Limits(aliases=3), "aliases 4; at most 3"),
        ("{ me { ...A ...A } } fragment A on User { a: id }", Limits(aliases=1), "aliases 2; at most 1"),
        ("{ me { id } ...A } fragment A on Query { me { id } }", Limits(root_fields=1), "root fields 2; at most 1"),
        ("{ me { id name } }", Limits(fields=2), "fields 3; at most 2"),
        (
            "{ me { id @include(if: true) @skip(if: false) } }",
            Limits(directives=1),
            "directives on one field 2; at most 1",
        ),
        ("query A { me { id } } query B { me { id } }", Limits(operations=1), "operations 2; at most 1"),
    ],
)
def test_the_refusal_says_the_measure_the_limit_and_what_to_do(document: str, limits: Limits, said: str) -> None:
    error = excess(GRAPH, parse(document), limits)
    assert error
    assert said in error.message
    assert len(error.message.split(". ")) == 2, "no advice"
    assert isinstance(error.original_error, Fault)
    assert error.original_error.code is Code.TOO_COMPLEX


def test_every_operation_of_a_document_is_measured() -> None:
    document = "query A { me { id } } query B { me { id name email } }"
    assert excess(GRAPH, parse(document), Limits(cost=12))
    assert excess(GRAPH, parse(document), Limits(cost=13)) is None


def test_graphiqls_introspection_has_room_to_grow() -> None:
    asked = get_introspection_query(
        specified_by_url=True, directive_is_repeatable=True, schema_description=True, input_value_deprecation=True
    )
    assert excess(GRAPH, parse(asked), Limits(cost=Limits().cost * 2 // 3)) is None


@pytest.mark.parametrize(
    "document",
    [
        "{ me { ...A } } fragment A on User { ...A }",
        "{ me { ...A } } fragment A on User { ...B } fragment B on User { id ...A }",
        "{ nothing { at { all } } } fragment A on Nothing { x }",
        "{ orders(first: $x, last: [1]) { edges } }",
        "subscription { events { cursor } }",
    ],
)
def test_what_validation_refuses_is_left_to_it(document: str) -> None:
    assert excess(GRAPH, parse(document), Limits()) is None


def test_fragments_that_double_are_measured_at_once() -> None:
    links = "".join(f"fragment F{n} on User {{ ...F{n + 1} ...F{n + 1} }} " for n in range(100))
    document = parse(f"{{ me {{ ...F0 }} }} {links} fragment F100 on User {{ id }}")
    begun = time.process_time()
    error = excess(GRAPH, document, Limits())
    assert error
    assert time.process_time() - begun < 0.5


WORST = {
    "the same object, as often as it may be": "{ me { " + "... on User { roles } " * 480 + "} }",
    "conflicts": "{ me { " + "id " * 490 + "} }",
    "objects": "{ orders { edges { node { " + "customer { id } " * 240 + "} } } }",
    "fragments": "{ me { "
    + "".join(f"...F{n} " for n in range(220))
    + "} }"
    + "".join(f"fragment F{n} on User {{ id name }}" for n in range(220)),
    "unknown names": "{ me { " + "".join(f"{'x' * 50}{n} " for n in range(490)) + "} }",
}


@pytest.mark.parametrize("document", WORST.values(), ids=WORST.keys())
def test_no_document_within_the_limits_takes_long_to_look_at(document: str) -> None:
    begun = time.process_time()
    Documents(GRAPH).get(document)
    assert time.process_time() - begun < 5  # some tenths of a second; without the limits it would be minutes


def codes(errors: tuple[GraphQLError, ...]) -> set[Code | None]:
    return {error.original_error.code if isinstance(error.original_error, Fault) else None for error in errors}


def test_a_document_is_looked_at_once() -> None:
    documents = Documents(GRAPH)
    found = documents.get("{ me { id } }")
    assert found.ast
    assert documents.get("{ me { id } }") is found
    wrong = documents.get("{ nothing }")
    assert codes(wrong.errors) == {None}
    assert documents.get("{ nothing }") is wrong


@pytest.mark.parametrize(
    "text",
    ["#" * (BYTES + 1), "ñ" * (BYTES // 2 + 1), "{ " + "a " * TOKENS + "}", "{ me { id } }" + "#\n" * 300, "{a" * 300],
    ids=["bytes", "bytes of UTF-8", "tokens", "comments", "levels"],
)
def test_what_is_too_long_is_too_complex(text: str) -> None:
    assert codes(Documents(GRAPH).get(text).errors) == {Code.TOO_COMPLEX}


def test_an_order_of_a_hundred_items_may_be_written_into_the_document() -> None:
    item = '{custom: {product: "x", size: "M", color: "negro", quantity: 1, unitPrice: "1.00"}} '
    text = f'mutation {{ createOrder(input: {{idempotencyKey: "k", items: [{item * 100}]}}) {{ __typename }} }}'
    assert Documents(GRAPH).get(text).errors == ()


def test_what_is_kept_is_bounded_and_the_last_used_stays() -> None:
    documents = Documents(GRAPH, most=10)
    kept = documents.get("{ me { id } }")
    for n in range(30):
        documents.get(f"{{ me {{ a{n}: id }} }}")
        assert documents.get("{ me { id } }") is kept
    assert len(documents) == 10


def test_long_documents_leave_room_for_fewer() -> None:
    """Of every kind: those that may be run, those that may not, and what is no document."""
    documents = Documents(GRAPH, most_tokens=1_000)
    ids = '"x" ' * 200
    for n in range(10):
        documents.get("{" + " " * 1_000 + str(n))
        assert documents.get(f"{{ a{n}: events(filter: {{subjectIds: [{ids}]}}) {{ head }} }}").ast
        assert documents.get(f"{{ a{n}: events(filter: {{subjectIds: [{ids}]}}) {{ tail }} }}").errors
        assert documents.tokens <= 1_000
    assert 4 <= len(documents) <= 8


def test_an_operation_is_found_by_its_name_or_for_being_the_only_one() -> None:
    documents = Documents(GRAPH)
    two = documents.get("query A { me { id } } query B { me { name } }")
    b = two.operation("B")
    assert b
    assert b.name
    assert b.name.value == "B"
    assert two.operation(None) is None
    assert "A, B" in two.refusal(None)[0].message
    assert "'C'" in two.refusal("C")[0].message
    assert documents.get("{ me { id } }").operation(None)
    assert documents.get("{ me { id } }").operation("A") is None
    assert "it has: one without a name." in documents.get("{ me { id } }").refusal("A")[0].message


def test_a_limit_counts_for_execution_too() -> None:
    answer = schema.execute_sync("{ me" * 20 + "}" * 20)
    assert answer.errors
    assert answer.errors[0].extensions == {"code": "TOO_COMPLEX"}
