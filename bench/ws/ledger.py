"""The ledger: when each event was published and whom it is for, in a file that the load client maps too."""

import mmap
import struct
import time
from array import array
from collections.abc import Sequence
from pathlib import Path

CAPACITY = 1 << 20
EVERYBODY, NOBODY = -1, -2
TARGETS_AT = 8 * CAPACITY  # after the times; see load.c


class Ledger:
    """Events are numbered from 1. Times are nanoseconds of CLOCK_MONOTONIC, which all processes share."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.write_bytes(bytes(TARGETS_AT) + array("i", [NOBODY]).tobytes() * CAPACITY)
        with path.open("r+b") as file:
            self._shared = mmap.mmap(file.fileno(), 0)
        self.events = 0
        self._stamped = 0

    def enter(self, targets: Sequence[int]) -> range:
        """Numbers for events that are about to be published, each for one subscriber or for EVERYBODY."""
        first, self.events = self.events + 1, self.events + len(targets)
        if self.events >= CAPACITY:
            raise RuntimeError(f"There is room for {CAPACITY - 1} events in one run: measure for fewer seconds.")
        struct.pack_into(f"{len(targets)}i", self._shared, TARGETS_AT + 4 * first, *targets)
        return range(first, self.events + 1)

    def stamp(self) -> None:
        """Now: for all that was entered since the last time."""
        first, last = self._stamped + 1, self.events
        moment = struct.pack("q", time.monotonic_ns())
        self._shared[8 * first : 8 * (last + 1)] = moment * (last - first + 1)
        self._stamped = last

    def published_at(self, event: int) -> int:
        moment: int = struct.unpack_from("q", self._shared, 8 * event)[0]
        return moment
