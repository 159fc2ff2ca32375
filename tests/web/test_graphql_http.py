"""GraphQL over HTTP as its specification has it, and what the endpoint knows of its operations and its sockets."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any, cast
from uuid import UUID

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route, WebSocketRoute
from websockets.exceptions import ConnectionClosed

from domain.ids import new_id
from domain.ports import Log
from graph.context import Shop
from graph.faults import Code
from tests.support.client import Client
from tests.support.things import make_viewer
from tests.support.waiting import PATIENCE, until
from web.graphql import GraphQLEndpoint
from web.hub import Hub
from web.logs import RequestIds
from web.operations import Ended, Operation
from web.requests import GraphQLRequest, Refusal, accepted_type, check_content_type, read_json
from web.serving import Server, bound, url_of
from web.sockets import Sockets

JSON, RESPONSE = "application/json", "application/graphql-response+json"
ALIVE = "{ __schema { queryType { name } } }"


class Endpoint:
    """An endpoint with no shop behind it: introspection and refusals need none."""

    def __init__(self) -> None:
        self.heard: list[Operation] = []
        self.sockets = Sockets()
        self.url = ""
        no_shop, hub = cast(Shop, None), Hub(cast(Log, None))
        observe, sockets = self.heard.append, self.sockets

        async def graphiql(_request: Request) -> Response:
            return HTMLResponse("GraphiQL")

        graphql = GraphQLEndpoint(
            no_shop,
            hub=hub,
            observe=observe,
            sockets=sockets,
            graphiql=graphiql,
            most_body=2_000,
            body_patience=0.2,
        )
        routes = [Route("/graphql", graphql), WebSocketRoute("/graphql", graphql)]
        self.app = Starlette(routes=routes, middleware=[Middleware(RequestIds)])


@pytest.fixture
async def endpoint() -> AsyncIterator[Endpoint]:
    made = Endpoint()
    listener = bound(0)
    made.url = url_of(listener)
    async with Server(made.app, listener):
        yield made


@pytest.fixture
async def client(endpoint: Endpoint) -> AsyncIterator[Client]:
    async with Client(endpoint.url) as made:
        yield made


@pytest.mark.parametrize(
    ("accept", "type"),
    [
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (JSON, JSON),
        ("Application/JSON; charset=utf-8", JSON),
        (RESPONSE, RESPONSE),
        (f"{RESPONSE}, {JSON};q=0.9", RESPONSE),
        (f"{JSON};q=0.9, {RESPONSE}", RESPONSE),
        (f"{JSON}, {RESPONSE}", JSON),
        (f"text/html, {RESPONSE};q=0.1", RESPONSE),
        (f"{RESPONSE};q=0, */*;q=0.1", JSON),
        ("image/png, */*;q=0.001", JSON),
        (f"{JSON};q=2, {RESPONSE};q=0.5", RESPONSE),
    ],
)
def test_the_type_that_the_client_likes_best_is_chosen(accept: str, type: str) -> None:
    assert accepted_type(accept) == type


@pytest.mark.parametrize("accept", ["image/png", "text/html", f"{JSON};q=0", f"{JSON};q=x", "json", ",", ";;", "/"])
def test_a_type_that_is_not_served_is_406(accept: str) -> None:
    with pytest.raises(Refusal) as refused:
        accepted_type(accept)
    assert refused.value.status == 406


@pytest.mark.parametrize("type", [JSON, "APPLICATION/JSON", f"{JSON}; charset=utf-8", f'{JSON};charset="UTF-8"'])
def test_json_in_utf_8_is_read(type: str) -> None:
    check_content_type(type)


@pytest.mark.parametrize("type", ["", "text/plain", f"{JSON}; charset=latin-1", "application/jsonp", f"x; {JSON}"])
def test_anything_else_is_415(type: str) -> None:
    with pytest.raises(Refusal) as refused:
        check_content_type(type)
    assert refused.value.status == 415


def test_json_is_read_as_deep_and_as_large_as_an_order_is_and_no_more() -> None:
    assert read_json("[" * 32 + "]" * 32)
    assert len(read_json(json.dumps([0] * 9_999))) == 9_999
    assert read_json(b'{"a": "\xc3\xb1 \\ud83d\\ude00"}') == {"a": "ñ 😀"}
    for text in ("[" * 33 + "]" * 33, json.dumps([0] * 10_001), '"\\ud83d"', "[1e5, NaN]", ""):
        with pytest.raises(Refusal) as refused:
            read_json(text, "`variables`")
        assert refused.value.status == 400
        assert refused.value.message.startswith("`variables` ")


def test_what_may_be_left_out_may_be_null() -> None:
    body = {"query": "{ me }", "variables": None, "operationName": None, "extensions": None}
    assert GraphQLRequest.of(body) == GraphQLRequest(query="{ me }", variables={}, operation_name=None)
    assert GraphQLRequest.of({**body, "id": 1}).query == "{ me }"
    asked = GraphQLRequest.of_parameters({"query": "q", "variables": '{"a": 1}', "operationName": "A"})
    assert asked == GraphQLRequest(query="q", variables={"a": 1}, operation_name="A")


async def test_every_way_to_ask_gets_the_same_answer(client: Client) -> None:
    wanted = {"data": {"__schema": {"queryType": {"name": "Query"}}}}
    named = {"query": f"query A {ALIVE} query B {{ __typename }}", "operationName": "A"}
    with_variables = {"query": "query($n: Boolean!) { __schema @include(if: $n) { queryType { name } } }"}
    for body in ({"query": ALIVE}, named, {**with_variables, "variables": {"n": True}}):
        posted = await client.http.post("/graphql", json=body)
        parameters = {name: value if isinstance(value, str) else json.dumps(value) for name, value in body.items()}
        got = await client.http.get("/graphql", params=parameters)
        for answer in (posted, got):
            assert (answer.status_code, answer.json()) == (200, wanted)
            assert answer.headers["content-type"] == "application/json; charset=utf-8"
    head = await client.http.head("/graphql", params={"query": ALIVE})
    assert (head.status_code, head.content) == (200, b"")


@pytest.mark.parametrize(
    "body",
    [
        {"query": "{ me { id }"},
        {"query": "{ nothing }"},
        {"query": "query A { __typename }", "operationName": "B"},
        {"query": "query A { __typename } query B { __typename }"},
        {"query": "query($id: ID!) { order(id: $id) { id } }"},
        {"query": "query($n: Int) { orders(first: $n) { totalCount } }", "variables": {"n": "x"}},
        {"query": "{ a" * 20 + "}" * 20},
    ],
    ids=["syntax", "validation", "no such operation", "which operation", "no variable", "wrong variable", "limits"],
)
async def test_what_is_not_executed_has_no_data(client: Client, body: dict[str, Any]) -> None:
    """400 where the type says that it is GraphQL, 200 where it might be any JSON."""
    for accept, status in ((RESPONSE, 400), (JSON, 200)):
        answer = await client.http.post("/graphql", json=body, headers={"accept": accept})
        assert answer.status_code == status
        assert set(answer.json()) == {"errors"}
        assert answer.headers["content-type"] == f"{accept}; charset=utf-8"


async def test_an_error_of_a_field_is_200(client: Client) -> None:
    for accept in (RESPONSE, JSON):
        asked = {"query": '{ __typename order(id: "1") { id } }'}
        answer = await client.http.post("/graphql", json=asked, headers={"accept": accept})
        assert answer.status_code == 200
        assert answer.json()["data"] == {"__typename": "Query", "order": None}
        assert answer.json()["errors"][0]["extensions"] == {"code": "UNAUTHENTICATED"}


async def test_the_methods_are_told(client: Client) -> None:
    options = await client.http.options("/graphql")
    assert (options.status_code, options.headers["allow"]) == (204, "GET, HEAD, POST, OPTIONS")
    put = await client.http.put("/graphql", json={"query": ALIVE})
    assert (put.status_code, put.headers["allow"]) == (405, "GET, HEAD, POST, OPTIONS")


async def test_graphiql_is_for_browsers(client: Client) -> None:
    for path in ("/graphql", "/graphql?example=watch"):
        page = await client.http.get(path, headers={"accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
        assert (page.status_code, page.text) == (200, "GraphiQL")
    asked = await client.http.get("/graphql", params={"query": ALIVE}, headers={"accept": f"text/html, {JSON}"})
    assert asked.json()["data"]


async def test_an_answer_has_the_id_of_its_request(client: Client) -> None:
    given = str(new_id())
    for body, status in (({"query": ALIVE}, 200), ({"query": 1}, 400)):
        answer = await client.http.post("/graphql", json=body)
        assert answer.status_code == status
        assert UUID(answer.headers["x-request-id"])
        answer = await client.http.post("/graphql", json=body, headers={"x-request-id": given})
        assert answer.headers["x-request-id"] == given


async def test_the_largest_body_is_a_setting(client: Client) -> None:
    for size, status in ((2_000, 200), (2_001, 413)):
        body = json.dumps({"query": ALIVE}).ljust(size)
        answer = await client.http.post("/graphql", content=body, headers={"content-type": JSON})
        assert answer.status_code == status, answer.text


async def test_a_body_that_does_not_come_is_408(endpoint: Endpoint) -> None:
    host, _, port = endpoint.url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{")
    async with asyncio.timeout(PATIENCE):
        answer = await reader.readuntil(b"BAD_USER_INPUT")
    assert answer.startswith(b"HTTP/1.1 408 ")
    writer.close()


async def test_the_end_of_every_operation_is_told(endpoint: Endpoint, client: Client) -> None:
    await client.post("query Mine { __typename me { id } }")
    await client.post('{ order(id: "1") { id } }')
    await client.post("{ nothing }")
    await client.http.post("/graphql", json={"query": 1})  # no operation
    async with client.socket() as socket:
        await socket.run(ALIVE)
        assert await (await socket.subscribe("subscription Log { events { cursor } }")).error() == "UNAUTHENTICATED"
        assert await (await socket.subscribe("{ nothing }")).error() == "BAD_USER_INPUT"
    await until(lambda: came(endpoint, 6))
    told = [(one.type, one.name, one.fields, one.outcome) for one in endpoint.heard]
    assert told == [
        ("query", "Mine", ("__typename", "me"), Ended.OK),
        ("query", None, ("order",), Ended.ERROR),
        ("unknown", None, (), Ended.REFUSED),
        ("query", None, ("__schema",), Ended.OK),
        ("subscription", "Log", ("events",), told[4][3]),
        ("unknown", None, (), Ended.REFUSED),
    ]
    assert told[4][3] in {Ended.ERROR, Ended.REFUSED}
    assert all(0 < one.seconds < 5 for one in endpoint.heard)


async def came(endpoint: Endpoint, count: int) -> bool:
    return len(endpoint.heard) == count


async def test_sockets_are_counted_found_by_who_is_there_and_closed_from_outside(endpoint: Endpoint) -> None:
    sockets, viewer = endpoint.sockets, make_viewer()
    async with Client(endpoint.url) as client, client.socket() as one, client.socket():
        assert len(sockets) == 2
        assert sockets.of(viewer.user_id) == []
        first = next(iter(sockets))
        first.context.become(viewer)
        assert sockets.of(viewer.user_id) == sockets.of(viewer.session_id) == [first]
        assert sockets.of(new_id()) == []
        other = make_viewer()
        first.context.become(other)
        assert (sockets.of(viewer.user_id), sockets.of(other.session_id)) == ([], [first])
        for each in sockets:
            each.end(Code.SESSION_REVOKED, "The session was ended. " + "ñ" * 100)
            each.end(Code.UNAUTHENTICATED, "again")
            assert each.context.revoked
        with pytest.raises(ConnectionClosed) as closed:
            await one.receive()
        assert closed.value.rcvd
        assert closed.value.rcvd.code == 4403
        assert closed.value.rcvd.reason.startswith("The session was ended. ñ")
        await until(lambda: nobody_is_there(sockets))
        first.end(Code.SESSION_REVOKED, "it is closed already")
        await asyncio.sleep(0)  # lets the task run, which must not raise


async def nobody_is_there(sockets: Sockets) -> bool:
    return len(sockets) == 0


async def test_the_shops_endpoint_is_this_one(endpoint: Endpoint) -> None:
    """With nothing between: the app is served as it is, also without a network."""
    transport = httpx.ASGITransport(app=endpoint.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://shop") as http:
        assert (await http.post("/graphql", json={"query": ALIVE})).json()["data"]
