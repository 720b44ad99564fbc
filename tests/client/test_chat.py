from dataclasses import dataclass, field
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.chat import ENTER_SPACING, PLACES_KEPT, Chat
from client.events import Event, NotSaid, Refused, ReportTaken, RoomEntered
from client.outbox import QUEUED_LINES
from client.reading import LINES_KEPT_BACK
from schemas.close import Error, ErrorCode
from schemas.ids import room_of
from schemas.limits import CHAT_TEXT_MAX, REQUEST_RETRY
from schemas.to_client import Head, Line, LineKind, Reported, Room, Told
from schemas.to_server import Enter, Report, Say, Seen, Tell

ERA, LATER_ERA = "0000000a", "0000000b"
RACE_ROOM = room_of("00000abc")


def chat() -> Chat:
    reader = Chat("lobby", count(1).__next__)
    reader.nick = "Ada"
    return reader


def line(number: int, nick: str = "Bob", line_id: int = 0, **more: object) -> Line:
    fields: dict[str, object] = {
        "room": "lobby",
        "era": ERA,
        "epoch": 1,
        "number": number,
        "kind": LineKind.SAID,
        "nick": nick,
        "id": line_id or number,
        "text": f"line {number}",
        "at": 0.0,
    }
    return Line.model_validate(fields | more)


def room(first: int, head: int, **more: object) -> Room:
    fields: dict[str, object] = {
        "room": "lobby",
        "era": ERA,
        "epoch": 1,
        "first": first,
        "head": head,
        "complete": True,
        "count": 2,
        "members": ("Ada", "Bob"),
    }
    return Room.model_validate(fields | more)


def head(number: int, era: str = ERA, epoch: int = 1) -> Head:
    return Head(room="lobby", era=era, epoch=epoch, number=number, count=2)


def entered(first: int = 1, last: int = 0) -> Chat:
    """A reader that has read the room up to `last`."""
    reader = chat()
    list(reader.due(0.0))
    reader.take_room(room(first, last))
    for number in range(first, last + 1):
        reader.take_line(line(number))
    return reader


def numbers(events: list[Event]) -> list[int]:
    return [event.number for event in events if isinstance(event, Line)]


# Reading


def test_the_room_is_entered_until_it_answers() -> None:
    reader = chat()
    assert list(reader.due(0.0)) == [Enter(room="lobby")]
    assert list(reader.due(REQUEST_RETRY)) == [Enter(room="lobby")]
    assert reader.take_room(room(1, 0)) == [RoomEntered("lobby", ("Ada", "Bob"), 2, True, False)]
    assert list(reader.due(REQUEST_RETRY * 2)) == []


def test_lines_are_passed_on_in_order_and_doubles_are_not() -> None:
    reader = entered(5, 6)
    assert numbers(reader.take_line(line(7))) == [7]
    assert numbers(reader.take_line(line(7))) == []
    assert numbers(reader.take_line(line(5))) == []
    assert list(reader.due(1.0)) == []


def test_a_gap_is_asked_for_and_what_came_after_it_waits() -> None:
    reader = entered(1, 2)
    assert numbers(reader.take_line(line(4))) == []
    assert list(reader.due(1.0)) == [Enter(room="lobby", seen=Seen(ERA, 2))]
    (again,) = reader.take_room(room(3, 4))
    assert isinstance(again, RoomEntered)
    assert again.complete
    assert numbers(reader.take_line(line(3))) == [3, 4]
    assert numbers(reader.take_line(line(4))) == []


def test_a_line_that_overtakes_the_answer_is_not_lost() -> None:
    reader = chat()
    list(reader.due(0.0))
    reader.take_line(line(3))
    reader.take_room(room(2, 2))
    assert numbers(reader.take_line(line(2))) == [2, 3]
    reader = chat()
    reader.take_line(line(1))
    assert numbers(reader.take_room(room(1, 0))) == [1]


def test_a_head_above_our_place_is_a_gap_and_an_equal_one_is_none() -> None:
    reader = entered(1, 2)
    reader.take_head(head(2))
    assert list(reader.due(1.0)) == []
    reader.take_head(head(3))
    assert list(reader.due(1.0)) == [Enter(room="lobby", seen=Seen(ERA, 2))]


def test_history_that_no_longer_reaches_back_is_told_and_skipped() -> None:
    reader = entered(1, 2)
    reader.take_line(line(300))
    (again,) = reader.take_room(room(101, 300, complete=False))
    assert isinstance(again, RoomEntered)
    assert not again.complete
    assert not again.new_era
    assert numbers(reader.take_line(line(101))) == [101]


