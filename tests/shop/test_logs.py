"""Logs: what happened and to whom, in lines for programs, and never a secret."""

import io
import json
import logging
import os
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.engine import make_url
from websockets.asyncio.client import connect

from domain.ids import new_id
from domain.users import Role
from tests.conftest import STACKS
from tests.support.client import LOGIN, REGISTER, Client
from tests.support.people import signed_in
from tests.support.processes import KEY, EmbeddedStack, ServerStack, Stack
from tests.support.receiver import Receiver, fails
from web import logs
from web.stack import MariaDB, Redis

EVENTS = "{ events(first: 100) { edges { node { id correlationId type subjectId } } } }"
CREATE = """mutation($input: CreateWebhookEndpointInput!) { createWebhookEndpoint(input: $input) {
  __typename ... on WebhookSecretIssued { secret endpoint { id } } } }"""
INBOX = "subscription { notificationReceived { cursor } }"


@pytest.fixture(scope="module", params=STACKS)
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A running shop that logs all it can."""
    folder, loud = tmp_path_factory.mktemp("logs"), {"SWAPSHOP_LOG_LEVEL": "debug"}
    if request.param == "embedded":
        started: Stack = EmbeddedStack(folder, settings=loud).start()
    else:
        servers = request.getfixturevalue("mariadb"), request.getfixturevalue("redis")
        started = ServerStack(folder, *servers, settings=loud).start()
    yield started
    started.stop()


@pytest.fixture
async def buyer(shop: Stack) -> AsyncIterator[Client]:
    async with Client(shop.url) as client:
        yield await client.register()


def lines(shop: Stack) -> list[dict[str, Any]]:
    """What was logged; other lines are for people, at the start."""
    return [json.loads(line) for line in shop.logs().splitlines() if line.startswith("{")]


@pytest.fixture
def written() -> Iterator[Callable[..., dict[str, Any]]]:
    """Logs one message as a process would, and reads the line."""
    stream, logger = io.StringIO(), logging.getLogger("tests.of.logs")
    handler = logs.handler(stream, format="json")
    logger.addHandler(handler)
    logger.propagate = False

    def write(message: str, *arguments: object, **options: Any) -> dict[str, Any]:
        logger.error(message, *arguments, **options)
        (line,) = stream.getvalue().splitlines()
        found: dict[str, Any] = json.loads(line)
        return found

    yield write
    logger.removeHandler(handler)


def test_a_line_says_when_how_grave_where_and_what(written: Callable[..., dict[str, Any]]) -> None:
    id = new_id()
    with logs.bind(request_id="r1"):
        line = written("order %s is late", 7, extra={"event_id": id})
    assert list(line)[:4] == ["time", "level", "logger", "message"]
    assert line["time"].endswith("Z")
    del line["time"]
    assert line == {
        "level": "error",
        "logger": "tests.of.logs",
        "message": "order 7 is late",
        "event_id": str(id),
        "request_id": "r1",
    }


def test_a_fault_is_one_line_too(written: Callable[..., dict[str, Any]]) -> None:
    try:
        raise ValueError("not so, whsec_c2VjcmV0")
    except ValueError:
        line = written("failed", exc_info=True)
    assert line["exception"].startswith("Traceback")
    assert line["exception"].endswith(f"ValueError: not so, whsec_{logs.HIDDEN}")


def test_on_a_terminal_it_is_for_people() -> None:
    stream, logger = io.StringIO(), logging.getLogger("tests.of.logs.console")
    logger.addHandler(logs.handler(stream, format="console"))
    logger.propagate = False
    secret = "local-variable"  # which a prettier traceback would print
    try:
        raise ValueError(len(secret))
    except ValueError:
        logger.exception("failed", extra={"token": "hidden-one", "event_id": 1})
    said = stream.getvalue()
    assert "failed" in said
    assert "ValueError: 14" in said
    assert "hidden-one" not in said
    assert "local-variable" not in said.replace('secret = "local-variable"', "")


JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"


@pytest.mark.parametrize(
    "text",
    [
        "authorization: Bearer CANARY",
        "sent Bearer CANARY, refused",
        f"token {JWT.replace('c2lnbmF0dXJl', 'CANARY')} is old",
        "whsec_CANARY+/=",
        "mysql+aiomysql://shop:CANARY@127.0.0.1:3306/shop",
        "redis://:CANARY@host/0",
        'login(input: {email: "a", password: "CANARY"})',
        '{"password": "CANARY", "email": "a"}',
        r"{\"password\": \"CANARY\", \"email\": \"a\"}",
        "{'refreshToken': 'CANARY'}",
        "SWAPSHOP_SECRET_KEY=CANARY",
        "set-cookie: session=CANARY; Path=/",
        '{"cvc": "CANARY"}',
    ],
)
def test_what_looks_like_a_secret_is_struck_out(text: str, written: Callable[..., dict[str, Any]]) -> None:
    assert "CANARY" not in logs.without_secrets(text)
    assert "CANARY" not in str(written("said: %s", text, extra={"nested": {"list": [text]}}))


@pytest.mark.parametrize("number", ["4111111111111111", "4111 1111 1111 1111", "3782-822463-10005"])
def test_the_number_of_a_card_is_struck_out(number: str, written: Callable[..., dict[str, Any]]) -> None:
    said = str(written("ValueError: %s", f"{{'number': '{number}'}}", extra={"nested": [number]}))
    assert "1111" not in said
    assert "8224" not in said


@pytest.mark.parametrize(
    "name", ["password", "accessToken", "Authorization", "webhook_secret", "cookie", "api_key", "cvc"]
)
def test_what_is_named_like_a_secret_is_struck_out(name: str, written: Callable[..., dict[str, Any]]) -> None:
    assert "CANARY" not in str(written("x", extra={name: "CANARY", "inside": [{name: b"CANARY"}]}))


@pytest.mark.parametrize(
    "text",
    [
        "The access token is not valid, or has expired. Sign in again.",
        "SWAPSHOP_SECRET_KEY is not set",
        "the cache does not answer (Error 111 connecting to 127.0.0.1:6379): reading the database for 1.0 s",
        "http://127.0.0.1:8000/graphql",
        "at 1764422096123456789 ns, position 4111111111111112",
        "order 01997bc9-d45b-7000-8000-000000000001",
        "a message on the bus cannot be read",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert logs.without_secrets(text) == text


def test_libraries_are_not_asked_for_their_details() -> None:
    """At DEBUG they would log rows and frames, with all that is in them."""
    before = logging.getLogger().handlers[:], {name: logging.getLogger(name).level for name in ("", *logs.OURS)}
    try:
        logs.configure(level="DEBUG", format="json")
        quiet = ("sqlalchemy.engine.Engine", "websockets.server", "aiomysql", "httpx", "uvicorn.error", "alembic")
        assert [name for name in quiet if logging.getLogger(name).isEnabledFor(logging.INFO)] == []
        assert all(logging.getLogger(f"{name}.x").isEnabledFor(logging.DEBUG) for name in logs.OURS)
    finally:
        logging.captureWarnings(False)
        logging.getLogger().handlers[:] = before[0]
        for name, level in before[1].items():
            logging.getLogger(name).setLevel(level)


async def test_one_id_leads_from_the_answer_to_the_event_and_the_log(shop: Stack, buyer: Client) -> None:
    given = UUID("0123456789abcdef0123456789abcdef")
    authorization = {"authorization": f"Bearer {buyer.token}"}
    body = {"query": PLACE}
    nginx = await buyer.http.post("/graphql", json=body, headers={**authorization, "x-request-id": given.hex})
    own = await buyer.http.post("/graphql", json=body, headers={**authorization, "x-request-id": "not an id\t{}"})
    assert nginx.headers["x-request-id"] == str(given)
    assert UUID(own.headers["x-request-id"]).version == 7
    placed = {answer.json()["data"]["createOrder"]["id"]: answer.headers["x-request-id"] for answer in (nginx, own)}
    edges = (await buyer.run(EVENTS))["edges"]
    created = [edge["node"] for edge in edges if edge["node"]["type"] == "ORDER_CREATED"]
    assert {one["subjectId"]: one["correlationId"] for one in created} == placed
    logged = {line["event_id"]: line for line in lines(shop) if "position" in line}
    for event in created:
        assert logged[event["id"]]["correlation_id"] == event["correlationId"]
        assert logged[event["id"]]["subject_id"] == event["subjectId"]
        assert "request_id" not in logged[event["id"]]  # orders of many requests are committed together
    ended = [line for line in lines(shop) if line.get("operation") == "createOrder"]
    assert {line["request_id"] for line in ended} >= set(placed.values())


PLACE = """mutation { createOrder(input: {items: [{custom: {product: "lamp", quantity: 1, unitPrice: "10.00"}}]}) {
  ... on Order { id } } }"""


async def test_no_secret_is_ever_in_what_a_shop_says(shop: Stack, buyer: Client, receiver: Receiver) -> None:
    canaries = Canaries()
    await canaries.sign_in_well_and_badly(buyer)
    await canaries.send_what_cannot_be_read(buyer)
    await canaries.open_sockets(shop)
    await canaries.make_webhooks(shop, receiver)
    async with shop.looking() as database:
        canaries.keep("database", make_url(database.url).password)
    await buyer.until(lambda found: found["edges"], EVENTS)
    said = shop.logs()
    assert len(lines(shop)) > 20
    assert KEY not in said
    assert canaries.found_in(said) == []


class Canaries:
    """Secrets of every kind, each used somewhere in the shop."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def new(self, name: str) -> str:
        return self.keep(name, f"canary{os.urandom(8).hex()}")

    def keep(self, name: str, secret: str | None) -> str:
        if secret:
            self._known[name] = secret
        return secret or ""

    def found_in(self, text: str) -> list[str]:
        return [name for name, secret in self._known.items() if secret in text]

    async def sign_in_well_and_badly(self, client: Client) -> None:
        email, password = f"{os.urandom(6).hex()}@example.test", self.new("password")
        who = {"name": "Ana", "email": email, "password": password}
        for expected in ("SignedIn", "EmailTaken"):
            assert (await client.run(REGISTER, input=who))["__typename"] == expected
        short = {**who, "password": self.new("short password")[:8], "email": "no address"}
        assert (await client.run(REGISTER, input=short))["__typename"] == "InvalidInput"
        wrong = {"email": email, "password": self.new("wrong password")}
        assert (await client.run(LOGIN, input=wrong))["__typename"] == "InvalidCredentials"
        answer = await client.run(LOGIN, input={"email": email, "password": password})
        self.keep("access token", answer["tokens"]["accessToken"])
        again = """mutation($input: LoginInput!) { login(input: $input) {
          ... on SignedIn { tokens { accessToken refreshToken } } } }"""
        tokens = (await client.run(again, input={"email": email, "password": password}))["tokens"]
        self.keep("refresh token", tokens["refreshToken"])
        renew = "mutation($token: String) { refreshTokens(refreshToken: $token) { __typename } }"
        for token in (tokens["refreshToken"], tokens["refreshToken"], self.new("refresh token that is none")):
            await client.post(renew, token=token)

    async def send_what_cannot_be_read(self, client: Client) -> None:
        secret = self.new("secret in a body")
        json_type = {"content-type": "application/json"}
        bodies = (
            f'{{"query": "mutation {{ login(input: {{password: \\"{secret}\\"',
            f'{{"query": "{{ me {{ id }}", "variables": {{"password": "{secret}"}}}}',
            f'{{"query": "mutation($p: Int!) {{ x(p: $p) }}", "variables": {{"p": "{secret}"}}}}',
            f'{{"query": "query($first: Int) {{ orders(first: $first) {{ edges {{ cursor }} }} }}", '
            f'"variables": {{"first": "{secret}"}}}}',
            f'{{"query": "mutation {{ login(input: {{email: 3, password: \\"{secret}\\"}}) {{ __typename }} }}"}}',
            f'["{secret}"]',
            "[" * 10_000 + secret,
        )
        for body in bodies:
            await client.http.post("/graphql", content=body, headers=json_type)
        token = self.new("token that is none")
        for value in (f"Bearer {token}", f"Basic {token}", token, f"Bearer {token}.{token}.{token}"):
            headers = {"authorization": value, "cookie": f"session={token}"}
            answer = await client.http.post("/graphql", json={"query": "{ me { id } }"}, headers=headers)
            assert answer.status_code == 401
        await client.http.get("/graphql", params={"query": "{ me", "token": token})
        await client.http.get(f"/{token}")

    async def open_sockets(self, shop: Stack) -> None:
        token = self.new("token on a socket")
        init = json.dumps({"type": "connection_init", "payload": {"authorization": f"Bearer {token}"}})
        for message in (init, init[:-3], f"not json {token}", json.dumps({"type": token})):
            async with connect(
                f"{shop.url.replace('http', 'ws', 1)}/graphql", subprotocols=["graphql-transport-ws"], proxy=None
            ) as socket:
                await socket.send(message)
                await socket.wait_closed()
        async with Client(shop.url) as client:
            await client.register()
            self.keep("token of a subscriber", client.token)
            async with client.subscribe(INBOX) as following:
                await following.next()

    async def make_webhooks(self, shop: Stack, receiver: Receiver) -> None:
        """One endpoint that accepts, and one that never does: its deliveries are given up, which is logged."""
        receiver.behaviours["/never"] = fails
        async with await signed_in(shop, Role.SELLER) as seller:
            for path in ("/well", "/never"):
                secret = self.new(f"secret in the path {path}")
                url = receiver.url(path) + f"?token={secret}"
                made = await seller.run(CREATE, input={"name": "D", "url": url, "types": ["ORDER_READY"]})
                self.keep(f"secret of {path}", made["secret"])
                self.keep(f"key of {path}", made["secret"].removeprefix("whsec_"))
            await seller.order()
        await receiver.has(1, "/well")
        await receiver.has(9, "/never", seconds=60)


async def test_a_wrong_database_password_is_not_repeated(mariadb: MariaDB, redis: Redis, tmp_path: Path) -> None:
    wrong = make_url(mariadb.url).set(password="canary-of-a-password").render_as_string(hide_password=False)
    stack = ServerStack(tmp_path, mariadb, redis, settings={"SWAPSHOP_LOG_LEVEL": "DEBUG"})
    for command in (("serve", "--port", "0"), ("worker",), ("migrate",)):
        process = stack.process(*command, name=command[0], SWAPSHOP_DATABASE_URL=wrong)
        with pytest.raises(AssertionError, match="did not become ready"):
            process.start()
        said = process.log.read_text()
        assert "Access denied" in said
        assert "canary" not in said
        assert "Traceback" not in said
