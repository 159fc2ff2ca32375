"""The pages of docs/, as a reader would use them: their fenced blocks, tables and links.

The first word after a fence is the language. `run` says that a test runs the block: ```sh run, ```graphql run customer
(signed in as the demo customer), ```python run. After a graphql block, ```json variables are sent with it, and ```json
answer is what comes back, a message at a time for a subscription. In variables, "<login.tokens.refreshToken>" is taken
from the last answer of that field.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = ("quickstart", "graphql", "events", "webhooks", "operations", "architecture")
FENCE = re.compile(r"^```(?P<words>[^\n`]+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A fenced block. `place` is where it stands, e.g. docs/graphql.md:12."""

    place: str
    words: tuple[str, ...]
    text: str

    @property
    def language(self) -> str:
        return self.words[0]

    @property
    def is_run(self) -> bool:
        return "run" in self.words


def text_of(page: str) -> str:
    return (ROOT / "docs" / f"{page}.md").read_text()


def blocks(page: str) -> list[Block]:
    text = text_of(page)
    return [
        Block(
            place=f"docs/{page}.md:{text.count(chr(10), 0, found.start()) + 1}",
            words=tuple(found["words"].split()),
            text=found["text"],
        )
        for found in FENCE.finditer(text)
    ]


def section(page: str, heading: str) -> str:
    """What stands below a heading, up to the next of its level or of a higher one; without its code."""
    level, text = heading.split(maxsplit=1)[0], FENCE.sub("", text_of(page))
    _, found, below = text.partition(f"\n{heading}\n")
    assert found, f"docs/{page}.md has no heading {heading!r}"
    return re.split(rf"^#{{1,{len(level)}}} ", below, maxsplit=1, flags=re.MULTILINE)[0]


def rows(text: str) -> Iterator[Sequence[str]]:
    """The cells of the tables in a text, row by row, without their heads."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        if "---" not in line + below:
            yield [cell.strip() for cell in line.strip("|").split("|")]


def code(cell: str) -> list[str]:
    """What a cell has in backticks."""
    return re.findall(r"`([^`]+)`", cell)
