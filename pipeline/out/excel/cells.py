"""Writers of cells: one for each column, chosen once, so that writing a cell decides nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from pipeline.language.wording import Lang
from pipeline.out.report.model import Column, Kind, Table
from pipeline.out.report.show import NOTHING, values

EPOCH, DAY = pd.Timestamp("1899-12-30"), pd.Timedelta(days=1)
LONGEST_LITERAL = 255  # characters of a text inside a formula

Put = Callable[[int, Any], None]


class LinkSheet(Worksheet):  # type: ignore[misc]
    """A sheet whose only formulas are links, which are written as they are.

    xlsxwriter looks in every formula for functions newer than Excel 2007 to give them their prefix. In ours that takes
    half the time of writing, and would change a file named `SORT(2).xlsx`.
    """

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        return formula.removeprefix("=")


def contents(table: Table, column: Column, lang: Lang, part: slice) -> list[Any]:
    """What goes into the cells of a column: text, numbers, and days as Excel's serial numbers; None for nothing."""
    if column.kind not in ("day", "moment"):
        return values(table, column, lang, part)
    moments = table.rows[column.key].iloc[part]
    serials = ((moments.dt.normalize() if column.kind == "day" else moments) - EPOCH) / DAY
    return serials.astype("object").where(serials.notna(), None).tolist()


def writer(sheet: Worksheet, index: int, kind: Kind, style: Format) -> Put:
    """Writes a cell of column `index`: the value, what stands for a missing one, or nothing."""
    write_string, write_number, nothing = sheet.write_string, sheet.write_number, NOTHING.get(kind, "")

    def put_text(row: int, value: str) -> None:
        if value:
            write_string(row, index, value, style)

    def put_number(row: int, value: float | None) -> None:
        if value is not None:
            write_number(row, index, value, style)
        elif nothing:
            write_string(row, index, nothing, style)

    return put_text if kind in ("text", "prose") else put_number


def link_writer(sheet: Worksheet, index: int, put: Put, style: Format) -> Put:
    """Writes pairs (target, value): a link that shows the value, or the value alone, by `put`, without a target."""

    def put_link(row: int, pair: tuple[str, Any]) -> None:
        target, value = pair
        if target and value not in (None, "") and len(target) <= LONGEST_LITERAL >= len(str(value)):
            sheet.write_formula(row, index, f"=HYPERLINK({_literal(target)},{_literal(value)})", style, value)
        else:
            put(row, value)

    return put_link


def _literal(value: object) -> str:
    """A value inside a formula; what stands in quotes can be no formula of its own."""
    return '"' + value.replace('"', '""') + '"' if isinstance(value, str) else str(value)


def write_rows(first: int, puts: Sequence[Put], columns: Sequence[Sequence[Any]]) -> None:
    """Writes columns of equal length as rows from row `first` on."""
    for number, row in enumerate(zip(*columns, strict=True), first):
        for put, value in zip(puts, row, strict=False):  # as many as there are columns; checked once, above
            put(number, value)
