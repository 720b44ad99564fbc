import pytest

from client.events import NotSaid, RaceEntered, RoomEntered, StartedOver
from schemas.to_client import Line, LineKind
from slipstream.bots.chat_checker import ChatChecker
from slipstream.bots.violations import Violations

ROOM = "race-00000abc"


class Talk:
    """A room of which everybody sees what the test says they see."""

    def __init__(self) -> None:
        self.violations = Violations()
        self.checker = ChatChecker(self.violations)
        self.now = 0.0

    def enter(self, *clients: str, room: str = ROOM, complete: bool = True, new_era: bool = False) -> None:
        for client in clients:
            self.checker.saw(client, RoomEntered(room, (), 1, complete, new_era), self.now)

    def say(self, client: str, text: str) -> None:
        self.now += 1
        self.checker.said(client, ROOM, text, self.now)

    def read(self, text: str, number: int, *clients: str, era: str = "0000000a") -> None:
        self.now += 1
        for client in clients:
            line = Line(
                room=ROOM,
                era=era,
                epoch=1,
                number=number,
                kind=LineKind.SAID,
                nick="Ada",
                id=number,
                text=text,
                at=0.0,
            )
            self.checker.saw(client, line, self.now)

    def counts(self) -> tuple[int, int, int, int, int]:
        checker = self.checker
        return checker.sent, checker.acknowledged, checker.lost, checker.doubled, checker.reordered


@pytest.fixture
def talk() -> Talk:
    talk = Talk()
    talk.enter("ann", "ben")
    return talk


def test_a_line_that_everybody_reads_once_is_well(talk: Talk) -> None:
    talk.say("ann", "one")
    assert talk.checker.outstanding == 1
    talk.read("one", 1, "ann", "ben")
    assert talk.checker.outstanding == 0
    talk.checker.forget()
    assert talk.counts() == (1, 1, 0, 0, 0)
    assert not talk.violations


def test_a_line_that_somebody_who_was_there_never_reads_is_lost(talk: Talk) -> None:
    talk.say("ann", "one")
    talk.read("one", 1, "ann")
    talk.checker.forget()
    assert talk.counts() == (1, 1, 1, 0, 0)
    assert talk.violations.listed() == [f"chat {ROOM}: 'one' of ann was not seen by ben"]


def test_a_line_that_is_never_acknowledged_is_lost(talk: Talk) -> None:
    talk.say("ann", "one")
    talk.checker.forget()
    assert talk.counts() == (1, 0, 1, 0, 0)


def test_who_came_later_need_not_have_read_it(talk: Talk) -> None:
    talk.say("ann", "one")
    talk.enter("eve")
    talk.read("one", 1, "ann", "ben")
    assert talk.checker.outstanding == 0


def test_who_left_need_not_have_read_it(talk: Talk) -> None:
    talk.say("ann", "one")
    talk.checker.saw("ben", RaceEntered("00000def", watching=False), talk.now)
    talk.read("one", 1, "ann")
    assert talk.checker.outstanding == 0


def test_who_came_back_to_the_room_was_there_all_the_time(talk: Talk) -> None:
    talk.say("ann", "one")
    talk.enter("ben")
    talk.read("one", 1, "ann")
    assert talk.checker.outstanding == 1


def test_who_was_told_that_history_no_longer_reaches_back_is_excused(talk: Talk) -> None:
    talk.say("ann", "one")
    talk.now += 1
    talk.enter("ben", complete=False)
    talk.read("one", 1, "ann")
    assert talk.checker.outstanding == 0


def test_a_new_era_excuses_nobody(talk: Talk) -> None:
    talk.say("ann", "one")
    talk.now += 1
    talk.enter("ben", complete=False, new_era=True)
    talk.read("one", 1, "ann")
    assert talk.checker.outstanding == 1


def test_who_entered_another_room_has_left_this_one(talk: Talk) -> None:
    talk.say("ann", "one")
    talk.enter("ben", room="lobby")
    talk.read("one", 1, "ann")
    assert talk.checker.outstanding == 0


def test_a_session_that_was_forgotten_is_nowhere(talk: Talk) -> None:
    talk.say("ann", "one")
    talk.checker.saw("ben", StartedOver("ben"), talk.now)
    talk.read("one", 1, "ann")
    assert talk.checker.outstanding == 0


def test_a_line_read_twice_is_doubled_also_under_another_era_and_number(talk: Talk) -> None:
    talk.say("ann", "one")
    talk.read("one", 1, "ann", "ben")
    talk.read("one", 1, "ben")
    talk.read("one", 7, "ben", era="0000000b")
    assert talk.counts() == (1, 1, 0, 2, 0)


def test_a_number_below_the_last_is_out_of_order(talk: Talk) -> None:
    talk.say("ann", "one")
    talk.say("ann", "two")
    talk.read("two", 2, "ann", "ben")
    talk.read("one", 1, "ann")
    assert talk.counts() == (2, 2, 0, 0, 1)
    assert talk.violations.listed() == [f"chat {ROOM}: ann read line 1 after 2"]


def test_numbers_of_another_era_do_not_compare(talk: Talk) -> None:
    talk.read("one", 9, "ann")
    talk.read("two", 1, "ann", era="0000000b")
    assert talk.checker.reordered == 0


def test_a_line_whose_author_left_first_is_nobodys_loss(talk: Talk) -> None:
    talk.say("ann", "one")
    talk.checker.saw("ann", NotSaid(ROOM, "one"), talk.now)
    talk.checker.forget()
    assert talk.counts() == (0, 0, 0, 0, 0)


def test_old_lines_are_judged_and_forgotten_and_so_are_empty_rooms(talk: Talk) -> None:
    talk.say("ann", "one")
    talk.checker.forget(talk.now)
    assert talk.checker.outstanding == 1, "it is not old enough"
    talk.checker.forget(talk.now + 1)
    assert talk.checker.lost == 1
    for client in ("ann", "ben"):
        talk.checker.saw(client, StartedOver(client), talk.now)
    talk.checker.forget(talk.now + 1)
    assert not talk.checker._rooms
