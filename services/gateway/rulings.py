"""Which sanctions hold, as one gateway knows them: whom they fit, and whether the gateway missed some.

Every act of an operator has a serial number. Whoever hears one that does not follow on the last missed some, and reads
all of them anew; whoever reads a lower one than it knows finds that Redis lost them.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

from schemas.conduct import EXPELS, By, Ruling, Sanction, Target, field

MUTES: Final = frozenset({Ruling.MUTE})
_ORDER: Final = (By.SESSION, By.NAME, By.ADDRESS)


class Suspect(NamedTuple):
    """By what a player can be known; empty: not known."""

    session: str
    skeleton: str
    address: str

    @property
    def targets(self) -> tuple[Target, ...]:
        return tuple(Target(by, subject) for by, subject in zip(_ORDER, self, strict=True) if subject)


class Rulings:
    """Times are seconds since 1970."""

    def __init__(self) -> None:
        self.serial = 0
        self._held: dict[str, Sanction] = {}

    def follows(self, serial: int) -> bool:
        """Takes the number of an act; False where some before it were missed."""
        followed, self.serial = serial == self.serial + 1, serial
        return followed

    def impose(self, sanction: Sanction) -> None:
        self._held[sanction.field] = sanction

    def lift(self, ruling: Ruling, target: Target) -> None:
        self._held.pop(field(ruling, target), None)

    def replace(self, serial: int, sanctions: Iterable[Sanction]) -> None:
        """All that there are."""
        self.serial, self._held = serial, {sanction.field: sanction for sanction in sanctions}

    def held(self, now: float) -> tuple[Sanction, ...]:
        """Those that hold; those that ended are forgotten."""
        self._held = {name: sanction for name, sanction in self._held.items() if sanction.until > now}
        return tuple(self._held.values())

    def expelling(self, suspect: Suspect, now: float) -> Sanction | None:
        """Why the player may not be here, if so."""
        return self._against(EXPELS, suspect, now)

    def muting(self, suspect: Suspect, now: float) -> Sanction | None:
        """Why the player may not speak, if so."""
        return self._against(MUTES, suspect, now)

    def _against(self, rulings: Iterable[Ruling], suspect: Suspect, now: float) -> Sanction | None:
        """The one that lasts longest."""
        found = [self._held.get(field(ruling, target)) for ruling in rulings for target in suspect.targets]
        holding = [sanction for sanction in found if sanction and sanction.until > now]
        return max(holding, key=lambda sanction: sanction.until, default=None)
