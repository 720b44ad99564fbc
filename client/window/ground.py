"""Road and grass, and what moves there because the camera does."""

from collections.abc import Iterator
from math import ceil
from typing import Final

import pygame

from client.theme import Light, Rgb
from client.window.camera import METRE, Camera
from services.game.sim.tuning import LANE_CENTRES, LANE_WIDTH, LANES, ROAD_WIDTH

Span = tuple[float, float]
"""From where to where, across or along the road [m]."""

REFLECTOR: Final[Rgb] = (255, 196, 120)

HALF_ROAD: Final = ROAD_WIDTH * METRE / 2
LANE: Final = LANE_WIDTH * METRE
EDGE_LINE: Final = (HALF_ROAD - 0.42, HALF_ROAD - 0.26)
KERB: Final = (HALF_ROAD, HALF_ROAD + 0.7)
RAIL: Final = (HALF_ROAD + 0.95, HALF_ROAD + 1.15)
RAIL_SHADOW: Final = 0.25
GRAVEL: Final = HALF_ROAD + 2.6
MARK_WIDTH: Final = 0.16
TYRE_TRACKS: Final = (0.62, 1.02)
"""Where in a lane the asphalt is worn, from its centre [m]."""

SMOOTH: Final = 2
"""The road is drawn at so many times its size and scaled down, so that its edges are smooth."""

# What comes again and again along the road: the way from one to the next, and its own length [m]
DASHES: Final = (9.0, 3.0)
KERB_BLOCKS: Final = (5.0, 2.5)
BANDS: Final = (18.0, 9.0)
"""Of mown grass."""
POSTS: Final = (5.0, 0.3)

START: Final = 12.5
"""Where the race begins, ahead of the first row of cars [m]."""
CHECKERS: Final = 20
CHECKER_LENGTH: Final = 0.8


class Ground:
    """Of one window size; the camera says from where it is seen.

    What is the same all along the road is drawn once, twice: with the gaps between the marks, and without. A frame is
    the first, with the second where a mark is.
    """

    def __init__(self, camera: Camera, light: Light) -> None:
        self._camera = camera
        self._light = light
        self._gaps, self._left = self._drawn(light.asphalt, light.kerb_mark)
        self._marks, _ = self._drawn(light.mark, light.kerb)

    # Once

    def _drawn(self, lane_mark: Rgb, kerb: Rgb) -> tuple[pygame.Surface, int]:
        """The road, and how far from the left of the window it begins [pixels]."""
        low, high = (at * METRE for at in self._camera.stretch)
        left, right = (round(self._camera.point(side * (GRAVEL + 1), low)[0]) for side in (-1, 1))
        large = pygame.Surface(((right - left) * SMOOTH, self._camera.height * SMOOTH), pygame.SRCALPHA)
        large.fill((*self._light.gravel, 0))
        for colour, (near, far) in self._stripes(lane_mark, kerb):
            places = ((near, low), (near, high), (far, high), (far, low))
            corners = [self._camera.point(*place) for place in places]
            pygame.draw.polygon(large, colour, [((x - left) * SMOOTH, y * SMOOTH) for x, y in corners])
        size = (right - left, self._camera.height)
        road = pygame.transform.smoothscale(large, size).convert_alpha()
        road.set_alpha(255, pygame.RLEACCEL)  # nearly all of it covers what is below, or nothing of it does
        return road, left

    def _stripes(self, lane_mark: Rgb, kerb: Rgb) -> Iterator[tuple[Rgb, Span]]:
        """All that goes along the road, from below to above."""
        light = self._light
        yield light.gravel, (-GRAVEL, GRAVEL)
        yield light.asphalt, (-HALF_ROAD, HALF_ROAD)
        for centre in LANE_CENTRES:
            for side in (-1, 1):
                yield light.tyre_track, (centre * METRE + side * TYRE_TRACKS[0], centre * METRE + side * TYRE_TRACKS[1])
        for lane in range(1, LANES):
            middle = lane * LANE - HALF_ROAD
            yield lane_mark, (middle - MARK_WIDTH / 2, middle + MARK_WIDTH / 2)
        for side in (-1, 1):
            yield light.mark, _mirrored(EDGE_LINE, side)
            yield kerb, _mirrored(KERB, side)
            near, far = _mirrored(RAIL, side)
            yield light.rail_shadow, (near + RAIL_SHADOW, far + RAIL_SHADOW)
            yield light.rail, (near, far)

    # In each frame

    def paint(self, target: pygame.Surface) -> None:
        target.fill(self._light.grass)
        for piece in self._pieces(BANDS):
            top, bottom = self._rows(piece)
            target.fill(self._light.grass_band, (0, top, self._camera.width, bottom - top))
        target.blit(self._gaps, (self._left + self._camera.shaken, 0))
        for piece in self._pieces(DASHES):
            self._mark(target, piece, (-LANE - MARK_WIDTH, LANE + MARK_WIDTH))
        for piece in self._pieces(KERB_BLOCKS):
            self._mark(target, piece, KERB)
            self._mark(target, piece, (-KERB[1], -KERB[0]))
        self._start(target)
        self._posts(target)

    def _start(self, target: pygame.Surface) -> None:
        """The line where the race begins, in checkers."""
        low, high = (at * METRE for at in self._camera.stretch)
        if not low < START < high:
            return
        for row in range(2):
            for column in range(CHECKERS):
                left = -HALF_ROAD + column * 2 * HALF_ROAD / CHECKERS
                near, far = START + row * CHECKER_LENGTH, START + (row + 1) * CHECKER_LENGTH
                places = ((left, near), (left, far), (left + 2 * HALF_ROAD / CHECKERS, far))
                corners = [self._camera.point(*place) for place in (*places, (left + 2 * HALF_ROAD / CHECKERS, near))]
                pygame.draw.polygon(target, self._light.mark if (row + column) % 2 else self._light.skid, corners)

    def _mark(self, target: pygame.Surface, piece: Span, across: Span) -> None:
        top, bottom = self._rows(piece)
        corners = [self._camera.point(x, along)[0] for x in across for along in piece]
        left, right = int(min(corners)), ceil(max(corners))
        source = left - self._left - self._camera.shaken
        target.blit(self._marks, (left, top), (source, top, right - left, bottom - top))

    def _posts(self, target: pygame.Surface) -> None:
        for low, _ in self._pieces(POSTS):
            size = max(2, round(POSTS[1] * self._camera.metre(low)))
            for side in (-1, 1):
                x, y = self._camera.point(side * RAIL[1], low)
                target.fill(self._light.rail_shadow, (round(x - size / 2), round(y), size, max(2, size // 2)))
                if self._light.glow and low % (2 * POSTS[0]) == 0:
                    target.fill(REFLECTOR, (round(x - size / 4), round(y), max(2, size // 2), max(1, size // 4)))

    def _rows(self, piece: Span) -> tuple[int, int]:
        """The upper and the lower edge of a piece of the road [pixels]."""
        low, high = piece
        return max(0, round(self._camera.point(0, high)[1])), round(self._camera.point(0, low)[1])

    def _pieces(self, repeat: tuple[float, float]) -> Iterator[Span]:
        """Beginning and end of those in sight."""
        period, length = repeat
        low, high = (at * METRE for at in self._camera.stretch)
        number = int(low // period)
        while number * period < high:
            start = max(number * period, low)
            yield start, max(start, min(number * period + length, high))
            number += 1


def _mirrored(span: Span, side: int) -> Span:
    return side * span[0], side * span[1]
