from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from schemas.limits import MAX_SEATS
from services.game.bots import NAMES
from services.game.crew import GRACE_TICKS, Crew
from tests.services.game.people import caller, session


def crew_of(*numbers: int, capacity: int = MAX_SEATS) -> Crew:
    crew = Crew()
    for number in numbers:
        crew.watch(caller(number))
        crew.want_seat(session(number))
    crew.seat_waiting(capacity)
    return crew


def nicks(crew: Crew) -> list[str]:
    return [seat.nick for seat in crew.seats]


def test_seats_go_to_who_asked_first() -> None:
    crew = crew_of(3, 1, 2, capacity=2)
    assert nicks(crew) == ["Nick3", "Nick1"]
    assert crew.watchers == 1
    crew.leave(session(3), keep_seat=False)
    crew.seat_waiting(2)
    assert nicks(crew) == ["Nick1", "Nick2"]


def test_who_only_watches_gets_no_seat() -> None:
    crew = Crew()
    crew.watch(caller(1))
    crew.seat_waiting(8)
    assert (nicks(crew), crew.watchers) == ([], 1)


def test_every_seat_has_its_own_colour_also_after_one_was_free() -> None:
    crew = crew_of(1, 2, 3)
    crew.leave(session(2), keep_seat=False)
    crew.watch(caller(4))
    crew.want_seat(session(4))
    crew.seat_waiting(8)
    assert [seat.colour for seat in crew.seats] == [0, 2, 1]


def test_a_seat_that_is_kept_is_marked_and_nobodys() -> None:
    crew = crew_of(1, 2)
    crew.set_ready(session(1), True)
    crew.leave(session(1), keep_seat=True)
    assert (crew.seats[0].left, crew.seats[0].ready, crew.drivers()) == (True, False, [None, session(2)])
    assert crew.driver(session(1)) == ""


def test_for_a_new_round_only_people_who_are_still_here_keep_a_seat() -> None:
    crew = crew_of(1, 2, 3)
    crew.add_bots(2, NAMES)
    crew.leave(session(2), keep_seat=True)
    crew.regroup()
    assert nicks(crew) == ["Nick1", "Nick3"]
    assert crew.drivers() == [session(1), session(3)]


def test_bots_take_names_that_are_free() -> None:
    crew = crew_of(1)
    crew.seats[0] = crew.seats[0].replace(nick=NAMES[0])
    crew.add_bots(2, NAMES)
    assert nicks(crew) == [NAMES[0], NAMES[1], NAMES[2]]
    assert [seat.bot for seat in crew.seats] == [False, True, True]


def test_who_is_away_too_long_is_known() -> None:
    crew = crew_of(1, 2)
    crew.go(session(1), 100)
    crew.go(session(1), 200)
    assert crew.seats[0].away
    assert crew.gone_too_long(99 + GRACE_TICKS) == []
    assert [member.caller for member in crew.gone_too_long(100 + GRACE_TICKS)] == [caller(1)]
    crew.come(caller(1, generation=2))
    assert not crew.seats[0].away
    assert crew.gone_too_long(10**6) == []


class Coming(RuleBasedStateMachine):
    """People come, go and leave in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.crew = Crew()

    people = st.integers(1, 12)

    @rule(number=people)
    def asks_for_a_seat(self, number: int) -> None:
        if session(number) not in self.crew.members:
            self.crew.watch(caller(number))
        self.crew.want_seat(session(number))

    @rule(capacity=st.integers(1, 8))
    def the_race_waits(self, capacity: int) -> None:
        self.crew.seat_waiting(capacity)

    @rule(number=people, keep=st.booleans())
    def leaves(self, number: int, keep: bool) -> None:
        if session(number) in self.crew.members:
            self.crew.leave(session(number), keep)

    @rule(number=people, tick=st.integers(0, 100))
    def is_away(self, number: int, tick: int) -> None:
        if session(number) in self.crew.members:
            self.crew.go(session(number), tick)

    @rule()
    def a_round_begins(self) -> None:
        self.crew.regroup()

    @invariant()
    def every_driver_has_the_seat_with_their_name_and_state(self) -> None:
        seated = [member for member in self.crew.members.values() if member.seat is not None]
        for member in seated:
            seat = self.crew.seats[member.seat or 0]
            assert (seat.nick, seat.away, seat.left) == (member.caller.nick, member.away_since is not None, False)
        assert len({member.seat for member in seated}) == len(seated)
        assert sum(not seat.left for seat in self.crew.seats) == len(seated)

    @invariant()
    def no_two_seats_look_alike(self) -> None:
        assert len({seat.colour for seat in self.crew.seats}) == len(self.crew.seats) <= MAX_SEATS


TestComing = Coming.TestCase
