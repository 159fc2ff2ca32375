"""docs/webhooks.md: its examples are run, its numbers are those of the code, and what it has you copy verifies."""

import asyncio
import base64
import json
import re
import shlex
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.bodies import body_of
from domain.circuits import OPENED_BY
from domain.clock import now
from domain.events import EventType
from domain.ids import new_id
from domain.replays import MOST
from domain.settling import LONGEST_WISH
from domain.webhooks import MOST_ENDPOINTS, MOST_IN_FLIGHT, NewSecret
from tests.clients.programs import BIN, Program, program
from tests.docs.pages import ROOT, blocks, code, rows, section, text_of
from tests.docs.reader import run_examples
from tests.support.client import Client
from tests.support.processes import PROGRAM, Stack
from tests.support.receiver import receiving
from tests.support.things import SECRET, make_event
from tests.web.test_cli import swapshop
from web import demo_data
from web.outbound import MAX_ANSWER
from web.reach import PUBLIC_PORTS
from web.settings import Settings, duration
from web.webhook_catalogue import catalogue
from web.webhook_check import trials
from web.webhook_posts import LEAST_KEY, MOST_KEY
from worker.signing import headers

PAGE = "webhooks"
SCHEMA = ROOT / "schema.graphql"
HOOKS = ROOT / "examples" / "webhooks"
TRANSPORT = {"accept", "accept-encoding", "connection", "content-length", "host"}
LANGUAGES = {"python": "py", "ts": "ts", "go": "go", "php": "php"}
CREATE = """mutation($input: CreateWebhookEndpointInput!) { createWebhookEndpoint(input: $input) {
  ... on WebhookSecretIssued { secret endpoint { id } } ... on Refusal { message } } }"""
ROTATE = """mutation($id: ID!) { rotateWebhookSecret(endpointId: $id) {
  ... on WebhookSecretIssued { secret } ... on Refusal { message } } }"""
PING = "mutation($id: ID!) { pingWebhookEndpoint(id: $id) { ... on WebhookDelivery { id event { id } } } }"
DELIVERY = "query($id: ID!) { webhookDelivery(id: $id) { status attempts { status } } }"


@asynccontextmanager
async def seller(shop: Stack) -> AsyncIterator[Client]:
    async with Client(shop.url) as client:
        yield await client.login("seller@swapshop.test", demo_data.PASSWORD)


async def test_every_example_answers_what_the_page_says(shop: Stack) -> None:
    async with receiving() as receiver:
        elsewhere = {"https://warehouse.example.com/hook": receiver.url("/hook")}
        assert await run_examples(PAGE, shop.url, elsewhere=elsewhere) >= 10
        pings = await receiver.has(2, "/hook")  # the ping, and its redelivery
    assert [one.event for one in pings] == ["webhook.ping"] * 2
    assert len({(one.id, one.body) for one in pings}) == 1


async def test_the_headers_are_those_that_are_sent(shop: Stack) -> None:
    told = {code(row[0])[0]: row[1] for row in rows(section(PAGE, "## What is sent"))}
    async with receiving() as receiver, seller(shop) as client:
        await endpoint(client, receiver.url("/headers"), ping=True)
        [sent] = await receiver.has(1, "/headers")
    assert set(told) == {name for name in sent.headers if name not in TRANSPORT}
    for name in ("content-type", "user-agent"):
        assert sent.headers[name] in told[name]
    assert sent.headers["x-swapshop-event"] == sent.event == "webhook.ping"


async def endpoint(client: Client, url: str, *, ping: bool = False) -> tuple[str, str]:
    """A new one: its id and its secret."""
    made = await client.run(CREATE, input={"name": "Docs", "url": url, "types": ["ORDER_CREATED"]})
    if ping:
        await client.run(PING, id=made["endpoint"]["id"])
    return made["endpoint"]["id"], made["secret"]


def test_the_catalogue_is_what_the_code_sends() -> None:
    """Mend it by putting what `swapshop webhook catalogue` prints at the end of the page."""
    page = text_of(PAGE)
    assert page[page.index("\n### user.registered\n") + 1 :] == catalogue()
    told = [json.loads(block.text)["type"] for block in blocks(PAGE) if block.words == ("json", "body")]
    assert told == [type.dotted for type in EventType if not type.is_internal]


