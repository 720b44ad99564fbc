import sys

import pytest

from services.gateway import descriptors

if sys.platform == "win32":
    pytest.skip("Windows has no such limit", allow_module_level=True)
else:
    import resource

INFINITY = resource.RLIM_INFINITY


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
