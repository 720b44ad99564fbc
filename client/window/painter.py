"""One frame: from the view that the screens yield to the picture in the window."""

import pygame

from client.screens.views import ConnectView, LobbyView, RaceScreenView, ResultsView, View
from client.window import connect, lobby, overlays, race, results
from client.window.backdrop import SEED, Backdrop
from client.window.canvas import Canvas
from client.window.road import Road


class Painter:
    """Of one window size."""

    def __init__(self, target: pygame.Surface) -> None:
        self.canvas = Canvas(target)
        self.size = target.size
        self._road = Road(self.canvas)
        self._backdrop = Backdrop(self.canvas, self._road)

    def paint(self, view: View, pointer: tuple[int, int]) -> None:
        canvas = self.canvas
        canvas.begin(pointer, view.settings.sight)
        match view.screen:
            case RaceScreenView() as screen:
                race.paint(canvas, self._road, view, screen)
            case LobbyView() as screen:
                self._backdrop.paint(view.settings, view.now)
                lobby.paint(canvas, screen, view.chat)
            case ResultsView() as screen:
                self._backdrop.paint(view.settings, view.now)
                results.paint(canvas, self._road.sprites(SEED, view.settings), view, screen)
            case ConnectView() as screen:
                self._backdrop.paint(view.settings, view.now)
                connect.paint(canvas, screen, view.now)
        overlays.paint(canvas, view)
