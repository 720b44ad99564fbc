"""The window: the one owner of pygame's display, event queue and clock."""

import asyncio
import os
from pathlib import Path
from time import monotonic
from typing import Final

from client import theme
from client.frames import NoDisplay
from client.screens.actions import Action, Attend, Copy, Edit, Quit, Scroll
from client.screens.race import HANDS_OFF
from client.screens.views import RaceScreenView, View
from client.settings import Keys as DrivingKeys

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
os.environ.setdefault("SDL_WINDOWS_DPI_SCALING", "1")  # sizes are points, surfaces pixels, as on other platforms
os.environ.setdefault("SDL_IME_SHOW_UI", "1")  # the system shows what an input method proposes
import pygame

from client.window import car_art
from client.window.drawing import DETAIL
from client.window.entry import Entry
from client.window.keys import Keys
from client.window.pad import Pad
from client.window.painter import Painter
from client.window.sound import Sound

FRAME: Final = 1 / 60
"""[s]"""
KEY_REPEAT_MS: Final = (350, 40)
ICON: Final = (64, 64)
LEFT_BUTTON: Final = 1
TITLE: Final = "Slipstream"
ROOMY: Final = 0.8
"""A window opens no larger than this share of the screen ..."""
LARGER: Final = 1.5
"""... and by default so much larger than the design, or just as large."""


class Window:
    """Opens at once; raises `NoDisplay`. `window` is pygame's own; without `size` it fits the screen."""

    def __init__(self, size: tuple[int, int] | None = None, *, audible: bool = True) -> None:
        try:
            pygame.display.init()
            pygame.font.init()
            if pygame.display.get_driver() == "x11":
                # A picture that is drawn in memory reaches the screen fastest without a detour by the graphics card,
                # which may be no card at all.
                os.environ.setdefault("SDL_FRAMEBUFFER_ACCELERATION", "0")
            self.window = pygame.Window(TITLE, size or _opening_size(), resizable=True, allow_high_dpi=True)
            self.window.get_surface()
        except pygame.error as error:
            raise NoDisplay(str(error)) from error
        self.window.minimum_size = theme.SMALLEST_SIZE
        self.window.set_icon(_icon())
        pygame.key.set_repeat(*KEY_REPEAT_MS)
        pygame.key.stop_text_input()
        self._full_screen = False
        self._keys, self._pad = Keys(), Pad()
        self._sound = Sound() if audible else None
        self._view: View | None = None
        self._fit()
        self._due = self._shown = monotonic()

    def _fit(self) -> None:
        """Everything that depends on the window's size."""
        self._painter = Painter(self.window.get_surface())
        self._entry = Entry(self._painter.canvas)

    # Events

    def actions(self) -> list[Action]:
        """What the player did since the last call, and how wheel and pedal are held."""
        actions = [action for event in pygame.event.get() for action in self._translated(event)]
        held = self._keys.steering(self._driving)
        return [*actions, held if held != HANDS_OFF else self._pad.steering or held]

    @property
    def _driving(self) -> DrivingKeys:
        return self._view.settings.driving if self._view else DrivingKeys()

    def _translated(self, event: pygame.Event) -> list[Action]:
        text = self._entry.take(event)
        action = self._action(event)
        return [*([Edit(text)] if text is not None else []), *([action] if action else [])]

    def _action(self, event: pygame.Event) -> Action | None:
        match event.type:
            case pygame.QUIT:
                return Quit()
            case pygame.KEYDOWN:
                asked = self._view is not None and self._view.options is not None and self._view.options.waiting
                typing = self._painter.canvas.typing is not None
                return self._keys.pressed(event.key, self._driving, typing=typing, asked=asked)
            case pygame.KEYUP:
                return self._keys.released(event.key)
            case pygame.WINDOWFOCUSLOST:
                self._keys.let_go()
                return Attend(attentive=False)
            case pygame.WINDOWFOCUSGAINED:
                return Attend(attentive=True)
            case pygame.MOUSEBUTTONDOWN if event.button == LEFT_BUTTON:
                return self._clicked(self._pixel(event.pos))
            case pygame.MOUSEWHEEL:
                canvas = self._painter.canvas
                over = (what for area, what in canvas.wheels if area.collidepoint(canvas.pointer))
                return next((Scroll(what, -event.y) for what in over), None)
        return self._pad.take(event, driving=self._drives)

    @property
    def _drives(self) -> bool:
        view = self._view
        covered = view and (view.menu or view.options or view.controls)
        return view is not None and isinstance(view.screen, RaceScreenView) and not covered

    def _clicked(self, place: tuple[int, int]) -> Action | None:
        clicks = reversed(self._painter.canvas.clicks)
        action = next((hot.action for hot in clicks if hot.area.collidepoint(place)), None)
        if isinstance(action, Copy):
            pygame.scrap.put_text(action.text)
        return action

    def _pixel(self, place: tuple[int, int]) -> tuple[int, int]:
        """On a screen of high density a point of the window is several pixels of its surface."""
        (wide, high), (width, height) = self._painter.size, self.window.size
        return place[0] * wide // width, place[1] * high // height

    # Frames

    def show(self, view: View) -> None:
        self._view = view
        self._dress(view)
        if self.window.get_surface().size != self._painter.size:
            self._fit()
        now = monotonic()
        self._painter.paint(view, self._pixel(pygame.mouse.get_pos()))
        self._entry.paint(self._painter.canvas.typing, now - self._shown)
        self._shown = now
        self.window.flip()
        if self._sound:
            self._sound.follow(view)

    def _dress(self, view: View) -> None:
        """Full screen or not, and a title that tells of what was said meanwhile."""
        if view.settings.full_screen != self._full_screen:
            self._full_screen = view.settings.full_screen
            if self._full_screen:
                self.window.set_fullscreen(desktop=True)
            else:
                self.window.set_windowed()
        unread = view.chat.unread if view.chat else 0
        title = f"({unread}) {TITLE}" if unread else TITLE
        if self.window.title != title:
            self.window.title = title

    def save(self, path: Path) -> None:
        """What is shown, as a picture; its kind follows from the name."""
        pygame.image.save(self.window.get_surface(), path)

    async def next_frame(self) -> None:
        """Waits until it is time, and lets the event loop do what else it has to; a late frame is not made up for."""
        now = monotonic()
        self._due = max(self._due + FRAME, now)
        await asyncio.sleep(max(0.0, self._due - now))

    def close(self) -> None:
        self._entry.close()
        if self._sound:
            self._sound.close()
        self.window.destroy()
        pygame.quit()


def _opening_size() -> tuple[int, int]:
    """The design's, or larger by a half where the screen has room for it: more asks for a fast machine."""
    wide, high = theme.DESIGN_SIZE
    screen = next(iter(pygame.display.get_desktop_sizes()), theme.DESIGN_SIZE)
    room = ROOMY * min(screen[0] / wide, screen[1] / high)
    scale = LARGER if room >= LARGER else 1.0
    return round(scale * wide), round(scale * high)


def _icon() -> pygame.Surface:
    icon = pygame.Surface(ICON, pygame.SRCALPHA)
    colour = next(iter(theme.PALETTES.values())).cars[0]
    car = pygame.transform.smoothscale_by(car_art.racer(colour, 0), ICON[1] / (car_art.ROOM[1] * DETAIL))
    icon.blit(car, car.get_rect(center=icon.get_rect().center))
    return icon
