"""npm's packages, installed as the lock says."""

import asyncio
import shutil
from pathlib import Path

import pytest

from tests.clients.programs import BIN, program
from tests.support.once import shared

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
async def scripts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the scripts, where what they import is found."""
    with shared(tmp_path_factory, "npm") as (folder, is_new):
        if is_new:
            for file in (HERE / "package.json", HERE / "package-lock.json", *(HERE / "scripts").iterdir()):
                shutil.copy(file, folder)
            await npm_ci(folder)
    return folder


async def npm_ci(folder: Path) -> None:
    async with asyncio.timeout(280), program(BIN / "npm", "ci", "--ignore-scripts", "--no-audit", cwd=folder) as npm:
        await npm.ended()
