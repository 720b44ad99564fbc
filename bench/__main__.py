"""`make bench`: what Slipstream costs and how soon it answers, beside a bare relay where that can do the same.

All runs on this machine, the load too, so only ratios within one run mean much. A whole run is written to
bench/results/DATE.json, which `make docs` makes the tables of docs/performance.md of.
"""

import argparse
import signal
import sys
import time
from pathlib import Path

from bench import table
from bench.benchmarks import BENCHMARKS
from bench.machine import this_machine
from bench.report import AnotherMachine, Measure, Report, continued, dated


def main() -> int:
    asked = _asked()
    if sys.platform != "linux":
        print("make bench needs Linux, for CPU is read from /proc", file=sys.stderr)
        return 1
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # else its servers would stay
    names = asked.only or list(BENCHMARKS)
    out: Path | None = asked.out or (None if asked.only or asked.quick else dated())
    try:
        report = continued(out, this_machine()) if out else Report(machine=this_machine())
    except AnotherMachine as error:
        print(error, file=sys.stderr)
        return 1
    print(report.machine, flush=True)
    for name in names:
        report = report.with_measure(name, _measured(name, quick=asked.quick))
        if out:
            report.write(out)
    return 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short trial of each, which is not kept")
    parser.add_argument("--only", nargs="+", choices=BENCHMARKS, help="only these, which are not kept")
    parser.add_argument("--out", type=Path, help="a file to keep results in all the same, beside what it holds")
    return parser.parse_args()


def _measured(name: str, *, quick: bool) -> Measure:
    benchmark = BENCHMARKS[name]
    print(f"\n{name}: {benchmark.title}\n{benchmark.about}", flush=True)
    began = time.monotonic()
    rows = benchmark.run(quick=quick)
    print(f"{table.text(rows)}\n({time.monotonic() - began:.0f} s)", flush=True)
    trials = 1 if quick else benchmark.trials
    return Measure(when=time.strftime("%Y-%m-%d %H:%M"), trials=trials, rows=tuple(rows))


if __name__ == "__main__":
    sys.exit(main())
