"""deploy/redis/begin: who becomes the primary, and whom the others follow. Commands that it calls are imitated."""

import os
import subprocess
from pathlib import Path
from typing import Final

import pytest

from tests.services.availability import DOWN_AFTER_MS

BEGIN: Final = Path(__file__).parents[2] / "deploy" / "redis" / "begin"
CONF: Final = "/usr/local/etc/redis/slipstream.conf"
ME, REDIS, FOLLOWER, OTHER, DEAD = (f"10.0.0.{number}" for number in range(1, 6))

COMMANDS: Final = {
    "hostname": f"echo {ME}",
    "getent": f"[ $1 = hosts ] && echo $REDIS redis || printf '%s STREAM\\n%s DGRAM\\n' {FOLLOWER} {OTHER}",
    "timeout": 'shift; exec "$@"',
    "sleep": "",
    "redis-server": 'echo "redis-server $*"',
    # The next line of what the Sentinels say, again and again at its end; whoever is not dead answers a ping.
    "redis-cli": f"""
case "$*" in
  *get-master-addr-by-name*)
    head -n 1 "$SAID"; [ "$(wc -l <"$SAID")" -gt 1 ] && sed -i 1d "$SAID"; exit 0;;
  *"-h {DEAD} ping"*) exit 1;;
  *"-h {OTHER} "*role*) [ -z "$FOLLOWED" ] || printf 'master\\n7\\n{REDIS}\\n6379\\n7\\n';;
  *role*) printf 'slave\\n{OTHER}\\n6379\\nconnected\\n7\\n';;
  *ping*) echo PONG;;
esac
""",
}


@pytest.fixture
def path(tmp_path: Path) -> str:
    for name, script in COMMANDS.items():
        command = tmp_path / name
        command.write_text(f"#!/bin/sh\n{script}\n")
        command.chmod(0o755)
    return f"{tmp_path}:{os.environ['PATH']}"


def begun(
    path: str, role: str, *said: str, sentinels: str = "sentinel:26379", redis: str = REDIS, followed: str = ""
) -> subprocess.CompletedProcess[str]:
    """`said`: the primary as the Sentinels tell it each time that they are asked; empty where none answers.

    `redis`: the address behind this name; `followed`: somebody follows OTHER, if not empty.
    """
    answers = Path(path.partition(":")[0]) / "said"
    answers.write_text("".join(f"{line}\n" for line in said or [""]))
    environment = {
        "PATH": path,
        "SLIPSTREAM_SENTINELS": sentinels,
        "SAID": str(answers),
        "REDIS": redis,
        "FOLLOWED": followed,
    }
    return subprocess.run(
        ["/bin/sh", str(BEGIN), role], env=environment, capture_output=True, text=True, timeout=20, check=False
    )


def server(path: str, role: str, *said: str, redis: str = REDIS, followed: str = "") -> str:
    """The command line of the server that it became."""
    done = begun(path, role, *said, redis=redis, followed=followed)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


def test_without_sentinels_redis_begins_alone_and_the_others_say_what_is_missing(path: str) -> None:
    assert begun(path, "redis", sentinels="").stdout == f"redis-server {CONF}\n"
    for role in ("replica", "sentinel"):
        done = begun(path, role, sentinels="")
        assert (done.returncode, done.stdout) == (2, "")
        assert "SLIPSTREAM_SENTINELS is not set" in done.stderr


@pytest.mark.parametrize("role", ["redis", "replica"])
def test_whom_the_sentinels_call_the_primary_is_it(path: str, role: str) -> None:
    assert server(path, role, ME) == f"redis-server {CONF}"
    assert server(path, role, OTHER) == f"redis-server {CONF} --replicaof {OTHER} 6379"


def test_where_no_sentinel_answers_whoever_is_followed_is_the_primary(path: str) -> None:
    assert server(path, "redis", redis=ME, followed="yes") == f"redis-server {CONF} --replicaof {OTHER} 6379"


def test_where_no_sentinel_answers_and_nobody_is_followed_redis_is_the_primary(path: str) -> None:
    assert server(path, "redis", redis=ME) == f"redis-server {CONF}"
    assert server(path, "replica") == f"redis-server {CONF} --replicaof {REDIS} 6379"


def test_sentinels_that_begin_at_the_same_time_are_asked_again(path: str) -> None:
    assert server(path, "replica", "", OTHER) == f"redis-server {CONF} --replicaof {OTHER} 6379"


def test_nobody_follows_a_dead_primary(path: str) -> None:
    assert server(path, "redis", DEAD, DEAD, OTHER) == f"redis-server {CONF} --replicaof {OTHER} 6379"


def test_sentinels_wait_as_long_as_those_of_the_tests() -> None:
    conf = BEGIN.with_name("sentinel.conf").read_text()
    assert f"\nsentinel down-after-milliseconds slipstream {DOWN_AFTER_MS}\n" in conf
