"""What all messages and stored shapes have in common, and how they become bytes and back.

A message is one JSON object, `type` first. Decoding yields a message or raises `BadMessage`, nothing else.
"""

from typing import Any, ClassVar, Generic, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError


class Shape(BaseModel):
    """Strict, closed and immutable: no coercion, no unknown field, no NaN."""

    model_config = ConfigDict(
        strict=True,
        extra="forbid",
        frozen=True,
        allow_inf_nan=False,
        use_attribute_docstrings=True,
        hide_input_in_errors=True,  # an error of ours is logged, and may be about what somebody said
    )

    def replace(self, **changes: Any) -> Self:
        """A copy with some fields changed, checked as a new one is."""
        return type(self)(**{**dict(self), **changes})

    def encode(self) -> bytes:
        """Compact JSON in UTF-8, fields in the order of the model, without a newline."""
        return self.__pydantic_serializer__.to_json(self)


class Message(Shape):
    """A shape that travels by itself. Subclasses start with `type: Literal[...]`."""

    droppable: ClassVar[bool] = False
    """May be left out when a newer one of the same type exists. Anything else must arrive or be asked for again."""

    def line(self) -> bytes:
        """The message as a frame: its JSON and a newline."""
        return self.encode() + b"\n"


class BadMessage(Exception):
    """The peer sent something that is not a message.

    `code` is `bad_message` or `unknown_type`; `limit` says what was allowed, `actual` what came, both short.
    """

    def __init__(self, code: str, text: str, limit: str, actual: str) -> None:
        super().__init__(f"{text} (allowed: {limit}, got: {actual})")
        self.code, self.text, self.limit, self.actual = code, text, limit, actual

    @property
    def for_log(self) -> str:
        """What was wrong, without what the peer wrote: that may be a token, or what somebody said."""
        return f"{self.text} (allowed: {self.limit})"


M = TypeVar("M")


class Codec(Generic[M]):
    """Decodes one tagged union of messages. `newer`: the peer may be newer, fields that are unknown are ignored."""

    def __init__(self, union: Any, *, newer: bool = False) -> None:
        self._adapter: TypeAdapter[M] = TypeAdapter(union)
        self._extra: Literal["ignore"] | None = "ignore" if newer else None

    def decode(self, frame: bytes) -> M:
        """The message in `frame`; raises `BadMessage`."""
        try:
            return self._adapter.validate_json(frame, extra=self._extra)
        except ValidationError as error:
            raise _explain(error) from None

    def json_schema(self) -> dict[str, Any]:
        return self._adapter.json_schema()


_SHOWN = 80
"""Characters of a peer's own input that are repeated to it."""


def _explain(error: ValidationError) -> BadMessage:
    first = error.errors(include_url=False)[0]
    context = first.get("ctx", {})
    if first["type"] == "union_tag_invalid":
        return BadMessage(
            "unknown_type",
            "unknown message type",
            str(context.get("expected_tags", ""))[: 4 * _SHOWN],
            str(context.get("tag", ""))[:_SHOWN],
        )
    where = ".".join(str(part) for part in first["loc"]) or "message"
    limit = ", ".join(f"{name} {value}" for name, value in context.items() if name != "error")
    text = f"{where}: {first['msg']}"[: 2 * _SHOWN]
    return BadMessage("bad_message", text, limit[:_SHOWN] or first["type"], _shorten(first["input"]))


def _shorten(value: Any) -> str:
    if isinstance(value, bytes):
        value = value[:_SHOWN].decode("utf-8", "replace")
    return ascii(value)[:_SHOWN]
