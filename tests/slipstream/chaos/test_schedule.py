from collections.abc import Mapping, Sequence
from itertools import groupby, pairwise
from operator import attrgetter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.ready import ROLES, Role
from slipstream.chaos.schedule import FIRST_AFTER, SETTLED_AFTER, STOPS, Deed, schedule

wishes = st.dictionaries(st.sampled_from(Deed), st.lists(st.sampled_from(ROLES), unique=True))


@given(seed=st.integers(0, 2**32), wanted=wishes, seconds=st.floats(1, 400))
def test_the_same_seed_plans_the_same_and_only_what_is_wanted_and_in_time(
    seed: int, wanted: Mapping[Deed, Sequence[Role]], seconds: float
) -> None:
    planned = schedule(seed, wanted, seconds)
    assert planned == schedule(seed, wanted, seconds)
    assert all(mischief.role in wanted[mischief.deed] for mischief in planned)
    assert all(FIRST_AFTER <= mischief.at < seconds for mischief in planned)
    assert all(0 <= mischief.pick < 1 for mischief in planned)
    assert all((mischief.lasts in STOPS) == (mischief.deed is Deed.STOP) for mischief in planned)


@given(seed=st.integers(0, 2**32), wanted=wishes)
def test_a_role_is_left_alone_until_the_deed_before_is_over(seed: int, wanted: Mapping[Deed, Sequence[Role]]) -> None:
    by_role = sorted(schedule(seed, wanted, 100), key=attrgetter("role", "at"))
    for _, deeds in groupby(by_role, attrgetter("role")):
        for first, second in pairwise(deeds):
            assert second.at >= first.at + first.lasts + SETTLED_AFTER[first.deed]


def test_two_seeds_plan_different_things() -> None:
    wanted = {Deed.KILL: ROLES}
    assert schedule(1, wanted, 60) != schedule(2, wanted, 60)


@pytest.mark.parametrize("deed", Deed)
def test_in_minutes_every_wanted_role_gets_its_share(deed: Deed) -> None:
    roles = [mischief.role for mischief in schedule(7, {deed: ROLES}, 300)]
    assert min(roles.count(role) for role in ROLES) >= len(roles) / len(ROLES) / 2


def test_two_hundred_kills_fit_into_five_minutes() -> None:
    assert len(schedule(7, {Deed.KILL: ROLES}, 300)) >= 200


def test_with_nothing_wanted_nothing_is_done() -> None:
    assert schedule(1, {Deed.KILL: ()}, 60) == []
