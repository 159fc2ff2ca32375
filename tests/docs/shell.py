"""The commands of a page, run in one shell, as a reader types them."""

import json
from pathlib import Path

from tests.clients.programs import program
from tests.docs.compared import compare
from tests.docs.pages import Block, blocks
from tests.support.processes import Stack
from web import folder

MARK = "--- docs/"


async def run_shell(page: str, shop: Stack, *, cwd: Path | None = None) -> None:
    """Every ```sh run; a ```json output after one is what it prints. The addresses are those of the shop."""
    receiver = folder.running(shop.folder / "data")["receiver"]
    found = blocks(page)
    script = ["set -euo pipefail"]
    expected: dict[str, Block] = {}
    for block, following in zip(found, [*found[1:], None], strict=True):
        if block.language == "sh" and block.is_run:
            script += [f"echo '{MARK}{block.place}'", block.text]
            if following and following.words == ("json", "output"):
                expected[block.place] = following
    text = "\n".join(script).replace("http://127.0.0.1:8000", shop.url).replace("http://127.0.0.1:8100", receiver)
    assert len(script) > 1, f"docs/{page}.md has no command to run"
    async with program("bash", "-c", text, cwd=cwd or shop.folder) as running:
        printed = "\n".join(await running.ended())
    for part in printed.split(MARK)[1:]:
        place, _, output = part.partition("\n")
        if place in expected:
            compare(json.loads(expected[place].text), json.loads(output), at=place)
