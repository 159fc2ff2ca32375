"""Hostile requests over HTTP: each is refused with the status that it has by the specification, and that was all."""

import asyncio
import base64
import hmac
import json
import socket
import struct
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from websockets.exceptions import ConnectionClosed

from domain.ids import new_id
from tests.support.client import Client
from tests.support.hostile import assert_answers, unharmed
from tests.support.processes import KEY, Stack
from tests.support.waiting import PATIENCE

JSON = "application/json"
ME = '{"query": "{ me { id } }"}'
MUTATION = 'mutation { login(input: {email: "a@b.test", password: "long enough now"}) { __typename } }'
REGISTERING = 'mutation { register(input: {name: "X", email: "x@y.test", password: "long enough now"}) { __typename } }'


@pytest.fixture(scope="module", autouse=True)
async def nothing_happens(stack: Stack) -> AsyncIterator[None]:
    async with unharmed(stack):
        yield


BODIES: dict[str, bytes] = {
    "nothing": b"",
    "a space": b" ",
    "null": b"null",
    "true": b"true",
    "a number": b"1",
    "text": b'"{ me { id } }"',
    "half an object": b'{"query": "{ me { id } }"',
    "two objects": b"{}{}",
    "a trailing comma": b'{"query": "{ me { id } }",}',
    "single quotes": b"{'query': '{ me { id } }'}",
    "no query": b"{}",
    "query null": b'{"query": null}',
    "query a number": b'{"query": 1}',
    "query an array": b'{"query": ["{ me { id } }"]}',
    "query an object": b'{"query": {"me": 1}}',
    "operationName a number": b'{"query": "{ me { id } }", "operationName": 1}',
    "operationName an object": b'{"query": "{ me { id } }", "operationName": {}}',
    "variables an array": b'{"query": "{ me { id } }", "variables": []}',
    "variables text": b'{"query": "{ me { id } }", "variables": "{}"}',
    "variables a number": b'{"query": "{ me { id } }", "variables": 0}',
    "variables false": b'{"query": "{ me { id } }", "variables": false}',
    "extensions text": b'{"query": "{ me { id } }", "extensions": "x"}',
    "extensions an array": b'{"query": "{ me { id } }", "extensions": [1]}',
    "a batch": f"[{ME}, {ME}]".encode(),
    "an empty batch": b"[]",
    "a batch in a batch": b"[[]]",
    "invalid UTF-8": b'{"query": "\xff\xfe"}',
    "a cut UTF-8 character": '{"query": "ñ'.encode()[:-1],
    "an overlong UTF-8 slash": b'{"query": "\xc0\xaf"}',
    "a surrogate in UTF-8": b'{"query": "\xed\xa0\x80"}',
    "Latin-1": '{"query": "ñ"}'.encode("latin-1"),
    "UTF-16": ME.encode("utf-16"),
    "UTF-32": ME.encode("utf-32"),
    "a byte order mark": b"\xef\xbb\xbf" + ME.encode(),
    "NUL bytes": b"\x00" * 100,
    "a control character in text": b'{"query": "\x01"}',
    "gzip": b"\x1f\x8b\x08\x00\x00\x00\x00\x00",
    "an array 100,000 deep": b"[" * 100_000,
    "a closed array 100,000 deep": b"[" * 100_000 + b"]" * 100_000,
    "objects 50,000 deep": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "variables 33 deep": b'{"query": "{ me { id } }", "variables": {"a": ' + b"[" * 40 + b"]" * 40 + b"}}",
    "a number of 100,000 digits": b"9" * 100_000,
    "a variable of 100,000 digits": b'{"query": "{ me { id } }", "variables": {"a": ' + b"9" * 100_000 + b"}}",
    "NaN": b'{"query": "{ me { id } }", "variables": {"a": NaN}}',
    "Infinity": b'{"query": "{ me { id } }", "variables": {"a": -Infinity}}',
    "20,000 values": json.dumps({"query": "{ me { id } }", "variables": {"a": [0] * 20_000}}).encode(),
    "half of a surrogate pair": b'{"query": "{ me { id } }", "variables": {"a": "\\ud800"}}',
    "half of a surrogate pair as a name": b'{"query": "{ me { id } }", "variables": {"\\udfff": 1}}',
    "half of a surrogate pair in the document": b'{"query": "{ me(a: \\"\\ud800\\") { id } }"}',
    "a form": b"query=%7B__typename%7D",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
async def test_a_body_that_is_no_request_is_400(stack: Stack, body: bytes) -> None:
    async with Client(stack.url) as client:
        for accept in (JSON, "application/graphql-response+json"):
            headers = {"content-type": JSON, "accept": accept}
            answer = await client.http.post("/graphql", content=body, headers=headers)
            assert_refused(answer, 400, "BAD_USER_INPUT")
    await assert_answers(stack)


@pytest.mark.parametrize("size", [1_048_577, 10 * 2**20], ids=["one byte too many", "10 MiB"])
@pytest.mark.parametrize("chunked", [False, True], ids=["with a length", "in chunks"])
async def test_a_body_that_is_too_large_is_413(stack: Stack, size: int, chunked: bool) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, size, 65_536):
            yield b" " * min(65_536, size - start)

    async with Client(stack.url) as client:
        content: Any = chunks() if chunked else b" " * size
        answer = await client.http.post("/graphql", content=content, headers={"content-type": JSON})
        assert_refused(answer, 413, "TOO_COMPLEX")
        assert "1,048,576" in answer.json()["errors"][0]["message"]
    await assert_answers(stack)


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("POST", "/graphql", {"content-type": "text/plain"}, 415),
        ("POST", "/graphql", {"content-type": "application/x-www-form-urlencoded"}, 415),
        ("POST", "/graphql", {"content-type": "multipart/form-data; boundary=x"}, 415),
        ("POST", "/graphql", {"content-type": "application/graphql"}, 415),
        ("POST", "/graphql", {"content-type": "application/json; charset=latin-1"}, 415),
        ("POST", "/graphql", {"content-type": "application/json; charset=utf-16"}, 415),
        ("POST", "/graphql", {"content-type": "; ; ;=,"}, 415),
        ("POST", "/graphql", {}, 415),
        ("POST", "/graphql", {"content-type": JSON, "accept": "image/png"}, 406),
        ("POST", "/graphql", {"content-type": JSON, "accept": "application/json;q=0"}, 406),
        ("POST", "/graphql", {"content-type": JSON, "accept": ";;q=;,,q"}, 406),
        ("POST", "/graphql", {"content-type": JSON, "accept": "text/csv"}, 406),
        ("PUT", "/graphql", {"content-type": JSON}, 405),
        ("DELETE", "/graphql", {}, 405),
        ("PATCH", "/graphql", {"content-type": JSON}, 405),
        ("TRACE", "/graphql", {}, 405),
        ("GET", "/graphql", {}, 400),
        ("GET", "/graphql?query=", {"accept": "application/graphql-response+json"}, 400),
        ("GET", "/graphql?query={__typename}&variables=[", {}, 400),
        ("GET", "/graphql?query={__typename}&variables=[]", {}, 400),
        ("GET", f"/graphql?query={{__typename}}&variables={'[' * 5_000}", {}, 400),
        ("GET", f"/graphql?query={{__typename}}&variables={{%22a%22:{'9' * 5_000}}}", {}, 400),
        ("GET", "/graphql?query={__typename}&extensions=1", {}, 400),
        ("GET", "/graphql?query=%ff%fe", {"accept": "application/graphql-response+json"}, 400),
        ("GET", f"/graphql?query={MUTATION}", {}, 405),
        ("GET", f"/graphql?query={REGISTERING}", {}, 405),
        ("GET", "/graphql?query=subscription{events{cursor}}", {}, 400),
    ],
)
async def test_a_request_of_the_wrong_kind_is_4xx(
    stack: Stack, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    async with Client(stack.url) as client:
        answer = await client.http.request(method, path, content=ME if method == "POST" else None, headers=headers)
        assert_refused(answer, status, "BAD_USER_INPUT")
        if status == 405:
            assert answer.headers["allow"] in {"POST", "GET, HEAD, POST, OPTIONS"}
    await assert_answers(stack)


async def test_a_subscription_by_post_is_sent_to_the_websocket(stack: Stack) -> None:
    async with Client(stack.url) as client:
        answer = await client.http.post("/graphql", json={"query": "subscription { events { cursor } }"})
        assert_refused(answer, 400, "BAD_USER_INPUT")
        assert "websocket" in answer.json()["errors"][0]["message"]


def assert_refused(answer: Any, status: int, code: str) -> None:
    assert answer.status_code == status, answer.text
    [error] = answer.json()["errors"]
    assert error["extensions"] == {"code": code}
    assert 0 < len(error["message"]) <= 501
    assert "data" not in answer.json()
    assert answer.headers["x-request-id"]


CLAIMS = {"iss": "swapshop", "aud": "swapshop", "roles": ["ADMIN"], "jti": "1"}


def token(key: str = KEY, algorithm: str = "HS256", seconds: float = 3600, /, **changed: Any) -> str:
    """It outlives the tests: one that has expired would prove nothing about the rest of it."""
    at = datetime.now(UTC)
    claims = {**CLAIMS, "sub": str(new_id()), "sid": str(new_id()), "iat": at, "exp": at + timedelta(seconds=seconds)}
    kept = {name: value for name, value in {**claims, **changed}.items() if value is not None}
    return jwt.encode(kept, key if algorithm != "none" else None, algorithm=algorithm)


def headed(header: bytes, rest: str = "x.y") -> str:
    """A token with this header."""
    return f"{base64.urlsafe_b64encode(header).decode().rstrip('=')}.{rest}"


def sha512(signed: str) -> str:
    """The same claims under our key, with another algorithm than the only one that is ours."""
    unsigned = headed(b'{"alg":"HS512","typ":"JWT"}', signed.split(".")[1])
    signature = hmac.digest(KEY.encode(), unsigned.encode(), "sha512")
    return f"{unsigned}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


SIGNED = token()
TOKENS = {
    "of another key": token("another key that is long enough, too"),
    "of no algorithm": token(KEY, "none"),
    "of no algorithm, spelled otherwise": headed(b'{"alg":"nOnE"}', SIGNED.split(".")[1] + "."),
    "of another algorithm": sha512(SIGNED),
    "without a signature": SIGNED.rpartition(".")[0] + ".",
    "of two parts": SIGNED.rpartition(".")[0],
    "expired": token(KEY, "HS256", -3600),
    "without an expiry": token(exp=None),
    "of the future": token(iat=datetime.now(UTC) + timedelta(days=1)),
    "for somebody else": token(aud="another"),
    "from somebody else": token(iss="another"),
    "without a session": token(sid=None),
    "for no user": token(sub="admin"),
    "of a role that there is not": token(roles=["OWNER"]),
    "with a header nested 5,000 deep": headed(b"[" * 5_000),
    "with a header that is a number of 20,000 digits": headed(b"9" * 20_000),
    "with a header that is no object": headed(b"[]"),
    "with a header that is not UTF-8": headed(b"\xff\xfe"),
    "of dots": "." * 1_000,
    "of 32,000 characters": "x" * 32_000,
    "that is a list": '["a"]',
}


@pytest.mark.parametrize("forged", TOKENS.values(), ids=TOKENS.keys())
async def test_a_forged_token_opens_nothing(stack: Stack, forged: str) -> None:
    """Over HTTP it is 401, on a websocket 4403."""
    async with Client(stack.url) as client:
        headers = {"authorization": f"Bearer {forged}"}
        answer = await client.http.post("/graphql", json={"query": "{ me { id } }"}, headers=headers)
        assert_refused(answer, 401, "UNAUTHENTICATED")
        assert answer.headers["www-authenticate"] == "Bearer"
        assert await closed_with(client, forged) == 4403
    await assert_answers(stack)


async def test_a_token_of_ours_is_let_in(stack: Stack) -> None:
    """So the forged ones are refused for what was forged."""
    async with Client(stack.url) as client:
        client.token = token()
        assert await client.run("{ __typename }") == "Query"
        async with client.socket() as socket:
            assert await socket.run("{ __schema { queryType { name } } }")


async def closed_with(client: Client, forged: str) -> int | None:
    client.token = forged
    with pytest.raises(ConnectionClosed) as closed:
        async with client.socket():
            pass
    return closed.value.rcvd.code if closed.value.rcvd else None


HEAD = b"POST /graphql HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\n"
UPGRADE = (
    b"Host: shop\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
)
WIRE: dict[str, bytes] = {
    "a length below zero": HEAD + b"Content-Length: -5\r\n\r\n{}",
    "a length that is text": HEAD + b"Content-Length: ten\r\n\r\n{}",
    "two lengths": HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    "a chunk that is no number": HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}",
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc",
    "a method that there is not": b"EAT /graphql HTTP/1.1\r\nHost: shop\r\n\r\n",
    "a path that is not ASCII": "GET /graphql/ñ HTTP/1.1\r\nHost: shop\r\n\r\n".encode(),
    "a websocket without a key": b"GET /graphql HTTP/1.1\r\n" + UPGRADE.replace(b"Key", b"Lock") + b"\r\n",
    "a websocket of an old version": b"GET /graphql HTTP/1.1\r\n" + UPGRADE.replace(b"13", b"7") + b"\r\n",
    "a websocket at another path": b"GET /admin HTTP/1.1\r\n" + UPGRADE + b"\r\n",
    "a subprotocol that is no token": b"GET /graphql HTTP/1.1\r\n" + UPGRADE + b"Sec-WebSocket-Protocol: \xff\r\n\r\n",
    "a websocket by POST": b"POST /graphql HTTP/1.1\r\n" + UPGRADE + b"Content-Length: 2\r\n\r\n{}",
}


@pytest.mark.parametrize("sent", WIRE.values(), ids=WIRE.keys())
async def test_what_is_no_http_is_refused_or_hung_up_on(stack: Stack, sent: bytes) -> None:
    reader, writer = await connected(stack)
    writer.write(sent)
    async with asyncio.timeout(PATIENCE):
        answer = await reader.read(200)
    assert not answer or answer.startswith(b"HTTP/1.1 4"), answer
    writer.close()
    await assert_answers(stack)


@pytest.mark.parametrize(
    "begun", [HEAD + b"Content-Length: 100\r\n\r\n{", HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n{", HEAD]
)
@pytest.mark.parametrize("rudely", [True, False], ids=["reset", "closed"])
async def test_a_client_may_leave_in_the_middle_of_its_request(stack: Stack, begun: bytes, rudely: bool) -> None:
    _, writer = await connected(stack)
    writer.write(begun)
    await writer.drain()
    if rudely:
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.close()
    await assert_answers(stack)


async def connected(stack: Stack) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    host, _, port = stack.url.removeprefix("http://").partition(":")
    return await asyncio.open_connection(host, int(port))
