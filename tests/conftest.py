"""What holds for all tests."""

import logging
import sys
import threading
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import settings

# What these find wrong is told as by a test.
pytest.register_assert_rewrite("tests.failover.world")

# A busy machine is no failure (pytest-timeout bounds each test); what failed can be run again from what is printed.
settings.register_profile("slipstream", deadline=None, print_blob=True)
settings.load_profile("slipstream")


@pytest.fixture(scope="session", autouse=True)
def no_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What a game remembers is not written among the things of whoever runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        home = tmp_path_factory.mktemp("home")
        for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "HOME"):
            patch.setenv(name, str(home))
        yield


@pytest.fixture(autouse=True)
def unconfigured_logs() -> Iterator[None]:
    """Whoever sets up logs in a test does so for that test."""
    handlers, level, hooks = logging.root.handlers[:], logging.root.level, (sys.excepthook, threading.excepthook)
    yield
    logging.root.handlers[:], (sys.excepthook, threading.excepthook) = handlers, hooks
    logging.root.setLevel(level)
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()
