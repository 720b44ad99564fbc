from client.commentary import NEWS_KEPT, Commentary
from client.events import Event
from schemas.close import Close, CloseCode
from schemas.race import Phase, Seat, Standing
from schemas.to_client import Joined, Line, LineKind, Paused, Room
from tests.client.peer import RACE, Peer, race_state, snapshot


class Told:
    """A peer whose session is commented on."""

    def __init__(self) -> None:
        self.peer = Peer()
        self.commentary = Commentary(self.peer.session)

    def take(self, events: list[Event]) -> None:
        for event in events:
            self.commentary.take(event)

    def line(self) -> str:
        return self.commentary.line(self.peer.now)


def racing() -> Told:
    told = Told()
    told.peer.open()
    told.peer.session.events()
    told.take(told.peer.say(Joined(id=0, race=RACE, watching=False), race_state(1, since=60), snapshot(180)))
    return told


def said(number: int, text: str, kind: LineKind = LineKind.SAID) -> Line:
    room = f"race-{RACE}"
    return Line(room=room, era="0" * 8, epoch=1, number=number, kind=kind, nick="Bob", id=number, text=text, at=0.0)


def test_connecting_says_since_when_and_why() -> None:
    told = Told()
    assert told.line() == "connecting"
    told.peer.dial()
    told.peer.lose()
    told.take(told.peer.session.events())
    told.peer.now += 3
    assert told.line() == "connecting for 3 s: cable cut"


def test_without_a_race_we_are_in_the_lobby() -> None:
    told = Told()
    told.peer.open()
    assert told.line() == "in the lobby"
    told.peer.say(Joined(id=0, race=RACE, watching=False))
    assert told.line() == "entering a race"


def test_each_phase_has_its_line() -> None:
    told = racing()
    assert told.line() == "2 s | 1. Bob 0 | 2. Ada 0"
    seats = (Seat(nick="Bob", colour=1), Seat(nick="Ada", colour=0, ready=True))
    told.take(told.peer.say(race_state(2, Phase.WAITING, seats=seats)))
    assert told.line() == "A race waits | Bob | Ada (ready)"
    told.take(told.peer.say(race_state(3, Phase.COUNTDOWN, until=300)))
    assert told.line() == "A race starts in 2 s"
    standings = (Standing(place=1, nick="Ada", score=1000, ticks=4000),)
    told.take(told.peer.say(race_state(4, Phase.FINISHED, standings=standings)))
    assert told.line() == "result | 1. Ada 1000"


def test_chat_and_other_news_are_told_once() -> None:
    told = racing()
    room = Room(room=f"race-{RACE}", era="0" * 8, epoch=1, first=1, head=2, complete=True, count=1, members=("Ada",))
    told.take(told.peer.say(room, said(1, "", LineKind.JOINED), said(2, "hello")))
    assert told.line().endswith("| Bob joined | Bob: hello")
    assert "hello" not in told.line()


def test_of_much_news_the_newest_is_told() -> None:
    told = racing()
    room = Room(room=f"race-{RACE}", era="0" * 8, epoch=1, first=1, head=50, complete=True, count=1, members=("Ada",))
    told.take(told.peer.say(room, *(said(number, f"line {number}") for number in range(1, 51))))
    assert told.line().count("Bob: line") == NEWS_KEPT


def test_a_pause_and_the_end_are_told() -> None:
    told = racing()
    told.take(told.peer.say(Paused(paused=True)))
    assert told.line() == "the servers pause, nothing is lost"
    told.take(told.peer.say(Close.because(CloseCode.REPLACED, "you are elsewhere")))
    assert told.line() == "it is over | you are elsewhere"
