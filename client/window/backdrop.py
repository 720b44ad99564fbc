"""The landscape behind the screens without a race: somebody's drive through traffic at dusk, darkened."""

from typing import Final

from client.screens.on_road import SEEN_AHEAD, SEEN_BEHIND
from client.screens.views import RoadView, VehicleView
from client.settings import Settings
from client.theme import DUSK, VEIL_ALPHA, light_of
from client.window.canvas import Canvas
from client.window.road import Road
from schemas.limits import TICK_HZ
from services.game.sim.traffic import Traffic

SEED: Final = next(seed for seed in range(100) if light_of(seed) is DUSK)
SPEED: Final = 21_000
"""Of the camera [mm/s]: with the traffic, so that it stays in sight."""
LAP: Final = 100 * TICK_HZ
"""After so many ticks it begins anew."""
START: Final = 300_000


class Backdrop:
    """Of one window size."""

    def __init__(self, canvas: Canvas, road: Road) -> None:
        self._canvas, self._road = canvas, road
        self._traffic = Traffic(SEED)

    def paint(self, settings: Settings, now: float) -> None:
        tick = 0.0 if settings.reduced_motion else now * TICK_HZ % LAP
        distance = START + SPEED * tick / TICK_HZ
        seen = self._traffic.between(int(tick), int(distance - SEEN_BEHIND), int(distance + SEEN_AHEAD))
        part = tick % 1 / TICK_HZ
        traffic = tuple(VehicleView(car.x, car.distance + car.speed * part, car.look) for car in seen)
        self._road.paint(RoadView(distance, SEED, traffic=traffic), settings, now)
        self._canvas.veil(VEIL_ALPHA)
