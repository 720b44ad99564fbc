import contextlib
import socket
import sys

import pytest

from services.gateway import descriptors

if sys.platform == "win32":
    pytest.skip("Windows has no such limit", allow_module_level=True)
else:
    import resource

INFINITY = resource.RLIM_INFINITY


def test_what_the_other_side_has_not_taken_is_told_and_nothing_of_a_closed_socket() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as sock:
        sock.setblocking(False)
        assert descriptors.unread(sock) == 0
        with contextlib.suppress(BlockingIOError):
            while True:
                sock.send(bytes(65_536))
        assert descriptors.unread(sock) > 0
    assert descriptors.unread(sock) == 0


@pytest.mark.parametrize(
    ("limits", "wanted", "after"),
    [
        ((1024, 65536), 20_000, (20_000, 65536)),
        ((1024, 4096), 20_000, (4096, 4096)),
        ((1024, INFINITY), 20_000, (20_000, INFINITY)),
        ((65536, 65536), 20_000, None),
    ],
)
def test_the_limit_is_raised_as_far_as_it_may_and_never_lowered(
    monkeypatch: pytest.MonkeyPatch, limits: tuple[int, int], wanted: int, after: tuple[int, int] | None
) -> None:
    done: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _: limits)
    monkeypatch.setattr(resource, "setrlimit", lambda _, now: done.append(now))
    descriptors.allow(wanted)
    assert done == ([after] if after else [])
