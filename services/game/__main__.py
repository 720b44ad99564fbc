"""`python -m services.game`: one replica of the game."""

from services.game.service import GameService
from services.shared import runner
from services.shared.connect import connect
from services.shared.settings import ServiceSettings, read

if __name__ == "__main__":
    settings = read(ServiceSettings)
    runner.run("game", settings, lambda name: GameService(connect(settings.redis, name), name))
