import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from bench.overload import hold
from tests.services.servers import WITHIN


@pytest.mark.skipif(sys.platform != "linux", reason="processes are held on Linux only")
def test_a_process_is_held_until_it_ends_and_can_end() -> None:
    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as held:
        holding = threading.Thread(target=hold, args=(os.pidfd_open(held.pid), 0.1))
        holding.start()
        while _state(held.pid) != "T":
            assert holding.is_alive()
        held.terminate()
        held.wait(WITHIN)
        holding.join(WITHIN)
        assert not holding.is_alive()


def _state(process: int) -> str:
    """T: stopped."""
    return Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2][0]
