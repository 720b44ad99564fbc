"""Runs a command that must not outlive whoever started it: `python -m slipstream.tether DIRECTORY COMMAND...`.

The command takes this process's place, so it has its id and gets its signals. A watcher beside it reads standard
input, which the starter holds open and never writes to. When that ends while the command still runs, the starter is
gone, by kill -9 perhaps: then the watcher ends the command and removes DIRECTORY.
"""

import os
import shutil
import signal
import sys


def main() -> None:
    directory, *command = sys.argv[1:]
    tethered = os.getpid()
    if os.fork() == 0:
        _watch(tethered, directory)
    else:
        os.execv(command[0], command)  # noqa: S606 - a list that our own stack made


def _watch(tethered: int, directory: str) -> None:
    os.setsid()
    silence = os.open(os.devnull, os.O_WRONLY)
    for inherited in (sys.stdout.fileno(), sys.stderr.fileno()):
        os.dup2(silence, inherited)  # else nobody would see these end when the command does
    while os.read(sys.stdin.fileno(), 1):
        pass
    if os.getppid() == tethered:  # still our parent, so the id has not passed to another process
        os.kill(tethered, signal.SIGKILL)
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    main()
