"""The speed of a month, as ratios measured in one run on one machine.

- run / floor: the whole command against the raw parse of the same workbooks plus the bare writing of the same cells
  (goal: 1.5 or less);
- run / naive: against what an analyst would write with pandas (goal: 1/10 or less);
- every stage's share, peak memory (goal: 1.5 GB or less), how cost grows with the rows;
- what it takes to get help, and to check one small file;
- due dates in working minutes against numpy's `busday_offset`;
- logbooks issued, against the bare writing of their cells;
- the reports of all members of staff, by two processes and by one.

Pairs run in turn, so that both meet the same machine. Run: `python -m bench.bench [--quick]`.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import NamedTuple

from bench import issue, scopes, worktime
from bench.load import MONTH, Size, load
from bench.process import AS_OF, LOADS, TIERBOOK, Cost, cost

QUICK = Size(books=40, rows=100, clients=400)
SMALL = Size(books=40, rows=500, clients=2_000)
USUAL = Size(books=400, rows=500, clients=20_000)
LARGE = Size(books=2_000, rows=500, clients=100_000)
ROUNDS = {SMALL: 3, USUAL: 2}


class Month(NamedTuple):
    """One run of the month and its floor."""

    run: Cost
    floor: float
    writing: float
    stages: dict[str, float]
    cells: int

    @property
    def ratio(self) -> float:
        """run / floor"""
        return self.run.wall / self.floor


def month(workspace: Path) -> Month:
    """Runs the month from nothing, then its floor on what it made."""
    with tempfile.TemporaryDirectory() as folder:
        output, timings = Path(folder) / "output", Path(folder) / "timings.json"
        shutil.rmtree(workspace / "ledger", ignore_errors=True)
        run = cost(
            [*TIERBOOK, "run", workspace, "--month", MONTH, "--as-of", AS_OF, "--out", output, "--timings", timings],
            codes=(0, 1),
        )
        floor = subprocess.run(
            [sys.executable, "-m", "bench.floor", str(workspace), str(output)], check=True, capture_output=True
        )
        least = json.loads(floor.stdout)
        stages = json.loads(timings.read_text("utf-8"))
        return Month(run, least["parse"] + least["write"], least["write"], stages, least["cells"])


def naive(workspace: Path) -> Cost:
    """The analyst's script on the same workspace."""
    with tempfile.TemporaryDirectory() as folder:
        return cost([sys.executable, "-m", "bench.naive", workspace, Path(folder) / "naive.xlsx"])


def told(size: Size, found: list[Month], slow: Cost | None) -> Iterator[str]:
    """The lines about one size."""
    middle = sorted(found, key=lambda m: m.run.wall)[len(found) // 2]
    ratio = median(m.ratio for m in found)
    yield f"{size.books} workbooks x {size.rows} rows, {size.clients} clients, {middle.cells} cells written"
    yield f"  run {middle.run.wall:.1f} s (CPU {middle.run.cpu:.1f} s)"
    yield f"  peak memory {middle.run.memory:.2f} GB{_goal(size, '1.5')}"
    yield f"  run / floor {ratio:.2f}{_goal(size, '1.5')}; floor {middle.floor:.1f} s"
    written = median((m.stages["render"] + m.stages["return"]) / m.writing for m in found)
    yield f"  all that is written / bare xlsxwriter {written:.2f}{_goal(size, '1.3')}; by two processes, bare by one"
    if slow:
        yield f"  run / naive 1/{slow.wall / middle.run.wall:.1f}{_goal(size, '1/10')}; naive {slow.wall:.1f} s"
    whole = sum(middle.stages.values())
    for stage, seconds in middle.stages.items():
        yield f"    {stage:<12} {seconds:7.2f} s {seconds / whole:5.0%}"


def _goal(size: Size, most: str) -> str:
    """The goals are set for a department of the usual size."""
    return f" (goal <= {most})" if size == USUAL else ""


def small_things(workspace: Path) -> Iterator[str]:
    """Help and the check of one file, each against what importing pandas costs."""
    one = min((workspace / "logbooks").rglob("*.xlsx"))
    pandas = median(cost([sys.executable, "-c", "import pandas"]).wall for _ in range(3))
    help_ = median(cost([*TIERBOOK, "--help"]).wall for _ in range(3))
    check = median(cost([*TIERBOOK, "check", one], codes=(0, 1)).wall for _ in range(3))
    yield f"--help {help_:.2f} s (goal < 0.4), check of one file {check:.2f} s, import pandas {pandas:.2f} s"


def main() -> None:
    """Prints the figures as they come."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small sizes only, under two minutes")
    parser.add_argument("--folder", type=Path, default=LOADS)
    asked = parser.parse_args()
    sizes = [QUICK, SMALL] if asked.quick else [SMALL, USUAL, LARGE]
    compared = QUICK if asked.quick else USUAL
    walls = {}
    for size in sizes:
        workspace = load(asked.folder, size)
        found = [month(workspace) for _ in range(ROUNDS.get(size, 1))]
        slow = naive(workspace) if size == compared else None
        walls[size] = median(m.run.wall for m in found)
        print(*told(size, found, slow), sep="\n", flush=True)
    for less, more in pairwise(sizes):
        growth = (walls[more] / walls[less]) / (more.total / less.total)
        print(f"{less.total} -> {more.total} rows: cost per row times {growth:.2f} (linear: 1.0 or less)")
    print(*small_things(load(asked.folder, sizes[0])), sep="\n")
    print(worktime.told(), flush=True)
    print(*issue.told(issue.measured(asked.folder, 40 if asked.quick else 400)), sep="\n", flush=True)
    for line in scopes.told(asked.folder, 20 if asked.quick else 500):
        print(line, flush=True)


if __name__ == "__main__":
    main()
