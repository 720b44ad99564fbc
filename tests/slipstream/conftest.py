"""A real server for commands that are told its URL."""

from collections.abc import Iterator

import pytest
from redis import Redis

from tests.services.servers import Valkey, valkey_in


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Valkey]:
    with valkey_in(tmp_path_factory.mktemp("valkey")) as server:
        yield server


@pytest.fixture
def valkey_url(server: Valkey) -> str:
    """Of an empty one."""
    with Redis(port=server.port) as redis:
        redis.flushall()
    return server.url