def test_a_new_era_is_asked_for_and_told_and_read_from_its_first_line() -> None:
    reader = entered(1, 50)
    assert numbers(reader.take_line(line(3, era=LATER_ERA))) == []
    assert list(reader.due(1.0)) == [Enter(room="lobby", seen=Seen(ERA, 50))]
    (again,) = reader.take_room(room(2, 3, era=LATER_ERA))
    assert isinstance(again, RoomEntered)
    assert again.new_era
    assert numbers(reader.take_line(line(2, "Eve", era=LATER_ERA))) == [2, 3]
    assert numbers(reader.take_line(line(51))) == [], "a line of the old era has no place any more"


def test_of_a_new_era_only_what_was_not_read_before_is_passed_on() -> None:
    """The room remembers lines 1 to 5 under a new era; 2 and 3 were read, 1 is older than that."""
    reader = chat()
    reader.take_room(room(2, 3))
    assert numbers([*reader.take_line(line(2)), *reader.take_line(line(3))]) == [2, 3]
    reader.take_room(room(1, 5, era=LATER_ERA, complete=False))
    read = [event for number in range(1, 7) for event in reader.take_line(line(number, era=LATER_ERA))]
    assert numbers(read) == [4, 5, 6]


def test_of_a_new_era_that_remembers_nothing_of_what_was_read_everything_is_passed_on() -> None:
    reader = entered(1, 50)
    reader.take_room(room(1, 2, era=LATER_ERA, complete=False))
    read = [event for number in (1, 2, 3) for event in reader.take_line(line(number, "Eve", era=LATER_ERA))]
    assert numbers(read) == [1, 2, 3]


def test_a_head_of_another_era_is_asked_about_even_if_it_is_lower() -> None:
    reader = entered(1, 50)
    reader.take_head(head(3, LATER_ERA))
    assert list(reader.due(1.0)) == [Enter(room="lobby", seen=Seen(ERA, 50))]


def test_a_room_full_of_gaps_is_asked_for_no_more_often_than_the_spacing() -> None:
    reader = entered()
    asked = 0
    for moment in range(100):
        reader.take_line(line(5))
        asked += len(list(reader.due(1.0 + moment / 100)))
        reader.take_room(room(1, 0))
    assert asked <= 1 / ENTER_SPACING + 1


def test_few_lines_are_kept_back_and_the_next_one_always_finds_its_way() -> None:
    reader = entered()
    for number in range(2, 200):
        reader.take_line(line(number))
    assert numbers(reader.take_line(line(1))) == list(range(1, LINES_KEPT_BACK + 2))


def test_other_rooms_are_not_heard() -> None:
    reader = entered()
    assert reader.take_line(line(1, room=RACE_ROOM)) == []
    assert reader.take_room(room(9, 9, room=RACE_ROOM)) == []


def test_the_roster_follows_joins_and_leaves() -> None:
    reader = entered()
    reader.take_line(line(1, "Eve", kind=LineKind.JOINED, text=""))
    assert list(reader.members) == ["Ada", "Bob", "Eve"]
    reader.take_line(line(2, "Bob", kind=LineKind.LEFT, text=""))
    reader.take_line(line(3, "Eve", kind=LineKind.JOINED, text=""))
    assert list(reader.members) == ["Ada", "Eve"]
    assert reader.count == 2


def test_whoever_comes_back_alone_is_still_on_the_roster_after_the_missed_lines() -> None:
    reader = chat()
    reader.take_room(room(1, 2, members=("Ada",), count=1))
    reader.take_line(line(1, "Ada", kind=LineKind.LEFT, text=""))
    reader.take_line(line(2, "Ada", kind=LineKind.JOINED, text=""))
    assert (reader.members, reader.count) == (("Ada",), 1)


def test_a_room_that_is_too_big_to_list_stays_a_number() -> None:
    reader = chat()
    reader.take_room(room(1, 0, members=(), count=900))
    reader.take_line(line(1, "Eve", kind=LineKind.JOINED, text=""))
    assert (reader.members, reader.count) == ((), 900)


def test_a_room_that_was_left_is_read_on_from_where_it_was() -> None:
    reader = entered(1, 7)
    reader.enter(RACE_ROOM)
    assert list(reader.due(1.0)) == [Enter(room=RACE_ROOM)]
    reader.take_room(room(1, 0, room=RACE_ROOM))
    reader.enter("lobby")
    assert list(reader.due(2.0)) == [Enter(room="lobby", seen=Seen(ERA, 7))]


