"""Writes sheets, top to bottom: what is written cannot be gone back to."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from pipeline.language.wording import Lang
from pipeline.out.excel import style
from pipeline.out.excel.cells import Cells, ColumnSheet, contents, link_formula, linked, plain
from pipeline.out.excel.layout import CHART_ROWS, Block, Leaf
from pipeline.out.excel.links import Targets
from pipeline.out.report.model import BANDS, Chart, Column, Meta

A4 = 9
LINE_HEIGHT = 18  # points, of a line of lead text


class Sheets:
    """The sheets of one workbook."""

    def __init__(self, book: Workbook, meta: Meta, lang: Lang, leaves: Sequence[Leaf]) -> None:
        self.book, self.meta, self.lang = book, meta, lang
        self.targets = Targets(leaves, meta.run.workspace, lang)
        self.looks = {name: self._format(look) for name, look in style.LOOKS.items()}
        self.cells = {kind: self._format(style.cell_style(kind)) for kind in style.NUMBER_FORMATS}
        self.linked = {kind: self._format(style.cell_style(kind) | style.LINKED) for kind in style.NUMBER_FORMATS}
        self.rule = book.add_format(style.RULE)
        self.heat = [book.add_format(style.RULE | {"bg_color": colour}) for colour in style.HEAT]

    def _format(self, look: dict[str, Any]) -> Format:
        return self.book.add_format(style.BASE | look)

    def write(self, leaf: Leaf) -> None:
        """Writes one sheet."""
        sheet = self.book.add_worksheet(leaf.name, ColumnSheet)
        widths = style.widths(leaf.blocks, self.lang)
        for index, width in widths.items():
            sheet.set_column(index, index, width)
        self._lead(sheet, leaf, widths)
        for block in leaf.blocks:
            self._block(sheet, block, widths)
        if leaf.section.chart:
            self._chart(sheet, leaf.section.chart, leaf.blocks[0], 1 + len(leaf.section.lead))
        self._paper(sheet, leaf)

    def _lead(self, sheet: Worksheet, leaf: Leaf, widths: dict[int, float]) -> None:
        """The report's title and its text across the columns on the cover; on other sheets the way back to it."""
        if not leaf.section.lead:
            target, text = self.targets.home(self.meta.title.in_(self.lang))
            if target:
                sheet.write_formula(0, 0, link_formula(target, text), self.linked["text"], text)
            else:
                sheet.write_string(0, 0, text, self.cells["text"])
            return
        sheet.set_row(0, 30)
        sheet.write_string(0, 0, f"{self.meta.company} {self.meta.title.in_(self.lang)}", self.looks["title"])
        across = sum(widths.values())
        for row, words in enumerate(leaf.section.lead, 1):
            text = words.in_(self.lang)
            sheet.set_row(row, LINE_HEIGHT * math.ceil(style.wide(text) / across))
            sheet.merge_range(row, 0, row, max(widths), text, self.looks["lead"])

    def _block(self, sheet: ColumnSheet, block: Block, widths: dict[int, float]) -> None:
        table = block.table
        sheet.set_row(block.top, 26)
        sheet.write_string(block.top, 0, table.title.in_(self.lang), self.looks["heading"])
        if table.note:
            sheet.write_string(block.top + 1, 0, table.note.in_(self.lang), self.looks["note"])
        sheet.set_row(block.header, 32)
        for index, column in enumerate(table.columns):
            sheet.write_string(block.header, index, column.title.in_(self.lang), self.looks["head"])
        for row, height in style.heights(block, widths, self.lang).items():
            sheet.set_row(row, height)
        sheet.write_columns(block.first, [self._column(block, column) for column in table.columns])
        if block.stop > block.start:
            self._colour(sheet, block)

    def _column(self, block: Block, column: Column) -> Cells:
        part = slice(block.start, block.stop)
        held = contents(block.table, column, self.lang, part)
        cells = plain(column.kind, held, self.cells[column.kind])
        if not column.link:
            return cells
        return linked(self.targets.of(block.table, column, part), held, self.linked[column.kind], cells)

    def _colour(self, sheet: Worksheet, block: Block) -> None:
        """Heat by band and a line under every row; by rules, so that they cost nothing per cell.

        Heat comes first and draws the line itself: LibreOffice follows only the first rule that fits.
        """
        for index, column in enumerate(block.table.columns):
            if column.heat:
                self._heat(sheet, block, index)
        area = (block.first, 0, block.end - 1, len(block.table.columns) - 1)
        sheet.conditional_format(*area, {"type": "formula", "criteria": "=TRUE", "format": self.rule})

    def _heat(self, sheet: Worksheet, block: Block, index: int) -> None:
        """The highest band first. Always between two numbers: to Excel a dash is more than any number."""
        bounds = reversed(list(zip((0, *BANDS), (*BANDS, 2), self.heat, strict=True)))
        for low, high, look in bounds:
            rule = {"type": "cell", "criteria": "between", "minimum": low, "maximum": high}
            rule |= {"format": look, "stop_if_true": True}
            sheet.conditional_format(block.first, index, block.end - 1, index, rule)

    def _chart(self, sheet: Worksheet, chart: Chart, block: Block, top: int) -> None:
        keys = [c.key for c in block.table.columns]
        name, first, last = keys.index(chart.label), keys.index(chart.points[0]), keys.index(chart.points[-1])
        drawn = self.book.add_chart({"type": "line"})
        for line, row in enumerate(range(block.first, block.first + chart.lines)):
            colour = style.LINES[line % len(style.LINES)]
            marker = {"type": style.MARKS[line % len(style.MARKS)], "size": 6}
            drawn.add_series({
                "name": [block.sheet, row, name],
                "categories": [block.sheet, block.header, first, block.header, last],
                "values": [block.sheet, row, first, row, last],
                "line": {"color": colour, "width": 3 if line == 0 else 1.75},
                "marker": marker | {"fill": {"color": colour}, "border": {"color": colour}},
            })  # fmt: skip
        font = {"name": style.BASE["font_name"], "size": 9}
        drawn.set_title({"name": chart.title.in_(self.lang), "name_font": font | {"size": 12}})
        drawn.set_y_axis({"min": chart.floor, "max": 1, "num_format": "0%", "num_font": font,
                          "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}}})  # fmt: skip
        drawn.set_x_axis({"num_font": font, "text_axis": True})
        drawn.set_legend({"position": "right", "font": font})
        drawn.set_size({"width": 900, "height": CHART_ROWS * 20 - 20})
        sheet.insert_chart(top, 0, drawn, {"description": chart.title.in_(self.lang)})

    def _paper(self, sheet: Worksheet, leaf: Leaf) -> None:
        """What helps on the screen (filter, frozen titles, the way back) and on paper."""
        last = leaf.blocks[-1]
        if last.stop > last.start:
            sheet.autofilter(last.header, 0, last.end - 1, len(last.table.columns) - 1)
        if len(leaf.blocks) == 1:
            if not leaf.section.chart:
                sheet.freeze_panes(last.first, 0)
            sheet.repeat_rows(last.header)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(0.4, 0.4, 0.7, 0.7)
        sheet.set_header(f"&L{_printed(self.meta.company)}&R{_printed(self.meta.title.in_(self.lang))}")
        sheet.set_footer(f"&L{_printed(leaf.name)}&C&P / &N&R{self.meta.as_of}")


def _printed(text: str) -> str:
    """A text in a header or footer, where & begins a command and there is room for 255 characters in all."""
    return text[:60].replace("&", "&&")
