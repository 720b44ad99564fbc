"""What the fuzzer starts from, and what it ever found, is tried in every run of the tests, without the fuzzer."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.fuzz.__main__ import SEEDS
from bench.fuzz.target import one


@pytest.mark.parametrize("seed", sorted(SEEDS.iterdir()), ids=lambda seed: seed.name)
def test_a_seed_leads_to_frames_messages_and_answers_only(seed: Path) -> None:
    one(seed.read_bytes())


@given(st.binary())
def test_any_bytes_can_be_tried(data: bytes) -> None:
    one(data)
