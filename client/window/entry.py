"""The line of text that has the focus. pygame_gui edits it: caret, selection, clipboard, input methods."""

from typing import Any, Final

import pygame
import pygame_gui
from pygame_gui.elements import UITextEntryLine

from client import theme
from client.window.canvas import Canvas, Typing

INSET: Final = 10
"""Between the edge of a field and its text [design units]."""


class Entry:
    """Of one window size. While there is a field with the focus, text is what keys make."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._manager = pygame_gui.UIManager(canvas.target.size, _theme(canvas.unit))
        self._line: UITextEntryLine | None = None
        self._name = ""

    def take(self, event: pygame.Event) -> str | None:
        """The text, if the event changed it."""
        if self._line is None:
            return None
        before = self._line.get_text()
        self._manager.process_events(event)
        text: str = self._line.get_text()
        return None if text == before else text

    def paint(self, typing: Typing | None, seconds: float) -> None:
        """Shows the field that has the focus now, after so many seconds more."""
        if typing is None:
            self.close()
            return
        if self._line is None or self._name != typing.field.name:
            self._line = self._opened(typing)
        self._follow(self._line, typing)
        self._manager.update(seconds)
        self._manager.draw_ui(self._canvas.target)

    def close(self) -> None:
        if self._line:
            self._line.kill()  # type: ignore[no-untyped-call]  # pygame_gui types some calls, not this one
            self._line = None
            pygame.key.stop_text_input()

    def _opened(self, typing: Typing) -> UITextEntryLine:
        self.close()
        self._name = typing.field.name
        line = UITextEntryLine(self._inside(typing), self._manager)
        line.set_text_length_limit(typing.field.longest)
        pygame.key.start_text_input()
        return line

    def _follow(self, line: UITextEntryLine, typing: Typing) -> None:
        """Text and place may have been changed by others."""
        area = self._inside(typing)
        if line.get_text() != typing.field.text:
            line.set_text(typing.field.text)
        if line.relative_rect != area:
            line.set_dimensions(area.size)
            line.set_relative_position(area.topleft)
        if not line.is_focused:
            self._manager.set_focus_set(line)
        pygame.key.set_text_input_rect(area)

    def _inside(self, typing: Typing) -> pygame.Rect:
        area = typing.area.inflate(-2 * INSET * self._canvas.unit, -6 * self._canvas.unit)
        return area.clamp(self._canvas.target.get_rect())


def _theme(unit: float) -> dict[str, Any]:
    nothing = "#00000000"
    return {
        "text_entry_line": {
            "colours": {
                "dark_bg": theme.hexadecimal(theme.INK),
                "normal_text": theme.hexadecimal(theme.TEXT),
                "selected_text": theme.hexadecimal(theme.INK),
                "selected_bg": theme.hexadecimal(theme.ACCENT),
                "text_cursor": theme.hexadecimal(theme.ACCENT),
                "normal_border": nothing,
                "active_border": nothing,
            },
            "font": {"name": "noto_sans", "size": str(max(theme.SMALLEST_TYPE, round(theme.BODY * unit)))},
            "misc": {"border_width": "0", "shadow_width": "0", "padding": "2,2"},
        }
    }
