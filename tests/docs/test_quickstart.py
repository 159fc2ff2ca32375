"""docs/quickstart.md: every command works, on the shop of `./run` and on that of `./run up`."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clients.programs import ROOT, program
from tests.docs.conftest import PENDING_FOR, AsRun, AsRunUp
from tests.docs.shell import run_shell
from tests.support.processes import Stack


@pytest.fixture(params=[AsRun, AsRunUp], ids=["run", "run-up"])
def new_shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stack]:
    started = request.param(tmp_path, settings={"SWAPSHOP_PROMOTE_AFTER": PENDING_FOR, "SWAPSHOP_SEED": "demo"}).start()
    yield started
    started.stop()


async def test_every_command_prints_what_the_page_says(new_shop: Stack) -> None:
    await run_shell("quickstart", new_shop)


async def test_the_first_steps_of_the_readme_sign_somebody_in(shop: AsRun) -> None:
    found = re.findall(r"^```\w*\n(curl -s .*?)^```$", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL)
    assert found
    for command in found:
        text = command.replace("http://127.0.0.1:8000", shop.url)
        async with program("bash", "-c", text, cwd=shop.folder) as running:
            assert "accessToken" in "".join(await running.ended())
