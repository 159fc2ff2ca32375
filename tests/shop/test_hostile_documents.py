"""Hostile documents and variables: refused as bad input or as too much, by every way in, before anything is read."""

import json
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from graphql import get_introspection_query

from tests.support.client import CREATE, ORDER, SHIRT, Client
from tests.support.hostile import assert_answers, unharmed
from tests.support.processes import Stack

NAMES = "fields { name }"


def turns(count: int, first: int) -> str:
    """A few hundred bytes that go from an endpoint to its deliveries and back."""
    turn = f"deliveries(first: {first}) {{ edges {{ node {{ endpoint {{ "
    return f"{{ webhookEndpoints {{ edges {{ node {{ {turn * count} id {'} } } } ' * count} }} }} }} }}"


def doubling(levels: int) -> str:
    """Fragments of which each spreads the next one twice."""
    links = "".join(f"fragment F{n} on User {{ ...F{n + 1} ...F{n + 1} }} " for n in range(levels))
    return f"{{ me {{ ...F0 }} }} {links} fragment F{levels} on User {{ id }}"


DOCUMENTS: dict[str, tuple[str, str]] = {
    "nothing": ("", "BAD_USER_INPUT"),
    "blanks": (" \n\t, ", "BAD_USER_INPUT"),
    "a comment": ("# hello", "BAD_USER_INPUT"),
    "JSON": ('{"query": "{ me }"}', "BAD_USER_INPUT"),
    "an open brace": ("{", "BAD_USER_INPUT"),
    "an open text": ('{ order(id: "x', "BAD_USER_INPUT"),
    "a NUL": ("{ me\x00 { id } }", "BAD_USER_INPUT"),
    "an emoji for a name": ("{ 💥 }", "BAD_USER_INPUT"),
    "half of a surrogate pair": (r'{ order(id: "\uD800") { id } }', "BAD_USER_INPUT"),
    "a code point that there is not": (r'{ order(id: "\u{FFFFFFFF}") { id } }', "BAD_USER_INPUT"),
    "a schema": ("type Query { me: Int }", "BAD_USER_INPUT"),
    "only a fragment": ("fragment F on User { id }", "BAD_USER_INPUT"),
    "an unknown field": ("{ secrets }", "BAD_USER_INPUT"),
    "an unknown field of 20,000 letters": ("{ " + "x" * 20_000 + " }", "BAD_USER_INPUT"),
    "an unknown argument": ('{ order(id: "1", sql: "--") { id } }', "BAD_USER_INPUT"),
    "an unknown type": ("query($x: Nothing) { me { id } }", "BAD_USER_INPUT"),
    "an unknown directive": ("{ me @drop { id } }", "BAD_USER_INPUT"),
    "an object without a selection": ("{ me }", "BAD_USER_INPUT"),
    "a selection on text": ("{ me { id { x } } }", "BAD_USER_INPUT"),
    "a fragment of itself": ("{ me { ...F } } fragment F on User { ...F }", "BAD_USER_INPUT"),
    "fragments in a ring": (
        "{ me { ...A } } fragment A on User { ...B } fragment B on User { ...C } fragment C on User { id ...A }",
        "BAD_USER_INPUT",
    ),
    "a fragment that is missing": ("{ me { ...F } }", "BAD_USER_INPUT"),
    "several operations": ("query A { me { id } } query B { me { id } }", "BAD_USER_INPUT"),
    "two operations of one name": ("query A { me { id } } query A { me { id } }", "BAD_USER_INPUT"),
    "an int of 20,000 digits": ("{ orders(first: " + "9" * 20_000 + ") { totalCount } }", "BAD_USER_INPUT"),
    "an int beyond 32 bits": ("{ orders(first: 2147483648) { totalCount } }", "BAD_USER_INPUT"),
    "a list where there is none, 150 deep": ("{ order(id: " + "[" * 150 + "]" * 150 + ") { id } }", "BAD_USER_INPUT"),
    "@defer": ("{ me { ... @defer { id } } }", "BAD_USER_INPUT"),
    "a hundred conflicts": ("{ me { " + "x: id x: name " * 20 + "} }", "BAD_USER_INPUT"),
    "fields 300 deep": ("{ me " * 300 + "}" * 300, "TOO_COMPLEX"),
    "fields 20,000 deep": ("{a" * 10_000, "TOO_COMPLEX"),
    "values 10,000 deep": ("{ order(id: " + "[" * 10_000, "TOO_COMPLEX"),
    "types 10,000 deep": ("query($x: " + "[" * 10_000, "TOO_COMPLEX"),
    "40 KB": ("{ me { id } } #" + "x" * 40_000, "TOO_COMPLEX"),
    "10,000 tokens": ("{ " + "me " * 10_000, "TOO_COMPLEX"),
    "10,000 comments": ("{ me { id } }" + "\n#" * 10_000, "TOO_COMPLEX"),
    "one field 600 times": ("{ me { " + "id " * 600 + "} }", "TOO_COMPLEX"),
    "one object 400 times": ("{ " + "me { id } " * 400 + "}", "TOO_COMPLEX"),
    "21 root fields": ("{ " + " ".join(f"a{n}: __typename" for n in range(21)) + " }", "TOO_COMPLEX"),
    "100 sign-ins": (
        "mutation { "
        + " ".join(f'a{n}: login(input: {{email: "a@b.test", password: "{n}"}}) {{ __typename }}' for n in range(100))
        + " }",
        "TOO_COMPLEX",
    ),
    "51 aliases": ("{ me { " + " ".join(f"a{n}: id" for n in range(51)) + " } }", "TOO_COMPLEX"),
    "21 operations": (" ".join(f"query A{n} {{ me {{ id }} }}" for n in range(21)), "TOO_COMPLEX"),
    "a thousand directives": ("{ me { id " + "@include(if: true) " * 500 + "} }", "TOO_COMPLEX"),
    "13 turns of a list": (turns(13, 100), "TOO_COMPLEX"),
    "3 turns of a list": (turns(3, 20), "TOO_COMPLEX"),
    "2 turns of a list": (turns(2, 20), "TOO_COMPLEX"),
    "a page of pages": (turns(1, 100), "TOO_COMPLEX"),
    "a page of a variable's size": (
        turns(1, 100).replace("{ webhook", "query($n: Int) { webhook", 1).replace("100", "$n"),
        "TOO_COMPLEX",
    ),
    "fragments that double 40 times": (doubling(40), "TOO_COMPLEX"),
    "fragments 400 deep": (
        "{ me { ...F0 } } "
        + "".join(f"fragment F{n} on User {{ ...F{n + 1} }} " for n in range(400))
        + "fragment F400 on User { id }",
        "TOO_COMPLEX",
    ),
    "introspection that turns back": (
        "{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }",
        "TOO_COMPLEX",
    ),
    "introspection that turns back at one type": (
        '{ __type(name: "Order") { ' + "fields { type { " * 4 + "name " + "} } " * 4 + "} }",
        "BAD_USER_INPUT",
    ),
    "introspection times 20": (
        "{ " + " ".join(f"a{n}: __schema {{ types {{ fields {{ type {{ {NAMES} }} }} }} }}" for n in range(20)) + " }",
        "TOO_COMPLEX",
    ),
}


