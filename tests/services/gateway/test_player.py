from schemas import names
from schemas.caller import Detach
from schemas.ids import room_of
from schemas.to_chat import EnterRoom, ExitRoom
from schemas.to_game import GiveUp
from schemas.to_server import Seen
from services.gateway.actions import Follow, Publish, Unfollow
from services.gateway.player import departed, detached, entered, seated, silenced, unseated
from tests.services.gateway.shapes import ANN, OTHER_RACE, RACE, SESSION, player

LOBBY_ROOM = names.room("lobby")
EXIT = ExitRoom(session=SESSION)


def test_a_seat_brings_the_race_in_place_of_the_list_of_races() -> None:
    after, actions = seated(player(), RACE)
    assert after.race == RACE
    assert actions == (Unfollow(names.LOBBY), Follow(names.race(RACE)))


def test_the_same_seat_twice_changes_nothing() -> None:
    assert seated(player(RACE), RACE) == (player(RACE), ())


def test_a_second_seat_elsewhere_gives_the_first_up() -> None:
    after, actions = seated(player(RACE, room_of(RACE)), OTHER_RACE)
    assert (after.race, after.room) == (OTHER_RACE, "")
    assert Publish(names.race(RACE), GiveUp(caller=ANN, id=0)) in actions
    assert Unfollow(names.race(RACE)) in actions
    assert actions[-1] == Follow(names.race(OTHER_RACE))


def test_who_loses_the_seat_leaves_the_races_room_too() -> None:
    after, actions = unseated(player(RACE, room_of(RACE)), RACE)
    assert (after.race, after.room) == ("", "")
    room = names.room(room_of(RACE))
    assert actions == (Unfollow(names.race(RACE)), Unfollow(room), Publish(room, EXIT))


def test_who_loses_the_seat_stays_in_the_lobbys_room() -> None:
    after, actions = unseated(player(RACE, "lobby"), RACE)
    assert (after.race, after.room) == ("", "lobby")
    assert actions == (Unfollow(names.race(RACE)),)


def test_the_list_of_races_comes_again_after_the_race_to_who_asked_for_it() -> None:
    _, actions = unseated(player(RACE, lists_races=True), RACE)
    assert actions[-1] == Follow(names.LOBBY)


def test_word_of_another_race_changes_nothing() -> None:
    assert unseated(player(RACE), OTHER_RACE) == (player(RACE), ())


def test_a_room_is_entered_once_nothing_of_it_can_be_missed() -> None:
    seen = Seen("0" * 8, 3)
    after, actions = entered(player(), "lobby", seen)
    assert after.room == "lobby"
    assert actions == (Follow(LOBBY_ROOM, EnterRoom(caller=ANN, seen=seen)),)


def test_another_room_is_entered_out_of_the_one_before() -> None:
    after, actions = entered(player(RACE, "lobby"), room_of(RACE), None)
    assert after.room == room_of(RACE)
    assert actions[:2] == (Unfollow(LOBBY_ROOM), Publish(LOBBY_ROOM, EXIT))


def test_entering_the_same_room_again_only_asks() -> None:
    _, actions = entered(player(room="lobby"), "lobby", None)
    assert actions == (Follow(LOBBY_ROOM, EnterRoom(caller=ANN, seen=None)),)


def test_a_lost_connection_is_told_to_race_and_room() -> None:
    detach = Detach(session=SESSION, generation=1)
    assert detached(player(RACE, "lobby")) == (Publish(names.race(RACE), detach), Publish(LOBBY_ROOM, detach))
    assert detached(player()) == ()


def test_who_departs_gives_up_seat_and_room() -> None:
    assert departed(player(RACE, "lobby")) == (
        Publish(names.race(RACE), GiveUp(caller=ANN, id=0)),
        Unfollow(LOBBY_ROOM),
        Publish(LOBBY_ROOM, EXIT),
    )
    assert departed(player()) == ()


def test_a_silenced_connection_hears_nothing_more() -> None:
    assert silenced(player(RACE, "lobby")) == (
        Unfollow(names.LOBBY),
        Unfollow(names.race(RACE)),
        Unfollow(LOBBY_ROOM),
    )
