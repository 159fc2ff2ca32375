"""Webhooks as their owner's program uses them: documents, and what is waited for."""

import json
from typing import Any

from graph.scalars import write_cursor
from tests.support.client import Client
from tests.support.processes import Stack
from tests.support.receiver import Received

UNKNOWN = "019a0000-0000-7000-8000-000000000000"
ORDER_TYPES = ["ORDER_CREATED", "ORDER_READY", "ORDER_CANCELLED"]
ENDPOINT = """id name url status disabledReason types ordering maxInFlight document secretHint version owner { id }
  lag"""
REFUSALS = """__typename ... on Refusal { message } ... on InvalidInput { issues { path code message } }
  ... on UrlRejected { reason } ... on DocumentInvalid { errors }"""
CREATE = f"""mutation($input: CreateWebhookEndpointInput!) {{ createWebhookEndpoint(input: $input) {{
  ... on WebhookSecretIssued {{ secret endpoint {{ {ENDPOINT} }} }} {REFUSALS} }} }}"""
UPDATE = f"""mutation($input: UpdateWebhookEndpointInput!) {{ updateWebhookEndpoint(input: $input) {{
  ... on WebhookEndpoint {{ {ENDPOINT} }} {REFUSALS} ... on VersionConflict {{ expected actual }} }} }}"""
ROTATE = f"""mutation($id: ID!, $grace: Int! = 86400) {{ rotateWebhookSecret(endpointId: $id, graceSeconds: $grace) {{
  __typename ... on WebhookSecretIssued {{ secret endpoint {{ {ENDPOINT} }} }} ... on Refusal {{ message }} }} }}"""
REPLAY = """mutation($input: ReplayWebhooksInput!) { replayWebhooks(input: $input) {
  __typename ... on WebhookReplayQueued { queued } ... on Refusal { message }
  ... on InvalidInput { issues { path code message } } } }"""
STATS = """query($id: ID!) { webhookEndpoint(id: $id) {
  stats { succeeded failed pending p50Ms p99Ms consecutiveFailures } } }"""
DELETE = """mutation($id: ID!) { deleteWebhookEndpoint(id: $id) {
  __typename ... on WebhookDeleted { id } ... on Refusal { message } } }"""
PING = """mutation($id: ID!) { pingWebhookEndpoint(id: $id) {
  __typename ... on WebhookDelivery { id status event { id type } } ... on Refusal { message } } }"""
REDELIVER = """mutation($id: ID!) { redeliverWebhook(deliveryId: $id) {
  __typename ... on WebhookDelivery { id status } ... on Refusal { message } } }"""
FOUND = f"query($id: ID!) {{ webhookEndpoint(id: $id) {{ {ENDPOINT} }} }}"
LIST = "{ webhookEndpoints(first: 100) { edges { node { id } } } }"
DELIVERY = """id status body nextAttemptAt settledAt createdAt endpoint { id } event { id type subjectId }
  attempts { number at durationMs status error responseBody }"""
DELIVERIES = f"""query($id: ID!, $status: [DeliveryStatus!]) {{ webhookEndpoint(id: $id) {{
  deliveries(status: $status) {{ edges {{ node {{ {DELIVERY} }} }} }} }} }}"""
ONE = f"query($id: ID!) {{ webhookDelivery(id: $id) {{ {DELIVERY} }} }}"


async def listening(client: Client, url: str, types: list[str] | None = None, **given: Any) -> tuple[str, str]:
    """A new endpoint of the client's: its id and its secret."""
    made = await client.run(CREATE, input={"name": "Depot", "url": url, "types": types or ORDER_TYPES, **given})
    assert made["__typename"] == "WebhookSecretIssued", made
    return made["endpoint"]["id"], made["secret"]


def deliveries(endpoint: dict[str, Any]) -> list[dict[str, Any]]:
    return [edge["node"] for edge in endpoint["deliveries"]["edges"]]


async def settled(client: Client, endpoint_id: str, status: str, count: int = 1) -> list[dict[str, Any]]:
    """The deliveries of an endpoint, newest first, once so many are in a status."""
    found = await client.until(
        lambda endpoint: len(deliveries(endpoint)) >= count, DELIVERIES, 30, id=endpoint_id, status=[status]
    )
    return deliveries(found)


async def updated(client: Client, id: str, **change: Any) -> dict[str, Any]:
    """The endpoint after a change to the version that it is now."""
    version = (await client.run(FOUND, id=id))["version"]
    changed: dict[str, Any] = await client.run(UPDATE, input={"id": id, "expectedVersion": version, **change})
    assert changed["__typename"] == "WebhookEndpoint", changed
    return changed


async def head(stack: Stack) -> str:
    """A cursor at the end of the log as it is, which an API may not have heard of yet."""
    async with stack.looking() as database, database.reading() as rows:
        return write_cursor(await rows.events.head())


def told(received: list[Received]) -> list[tuple[str, str]]:
    bodies = [json.loads(one.body) for one in received]
    return sorted((body["type"], body["data"]["order"]["id"]) for body in bodies)
