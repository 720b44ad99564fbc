"""`make fuzz`: a coverage-guided fuzzer looks for bytes that do what no bytes may. Exits with 1 if it finds some.

It begins with what is in seeds/, and writes down there what it finds, which the tests then try for ever.
"""

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

SEEDS: Final = Path(__file__).with_name("seeds")
LONGEST: Final = 4200
"""Bytes of one try: a frame of the limit and some more."""


def main() -> None:
    try:
        import atheris  # noqa: PLC0415 - not there on every system
    except ImportError:
        print("make fuzz: atheris, the fuzzer, has no wheel for this system and Python: nothing was fuzzed")
        return
    with atheris.instrument_imports():
        from bench.fuzz.target import one  # noqa: PLC0415 - the fuzzer has to see its import

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=1_000_000, help="so many tries, each a frame or several")
    asked, more = parser.parse_known_args()
    with TemporaryDirectory() as corpus:
        options = [f"-runs={asked.frames}", f"-max_len={LONGEST}", f"-artifact_prefix={SEEDS}/found-", *more]
        atheris.Setup([sys.argv[0], *options, corpus, str(SEEDS)], one)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
