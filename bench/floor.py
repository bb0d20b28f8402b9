"""The least the machine must do: parse the same workbooks raw, and write the same cells bare.

It is given the logbooks and the workbooks that a run made of them. The parse is python-calamine without any meaning;
the writing is xlsxwriter with the same number of cells of the same kinds and no format. Both times are printed as
JSON; what it takes to learn the cells of the produced workbooks is not counted.

Run: `python -m bench.floor WORKSPACE OUTPUT_FOLDER`.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

import xlsxwriter
from python_calamine import CalamineWorkbook

Cells = list[list[Any]]


def sheets(path: Path) -> Iterator[tuple[str, Cells]]:
    """Every sheet of a workbook as plain rows."""
    book = CalamineWorkbook.from_path(str(path))
    for name in book.sheet_names:
        yield name, book.get_sheet_by_name(name).to_python()


def parse(paths: list[Path]) -> int:
    """Parses the workbooks and counts the cells that hold something."""
    return sum(cell != "" for path in paths for _, rows in sheets(path) for row in rows for cell in row)


def write(books: list[list[tuple[str, Cells]]], folder: Path) -> None:
    """Writes the cells, one workbook for each."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    for number, book in enumerate(books):
        with xlsxwriter.Workbook(
            str(folder / f"{number}.xlsx"), options | {"default_date_format": "yyyy-mm-dd"}
        ) as target:
            for name, rows in book:
                sheet = target.add_worksheet(name)
                for at, row in enumerate(rows):
                    sheet.write_row(at, 0, row)


def timed(work: Any, *arguments: Any) -> float:
    """Seconds that the work takes."""
    begin = perf_counter()
    work(*arguments)
    return perf_counter() - begin


def main(workspace: Path, output: Path) -> None:
    """Prints `{"parse": seconds, "write": seconds, "cells": number}`."""
    logbooks = sorted((workspace / "logbooks").rglob("*.xlsx"))
    books = [list(sheets(path)) for path in sorted(output.rglob("*.xlsx"))]
    cells = sum(cell != "" for book in books for _, rows in book for row in rows for cell in row)
    with tempfile.TemporaryDirectory() as folder:
        result = {"parse": timed(parse, logbooks), "write": timed(write, books, Path(folder)), "cells": cells}
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
