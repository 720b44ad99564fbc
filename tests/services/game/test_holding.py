"""Between two answers of Redis a race does nothing that could have to be taken back."""

from collections.abc import Sequence

from schemas import names
from services.game.holding import RENEW_AFTER, Holding, Outgoing, Write
from services.shared.claims import Claim
from services.shared.ownership import ACT_WITHIN, LEASE

REPLY = Outgoing("somewhere", b"hello")


class Thing:
    """Wants to store how far it has gone."""

    closed = False

    def __init__(self) -> None:
        self.ticks = 0
        self.messages: Sequence[Outgoing] = (REPLY,)
        self.is_quiet = False

    def receive(self, frame: bytes) -> None: ...

    def advance(self, ticks: int) -> Write | None:
        self.ticks += ticks
        if self.is_quiet:
            return None
        text = b"%d" % self.ticks
        return Write({"state": text}, (text,), self.messages, keep=False)


def holding(thing: Thing, renewed_at: float = 0.0) -> Holding:
    return Holding(Claim(names.race("00000001"), "token", 1, renewed_at), thing, {"state": b"0"})


def test_an_unanswered_write_is_sent_again_to_the_letter_and_the_clock_stands_still() -> None:
    thing = Thing()
    held = holding(thing)
    first = held.next(0.1, 3)
    assert held.next(0.2, 3) == first
    assert thing.ticks == 3


def test_messages_wait_until_redis_has_taken_what_they_speak_of() -> None:
    held = holding(Thing())
    held.next(0.1, 3)
    assert held.accepted() == (REPLY,)
    assert held.accepted() == ()


def test_what_was_accepted_is_what_is_restored() -> None:
    held = holding(Thing())
    held.next(0.1, 3)
    assert held.stored == {"state": b"0"}
    held.accepted()
    assert held.stored == {"state": b"3"}


def test_an_owner_that_could_not_write_for_long_only_renews() -> None:
    thing = Thing()
    commit = holding(thing).next(LEASE * ACT_WITHIN, 3)
    assert commit
    assert not commit.fields
    assert not commit.lines
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
