"""The real window on SDL's dummy driver: nothing is to be seen, all else is as on a screen."""

from collections.abc import Callable, Iterator

import pygame
import pytest

from client.window.shell import Window
from schemas.to_server import AnyToServer
from tests.client.stage import Stage


class Seated:
    """A player before the window: keys go in as pygame's events, and come out as what the server hears."""

    def __init__(self, stage: Stage, size: tuple[int, int] = (1280, 720)) -> None:
        self.stage = stage
        self.window = Window(size, audible=False)
        self.frame()

    def frame(self, count: int = 1) -> None:
        for _ in range(count):
            for action in self.window.actions():
                self.stage.game.act(action)
            self.stage.advance()
            self.window.show(self.stage.view())

    def down(self, key: int, mod: int = 0) -> None:
        pygame.event.post(pygame.Event(pygame.KEYDOWN, key=key, mod=mod, unicode="", scancode=0))

    def up(self, key: int) -> None:
        pygame.event.post(pygame.Event(pygame.KEYUP, key=key, mod=0, unicode="", scancode=0))

    def press(self, *keys: int) -> list[AnyToServer]:
        """One after the other; what the server has heard then."""
        self.stage.sent.clear()
        for key in keys:
            self.down(key)
            self.up(key)
            self.frame(3)
        return list(self.stage.sent)

    def type(self, text: str) -> None:
        """As a keyboard does: each letter is a key and a text."""
        for letter in text:
            self.down(ord(letter))
            pygame.event.post(pygame.Event(pygame.TEXTINPUT, text=letter))
            self.up(ord(letter))
            self.frame()

    def click(self, place: tuple[int, int]) -> list[AnyToServer]:
        self.stage.sent.clear()
        pygame.event.post(pygame.Event(pygame.MOUSEBUTTONDOWN, button=1, pos=place))
        self.frame(3)
        return list(self.stage.sent)

    @property
    def picture(self) -> pygame.Surface:
        return self.window.window.get_surface()


@pytest.fixture(scope="package", autouse=True)
def dummy_driver() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SDL_VIDEODRIVER", "dummy")
        yield


@pytest.fixture
def seat() -> Iterator[Callable[..., Seated]]:
    """Sits down before a stage."""
    seated: list[Seated] = []

    def sit(stage: Stage, size: tuple[int, int] = (1280, 720)) -> Seated:
        seated.append(Seated(stage, size))
        return seated[-1]

    yield sit
    for one in seated:
        one.window.close()
