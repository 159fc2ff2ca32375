"""The reference receiver over real HTTP, with signatures of the Standard Webhooks library."""

import asyncio
import json
import socket
import sqlite3
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from standardwebhooks import Webhook

from web.receiver import MAX_BODY, Secrets, create_receiver, order_id_of

SECRET = "whsec_" + b64encode(b"the shop and its receiver know it").decode()
OTHER = "whsec_" + b64encode(b"somebody else's secret, 32 bytes").decode()
READY = {
    "type": "order.ready",
    "timestamp": "2026-11-21T10:00:00.000000Z",
    "data": {"order": {"id": "0199-chair", "number": "SW-000123"}},
}


class Server(uvicorn.Server):
    """Says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


@asynccontextmanager
async def receiving(database: Path, secrets: Secrets = (SECRET,)) -> AsyncIterator[httpx.AsyncClient]:
    receiver = create_receiver(database=database, secrets=secrets)
    server = Server(uvicorn.Config(receiver, lifespan="on", log_config=None))
    # The protocol is named, or asyncio does not see that it is TCP and lets small answers wait for 40 ms.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.bind(("127.0.0.1", 0))
        base_url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        running = asyncio.create_task(server.serve(sockets=[listening]))
        await server.ready.wait()
        try:
            async with httpx.AsyncClient(base_url=base_url, trust_env=False, timeout=30) as client:
                yield client
        finally:
            server.should_exit = True
            await running


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "receiver.sqlite"


@pytest.fixture(scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[httpx.AsyncClient, Path]]:
    database = tmp_path_factory.mktemp("receiver") / "receiver.sqlite"
    async with receiving(database) as client:
        yield client, database


@pytest.fixture
def client(shared: tuple[httpx.AsyncClient, Path]) -> httpx.AsyncClient:
    """One receiver for all tests, emptied for each: starting and stopping one takes its time."""
    client, database = shared
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("DELETE FROM notifications")
    return client


def signed(
    body: bytes, *, webhook_id: str = "evt_1", secret: str = SECRET, age: timedelta = timedelta()
) -> dict[str, str]:
    at = datetime.now(UTC) - age
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(webhook_id, at, body.decode()),
    }


async def send(client: httpx.AsyncClient, content: Any = READY, **how: Any) -> httpx.Response:
    body = json.dumps(content).encode()
    return await client.post("/webhook", content=body, headers=signed(body, **how))


async def kept(client: httpx.AsyncClient, **query: Any) -> list[dict[str, Any]]:
    response = await client.get("/notifications", params=query)
    assert response.status_code == 200
    found: list[dict[str, Any]] = response.json()
    return found


async def test_a_signed_webhook_is_accepted_and_shown(client: httpx.AsyncClient) -> None:
    before = datetime.now(UTC)
    response = await send(client)
    assert (response.status_code, response.json()) == (200, {"status": "accepted"})
    (shown,) = await kept(client)
    received_at = shown.pop("receivedAt")
    assert shown == {"id": "evt_1", "times": 1} | READY
    assert received_at.endswith("Z")
    assert len(received_at) == len("2026-11-21T10:00:00.000000Z")
    assert before <= datetime.fromisoformat(received_at) <= datetime.now(UTC)


async def test_it_is_on_disk_before_it_is_acknowledged(database: Path) -> None:
    async with receiving(database) as client:
        await send(client)
        with closing(sqlite3.connect(database)) as other:
            assert other.execute("SELECT id, times FROM notifications").fetchall() == [("evt_1", 1)]


async def test_a_repeat_is_counted_and_not_kept_again(client: httpx.AsyncClient) -> None:
    answers = [(await send(client)).json()["status"] for _ in range(3)]
    assert answers == ["accepted", "duplicate", "duplicate"]
    assert [shown["times"] for shown in await kept(client)] == [3]


async def test_of_twenty_copies_at_once_one_is_accepted(client: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(*(send(client) for _ in range(20)))
    statuses = [answer.json()["status"] for answer in answers]
    assert {answer.status_code for answer in answers} == {200}
    assert (statuses.count("accepted"), statuses.count("duplicate")) == (1, 19)
    assert [shown["times"] for shown in await kept(client)] == [20]


async def test_two_receivers_on_one_file_accept_a_webhook_once(database: Path) -> None:
    async with receiving(database) as one, receiving(database) as two:
        answers = await asyncio.gather(*(send(client) for client in (one, two) * 10))
    assert [answer.json()["status"] for answer in answers].count("accepted") == 1


async def test_a_restart_keeps_what_came(database: Path) -> None:
    async with receiving(database) as client:
        await send(client)
        before = await kept(client)
    async with receiving(database) as client:
        assert await kept(client) == before
        assert (await send(client)).json() == {"status": "duplicate"}


async def test_a_changed_byte_is_refused(client: httpx.AsyncClient) -> None:
    body = json.dumps(READY).encode()
    response = await client.post("/webhook", content=body.replace(b"SW-", b"SX-"), headers=signed(body))
    assert response.status_code == 401
    assert response.json() == {"error": "The webhook was not verified: No matching signature found."}
    assert await kept(client) == []


@pytest.mark.parametrize("header", ["webhook-id", "webhook-timestamp"])
async def test_a_changed_header_is_refused(client: httpx.AsyncClient, header: str) -> None:
    body = json.dumps(READY).encode()
    another = signed(body, webhook_id="evt_2", age=timedelta(seconds=30))
    headers = signed(body) | {header: another[header]}
    assert (await client.post("/webhook", content=body, headers=headers)).status_code == 401


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ({"secret": OTHER}, "No matching signature found"),
        ({"age": timedelta(minutes=6)}, "Message timestamp too old"),
        ({"age": timedelta(minutes=-6)}, "Message timestamp too new"),
    ],
    ids=["wrong secret", "old", "from the future"],
)
async def test_a_wrong_secret_or_time_is_refused(client: httpx.AsyncClient, how: dict[str, Any], reason: str) -> None:
    response = await send(client, **how)
    assert response.status_code == 401
    assert response.json() == {"error": f"The webhook was not verified: {reason}."}
    assert await kept(client) == []


@pytest.mark.parametrize("missing", ["webhook-id", "webhook-timestamp", "webhook-signature"])
async def test_a_missing_header_is_refused(client: httpx.AsyncClient, missing: str) -> None:
    body = json.dumps(READY).encode()
    headers = signed(body)
    del headers[missing]
    response = await client.post("/webhook", content=body, headers=headers)
    assert response.status_code == 401
    assert response.json() == {"error": "The webhook was not verified: Missing required headers."}


@pytest.mark.parametrize("signature", ["nonsense", "v1", "v1,%%%", "v1,a", "v1,", "v2,AAAA", "v1a,AAAA", ",,,", "v1,é"])
async def test_a_malformed_signature_is_refused(client: httpx.AsyncClient, signature: str) -> None:
    body = json.dumps(READY).encode()
    headers = signed(body) | {"webhook-signature": signature}
    encoded = [(name.encode(), value.encode()) for name, value in headers.items()]
    assert (await client.post("/webhook", content=body, headers=encoded)).status_code == 401


@pytest.mark.parametrize("timestamp", ["yesterday", "nan", "inf", "1e400", "-1", "0"])
async def test_a_malformed_timestamp_is_refused(client: httpx.AsyncClient, timestamp: str) -> None:
    body = json.dumps(READY).encode()
    headers = signed(body) | {"webhook-timestamp": timestamp}
    assert (await client.post("/webhook", content=body, headers=headers)).status_code == 401


async def test_bytes_that_are_no_text_are_refused(client: httpx.AsyncClient) -> None:
    response = await client.post("/webhook", content=b"\xff\xfe", headers=signed(b"{}"))
    assert response.status_code == 401


async def test_a_receiver_without_a_secret_accepts_nothing(database: Path) -> None:
    async with receiving(database, secrets=()) as client:
        response = await send(client)
    assert response.status_code == 401
    assert response.json() == {"error": "The webhook was not verified: this receiver knows no secret."}


async def test_any_of_the_secrets_will_do_and_they_may_change_while_it_runs(database: Path) -> None:
    known = [OTHER]
    async with receiving(database, secrets=lambda: known) as client:
        assert (await send(client)).status_code == 401
        known.append(SECRET)
        assert (await send(client)).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[" * 100_000,
        b'{"data": NaN}',
        b'{"data": "\\ud800"}',
        b'{"data": ' + b"9" * 5000 + b"}",
    ],
    ids=["empty", "text", "nested", "NaN", "half a character", "a huge number"],
)
async def test_a_signed_body_that_is_not_strict_json_is_refused(client: httpx.AsyncClient, body: bytes) -> None:
    response = await client.post("/webhook", content=body, headers=signed(body))
    assert (response.status_code, response.json()) == (400, {"error": "The body is not JSON."})
    assert await kept(client) == []


@pytest.mark.parametrize("chunked", [False, True], ids=["announced", "chunked"])
async def test_a_body_over_the_limit_is_refused(client: httpx.AsyncClient, chunked: bool) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(17):
            yield b" " * (MAX_BODY // 16)

    content: Any = pieces() if chunked else b" " * (MAX_BODY + 1)
    response = await client.post("/webhook", content=content, headers=signed(b""))
    assert response.status_code == 413
    assert response.json() == {"error": "The body is longer than 1048576 bytes."}


async def test_a_body_of_exactly_the_limit_is_read(client: httpx.AsyncClient) -> None:
    body = b'"' + b"a" * (MAX_BODY - 2) + b'"'
    assert (await client.post("/webhook", content=body, headers=signed(body))).status_code == 200


async def test_the_newest_are_first_and_as_many_as_asked_for(client: httpx.AsyncClient) -> None:
    for n in range(60):
        await send(client, webhook_id=f"evt_{n}")
    assert [shown["id"] for shown in await kept(client, limit=2)] == ["evt_59", "evt_58"]
    assert len(await kept(client)) == 50
    assert len(await kept(client, limit=1000)) == 60


@pytest.mark.parametrize("limit", ["0", "-1", "1001", "many", "", "٣", "9" * 5000])
async def test_a_limit_that_is_no_small_number_is_refused(client: httpx.AsyncClient, limit: str) -> None:
    response = await client.get("/notifications", params={"limit": limit})
    assert (response.status_code, response.json()) == (
        400,
        {"error": "The limit is a number from 1 to 1000."},
    )


async def test_the_webhooks_of_one_order_are_found_by_its_id(client: httpx.AsyncClient) -> None:
    await send(client, webhook_id="evt_1")
    await send(client, READY | {"data": {"order": {"id": "0199-table"}}}, webhook_id="evt_2")
    assert [shown["id"] for shown in await kept(client, orderId="0199-chair")] == ["evt_1"]
    assert await kept(client, orderId="0199-sofa") == []


@pytest.mark.parametrize(
    ("kind", "data", "order_id"),
    [
        ("order.ready", {"order": {"id": "chair"}}, "chair"),
        ("order.ready", {"id": "evt_1", "order": {"id": "chair"}}, "chair"),
        ("order.ready", {"id": "chair"}, "chair"),
        ("order.ready", {"id": "evt_1", "subjectId": "chair"}, "chair"),
        ("payment.approved", {"id": "pay_1", "orderId": "chair"}, "chair"),
        ("payment.approved", {"payment": {"id": "pay_1", "order": {"id": "chair"}}}, "chair"),
        ("", {"ordersUpdated": {"order": {"id": "chair"}}}, "chair"),
        ("", [{"order": [{"id": "chair"}]}], "chair"),
        ("product.updated", {"id": "sku_1"}, None),
        ("order.ready", {"order": {"id": 7}}, None),
        ("order.ready", None, None),
    ],
)
def test_the_order_is_found_in_a_body_of_any_shape(kind: str, data: object, order_id: str | None) -> None:
    assert order_id_of(kind, data) == order_id


@pytest.mark.parametrize("body", ["text", [1, 2], None, {"other": 1}, {"type": 5, "timestamp": 7, "data": 1.5}])
async def test_a_signed_body_of_another_shape_is_kept(client: httpx.AsyncClient, body: object) -> None:
    assert (await send(client, body)).json() == {"status": "accepted"}
    assert len(await kept(client)) == 1


async def test_the_page_shows_what_came_and_runs_nothing(client: httpx.AsyncClient) -> None:
    evil = {
        "type": "<script>alert(1)</script>",
        "data": {"note": "</td><img src=//evil.test>", "ñ": "camisa"},
    }
    await send(client, evil, webhook_id="<b>")
    response = await client.get("/")
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.headers["content-security-policy"] == "default-src 'none'"
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in response.text
    assert "camisa" in response.text
    for dangerous in ("<script", "<img", "<b>", "http:", "https:"):
        assert dangerous not in response.text


async def test_it_says_that_it_is_healthy(client: httpx.AsyncClient) -> None:
    response = await client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
