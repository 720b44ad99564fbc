"""What watches the processes asks for what they tell, and whoever is woken finds what to do."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client import REGISTRY

from services.shared import metrics
from slipstream.docs import operations

ROOT = Path(__file__).parents[2]
RULES = ROOT / "deploy" / "prometheus" / "alerts.yml"
RULES_TRIED = Path(__file__).parent / "alerts_test.yml"
DASHBOARD = ROOT / "deploy" / "grafana" / "dashboards" / "slipstream.json"
PROMTOOL = shutil.which("promtool")

PARTS = ("_bucket", "_sum", "_count")
"""What a histogram is scraped as."""
LIBRARY = {"process_start_time_seconds", "process_open_fds", "process_max_fds", "up"}
"""What the client library and Prometheus have by themselves."""
ADDED = {"job", "instance", "role", "version"}
"""Labels that Prometheus adds, and those of the information on a process."""

EXPRESSIONS = re.findall(r"^ +expr: (.*)$", RULES.read_text(), re.MULTILINE)
ALERTS = re.findall(r"^ +- alert: (\w+)$", RULES.read_text(), re.MULTILINE)


def told() -> dict[str, set[str]]:
    """Every metric of ours, with its labels."""
    rows = operations.tables()["metrics"].splitlines()[2:]
    cells = [[cell.strip() for cell in row.split("|")] for row in rows]
    return {cell[1].strip("`"): set(re.findall(r"`(\w+)`", cell[3])) for cell in cells}


def asked(expressions: list[str]) -> Iterator[tuple[str, str]]:
    """Every metric of ours in them, without the part of a histogram, and its selector."""
    for expression in expressions:
        for name, selector in re.findall(r"\b(slipstream_\w+)(\{[^}]*\})?", expression):
            bare = next((name.removesuffix(part) for part in PARTS if name.endswith(part)), name)
            yield bare if bare in told() else name, selector


def of_dashboard() -> list[str]:
    dashboard = json.loads(DASHBOARD.read_text())
    return [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", ())]


def selected(expressions: list[str]) -> Iterator[tuple[str, str, str]]:
    """Metric, label and value of every selector."""
    for name, selector in asked(expressions):
        for label, values in re.findall(r'(\w+)!?=~?"([^"]*)"', selector):
            yield from ((name, label, value) for value in values.split("|"))


@pytest.mark.parametrize("expressions", [EXPRESSIONS, of_dashboard()], ids=["alerts", "dashboard"])
def test_every_metric_that_is_asked_for_is_told_with_these_labels(expressions: list[str]) -> None:
    assert len(expressions) >= len(ALERTS) > 20
    known = told()
    assert not [name for name, _ in asked(expressions) if name not in known]
    assert not [(name, label) for name, label, _ in selected(expressions) if label not in known[name] | ADDED]


def test_every_value_that_an_alert_waits_for_exists() -> None:
    metrics.expect("game")
    there = {
        (sample.name, label, value)
        for family in REGISTRY.collect()
        for sample in family.samples
        for label, value in sample.labels.items()
    }
    counters = [chosen for chosen in selected(EXPRESSIONS) if chosen[0].endswith("_total")]
    assert counters
    assert not [chosen for chosen in counters if chosen not in there]


def test_of_the_librarys_metrics_only_these_are_asked_for() -> None:
    names = {name for expression in EXPRESSIONS for name in re.findall(r"\b(process_\w+|up)\b", expression)}
    assert names == LIBRARY


@pytest.mark.parametrize("alert", ALERTS)
def test_whoever_is_woken_by_an_alert_finds_what_to_do(alert: str) -> None:
    page = (ROOT / "docs" / "operations.md").read_text()
    assert re.search(rf"^\| `{alert}` \| .{{10,}} \| .{{10,}} \|$", page, re.MULTILINE)


def test_no_alert_is_explained_that_does_not_exist() -> None:
    chapter = (ROOT / "docs" / "operations.md").read_text().split("\n## Alerts\n")[1].split("\n## ")[0]
    assert re.findall(r"^\| `(\w+)` \|", chapter, re.MULTILINE) == ALERTS


@pytest.mark.skipif(PROMTOOL is None, reason="there is no promtool here")
@pytest.mark.parametrize("arguments", [["check", "rules", str(RULES)], ["test", "rules", str(RULES_TRIED)]])
def test_prometheus_takes_the_rules_and_they_fire_when_they_should(arguments: list[str]) -> None:
    done = subprocess.run([str(PROMTOOL), *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
