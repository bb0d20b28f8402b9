"""Cells by the column: what xlsxwriter would write for each, made for a whole column at once.

Most of a month's run is the writing of cells. xlsxwriter decides anew for every one; here a text that stands in many
cells is made ready once, and a row is put together from finished cells. All else of a sheet is xlsxwriter's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

import pandas as pd
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from pipeline.language.wording import Lang
from pipeline.out.report.model import Column, Kind, Table
from pipeline.out.report.show import NOTHING, values

EPOCH, DAY = pd.Timestamp("1899-12-30"), pd.Timedelta(days=1)
LONGEST_LITERAL = 255  # characters of a text inside a formula
AT_ONCE = 20_000  # rows that are in memory as XML

Cells = Sequence[str]
"""The XML of a column's cells, each from behind its address on; '' where there is no cell."""


class ColumnSheet(Worksheet):  # type: ignore[misc]
    """A sheet of a workbook in constant memory that takes whole columns."""

    def write_columns(self, first: int, columns: Sequence[Cells]) -> None:
        """Writes columns of equal length as the rows from `first` on; rows above it are written and over."""
        end = first + len(columns[0])
        if end == first:
            return
        self._check_dimensions(first, 0)
        self._check_dimensions(end - 1, len(columns) - 1)
        self._write_single_row(first)  # the one begun before
        names = [xl_col_to_name(index) for index in range(len(columns))]
        for start in range(first, end, AT_ONCE):
            rows = range(start, min(start + AT_ONCE, end))
            part = slice(start - first, rows.stop - first)
            cells = [_addressed(name, rows, column[part]) for name, column in zip(names, columns, strict=True)]
            lines = zip(map(self._row_tag, rows), *cells, ["</row>"] * len(rows), strict=True)
            self.row_data_fh.write("".join(map("".join, lines)))
        self.previous_row = end

    def _row_tag(self, row: int) -> str:
        height = f' ht="{self.row_info[row].height:g}" customHeight="1"' if row in self.row_info else ""
        return f'<row r="{row + 1}"{height}>'

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        """A link is written as it is: xlsxwriter would change a file named `SORT(2).xlsx`."""
        return formula.removeprefix("=")


def _addressed(name: str, rows: range, cells: Cells) -> list[str]:
    return [f'<c r="{name}{row + 1}"{cell}' if cell else "" for row, cell in zip(rows, cells, strict=True)]


def contents(table: Table, column: Column, lang: Lang, part: slice) -> list[Any]:
    """What goes into the cells of a column: text, numbers, and days as Excel's serial numbers; None for nothing."""
    if column.kind not in ("day", "moment"):
        return values(table, column, lang, part)
    moments = table.rows[column.key].iloc[part]
    serials = ((moments.dt.normalize() if column.kind == "day" else moments) - EPOCH) / DAY
    return serials.astype("object").where(serials.notna(), None).tolist()


def plain(kind: Kind, contents: Sequence[Any], style: Format) -> list[str]:
    """The cells of a column: the value, what stands for a missing one, or nothing."""
    nothing, made = NOTHING.get(kind, ""), dict[Any, str]()
    for value in set(contents):
        if isinstance(value, str) or value is None:
            made[value] = _text(value or nothing, style)
        else:
            made[value] = f' s="{_index(style)}"><v>{value:.16G}</v></c>'
    return [made[value] for value in contents]


def linked(targets: Sequence[str], contents: Sequence[Any], style: Format, others: Sequence[str]) -> list[str]:
    """Cells that show the value and lead to its target; where there is no target, those of `others`."""
    return [
        _link(target, value, style) if target and _can_be_linked(target, value) else other
        for target, value, other in zip(targets, contents, others, strict=True)
    ]


def link_formula(target: str, value: Any) -> str:
    """The formula of a link; what stands in quotes can be no formula of its own."""
    return f"HYPERLINK({_literal(target)},{_literal(value)})"


def _can_be_linked(target: str, value: Any) -> bool:
    return value not in (None, "") and len(target) <= LONGEST_LITERAL >= len(str(value))


def _link(target: str, value: Any, style: Format) -> str:
    text = ' t="str"' if isinstance(value, str) else ""
    return f' s="{_index(style)}"{text}><f>{escape(link_formula(target, value))}</f><v>{escape(str(value))}</v></c>'


def _literal(value: object) -> str:
    return '"' + value.replace('"', '""') + '"' if isinstance(value, str) else str(value)


def _text(text: str, style: Format) -> str:
    if not text:
        return ""
    space = "" if text == text.strip() else ' xml:space="preserve"'
    shown = escape(Worksheet._escape_control_characters(text))  # `_x0041_` is an escape to Excel
    return f' s="{_index(style)}" t="inlineStr"><is><t{space}>{shown}</t></is></c>'


def _index(style: Format) -> int:
    """The number by which cells name a format."""
    return int(style._get_xf_index())  # xlsxwriter has no public name for it
