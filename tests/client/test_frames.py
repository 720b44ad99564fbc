"""The loop between player, game and network."""

from client.frames import play
from client.online import Online
from client.screens.actions import Confirm, Steer
from client.screens.views import ConnectView, LobbyView, RaceScreenView
from schemas.to_server import Drive
from tests.client.scripted import ScriptedFrames
from tests.client.stage import Stage


class Network(Online):
    """The stage's server; it answers when the game lets the network have its turn."""

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self._stage = stage

    def advance(self) -> None:
        self._stage.hear()


async def test_frames_are_shown_until_the_player_quits() -> None:
    stage = Stage()
    frames = ScriptedFrames([[], []])
    await play(stage.game, frames, Network(stage), clock=lambda: stage.now)
    assert len(frames.shown) == 3
    assert stage.game.over


async def test_what_the_player_does_is_seen_in_the_same_frame() -> None:
    stage = Stage()
    frames = ScriptedFrames([[], [Confirm()]])
    await play(stage.game, frames, Network(stage), clock=lambda: stage.now)
    before, after, _ = (view.screen for view in frames.shown)
    assert isinstance(before, ConnectView)
    assert isinstance(after, ConnectView)
    assert (before.busy, after.busy) == (False, True)


async def test_steering_is_on_its_way_before_its_frame_is_drawn() -> None:
    stage = Stage().racing("Bob")
    stage.sent.clear()
    frames = ScriptedFrames([[Steer(-100, 100)]])
    await play(stage.game, frames, Network(stage), clock=lambda: stage.now)
    first = next(message for message in stage.sent if isinstance(message, Drive))
    assert first.inputs[-1].steer == -100
    assert isinstance(frames.shown[0].screen, RaceScreenView)


async def test_leaving_the_game_leaves_the_race_to_the_others() -> None:
    stage = Stage().welcomed()
    frames = ScriptedFrames([])
    await play(stage.game, frames, Network(stage), clock=lambda: stage.now)
    assert isinstance(frames.shown[0].screen, LobbyView)
    assert [message.type for message in stage.sent][-1] == "bye"


async def test_what_must_outlive_the_game_is_kept_in_every_frame_the_last_included() -> None:
    stage = Stage().welcomed()
    kept: list[bool] = []
    frames = ScriptedFrames([[], []])
    await play(stage.game, frames, Network(stage), lambda game: kept.append(game.kept is not None), lambda: stage.now)
    assert kept == [True, True, False]
