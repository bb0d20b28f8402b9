"""Where links of a workbook lead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from pipeline.language.wording import Lang, label
from pipeline.out.excel.layout import Block, Leaf, block_of
from pipeline.out.report.model import OVERVIEW, Column, FileLink, RowLink, SectionLink, Table, VolumeLink
from pipeline.out.report.show import values


class Targets:
    """Resolves the links of the tables in one workbook; `workspace` is the way from its folder to the workspace."""

    def __init__(self, leaves: Sequence[Leaf], workspace: str, lang: Lang) -> None:
        self.workspace, self.lang = workspace, lang
        self.sheets: Mapping[str, str] = {leaf.section.key: leaf.name for leaf in reversed(leaves)}
        self.blocks: dict[str, list[Block]] = {}
        for block in (b for leaf in leaves for b in leaf.blocks):
            self.blocks.setdefault(block.table.key, []).append(block)

    def of(self, table: Table, column: Column, part: slice) -> list[str]:
        """The target of every cell of a column, '' for none."""
        rows = table.rows.iloc[part]
        match column.link:
            case RowLink(table=key, row=row):
                return [self._row(key, number) for number in rows[row].fillna(-1).astype("int64").tolist()]
            case SectionLink(section=section):
                return [self._inside(self.sheets[key], 1) for key in rows[section]]
            case VolumeLink():
                return [str(name) for name in values(table, column, self.lang, part)]
            case FileLink() as link:
                return self._files(rows, link)
            case None:
                return [""] * len(rows)

    def home(self, title: str) -> tuple[str, str]:
        """Target and text of the way back to the overview; in a book without one, `title` and no target."""
        if (sheet := self.sheets.get(OVERVIEW)) is None:
            return "", title
        return self._inside(sheet, 1), label("report_back", self.lang)

    def _row(self, table: str, row: int) -> str:
        block = block_of(self.blocks.get(table, ()), row)
        return self._inside(block.sheet, block.row_of(row)) if block else ""

    def _inside(self, sheet: str, row: int) -> str:
        return f"#{_quoted(sheet)}!A{row}"

    def _files(self, rows: pd.DataFrame, link: FileLink) -> list[str]:
        blank = [""] * len(rows)
        sheets = rows[link.sheet].tolist() if link.sheet else blank
        cells = rows[link.cell].tolist() if link.cell else blank
        return [self._file(*place) for place in zip(rows[link.file].tolist(), sheets, cells, strict=True)]

    def _file(self, file: str, sheet: str, cell: str) -> str:
        if not file or not self.workspace:
            return ""
        path = f"{self.workspace}/{file}".replace("#", "%23")
        return f"{path}#{_quoted(sheet)}!{cell or 'A1'}" if sheet else path


def _quoted(sheet: str) -> str:
    """A sheet's name as references write it."""
    return "'" + sheet.replace("'", "''") + "'"
