"""`slipstream demo`: watch a race of bots while the processes that run it are killed one after the other."""

import shutil
import subprocess
import sys
import threading
from pathlib import Path

import platformdirs
import typer
from pydantic import ValidationError

from slipstream.beside import beside
from slipstream.demo.stage import Scene
from slipstream.process import StackFailed


def show() -> int:
    """Until the watcher has had enough; returns the exit code."""
    from client.app import run  # noqa: PLC0415 - a server's machine need not have what the client imports

    log_dir = platformdirs.user_log_path("slipstream") / "demo"
    shutil.rmtree(log_dir, ignore_errors=True)
    log_dir.mkdir(parents=True)
    try:
        with beside(["slipstream.demo.stage", str(log_dir)], log_dir / "stage.log") as stage:
            scene = _scene(stage, log_dir)
            threading.Thread(target=_tell, args=(stage,), name="tell", daemon=True).start()
            return run(list(scene.gateways), None, practise=False, watch=scene.race)
    except StackFailed as failure:
        typer.echo(f"slipstream: {failure}", err=True)
        return 1


def _scene(stage: subprocess.Popen[bytes], log_dir: Path) -> Scene:
    assert stage.stdout is not None
    try:
        return Scene.model_validate_json(stage.stdout.readline())
    except ValidationError:
        raise StackFailed(f"the demo did not start; its logs are in {log_dir}") from None


def _tell(stage: subprocess.Popen[bytes]) -> None:
    """What happens, line by line, unless the race is shown in this very terminal: it is in the race's chat too."""
    from client.app import has_display, has_terminal  # noqa: PLC0415 - see above

    assert stage.stdout is not None
    quiet = has_terminal() and not has_display()
    for line in stage.stdout:
        if not quiet:
            sys.stdout.write(line.decode())
            sys.stdout.flush()
