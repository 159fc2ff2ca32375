"""A shop as `./run` starts it, with its demo people and keys of its own."""

from collections.abc import Iterator

import pytest

from tests.support.processes import EmbeddedStack, Process, Stack

PENDING_FOR = "6s"  # the pages say three: on a busy machine their next step may come later


class AsRun(EmbeddedStack):
    """Its keys are in its data folder, as when nobody has set any."""

    def process(self, *arguments: str, name: str, **environment: str) -> Process:
        return keyless(super().process(*arguments, name=name, **environment))


class AsRunUp(Stack):
    """`swapshop up`: the shop as processes, on servers of its own."""

    def start(self) -> "AsRunUp":
        data = ("--data", str(self.folder / "data"))
        up = keyless(self.process("up", "--port", "0", "--receiver-port", "0", *data, name="up"))
        self.apis = [up.start(seconds=100)]
        return self


def keyless(process: Process) -> Process:
    for name in ("SWAPSHOP_SECRET_KEY", "SWAPSHOP_WEBHOOK_KEYS"):
        process.environment.pop(name, None)
    return process


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AsRun]:
    """New for each page. Orders stay PENDING long enough to be changed."""
    started = AsRun(tmp_path_factory.mktemp("docs"), settings={"SWAPSHOP_PROMOTE_AFTER": PENDING_FOR})
    started.start()
    yield started
    started.stop()
