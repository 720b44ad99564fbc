"""`make bench-client`: how a race feels over a bad line, and how long a frame takes."""

import asyncio
import sys
from collections.abc import Iterable

from bench.client import feel, frame_time
from bench.client.figures import Figure
from slipstream.lag.schedule import Line

LINES = {
    "100 ms round trip, 30 ms jitter": Line(0.1, 0.03),
    "the same with a stall of 300 ms every 5 s": Line(0.1, 0.03, 0.3, 5.0),
}


def main() -> None:
    for name, line in LINES.items():
        show(name, asyncio.run(feel.measured(line)))
    for size in frame_time.SIZES:
        show("{} x {}, 8 cars, software renderer".format(*size), asyncio.run(frame_time.measured(size)))


def show(name: str, figures: Iterable[Figure]) -> None:
    sys.stdout.write("\n".join([name, *map(str, figures), ""]))
    sys.stdout.flush()


if __name__ == "__main__":
    main()
