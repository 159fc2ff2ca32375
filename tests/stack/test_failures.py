"""What a test that fails shows: with it, the logs of the shop's processes."""

import time
from pathlib import Path

import pytest

from tests.support.failures import LINES, logs_since
from tests.support.processes import Process


def test_the_end_of_each_log_that_was_written_meanwhile_is_shown(tmp_path: Path) -> None:
    begun = time.time() - 1  # a file system may round the time
    refused = Process("worker", log=tmp_path / "worker.log", environment={})
    with pytest.raises(AssertionError):
        refused.start()
    with refused.log.open("a") as log:
        log.write("a line\n" * 2 * LINES)
    shown = {title: text for title, text in logs_since(begun) if str(refused.log) in title}
    [(title, text)] = shown.items()
    assert title == f"{refused.log}: swapshop worker has ended"
    assert text.splitlines() == ["a line"] * LINES
    assert not [title for title, _ in logs_since(time.time() + 60) if str(refused.log) in title]
