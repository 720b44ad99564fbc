"""The window: the one owner of pygame's display, event queue and clock."""

import asyncio
import os
from time import monotonic
from typing import Final

from client import theme
from client.frames import NoDisplay
from client.screens.actions import Action, Edit, Quit, Scroll
from client.screens.views import View

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
import pygame

from client.window import art
from client.window.entry import Entry
from client.window.keys import Keys
from client.window.painter import Painter
from client.window.sprites import Sprites

FRAME: Final = 1 / 60
"""[s]"""
KEY_REPEAT_MS: Final = (350, 40)
ICON: Final = (64, 64)
LEFT_BUTTON: Final = 1


class Window:
    """Opens at once; raises `NoDisplay`. `window` is pygame's own."""

    def __init__(self, size: tuple[int, int] = theme.DESIGN_SIZE) -> None:
        try:
            pygame.display.init()
            pygame.font.init()
            if pygame.display.get_driver() == "x11":
                # A picture that is drawn in memory reaches the screen fastest without a detour by the graphics card,
                # which may be no card at all.
                os.environ.setdefault("SDL_FRAMEBUFFER_ACCELERATION", "0")
            self.window = pygame.Window("Slipstream", size, resizable=True)
            self.window.get_surface()
        except pygame.error as error:
            raise NoDisplay(str(error)) from error
        self.window.minimum_size = theme.SMALLEST_SIZE
        self.window.set_icon(_icon())
        pygame.key.set_repeat(*KEY_REPEAT_MS)
        pygame.key.stop_text_input()
        self._full_screen = False
        self._sprites = Sprites()
        self._keys = Keys()
        self._fit()
        self._due = self._shown = monotonic()

    def _fit(self) -> None:
        """Everything that depends on the window's size."""
        self._painter = Painter(self.window.get_surface(), self._sprites)
        self._entry = Entry(self._painter.canvas)

    # Events

    def actions(self) -> list[Action]:
        """What the player did since the last call, and how wheel and pedal are held."""
        actions = [action for event in pygame.event.get() for action in self._translated(event)]
        return [*actions, self._keys.steering]

    def _translated(self, event: pygame.Event) -> list[Action]:
        text = self._entry.take(event)
        action = self._action(event)
        return [*([Edit(text)] if text is not None else []), *([action] if action else [])]

    def _action(self, event: pygame.Event) -> Action | None:
        canvas = self._painter.canvas
        match event.type:
            case pygame.QUIT:
                return Quit()
            case pygame.KEYDOWN if event.key == pygame.K_F11:
                self._toggle_full_screen()
            case pygame.KEYDOWN:
                return self._keys.pressed(event.key, typing=canvas.typing is not None)
            case pygame.KEYUP:
                return self._keys.released(event.key)
            case pygame.WINDOWFOCUSLOST:
                self._keys.let_go()
            case pygame.MOUSEBUTTONDOWN if event.button == LEFT_BUTTON:
                return next((hot.action for hot in reversed(canvas.clicks) if hot.area.collidepoint(event.pos)), None)
            case pygame.MOUSEWHEEL:
                over = (what for area, what in canvas.wheels if area.collidepoint(canvas.pointer))
                return next((Scroll(what, -event.y) for what in over), None)
        return None

    def _toggle_full_screen(self) -> None:
        self._full_screen = not self._full_screen
        if self._full_screen:
            self.window.set_fullscreen(desktop=True)
        else:
            self.window.set_windowed()

    # Frames

    def show(self, view: View) -> None:
        if self.window.size != self._painter.size:
            self._fit()
        now = monotonic()
        self._painter.paint(view, pygame.mouse.get_pos())
        self._entry.paint(self._painter.canvas.typing, now - self._shown)
        self._shown = now
        self.window.flip()

    async def next_frame(self) -> None:
        """Waits until it is time, and lets the event loop do what else it has to; a late frame is not made up for."""
        now = monotonic()
        self._due = max(self._due + FRAME, now)
        await asyncio.sleep(max(0.0, self._due - now))

    def close(self) -> None:
        self._entry.close()
        self.window.destroy()
        pygame.quit()


def _icon() -> pygame.Surface:
    icon = pygame.Surface(ICON, pygame.SRCALPHA)
    car = pygame.transform.smoothscale_by(art.racer(theme.CARS[0]), ICON[1] / (art.ROOM[1] * art.DETAIL))
    icon.blit(car, car.get_rect(center=icon.get_rect().center))
    return icon
