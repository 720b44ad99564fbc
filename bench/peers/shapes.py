"""The sizes of workloads that are measured, and what they are called."""

from typing import Final

from bench.peers.adapter import Shape

PLAYERS, HZ = 8, 20
CHANGES: Final = 3
"""Changes of steering a second of somebody who plays with keys."""


def race(players: int, **more: int) -> Shape:
    """A RACE of so many players in all."""
    return {"rooms": players // PLAYERS, "players": PLAYERS, "hz": HZ, **more}


def played(players: int) -> Shape:
    return race(players, changes=CHANGES)


def chat(members: int, rate: int) -> Shape:
    """A CHAT in which so many lines a second are said."""
    return {"members": members, "rate": rate}


def clients(shape: Shape) -> int:
    """Players or members."""
    return shape["members"] if "members" in shape else shape["rooms"] * shape["players"]


def named(shape: Shape) -> str:
    """For people."""
    if "members" in shape:
        return f"{shape['members']:,} members, {shape['rate']} lines/s"
    changes = f", {shape['changes']} changes/s" if shape.get("changes") else ""
    return f"{clients(shape):,} players{changes}"