def test_the_place_in_few_rooms_is_remembered() -> None:
    reader = entered(1, 7)
    for race in range(PLACES_KEPT):
        reader.enter(room_of(f"{race:08x}"))
    reader.enter("lobby")
    assert list(reader.due(9.0)) == [Enter(room="lobby")]


# Saying


def test_a_line_is_repeated_until_it_comes_back_and_then_the_next_goes() -> None:
    reader = entered()
    assert reader.say("one") is None
    reader.say("two")
    one = Say(room="lobby", id=1, text="one")
    assert list(reader.due(1.0)) == [one]
    assert list(reader.due(1.0 + REQUEST_RETRY)) == [one]
    reader.take_line(line(1, "Ada", 1, text="one"))
    assert list(reader.due(2.5)) == [Say(room="lobby", id=2, text="two")]


def test_a_line_that_comes_back_doubled_or_too_early_is_an_acknowledgement_all_the_same() -> None:
    reader = entered(1, 3)
    reader.say("one")
    list(reader.due(1.0))
    reader.take_line(line(9, "Ada", 1))
    assert [sent for sent in reader.due(9.0) if isinstance(sent, Say)] == []


@pytest.mark.parametrize("what", [head(1, epoch=2), line(2, epoch=2)])
def test_a_new_owner_is_told_at_once_what_was_under_way_to_the_one_before(what: Head | Line) -> None:
    reader = chat()
    reader.take_room(room(1, 1))
    reader.take_line(line(1))
    reader.say("hello")
    reader.tell("Bob", "psst")
    said = list(reader.due(1.0))
    assert [type(message) for message in said] == [Say, Tell]
    assert list(reader.due(1.1)) == []
    if isinstance(what, Head):
        reader.take_head(what)
    else:
        reader.take_line(what)
    assert list(reader.due(1.2)) == said
    reader.take_head(head(2, epoch=2))
    reader.take_head(head(2, epoch=1))
    assert not any(isinstance(message, Say) for message in reader.due(1.3)), "once is enough, and the old one is gone"


def test_somebody_elses_line_with_our_id_is_not_ours() -> None:
    reader = entered()
    reader.say("one")
    list(reader.due(1.0))
    reader.take_line(line(1, "Bob", 1))
    assert len(list(reader.due(9.0))) == 1


def test_nothing_is_said_before_the_room_has_answered_and_all_is_repeated_after_a_new_connection() -> None:
    reader = chat()
    reader.say("one")
    assert list(reader.due(0.0)) == [Enter(room="lobby")]
    reader.take_room(room(1, 0))
    one = Say(room="lobby", id=1, text="one")
    assert list(reader.due(0.1)) == [one]
    reader.again()
    assert list(reader.due(0.2)) == [Enter(room="lobby", seen=Seen(ERA, 0))]
    reader.take_room(room(1, 0))
    assert list(reader.due(0.3)) == [one]


def test_ids_go_on_above_those_of_an_earlier_life_of_the_session() -> None:
    reader = chat()
    reader.take_room(room(1, 1))
    reader.take_line(line(1, "Ada", 17))
    reader.say("hello again")
    assert [sent.id for sent in reader.due(1.0) if isinstance(sent, Say)] == [18]


def test_lines_under_way_in_a_room_that_is_left_are_told_as_not_said() -> None:
    reader = entered()
    reader.say("one")
    reader.say("two")
    list(reader.due(1.0))
    assert reader.enter(RACE_ROOM) == [NotSaid("lobby", "one"), NotSaid("lobby", "two")]
    assert reader.enter(RACE_ROOM) == []


def test_ids_count_for_each_room() -> None:
    reader = entered()
    reader.say("one")
    list(reader.due(1.0))
    reader.enter(RACE_ROOM)
    list(reader.due(2.0))
    reader.take_room(room(1, 0, room=RACE_ROOM))
    reader.say("one")
    assert [sent.id for sent in reader.due(3.0) if isinstance(sent, Say)] == [1]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("x" * (CHAT_TEXT_MAX + 1), ErrorCode.LINE_TOO_LONG),
        ("", ErrorCode.LINE_INVALID),
        ("two\nlines", ErrorCode.LINE_INVALID),
        ("lone \ud800", ErrorCode.LINE_INVALID),
    ],
)
def test_what_can_never_be_a_line_is_refused_before_it_is_sent(text: str, code: ErrorCode) -> None:
    reader = entered()
    for refused in (reader.say(text), reader.tell("Bob", text)):
        assert refused
        assert refused.code is code
    assert list(reader.due(1.0)) == []


