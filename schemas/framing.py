"""Lines out of a byte stream.

A frame is the bytes before a newline; a carriage return before it is dropped, an empty line is skipped (a person at
`nc` presses Enter). A frame is UTF-8 without NUL. However the stream is cut into pieces, the same frames or the same
error come out.
"""

from collections.abc import Iterator


class BadFrame(Exception):
    """The stream cannot be read on. `limit` and `actual` say what was allowed and what came."""

    def __init__(self, code: str, text: str, limit: str, actual: str) -> None:
        super().__init__(text)
        self.code, self.text, self.limit, self.actual = code, text, limit, actual


class Lines:
    """Splits a stream into frames of at most `limit` bytes, the newline included."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._rest = b""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The frames that `data` completes; raises `BadFrame` after the good frames before the bad one."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._check_length(len(line) + 1)
            frame = line.removesuffix(b"\r")
            if frame:
                yield _checked(frame)
        # Without its newline, a rest as long as the limit is already too long.
        self._check_length(len(self._rest) + 1)

    def _check_length(self, length: int) -> None:
        if length > self._limit:
            actual = f"{self._limit + 1} bytes or more"
            raise BadFrame("frame_too_long", "frame too long", f"{self._limit} bytes", actual)


def _checked(frame: bytes) -> bytes:
    if b"\0" in frame:
        raise BadFrame("bad_frame", "frame holds a NUL", "UTF-8 text", f"NUL at byte {frame.index(0)}")
    if frame.isascii():
        return frame
    try:
        frame.decode()
    except UnicodeDecodeError as error:
        raise BadFrame("bad_frame", "frame is not UTF-8", "UTF-8 text", f"byte {frame[error.start]:#04x}") from None
    return frame
