"""Building the pages: a build that fails or is killed leaves those that are there, and never half of new ones."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.processes import ROOT

FRONTEND = ROOT / "frontend"
ENVIRONMENT = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
BUILD = ("npm", "run", "--silent", "build")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The front end with its packages, and with pages that were built before."""
    left_out = shutil.ignore_patterns("node_modules", "dist*")
    shutil.copytree(FRONTEND, tmp_path / "frontend", ignore=left_out)
    (tmp_path / "frontend/node_modules").symlink_to(FRONTEND / "node_modules")
    (tmp_path / "frontend/dist").mkdir()
    (tmp_path / "frontend/dist/index.html").write_text("the pages before")
    return tmp_path / "frontend"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name.startswith("dist"))


@pytest.mark.timeout(300)
def test_a_build_that_fails_leaves_the_pages_that_are_there(checkout: Path) -> None:
    (checkout / "src/main.tsx").write_text("this is not a program")
    done = subprocess.run(BUILD, cwd=checkout, env=ENVIRONMENT, capture_output=True, check=False)
    assert done.returncode != 0
    assert (checkout / "dist/index.html").read_text() == "the pages before"


@pytest.mark.slow
@pytest.mark.timeout(300)  # it builds, on machines that have other things to do
def test_a_build_that_is_killed_leaves_them_and_the_next_one_makes_the_new_ones(checkout: Path) -> None:
    begun = subprocess.Popen(BUILD, cwd=checkout, env=ENVIRONMENT, start_new_session=True)
    deadline = time.monotonic() + 60
    while not (checkout / "dist.new").exists():
        assert begun.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.005)  # between looks at the folder of another process, until a deadline
    os.killpg(begun.pid, signal.SIGKILL)
    begun.wait()
    assert (checkout / "dist/index.html").read_text() == "the pages before"
    subprocess.run(BUILD, cwd=checkout, env=ENVIRONMENT, capture_output=True, check=True)
    assert names(checkout) == ["dist"]
    pages = {path.name for path in (checkout / "dist").iterdir()}
    assert {"index.html", "graphiql.html", "assets"} <= pages
    assert "the pages before" not in (checkout / "dist/index.html").read_text()
    scripts = [path for path in (checkout / "dist/assets").glob("*.js") if path.stat().st_size > 10_000]
    assert scripts
    assert all(path.with_name(f"{path.name}.gz").exists() for path in scripts)
