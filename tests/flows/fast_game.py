"""`python -m tests.flows.fast_game`: a replica of the game whose races go many times faster than on the road."""

from typing import Final

from services.game.service import PERIOD, GameService
from services.shared import runner
from services.shared.connect import connect
from services.shared.settings import ServiceSettings, read

FASTER: Final = 8

if __name__ == "__main__":
    settings = read(ServiceSettings)
    runner.run("game", settings, lambda name: GameService(connect(settings.redis, name), name, period=PERIOD / FASTER))
