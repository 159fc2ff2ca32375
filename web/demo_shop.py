"""The shop's GraphQL, as the demonstration's customer uses it."""

import secrets
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from uuid import uuid4

import httpx

from web.answers import Json, expect, graphql_data, unreachable
from web.demo_updates import Updates, following

REGISTER = """
mutation ($input: RegisterInput!) {
  register(input: $input) {
    __typename
    ... on SignedIn { tokens { accessToken } user { id name } }
    ... on Refusal { message }
    ... on InvalidInput { issues { path message } }
  }
}
"""
CREATE_ORDER = """
mutation ($input: CreateOrderInput!) {
  createOrder(input: $input) {
    __typename
    ... on Order { id number status total { amount currency } }
    ... on Refusal { message }
    ... on InvalidInput { issues { path message } }
  }
}
"""
PAY_ORDER = """
mutation ($input: PayOrderInput!) {
  payOrder(input: $input) {
    __typename
    ... on Payment { id status card { brand last4 } }
    ... on Refusal { message }
    ... on InvalidInput { issues { path message } }
  }
}
"""
ARTICLES = """
query {
  products(first: 20, filter: { available: true }) {
    edges { node { id name price { amount currency } stock { region available } } }
  }
}
"""
BY_HAND = [
    {"custom": {"product": "camisa", "size": "M", "color": "negro", "quantity": 1, "unitPrice": "10.00"}},
    {"custom": {"product": "pantalon", "size": "L", "color": "azul", "quantity": 1, "unitPrice": "20.00"}},
]
CARD_NUMBER = "4242424242424242"
"""The simulated processor approves it."""


class Shop:
    def __init__(self, client: httpx.AsyncClient, url: str) -> None:
        self._client = client
        self.url = url.rstrip("/")
        self._token = ""

    async def register(self) -> str:
        """The new customer's name; what is asked from now on is asked as this customer."""
        who = {
            "name": "Demo customer",
            "email": f"demo-{secrets.token_hex(6)}@swapshop.test",
            "password": secrets.token_urlsafe(18),
        }
        signed_in = expect("SignedIn", await self._mutate("register", REGISTER, who))
        self._token = signed_in["tokens"]["accessToken"]
        return str(signed_in["user"]["name"])

    async def order(self, items: Sequence[Json], **more: str) -> Json:
        given = {"idempotencyKey": str(uuid4()), "items": items, **more}
        return expect("Order", await self._mutate("createOrder", CREATE_ORDER, given))

    async def articles(self) -> list[Json]:
        """Some of those that can be had."""
        found = await self._ask("products", ARTICLES, {})
        return [edge["node"] for edge in found["edges"]]

    async def pay_by_card(self, order_id: str) -> Json:
        card = {
            "number": CARD_NUMBER,
            "expMonth": 12,
            "expYear": datetime.now(UTC).year + 2,
            "cvc": "123",
            "holder": "Demo customer",
        }
        given = {"idempotencyKey": str(uuid4()), "orderId": order_id, "method": {"card": card}}
        return expect("Payment", await self._mutate("payOrder", PAY_ORDER, given))

    def orders_updated(self) -> AbstractAsyncContextManager[Updates]:
        return following(self.url, self._token)

    async def _mutate(self, field: str, document: str, given: Mapping[str, object]) -> Json:
        return await self._ask(field, document, {"input": given})

    async def _ask(self, field: str, document: str, variables: Mapping[str, object]) -> Json:
        headers = {"authorization": f"Bearer {self._token}"} if self._token else {}
        try:
            response = await self._client.post(
                f"{self.url}/graphql", json={"query": document, "variables": variables}, headers=headers
            )
        except (httpx.HTTPError, httpx.InvalidURL) as fault:
            raise unreachable("The shop", self.url, fault) from fault
        return graphql_data(response, field)
