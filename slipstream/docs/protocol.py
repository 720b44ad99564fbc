"""The tables of docs/protocol.md, and the JSON Schema, from the models."""

import ast
import inspect
import itertools
import json
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any, Final, get_args

from schemas import close, limits, race, to_client, to_server
from schemas.base import Codec, Message

_ROWS: Final = (race.Car, race.Control, to_server.Input, to_server.Seen)


def schema() -> dict[str, Any]:
    """One JSON Schema with both directions."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Slipstream protocol {limits.PROTOCOL}",
        "to_server": to_server.to_server.json_schema(),
        "to_client": to_client.to_client.json_schema(),
    }


def tables() -> dict[str, str]:
    """Those of docs/protocol.md by name."""
    return {
        "to_server": _messages(to_server.to_server, get_args(to_server.AnyToServer)),
        "to_client": _messages(to_client.to_client, get_args(to_client.AnyToClient)),
        "shapes": _shapes(),
        "close_codes": _codes(close.CloseCode, lambda code: "yes" if code in close.RECONNECT else "no"),
        "error_codes": ", ".join(f"`{code}`" for code in close.ErrorCode) + ".",
        "limits": _limits(),
    }


def _messages(codec: Codec[Any], models: Iterable[type[Message]]) -> str:
    definitions = codec.json_schema()["$defs"]
    chapters = []
    for model in models:
        definition = definitions[model.__name__]
        droppable = "\n\nMay be dropped for a newer one." if model.droppable else ""
        chapters.append(f"#### `{_type_of(model)}`\n\n{_text(model)}{droppable}\n\n{_table(definition)}".rstrip())
    return "\n\n".join(chapters)


def _shapes() -> str:
    definitions = to_client.to_client.json_schema()["$defs"] | to_server.to_server.json_schema()["$defs"]
    objects = [race.Seat, race.Standing, race.Summary, to_client.BoardRow]
    chapters = [f"#### {shape.__name__}\n\n{_table(definitions[shape.__name__])}" for shape in objects]
    chapters += [f"#### {row.__name__}\n\n{_text(row)}\n\n{_row_table(row, definitions)}" for row in _ROWS]
    enums: list[type[StrEnum]] = [race.Phase, race.Skill, to_client.LineKind]
    chapters += [f"#### {enum.__name__}\n\n" + ", ".join(f"`{value}`" for value in enum) + "." for enum in enums]
    return "\n\n".join(chapters)


def _table(definition: dict[str, Any]) -> str:
    rows = []
    for name, field in definition["properties"].items():
        if name == "type":
            continue
        default = "" if name in definition.get("required", ()) else f"`{json.dumps(field.get('default'))}`"
        rows.append(f"| `{name}` | {_kind(field)} | {default} | {_one_line(field.get('description', ''))} |")
    return "\n".join(["| field | value | default | |", "| --- | --- | --- | --- |", *rows]) if rows else ""


def _row_table(row: type, definitions: dict[str, Any]) -> str:
    columns = definitions[row.__name__]["prefixItems"]
    texts = _field_texts(row)
    rows = [
        f"| {position} | `{name}` | {_kind(column)} | {texts.get(name, '')} |"
        for position, (name, column) in enumerate(zip(row.__annotations__, columns, strict=True))
    ]
    return "\n".join(["| position | name | value | |", "| --- | --- | --- | --- |", *rows])


def _kind(field: dict[str, Any]) -> str:
    """A JSON Schema in a few words."""
    if "$ref" in field:
        return str(field["$ref"]).rsplit("/", 1)[1]
    if "anyOf" in field:
        return " or ".join(_kind(option) for option in field["anyOf"])
    if "const" in field:
        return f"`{json.dumps(field['const'])}`"
    kinds: dict[str, Callable[[dict[str, Any]], str]] = {
        "integer": lambda f: f"integer {f['minimum']} to {f.get('maximum', f.get('exclusiveMaximum', 0) - 1)}",
        "number": lambda _: "number",
        "string": _string,
        "array": lambda f: f"up to {f.get('maxItems', 'any number')} of {_kind(f['items'])}",
        "boolean": lambda _: "true or false",
        "null": lambda _: "null",
    }
    return kinds[field["type"]](field)


def _string(field: dict[str, Any]) -> str:
    if "pattern" in field:
        pattern = str(field["pattern"]).strip("^$").replace("|", "\\|")
        return f"text like `{pattern}`"
    return f"text of {field.get('minLength', 0)} to {field['maxLength']} characters" if "maxLength" in field else "text"


def _codes(codes: type[StrEnum], reconnect: Callable[[Any], str]) -> str:
    texts = _field_texts(codes)
    rows = [f"| `{code}` | {reconnect(code)} | {texts.get(code.name, '')} |" for code in codes]
    return "\n".join(["| code | reconnect | |", "| --- | --- | --- |", *rows])


def _limits() -> str:
    texts = _field_texts(limits)
    rows = [
        f"| `{name}` | {value} | {texts.get(name, '')} |"
        for name, value in vars(limits).items()
        if name.isupper() and isinstance(value, int | float)
    ]
    return "\n".join(["| limit | value | |", "| --- | --- | --- |", *rows])


def _field_texts(holder: Any) -> dict[str, str]:
    """Name -> the string that stands behind its assignment, for what keeps no docstrings at run time."""
    tree = ast.parse(inspect.getsource(holder))
    body = tree.body[0].body if isinstance(tree.body[0], ast.ClassDef) else tree.body
    texts = {}
    for statement, following in itertools.pairwise(body):
        targets: list[ast.expr] = []
        if isinstance(statement, ast.AnnAssign):
            targets = [statement.target]
        elif isinstance(statement, ast.Assign):
            targets = statement.targets
        if targets and isinstance(targets[0], ast.Name) and isinstance(following, ast.Expr):
            texts[targets[0].id] = _one_line(ast.literal_eval(following.value))
    return texts


def _type_of(model: type[Message]) -> str:
    return str(model.model_fields["type"].default)


def _text(model: type) -> str:
    return inspect.cleandoc(model.__doc__ or "")


def _one_line(text: str) -> str:
    return " ".join(text.split())
