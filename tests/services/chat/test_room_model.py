"""Whatever is lost, doubled, late or killed: each acknowledged line is there once, in one order, without gaps."""

from collections.abc import Iterator

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from schemas.limits import LEFT_HELD_BACK
from schemas.to_client import Line, LineKind
from services.chat.history import History
from services.chat.plan import Plan
from services.chat.room import ChatRoom, ToRoom
from services.chat.store import Stored
from tests.services.chat.model import ModelStore, Reader
from tests.services.chat.people import ANN, BOB, CAT, NICKS, detach, enter, leave, messages, say

SESSIONS = st.sampled_from([ANN, BOB, CAT])
FATES = st.sampled_from(["stored and seen", "stored, owner killed", "owner killed", "answer lost, written again"])


class Conversation(RuleBasedStateMachine):
    """Three people, an owner that dies now and then, and a Redis that may lose everything, or the newest lines."""

    @initialize()
    def begin(self) -> None:
        self.now, self.epoch, self.eras = 1000.0, 0, self._count_eras()
        self.store = ModelStore(next(self.eras))
        self.readers = {session: Reader() for session in NICKS}
        self.generations = dict.fromkeys(NICKS, 1)
        self.said = dict.fromkeys(NICKS, 0)
        self.texts: dict[tuple[str, int], str] = {}
        self.take_over()

    def _count_eras(self) -> Iterator[str]:
        return (f"{number:08x}" for number in range(1, 1_000_000))

    # What people do

    @rule(session=SESSIONS, fate=FATES)
    def enter(self, session: str, fate: str) -> None:
        self.pass_on([enter(session, self.readers[session].seen, self.generations[session])], fate)

    @rule(session=SESSIONS, fate=FATES)
    def come_back_through_another_gateway(self, session: str, fate: str) -> None:
        gone = detach(session, self.generations[session])
        self.generations[session] += 1
        back = enter(session, self.readers[session].seen, self.generations[session])
        self.pass_on([gone, back], fate)

    @rule(session=SESSIONS, times=st.integers(1, 3), fate=FATES)
    def say(self, session: str, times: int, fate: str) -> None:
        """The next line, or once more the one that is not acknowledged; each copy with a text of its own."""
        if self.said[session] in self.readers[session].acknowledged | {0}:
            self.said[session] += 1
        line_id, generation = self.said[session], self.generations[session]
        self.pass_on([say(session, line_id, f"copy {copy}", generation) for copy in range(times)], fate)

    @rule(session=SESSIONS, old=st.integers(1, 5))
    def say_something_old_again(self, session: str, old: int) -> None:
        if old <= self.said[session]:
            self.pass_on([say(session, old, "late copy", self.generations[session])], "stored and seen")

    @rule(session=SESSIONS, fate=FATES)
    def leave(self, session: str, fate: str) -> None:
        self.pass_on([leave(session)], fate)

    @rule(session=SESSIONS)
    def vanish(self, session: str) -> None:
        self.pass_on([detach(session, self.generations[session])], "stored and seen")
        self.now += LEFT_HELD_BACK
        self.room.pass_time(self.now)
        self.pass_on([], "stored and seen")

    # What machines do

    @rule()
    def take_over(self) -> None:
        self.epoch += 1
        history = History("lobby", self.store.era, self.epoch, self.store.head, self.store.lines)
        self.room = ChatRoom(history, self.store.members, self.store.said, spare_era=next(self.eras), now=self.now)

    @rule()
    def lose_everything(self) -> None:
        self.store = ModelStore("ffffffff")
        self.room.restart(next(self.eras))
        self.pass_on([], "stored and seen")

    @precondition(lambda self: self.store.head > 1)
    @rule()
    def lose_the_newest_line(self) -> None:
        self.store.head -= 1
        self.store.lines.pop()
        self.pass_on([], "stored and seen")

    def pass_on(self, asked: list[ToRoom], fate: str) -> None:
        for message in asked:
            self.room.take(message, self.now)
        plan = self.room.plan()
        if fate == "owner killed":
            self.take_over()
            return
        outcome = self.store.write(plan)
        if fate == "answer lost, written again":
            assert self.store.write(plan) is outcome
        if outcome is Stored.BEHIND:
            self.room.restart(next(self.eras))
            self.pass_on([], "stored and seen")
        elif fate == "stored, owner killed":
            self.publish(plan)
            self.take_over()
        else:
            self.room.accepted(plan)
            self.publish(plan)
            self.answer(plan)

    def publish(self, plan: Plan) -> None:
        for session, reader in self.readers.items():
            for line in () if plan.anew else plan.lines:
                reader.read(NICKS[session], Line.model_validate_json(line))

    def answer(self, plan: Plan) -> None:
        for answer in plan.answers:
            for message in messages(answer.body):
                self.readers[answer.session].read(NICKS[answer.session], message)

    # What must hold

    @rule()
    def whoever_asks_is_level_with_the_room(self) -> None:
        back = [enter(name, reader.seen, self.generations[name]) for name, reader in self.readers.items()]
        self.pass_on([*back, *back], "stored and seen")
        for reader in self.readers.values():
            assert (reader.era, reader.number) == (self.store.era, self.store.head)

    @invariant()
    def lines_are_numbered_without_a_gap(self) -> None:
        lines = [Line.model_validate_json(line) for line in self.store.lines]
        assert [line.number for line in lines] == list(range(self.store.head - len(lines) + 1, self.store.head + 1))
        assert {line.era for line in lines} <= {self.store.era}

    @invariant()
    def nothing_is_there_twice_and_the_first_text_stands(self) -> None:
        said = [line for line in map(Line.model_validate_json, self.store.lines) if line.kind is LineKind.SAID]
        assert len({(line.nick, line.id) for line in said}) == len(said)

    @invariant()
    def whatever_was_acknowledged_is_there(self) -> None:
        said = {(line.nick, line.id) for line in map(Line.model_validate_json, self.store.lines)}
        for session, reader in self.readers.items():
            assert {(NICKS[session], line_id) for line_id in reader.acknowledged} <= said

    @invariant()
    def a_reader_who_asks_ends_up_with_the_lines_of_the_room(self) -> None:
        for session, reader in self.readers.items():
            if session in self.room.sessions and reader.must_ask is False and reader.era == self.store.era:
                there = {line.number: line for line in map(Line.model_validate_json, self.store.lines)}
                for number, line in reader.lines.items():
                    if line.era == self.store.era:
                        assert there[number] == line


Conversation.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestConversation = Conversation.TestCase
