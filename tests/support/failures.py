"""What a test that failed leaves to read: the ends of the logs that the shop's processes wrote meanwhile."""

from collections.abc import Iterator

from tests.support.processes import STARTED

LINES = 60


def logs_since(moment: float) -> Iterator[tuple[str, str]]:
    """A title and the last lines, for each process that has written since a moment (of time.time)."""
    for process in sorted(STARTED, key=lambda one: str(one.log)):
        if process.log.exists() and process.log.stat().st_mtime >= moment:
            lines = process.log.read_text(errors="replace").splitlines()
            how = "runs" if process.process and process.process.poll() is None else "has ended"
            yield f"{process.log}: swapshop {' '.join(process.arguments)} {how}", "\n".join(lines[-LINES:])
