"""A private Mosquitto, the MQTT broker, for tests and for `swapshop up`."""

import contextlib
import os
import socket
from collections.abc import Sequence
from pathlib import Path

from web.stack import HOST, Server, write_private


class Mosquitto(Server):
    """A broker that keeps sessions and what is for them over a stop; after a kill it has what it saved last.

    `lines` are put at the end of its configuration, where they are about its listener.
    """

    program = "mosquitto"

    def __init__(self, folder: Path, *, port: int | None = None, lines: Sequence[str] = ()) -> None:
        super().__init__(folder, port=port)
        self._lines = lines

    @property
    def url(self) -> str:
        return f"mqtt://{HOST}:{self.port}"

    def _answers(self) -> bool:
        with contextlib.suppress(OSError):
            socket.create_connection((HOST, self.port), timeout=1).close()
            return True
        return False

    def _prepare(self) -> None:
        super()._prepare()
        write_private(self.folder / "mosquitto.conf", "\n".join([*self._configuration(), *self._lines, ""]))

    def _configuration(self) -> list[str]:
        return [
            "per_listener_settings true",
            "persistence true",
            f"persistence_location {self.folder}/",
            "autosave_interval 1",
            "max_queued_messages 0",  # without a limit: what is over it would be thrown away in silence
            "log_dest stderr",
            *(f"log_type {level}" for level in ("error", "warning", "notice")),  # not each time that it saves
            "connection_messages false",
            *(["user root"] if os.geteuid() == 0 else []),  # it would become a user who may not read the folder
            f"listener {self.port} {HOST}",
            "allow_anonymous true",
        ]

    def _arguments(self) -> list[str]:
        return ["-c", str(self.folder / "mosquitto.conf")]
