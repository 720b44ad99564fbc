"""Where peers run: what is missing is said in a line, what fails is said at once, and nothing is left behind."""

import os
import sys
import time
from pathlib import Path
from typing import ClassVar

import pytest

from bench.peers import cpu, needs
from bench.peers.adapter import Adapter
from bench.peers.lab import Lab
from bench.peers.needs import REDIS, lacking, program
from bench.peers.registry import ADAPTERS

linux = pytest.mark.skipif(sys.platform != "linux", reason="peers are measured on Linux only")


class Needy(Adapter):
    name = "needy"
    programs: ClassVar[tuple[str, ...]] = ("no-such-broker",)


class Unpackaged(Adapter):
    name = "unpackaged"
    programs = ()
    modules = ("no_such_module",)


class Modest(Adapter):
    name = "modest"
    programs = ()


@linux
@pytest.mark.parametrize(
    ("adapter", "said"), [(Needy, "no no-such-broker"), (Unpackaged, "no no_such_module"), (Modest, "None")]
)
def test_a_peer_is_left_out_for_what_is_missing_and_only_then(adapter: type[Adapter], said: str) -> None:
    assert str(lacking(adapter)).startswith(said)


def test_where_no_redis_is_installed_the_local_stack_s_valkey_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(needs, "which", lambda *_, **__: None)
    found = program(REDIS)
    assert found
    assert Path(found).name.startswith("valkey-server")
    assert program("mosquitto") is None


def test_peers_are_known_by_their_names() -> None:
    assert all(name == adapter.name for name, adapter in ADAPTERS.items())
    assert {"slipstream", "colyseus", "socket.io", "mosquitto", "ref-relay"} <= set(ADAPTERS)


def test_a_server_that_ends_before_it_listens_is_told_of_at_once() -> None:
    began = time.monotonic()
    with Lab() as lab:
        lab.spawn([lab.py, "-c", "raise SystemExit('no room')"])
        with pytest.raises(TimeoutError, match="no room"):
            lab.wait_port(lab.port())
    assert time.monotonic() - began < 10


def test_nothing_is_left_of_a_lab() -> None:
    with Lab() as lab:
        pid = lab.spawn([lab.py, "-c", "import time; time.sleep(60)"])
        kept = Path(lab.file("some.conf", "listener 1"))
        assert kept.read_text() == "listener 1"
        assert (lab.pids("server"), lab.pids("redis")) == ([pid], [])
    assert not kept.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@linux
def test_cpu_time_is_that_of_the_processes_asked_for() -> None:
    before, own = cpu.used([os.getpid()]), time.process_time()
    while time.process_time() < own + 0.05:
        pass
    assert 0.04 < cpu.used([os.getpid()]) - before < 0.5
    assert cpu.used([2**22 + 1]) == 0
    assert cpu.busy() > before