def test_more_lines_than_may_wait_are_refused() -> None:
    reader = entered()
    assert [reader.say("x") for _ in range(QUEUED_LINES)] == [None] * QUEUED_LINES
    assert isinstance(reader.say("x"), Refused)


def test_a_line_that_the_server_will_never_have_is_given_up_and_a_throttled_one_is_not() -> None:
    reader = entered()
    reader.say("one")
    (one,) = reader.due(1.0)
    assert reader.refused(Error(code=ErrorCode.TOO_MANY, text="slowly", about=1)) is None
    assert list(reader.due(9.0)) == [one]
    assert reader.refused(Error(code=ErrorCode.LINE_INVALID, text="no", about=1)) == one
    assert list(reader.due(99.0)) == []


def test_who_is_not_in_the_room_after_all_enters_again() -> None:
    reader = entered(1, 2)
    reader.say("one")
    list(reader.due(1.0))
    reader.refused(Error(code=ErrorCode.NOT_IN_ROOM, text="no", about=1))
    assert list(reader.due(2.0)) == [Enter(room="lobby", seen=Seen(ERA, 2))]


# Telling


def told(nick: str, to: str, line_id: int = 1) -> Told:
    return Told(nick=nick, to=to, id=line_id, text="psst", at=0.0)


def test_a_line_for_one_is_repeated_until_told() -> None:
    reader = entered()
    assert reader.tell("Bob", "psst") is None
    tell = Tell(id=1, to="Bob", text="psst")
    assert list(reader.due(1.0)) == [tell]
    assert list(reader.due(1.0 + REQUEST_RETRY)) == [tell]
    assert reader.take_told(told("Ada", "Bob")) == [told("Ada", "Bob")]
    assert list(reader.due(9.0)) == []


def test_a_doubled_told_is_passed_on_once() -> None:
    reader = entered()
    assert reader.take_told(told("Bob", "Ada"))
    assert not reader.take_told(told("Bob", "Ada"))
    assert reader.take_told(told("Bob", "Ada", 2))


def test_a_line_for_nobody_is_given_up() -> None:
    reader = entered()
    reader.tell("Nobody", "psst")
    (tell,) = reader.due(1.0)
    assert reader.refused(Error(code=ErrorCode.NOBODY, text="who?", about=1)) == tell
    assert list(reader.due(9.0)) == []
    assert isinstance(reader.tell("", "psst"), Refused)


# Reporting


def test_a_report_is_repeated_until_it_is_answered() -> None:
    reader = entered()
    assert reader.report("Bob", "insults") is None
    report = Report(id=1, nick="Bob", why="insults")
    assert list(reader.due(1.0)) == [report]
    assert list(reader.due(1.0 + REQUEST_RETRY)) == [report]
    assert reader.take_reported(Reported(id=1)) == [ReportTaken("Bob")]
    assert reader.take_reported(Reported(id=1)) == []
    assert list(reader.due(9.0)) == []


@pytest.mark.parametrize("code", [ErrorCode.TOO_MANY, ErrorCode.NOBODY, ErrorCode.LINE_INVALID])
def test_a_report_that_is_refused_is_given_up(code: ErrorCode) -> None:
    reader = entered()
    reader.report("Bob", "insults")
    (report,) = reader.due(1.0)
    assert reader.refused(Error(code=code, text="no", about=1)) == report
    assert list(reader.due(9.0)) == []


def test_a_report_that_can_never_be_taken_is_not_sent() -> None:
    reader = entered()
    assert isinstance(reader.report("", "insults"), Refused)
    assert isinstance(reader.report("Bob", "two\nlines"), Refused)


def test_a_line_that_a_muted_player_said_is_given_up() -> None:
    reader = entered()
    reader.say("hello")
    (line,) = reader.due(1.0)
    assert reader.refused(Error(code=ErrorCode.MUTED, text="muted", about=1)) == line
    assert list(reader.due(9.0)) == []


# Everything that can happen to lines on their way


