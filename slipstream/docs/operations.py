"""The tables of docs/operations.md: what can be set, limits aside, and what is measured."""

from collections.abc import Iterator
from types import ModuleType
from typing import Any, Final

from prometheus_client.metrics import MetricWrapperBase
from pydantic.fields import FieldInfo

from services.chat import metrics as chat_metrics
from services.game import metrics as game_metrics
from services.gateway import metrics as gateway_metrics
from services.shared import metrics
from services.shared.limits import Limits
from services.shared.settings import IN_FILE, PREFIX, SENSITIVE, ChatSettings, GatewaySettings, ServiceSettings

_METRICS: Final[dict[str, ModuleType]] = {
    "every process": metrics,
    "gateways": gateway_metrics,
    "games": game_metrics,
    "chats": chat_metrics,
}
_SETTINGS: Final[dict[str, type[ServiceSettings]]] = {
    "every process": ServiceSettings,
    "gateways": GatewaySettings,
    "chats": ChatSettings,
}


def tables() -> dict[str, str]:
    """Those of docs/operations.md by name."""
    return {"settings": _settings(), "metrics": _metrics()}


def _settings() -> str:
    rows = [
        f"| `{PREFIX}{name.upper()}` | {who} | {_default(field)} | {_meaning(name, field)} |"
        for who, model in _SETTINGS.items()
        for name, field in model.model_fields.items()
        if who == "every process" or name not in {**ServiceSettings.model_fields, **Limits.model_fields}
    ]
    return "\n".join(["| variable | for | default | |", "| --- | --- | --- | --- |", *rows])


def _meaning(name: str, field: FieldInfo) -> str:
    file = f"; or `{PREFIX}{name.upper()}{IN_FILE}`: a file with it" if SENSITIVE in field.metadata else ""
    return f"{_allowed(field)}{field.description}{file}"


def _default(field: FieldInfo) -> str:
    default: Any = None if field.default_factory else field.get_default()
    return f"`{default}`" if default not in (None, (), "") else ""


def _allowed(field: FieldInfo) -> str:
    """Bounds of a number, in front of its description."""
    bounds = {
        "ge": "from {}",
        "gt": "above {}",
        "le": "up to {}",
    }
    found = [
        text.format(getattr(bound, name))
        for bound in field.metadata
        for name, text in bounds.items()
        if getattr(bound, name, None) is not None
    ]
    return f"{' '.join(found)}: " if found else ""


def _metrics() -> str:
    rows = [
        f"| `{name}` | {who} | {labels} | {text} |"
        for who, module in _METRICS.items()
        for name, labels, text in _families(module)
    ]
    return "\n".join(["| metric | of | labels | |", "| --- | --- | --- | --- |", *rows])


def _families(module: ModuleType) -> Iterator[tuple[str, str, str]]:
    for metric in vars(module).values():
        if isinstance(metric, MetricWrapperBase):
            [family] = metric.describe()
            suffix = {"counter": "_total", "info": "_info"}.get(family.type, "")
            labels = metric._labelnames  # noqa: SLF001 - it tells them in no other way
            yield family.name + suffix, ", ".join(f"`{label}`" for label in labels), family.documentation
        elif isinstance(metric, metrics.Tally):
            yield metric.name, f"`{metric.label}`", metric.documentation
