"""The GraphQL examples of a page, sent as a reader would send them."""

import asyncio
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from tests.docs.compared import compare
from tests.docs.pages import Block, blocks
from tests.support.client import Client
from tests.support.waiting import PATIENCE
from web import demo_data

PLACEHOLDER = re.compile(r"<([\w.]+)>")


class Reader:
    """Sends the examples of the page, one after the other, and remembers what was answered."""

    def __init__(self, url: str, *, elsewhere: Mapping[str, str]) -> None:
        """`elsewhere` has where those addresses of the page are in truth."""
        self.url = url
        self.elsewhere = elsewhere
        self.answered: list[Any] = []

    async def run(self, example: Block, *, variables: Block | None, expected: Sequence[Block]) -> None:
        client = await self._client(example.words[-1])
        given = self._filled_in(json.loads(variables.text)) if variables else {}
        async with client:
            answers = await self._answers(client, example, given, expected)
        self.answered.append(answers[-1].get("data"))

    async def _answers(
        self, client: Client, example: Block, given: dict[str, Any], expected: Sequence[Block]
    ) -> list[dict[str, Any]]:
        """As the page says they are; a query is asked again for a while, because what it asks for may take its time."""
        kind, deadline = example.text.split(maxsplit=1)[0], asyncio.get_running_loop().time() + PATIENCE
        while True:
            if kind.startswith("subscription"):
                answers = await self._messages(client, example.text, given, len(expected))
            else:
                answers = [await client.post(example.text, **given)]
            try:
                for block, answer in zip(expected, answers, strict=bool(expected)):
                    compare(json.loads(block.text), answer, at=block.place)
            except AssertionError:
                if kind != "query" or asyncio.get_running_loop().time() > deadline:
                    raise
                await asyncio.sleep(0.05)  # between two looks at what another process is at, until the deadline
            else:
                return answers

    async def _client(self, who: str) -> Client:
        client = Client(self.url)
        if who == "registered":
            client.token = self._found("register.tokens.accessToken")
        elif who != "nobody":
            await client.login(f"{who}@swapshop.test", demo_data.PASSWORD)
        return client

    async def _messages(self, client: Client, document: str, given: dict[str, Any], count: int) -> list[dict[str, Any]]:
        async with client.socket() as socket:
            await socket.subscribe(document, **given)
            return [(await socket.receive())["payload"] for _ in range(count)]

    def _filled_in(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: self._filled_in(one) for name, one in value.items()}
        if isinstance(value, list):
            return [self._filled_in(one) for one in value]
        found = PLACEHOLDER.fullmatch(value) if isinstance(value, str) else None
        if not found:
            return self.elsewhere.get(value, value) if isinstance(value, str) else value
        return self._found(found[1])

    def _found(self, path: str) -> Any:
        """In the last answer that has it."""
        return next(there for data in reversed(self.answered) if (there := at(data, path)) is not None)


def at(data: Any, path: str) -> Any:
    """What is there, or None."""
    for name in path.split("."):
        if isinstance(data, list) and name.isdigit():
            data = data[int(name)] if int(name) < len(data) else None
        else:
            data = data.get(name) if isinstance(data, dict) else None
    return data


async def run_examples(page: str, url: str, *, elsewhere: Mapping[str, str] | None = None) -> int:
    """Sends every ```graphql of the page, in order, and compares what is answered; says how many there were."""
    reader, found, ran = Reader(url, elsewhere=elsewhere or {}), blocks(page), 0
    for place, example in enumerate(found):
        if example.language == "graphql":
            assert example.is_run, f"{example.place} is not run"
            about = []
            for block in found[place + 1 :]:
                if block.language != "json" or block.words[-1] not in ("variables", "answer", "message"):
                    break
                about.append(block)
            variables = next((block for block in about if "variables" in block.words), None)
            await reader.run(example, variables=variables, expected=[one for one in about if one is not variables])
            ran += 1
    return ran
