"""The speed of reports for everybody: one for each of 500 members of staff in one run, by two processes and by one.

The month is run once before, so that only judging anew, composing and writing are measured. One process makes a tenth
of the reports; what it would take for all is reckoned from that. Run: `python -m bench.scopes [--staff 500]`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from time import perf_counter

from bench.load import MONTH, Size, load
from bench.process import AS_OF, TIERBOOK, cost, tell
from pipeline.door.report import Order, gathered, write_reports
from pipeline.language.period import month
from pipeline.language.workspace import load_workspace
from pipeline.out.report.model import Run
from pipeline.out.report.scope import Scope
from pipeline.out.report.span import Span


def seconds(order: Order, wanted: Sequence[Scope], workers: int) -> float:
    """How long it takes to write the reports."""
    begin = perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        write_reports(replace(order, folder=Path(folder)), wanted, workers)
    return perf_counter() - begin


def told(loads: Path, staff: int) -> Iterator[str]:
    """The lines about the reports of `staff` members, as they come."""
    folder = load(loads, Size(books=staff, rows=100, clients=10 * staff))
    with tempfile.TemporaryDirectory() as output:
        cost([*TIERBOOK, "run", folder, "--month", MONTH, "--as-of", AS_OF, "--out", output], codes=(0, 1))
    begin = perf_counter()
    workspace = load_workspace(folder)
    material = gathered(workspace, Span(month(MONTH)), date.fromisoformat(AS_OF))
    yield f"judging and gathering {len(material.duties)} duties: {perf_counter() - begin:.1f} s"
    wanted = [Scope("staff", (id_,)) for id_ in sorted({*material.duties["owner"]} - {""})]
    for form in ("workbook", "both"):
        order = Order(workspace.company.zh, material, "", Run(), folder, form, "zh", None)
        two = seconds(order, wanted, 2)
        one = seconds(order, wanted[::10], 1) / len(wanted[::10]) * len(wanted)
        each = f"{two / len(wanted) * 1000:.0f} ms each"
        yield f"{len(wanted)} staff reports, {form}: {two:.0f} s by two processes ({each}), {one:.0f} s by one"


if __name__ == "__main__":
    tell(__doc__, told, 500)
