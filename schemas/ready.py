"""What a process prints on its standard output, as one line of JSON, when it serves."""

from typing import Annotated, Final, Literal, get_args

from pydantic import Field

from schemas.base import Shape
from schemas.ids import Endpoint, ProcessName

Service = Literal["gateway", "game", "chat"]
Role = Literal["redis", "gateway", "game", "chat"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)


class Ready(Shape):
    """One process is ready to work; `address` is null where nobody connects to it."""

    role: Role
    name: ProcessName
    pid: Annotated[int, Field(ge=1)]
    address: Endpoint | None


class StackReady(Shape):
    """All processes of a local stack are ready; those that were not started by the stack are not listed."""

    redis: str
    """The URL to connect to."""
    processes: tuple[Ready, ...]
