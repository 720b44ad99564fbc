"""What an operator sets: environment variables `SLIPSTREAM_*`, checked before anything starts.

A wrong one ends the process with `WRONG` and one line that names it and what is allowed; so does one that no process
knows, for it is one that was misspelt. Those of other roles are passed over: all may be given the same environment.
"""

import importlib.metadata
import os
import sys
from collections.abc import Iterator
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Final, NoReturn, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict

from schemas.ids import Endpoint, ProcessName
from services.shared import places
from services.shared.certificate import Certificate
from services.shared.connect import connect
from services.shared.limits import Limits

PREFIX: Final = "SLIPSTREAM_"
IN_FILE: Final = "_FILE"
"""Ends the name of a variable that says in which file a secret stands."""
SENSITIVE: Final = "may stand in a file"
"""Marks a setting that nobody but the process should read."""
WRONG: Final = 2
"""Exit code of a process that was given a wrong setting."""
WORD_LISTS: Final = ("data", "dictionaries")
"""Where the library has them, one file for each language."""


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

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="ignore", hide_input_in_errors=True, enable_decoding=False
    )

    redis: Annotated[str, AfterValidator(_connectable), SENSITIVE] = Field(
        "redis://127.0.0.1:6379/0",
        description="URL of Redis or Valkey: redis://, rediss:// (TLS), unix://, redis+sentinel://HOST:PORT,.../NAME "
        "or redis+cluster://HOST:PORT,...",
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
    proxy_protocol: bool = Field(
        False,
        description="whether every connection begins with a PROXY protocol header, version 1 or 2 (HAProxy's "
        "`send-proxy-v2`), so that clients are told apart by their own address. Then nobody but the proxy may reach "
        "the port",
    )
    tls_certificate: Path | None = Field(
        None, description="file with the certificate chain: clients must use TLS. Read again when it is replaced"
    )
    tls_key: Path | None = Field(None, description="file with the key of the certificate")
    word_filter: Annotated[tuple[Language, ...], BeforeValidator(_split)] = Field(
        (),
        description="languages, with commas, whose word lists chat lines and names are held to (english, german, "
        "russian and more); none, if not set",
    )

    def certificate(self) -> Certificate | None:
        """What clients are shown; None: no TLS. Raises WrongSetting."""
        variable = _variable("tls_certificate")
        if bool(self.tls_certificate) != bool(self.tls_key):
            raise WrongSetting(variable, f"goes together with {_variable('tls_key')}")
        if self.tls_certificate is None or self.tls_key is None:
            return None
        if self.proxy_protocol:
            raise WrongSetting(variable, f"not with {_variable('proxy_protocol')}: behind a proxy, TLS ends there")
        try:
            return Certificate(self.tls_certificate, self.tls_key)
        except OSError as error:
            raise WrongSetting(variable, f"files with a certificate and its key, not: {error}") from error


class ChatSettings(ServiceSettings):
    """What only a chat replica has."""

    replicas: Annotated[int, Field(ge=0, le=16)] | None = Field(
        None,
        description="replicas of Redis that must have a chat line before it is acknowledged; if not set, 1 with "
        "redis+sentinel:// or redis+cluster://, else 0",
    )

    @property
    def wait_for_replicas(self) -> int:
        replicated = places.scheme(self.redis) in (*places.SENTINELS, *places.CLUSTERS)
        return int(replicated) if self.replicas is None else self.replicas


ALL: Final[tuple[type[RedisSettings], ...]] = (ServiceSettings, GatewaySettings, ChatSettings)
"""Those of all processes."""


class WrongSetting(Exception):
    """A setting proves wrong only now that it is used. Arguments: the variable, and why."""


S = TypeVar("S", bound=RedisSettings)


def read(settings: type[S]) -> S:
    """The settings of this process."""
    if issubclass(settings, ServiceSettings):  # a tool may be run where other things are set up
        _refuse_unknown()
    in_files: dict[str, Any] = dict(_in_files(settings))
    try:
        return settings(**in_files)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = str(first["loc"][0])
        meaning = settings.model_fields[name].description
        refuse(_variable(name) + IN_FILE * (name in in_files), f"{first['msg']} ({meaning})")


def variables(settings: type[RedisSettings]) -> Iterator[str]:
    """The names of all that may be set."""
    for name, field in settings.model_fields.items():
        yield _variable(name)
        if SENSITIVE in field.metadata:
            yield _variable(name) + IN_FILE


def _in_files(settings: type[RedisSettings]) -> Iterator[tuple[str, str]]:
    """What is not in the environment itself: a file is not told by whoever lists processes or containers."""
    for name, field in settings.model_fields.items():
        variable = _variable(name) + IN_FILE
        if SENSITIVE not in field.metadata or variable not in os.environ:
            continue
        if _variable(name) in os.environ:
            refuse(variable, f"only one of it and {_variable(name)}")
        try:
            yield name, Path(os.environ[variable]).read_text().strip()
        except (OSError, UnicodeDecodeError) as error:
            refuse(variable, f"a file that can be read, not one with: {getattr(error, 'strerror', None) or error}")


def _variable(name: str) -> str:
    return f"{PREFIX}{name.upper()}"


def _refuse_unknown() -> None:
    known = {variable for settings in ALL for variable in variables(settings)}
    for name in sorted(os.environ.keys() - known):
        if name.startswith(PREFIX):
            near = get_close_matches(name, known, n=1, cutoff=0.8)
            refuse(name, f"no such setting{f', is {near[0]} meant?' if near else ''}")


def refuse(variable: str, why: str) -> NoReturn:
    """Ends the process."""
    sys.stderr.write(f"{variable}: {why}\n")
    sys.exit(WRONG)
