"""The Redis in Python answers what the services need: values, sharded pub/sub and scripts, over a socket."""

import subprocess
import sys

import redis

from slipstream.ports import HOST, free_ports
from slipstream.programs import VALKEY_READY


def test_it_stores_publishes_and_runs_scripts_until_its_standard_input_ends() -> None:
    port = next(free_ports())
    command = [sys.executable, "-m", "slipstream.imitation", HOST, str(port)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        assert server.stdout
        assert VALKEY_READY in server.stdout.readline()
        with redis.Redis(HOST, port) as client, client.pubsub() as subscriber:
            subscriber.ssubscribe("{race}:out")
            assert subscriber.get_sharded_message(timeout=5)
            client.eval(
                "redis.call('SET', KEYS[1], 1) redis.call('SPUBLISH', KEYS[2], 'go')", 2, "{race}", "{race}:out"
            )
            message = subscriber.get_sharded_message(timeout=5)
            assert message
            assert message["data"] == b"go"
            assert client.get("{race}") == b"1"
        assert server.stdin
        server.stdin.close()
        assert server.wait() == 0
