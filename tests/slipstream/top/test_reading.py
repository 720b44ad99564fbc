"""What an operator reads, and which changes are told."""

import pytest

from slipstream.top import cells
from slipstream.top.reading import SILENT_AFTER, changes, title
from tests.slipstream.top.readings import EVERYBODY, process, race, reading, room


@pytest.mark.parametrize(
    ("row", "state"),
    [
        (process("game", "a"), "ready"),
        (process("game", "a", ready=False), "not ready"),
        (process("game", "a", ready=False, draining=True), "draining"),
        (process("game", "a", silent_for=SILENT_AFTER + 1), "silent"),
    ],
)
def test_a_process_is_what_it_said_unless_it_says_nothing(row: object, state: str) -> None:
    assert row.state == state  # type: ignore[attr-defined] # a ProcessRow


def test_all_of_it_in_one_line() -> None:
    silent = process("gateway", "gateway-2", silent_for=9.0)
    shown = title(reading(*EVERYBODY, silent, races=(race(),), rooms=(room(),)))
    assert shown == "2 gateways · 2 games · 1 chat · 3 connections · 1 race · 1 room"


def test_who_comes_goes_or_is_something_else_is_told() -> None:
    one, two, three = (process("game", f"game-{number}") for number in (1, 2, 3))
    draining = process("game", "game-1", draining=True)
    assert list(changes(reading(one, two), reading(one, two))) == []
    assert list(changes(reading(one, two), reading(draining, three))) == [
        "game-1 is draining",
        "game-3 is new",
        "game-2 has gone",
    ]


def test_a_process_is_a_row_of_what_it_announced() -> None:
    [row] = cells.processes(reading(process("gateway", "gateway-1")))
    assert row.key == "gateway-1"
    assert row.cells == ("gateway", "gateway-1", "ready", "3", "4 ms", "1.2", "5 min", "127.0.0.1:5560")
    [row] = cells.processes(reading(process("game", "game-1", silent_for=12.3)))
    assert row.cells[2] == "silent 12 s"


def test_a_race_is_a_row_with_the_names_of_some_players_and_the_number_of_the_others() -> None:
    two, five = race(), race(owner=None, players=("Ann", "Bob", "Cid", "Dan", "Eve"))
    rows = cells.races(reading(races=(two, five)))
    assert rows[0].cells == ("0000000a", "Friday", "racing", "game-1", "1", "Ann, Bob", "2", "")
    assert (rows[1].cells[3], rows[1].cells[5]) == ("-", "Ann, Bob, Cid, +2")


def test_a_room_without_an_owner_is_asleep() -> None:
    rows = cells.rooms(reading(rooms=(room(), room(owner=None))))
    assert [row.cells for row in rows] == [("lobby", "chat-1", "3", "12", "40"), ("lobby", "asleep", "3", "12", "40")]


@pytest.mark.parametrize(
    ("seconds", "words"), [(-1, "0 s"), (119, "119 s"), (121, "2 min"), (7_300, "2 h"), (200_000, "2 d")]
)
def test_an_age_is_told_in_a_unit_that_says_enough(seconds: float, words: str) -> None:
    assert cells._age(seconds) == words
