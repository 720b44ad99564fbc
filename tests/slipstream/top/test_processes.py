"""An operator's view of real processes, and an order to one of them."""

import pytest

from services.shared.bus import Bus
from services.shared.connect import connect
from slipstream.stack import LocalStack
from slipstream.top.orders import Orders
from slipstream.top.source import Source
from tests.services.servers import eventually, running


@pytest.mark.failover
async def test_every_process_is_listed_and_one_that_is_drained_ends_in_order_and_is_seen_no_more() -> None:
    async with LocalStack(gateways=1, games=2, chats=1, restart=False) as stack:
        redis = connect(stack.redis, "operator")
        bus = Bus(redis, "operator")
        source = Source(redis, bus)

        async def names() -> list[str]:
            """Without what is random in them."""
            return [
                row.process.name.rpartition("-")[0] for row in (await source.read()).processes if row.state == "ready"
            ]

        async with running(bus.run()):
            await eventually(names, ["gateway-1", "game-1", "game-2", "chat-1"])
            first = (await source.read()).of("game")[0].process
            Orders(redis, bus).drain(first)
            game = next(process for process in stack.of("game") if process.run.pid == first.pid)
            assert await game.down() == 0
            await eventually(names, ["gateway-1", "game-2", "chat-1"])
        await redis.aclose(close_connection_pool=True)
