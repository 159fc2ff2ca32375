"""What is made once for all processes of a test run, such as npm's packages."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def shared(folders: pytest.TempPathFactory, name: str) -> Iterator[tuple[Path, bool]]:
    """A folder that they share, and whether it is new: the first one fills it, and the others wait for that.

    What fails while it is filled is begun again by the next one, who finds the folder as it was left.
    """
    own = folders.getbasetemp()
    run = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    folder, filled = run / name, run / f"{name}.filled"
    with (run / f"{name}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # until the file is closed
        folder.mkdir(exist_ok=True)
        yield folder, not filled.exists()
        filled.touch()
