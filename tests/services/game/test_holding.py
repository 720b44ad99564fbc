"""Between two answers of Redis a race does nothing that could have to be taken back."""

from collections.abc import Sequence

from schemas import names
from schemas.stored import SNAPSHOT, STATE
from services.game.holding import RENEW_AFTER, REPEATED, Holding, Outgoing, Write
from services.shared.claims import Appended, Claim
from services.shared.ownership import ACT_WITHIN, LEASE

REPLY = Outgoing("somewhere", b"hello")


class Thing:
    """Wants to store how far it has gone."""

    closed = False

    def __init__(self) -> None:
        self.ticks = 0
        self.messages: Sequence[Outgoing] = (REPLY,)
        self.appended: Sequence[Appended] = ()
        self.is_quiet = False

    def receive(self, frame: bytes) -> None: ...

    def advance(self, ticks: int) -> Write | None:
        self.ticks += ticks
        if self.is_quiet:
            return None
        text = b"%d" % self.ticks
        return Write(snapshot=text, appended=self.appended, messages=self.messages)


def holding(thing: Thing, renewed_at: float = 0.0) -> Holding:
    return Holding(Claim(names.race("00000001"), "token", 1, renewed_at), thing, {STATE: b"all", SNAPSHOT: b"0"})


def test_an_unanswered_write_is_sent_again_and_the_clock_stands_still() -> None:
    thing = Thing()
    held = holding(thing)
    first = held.next(0.1, 3)
    second = held.next(0.2, 3)
    assert first
    assert second
    assert second.snapshot == first.snapshot
    assert thing.ticks == 3


def test_who_did_not_answer_may_have_lost_more_so_all_is_written_again() -> None:
    held = holding(Thing())
    first, second = held.next(0.1, 3), held.next(0.2, 3)
    assert first
    assert second
    assert (first.state, second.state) == (b"", b"all")
    held.accepted()
    third = held.next(0.3, 3)
    assert third
    assert (third.state, third.snapshot) == (b"", b"6")


def test_a_renewal_that_was_not_answered_is_followed_by_all_of_it() -> None:
    thing = Thing()
    held = holding(thing)
    held.next(LEASE, 3)
    again = held.next(LEASE + 0.1, 3)
    assert again
    assert (again.state, again.snapshot) == (b"all", b"0")
    assert thing.ticks == 0


def test_what_was_appended_to_the_newest_list_is_appended_again_where_it_may_be_lost() -> None:
    thing = Thing()
    held = holding(thing)
    old, first, second = Appended("old", b"0"), Appended("new", b"1"), Appended("new", b"2")
    for appended in ((old,), (first,)):
        thing.appended = appended
        commit = held.next(0.1, 3)
        assert commit
        assert commit.appended == appended
        held.accepted()
    thing.appended = (second,)
    held.next(0.2, 3)
    again = held.next(0.3, 3)
    assert again
    assert again.appended == (first, second)
    held.accepted()
    assert held.appended == [first, second]


def test_of_a_long_list_only_the_end_is_appended_again_however_often_redis_is_away() -> None:
    thing = Thing()
    held = holding(thing)
    many = [Appended("new", b"%d" % number) for number in range(REPEATED + 10)]
    for one in many:
        thing.appended = (one,)
        assert held.next(0.0, 3)
        held.accepted()
    thing.appended = ()
    for _ in range(2):
        assert held.next(0.0, 3)
        again = held.next(0.0, 3)
        assert again
        assert again.appended == (*many[-REPEATED:],)
        held.accepted()


def test_whoever_puts_a_thing_back_appends_again_what_was_lost_with_it() -> None:
    thing, lost = Thing(), [Appended("list", b"1")]
    held = Holding(Claim(names.race("00000001"), "token", 1, 0.0), thing, {}, lost)
    commit = held.next(0.1, 3)
    assert commit
    assert commit.appended == (*lost,)


def test_messages_wait_until_redis_has_taken_what_they_speak_of() -> None:
    held = holding(Thing())
    held.next(0.1, 3)
    assert held.accepted() == (REPLY,)
    assert held.accepted() == ()


def test_what_was_accepted_is_what_is_restored() -> None:
    held = holding(Thing())
    held.next(0.1, 3)
    assert held.stored == {STATE: b"all", SNAPSHOT: b"0"}
    held.accepted()
    assert held.stored == {STATE: b"all", SNAPSHOT: b"3"}


def test_an_owner_that_could_not_write_for_long_only_renews() -> None:
    thing = Thing()
    commit = holding(thing).next(LEASE * ACT_WITHIN, 3)
    assert commit
    assert not any((commit.state, commit.line, commit.snapshot))
    assert thing.ticks == 0


def test_it_goes_on_after_a_renewal_was_accepted() -> None:
    thing = Thing()
    held = holding(thing)
    held.next(LEASE, 3)
    held.claim.renewed_at = LEASE
    assert held.accepted() == ()
    held.next(LEASE + 0.1, 3)
    assert thing.ticks == 3


def test_a_quiet_thing_is_renewed_before_its_lease_runs_out_and_not_more_often() -> None:
    thing = Thing()
    thing.is_quiet = True
    held = holding(thing)
    assert held.next(RENEW_AFTER / 2, 3) is None
    assert held.next(RENEW_AFTER, 3)
