"""How long to wait before a process that died is started again: longer each time, up to a bound."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Backoff:
    """Doubles from `first_s` up to `longest_s`; a process that served for `steady_s` has redeemed itself."""

    first_s: float = 0.1
    longest_s: float = 5.0
    steady_s: float = 1.0

    def deaths(self, before: int, served_s: float) -> int:
        """Deaths in a row, this one included, of a process that served for `served_s` seconds before it."""
        return 1 if served_s >= self.steady_s else before + 1

    def delay_s(self, deaths: int) -> float:
        """Seconds to wait after so many deaths in a row (1 or more)."""
        doublings = min(deaths - 1, 32)
        return float(min(self.first_s * 2**doublings, self.longest_s))
