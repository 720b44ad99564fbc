from hypothesis import given
from hypothesis import strategies as st

from services.gateway.wheel import Wheel


@given(st.lists(st.tuples(st.sampled_from("+-"), st.integers(0, 30))), st.integers(1, 8))
def test_in_a_turn_everybody_is_visited_once(changes: list[tuple[str, int]], slots: int) -> None:
    wheel: Wheel[int] = Wheel(slots)
    members: set[int] = set()
    for change, member in changes:
        if change == "-":
            wheel.remove(member)
            members.discard(member)
        elif member not in members:
            wheel.add(member)
            members.add(member)
    assert set(wheel) == members
    assert len(wheel) == len(members)
    assert sorted(member for _ in range(slots) for member in wheel.step()) == sorted(members)


def test_the_visits_are_spread_evenly() -> None:
    wheel: Wheel[int] = Wheel(4)
    for member in range(40):
        wheel.add(member)
    assert [len(wheel.step()) for _ in range(4)] == [10, 10, 10, 10]


def test_a_visited_member_may_leave() -> None:
    wheel: Wheel[int] = Wheel(1)
    wheel.add(1)
    wheel.add(2)
    for member in wheel.step():
        wheel.remove(member)
    assert not len(wheel)
