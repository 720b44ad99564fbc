import pytest

from services.game.sim.slipstream import drafted
from services.game.sim.tuning import DRAFT_FAR, DRAFT_FULL, DRAFT_NEAR, DRAFT_SPEED, DRAFT_WIDTH

HERE = (100_000, 0)


@pytest.mark.parametrize(
    ("ahead", "aside", "pulls"),
    [
        (DRAFT_NEAR, 0, True),
        (DRAFT_NEAR - 1, 0, False),
        (DRAFT_FAR, 0, True),
        (DRAFT_FAR + 1, 0, False),
        (10_000, DRAFT_WIDTH, True),
        (10_000, -DRAFT_WIDTH, True),
        (10_000, DRAFT_WIDTH + 1, False),
        (-10_000, 0, False),
    ],
)
def test_only_a_car_ahead_and_in_line_pulls(ahead: int, aside: int, pulls: bool) -> None:
    other = (HERE[0] + ahead, HERE[1] + aside)
    assert drafted(5, DRAFT_SPEED, HERE, [HERE, other]) == (6 if pulls else 0)


def test_it_grows_no_more_when_it_pulls_its_most() -> None:
    assert drafted(DRAFT_FULL, DRAFT_SPEED, HERE, [(110_000, 0)]) == DRAFT_FULL


def test_a_slow_car_has_none() -> None:
    assert drafted(5, DRAFT_SPEED - 60, HERE, [(110_000, 0)]) == 0
