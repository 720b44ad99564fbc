"""`slipstream serve` as a command, with a Valkey and no services, which take their time to start."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import redis
from redis.backoff import ConstantBackoff
from redis.retry import Retry

from schemas.ready import Ready, StackReady
from slipstream.serve import table

pytestmark = pytest.mark.failover

COMMAND = [sys.executable, "-m", "slipstream", "serve", "--gateways", "0", "--games", "0", "--chats", "0", "--json"]


@contextmanager
def serving(**environment: str) -> Iterator[tuple[subprocess.Popen[bytes], StackReady, socket.socket]]:
    """Yields the command, what it printed, and a connection to its Redis that ends when that does."""
    with subprocess.Popen(
        COMMAND,
        env={**os.environ, **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as serve:
        assert serve.stdout
        ready = StackReady.model_validate_json(serve.stdout.readline())
        host, port = str(ready.processes[0].address).split(":")
        try:
            with socket.create_connection((host, int(port))) as connection:
                connection.sendall(b"PING\r\n")  # one that was not yet accepted would be reset, not ended
                assert connection.recv(7) == b"+PONG\r\n"
                yield serve, ready, connection
            assert serve.stdout.read() == b"", "one line and no more"
        finally:
            serve.kill()


def test_one_line_of_json_names_a_redis_that_answers() -> None:
    with serving() as (serve, ready, _):
        with redis.Redis.from_url(ready.redis) as client:
            assert client.ping()
            assert client.config_get("appendonly") == {"appendonly": "yes"}
        serve.terminate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_all_of_it_without_complaint(number: signal.Signals) -> None:
    with serving() as (serve, _, connection):
        serve.send_signal(number)
        assert connection.recv(1) == b""
        assert serve.wait() == 0


def test_nothing_outlives_a_serve_that_was_killed() -> None:
    with serving() as (serve, _, connection):
        serve.kill()
        assert connection.recv(1) == b""


def test_it_ends_with_its_standard_input_if_asked_to() -> None:
    with serving(SLIPSTREAM_EXIT_WITH_STDIN="1") as (serve, _, connection):
        assert serve.stdin
        serve.stdin.close()
        assert connection.recv(1) == b""
        assert serve.wait() == 0


def test_a_redis_that_was_killed_comes_back_at_the_same_url() -> None:
    with serving() as (serve, ready, connection):
        os.kill(ready.processes[0].pid, signal.SIGKILL)
        assert connection.recv(1) == b""
        patient = Retry(ConstantBackoff(0.1), retries=100)
        with redis.Redis.from_url(ready.redis, retry=patient) as client:
            assert client.ping()
        serve.terminate()


def test_the_table_shows_people_every_process() -> None:
    game = Ready(role="game", name="game-1", pid=12, address=None)
    gateway = Ready(role="gateway", name="gateway-1", pid=11, address="127.0.0.1:5560")
    lines = table(StackReady(redis="redis://127.0.0.1:1", processes=(gateway, game))).splitlines()
    assert [line.split() for line in lines[:3]] == [
        ["ROLE", "NAME", "PID", "ADDRESS"],
        ["gateway", "gateway-1", "11", "127.0.0.1:5560"],
        ["game", "game-1", "12", "-"],
    ]
    assert "Redis: redis://127.0.0.1:1" in lines
