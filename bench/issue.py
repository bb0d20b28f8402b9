"""The speed of `tierbook issue`: logbooks written, against bare xlsxwriter writing the same cells.

Both run in one process and in turn, on the same logbooks. Bare means: the same texts, numbers and days into the same
cells of as many sheets, without formats, tables, dropdowns or protection.

Run: `python -m bench.issue [--staff 200]`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import NamedTuple

import openpyxl
import xlsxwriter

from bench.load import Size, load
from bench.process import tell
from pipeline.compute.assignment import assign
from pipeline.door.run import join, lay_grounds
from pipeline.intake.forms import Form
from pipeline.language.period import month
from pipeline.language.workspace import load_workspace
from pipeline.out.logbook.issued import Issue
from pipeline.out.logbook.issuing import issues, write_all
from pipeline.out.report.vocabulary import Vocabulary
from pipeline.store.ledger import Ledger

NOVEMBER, KNOWN = month("2026-11"), date(2026, 10, 31)
CLIENTS_EACH = 50
SAMPLE = 40  # logbooks of which the bare writing is measured
ROUNDS = 3

Cells = list[tuple[int, int, object]]


class Speed(NamedTuple):
    """Seconds: to find out what everybody has to do, a logbook by one process, bare, and all logbooks by two."""

    assigned: float
    each: float
    bare: float
    every: float
    count: int


def measured(folder: Path, staff: int) -> Speed:
    """Issues November for a department of `staff`, half of whose clients are prospects."""
    workspace = load_workspace(load(folder, Size(staff, 0, staff * CLIENTS_EACH)))
    grounds = lay_grounds(workspace)
    with Ledger.open(workspace.ledger) as ledger:
        facts = join(grounds, ledger)
    begin = perf_counter()
    words = Vocabulary(grounds.regulations, grounds.forms, facts)
    every = issues(assign(grounds.regulations, facts, NOVEMBER, KNOWN), words, NOVEMBER.start, KNOWN, "zh")
    assigned = perf_counter() - begin
    forms = [form for form in grounds.forms.values() if form.part == "logbook"]
    with tempfile.TemporaryDirectory() as out:
        pairs = list(_pairs(forms, every[:SAMPLE], Path(out)))
        begin = perf_counter()
        list(write_all(forms, every, Path(out) / "all", "zh", due=None, workers=2))
        whole = perf_counter() - begin
    each, bare = (median(seconds) / min(SAMPLE, len(every)) for seconds in zip(*pairs, strict=True))
    return Speed(assigned, each, bare, whole, len(every))


def _pairs(forms: Sequence[Form], every: Sequence[Issue], out: Path) -> Iterator[tuple[float, float]]:
    """Seconds for the same logbooks, as issued and bare, in turn."""
    made = list(write_all(forms, every, out / "some", "zh", due=None, workers=1))
    contents = [_cells(path) for path in made]
    for _ in range(ROUNDS):
        begin = perf_counter()
        list(write_all(forms, every, out / "some", "zh", due=None, workers=1))
        between = perf_counter()
        for at, sheets in enumerate(contents):
            _write_bare(out / f"{at}.xlsx", sheets)
        yield between - begin, perf_counter() - between


def _cells(path: Path) -> dict[str, Cells]:
    """What stands in the cells of every sheet."""
    book = openpyxl.load_workbook(path)
    return {
        sheet.title: [
            (c.row - 1, c.column - 1, c.value) for row in sheet.iter_rows() for c in row if c.value is not None
        ]
        for sheet in book.worksheets
    }


def _write_bare(path: Path, sheets: dict[str, Cells]) -> None:
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "default_date_format": "yyyy-mm-dd"}) as book:
        for name, cells in sheets.items():
            sheet = book.add_worksheet(name)
            for row, column, value in cells:
                sheet.write(row, column, value)


def told(speed: Speed) -> Iterator[str]:
    """The lines about one size."""
    yield f"{speed.count} logbooks issued: {speed.assigned:.1f} s to find the duties, {speed.every:.1f} s to write"
    each, bare = speed.each * 1000, speed.bare * 1000
    yield f"  one logbook {each:.0f} ms, its bare cells {bare:.0f} ms: issued / bare {each / bare:.1f}"
    yield f"  2000 logbooks would be written in {speed.every / speed.count * 2000 / 60:.1f} min by two processes"


if __name__ == "__main__":
    tell(__doc__, lambda folder, staff: told(measured(folder, staff)), 200)
