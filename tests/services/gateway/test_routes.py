from typing import Any, get_args, get_type_hints

import pytest

from schemas import names
from schemas.base import Message
from schemas.close import Error, ErrorCode
from schemas.ids import room_of
from schemas.limits import CHAT_TEXT_MAX, MAX_SEATS
from schemas.names import Owned
from schemas.race import Skill
from schemas.to_chat import SayLine, TellLine
from schemas.to_game import FindRace, GiveUp, ListRaces, LookAt, SetReady, ShowBoard, TakeSeat
from schemas.to_server import AnyToServer, to_server
from services.gateway.actions import Follow, Publish
from services.gateway.player import Player
from services.gateway.routes import ROUTES
from tests.services.gateway.shapes import ANN, GATEWAY, OTHER_RACE, RACE, SESSION, frame, player, sent

IN_RACE = player(RACE, room_of(RACE))
LOBBY_ROOM = names.room("lobby")


def routed(where: Player, kind: str, **fields: Any) -> tuple[Player, tuple[Any, ...]]:
    message = to_server.decode(frame(kind, **fields))
    return ROUTES[type(message)](where, message)


def slip(where: Player, kind: str, **fields: Any) -> Error:
    after, actions = routed(where, kind, **fields)
    assert after == where
    (error,) = sent(actions)
    assert isinstance(error, Error)
    return error


def wish(name: str | None, size: int, bots: int, *, practice: bool = False, skill: Skill = Skill.NORMAL) -> FindRace:
    return FindRace(caller=ANN, id=7, name=name, size=size, bots=bots, practice=practice, skill=skill)


@pytest.mark.parametrize(
    ("where", "message", "to", "published"),
    [
        (player(), ("quick", {"id": 7}), names.LOBBY, wish(None, MAX_SEATS, 0)),
        (player(), ("create", {"id": 7, "name": "us"}), names.LOBBY, wish("us", MAX_SEATS, 0)),
        (player(), ("create", {"id": 7, "name": "us", "size": 4, "bots": 2}), names.LOBBY, wish("us", 4, 2)),
        (player(), ("practise", {"id": 7}), names.LOBBY, wish(None, 4, 3, practice=True)),
        (player(), ("practise", {"id": 7, "bots": 7}), names.LOBBY, wish(None, 8, 7, practice=True)),
        (
            player(),
            ("practise", {"id": 7, "skill": "hard"}),
            names.LOBBY,
            wish(None, 4, 3, practice=True, skill=Skill.HARD),
        ),
        (
            player(),
            ("create", {"id": 7, "name": "us", "bots": 1, "skill": "easy"}),
            names.LOBBY,
            wish("us", MAX_SEATS, 1, skill=Skill.EASY),
        ),
        (player(), ("join", {"id": 7, "race": RACE}), names.race(RACE), TakeSeat(caller=ANN, id=7, watch=False)),
        (
            player(RACE),
            ("join", {"id": 7, "race": RACE, "watch": True}),
            names.race(RACE),
            TakeSeat(caller=ANN, id=7, watch=True),
        ),
        (IN_RACE, ("leave", {"id": 7}), names.race(RACE), GiveUp(caller=ANN, id=7)),
        (IN_RACE, ("ready", {"ready": True}), names.race(RACE), SetReady(caller=ANN, ready=True)),
        (IN_RACE, ("look", {}), names.race(RACE), LookAt(caller=ANN)),
        (IN_RACE, ("races", {}), names.LOBBY, ListRaces(session=SESSION, gateway=GATEWAY)),
        (player(), ("board", {}), names.LOBBY, ShowBoard(session=SESSION, gateway=GATEWAY)),
        (
            IN_RACE,
            ("say", {"room": room_of(RACE), "id": 7, "text": "cafe\u0301 $"}),
            names.room(room_of(RACE)),
            SayLine(caller=ANN, id=7, text="café $"),
        ),
        (
            player(room="lobby"),
            ("tell", {"id": 7, "to": "B0b", "text": "hi"}),
            LOBBY_ROOM,
            TellLine(caller=ANN, id=7, to="B0b", skeleton="bob", text="hi"),
        ),
    ],
)
def test_a_message_goes_to_whoever_owns_what_it_is_about(
    where: Player, message: tuple[str, dict[str, Any]], to: Owned, published: Message
) -> None:
    _, actions = routed(where, message[0], **message[1])
    assert actions == (Publish(to, published),)


