"""compose.yaml: bounded, without privileges, and valid for Docker Compose and as a Swarm stack."""

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

yaml = pytest.importorskip("yaml", reason="comes with what `make test` installs for deploy/aws")

ROOT = Path(__file__).parents[2]
FILES = ("compose.yaml", "compose.override.yaml")


def services(file: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / file).read_text())["services"]
    return found


ALL = [(name, service) for file in FILES for name, service in services(file).items() if "image" in service]


@pytest.mark.parametrize(("name", "service"), ALL, ids=[name for name, _ in ALL])
def test_no_container_can_gain_write_or_use_up_more_than_it_needs(name: str, service: dict[str, Any]) -> None:
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["restart"] == "unless-stopped"
    assert service["deploy"]["resources"]["limits"].keys() == {"memory", "pids"}


def test_only_the_balancer_is_reached_from_outside() -> None:
    published = {name for name, service in ALL if "ports" in service}
    assert published == {"haproxy", "prometheus", "grafana"}
    for name in ("prometheus", "grafana"):
        assert all(port.startswith("127.0.0.1:") for port in services("compose.override.yaml")[name]["ports"])


@pytest.mark.parametrize("service", ["gateway", "game", "chat"])
def test_a_service_has_longer_to_end_than_to_hand_over(service: str) -> None:
    found = services("compose.yaml")[service]
    assert float(found["environment"]["SLIPSTREAM_DRAIN_WITHIN"]) < float(found["stop_grace_period"].removesuffix("s"))


def accepted(command: Sequence[str], probe: str, *arguments: str) -> str:
    """What it wrote; skips where there is no such command, as the probe tells."""
    if not shutil.which("docker") or subprocess.run([*command, probe], capture_output=True, check=False).returncode:
        pytest.skip(f"no `{' '.join(command)}` here")
    done = subprocess.run([*command, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def composed(*arguments: str) -> str:
    return accepted(("docker", "compose"), "version", *arguments)


def test_compose_takes_it_with_all_profiles() -> None:
    composed("--profile", "monitoring", "--profile", "ha", "config", "--quiet")


def test_the_file_for_the_profile_ha_names_the_profile_and_the_sentinels_to_everybody_who_asks_them() -> None:
    made = json.loads(composed("--env-file", "deploy/redis/ha.env", "config", "--format", "json"))["services"]
    asked = {name: made[name]["environment"]["SLIPSTREAM_SENTINELS"] for name in ("redis", "replica", "sentinel")}
    assert set(asked.values()) == {"sentinel:26379"}
    for service in ("gateway", "game", "chat"):
        assert (
            made[service]["environment"]["SLIPSTREAM_REDIS"]
            == f"redis+sentinel://{service}:none@sentinel:26379/slipstream"
        )


def test_nobody_asks_for_sentinels_where_there_are_none() -> None:
    made = json.loads(composed("config", "--format", "json"))["services"]
    assert made["redis"]["environment"]["SLIPSTREAM_SENTINELS"] == ""
    assert "sentinel" not in made


def test_swarm_takes_it() -> None:
    assert "endpoint_mode: dnsrr" in accepted(("docker", "stack", "config"), "--help", "--compose-file", "compose.yaml")
