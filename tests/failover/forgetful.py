"""`python -m tests.failover.forgetful`: a replica of the game that forgets who does not report much sooner."""

import sys
from collections.abc import Sequence
from typing import Final

import pytest

from schemas.ready import Service
from services.game.service import GameService
from services.shared import peers, runner
from services.shared.connect import connect
from services.shared.settings import ServiceSettings, read
from slipstream.programs import service_command

FORGET_AFTER: Final = 1.5
"""Seconds; longer than a lease."""


def with_forgetful_games(service: Service) -> Sequence[str]:
    """How a stack is started whose games are so."""
    return [sys.executable, "-m", "tests.failover.forgetful"] if service == "game" else service_command(service)


if __name__ == "__main__":
    settings = read(ServiceSettings)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(peers, "FORGET_AFTER", FORGET_AFTER)
        runner.run("game", settings, lambda name: GameService(connect(settings.redis, name), name))
