"""The local stack as benchmarks start it: quiet, and what dies stays dead."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from slipstream.stack import LocalStack


@asynccontextmanager
async def quiet_stack(
    *, gateways: int = 0, games: int = 0, chats: int = 0, redis: str | None = None
) -> AsyncIterator[LocalStack]:
    """What its processes write goes to files that go with it. StackFailed if one does not come up."""
    with TemporaryDirectory(prefix="slipstream-bench-") as directory:
        stack = LocalStack(
            gateways=gateways,
            games=games,
            chats=chats,
            redis=redis,
            restart=False,
            log_dir=Path(directory),
            settings={"SLIPSTREAM_LOG_LEVEL": "warning"},
        )
        async with stack:
            yield stack
