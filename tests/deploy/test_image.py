"""The image without an engine: the Dockerfile's first stage, run line by line in a folder."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

import pytest

from tests.deploy.compose import stages
from tests.support.processes import ROOT

PYTHON = Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"
IN_IMAGE = "/opt/swapshop"


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """What the first stage makes, and where."""

    venv: Path
    work: Path

    def run(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """In a folder where nothing of the checkout can be imported, and with nothing of its environment."""
        environment = {"PATH": f"{self.venv / 'bin'}:/usr/bin:/bin", **settings}
        return subprocess.run(arguments, cwd=self.work, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Image]:
    folder = tmp_path_factory.mktemp("image")
    source, venv, work = folder / "src", folder / "swapshop", folder / "work"
    source.mkdir()
    work.mkdir()
    for instruction, rest in stages()[0]:
        match instruction:
            case "COPY":
                copy(rest.split(), source)
            case "RUN":
                run(rest.replace(IN_IMAGE, str(venv)), source)
    yield Image(venv=venv, work=work)
    shutil.rmtree(folder)


def copy(names: list[str], source: Path) -> None:
    """What .dockerignore leaves out is not there to be copied."""
    *files, target = names
    for name in files:
        assert sent(name), f".dockerignore leaves out {name}, which the Dockerfile copies"
        to = source / target
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, to, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            to.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, to)


def sent(name: str) -> bool:
    lines = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]
    matching = [line for line in lines if fnmatch(name, line.removeprefix("!"))]
    return bool(matching) and matching[-1].startswith("!")


def run(line: str, folder: Path) -> None:
    """Under the names that the base image has for them."""
    words = {"pip ": f"{PYTHON} -m pip ", "python ": f"{PYTHON} "}
    parts = [part.strip() for part in line.split("&&")]
    for part in parts:
        name = next((name for name in words if part.startswith(name)), None)
        assert name, f"this test does not know the command {part!r}"
        environment = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}}
        done = subprocess.run(
            ["sh", "-c", words[name] + part.removeprefix(name)],
            cwd=folder,
            env={**environment, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_ROOT_USER_ACTION": "ignore"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{part}\n{done.stdout}\n{done.stderr}"


@pytest.mark.slow
def test_what_is_installed_is_the_whole_program(image: Image) -> None:
    told = image.run("swapshop", "--version")
    assert (told.returncode, told.stderr) == (0, "")
    printed = image.run("swapshop", "schema")
    assert printed.stdout == (ROOT / "schema.graphql").read_text()


@pytest.mark.slow
def test_it_brings_an_empty_database_to_its_schema(image: Image) -> None:
    url = f"sqlite+aiosqlite:///{image.work / 'shop.db'}"
    migrated = image.run("swapshop", "migrate", SWAPSHOP_DATABASE_URL=url)
    assert (migrated.returncode, migrated.stdout) == (0, "the database has this version's schema\n")


@pytest.mark.slow
def test_nothing_that_builds_is_left_in_it(image: Image) -> None:
    left = {path.name.lower() for path in image.venv.glob("lib/python*/site-packages/*")}
    assert left.isdisjoint({"pip", "setuptools", "wheel", "hatchling"})
