"""Places an order and follows it until it is PROCESSED, through lost connections and expired tokens.

Needs httpx and websockets. SHOP_URL, SHOP_EMAIL and SHOP_PASSWORD name another shop, another customer.
"""

import json
import os
import sys
import time
import uuid

import httpx
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.sync.client import connect

URL = os.environ.get("SHOP_URL", "http://127.0.0.1:8000") + "/graphql"
EMAIL = os.environ.get("SHOP_EMAIL", "customer@swapshop.test")
PASSWORD = os.environ.get("SHOP_PASSWORD", "swap-shop-demo")
SHIRT = {"product": "camisa", "size": "M", "color": "negro", "quantity": 1, "unitPrice": "10.00"}
TOKENS = "{ ... on SignedIn { tokens { accessToken refreshToken } } ... on Refusal { message } }"
LOGIN = f"mutation ($who: LoginInput!) {{ login(input: $who) {TOKENS} }}"
REFRESH = f"mutation ($token: String!) {{ refreshTokens(refreshToken: $token) {TOKENS} }}"
ORDER = """mutation ($new: CreateOrderInput!) {
  createOrder(input: $new) { ... on Order { id } ... on Refusal { message } } }"""
FOLLOW = """subscription ($id: ID!, $after: Cursor) {
  orderUpdated(id: $id, after: $after) { cursor order { number status version } } }"""


def ask(query, variables, authorization=None):
    """The one field of the answer. A lost answer is asked for again, which does nothing twice: see `idempotencyKey`."""
    headers = {"authorization": authorization} if authorization else {}
    while True:
        try:
            answer = httpx.post(URL, json={"query": query, "variables": variables}, headers=headers).json()
        except httpx.TransportError:
            time.sleep(0.5)
            continue
        field = next(iter(answer["data"].values())) if answer.get("data") else answer["errors"][0]
        return field if "message" not in field else sys.exit(field["message"])


tokens = ask(LOGIN, {"who": {"email": EMAIL, "password": PASSWORD}})["tokens"]
new = {"idempotencyKey": str(uuid.uuid4()), "items": [{"custom": SHIRT}]}  # the key is made once
order = ask(ORDER, {"new": new}, f"Bearer {tokens['accessToken']}")
following = {"id": order["id"], "after": None}
while True:
    try:
        with connect(URL.replace("http", "ws", 1), subprotocols=["graphql-transport-ws"]) as socket:
            init = {"type": "connection_init", "payload": {"authorization": f"Bearer {tokens['accessToken']}"}}
            subscribe = {"type": "subscribe", "id": "1", "payload": {"query": FOLLOW, "variables": following}}
            socket.send(json.dumps(init))
            for message in map(json.loads, socket):
                if message["type"] == "connection_ack":
                    socket.send(json.dumps(subscribe))
                elif message["type"] != "next" or message["payload"].get("errors"):
                    sys.exit(str(message))
                else:
                    update = message["payload"]["data"]["orderUpdated"]
                    following["after"] = update["cursor"]  # where to go on after a loss
                    if seen := update["order"]:
                        print(seen["number"], seen["status"], f"version {seen['version']}", flush=True)
                        if seen["status"] == "PROCESSED":
                            sys.exit()
    except (OSError, WebSocketException) as lost:
        if isinstance(lost, ConnectionClosed) and lost.rcvd and lost.rcvd.code == 4403:  # the access token expired
            tokens = ask(REFRESH, {"token": tokens["refreshToken"]})["tokens"]
        time.sleep(0.5)
