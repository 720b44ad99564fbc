from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.framing import BadFrame, Lines

LIMIT = 16


def frames_of(pieces: list[bytes], limit: int = LIMIT) -> tuple[list[bytes], tuple[str, str, str] | None]:
    """The frames that come out, and code, limit and actual of the error that ended it."""
    lines = Lines(limit)
    frames: list[bytes] = []
    error = None
    for piece in pieces:
        feed = lines.feed(piece)
        while error is None:
            try:
                frames.append(next(feed))
            except StopIteration:
                break
            except BadFrame as bad:
                error = (bad.code, bad.limit, bad.actual)
    return frames, error


streams = st.lists(
    st.sampled_from([b"\n", b"\r", b"\r\n", b"a", b"{}", b"\x00", b"\xff", "é".encode(), "€".encode(), b"x" * LIMIT])
    | st.binary(max_size=LIMIT + 2),
    max_size=20,
).map(b"".join)


@given(streams, st.lists(st.integers(0, 300), max_size=10))
def test_however_a_stream_is_cut_the_same_frames_or_the_same_error_come_out(stream: bytes, cuts: list[int]) -> None:
    edges = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    pieces = [stream[start:end] for start, end in pairwise(edges)]
    one_by_one = [bytes([byte]) for byte in stream]
    assert frames_of([stream]) == frames_of(one_by_one) == frames_of(pieces)


@given(
    st.lists(st.text(st.characters(exclude_characters="\x00\r\n", codec="utf-8"), min_size=1, max_size=5), max_size=9)
)
def test_lines_come_out_as_they_went_in(lines: list[str]) -> None:
    frames = [line.encode() for line in lines]
    assert frames_of([b"".join(frame + b"\n" for frame in frames)], limit=64) == (frames, None)


@pytest.mark.parametrize(
    ("stream", "frames"),
    [
        (b"a\nb\n", [b"a", b"b"]),
        (b"a\r\nb\r\n", [b"a", b"b"]),
        (b"\n\r\n\na\n", [b"a"]),
        (b"a\rb\n", [b"a\rb"]),
        (b"unfinished", []),
        (b"x" * (LIMIT - 1) + b"\n", [b"x" * (LIMIT - 1)]),
        (b"a\n" * 1000, [b"a"] * 1000),
    ],
    ids=["lines", "CRLF", "empty lines", "CR within", "no end", "the limit", "many at once"],
)
def test_good_streams(stream: bytes, frames: list[bytes]) -> None:
    assert frames_of([stream]) == (frames, None)


@pytest.mark.parametrize(
    ("stream", "frames", "code"),
    [
        (b"x" * LIMIT + b"\n", 0, "frame_too_long"),
        (b"x" * LIMIT, 0, "frame_too_long"),
        (b"a\n" + b"x" * 10_000, 1, "frame_too_long"),
        (b"a\nb\xff\nc\n", 1, "bad_frame"),
        (b"a\n\xed\xa0\x80\n", 1, "bad_frame"),
        (b"\xe2\x82\n", 0, "bad_frame"),
        (b"a\x00b\n", 0, "bad_frame"),
    ],
    ids=["one more", "one more, no end", "never ends", "not UTF-8", "a surrogate", "half a character", "NUL"],
)
def test_bad_streams_end_with_code_limit_and_actual_after_the_good_frames(
    stream: bytes, frames: int, code: str
) -> None:
    found, error = frames_of([stream])
    assert len(found) == frames
    assert error is not None
    assert error[0] == code
    assert all(error)


def test_an_error_tells_which_byte_it_was() -> None:
    with pytest.raises(BadFrame, match="UTF-8") as caught:
        list(Lines(LIMIT).feed(b"ab\xff\n"))
    assert caught.value.actual == "byte 0xff"
