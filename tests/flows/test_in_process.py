"""All services in one process over an imitation of Redis: the way of a race and of a chat line, from end to end."""

import pytest

from services.chat.service import ChatService
from services.game.service import PERIOD, GameService
from tests.flows.fast_game import FASTER
from tests.flows.race_and_talk import race_and_talk
from tests.services.gateway.wire import gateway
from tests.services.servers import Imitation, client_of, running


@pytest.mark.timeout(90)
async def test_two_players_on_two_gateways_race_to_the_results_and_see_the_same() -> None:
    server = Imitation()
    async with client_of(server) as for_game, client_of(server) as for_chat:
        game = GameService(for_game, "game-a", period=PERIOD / FASTER)
        chat = ChatService(for_chat, "chat-a")
        async with running(game.run()), running(chat.run()):
            await game.ready()
            await chat.ready()
            async with gateway(server, "gateway-a") as first, gateway(server, "gateway-b") as second:
                await race_and_talk([await first.ready(), await second.ready()], within=80)
