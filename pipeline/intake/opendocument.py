"""The facts of an ods that the parser passes over, from one walk through its content."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from defusedxml import ElementTree

from pipeline.intake.facts import Bounds, SheetFacts

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")


def saved(archive: zipfile.ZipFile) -> tuple[datetime | None, str]:
    """When (as the clock of the computer showed) and by whom the workbook was saved last, as far as it says."""
    if "meta.xml" not in archive.namelist():
        return None, ""
    texts = {e.tag.rpartition("}")[2]: (e.text or "") for e in ElementTree.fromstring(archive.read("meta.xml")).iter()}
    try:
        moment = datetime.fromisoformat(texts.get("date", "")).replace(tzinfo=None, microsecond=0)
    except ValueError:
        moment = None
    return moment, texts.get("creator", "")


def sheet_facts(archive: zipfile.ZipFile, bounds: Bounds) -> dict[str, SheetFacts]:
    """The facts of every sheet, by its name."""
    found: dict[str, SheetFacts] = {}
    facts, row = SheetFacts(), 0
    with archive.open("content.xml") as content:
        for event, element in ElementTree.iterparse(content, events=("start", "end")):
            if event == "start" and element.tag == f"{_TABLE}table":
                facts = found[element.get(f"{_TABLE}name", "")] = SheetFacts()
                row = 0
            elif event == "end" and element.tag == f"{_TABLE}table-row":
                row = _add_row(facts, element, row + 1, bounds)
                element.clear()
    return found


def _add_row(facts: SheetFacts, element: Any, row: int, bounds: Bounds) -> int:
    """Adds the facts of one row element, which may stand for many rows, and gives the last row it stands for."""
    last = row + _number(element, "number-rows-repeated") - 1
    filled = False
    for column, end, cell in _cells(element):
        if _is_empty(cell):
            continue
        filled = True
        if not bounds.hold(last, end):
            facts.beyond = facts.beyond or (last, end)
        else:
            _add_cell(facts, cell, range(row, last + 1), range(column, end + 1))
    if filled and bounds.hold(last, 1) and element.get(f"{_TABLE}visibility") in ("collapse", "filter"):
        facts.hidden_rows |= frozenset(range(row, last + 1))
    return last


def _cells(element: Any) -> Iterator[tuple[int, int, Any]]:
    """First and last column of every cell element, and the element."""
    column = 1
    for cell in element:
        if cell.tag in _CELLS:
            count = _number(cell, "number-columns-repeated")
            yield column, column + count - 1, cell
            column += count


def _add_cell(facts: SheetFacts, cell: Any, rows: range, columns: range) -> None:
    down, across = _number(cell, "number-rows-spanned"), _number(cell, "number-columns-spanned")
    if down > 1 or across > 1:
        facts.merged.append((rows[0], columns[0], rows[0] + down - 1, columns[0] + across - 1))
    if cell.get(f"{_CALC}value-type") == "error":
        text = "".join(cell.find(f"{_TEXT}p").itertext()) if cell.find(f"{_TEXT}p") is not None else "#N/A"
        facts.errors |= {(row, column): text for row in rows for column in columns}
    if cell.get(f"{_TABLE}formula") and cell.get(f"{_OFFICE}value-type") is None:
        facts.uncached |= {(row, column) for row in rows for column in columns}


def _is_empty(cell: Any) -> bool:
    return cell.get(f"{_OFFICE}value-type") is None and cell.get(f"{_TABLE}formula") is None


def _number(element: Any, attribute: str) -> int:
    return int(element.get(f"{_TABLE}{attribute}", "1"))
