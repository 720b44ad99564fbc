"""The cars of a race on the road: who drives each, and where they get."""

from collections.abc import Iterator, Sequence
from typing import Final

from schemas.limits import WIN_SCORE
from schemas.race import Car, Control, Seat, Skill
from schemas.to_game import SteeringRow
from services.game.bots import Autopilot, bot
from services.game.inputs import Fate, Inputs
from services.game.sim.step import start_grid, step
from services.game.sim.traffic import Traffic

NO_CONTROL: Final = Control(0, 0, 0, 0)


class Field:
    """Cars and drivers, in the order of the seats."""

    def __init__(self, seed: int, skill: Skill = Skill.NORMAL) -> None:
        self.cars: tuple[Car, ...] = ()
        self._seed, self._skill = seed, skill
        self._traffic = Traffic(seed)
        self._drivers: dict[str, Inputs | Autopilot] = {}
        self._people: tuple[tuple[int, Inputs], ...] = ()

    @property
    def controls(self) -> tuple[Control, ...]:
        return tuple(driver.control for driver in self._drivers.values())

    @property
    def steered(self) -> Iterator[tuple[int, Control]]:
        """What people do, by seat."""
        return ((seat, driver.control) for seat, driver in self._people)

    @property
    def finishers(self) -> int:
        return sum(car.score == WIN_SCORE for car in self.cars)

    def reseed(self, seed: int) -> None:
        """Another road; who drives goes on steering."""
        self._seed = seed
        self._traffic = Traffic(seed)

    def line_up(self) -> None:
        self.cars = start_grid(len(self._drivers))

    def man(self, seats: Sequence[Seat], tick: int, controls: Sequence[Control] = ()) -> None:
        """A driver for each seat: who drove it before, or a new one who goes on from `controls`."""
        before, self._drivers = self._drivers, {}
        for index, seat in enumerate(seats):
            control = controls[index] if controls else NO_CONTROL
            new = Autopilot(bot(self._seed, index, self._skill), control) if seat.bot else Inputs(control, tick)
            self._drivers[seat.nick] = new if seat.left else before.get(seat.nick, new)
        drivers = enumerate(self._drivers.values())
        self._people = tuple((seat, driver) for seat, driver in drivers if isinstance(driver, Inputs))

    def steer(self, nick: str, row: SteeringRow, tick: int) -> Fate:
        """Takes a row of steering from a driver, after `tick`."""
        driver = self._drivers.get(nick)
        return driver.receive(row, tick) if isinstance(driver, Inputs) else Fate.NOT_SEATED

    def advance(self, tick: int, racing: int | None) -> None:
        """Everybody's hands at `tick`; the cars move if it is a tick of racing, counted from the green light."""
        controls = [driver.at(tick) for driver in self._drivers.values()]
        if racing is None:
            return
        self.cars = step(self._traffic, racing, self.cars, controls)
        for index, driver in enumerate(self._drivers.values()):
            if isinstance(driver, Autopilot):
                driver.think(index, self.cars, self._traffic, racing)
