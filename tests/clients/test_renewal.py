"""The lines of docs/graphql.md with which npm's graphql-ws renews a socket: one connection outlives many tokens."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clients.programs import BIN, program
from tests.conftest import STACKS
from tests.docs.pages import blocks
from tests.support.client import Client
from tests.support.processes import EmbeddedStack, ServerStack, Stack
from tests.support.signing_in import sign_in

SETTINGS = {"SWAPSHOP_ACCESS_TOKEN_LIFETIME": "2s", "SWAPSHOP_SOCKET_GRACE": "1s"}
RENEWALS = 5
BEFORE = """
import { createClient } from 'graphql-ws';
import { post, say } from './shop.ts';

const url = process.env.SHOP_URL!.replace(/^http/, 'ws') + '/graphql';
const refresh = `mutation ($token: String!) { refreshTokens(refreshToken: $token) {
  ... on SignedIn { tokens { accessToken refreshToken } } } }`;
let refreshToken = process.env.REFRESH_TOKEN;

async function authorization() {
  const { tokens } = (await post(refresh, { token: refreshToken })).data.refreshTokens;
  refreshToken = tokens.refreshToken;
  return { authorization: `Bearer ${tokens.accessToken}` };
}
"""
AFTER = """
client.on('connected', () => say({ connected: true }));
client.on('pong', (received, payload) => { if (received) say({ renewed: payload!.expiresAt }); });
for await (const { data } of client.iterate({ query: 'subscription { events { event { id } } }' })) {
  say({ told: (data as any).events.event?.id ?? null });
}
"""


@pytest.fixture(params=STACKS)
def brief(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stack]:
    """A shop whose access tokens are good for 1 to 2 s."""
    if request.param == "embedded":
        started: Stack = EmbeddedStack(tmp_path, settings=SETTINGS).start()
    else:
        servers = request.getfixturevalue("mariadb"), request.getfixturevalue("redis")
        started = ServerStack(tmp_path, *servers, settings=SETTINGS).start()
    yield started
    started.stop()


async def test_one_connection_outlives_many_tokens(brief: Stack, scripts: Path) -> None:
    [lines] = [block.text for block in blocks("graphql") if block.words == ("ts", "run")]
    (scripts / "renewed.ts").write_text(BEFORE + lines + AFTER)
    async with await Client(brief.url).register() as customer:
        email = customer.user["email"]
        mine = await sign_in(brief.url, email)
        async with program(
            BIN / "node", "renewed.ts", cwd=scripts, SHOP_URL=brief.url, REFRESH_TOKEN=mine.refresh
        ) as running:
            renewals: set[str] = set()
            while len(renewals) < RENEWALS:
                renewals |= {said["renewed"]} if "renewed" in (said := json.loads(await running.line())) else set()
            customer.token = None  # it has expired, and one that is sent must be good
            await customer.login(email)
            await customer.order()
            while json.loads(await running.line()).get("told") is None:
                pass
        said_all = [json.loads(line) for line in running.said]
    assert sum("connected" in one for one in said_all) == 1
