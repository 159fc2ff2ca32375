"""compose.yml: what can be held against it without a container engine. Nothing here has started a container."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from redis.asyncio import Redis as Client

from domain.ports import Unavailable
from tests.deploy.compose import (
    COMPOSE,
    DOCKERFILE,
    MOSQUITTO,
    NGINX,
    UPSTREAM,
    compose,
    option,
    ours,
    services,
    stages,
)
from tests.support.processes import ROOT
from web.broker import Broker, ping
from web.cli import app
from web.mosquitto import Mosquitto
from web.settings import Settings
from web.stack import Redis

ONE_SHOT = {"bootstrap", "load"}
VERSION = re.compile(r":\d+\.\d+[\w.-]*$")
CONNECTIONS = 15  # of one process: persistence.database, pool_size and max_overflow


def test_it_is_what_the_compose_specification_says() -> None:
    checker = Path(sys.executable).parent / "check-jsonschema"
    checked = subprocess.run(
        [checker, "--builtin-schema", "vendor.compose-spec", COMPOSE], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_every_service_is_asked_whether_it_is_well_or_comes_to_an_end() -> None:
    asked = {name for name, service in services().items() if "healthcheck" in service}
    assert asked.isdisjoint(ONE_SHOT)
    assert asked | ONE_SHOT == set(services())


def test_whoever_waits_for_a_service_waits_until_it_is_ready() -> None:
    for name, service in services().items():
        for other, how in service.get("depends_on", {}).items():
            wanted = "service_completed_successfully" if other in ONE_SHOT else "service_healthy"
            assert how == {"condition": wanted}, f"{name} waits for {other}"


@pytest.mark.parametrize("name", sorted(ours()))
def test_every_command_is_one_that_the_program_has(name: str) -> None:
    program = typer.main.get_command(app)
    command, *arguments = ours()[name]["command"]
    known = program.commands[command]  # type: ignore[attr-defined]
    with known.make_context(command, list(arguments)) as context:  # raises for an option that there is not
        assert context.args == []


def test_the_image_alone_is_the_api() -> None:
    last = dict(stages()[-1])
    assert last["ENTRYPOINT"] == '["swapshop"]'
    assert re.findall(r'"([^"]+)"', last["CMD"]) == services()["api"]["command"]


@pytest.mark.parametrize("name", sorted(ours()))
def test_every_setting_is_one_that_there_is(name: str) -> None:
    settings = {f"SWAPSHOP_{field.upper()}" for field in Settings.model_fields}
    assert set(ours()[name]["environment"]) <= settings


@pytest.mark.parametrize(
    ("name", "port_option"),
    [("api", "--port"), ("worker", "--metrics-port"), ("receiver", "--port"), ("provider", "--health-port")],
)
def test_a_process_is_asked_on_the_port_that_it_listens_on(name: str, port_option: str) -> None:
    service = services()[name]
    port = option(service["command"], port_option)
    assert f"//127.0.0.1:{port}/" in service["healthcheck"]["test"][-1]


def test_the_receiver_is_where_the_bootstrap_says_and_reads_what_it_writes() -> None:
    bootstrap, receiver = services()["bootstrap"], services()["receiver"]
    given = dict(argument.removeprefix("--").split("=", 1) for argument in bootstrap["command"][1:])
    assert given["receiver-url"] == f"http://receiver:{option(receiver['command'], '--port')}"
    assert given["secret-file"] == receiver["environment"]["SWAPSHOP_RECEIVER_SECRETS_FILE"]
    folder = given["secret-file"].rpartition("/")[0]
    assert bootstrap["volumes"] == [f"handover:{folder}"]
    assert f"handover:{folder}:ro" in receiver["volumes"]


def test_only_the_shop_is_published_and_only_on_this_computer() -> None:
    published = {name: service["ports"] for name, service in services().items() if "ports" in service}
    default = {name for name in published if "profiles" not in services()[name]}
    assert default == {"nginx"}
    assert len(published["nginx"]) == 1
    assert all(port.startswith("127.0.0.1:") for ports in published.values() for port in ports)


def test_nginx_leads_to_the_api_and_listens_where_it_is_published() -> None:
    text = NGINX.read_text()
    (upstream,) = UPSTREAM.finditer(text)
    assert (upstream["host"], upstream["port"]) == ("api", option(services()["api"]["command"], "--port"))
    (listens,) = re.findall(r"listen (\d+);", text)
    assert services()["nginx"]["ports"][0].endswith(f":{listens}")
    assert f"127.0.0.1:{listens}/" in services()["nginx"]["healthcheck"]["test"][-1]
    assert services()["load"]["environment"]["SHOP_URL"] == f"http://nginx:{listens}"


def test_what_is_mounted_is_there() -> None:
    declared = set(compose()["volumes"])
    for service in services().values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert (ROOT / source).exists() if source.startswith(".") else source in declared, volume
    assert (ROOT / services()["load"]["command"][-1].removeprefix("/")).exists()


def test_every_image_has_its_version() -> None:
    images = [service["image"] for service in services().values()]
    bases = [rest.split()[0] for stage in stages() for instruction, rest in stage if instruction == "FROM"]
    assert all(VERSION.search(image) for image in [*images, *bases]), [*images, *bases]


def test_no_secret_has_a_default() -> None:
    used = re.findall(r"\$\{(\w+)(:?[-?]?)[^}]*\}", COMPOSE.read_text())
    secrets = {name: how for name, how in used if "PASSWORD" in name or "KEY" in name}
    assert secrets == {
        "MYSQL_PASSWORD": ":?",
        "MQTT_PASSWORD": ":?",
        "SWAPSHOP_SECRET_KEY": ":?",
        "SWAPSHOP_WEBHOOK_KEYS": ":?",
        "ADMIN_PASSWORD": ":?",
    }


def test_what_its_top_has_written_into_env_is_all_that_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = COMPOSE.read_text()
    found = re.search(r"#   (printf .*? > \.env)", text, re.DOTALL)
    assert found
    subprocess.run(["sh", "-euc", found[1].replace("\n#", "\n")], cwd=tmp_path, check=True)
    written = dict(line.split("=", 1) for line in (tmp_path / ".env").read_text().splitlines())
    assert set(written) == set(re.findall(r"\$\{(\w+):\?", text))
    for name in ("SWAPSHOP_SECRET_KEY", "SWAPSHOP_WEBHOOK_KEYS"):
        monkeypatch.setenv(name, written[name])
    assert Settings().webhook_keys


@pytest.mark.parametrize("name", ["api", "worker", "bootstrap"])
def test_who_seals_and_opens_the_secrets_of_webhooks_has_the_keys(name: str) -> None:
    assert services()[name]["environment"]["SWAPSHOP_WEBHOOK_KEYS"]


def test_what_is_ours_runs_with_as_little_as_it_needs() -> None:
    user = dict(stages()[-1])["USER"]
    assert user not in {"root", "0"}
    for name, service in ours().items():
        assert service["read_only"], name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        for volume in service.get("volumes", []):  # a volume is the user's only if the image has the folder
            assert f" {volume.split(':')[1]}" in DOCKERFILE.read_text(), volume


def test_mysql_has_a_connection_for_every_process_and_for_as_many_again() -> None:
    processes = sum(service.get("deploy", {}).get("replicas", 1) for service in ours().values())
    (most,) = [flag.split("=")[1] for flag in services()["mysql"]["command"] if flag.startswith("--max-connections=")]
    assert 2 * processes * CONNECTIONS < int(most)


async def test_redis_understands_what_it_is_told(tmp_path: Path) -> None:
    class Told(Redis):
        def _arguments(self) -> list[str]:
            return [*services()["redis"]["command"][1:], "--port", str(self.port), "--dir", str(tmp_path)]

    with Told(tmp_path) as server:
        async with Client.from_url(server.url, decode_responses=True) as client:
            kept = {**await client.config_get("maxmemory*"), **await client.config_get("appendonly")}
    assert (kept["maxmemory-policy"], kept["maxmemory"], kept["appendonly"]) == ("volatile-ttl", str(2**28), "yes")


async def test_mosquitto_understands_what_it_is_told_and_lets_in_who_knows_the_password(tmp_path: Path) -> None:
    class Told(Mosquitto):
        """As its container starts it, but for the folders and the port."""

        program = "sh"

        def _arguments(self) -> list[str]:
            _, *arguments, script = services()["mosquitto"]["command"]
            return [*arguments, f"PATH=$PATH:/usr/sbin MQTT_PASSWORD=of-the-test; {here(script.replace('$$', '$'))}"]

        def _prepare(self) -> None:
            root = "user root\n" if os.geteuid() == 0 else ""
            listener = here(MOSQUITTO.read_text()).replace("listener 1883", f"listener {self.port} 127.0.0.1")
            (tmp_path / "mosquitto.conf").write_text(f"{root}{listener}")

    def here(text: str) -> str:
        for there in ("/tmp/passwords", "/mosquitto/data/", "/mosquitto/config/mosquitto.conf"):
            text = text.replace(there, f"{tmp_path}/{there.removeprefix('/mosquitto/data/').rpartition('/')[2]}")
        return text

    with Told(tmp_path) as server:
        await ping(Broker.at(f"mqtt://swapshop:of-the-test@127.0.0.1:{server.port}"))
        with pytest.raises(Unavailable, match="does not let us in"):
            await ping(Broker.at(server.url))
    assert (tmp_path / "mosquitto.db").exists()


def test_mosquitto_keeps_what_the_private_one_keeps() -> None:
    """The tests hold of a broker that is set up as the one in production is."""
    kept = ("per_listener_settings", "persistence ", "autosave", "max_queued", "connection_messages")
    told = [line for line in MOSQUITTO.read_text().splitlines() if line.startswith(kept)]
    assert told == [line for line in Mosquitto(Path("nowhere"))._configuration() if line.startswith(kept)]


def test_the_way_to_the_broker_is_the_brokers() -> None:
    for name in ("api", "worker", "bootstrap", "provider"):
        broker = Broker.at(re.sub(r"\$\{.*?\}", "secret", ours()[name]["environment"]["SWAPSHOP_MQTT_URL"]))
        assert (broker.host, broker.port, broker.username) == ("mosquitto", 1883, "swapshop")
    assert "listener 1883" in MOSQUITTO.read_text()