@pytest.fixture(scope="module")
async def member(stack: Stack) -> AsyncIterator[Client]:
    async with Client(stack.url) as client:
        yield await client.register()


@pytest.fixture(scope="module", autouse=True)
async def nothing_happens(stack: Stack, member: Client) -> AsyncIterator[None]:
    async with unharmed(stack):
        yield


@pytest.mark.parametrize(("document", "code"), DOCUMENTS.values(), ids=DOCUMENTS.keys())
async def test_a_hostile_document_is_refused_at_once(stack: Stack, member: Client, document: str, code: str) -> None:
    begun = time.perf_counter()
    for accept, status in (("application/json", 200), ("application/graphql-response+json", 400)):
        headers = {"accept": accept, "authorization": f"Bearer {member.token}"}
        answer = await member.http.post("/graphql", json={"query": document}, headers=headers)
        assert answer.status_code == status
        assert answer.headers["content-type"] == f"{accept}; charset=utf-8"
        assert "data" not in answer.json()
        assert {error["extensions"]["code"] for error in answer.json()["errors"]} == {code}
        assert max(len(error["message"]) for error in answer.json()["errors"]) <= 501
    async with member.socket() as socket:
        assert await (await socket.subscribe(document)).error() == code
    assert time.perf_counter() - begun < 20
    await assert_answers(stack)


