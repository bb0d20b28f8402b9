"""Workbook and page say the same: read back, every table of one equals that of the other, cell by cell."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell import Cell

from pipeline.language.wording import LANGS, Lang
from pipeline.out.excel import write_workbook
from pipeline.out.page import write_page
from tests.out.builder import october
from tests.out.markup import Read, read_tables


def written(value: float, digits: int) -> str:
    return f"{Decimal(repr(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP):,}"


DAYS = {"zh": "周一 周二 周三 周四 周五 周六 周日", "en": "Mon Tue Wed Thu Fri Sat Sun"}


def as_excel_shows(cell: Cell, lang: Lang) -> str:
    """A cell by its number format, worked out here again; the page tells the weekday of a day as well."""
    value, look = cell.value, cell.number_format
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, dt.datetime):
        shown = value.strftime({"yyyy-mm-dd": "%Y-%m-%d", "yyyy-mm-dd hh:mm": "%Y-%m-%d %H:%M"}[look])
        return shown if "hh" in look else f"{shown} {DAYS[lang].split()[value.weekday()]}"
    match look:
        case "#,##0":
            return written(value, 0)
        case "#,##0.0":
            return written(value, 1)
        case "0.0%":
            return f"{Decimal(repr(value)).quantize(Decimal('0.001'), ROUND_HALF_UP) * 100:.1f}%"
        case "+0.0;-0.0;0.0":
            return ("+" if value > 0 else "") + written(value, 1)
    raise AssertionError(f"{cell.coordinate} has the format {look!r}")


def table_of(sheets: list, read: Read, lang: Lang) -> list[list[str]]:
    """The rows below these titles in the workbook, as many as there are, as shown."""
    for sheet in sheets:
        for row in sheet.iter_rows(max_col=len(read.titles)):
            if [cell.value for cell in row] == read.titles:
                first = row[0].row + 1
                body = sheet.iter_rows(first, first + len(read.rows) - 1, max_col=len(read.titles)) if read.rows else []
                return [[as_excel_shows(cell, lang) for cell in line] for line in body]
    raise AssertionError(f"no table with the titles {read.titles}")


@pytest.mark.parametrize("lang", LANGS)
def test_every_table_is_the_same_in_workbook_and_page(tmp_path: Path, lang: Lang) -> None:
    report = october()
    write_workbook(report, tmp_path / "a.xlsx", lang)
    write_page(report, tmp_path / "a.html", lang)
    tables = read_tables((tmp_path / "a.html").read_text("utf-8"))
    assert tables.keys() == report.tables.keys()
    book = openpyxl.load_workbook(tmp_path / "a.xlsx", data_only=True)
    cells = 0
    for section in report.sections:
        for table in section.tables:
            read = tables[table.key]
            assert len(read.rows) == len(table.rows)
            assert table_of([book[section.title.in_(lang)]], read, lang) == read.rows, table.key
            cells += sum(map(len, read.rows))
    assert cells > 15_000
