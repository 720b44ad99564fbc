"""Text as surfaces, each rendered once and kept while it is used.

The family that comes with pygame_gui sets most languages of Europe; for others a face of their own is asked, and what
is written from right to left is set so, run by run. No face has emoji: their names stand for them.
"""

import unicodedata
from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from itertools import groupby
from typing import Final

import pygame

from client.theme import SMALLEST_TYPE, Rgb

TEXTS_KEPT: Final = 1024
CHARACTERS_KEPT: Final = 4096
ELLIPSIS: Final = "…"


class Weight(StrEnum):
    """Faces of the one family, which comes with pygame_gui."""

    REGULAR = "Regular"
    BOLD = "Bold"
    RACING = "BoldItalic"


FAMILY: Final = {
    Weight.REGULAR: "NotoSans-Regular.ttf",
    Weight.BOLD: "NotoSans-Bold.ttf",
    Weight.RACING: "NotoSans-BoldItalic.ttf",
}
OTHERS: Final = (
    "FiraCode-Regular.ttf",
    "NotoSansJP-Regular.otf",
    "NotoSansSC-Regular.otf",
    "NotoSansKR-Regular.ttf",
    "NotoSansHebrew-Regular.ttf",
    "NotoSansArabic-Regular.ttf",
)
"""Asked in this order for a character that the family lacks: symbols, then other scripts."""
LEFTWARDS: Final = {"NotoSansHebrew-Regular.ttf": "Hebr", "NotoSansArabic-Regular.ttf": "Arab"}
"""Faces of what is written from right to left, and the scripts by their ISO names."""
NEUTRAL: Final = frozenset({"WS", "ON", "CS", "ES", "NSM"})
"""Characters, by their bidirectional class, that go along with those around them."""
UNSEEN: Final = frozenset({"Cf", "Mn", "Me", "Sk"})
"""Categories of what only joins or varies what it stands behind."""
PROBE: Final = 64
"""At this size no character measures the same as the box that stands for a missing one ..."""
MISSING: Final = "\uffff"
"""... which every face shows for this one, since it is nobody's."""


