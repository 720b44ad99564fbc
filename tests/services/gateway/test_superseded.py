from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.framing import BadFrame
from schemas.to_server import Drive, Input
from services.gateway.superseded import newest_steering
from tests.services.gateway.shapes import frame

DRIVES = [frame("drive", inputs=[[1, 60, 0, 0]]), Drive(inputs=(Input(2, 60, 0, 0),)).encode()]
FRAMES = st.lists(st.sampled_from([*DRIVES, frame("ping", id=1), b"?", b'{"text":"drive"}']))


def is_drive(one: bytes) -> bool:
    return one in DRIVES


def stream(frames: Sequence[bytes], *, broken: bool) -> Iterator[bytes]:
    yield from frames
    if broken:
        raise BadFrame("bad_frame", "", "", "")


@given(FRAMES, st.booleans())
def test_of_steering_that_came_together_the_last_is_left_and_of_all_else_everything_in_order(
    frames: list[bytes], broken: bool
) -> None:
    seen, counted = list[bytes](), list[int]()
    with pytest.raises(BadFrame) if broken else nullcontext():
        seen.extend(newest_steering(stream(frames, broken=broken), counted.append))
    followed = [not (is_drive(one) and is_drive(following)) for one, following in pairwise([*frames, b""])]
    assert seen == [one for one, stays in zip(frames, followed, strict=True) if stays]
    assert counted == [len(frames) - len(seen)]


def test_what_was_before_a_bad_frame_is_read_before_it_is_told() -> None:
    frames = newest_steering(stream(DRIVES[:1], broken=True), lambda _: None)
    assert is_drive(next(frames))
    with pytest.raises(BadFrame):
        next(frames)
