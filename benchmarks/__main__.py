"""``python -m benchmarks``: measure everything and write ``benchmarks/RESULTS.md``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from benchmarks.contest import compare
from benchmarks.load import read_conversations
from benchmarks.results import Figures, bars, render
from benchmarks.sections import RESULTS, put_section
from benchmarks.start import commit, measure_set_up, measure_starts, remembered_set_up


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure; the exit code is 1 when a bar is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--setup", action="store_true", help="only measure the set-up of a clean clone")
    parser.add_argument("--rounds", type=int, default=3, help="how often each pipeline has its turn")
    parser.add_argument("--seconds", type=float, default=15.0, help="length of a turn")
    chosen = parser.parse_args(arguments)
    if chosen.setup:
        figures = measure_set_up()
        print(f"environment in {figures.environment_seconds:.0f} s; the next `make bench` writes it down")
        return 0
    return _measure(chosen.rounds, chosen.seconds)


def _measure(rounds: int, seconds: float) -> int:
    print("start without and with a model", flush=True)
    starts = measure_starts()
    print(f"{starts.without_model:.0f} s and {starts.with_model:.0f} s to the first answer", flush=True)
    contenders = compare(rounds, seconds)
    measured = Figures(
        starts, remembered_set_up(), contenders, rounds, seconds, len(read_conversations()), commit()
    )
    put_section(RESULTS, "service", render(measured))
    for bar in bars(measured):
        print(f"{'met   ' if bar.met else 'MISSED'} {bar.what}: {bar.measured} (wanted {bar.wanted})")
    print(f"all figures: {RESULTS}")
    return 0 if all(bar.met for bar in bars(measured)) else 1


if __name__ == "__main__":
    sys.exit(main())
