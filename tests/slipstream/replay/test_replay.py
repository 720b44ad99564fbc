"""The game's own client watches a race on the server that shows it."""

import asyncio
from random import Random

import pytest
from redis import Redis
from typer.testing import CliRunner

from client.connection import Connection
from client.session import Session
from schemas import names
from schemas.race import Phase
from services.game.rerun import read
from slipstream.__main__ import app
from slipstream.replay import run as module
from slipstream.replay import server as server_module
from slipstream.replay.run import projected
from tests.services.game.people import RACE, race_of, run_until
from tests.services.game.test_rerun import written
from tests.services.servers import Valkey, running, until


@pytest.fixture(scope="module")
def record() -> list[bytes]:
    return written(run_until(race_of(1, 2, bots=1, seed=3), Phase.FINISHED))


async def test_a_client_sees_the_race_and_its_result(record: list[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "FRAME", 0.0)
    with projected(read(record)) as address:
        session = Session("Spectator", [address], Random(1))
        connection = Connection(session, lambda: None)
        session.racing.join(RACE, watch=True)
        async with running(connection.run()):
            await until(lambda: _phase(session) is Phase.FINISHED)
        view = session.racing.view
        assert view
        assert view.watching
        assert view.state
        ended = read(record).ended
        assert ended
        assert view.state.standings == ended.standings
        assert view.snapshot
        assert view.snapshot.cars == ended.cars


def _phase(session: Session) -> Phase | None:
    view = session.racing.view
    return view.state.phase if view and view.state else None


async def test_whoever_says_what_is_no_message_has_seen_enough(record: list[bytes]) -> None:
    async with server_module.serving(read(record)) as address:
        host, _, port = address.rpartition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"nonsense\n")
        assert await reader.read() == b""
        writer.close()


def test_the_command_points_the_game_at_it(
    record: list[bytes], valkey_url: str, server: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Redis(port=server.port) as redis:
        redis.rpush(names.race(RACE).record(2), *record)
    played: list[object] = []

    def play(servers: list[str], nick: str, *, practise: bool, watch: str) -> int:
        played.append((len(servers), nick, practise, watch))
        return 0

    monkeypatch.setattr(module, "play", play)
    assert CliRunner().invoke(app, ["replay", RACE, "--redis", valkey_url]).exit_code == 0
    assert played == [(1, "Spectator", False, RACE)]
    missing = CliRunner().invoke(app, ["replay", RACE, "--round", "1", "--redis", valkey_url])
    assert missing.exit_code == 1
    assert f"nothing is kept of round 1 of race {RACE}" in missing.output
