"""The files of a deployment, read by the tests as what reads them in earnest would."""

import re
from typing import Any

from ruamel.yaml import YAML

from tests.support.processes import ROOT

COMPOSE = ROOT / "compose.yml"
DOCKERFILE = ROOT / "Dockerfile"
MOSQUITTO = ROOT / "deploy" / "mosquitto.conf"
NGINX = ROOT / "deploy" / "nginx.conf"
UPSTREAM = re.compile(r"server (?P<host>\S+):(?P<port>\d+) resolve;")


def compose() -> dict[str, Any]:
    return dict(YAML(typ="safe").load(COMPOSE))


def services() -> dict[str, dict[str, Any]]:
    return dict(compose()["services"])


def ours() -> dict[str, dict[str, Any]]:
    """The services that run `swapshop`."""
    return {name: service for name, service in services().items() if "build" in service}


def option(command: list[str], name: str) -> str:
    return command[command.index(name) + 1]


def stages() -> list[list[tuple[str, str]]]:
    """The Dockerfile's stages: (instruction, the rest) of each, FROM first."""
    text = re.sub(r"^#.*\n", "", DOCKERFILE.read_text(), flags=re.MULTILINE).replace("\\\n", " ")
    words = [line.split(maxsplit=1) for line in text.splitlines() if line.strip()]
    found: list[list[tuple[str, str]]] = []
    for instruction, rest in words:
        if instruction == "FROM":
            found.append([])
        found[-1].append((instruction, rest))
    return found
