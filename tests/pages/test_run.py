"""./run builds the pages when it has to, with programs in the place of node and npm that say what they were asked."""

import importlib.util
import os
import shutil
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

import pytest

from tests.support.processes import ROOT

NPM = """#!/bin/sh
case "$1" in --version) echo 11; exit ;; esac
echo "$*" >> ../asked
if [ -e ../fails ]; then exit 1; fi
case "$1" in
    ci) mkdir -p node_modules ;;
    run) mkdir -p dist; echo built > dist/index.html ;;
esac
"""


class Checkout:
    """A folder with a `run` of its own, and a front end of three files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.frontend = folder / "frontend"
        (self.frontend / "src").mkdir(parents=True)
        for name in ("package.json", "package-lock.json", "src/main.tsx"):
            (self.frontend / name).write_text(name)
        (folder / "bin").mkdir()
        self.program("npm", NPM)
        self.program("node", "#!/bin/sh\necho v22.18.0\n")
        shutil.copy(ROOT / "run", folder / "run")
        loader = SourceFileLoader("run_of_a_test", str(folder / "run"))
        spec = importlib.util.spec_from_loader("run_of_a_test", loader)
        assert spec
        self.run: ModuleType = importlib.util.module_from_spec(spec)
        loader.exec_module(self.run)

    def program(self, name: str, text: str) -> None:
        (self.folder / "bin" / name).write_text(text)
        (self.folder / "bin" / name).chmod(0o755)

    def asked(self) -> list[str]:
        """What npm was asked since the last look."""
        file = self.folder / "asked"
        lines = file.read_text().splitlines() if file.exists() else []
        file.unlink(missing_ok=True)
        return [line.replace(" --no-audit --no-fund --loglevel=error", "") for line in lines]


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    made = Checkout(tmp_path)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}/usr/bin{os.pathsep}/bin")
    monkeypatch.delenv("SWAPSHOP_PAGES", raising=False)
    return made


CI, BUILD = "ci", "run --silent build"


def test_the_pages_are_built_once_and_again_when_their_sources_change(checkout: Checkout) -> None:
    checkout.run.build_pages()
    assert checkout.asked() == [CI, BUILD]
    checkout.run.build_pages()
    assert checkout.asked() == []
    (checkout.frontend / "src/main.tsx").write_text("changed")
    checkout.run.build_pages()
    assert checkout.asked() == [BUILD]
    (checkout.frontend / "src/new.tsx").write_text("new")
    checkout.run.build_pages()
    assert checkout.asked() == [BUILD]
    (checkout.frontend / "package-lock.json").write_text("changed")
    checkout.run.build_pages()
    assert checkout.asked() == [CI, BUILD]


@pytest.mark.parametrize("lost", ["dist", "node_modules"])
def test_what_somebody_has_deleted_is_made_again(checkout: Checkout, lost: str) -> None:
    checkout.run.build_pages()
    shutil.rmtree(checkout.frontend / lost)
    (checkout.frontend / "src/main.tsx").write_text("changed")
    checkout.asked()
    checkout.run.build_pages()
    assert checkout.asked() == ([BUILD] if lost == "dist" else [CI, BUILD])


def test_what_has_failed_is_done_again_and_the_pages_before_stay(
    checkout: Checkout, capsys: pytest.CaptureFixture[str]
) -> None:
    checkout.run.build_pages()
    (checkout.frontend / "package-lock.json").write_text("changed")
    (checkout.folder / "fails").touch()
    for _ in range(2):
        checkout.asked()
        with pytest.raises(SystemExit) as stopped:
            checkout.run.build_pages()
        assert checkout.asked() == [CI]
        assert "SWAPSHOP_PAGES=none ./run" in str(stopped.value), "the next step"
    assert (checkout.frontend / "dist/index.html").read_text() == "built\n"
    (checkout.folder / "fails").unlink()
    checkout.run.build_pages()
    assert checkout.asked() == [CI, BUILD]


def test_whoever_names_a_folder_of_pages_has_none_built(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWAPSHOP_PAGES", "none")
    checkout.run.build_pages()
    assert checkout.asked() == []


@pytest.mark.parametrize(
    ("version", "taken"), [("v22.18.0", True), ("v24.1.0", True), ("v22.17.9", False), ("", False)]
)
def test_a_node_that_is_too_old_is_not_used(checkout: Checkout, version: str, taken: bool) -> None:
    checkout.program("node", f"#!/bin/sh\necho {version}\n")
    assert checkout.run.has_node(checkout.run.environment()) is taken


def test_without_npm_a_node_is_not_enough(checkout: Checkout) -> None:
    checkout.program("npm", "#!/bin/sh\nexit 127\n")
    assert not checkout.run.has_node(checkout.run.environment())
