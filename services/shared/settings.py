"""What an operator sets: environment variables `SLIPSTREAM_*`, checked before anything starts."""

import sys
from importlib.resources import files
from typing import Annotated, Final, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict

from schemas.ids import Endpoint, ProcessName
from services.shared import sentinels
from services.shared.connect import connect
from services.shared.limits import Limits

WORD_LISTS: Final = ("data", "dictionaries")
"""Where the library has them, one file for each language."""


def _connectable(url: str) -> str:
    connect(url)  # only builds a client
    return url


class ServiceSettings(BaseSettings):
    """What every process has."""

    model_config = SettingsConfigDict(
        env_prefix="SLIPSTREAM_", frozen=True, extra="ignore", hide_input_in_errors=True, enable_decoding=False
    )

    redis: Annotated[str, AfterValidator(_connectable)] = Field(
        "redis://127.0.0.1:6379/0",
        description="URL of Redis or Valkey: redis://, rediss:// (TLS), unix:// or redis+sentinel://HOST:PORT,.../NAME",
    )
    name: Annotated[ProcessName, Field(max_length=32)] | None = Field(
        None, description="name of the process in logs and metrics; its role, if not set. A random part is added"
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


def _has_words(language: str) -> str:
    lists = [entry.name.removesuffix(".json") for entry in files("glin_profanity").joinpath(*WORD_LISTS).iterdir()]
    known = sorted(name for name in lists if name.islower())
    if language not in known:
        raise PydanticCustomError("language", "{one} is none of {known}", {"one": language, "known": ", ".join(known)})
    return language


Language = Annotated[str, AfterValidator(_has_words)]


class GatewaySettings(ServiceSettings, Limits):
    """What only a gateway has."""

    host: str = Field("127.0.0.1", description="address to listen on")
    port: Annotated[int, Field(ge=0, le=65535)] = Field(5560, description="port to listen on; 0: any free one")
    gateways: Annotated[tuple[Endpoint, ...], BeforeValidator(_split)] = Field(
        (), description="HOST:PORT of all gateways, with commas, told to clients so that they can try another"
    )
    word_filter: Annotated[tuple[Language, ...], BeforeValidator(_split)] = Field(
        (),
        description="languages, with commas, whose word lists chat lines and names are held to (english, german, "
        "russian and more); none, if not set",
    )
    proxy_protocol: bool = Field(
        False,
        description="whether every connection begins with a PROXY protocol header, version 1 or 2 (HAProxy's "
        "`send-proxy-v2`), so that clients are told apart by their own address. Then nobody but the proxy may reach "
        "the port",
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


S = TypeVar("S", bound=ServiceSettings)


def read(settings: type[S]) -> S:
    """The settings of this process; a wrong one ends it with one line that says which and what is allowed."""
    try:
        return settings()
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        variable = f"SLIPSTREAM_{str(first['loc'][0]).upper()}" if first["loc"] else "SLIPSTREAM_*"
        sys.exit(f"{variable}: {first['msg']}")
