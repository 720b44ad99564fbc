"""A real server for commands that are told its URL."""

from collections.abc import Iterator

import pytest
from redis import Redis

from tests.services.servers import Valkey


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Valkey]:
    server = Valkey(tmp_path_factory.mktemp("valkey"))
    server.start()
    yield server
    server.kill()


@pytest.fixture
def valkey_url(server: Valkey) -> str:
    """Of an empty one."""
    with Redis(port=server.port) as redis:
        redis.flushall()
    return server.url