class Lettering:
    """Text for one scale: sizes are design units; widths, heights and surfaces are pixels."""

    def __init__(self, unit: float) -> None:
        self._unit = unit
        self._font = lru_cache(maxsize=None)(self._load)  # some faces in a handful of sizes
        self._file = lru_cache(maxsize=CHARACTERS_KEPT)(self._find)
        self._sign = lru_cache(maxsize=CHARACTERS_KEPT)(self._name)
        self.surface = lru_cache(maxsize=TEXTS_KEPT)(self._render)
        self.width = lru_cache(maxsize=TEXTS_KEPT)(self._measure)
        self.fitted = lru_cache(maxsize=TEXTS_KEPT)(self._fit)
        self.wrapped = lru_cache(maxsize=TEXTS_KEPT)(self._wrap)

    def face(self, text: str) -> str:
        """The file of the one face that suits a text best, where only one can be had."""
        own = FAMILY[Weight.REGULAR]
        faces = (self._file(character, Weight.REGULAR) for character in text)
        return next((file for file in faces if file != own), own)

    def height(self, size: int) -> int:
        return self._font(FAMILY[Weight.REGULAR], size).get_linesize()

    def _load(self, file: str, size: int) -> pygame.Font:
        font = pygame.Font(face_path(file), max(SMALLEST_TYPE, round(size * self._unit)))
        if file in LEFTWARDS:
            font.set_direction(pygame.DIRECTION_RTL)
            font.set_script(LEFTWARDS[file])
        return font

    def _find(self, character: str, weight: Weight) -> str:
        """The file of the first face that has the character, else of the family."""
        own = FAMILY[weight]
        return next((file for file in (own, *OTHERS) if self._has(file, character)), own)

    def _has(self, file: str, character: str) -> bool:
        font = self._font(file, PROBE)
        return font.metrics(character) != font.metrics(MISSING)

    def shown(self, text: str) -> str:
        """The text as it is set: what no face has is named."""
        return text if text.isascii() else "".join(map(self._sign, text))

    def _name(self, character: str) -> str:
        if self._has(self._file(character, Weight.REGULAR), character):
            return character
        if unicodedata.category(character) in UNSEEN:
            return ""
        if unicodedata.category(character) != "So":
            return character
        return f":{unicodedata.name(character, 'sign').lower().replace(' ', '-')}:"

    def _runs(self, text: str, size: int, weight: Weight) -> Iterator[tuple[pygame.Font, str]]:
        if text.isascii():
            yield self._font(FAMILY[weight], size), text
            return
        faces = self._faces(text, weight)
        for file, run in groupby(zip(text, faces, strict=True), lambda pair: pair[1]):
            yield self._font(file, size), "".join(character for character, _ in run)

    def _faces(self, text: str, weight: Weight) -> list[str]:
        """The face of each character; what is neutral between two words from right to left is set with them."""
        faces = [self._file(character, weight) for character in text]
        start = 0
        while start < len(text):
            end = start
            while end < len(text) and unicodedata.bidirectional(text[end]) in NEUTRAL:
                end += 1
            if 0 < start < end < len(text) and faces[start - 1] == faces[end] and faces[end] in LEFTWARDS:
                faces[start:end] = [faces[end]] * (end - start)
            start = end + 1
        return faces

    def _measure(self, text: str, size: int, weight: Weight) -> int:
        return sum(font.size(run)[0] for font, run in self._runs(self.shown(text), size, weight))

    def _render(self, text: str, size: int, weight: Weight, colour: Rgb) -> pygame.Surface:
        pieces = self._runs(self.shown(text), size, weight)
        runs = [(font.render(run, True, colour), font) for font, run in pieces]
        if not runs:
            return pygame.Surface((0, self.height(size)), pygame.SRCALPHA)
        if len(runs) == 1:
            return runs[0][0].convert_alpha()
        ascent = max(font.get_ascent() for _, font in runs)
        whole = pygame.Surface((sum(run.width for run, _ in runs), ascent + runs[0][1].get_linesize()), pygame.SRCALPHA)
        x = 0
        for run, font in runs:
            whole.blit(run, (x, self._font(FAMILY[weight], size).get_ascent() - font.get_ascent()))
            x += run.width
        return whole

    def _fit(self, text: str, size: int, weight: Weight, width: int) -> str:
        """The text, or as much of its beginning as is not wider than this, with an ellipsis."""
        text = self.shown(text)
        if self._measure(text, size, weight) <= width:
            return text
        while text and self._measure(text + ELLIPSIS, size, weight) > width:
            text = text[:-1]
        return text.rstrip() + ELLIPSIS

    def _wrap(self, text: str, size: int, weight: Weight, width: int, indent: int) -> tuple[str, ...]:
        """Lines that are not wider than this, the first by `indent` less; a word that is too long is cut."""
        lines, line, room = [], "", width - indent
        for word in self.shown(text).split(" "):
            longer = f"{line} {word}" if line else word
            if self._measure(longer, size, weight) <= room:
                line = longer
                continue
            if line or room < width:
                lines.append(line)
            line, room = word, width
            while self._measure(line, size, weight) > room:
                cut = self._fitting(line, size, weight, room)
                lines.append(line[:cut])
                line = line[cut:]
        return (*lines, line)

    def _fitting(self, word: str, size: int, weight: Weight, width: int) -> int:
        """How many characters of it are not wider than this; at least one."""
        count = 1
        while count < len(word) and self._measure(word[: count + 1], size, weight) <= width:
            count += 1
        return count


def face_path(file: str) -> str:
    """Where a face of pygame_gui's is."""
    return str(files("pygame_gui") / "data" / file)
