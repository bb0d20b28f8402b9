"""Writes pages of cells into files of every kind that staff hand in. Same pages, same bytes."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from importlib import import_module
from pathlib import Path
from xml.sax.saxutils import escape

import xlsxwriter

from pipeline.language.errors import WorkspaceError
from pipeline.language.wording import wording
from pipeline.sample.spelling import Cell, serial

_FORMATS = {datetime: "yyyy-mm-dd hh:mm", date: "yyyy-mm-dd", time: "hh:mm"}
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_ODS = "application/vnd.oasis.opendocument.spreadsheet"
_ODS_NAMESPACES = {
    **{name: f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0" for name in ("office", "table", "text")},
    "dc": "http://purl.org/dc/elements/1.1/",
}
_ODS_MANIFEST = f"""<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">
<manifest:file-entry manifest:full-path="/" manifest:media-type="{_ODS}"/>
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>
<manifest:file-entry manifest:full-path="meta.xml" manifest:media-type="text/xml"/>
</manifest:manifest>
"""


@dataclass(frozen=True)
class Page:
    """A sheet. Rows and columns count from 0; a formula has the cell's value as its cached result."""

    name: str
    rows: list[list[Cell]]
    merged: tuple[tuple[int, int, int, int], ...] = ()
    hidden: frozenset[int] = frozenset()
    formulas: Mapping[tuple[int, int], str] = field(default_factory=dict)
    ghosts: int = 0  # rows below the last one that have a border and nothing in them


Writer = Callable[[list[Page], Path, datetime], None]


def write_xlsx(pages: list[Page], path: Path, saved_at: datetime) -> None:
    """An Excel workbook."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"created": saved_at})
        formats = {kind: book.add_format({"num_format": shown}) for kind, shown in _FORMATS.items()}
        border = book.add_format({"border": 1})
        for page in pages:
            _write_sheet(book.add_worksheet(page.name), page, formats, border)


def _write_sheet(
    sheet: xlsxwriter.worksheet.Worksheet, page: Page, formats: dict[type, object], border: object
) -> None:
    merged = {(r, c): (r, c, r2, c2) for r, c, r2, c2 in page.merged}
    for r, row in enumerate(page.rows):
        for c, value in enumerate(row):
            shown = formats.get(type(value))
            if (r, c) in merged:
                sheet.merge_range(*merged[r, c], value, shown)
            elif (r, c) in page.formulas:
                sheet.write_formula(r, c, page.formulas[r, c], shown, cached(value))
            elif value is not None:
                sheet.write(r, c, value, shown)
    for r in page.hidden:
        sheet.set_row(r, None, None, {"hidden": True})
    for r in range(len(page.rows), len(page.rows) + page.ghosts):
        for c in range(len(page.rows[-1])):
            sheet.write_blank(r, c, None, border)


def cached(value: Cell) -> Cell:
    """What Excel remembers of a formula's result; a day is its serial number."""
    return serial(value) if isinstance(value, date) else value


def write_xls(pages: list[Page], path: Path, saved_at: datetime) -> None:
    """A workbook of Excel 97; it does not say when it was saved. Raises WorkspaceError without xlwt."""
    try:
        xlwt = import_module("xlwt")  # only the messy sample needs it
    except ImportError:
        raise WorkspaceError(wording("sample_needs_xlwt"), mend=wording("sample_needs_xlwt_mend")) from None
    book = xlwt.Workbook(encoding="utf-8")
    styles = {kind: xlwt.easyxf(num_format_str=shown) for kind, shown in _FORMATS.items()}
    for page in pages:
        sheet = book.add_sheet(page.name)
        ends = {area[:2]: area[2:] for area in page.merged}
        for r, row in enumerate(page.rows):
            for c, value in enumerate(row):
                if value is not None:
                    last_row, last_column = ends.get((r, c), (r, c))
                    style = styles.get(type(value), xlwt.Style.default_style)
                    sheet.write_merge(r, last_row, c, last_column, value, style)
    book.save(str(path))


def write_ods(pages: list[Page], path: Path, saved_at: datetime) -> None:
    """A spreadsheet of LibreOffice or WPS. Written by hand, as odfpy's bytes change from one file to the next."""
    tables = "".join(
        f'<table:table table:name="{escape(page.name)}">{"".join(map(_ods_row, page.rows))}</table:table>'
        for page in pages
    )
    parts = {
        "mimetype": _ODS,
        "content.xml": _ods_document(
            "content", f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
        ),
        "meta.xml": _ods_document("meta", f"<office:meta><dc:date>{saved_at.isoformat()}</dc:date></office:meta>"),
        "META-INF/manifest.xml": _ODS_MANIFEST,
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            kind = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name, _ZIP_TIME), text, kind)


def _ods_document(kind: str, inside: str) -> str:
    spaces = "".join(f' xmlns:{short}="{long}"' for short, long in _ODS_NAMESPACES.items())
    tag = f"office:document-{kind}"
    return f'<?xml version="1.0" encoding="UTF-8"?><{tag}{spaces} office:version="1.2">{inside}</{tag}>'


def _ods_row(row: list[Cell]) -> str:
    return f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>"


def _ods_cell(value: Cell) -> str:
    if value is None:
        return "<table:table-cell/>"
    kind, held = "string", ""
    if isinstance(value, date):
        kind, held = "date", f' office:date-value="{value.isoformat()}"'
    elif isinstance(value, time):
        kind, held = "time", f' office:time-value="PT{value:%HH%MM%SS}"'
    elif isinstance(value, int | float):
        kind, held = "float", f' office:value="{value}"'
    return (
        f'<table:table-cell office:value-type="{kind}"{held}><text:p>{escape(str(value))}</text:p></table:table-cell>'
    )


def write_csv(pages: list[Page], path: Path, saved_at: datetime) -> None:
    """The first page as text, as `Save as CSV` leaves it on a Chinese machine."""
    with path.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows(pages[0].rows)


def write_truncated(pages: list[Page], path: Path, saved_at: datetime) -> None:
    """A workbook whose copy broke off half-way."""
    write_xlsx(pages, path, saved_at)
    raw = path.read_bytes()
    path.write_bytes(raw[: len(raw) * 3 // 5])


def write_encrypted(pages: list[Page], path: Path, saved_at: datetime) -> None:
    """A workbook behind a password that nobody knows any more; made once, as encryption is never twice the same."""
    path.write_bytes((Path(__file__).parent / "encrypted.xlsx").read_bytes())
