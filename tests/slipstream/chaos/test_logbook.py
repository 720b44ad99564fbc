from pathlib import Path

from slipstream.chaos.logbook import SHOWN, troubles


def test_faults_are_found_in_every_log_and_warnings_are_none(tmp_path: Path) -> None:
    (tmp_path / "game-1.log").write_text('{"event": "x", "level": "warning"}\n{"event": "bad", "level": "error"}\n')
    (tmp_path / "chat-1.log").write_text("Traceback (most recent call last):\n")
    (tmp_path / "redis.log").write_bytes(b"\xff nothing\n")
    assert list(troubles(tmp_path)) == [
        "log of chat-1: Traceback (most recent call last):",
        'log of game-1: {"event": "bad", "level": "error"}',
    ]


def test_of_a_long_line_both_ends_are_shown(tmp_path: Path) -> None:
    (tmp_path / "game-1.log").write_text('{"level": "error", "trace": "' + "x" * 1000 + 'TypeError: why"}\n')
    [trouble] = troubles(tmp_path)
    assert trouble.startswith('log of game-1: {"level": "error"')
    assert trouble.endswith('TypeError: why"}')
    assert len(trouble) < 2 * SHOWN + 50
