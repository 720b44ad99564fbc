"""Imports point down: entry -> shells -> pure -> ground. The tables say what lies where."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

MAY_IMPORT = {  # of ours, beside itself
    "schemas": [],
    "services.shared": ["schemas"],
    "services.game.sim": ["schemas"],
    "services.game": ["schemas", "services.shared"],
    "services.chat": ["schemas", "services.shared"],
    "services.gateway": ["schemas", "services.shared"],
    "client": ["schemas", "services.game.sim"],
    "slipstream": ["schemas", "services", "client"],
}

SHELLS = [  # may await, draw, read the time and touch the world; every other module is pure
    "services.shared",
    "services.game.__main__",
    "services.game.service",
    "services.game.board",
    "services.game.errands",
    "services.game.keeper",
    "services.game.metrics",
    "services.game.owned_lobby",
    "services.game.records",
    "services.game.sessions",
    "services.chat.__main__",
    "services.chat.service",
    "services.chat.direct",
    "services.chat.inbox",
    "services.chat.keeper",
    "services.chat.late",
    "services.chat.metrics",
    "services.chat.sessions",
    "services.chat.store",
    "services.gateway.__main__",
    "services.gateway.gateway",
    "services.gateway.admission",
    "services.gateway.conduct",
    "services.gateway.connection",
    "services.gateway.descriptors",
    "services.gateway.door",
    "services.gateway.feeds",
    "services.gateway.keeper",
    "services.gateway.metrics",
    "services.gateway.moderation",
    "services.gateway.port",
    "services.gateway.post",
    "services.gateway.reports",
    "services.gateway.sessions",
    "services.gateway.switchboard",
    "services.gateway.tally",
    "services.gateway.warden",
    "client.__main__",
    "client.app",
    "client.connection",
    "client.frames",
    "client.lines",
    "client.online",
    "client.storage",
    "client.terminal",
    "client.window",
    "slipstream",
]
PURE_AMONG_SHELLS = [
    "services.shared.claims",
    "services.shared.limits",
    "services.shared.ownership",
    "services.shared.scripts",
    "slipstream.backoff",
    "slipstream.bots.chat_checker",
    "slipstream.bots.checker",
    "slipstream.bots.race_checker",
    "slipstream.bots.samples",
    "slipstream.bots.violations",
    "slipstream.chaos.interruptions",
    "slipstream.chaos.schedule",
    "slipstream.chauffeur",
    "slipstream.lag.schedule",
    "slipstream.top.reading",
    "slipstream.replay.reel",
]

NOT_FOR_PURE = [
    *("asyncio", "threading", "socket", "selectors", "ssl", "subprocess", "signal"),
    *("os", "sys", "pathlib", "io", "tempfile", "shutil", "time", "logging", "structlog"),
    *("redis", "hiredis", "uvloop", "typer", "prometheus_client", "pydantic_settings"),
    *("pygame", "pygame_gui", "textual", "platformdirs", "filelock"),
]

ONLY_FOR = {  # what of others may be imported where
    "pygame": ["client.window"],
    "pygame_gui": ["client.window"],
    "textual": ["client.terminal", "slipstream.top.app", "slipstream.top.questions"],
    "redis": ["services", "slipstream.demo.stage", "slipstream.top.orders", "slipstream.top.source"],
    "typer": ["slipstream"],
}


def within(module: str, *packages: str) -> bool:
    """Whether the module is one of the packages or lies in one."""
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def modules() -> Iterator[tuple[str, Path]]:
    for package in ("schemas", "services", "client", "slipstream"):
        for path in sorted((ROOT / package).rglob("*.py")):
            yield ".".join(path.relative_to(ROOT).with_suffix("").parts), path


MODULES = dict(modules())


def imports(module: str) -> Iterator[str]:
    """Every module that this one imports, wherever in it."""
    for node in ast.walk(ast.parse(MODULES[module].read_bytes())):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=str(parent), names=names, level=0):
                for name in (f"{parent}.{alias.name}" for alias in names):
                    yield name if name in MODULES else parent
            case ast.ImportFrom():
                pytest.fail(f"{module}:{node.lineno} imports by a relative name")


def is_pure(module: str) -> bool:
    return within(module, *PURE_AMONG_SHELLS) or not within(module, *SHELLS)


def is_ours(module: str) -> bool:
    return within(module, "schemas", "services", "client", "slipstream")


ALL = [(module, imported) for module in MODULES for imported in imports(module)]


def test_a_package_imports_of_ours_only_what_lies_below_it() -> None:
    def layer(module: str) -> str:
        return max((package for package in MAY_IMPORT if within(module, package)), key=len)

    assert not [
        f"{module} imports {imported}"
        for module, imported in ALL
        if is_ours(imported)
        if not within(imported, layer(module), *MAY_IMPORT[layer(module)])
    ]


def test_a_pure_module_touches_neither_the_world_nor_a_shell() -> None:
    assert not [
        f"{module} imports {imported}"
        for module, imported in ALL
        if is_pure(module) and (within(imported, *NOT_FOR_PURE) or (is_ours(imported) and not is_pure(imported)))
    ]


@pytest.mark.parametrize("library", ONLY_FOR)
def test_a_library_is_known_only_where_it_belongs(library: str) -> None:
    assert not [
        f"{module} imports {imported}"
        for module, imported in ALL
        if within(imported, library) and not within(module, *ONLY_FOR[library])
    ]


def test_packages_are_empty_so_that_importing_the_simulation_pulls_in_nothing_else() -> None:
    assert not [module for module, path in MODULES.items() if path.name == "__init__.py" and path.read_bytes()]


def test_the_tables_name_only_what_exists() -> None:
    named = {*MAY_IMPORT, *SHELLS, *PURE_AMONG_SHELLS, *(package for places in ONLY_FOR.values() for package in places)}
    assert not [name for name in named if not any(within(module, name) for module in MODULES)]
