"""One workbook, read raw: every value as it stands in its cell, nothing understood yet."""

from __future__ import annotations

import zipfile
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import Any, NamedTuple
from xml.etree.ElementTree import ParseError

import olefile
from defusedxml import DefusedXmlException
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from pipeline.intake import biff, ooxml, opendocument
from pipeline.intake.active import active
from pipeline.intake.facts import Area, Bounds, Cell, Flaw, SheetFacts, column_letters
from pipeline.intake.guard import unsafe
from pipeline.intake.legible import legible, legible_column
from pipeline.intake.limits import MOST_CELLS, MOST_SHEETS
from pipeline.intake.sniff import OLE_ERRORS, ZIP_ERRORS

Row = tuple[Any, ...]
_DAMAGED = (*ZIP_ERRORS, *OLE_ERRORS, ParseError, DefusedXmlException, CalamineError)
_NUMBERS = {int, float, bool}


@dataclass(frozen=True, slots=True)
class RawSheet:
    """One worksheet. Rows and columns are those of Excel, counted from 1.

    `rows` holds the rectangle from the first to the last cell with a value; `rows[0]` is Excel row `first_row` and its
    first value stands in column `first_column`. A value is a text, float, int, bool, date (a moment at midnight),
    datetime, time, timedelta, or '' for an empty cell; a cell that shows an error holds its text, `#N/A`. `merged`
    are areas (first row, first column, last row, last column); their value is in the first cell. `uncached` are cells
    (row, column) whose formula was never calculated: they hold ''.
    """

    name: str
    hidden: bool
    rows: list[Row]
    first_row: int = 1
    first_column: int = 1
    hidden_rows: frozenset[int] = frozenset()
    merged: list[Area] = field(default_factory=list)
    uncached: frozenset[Cell] = frozenset()


@dataclass(frozen=True, slots=True)
class RawBook:
    """One workbook: `file` relative to the workspace, `saved_at` in China time, None when it does not say."""

    file: str
    sha256: str
    saved_at: datetime | None
    last_modified_by: str
    sheets: list[RawSheet]


class _About(NamedTuple):
    """All that is known of a workbook before its values are read."""

    saved_at: datetime | None
    by: str
    facts: dict[str, SheetFacts]
    active: list[Flaw]  # notices of what runs or reaches out; it stays where it is


def read_workbook(
    content: bytes, format_: str, file: str, sha256: str, bounds: Bounds
) -> tuple[RawBook | None, list[Flaw]]:
    """The workbook in `content`, an xlsx, xls or ods; None with one flaw when it cannot be read.

    A sheet beyond the bounds is left out with a flaw of its own; there is no workbook when none is left.
    """
    try:
        about = _about(content, format_, bounds)
        if isinstance(about, Flaw):
            return None, [about]
        sheets, flaws = _sheets(content, about, bounds)
    except PasswordError:
        return None, [Flaw("file_encrypted", value=format_)]
    except _DAMAGED as error:
        return None, [Flaw("file_damaged", value=str(error))]
    if flaws and not sheets:
        return None, flaws
    return RawBook(file, sha256, about.saved_at, legible(about.by), sheets), about.active + flaws


def _about(content: bytes, format_: str, bounds: Bounds) -> _About | Flaw:
    if format_ == "xls":
        with olefile.OleFileIO(BytesIO(content)) as ole:
            return _About(*biff.saved(ole), biff.sheet_facts(ole), active(biff.streams(ole)))
    with zipfile.ZipFile(BytesIO(content)) as archive:
        if flaw := unsafe(archive, bounds):
            return flaw
        running = active(archive.namelist())
        if format_ == "ods":
            return _About(*opendocument.saved(archive), opendocument.sheet_facts(archive, bounds), running)
        return _About(*ooxml.saved(archive), ooxml.sheet_facts(archive, bounds), running)


def _sheets(content: bytes, about: _About, bounds: Bounds) -> tuple[list[RawSheet], list[Flaw]]:
    sheets, flaws, cells = [], [], 0
    with CalamineWorkbook.from_filelike(BytesIO(content)) as book:
        if (count := len(book.sheets_metadata)) > MOST_SHEETS:
            return [], [Flaw("file_sheets", value=f"{count:,}", expected=f"{MOST_SHEETS:,}")]
        for meta in book.sheets_metadata:
            if meta.typ != SheetTypeEnum.WorkSheet:
                continue
            facts = about.facts.get(meta.name, SheetFacts())
            sheet = None if facts.beyond else book.get_sheet_by_name(meta.name)
            beyond = facts.beyond or _beyond(sheet, bounds)
            if sheet is None or beyond:
                flaws.append(_oversized(meta.name, beyond or (0, 0), bounds))
            elif (cells := cells + sheet.height * sheet.width) > MOST_CELLS:
                return [], [Flaw("file_cells", value=f"{cells:,}", expected=f"{MOST_CELLS:,}")]
            else:
                sheets.append(_sheet(sheet, meta.visible != SheetVisibleEnum.Visible, facts))
    return sheets, flaws


def _beyond(sheet: CalamineSheet, bounds: Bounds) -> Cell | None:
    """The cell that makes the sheet too large; None when it is not."""
    start, end = sheet.start or (0, 0), sheet.end or (0, 0)
    if bounds.hold(end[0] + 1, end[1] + 1):
        return None
    rows = enumerate(sheet.iter_rows(), 1)  # from Excel row 1, but from the first column with a value
    if end[1] >= bounds.columns:
        row = next((at for at, values in rows if values[-1] != ""), end[0] + 1)
        return row, end[1] + 1
    last = deque(rows, maxlen=1)[0][1]
    return end[0] + 1, start[1] + next((at for at, value in enumerate(last, 1) if value != ""), 1)


def _oversized(sheet: str, cell: Cell, bounds: Bounds) -> Flaw:
    row, column = cell[0], column_letters(cell[1])
    expected = f"{column_letters(bounds.columns)}{bounds.rows}"
    return Flaw("sheet_oversized", legible(sheet), row, column, value=f"{column}{row}", expected=expected)


def _sheet(sheet: CalamineSheet, hidden: bool, facts: SheetFacts) -> RawSheet:
    top, left = sheet.start or (0, 0)
    rows = sheet.to_python()
    for (row, column), text in facts.errors.items():
        if top < row <= top + sheet.height and left < column <= left + sheet.width:
            rows[row - 1 - top][column - 1 - left] = text
    areas = [(r1 + 1, c1 + 1, r2 + 1, c2 + 1) for (r1, c1), (r2, c2) in sheet.merged_cell_ranges or ()]
    merged = areas or facts.merged
    return RawSheet(
        legible(sheet.name), hidden, _shared(rows), top + 1, left + 1, facts.hidden_rows, merged, facts.uncached
    )


def _shared(rows: list[list[Any]]) -> list[Row]:
    """The rows with equal values of a column being one object: a third of the memory, and of the way between processes.

    1, 1.0 and True are equal and must not be taken for each other; a column that mixes them stays as it is.
    """
    columns: list[Row] = []
    for column in map(legible_column, zip(*rows, strict=True)):
        kinds = set(map(type, column))
        seen: dict[Any, Any] = {}
        columns.append(column if len(kinds & _NUMBERS) > 1 else tuple(map(seen.setdefault, column, column)))
    return list(zip(*columns, strict=True))
