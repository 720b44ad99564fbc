"""A player who goes everywhere and takes pictures: sees each view, and says what to do next.

The tour is a generator: it is sent each frame's view and yields that frame's actions. A chauffeur holds the wheel.
"""

from collections.abc import Callable, Generator, Mapping
from contextlib import AbstractContextManager
from random import Random
from typing import Final, TypeVar

from client.screens.actions import Action, Back, Choose, Confirm, Edit, Help, Move, Press, Readout, Standings
from client.screens.views import LobbyView, RaceScreenView, ResultsView, View
from client.theme import DAY, DUSK, NIGHT, Light, light_of
from schemas.race import Phase
from slipstream.chauffeur import Chauffeur
from slipstream.screenshots.company import CRUISE, FRIENDS, RACE, TALK, Company

LIGHTS: Final = {"race-day": DAY, "race-dusk": DUSK, "race-night": NIGHT}
PATIENCE: Final = 240.0
"""Whatever is waited for comes within this [s]."""
FAST: Final = 130
"""A race has begun in earnest at this speed [km/h]."""

T = TypeVar("T")
Script = Generator[list[Action], View, T]
Mishaps = Mapping[str, Callable[[], AbstractContextManager[None]]]
"""What can go wrong, by the name of its picture, for as long as the context lasts."""


class TourFailed(Exception):
    """Something did not come within `PATIENCE`."""


class Tour:
    """`take` is given the name of each picture when it is on the screen."""

    def __init__(self, take: Callable[[str], None], company: Company, mishaps: Mishaps) -> None:
        self._take, self._company, self._mishaps = take, company, mishaps
        self._chauffeur = Chauffeur(Random(4))

    def script(self) -> Script[None]:
        yield from self._seconds(0.5)
        self._take("connect")
        yield [Confirm()]
        yield from self._until(lambda view: isinstance(view.screen, LobbyView))
        yield from self._lobby()
        yield from self._race()
        yield from self._watch()
        for name, light in LIGHTS.items():
            yield from self._practise(name, light)
        for name, mishap in self._mishaps.items():
            yield from self._go_wrong(name, mishap)

    def _lobby(self) -> Script[None]:
        yield from self._until(_talked)
        yield from self._until(lambda view: _listed(view, CRUISE, Phase.RACING) is not None)
        self._take("lobby")
        yield [Press("c")]
        yield [Edit(RACE)]
        yield [Move(0, 1), Move(0, 1), *[Move(1, 0)] * 4]
        yield from self._seconds(0.2)
        self._take("create")
        yield [Confirm()]
        self._company.racing = True

    def _race(self) -> Script[None]:
        yield from self._until(lambda view: _seated(view) == 1 + len(FRIENDS))
        yield from self._seconds(0.5)
        self._take("waiting")
        yield [Press("space")]
        yield from self._until(_is_fast)
        yield [Press("5")]
        yield from self._seconds(3)
        yield from self._over_the_race()
        yield from self._until(lambda view: isinstance(view.screen, ResultsView))
        yield [Press("7")]
        yield from self._seconds(1.5)
        self._take("results")
        yield [Press("l")]
        yield from self._until(lambda view: isinstance(view.screen, LobbyView))

    def _over_the_race(self) -> Script[None]:
        yield [Standings(shown=True)]
        yield from self._seconds(0.3)
        self._take("standings")
        yield [Standings(shown=False), Help()]
        yield from self._seconds(0.3)
        self._take("help")
        yield [Back(), Back()]
        yield from self._seconds(0.3)
        self._take("menu")
        yield [Choose("options")]
        yield from self._seconds(0.3)
        self._take("settings")
        yield [Back(), Readout()]
        yield from self._seconds(8)
        self._take("network")
        yield [Readout()]

    def _watch(self) -> Script[None]:
        """The friends race on without us."""
        view = yield from self._until(lambda view: _listed(view, RACE, Phase.RACING) is not None)
        yield [Choose(f"watch {_listed(view, RACE, Phase.RACING)}")]
        yield from self._until(_is_fast)
        yield [Move(1, 0)]
        yield from self._seconds(3)
        self._take("watching")
        yield from self._leave()

    def _practise(self, name: str, light: Light) -> Script[None]:
        """Begins races until one is in this light."""
        while True:
            yield [Press("p")]
            view = yield from self._until(lambda view: isinstance(view.screen, RaceScreenView))
            if isinstance(view.screen, RaceScreenView) and light_of(view.screen.road.seed) is light:
                break
            yield from self._leave()
        yield from self._until(lambda view: isinstance(view.screen, RaceScreenView) and view.screen.draft > 0.7)
        yield from self._seconds(0.4)
        self._take(name)
        if light is not NIGHT:
            yield from self._leave()

    def _leave(self) -> Script[None]:
        yield [Back()]
        yield [Choose("leave")]
        yield from self._until(lambda view: isinstance(view.screen, LobbyView))

    def _go_wrong(self, name: str, mishap: Callable[[], AbstractContextManager[None]]) -> Script[None]:
        with mishap():
            yield from self._until(lambda view: any(notice.since for notice in view.notices))
            yield from self._seconds(0.6)
            self._take(name)
        yield from self._until(lambda view: not view.notices)

    # What all of it is made of

    def _until(self, holds: Callable[[View], bool]) -> Script[View]:
        """Drives on until then."""
        view = yield []
        ends_at = view.now + PATIENCE
        while not holds(view):
            if view.now > ends_at:
                raise TourFailed(f"nothing of what was waited for within {PATIENCE:g} s")
            view = yield self._hands(view)
        return view

    def _seconds(self, seconds: float) -> Script[View]:
        first = yield []
        return (yield from self._until(lambda view: view.now >= first.now + seconds))

    def _hands(self, view: View) -> list[Action]:
        return [self._chauffeur.hands(view.screen.road, view.now)] if isinstance(view.screen, RaceScreenView) else []


def _talked(view: View) -> bool:
    """All that the friends had to say was said."""
    return view.chat is not None and any(line.text == TALK[-1][1] for line in view.chat.lines)


def _listed(view: View, name: str, phase: Phase) -> str | None:
    """The id of the race of this name and phase, if the lobby lists it."""
    rows = view.screen.races if isinstance(view.screen, LobbyView) else ()
    return next((row.race.race for row in rows if (row.race.name, row.race.phase) == (name, phase)), None)


def _seated(view: View) -> int:
    return len(view.screen.standings) if isinstance(view.screen, RaceScreenView) else 0


def _is_fast(view: View) -> bool:
    return isinstance(view.screen, RaceScreenView) and view.screen.speed > FAST
