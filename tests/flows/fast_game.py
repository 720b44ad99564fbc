"""`python -m tests.flows.fast_game`: a replica of the game whose races go many times faster than on the road."""

import sys
from collections.abc import Sequence
from typing import Final

from schemas.ready import Service
from services.game.service import PERIOD, GameService
from services.shared import runner
from services.shared.connect import connect
from services.shared.settings import ServiceSettings, read
from slipstream.programs import service_command

FASTER: Final = 20


def with_fast_games(service: Service) -> Sequence[str]:
    """How a stack is started whose races go so fast."""
    return [sys.executable, "-m", "tests.flows.fast_game"] if service == "game" else service_command(service)


if __name__ == "__main__":
    settings = read(ServiceSettings)
    runner.run("game", settings, lambda name: GameService(connect(settings.redis, name), name, period=PERIOD / FASTER))
