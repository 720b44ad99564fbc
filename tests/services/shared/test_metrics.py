"""What is counted is told in Prometheus's form, with no more series than are known beforehand."""

from collections.abc import Iterator

import pytest
from prometheus_client import REGISTRY, generate_latest

from services.shared import metrics
from services.shared.metrics import OTHER, Tally
from tests.services.measured import counted


@pytest.fixture
def tally() -> Iterator[Tally]:
    name = "slipstream_test_total"
    made = Tally(name, "For a test.", "kind", ("one", "two"))
    yield made
    REGISTRY.unregister(made)


def test_a_tally_starts_at_nothing_so_that_the_first_is_an_increase(tally: Tally) -> None:
    assert counted(tally.name, kind="one") == 0
    assert REGISTRY.get_sample_value(tally.name, {"kind": "one"}) is not None


def test_a_tally_is_scraped_as_a_counter(tally: Tally) -> None:
    tally.add("one")
    tally.add("two", 3)
    lines = generate_latest().decode().splitlines()
    assert "# TYPE slipstream_test_total counter" in lines
    assert [line for line in lines if line.startswith("slipstream_test")] == [
        'slipstream_test_total{kind="one"} 1.0',
        'slipstream_test_total{kind="two"} 3.0',
        'slipstream_test_total{kind="other"} 0.0',
    ]


def test_what_nobody_knew_of_makes_no_series_of_its_own(tally: Tally) -> None:
    for number in range(100):
        tally.add(f"type-{number}")
    assert counted(tally.name, kind=OTHER) == 100
    assert "type-1" not in generate_latest().decode()


def test_a_replica_tells_of_every_outcome_before_it_happens() -> None:
    metrics.expect("tested")
    for outcome in ("free", "taken_over", "held", "recent", "missing"):
        assert REGISTRY.get_sample_value("slipstream_claims_total", {"group": "tested", "outcome": outcome}) == 0
    for outcome in ("stored", "refused", "missing", "behind", "unanswered"):
        labels = {"group": "tested", "outcome": outcome}
        assert REGISTRY.get_sample_value("slipstream_fenced_writes_total", labels) == 0
