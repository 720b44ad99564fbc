"""What the tests of one replica among its peers have in common."""

import pytest

from services.shared import ownership, peers
from services.shared import replica as replica_module


@pytest.fixture(autouse=True)
def quick_reports(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replicas hear of each other five times as often as usual."""
    monkeypatch.setattr(peers, "REPORT_EVERY", 0.05)


@pytest.fixture
def quick_trust(monkeypatch: pytest.MonkeyPatch) -> None:
    """A replica trusts what it observes after a fraction of the usual time."""
    for module in (ownership, replica_module):
        monkeypatch.setattr(module, "TRUST_AFTER", 0.1)