async def test_what_the_shops_own_pages_and_graphiql_send_is_served(member: Client) -> None:
    """So that the limits keep out nothing else."""
    introspection = get_introspection_query(
        specified_by_url=True, directive_is_repeatable=True, schema_description=True, input_value_deprecation=True
    )
    everything = f"query($n: Int) {{ orders(first: $n) {{ totalCount edges {{ cursor node {{ {ORDER} }} }} }} }}"
    history = (
        f"{{ events(first: 100) {{ edges {{ node {{ id type ... on OrderEvent {{ order {{ {ORDER} }} }} }} }} }} }}"
    )
    for document in (introspection, everything, history, turns(1, 5)):
        assert "errors" not in await member.post(document, n=100), document[:60]


async def test_a_variable_has_no_part_in_a_document_that_is_too_much(member: Client) -> None:
    answer = await member.post(turns(13, 100))
    [error] = answer["errors"]
    assert "depth" in error["message"]
    assert "15" in error["message"]


BAD, INVALID = "BAD_USER_INPUT", "InvalidInput"
PRICES: dict[str, tuple[str, str]] = {
    "NaN": ('"NaN"', BAD),
    "sNaN": ('"sNaN"', BAD),
    "Infinity": ('"Infinity"', BAD),
    "1e999 as text": ('"1e999"', BAD),
    "1e999": ("1e999", BAD),
    "-1e999": ("-1e999", BAD),
    "1e3": ('"1e3"', BAD),
    "an Arabic digit": ('"٣"', BAD),
    "full-width digits": ('"\\uff11\\uff10"', BAD),
    "a superscript": ('"²"', BAD),
    "blanks around": ('" 1 "', BAD),
    "a line break": ('"1\\n"', BAD),
    "nothing": ('""', BAD),
    "a plus": ('"+1"', BAD),
    "an underscore": ('"1_000"', BAD),
    "a comma": ('"1,50"', BAD),
    "hexadecimal": ('"0x10"', BAD),
    "a fraction without a zero": ('".5"', BAD),
    "5,000 digits": ('"' + "9" * 5_000 + '"', BAD),
    "4,000 digits, a number": ("9" * 4_000, BAD),
    "SQL": ('"1; DROP TABLE orders"', BAD),
    "true": ("true", BAD),
    "null": ("null", BAD),
    "an array": ("[1]", BAD),
    "an object": ('{"amount": 1}', BAD),
    "minus zero": ('"-0"', INVALID),
    "minus zero, a number": ("-0.0", INVALID),
    "zero": ('"0"', INVALID),
    "less than zero": ('"-1"', INVALID),
    "a tenth of a cent": ('"0.001"', INVALID),
    "a hair more than a cent": ('"0.0100000000000000001"', BAD),
    "a lot": ('"999999999999999999"', INVALID),
}
QUANTITIES: dict[str, tuple[str, str]] = {
    "zero": ("0", INVALID),
    "less than zero": ("-1", INVALID),
    "10,001": ("10001", INVALID),
    "the largest int": ("2147483647", INVALID),
    "more than an int": ("2147483648", BAD),
    "a big int": ("9" * 100, BAD),
    "a fraction": ("1.5", BAD),
    "1e999": ("1e999", BAD),
    "text": ('"1"', BAD),
    "true": ("true", BAD),
    "null": ("null", BAD),
    "an array of two": ("[1, 2]", BAD),
    "an object": ("{}", BAD),
}