def test_the_list_of_races_keeps_coming_while_in_no_race() -> None:
    after, actions = routed(player(), "races")
    assert after.lists_races
    assert actions == (Follow(names.LOBBY, ListRaces(session=SESSION, gateway=GATEWAY)),)


@pytest.mark.parametrize(
    ("where", "message", "code"),
    [
        (IN_RACE, ("quick", {"id": 7}), ErrorCode.ALREADY_SEATED),
        (IN_RACE, ("create", {"id": 7, "name": "us"}), ErrorCode.ALREADY_SEATED),
        (IN_RACE, ("practise", {"id": 7}), ErrorCode.ALREADY_SEATED),
        (IN_RACE, ("join", {"id": 7, "race": OTHER_RACE}), ErrorCode.ALREADY_SEATED),
        (player(), ("leave", {"id": 7}), ErrorCode.NOT_SEATED),
        (player(), ("say", {"room": "lobby", "id": 7, "text": "hi"}), ErrorCode.NOT_IN_ROOM),
        (IN_RACE, ("say", {"room": "lobby", "id": 7, "text": "hi"}), ErrorCode.NOT_IN_ROOM),
        (player(room="lobby"), ("say", {"room": room_of(RACE), "id": 7, "text": "hi"}), ErrorCode.NOT_IN_ROOM),
        (player(room="lobby"), ("say", {"room": "lobby", "id": 7, "text": ""}), ErrorCode.LINE_INVALID),
        (player(room="lobby"), ("say", {"room": "lobby", "id": 7, "text": "\u202ehi"}), ErrorCode.LINE_INVALID),
        (player(room="lobby"), ("say", {"room": "lobby", "id": 7, "text": "a\nb"}), ErrorCode.LINE_INVALID),
        (player(room="lobby"), ("say", {"room": "lobby", "id": 7, "text": "a\0b"}), ErrorCode.LINE_INVALID),
        (player(), ("tell", {"id": 7, "to": "Bob", "text": "hi"}), ErrorCode.NOT_IN_ROOM),
        (player(room="lobby"), ("tell", {"id": 7, "to": "{}", "text": "hi"}), ErrorCode.NOBODY),
        (player(room="lobby"), ("tell", {"id": 7, "to": "Bob", "text": "\x1b[2J"}), ErrorCode.LINE_INVALID),
    ],
)
def test_a_persons_slip_is_answered_and_goes_nowhere(
    where: Player, message: tuple[str, dict[str, Any]], code: ErrorCode
) -> None:
    error = slip(where, message[0], **message[1])
    assert (error.code, error.about) == (code, 7)
    assert error.text


@pytest.mark.parametrize("kind", ["ready", "look"])
def test_who_is_in_no_race_is_told_so(kind: str) -> None:
    fields = {"ready": True} if kind == "ready" else {}
    assert slip(player(), kind, **fields).code is ErrorCode.NOT_SEATED


def test_a_line_that_is_too_long_is_told_its_limit_and_its_length() -> None:
    error = slip(player(room="lobby"), "say", room="lobby", id=1, text="é" * (CHAT_TEXT_MAX + 1))
    assert (error.code, error.limit, error.actual) == (ErrorCode.LINE_TOO_LONG, "300 characters", "301 characters")


def test_a_races_room_is_open_to_those_in_the_race_only() -> None:
    error = slip(player(RACE), "enter", room=room_of(OTHER_RACE))
    assert (error.code, error.actual) == (ErrorCode.NOT_IN_ROOM, room_of(OTHER_RACE))
    assert slip(player(), "enter", room=room_of(RACE)).code is ErrorCode.NOT_IN_ROOM
    assert routed(player(RACE), "enter", room=room_of(RACE))[0].room == room_of(RACE)


def test_a_repetition_that_crossed_its_answer_asks_the_race_for_the_same_seat() -> None:
    after, _ = routed(player(), "quick", id=7)
    found = after._replace(race=RACE)
    assert routed(found, "quick", id=7)[1] == (Publish(names.race(RACE), TakeSeat(caller=ANN, id=7, watch=False)),)
    assert slip(found, "quick", id=8).code is ErrorCode.ALREADY_SEATED


def test_every_message_of_an_open_session_has_a_route_that_takes_it() -> None:
    own_ways = {"hello", "resume", "ping", "pong", "bye", "drive"}
    assert {message.model_fields["type"].default for message in ROUTES} == {
        message.model_fields["type"].default for message in get_args(AnyToServer)
    } - own_ways
    for message, route in ROUTES.items():
        assert [hint for name, hint in get_type_hints(route).items() if name not in {"player", "return"}] == [message]
