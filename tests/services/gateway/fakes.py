"""A bus and followers that remember, for tests without Redis."""

import asyncio
from collections.abc import Callable
from typing import cast

from services.shared.bus import Bus
from services.shared.subscriber import Handler


class FakeBus:
    """Publishes to a list; a subscription stands when `confirm` says so."""

    def __init__(self) -> None:
        self.published: list[tuple[str, bytes]] = []
        self.handlers: dict[str, Handler] = {}
        self.deaf_ears: list[Callable[[], None]] = []
        """`nobody` of what was published, in order."""
        self._confirmations: dict[str, asyncio.Future[None]] = {}

    def publish(self, channel: str, data: bytes, nobody: Callable[[], None] | None = None) -> None:
        self.published.append((channel, data))
        if nobody:
            self.deaf_ears.append(nobody)

    def subscribe(self, channel: str, handler: Handler) -> asyncio.Future[None]:
        self.handlers[channel] = handler
        return self._confirmations.setdefault(channel, asyncio.get_running_loop().create_future())

    def unsubscribe(self, channel: str) -> None:
        del self.handlers[channel]

    def confirm(self, channel: str) -> None:
        self._confirmations[channel].set_result(None)

    def take(self) -> list[tuple[str, bytes]]:
        taken, self.published = self.published, []
        return taken

    def as_bus(self) -> Bus:
        return cast("Bus", self)


class Listener:
    def __init__(self) -> None:
        self.heard: list[bytes] = []

    def pass_on(self, message: bytes) -> None:
        self.heard.append(message)


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now