@pytest.mark.parametrize(("price", "expected"), PRICES.values(), ids=PRICES.keys())
async def test_money_that_is_none_buys_nothing(stack: Stack, member: Client, price: str, expected: str) -> None:
    assert await outcome(member, ordering(unitPrice=price)) == expected
    await assert_answers(stack)


@pytest.mark.parametrize(("quantity", "expected"), QUANTITIES.values(), ids=QUANTITIES.keys())
async def test_a_quantity_that_is_none_buys_nothing(stack: Stack, member: Client, quantity: str, expected: str) -> None:
    assert await outcome(member, ordering(quantity=quantity)) == expected
    await assert_answers(stack)


INPUTS: dict[str, tuple[str, str]] = {
    "101 items": (json.dumps({"items": [{"custom": SHIRT}] * 101}), INVALID),
    "no items": ('{"items": []}', INVALID),
    "items that are null": ('{"items": null}', BAD),
    "an item that is null": ('{"items": [null]}', BAD),
    "an item that is a number": ('{"items": 1}', BAD),
    "an empty item": ('{"items": [{}]}', BAD),
    "no input": ("null", BAD),
    "an input that is an array": ("[]", BAD),
    "an input that is text": ('"x"', BAD),
    "an unknown field": (json.dumps({"items": [{"custom": SHIRT}], "status": "COMPLETED"}), BAD),
    "an unknown field of an item": (json.dumps({"items": [{"custom": {**SHIRT, "total": 0}}]}), BAD),
    "__proto__": (json.dumps({"items": [{"custom": SHIRT}], "__proto__": {}}), BAD),
    "an article without a name": (json.dumps({"items": [{"custom": {**SHIRT, "product": ""}}]}), INVALID),
    "an article that is a number": (json.dumps({"items": [{"custom": {**SHIRT, "product": 1}}]}), BAD),
    "an article of 100,000 letters": (
        json.dumps({"items": [{"custom": {**SHIRT, "product": "x" * 100_000}}]}),
        INVALID,
    ),
    "a NUL in an article": (json.dumps({"items": [{"custom": {**SHIRT, "product": "a\x00b"}}]}), INVALID),
    "a note of 100,000 letters": (json.dumps({"items": [{"custom": SHIRT}], "note": "x" * 100_000}), INVALID),
    "a NUL in a key": (json.dumps({"items": [{"custom": SHIRT}], "idempotencyKey": "\x00"}), INVALID),
    "an empty key": (json.dumps({"items": [{"custom": SHIRT}], "idempotencyKey": ""}), INVALID),
    "a key that is an object": (json.dumps({"items": [{"custom": SHIRT}], "idempotencyKey": {}}), BAD),
}


@pytest.mark.parametrize(("given", "expected"), INPUTS.values(), ids=INPUTS.keys())
async def test_an_order_that_is_none_is_not_placed(stack: Stack, member: Client, given: str, expected: str) -> None:
    assert await outcome(member, given) == expected
    await assert_answers(stack)


async def test_an_order_that_is_one_would_be_placed(member: Client) -> None:
    """The template is good: what is refused is what was put into it. This one is refused for its key alone."""
    good = json.loads(ordering())
    assert await outcome(member, json.dumps(good | {"note": "n" * 2_001})) == INVALID
    answer = await member.run(CREATE, input=good | {"note": "n" * 2_001})
    assert [issue["path"] for issue in answer["issues"]] == [["input", "note"]]


def ordering(**fields: str) -> str:
    """The input of an order, as JSON, with fields of its item as they are written."""
    item = {name: json.dumps(value) for name, value in SHIRT.items()} | fields
    written = ", ".join(f'"{name}": {value}' for name, value in item.items())
    return f'{{"items": [{{"custom": {{{written}}}}}]}}'


