"""One timer for all: visits every member once in a turn, spread evenly over it."""

from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Wheel(Generic[T]):
    """`slots` steps make a turn; each step visits the members of one slot."""

    def __init__(self, slots: int) -> None:
        self._slots: list[set[T]] = [set() for _ in range(slots)]
        self._at: dict[T, set[T]] = {}
        self._hand = 0

    def __len__(self) -> int:
        return len(self._at)

    def __iter__(self) -> Iterator[T]:
        return iter(tuple(self._at))

    def add(self, member: T) -> None:
        """Into the emptiest slot, so that no step has much more to do than another."""
        slot = self._at[member] = min(self._slots, key=len)
        slot.add(member)

    def remove(self, member: T) -> None:
        slot = self._at.pop(member, None)
        if slot is not None:
            slot.discard(member)

    def step(self) -> tuple[T, ...]:
        """The members whose turn it is."""
        self._hand = (self._hand + 1) % len(self._slots)
        return tuple(self._slots[self._hand])
