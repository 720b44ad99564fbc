"""The line of text that has the focus. pygame_gui edits it: caret, selection, clipboard, input methods."""

import unicodedata
from functools import lru_cache
from typing import Any, Final

import pygame
import pygame_gui
from pygame_gui.elements import UITextEntryLine

from client import theme
from client.window.canvas import Box, Canvas, Typing
from client.window.lettering import FAMILY, Weight, face_path

INSET: Final = 10
"""Between the edge of a field and its text [design units]."""


class Entry:
    """Of one window size. While there is a field with the focus, text is what keys make."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._managers = lru_cache(maxsize=None)(  # one for each face that is ever needed
            lambda face: pygame_gui.UIManager(canvas.target.size, _theme(canvas.unit, face))
        )
        self._manager = self._managers(FAMILY[Weight.REGULAR])
        self._line: UITextEntryLine | None = None
        self._name = self._face = ""
        self._composed = ""
        """What an input method has not made up its mind about yet."""

    def take(self, event: pygame.Event) -> str | None:
        """The text, if the event changed it."""
        if self._line is None:
            return None
        before = self._line.get_text()
        if event.type == pygame.TEXTEDITING:
            self._composed = event.text
        elif _pastes(event):
            self._write(pygame.scrap.get_text())
        elif event.type == pygame.TEXTINPUT:
            self._composed = ""
            self._write(event.text)
        else:
            self._manager.process_events(event)
        text: str = self._line.get_text()
        return None if text == before else text

    def _write(self, text: str) -> None:
        """As much as there is room for: pygame_gui would take nothing of what is too long, and a new line as it is."""
        self._manager.process_events(pygame.Event(pygame.TEXTINPUT, text=one_line(text)))

    def paint(self, typing: Typing | None, seconds: float) -> None:
        """Shows the field that has the focus now, after so many seconds more."""
        if typing is None:
            self.close()
            return
        face = self._canvas.lettering.face(typing.field.text)
        if self._line is None or (self._name, self._face) != (typing.field.name, face):
            self._line = self._opened(typing, face)
        self._follow(self._line, typing)
        self._manager.update(seconds)
        self._manager.draw_ui(self._canvas.target)
        if self._composed:
            self._show_composed(typing)

    def close(self) -> None:
        if self._line:
            self._line.kill()  # type: ignore[no-untyped-call]  # pygame_gui types some calls, not this one
            self._line, self._composed = None, ""
            pygame.key.stop_text_input()

    def _opened(self, typing: Typing, face: str) -> UITextEntryLine:
        """The same field in another face goes on where it was."""
        again = self._line is not None and self._name == typing.field.name
        caret = self._line.edit_position if self._line and again else len(typing.field.text)
        composed = self._composed if again else ""
        self.close()
        self._name, self._face, self._composed = typing.field.name, face, composed
        self._manager = self._managers(face)
        line = UITextEntryLine(self._inside(typing), self._manager)
        line.set_text_length_limit(typing.field.longest)
        line.set_text(typing.field.text)
        line.edit_position = caret
        line.cursor_has_moved_recently = True
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

    def _show_composed(self, typing: Typing) -> None:
        """Above the field, underlined, as input methods do."""
        canvas, unit = self._canvas, self._canvas.unit
        width = canvas.text_width(self._composed, theme.BODY) + 2 * INSET
        left, bottom = typing.area.left / unit, typing.area.top / unit - 4
        box = Box(left, bottom - theme.FIELD, width, theme.FIELD)
        canvas.slab(box, theme.RAISED, edge=theme.ACCENT)
        canvas.text(self._composed, (box.left + INSET, box.top + 7), weight=Weight.REGULAR)
        canvas.slab(Box(box.left + INSET, box.bottom - 8, width - 2 * INSET, 2), theme.ACCENT, radius=0)

    def _inside(self, typing: Typing) -> pygame.Rect:
        area = typing.area.inflate(-2 * INSET * self._canvas.unit, -6 * self._canvas.unit)
        return area.clamp(self._canvas.target.get_rect())


def one_line(text: str) -> str:
    """What can be in a line, of any text: breaks become spaces, other control characters go."""
    kept = (" " if character in "\r\n\t" else character for character in text.replace("\r\n", "\n"))
    return "".join(character for character in kept if unicodedata.category(character) not in ("Cc", "Cs"))


def _pastes(event: pygame.Event) -> bool:
    is_key = event.type == pygame.KEYDOWN and event.key == pygame.K_v
    return is_key and bool(event.mod & (pygame.KMOD_CTRL | pygame.KMOD_META)) and not event.mod & pygame.KMOD_ALT


def _theme(unit: float, face: str) -> dict[str, Any]:
    nothing = "#00000000"
    size = str(max(theme.SMALLEST_TYPE, round(theme.BODY * unit)))
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
            "font": {"name": face, "size": size, "regular_path": face_path(face)},
            "misc": {"border_width": "0", "shadow_width": "0", "padding": "2,2"},
        }
    }