async def outcome(client: Client, given: str) -> str:
    """The refusal's type, or the code of the error, that `createOrder` answers to an input that is written in JSON."""
    body = f'{{"query": {json.dumps(CREATE)}, "variables": {{"input": {given}}}}}'
    headers = {"content-type": "application/json", "authorization": f"Bearer {client.token}"}
    answer = await client.http.post("/graphql", content=body.encode(), headers=headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    code_or_type = (
        found["errors"][0]["extensions"]["code"] if "errors" in found else found["data"]["createOrder"]["__typename"]
    )
    return str(code_or_type)


ARGUMENTS: dict[str, tuple[str, dict[str, Any], str]] = {
    "a page of none": ("query($n: Int) { orders(first: $n) { totalCount } }", {"n": 0}, BAD),
    "a page of less than none": ("query($n: Int) { orders(first: $n) { totalCount } }", {"n": -1}, BAD),
    "a page of 101": ("query($n: Int) { orders(first: $n) { totalCount } }", {"n": 101}, BAD),
    "a page of the largest int": ("query($n: Int) { events(first: $n) { head } }", {"n": 2**31 - 1}, BAD),
    "a page that is text": ("query($n: Int) { orders(first: $n) { totalCount } }", {"n": "1"}, BAD),
    "a page both ways": ("{ orders(first: 1, last: 1) { totalCount } }", {}, BAD),
    "a place that is none": ("query($a: String) { orders(after: $a) { totalCount } }", {"a": "' OR 1=1"}, BAD),
    "a place of another script": ("query($a: String) { orders(after: $a) { totalCount } }", {"a": "٣" * 36}, BAD),
    "a status that there is not": (
        "query($s: [OrderStatus!]) { orders(filter: {status: $s}) { totalCount } }",
        {"s": ["X"]},
        BAD,
    ),
    "a cursor that is none": ("query($a: Cursor) { events(after: $a) { head } }", {"a": "x"}, "CURSOR_INVALID"),
    "a cursor that is empty": ("query($a: Cursor) { events(after: $a) { head } }", {"a": ""}, "CURSOR_INVALID"),
    "a cursor that is a number": ("query($a: Cursor) { events(after: $a) { head } }", {"a": 1}, "CURSOR_INVALID"),
    "a cursor that is an object": ("query($a: Cursor) { events(after: $a) { head } }", {"a": {}}, "CURSOR_INVALID"),
    "a cursor of all ones": ("query($a: Cursor) { events(after: $a) { head } }", {"a": "_" * 16}, "CURSOR_INVALID"),
    "a cursor of 2^63": (
        "query($a: Cursor) { events(after: $a) { head } }",
        {"a": "gAAAAAAAAAAAAAAA"},
        "CURSOR_INVALID",
    ),
    "a cursor of 100,000 letters": (
        "query($a: Cursor) { events(after: $a) { head } }",
        {"a": "A" * 100_000},
        "CURSOR_INVALID",
    ),
    "ids and all": ("mutation { markNotificationsRead(ids: [], all: true) { unreadCount } }", {}, BAD),
    "neither ids nor all": ("mutation { markNotificationsRead { unreadCount } }", {}, BAD),
    "a variable that is missing": ("query($id: ID!) { order(id: $id) { id } }", {}, BAD),
    "an id that is an object": ("query($id: ID!) { order(id: $id) { id } }", {"id": {}}, BAD),
    "an id that is true": ("query($id: ID!) { order(id: $id) { id } }", {"id": True}, BAD),
}


@pytest.mark.parametrize(("document", "variables", "code"), ARGUMENTS.values(), ids=ARGUMENTS.keys())
async def test_an_argument_that_is_none_is_bad_input(
    stack: Stack, member: Client, document: str, variables: dict[str, Any], code: str
) -> None:
    assert await member.code(document, **variables) == code
    await assert_answers(stack)


@pytest.mark.parametrize(
    "id", ["", "1", "0" * 36, "x" * 100_000, "../../etc/passwd", "' OR ''='", "\x00", "٣" * 36, "{}", 10**30, -1]
)
async def test_an_id_that_is_none_is_nobodys(stack: Stack, member: Client, id: str | int) -> None:
    assert await member.run("query($id: ID!) { order(id: $id) { id } }", id=id) is None
    cancelled = await member.run("mutation($id: ID!) { cancelOrder(id: $id) { __typename } }", id=id)
    assert cancelled == {"__typename": "NotFound"}
    await assert_answers(stack)
