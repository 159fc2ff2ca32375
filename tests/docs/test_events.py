"""docs/events.md: every event, every header and every body is there, as the code makes it."""

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.bodies import body_of
from domain.clock import now
from domain.events import EventType, Subject
from domain.ids import new_id
from domain.orders import Order
from tests.clients.programs import BIN, program
from tests.docs.pages import Block, blocks, code, rows, section, text_of
from tests.support.client import Client
from tests.support.processes import Stack
from tests.support.receiver import Received, receiving
from tests.support.things import NOON, SECRET, make_endpoint, make_event, make_order, make_user
from web import demo_data
from web.settings import Settings
from worker.signing import headers

PAGE = "events"
PUBLIC = [type for type in EventType if not type.is_internal]
TRANSPORT = {"accept", "accept-encoding", "connection", "content-length", "host"}
CREATE = """mutation($input: CreateWebhookEndpointInput!) { createWebhookEndpoint(input: $input) {
  ... on WebhookSecretIssued { endpoint { id } } ... on Refusal { message } } }"""
PING = "mutation($id: ID!) { pingWebhookEndpoint(id: $id) { ... on WebhookDelivery { id } } }"


def order_at(type: EventType) -> Order:
    """As it is when that has just happened to it."""
    placed = make_order(note="ring twice")
    match type:
        case EventType.ORDER_READY:
            return placed.processed(NOON)
        case EventType.ORDER_COMPLETED:
            return placed.processed(NOON).completed(NOON)
        case EventType.ORDER_CANCELLED:
            return placed.cancelled(NOON, "sold out")
        case _:
            return placed


def subject_of(type: EventType) -> Subject:
    kinds = {"USER": make_user, "WEBHOOK": make_endpoint, "ORDER": lambda: order_at(type)}
    subject: Subject = kinds[type.partition("_")[0]]()
    return subject


def body_on_the_page(type: EventType) -> Any:
    """Of the block below the event's heading."""
    below = text_of(PAGE).partition(f"### {type}\n")[2]
    found = re.search(r"```json body\n(.*?)```", below.partition("\n### ")[0], re.DOTALL)
    assert found, f"docs/events.md has no body for {type}"
    return json.loads(found[1])


def shape(value: Any) -> Any:
    """What a program that reads it counts on: names, and kinds of values; null stands for any kind."""
    if isinstance(value, dict):
        return {name: shape(one) for name, one in value.items()}
    if isinstance(value, list):
        return [shape(one) for one in value[:1]]
    return type(value).__name__


def test_every_event_is_there_and_no_other() -> None:
    assert re.findall(r"^### ([A-Z_]+)$", text_of(PAGE), re.MULTILINE) == [type.value for type in PUBLIC]


@pytest.mark.parametrize("type", PUBLIC)
def test_the_body_of_each_event_is_the_one_that_is_sent(type: EventType) -> None:
    said, sent = body_on_the_page(type), json.loads(body_of(make_event(type, subject_of(type))))
    without_notes = json.loads(json.dumps(said).replace('"note": null', '"note": ""'))  # as an update may leave it
    assert shape(without_notes) == shape(sent)
    assert said["type"] == sent["type"] == type.dotted
    for name in said["data"].keys() & {"order"}:
        assert said["data"][name]["status"] == sent["data"][name]["status"]


@pytest.mark.parametrize("type", PUBLIC)
def test_the_page_says_of_each_event_who_sees_it(type: EventType) -> None:
    assert "\nSeen by: " in section(PAGE, f"### {type}")


async def test_the_headers_are_those_that_are_sent(shop: Stack) -> None:
    told = {code(row[0])[0]: row[1] for row in rows(section(PAGE, "### Headers"))}
    sent = await pinged(shop)
    ours = {name for name in sent.headers if name not in TRANSPORT}
    assert set(told) == ours
    for name in ("content-type", "user-agent"):
        assert sent.headers[name] in told[name]
    assert sent.headers["x-swapshop-event"] == sent.event == "webhook.ping"
    assert shape(json.loads(sent.body)) == shape(body_on_the_page(EventType.WEBHOOK_PING))


async def pinged(shop: Stack) -> Received:
    async with receiving() as receiver, Client(shop.url) as admin:
        await admin.login("admin@swapshop.test", demo_data.PASSWORD)
        new = {"name": "Docs", "url": receiver.url("/docs"), "types": ["ORDER_READY"]}
        endpoint = (await admin.run(CREATE, input=new))["endpoint"]
        await admin.run(PING, id=endpoint["id"])
        [came] = await receiver.has(1, "/docs")
        return came


def test_the_attempts_are_those_of_the_settings() -> None:
    settings = Settings.model_fields
    waits = settings["webhook_schedule"].default
    assert f"{len(waits) + 1} times in all over about three days" in text_of(PAGE)
    assert timedelta(days=2.5) < sum(waits, timedelta()) < timedelta(days=3.5)
    assert f"within {settings['webhook_timeout'].default.total_seconds():.0f} seconds" in text_of(PAGE)


def cases() -> list[tuple[bool, list[Any]]]:
    """Whether it is from the shop, and the arguments of `verified`."""
    body, id = body_of(make_event()), new_id()
    signed = headers(SECRET, id=id, at=now(), body=body)
    old = headers(SECRET, id=id, at=now() - timedelta(minutes=6), body=body)
    rotated = {**signed, "webhook-signature": f"v1,AAAA {signed['webhook-signature']}"}
    return [
        (True, [SECRET, body, signed]),
        (True, [SECRET, body, rotated]),
        (False, [SECRET, body.replace("1", "2", 1), signed]),
        (False, [SECRET, body, {**signed, "webhook-id": str(new_id())}]),
        (False, [SECRET, body, old]),
        (False, ["whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", body, signed]),
        (False, [SECRET, body, {}]),
    ]


HARNESS = {
    "python": "import json, sys\nfor one in json.load(open('cases.json')): print(verified(*one) is not None)",
    "ts": """import { readFileSync } from 'node:fs';
for (const one of JSON.parse(readFileSync('cases.json', 'utf8'))) console.log(verified(...one) ? 'True' : 'False');""",
}


@pytest.mark.parametrize("example", [block for block in blocks(PAGE) if block.is_run], ids=lambda block: block.language)
async def test_the_verification_takes_what_is_ours_and_nothing_else(example: Block, tmp_path: Path) -> None:
    file = tmp_path / f"verify.{example.language}"
    file.write_text(f"{example.text}\n{HARNESS[example.language]}\n")
    given = cases()
    (tmp_path / "cases.json").write_text(json.dumps([arguments for _, arguments in given]))
    command = BIN / {"python": "python", "ts": "node"}[example.language]
    async with program(command, file.name, cwd=tmp_path) as running:
        assert await running.ended() == [str(ours) for ours, _ in given]
