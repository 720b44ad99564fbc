"""What `make abuse` holds against a run."""

from pathlib import Path

import pytest

from bench.abuse.__main__ import MOST_MEMORY, Phase, judged
from slipstream.bots.checker import Checker
from slipstream.bots.samples import Samples


def samples(*milliseconds: float) -> Samples:
    some = Samples()
    for one in milliseconds:
        some.add(one / 1000)
    return some


QUIET = Phase((), samples(50, 60))


@pytest.mark.parametrize(
    ("phase", "said"),
    [
        (Phase(("flood",), samples(78)), []),
        (Phase(("flood",), samples(79)), ["flood: p99 79.0 ms is more than 1.3 times 60.0 ms"]),
        (Phase(("flood",)), ["flood: p99 - ms is more than 1.3 times 60.0 ms"]),
        (Phase(("slow",), samples(60), resumes=2), ["slow: 2 bots were cut off"]),
        (Phase(("slow",), samples(60), memory=MOST_MEMORY + 1), ["slow: a gateway had 301 MB, 300 MB allowed"]),
    ],
)
def test_bots_may_notice_so_much_and_no_more(phase: Phase, said: list[str], tmp_path: Path) -> None:
    assert judged([QUIET, phase], Checker(), tmp_path) == said


def test_what_bots_saw_and_what_logs_tell_is_held_against_it(tmp_path: Path) -> None:
    checker = Checker()
    checker.violations.add("ann was thrown out")
    (tmp_path / "gateway-1.log").write_text("Traceback (most recent call last)\n")
    said = judged([QUIET, Phase(("silent",), samples(60))], checker, tmp_path)
    assert said == ["ann was thrown out", "log of gateway-1: Traceback (most recent call last)"]
