"""The pages of the image without an engine: what the Dockerfile copies is enough to build them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deploy.compose import stages
from tests.deploy.test_image import sent
from tests.support.processes import ROOT

FRONTEND = ROOT / "frontend"
NODE = Path(sys.executable).parent  # npm is there: requirements/dev.in has it


def stage() -> list[tuple[str, str]]:
    [found] = [one for one in stages() if one[0][1].endswith(" AS pages")]
    return found


def copied(rest: str, folder: Path) -> None:
    """What .dockerignore leaves out is not there to be copied."""
    *names, _ = rest.split()
    for name in names:
        assert sent(name.split("/")[0]), name
        source = ROOT / name
        if source.is_dir():
            left_out = shutil.ignore_patterns("node_modules", "dist*")
            shutil.copytree(source, folder, ignore=left_out, dirs_exist_ok=True)
        else:
            shutil.copy(source, folder)


def test_nothing_that_was_made_here_is_sent_to_be_built() -> None:
    assert [name for name in ("frontend/node_modules", "frontend/dist", "frontend/dist.new") if sent(name)] == []


@pytest.mark.slow
@pytest.mark.timeout(300)  # it builds, on machines that have other things to do
def test_the_stage_makes_the_pages(tmp_path: Path) -> None:
    """With the packages that `npm ci` has put into the checkout from the same lock: once is enough."""
    ran = []
    for instruction, rest in stage():
        if instruction == "COPY":
            copied(rest, tmp_path)
        elif instruction == "RUN" and rest.startswith("npm ci"):
            installed = {path.name for path in tmp_path.iterdir()}
            assert installed == {"package.json", "package-lock.json", ".npmrc"}, "the rest changes more often"
            (tmp_path / "node_modules").symlink_to(FRONTEND / "node_modules")
        elif instruction == "RUN":
            ran.append(rest)
            environment = {**os.environ, "PATH": f"{NODE}:{os.environ['PATH']}"}
            done = subprocess.run(
                rest.split(), cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, done.stdout + done.stderr
    assert ran == ["npm run build"]
    assert (tmp_path / "dist/index.html").exists()
    assert (tmp_path / "dist/graphiql.html").exists()


def test_the_image_serves_the_pages_that_the_stage_made() -> None:
    last = stages()[-1]
    [folder] = [rest.split()[-1] for _, rest in last if rest.startswith("--from=pages /pages/dist ")]
    [settings] = [rest for instruction, rest in last if instruction == "ENV"]
    assert f"SWAPSHOP_PAGES={folder}" in settings.split()
