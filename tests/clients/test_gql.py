"""Python's gql, over httpx and over websockets: the client that most Python programs use."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from gql import Client as GqlClient
from gql import GraphQLRequest, gql
from gql.client import AsyncClientSession
from gql.dsl import DSLInlineFragment, DSLMutation, DSLQuery, DSLSchema, dsl_gql
from gql.transport.exceptions import TransportConnectionFailed, TransportQueryError
from gql.transport.httpx import HTTPXAsyncTransport
from gql.transport.websockets import WebsocketsTransport
from graphql import GraphQLSchema, build_schema, lexicographic_sort_schema, print_schema
from websockets.exceptions import ConnectionClosedError

from tests.clients.programs import ROOT
from tests.support.client import SHIRT, Client
from tests.support.processes import Stack

FOLLOW = gql(
    "subscription ($id: ID!, $after: Cursor) { orderUpdated(id: $id, after: $after) { cursor order { status } } }"
)
HEAD = gql("{ events(first: 1) { head } }")


def http(stack: Stack, token: str | None) -> HTTPXAsyncTransport:
    return HTTPXAsyncTransport(f"{stack.url}/graphql", headers={"authorization": f"Bearer {token}"}, trust_env=False)


def socket(stack: Stack, token: str | None) -> WebsocketsTransport:
    return WebsocketsTransport(
        f"{stack.url.replace('http', 'ws', 1)}/graphql",
        init_payload={"authorization": f"Bearer {token}"},
        subprotocols=[WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL],
        connect_args={"proxy": None},
    )


@asynccontextmanager
async def connected(transport: Any, *, fetch: bool = False) -> AsyncIterator[AsyncClientSession]:
    async with GqlClient(
        transport=transport, fetch_schema_from_transport=fetch, introspection_args={"input_object_one_of": True}
    ) as session:
        assert isinstance(session, AsyncClientSession)
        yield session


@pytest.fixture(params=[http, socket])
async def session(request: pytest.FixtureRequest, stack: Stack, customer: Client) -> AsyncIterator[AsyncClientSession]:
    """A customer's, with the schema that the shop has told it."""
    async with connected(request.param(stack, customer.token), fetch=True) as opened:
        yield opened


async def test_the_schema_that_it_is_told_is_the_contract(session: AsyncClientSession) -> None:
    assert session.client.schema
    assert printed(session.client.schema) == printed(build_schema((ROOT / "schema.graphql").read_text()))


def printed(one: GraphQLSchema) -> str:
    return print_schema(lexicographic_sort_schema(one))


async def test_it_writes_its_documents_by_the_schema(session: AsyncClientSession, customer: Client) -> None:
    assert session.client.schema
    shop = DSLSchema(session.client.schema)
    order = DSLInlineFragment().on(shop.Order).select(shop.Order.id, shop.Order.total.select(shop.Money.amount))
    create = shop.Mutation.createOrder(input={"items": [{"custom": SHIRT}]}).select(order)
    placed = (await session.execute(dsl_gql(DSLMutation(create))))["createOrder"]
    assert placed["total"] == {"amount": "10.00"}
    asked = shop.Query.order(id=placed["id"]).select(shop.Order.number)
    assert await session.execute(dsl_gql(DSLQuery(asked))) == {
        "order": {"number": (await customer.read(placed["id"]))["number"]}
    }


async def test_what_is_refused_or_wrong_is_told_apart(session: AsyncClientSession) -> None:
    free = GraphQLRequest(
        "mutation ($input: CreateOrderInput!) { createOrder(input: $input) { __typename ... on Refusal { message } } }",
        variable_values={"input": {"items": []}},
    )
    assert (await session.execute(free))["createOrder"]["__typename"] == "InvalidInput"
    with pytest.raises(TransportQueryError) as forbidden:
        await session.execute(gql("{ system { openSockets } }"))
    assert forbidden.value.errors
    assert forbidden.value.errors[0]["extensions"] == {"code": "FORBIDDEN"}


async def test_it_follows_an_order_and_resumes(stack: Stack, customer: Client) -> None:
    async with connected(socket(stack, customer.token)) as first:
        head = (await first.execute(HEAD))["events"]["head"]
        order = await customer.order()
        variables = {"id": order["id"], "after": head}
        assert await statuses(first, variables) == ["PENDING", "PROCESSED"]
        async for message in first.subscribe(GraphQLRequest(FOLLOW, variable_values=variables)):
            cursor = message["orderUpdated"]["cursor"]
            if message["orderUpdated"]["order"]:
                break
    async with connected(socket(stack, customer.token)) as second:
        assert await statuses(second, {**variables, "after": cursor}) == ["PROCESSED"]


async def statuses(session: AsyncClientSession, variables: dict[str, str]) -> list[str]:
    """Of the order, up to PROCESSED."""
    seen: list[str] = []
    async for message in session.subscribe(GraphQLRequest(FOLLOW, variable_values=variables)):
        if order := message["orderUpdated"]["order"]:
            seen.append(order["status"])
        if seen[-1:] == ["PROCESSED"]:
            return seen
    raise AssertionError(f"the subscription ended after {seen}")


async def test_a_token_that_is_not_good_is_refused(stack: Stack) -> None:
    with pytest.raises(TransportQueryError, match="UNAUTHENTICATED"):
        async with connected(http(stack, "not.a.token")) as session:
            await session.execute(HEAD)
    with pytest.raises(TransportConnectionFailed) as failed:
        async with connected(socket(stack, "not.a.token")):
            pass
    assert isinstance(closed := failed.value.__cause__, ConnectionClosedError)
    assert closed.rcvd
    assert closed.rcvd.code == 4403
