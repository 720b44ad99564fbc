"""The primary is found through whichever Sentinel answers."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from redis.asyncio.sentinel import MasterNotFoundError

from services.shared.connect import connect
from services.shared.places import Place, parse
from services.shared.sentinels import ANSWER_WITHIN, Finder
from tests.services.availability import Sentinels
from tests.services.servers import Valkey, free_port

OPTIONS = {"socket_connect_timeout": 0.5}


@pytest.mark.parametrize(
    ("url", "place"),
    [
        (
            "redis+sentinel://one:1,two/slipstream",
            Place([("one", 1), ("two", 26379)], "slipstream", tls=False, options={"db": 0}),
        ),
        (
            "rediss+sentinel://ann:s%40cret@[::1]:7/my%20game/3",
            Place([("::1", 7)], "my game", tls=True, options={"db": 3, "username": "ann", "password": "s@cret"}),
        ),
    ],
)
def test_a_url_says_whom_to_ask_for_what(url: str, place: Place) -> None:
    assert parse(url) == place


@pytest.mark.parametrize("url", ["redis+sentinel://one:1", "redis+sentinel:///name", "redis+sentinel://one:x/name"])
def test_a_url_that_names_nobody_or_nothing_is_none(url: str) -> None:
    with pytest.raises(ValueError, match=r"Sentinels|Port"):
        connect(url)


@asynccontextmanager
async def frozen() -> AsyncIterator[tuple[str, int]]:
    """Somebody who accepts and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()


def nobody() -> tuple[str, int]:
    return "127.0.0.1", free_port()


@pytest.mark.failover
async def test_who_does_not_answer_costs_a_moment_once(one_valkey: Valkey, tmp_path: Path) -> None:
    loop = asyncio.get_running_loop()
    with Sentinels(tmp_path, one_valkey.port, count=1) as sentinels:
        async with frozen() as silent:
            finder = Finder([nobody(), silent, *sentinels.addresses], OPTIONS)
            assert await finder.discover_master("slipstream") == ("127.0.0.1", one_valkey.port)
            before = loop.time()
            assert await finder.discover_master("slipstream") == ("127.0.0.1", one_valkey.port)
            assert loop.time() - before < ANSWER_WITHIN


async def test_where_no_sentinel_answers_there_is_no_primary() -> None:
    with pytest.raises(MasterNotFoundError, match="slipstream"):
        await Finder([nobody()], OPTIONS).discover_master("slipstream")
