"""The Redis servers that the tests of the services run against."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from services.shared import connect, deadline, replica
from tests.services.servers import WITHIN, Imitation, Server, Valkey, client_of, valkey_in


@pytest.fixture(autouse=True)
def quick_to_settle(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is new waits less for what somebody may be about to put back."""
    monkeypatch.setattr(replica, "RENEWED_BY", 0.02)


@pytest.fixture(autouse=True)
def patient_with_redis(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine even a connection to itself may take a second; what is late on purpose says so itself."""
    monkeypatch.setattr(deadline, "COMMAND_WITHIN", WITHIN)
    monkeypatch.setattr(connect, "CONNECT_WITHIN", WITHIN)


@pytest.fixture(scope="session")
def one_valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Valkey]:
    with valkey_in(tmp_path_factory.mktemp("valkey")) as server:
        yield server


@pytest.fixture
async def valkey(one_valkey: Valkey) -> Valkey:
    """A real server, empty."""
    async with client_of(one_valkey) as redis:
        await redis.flushall()
    return one_valkey


@pytest.fixture
def mortal_valkey(tmp_path: Path) -> Iterator[Valkey]:
    """A real server for one test, which may kill it and start it again."""
    with valkey_in(tmp_path) as server:
        yield server


@pytest.fixture(params=["imitation", "valkey"])
def server(request: pytest.FixtureRequest) -> Server:
    """Both kinds, one after the other: what the one cannot show the other can, and both must agree."""
    return Imitation() if request.param == "imitation" else request.getfixturevalue("valkey")


@pytest.fixture
async def redis(server: Server) -> AsyncIterator[Redis]:
    async with client_of(server) as client:
        yield client
