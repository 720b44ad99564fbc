"""What an operator sets: environment variables `SLIPSTREAM_*`, checked before anything starts."""

import importlib.metadata
import sys
from typing import Annotated, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from schemas.ids import Endpoint, ProcessName
from services.shared import sentinels
from services.shared.connect import connect


def _connectable(url: str) -> str:
    connect(url)  # only builds a client
    return url


def _installed() -> str:
    """The version of the package; an image that only has its files sets one."""
    try:
        return importlib.metadata.version("slipstream")
    except importlib.metadata.PackageNotFoundError:
        return "unknown"


class RedisSettings(BaseSettings):
    """Where Redis is: for processes, and for operators' tools."""

    model_config = SettingsConfigDict(env_prefix="SLIPSTREAM_", frozen=True, extra="ignore", hide_input_in_errors=True)

    redis: Annotated[str, AfterValidator(_connectable)] = Field(
        "redis://127.0.0.1:6379/0",
        description="URL of Redis or Valkey: redis://, rediss:// (TLS), unix:// or redis+sentinel://HOST:PORT,.../NAME",
    )


class ServiceSettings(RedisSettings):
    """What every process has."""

    name: Annotated[ProcessName, Field(max_length=32)] | None = Field(
        None, description="name of the process in logs and metrics; its role, if not set. A random part is added"
    )
    version: Annotated[str, Field(pattern=r"^[A-Za-z0-9._+-]{1,64}$")] = Field(
        default_factory=_installed, description="what this build calls itself; the package's version, if not set"
    )
    log_level: Annotated[str, Field(pattern="^(debug|info|warning|error)$")] = Field(
        "info", description="least level that is logged: debug, info, warning or error"
    )
    log_json: bool | None = Field(None, description="logs as JSON; if not set, wherever no terminal reads them")
    drain_within: Annotated[float, Field(gt=0, le=300)] = Field(
        10.0, description="seconds that a process may take to hand its work over after SIGTERM"
    )
    health_host: str = Field("127.0.0.1", description="address of the port for /health, /ready and /metrics")
    health_port: Annotated[int, Field(ge=0, le=65535)] | None = Field(
        None, description="port for /health, /ready and /metrics; 0: any free one, told in the log. None, if not set"
    )
    exit_with_stdin: bool = Field(
        False, description="end when the standard input ends, so that no process outlives the one that started it"
    )


def _split(value: object) -> object:
    return tuple(filter(None, value.split(","))) if isinstance(value, str) else value


class GatewaySettings(ServiceSettings):
    """What only a gateway has."""

    host: str = Field("127.0.0.1", description="address to listen on")
    port: Annotated[int, Field(ge=0, le=65535)] = Field(5560, description="port to listen on; 0: any free one")
    gateways: Annotated[tuple[Endpoint, ...], NoDecode, BeforeValidator(_split)] = Field(
        (), description="HOST:PORT of all gateways, with commas, told to clients so that they can try another"
    )


class ChatSettings(ServiceSettings):
    """What only a chat replica has."""

    replicas: Annotated[int, Field(ge=0, le=16)] | None = Field(
        None,
        description="replicas of Redis that must have a chat line before it is acknowledged; if not set, 1 with "
        "redis+sentinel://, else 0",
    )

    @property
    def wait_for_replicas(self) -> int:
        behind_sentinels = urlsplit(self.redis).scheme in sentinels.SCHEMES
        return int(behind_sentinels) if self.replicas is None else self.replicas


S = TypeVar("S", bound=RedisSettings)


def read(settings: type[S]) -> S:
    """The settings of this process; a wrong one ends it with one line that says which and what is allowed."""
    try:
        return settings()
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        variable = f"SLIPSTREAM_{str(first['loc'][0]).upper()}" if first["loc"] else "SLIPSTREAM_*"
        sys.exit(f"{variable}: {first['msg']}")