@dataclass
class ModelRoom:
    """What the protocol says that a room does."""

    history: int
    era: int = 1
    lines: list[Line] = field(default_factory=list)
    said: dict[str, int] = field(default_factory=dict)

    def publish(self, nick: str, line_id: int) -> Line:
        """A line once, however often it is said."""
        if line_id <= self.said.get(nick, 0):
            return next(old for old in self.lines if (old.nick, old.id) == (nick, line_id))
        self.said[nick] = line_id
        text = f"{nick} {line_id}"
        self.lines.append(line(len(self.lines) + 1, nick, line_id, era=f"{self.era:08x}", text=text))
        return self.lines[-1]

    def answer(self, enter: Enter) -> list[Room | Line]:
        top = len(self.lines)
        knows = enter.seen is not None and enter.seen.era == f"{self.era:08x}"
        wanted = enter.seen.number + 1 if enter.seen and knows else 1
        first = max(wanted, top - self.history + 1)
        complete = enter.seen is None or (knows and first == wanted)
        return [room(first, top, era=f"{self.era:08x}", complete=complete), *self.lines[first - 1 :]]

    def restart(self) -> None:
        """A new era of the same lines."""
        self.era += 1
        self.lines = [old.replace(era=f"{self.era:08x}") for old in self.lines]

    def forget(self) -> None:
        self.era, self.lines, self.said = self.era + 1, [], {}


STEPS = st.lists(
    st.sampled_from(["publish", "lost", "doubled", "late", "say", "time", "deaf", "restart", "forget"]), max_size=60
)


class Way:
    """Between a reader and its room, where anything may be lost, doubled or late."""

    def __init__(self, history: int) -> None:
        self.room, self.reader, self.now = ModelRoom(history), chat(), 0.0
        self.events: list[Event] = []
        self.late: list[Line] = []
        self.others = count(1)
        self.saying = 0

    def carry(self, *messages: Room | Line) -> None:
        for message in messages:
            if isinstance(message, Room):
                self.events += self.reader.take_room(message)
            else:
                self.events += self.reader.take_line(message)

    def exchange(self, *, arrives: bool = True) -> None:
        self.now += REQUEST_RETRY
        for asked in self.reader.due(self.now):
            if isinstance(asked, Enter) and arrives:
                self.carry(*self.room.answer(asked))
            elif isinstance(asked, Say):
                said = self.room.publish("Ada", asked.id)
                if arrives:
                    self.carry(said)

    def step(self, what: str) -> None:
        if what in ("forget", "restart"):
            self.room.forget() if what == "forget" else self.room.restart()
            self.late.clear()
        elif what == "say":
            self.saying += self.reader.say("anything") is None
        elif what in ("time", "deaf"):
            self.exchange(arrives=what == "time")
        else:
            self.publish(what)

    def publish(self, what: str) -> None:
        new = self.room.publish("Bob", next(self.others))
        if what == "late":
            self.late.append(new)
        elif what != "lost":
            self.carry(*[new] * (2 if what == "doubled" else 1), *self.late)
            self.late.clear()

    def settle(self) -> None:
        """The way is good again, and an idle room announces its head."""
        for _ in range(self.saying + 3):
            self.reader.take_head(head(len(self.room.lines), f"{self.room.era:08x}"))
            self.exchange()


@given(STEPS, st.integers(1, 80))
def test_whatever_happens_every_line_is_read_once_in_order_or_told_as_missed(steps: list[str], history: int) -> None:
    way = Way(history)
    for step in steps:
        way.step(step)
    way.settle()

    era, number, text, allowed_gap = "", 0, "", True
    for event in way.events:
        if isinstance(event, RoomEntered):
            allowed_gap = allowed_gap or event.new_era or not event.complete
        elif isinstance(event, Line):
            follows = (event.era, event.number) == (era, number + 1)
            assert follows or allowed_gap
            assert event.era != era or event.number > number
            era, number, text, allowed_gap = event.era, event.number, event.text, False
    if way.room.lines:
        # A new era does not repeat what was read in the one before.
        assert text == way.room.lines[-1].text


@given(STEPS.filter(lambda steps: "forget" not in steps))
def test_every_line_of_a_room_that_remembers_is_read_once_and_in_order_through_all_eras(steps: list[str]) -> None:
    way = Way(history=200)
    way.exchange()
    for step in steps:
        way.step(step)
    way.settle()
    said = [(line.nick, line.id) for line in way.room.lines]
    assert [line_id for nick, line_id in said if nick == "Ada"] == list(range(1, way.saying + 1))
    assert [(event.nick, event.id) for event in way.events if isinstance(event, Line)] == said
