"""What the process under test has counted so far; tests compare before and after, for all of them share one process."""

from prometheus_client import REGISTRY


def counted(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0
