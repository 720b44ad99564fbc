"""Which sanctions hold, as one gateway knows them: whom they fit, and whether the gateway missed some.

What a gateway knows and what Redis has are merged: of two decisions about the same the later one counts, a lifted
sanction is a decision too, and each is kept until it has ended. So it makes no difference in which order decisions
come, how often, or who lost some meanwhile: while one gateway or Redis remembers a decision, all will.

Every act of an operator has a serial number. Whoever hears one that does not follow on the last missed some, or Redis
has lost some, and merges again.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

from schemas.conduct import EXPELS, By, Decision, Lift, Ruling, Sanction, Target, field

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
        self._decided: dict[str, Decision] = {}

    def follows(self, serial: int) -> bool:
        """Takes the number of an act; False where some before it were missed, or Redis began to count anew."""
        followed, self.serial = serial == self.serial + 1, max(serial, self.serial)
        return followed

    def decide(self, decision: Decision) -> None:
        """Unless a later decision about the same is known."""
        known = self._decided.get(decision.field)
        if known is None or _order(decision) > _order(known):
            self._decided[decision.field] = decision

    def merge(self, serial: int, there: Iterable[Decision], now: float) -> list[Decision]:
        """Takes all that there are; answers what is known here and lost there."""
        stored = {decision.field: decision for decision in there}
        self.serial = max(serial, self.serial)
        for decision in stored.values():
            self.decide(decision)
        self._forget(now)
        return [decision for decision in self._decided.values() if stored.get(decision.field) != decision]

    def held(self, now: float) -> tuple[Sanction, ...]:
        """Those that hold."""
        self._forget(now)
        return tuple(decision for decision in self._decided.values() if isinstance(decision, Sanction))

    def _forget(self, now: float) -> None:
        self._decided = {name: decision for name, decision in self._decided.items() if decision.until > now}

    def expelling(self, suspect: Suspect, now: float) -> Sanction | None:
        """Why the player may not be here, if so."""
        return self._against(EXPELS, suspect, now)

    def muting(self, suspect: Suspect, now: float) -> Sanction | None:
        """Why the player may not speak, if so."""
        return self._against(MUTES, suspect, now)

    def _against(self, rulings: Iterable[Ruling], suspect: Suspect, now: float) -> Sanction | None:
        """The one that lasts longest."""
        found = [self._decided.get(field(ruling, target)) for ruling in rulings for target in suspect.targets]
        holding = [sanction for sanction in found if isinstance(sanction, Sanction) and sanction.until > now]
        return max(holding, key=lambda sanction: sanction.until, default=None)


def _order(decision: Decision) -> tuple[float, bool, bytes]:
    """The later one; all gateways agree on it also where two came at the same time."""
    return decision.at, isinstance(decision, Lift), decision.encode()