def test_the_numbers_are_those_of_the_code() -> None:
    page, fields = " ".join(text_of(PAGE).split()), Settings.model_fields
    waits = fields["webhook_schedule"].default
    told = re.search(r"at once, then after ([^±]*), each ±20 %", page)
    assert told
    written = [wait.replace(" ", "").replace("min", "m") for wait in re.split(r", | and ", told[1])]
    assert [duration(wait) for wait in written] == waits
    assert timedelta(days=2.5) < sum(waits, timedelta()) < timedelta(days=3.5)
    days = {name: fields[name].default // timedelta(days=1) for name in ("webhook_give_up_after", "webhook_retention")}
    for words in (
        f"It tries {len(waits) + 1} times in all, over about three days",
        f"within {fields['webhook_timeout'].default.total_seconds():.0f} seconds",
        f"kept for {days['webhook_retention']} days",
        f"has at most {MOST_ENDPOINTS} endpoints",
        f"`maxInFlight` (8; 1 to {MOST_IN_FLIGHT})",
        f"at most {MOST:,} events at a time",
        f"up to {LONGEST_WISH // timedelta(hours=1)} hours",
        f"read up to {MAX_ANSWER // 1024} KiB",
        f"on port {' or '.join(map(str, PUBLIC_PORTS))}",
        f"base64 of {LEAST_KEY} to {MOST_KEY} bytes",
    ):
        assert words in page
    assert (OPENED_BY, days["webhook_give_up_after"]) == (5, 5)
    assert "**Five failures in a row**" in page
    assert "**Five days without a success**" in page
    grace = re.search(r"so that a receiver may change over when it likes: 0 to (\d+)\.", SCHEMA.read_text())
    assert grace
    assert timedelta(seconds=int(grace[1])) == timedelta(weeks=1)
    assert "(a day; at most a week, 0 when the old one has leaked)" in page


def test_the_trials_are_those_that_are_sent() -> None:
    told = {name: row[1] for row in rows(section(PAGE, "## Testing a receiver")) for name in code(row[0])}
    sent = trials(EventType.ORDER_READY, SECRET)
    assert list(told) == [trial.name for trial in sent]
    assert all(told[trial.name].startswith("2xx" if trial.taken else "4xx") for trial in sent)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_page_has_you_copy_is_what_the_examples_have(language: str) -> None:
    [block] = [block for block in blocks(PAGE) if block.language == language]
    assert block.text == (HOOKS / f"verify.{LANGUAGES[language]}").read_text()


def cases() -> list[tuple[bool, dict[str, Any]]]:
    """Whether it is from the shop, and what came; the body in base64."""
    body, id = body_of(make_event()), new_id()
    signed = headers([SECRET], id=id, at=now(), body=body)
    old, early = (headers([SECRET], id=id, at=now() + wait * timedelta(minutes=6), body=body) for wait in (-1, 1))
    rotated, rotating = (
        headers(secrets, id=id, at=now(), body=body)
        for secrets in ([SECRET, NewSecret().text], [NewSecret().text, SECRET])
    )
    other, signature = headers([NewSecret().text], id=id, at=now(), body=body), signed["webhook-signature"]
    found = [
        *(
            (True, one, body)
            for one in (signed, rotated, rotating, {**signed, "webhook-signature": f"v1a,xx {signature}"})
        ),
        *((False, one, body) for one in (old, early, other, {})),
        *((False, {name: text for name, text in signed.items() if name != left}, body) for left in signed),
        *(
            (False, {**signed, "webhook-timestamp": text}, body)
            for text in ("", "soon", "9" * 5_000, "-1", "1e9", "NaN")
        ),
        *((False, {**signed, "webhook-signature": text}, body) for text in ("", "v1,", "v1,é", signature[3:], "v1")),
        (False, {**signed, "webhook-id": str(new_id())}, body),
        (False, signed, body.replace("1", "2", 1)),
        (False, signed, body + " "),
    ]
    return [(ours, {"headers": given, "body": base64.b64encode(text.encode()).decode()}) for ours, given, text in found]


HARNESS = {
    "py": f"""import json, base64
from verify import verified
for one in json.load(open('cases.json')): print(verified({SECRET!r}, one['headers'], base64.b64decode(one['body'])))""",
    "ts": f"""import {{ readFileSync }} from 'node:fs';
import {{ verified }} from './verify.ts';
for (const one of JSON.parse(readFileSync('cases.json', 'utf8')))
  console.log(verified('{SECRET}', one.headers, Buffer.from(one.body, 'base64')) ? 'True' : 'False');""",
}
RUN = {"py": "python", "ts": "node"}


@pytest.mark.parametrize("kind", RUN)
async def test_the_verification_takes_what_is_ours_and_nothing_else(kind: str, tmp_path: Path) -> None:
    (tmp_path / f"verify.{kind}").write_text((HOOKS / f"verify.{kind}").read_text())
    (tmp_path / f"cases.{kind}").write_text(HARNESS[kind])
    given = cases()
    (tmp_path / "cases.json").write_text(json.dumps([came for _, came in given]))
    async with program(BIN / RUN[kind], f"cases.{kind}", cwd=tmp_path) as running:
        assert await running.ended() == [str(ours) for ours, _ in given]


def free_port() -> int:
    with socket.socket() as asking:
        asking.bind(("127.0.0.1", 0))
        return int(asking.getsockname()[1])


@asynccontextmanager
async def example(kind: str, *, secret: str, port: int = 0) -> AsyncIterator[tuple[Program, str]]:
    """A receiver of the examples that is ready, and its address."""
    command = (BIN / RUN[kind], HOOKS / f"receiver.{kind}")
    async with program(*command, cwd=ROOT, WEBHOOK_SECRET=secret, PORT=str(port)) as running:
        yield running, (await running.line()).removeprefix("ready ")


@pytest.mark.parametrize("kind", RUN)
async def test_the_example_takes_what_a_running_shop_sends_while_its_secret_is_replaced_too(
    shop: Stack, kind: str
) -> None:
    port = free_port()
    async with seller(shop) as client:
        id, first = await endpoint(client, f"http://127.0.0.1:{port}/hook")
        secrets = [first]
        for _ in range(2):
            for secret in secrets:
                async with example(kind, secret=secret, port=port) as (running, _):
                    order = await client.order(note="niño 💡")
                    assert (await running.line()).endswith(" order.created"), order
                    ping = await client.run(PING, id=id)
                    assert await running.line() == f"{ping['event']['id']} webhook.ping"
                    done = await client.until(lambda found: found["status"] == "SUCCEEDED", DELIVERY, id=ping["id"])
                    assert done["attempts"] == [{"status": 204}]
            secrets = [first, (await client.run(ROTATE, id=id))["secret"]]
        async with example(kind, secret=NewSecret().text, port=port):
            ping = await client.run(PING, id=id)
            failing = await client.until(lambda found: found["attempts"], DELIVERY, id=ping["id"])
            assert failing["attempts"][0] == {"status": 401}


@pytest.mark.parametrize("kind", RUN)
async def test_the_example_does_what_a_receiver_must(kind: str) -> None:
    async with example(kind, secret=SECRET) as (running, url):
        checked = await swapshop("webhook", "check", f"{url}/hook", "--secret", SECRET)
        assert checked.status == 0, checked
        acted = [await running.line() for _ in range(3)]
    told = re.search(r"acted once on (\S+)", checked.said)
    assert told
    assert [line for line in acted if told[1] in line] == [f"{told[1]} order.ready"]


async def test_its_commands_work_one_after_the_other(shop: Stack) -> None:
    port = str(free_port())
    found = [block.text.replace("3000", port) for block in blocks(PAGE) if block.language == "sh"]
    receive, check, listen = (("bash", "-euc", text.replace("./run", shlex.join(PROGRAM))) for text in found)
    async with program(*receive, cwd=ROOT) as receiver:
        assert await receiver.line() == f"ready http://127.0.0.1:{port}"
        async with program(*check, cwd=ROOT) as checking:
            assert (await checking.ended())[-1] == "it does what a receiver must"
        assert [(await receiver.line()).split()[1] for _ in range(3)] == ["order.ready"] * 3
        folder = str(shop.folder / "data")
        async with seller(shop) as client, program(*listen, cwd=ROOT, SWAPSHOP_DATA=folder) as listening:
            assert (await listening.line()).startswith(f"to http://127.0.0.1:{port}/hook")
            assert (await told_of(client, receiver)).endswith(" order.created")


async def told_of(client: Client, receiver: Program) -> str:
    """It begins at the end of the log: orders are placed until one is told of."""
    telling = asyncio.create_task(receiver.line())
    while not telling.done():
        await client.order()
        await asyncio.wait([telling], timeout=0.5)
    return str(telling.result())
