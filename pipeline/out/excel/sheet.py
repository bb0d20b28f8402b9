"""Writes sheets, top to bottom: what is written cannot be gone back to."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from pipeline.language.wording import Lang, label
from pipeline.out.excel import charts, cover, sparklines, style
from pipeline.out.excel.book import Book
from pipeline.out.excel.cells import Cells, ColumnSheet, contents, link_formula, linked, plain
from pipeline.out.excel.layout import Block, Leaf, charts_at, tiles_at
from pipeline.out.excel.links import Targets
from pipeline.out.excel.paper import paper, screen
from pipeline.out.excel.sparklines import Sparklines
from pipeline.out.report.model import BANDS, OVERVIEW, Column, Figure, Meta

LINE_HEIGHT = 18  # points, of a line of lead text


class Sheets:
    """The sheets of one workbook."""

    def __init__(
        self, book: Book, meta: Meta, lang: Lang, leaves: Sequence[Leaf], figures: Sequence[Figure] = ()
    ) -> None:
        self.book, self.meta, self.lang, self.figures = book, meta, lang, figures
        self.sparklines = Sparklines(leaves)
        self.targets = Targets(leaves, meta.run.workspace, lang)
        self.looks = {name: self._format(look) for name, look in style.LOOKS.items()}
        self.cells = {kind: self._format(style.cell_style(kind)) for kind in style.NUMBER_FORMATS}
        self.linked = {kind: self._format(style.cell_style(kind) | style.LINKED) for kind in style.NUMBER_FORMATS}
        kinds = [(str(kind), look) for kind, look in self.cells.items() if kind != "point"]  # it looks as a share does
        named = [*self.looks.items(), *kinds, ("link", self.linked["text"])]
        book.name_styles({label(f"report_style_{name}", lang): look for name, look in named})
        self.rule = book.add_format(style.RULE)
        self.heat = [book.add_format(style.RULE | look) for look in style.HEAT]
        self.key = [self._format(style.KEY | look) for look in style.HEAT]
        self.large = [self._format(style.LOOKS["figure"] | look) for look in style.HEAT]
        self.statuses = {status: book.add_format(style.RULE | look) for status, look in style.STATUSES.items()}

    def _format(self, look: dict[str, Any]) -> Format:
        return self.book.add_format(style.BASE | look)

    def write(self, leaf: Leaf) -> None:
        """Writes one sheet."""
        sheet = self.book.add_worksheet(leaf.name, ColumnSheet)
        widths = style.widths(leaf.blocks, self.lang)
        for block in filter(self.sparklines.beside, leaf.blocks):
            index = len(block.table.columns)
            widths[index] = max(widths.get(index, 0), sparklines.WIDTH)
        for index, width in widths.items():
            sheet.set_column(index, index, width)
        self._lead(sheet, leaf, widths)
        if leaf.section.key == OVERVIEW:
            at, across = tiles_at(leaf.section), len(widths)
            cover.write_tiles(sheet, at, across, self.figures, self.lang, self.looks, self.large)
        for block in leaf.blocks:
            self._block(sheet, block, widths)
        if leaf.blocks[0].start == 0:
            self._charts(sheet, leaf, widths)
        screen(sheet, leaf)
        paper(sheet, leaf, self.meta, self.lang, self._printed(leaf))

    def _lead(self, sheet: Worksheet, leaf: Leaf, widths: dict[int, float]) -> None:
        """The report's title and its text across the columns on the cover; on other sheets the way back to it."""
        target, text = self.targets.home(self.meta.title.in_(self.lang))
        if target and leaf.section.key != OVERVIEW:
            sheet.write_formula(0, 0, link_formula(target, text), self.linked["text"], text)
        elif not leaf.section.lead:
            sheet.write_string(0, 0, text, self.cells["text"])
        else:
            sheet.set_row(0, 30)
            title = f"{self.meta.company} {self.meta.title.in_(self.lang)}"
            sheet.write_string(0, 0, title, self.looks["title"])
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
        if table.key == "matrix":
            cover.write_key(sheet, block.top, self.lang, self.looks["key"], self.key)
        for index, column in enumerate(table.columns):
            look = self.looks["aside" if column.aside else "head"]
            sheet.write_string(block.header, index, column.title.in_(self.lang), look)
        if self.sparklines.beside(block):
            sheet.write_string(block.header, len(table.columns), label("report_spark", self.lang), self.looks["head"])
            self.sparklines.draw(sheet, block)
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
        looks = self.cells if column.heat else self.linked  # in colours a link needs none of its own
        return linked(self.targets.of(block.table, column, part), held, looks[column.kind], cells)

    def _colour(self, sheet: Worksheet, block: Block) -> None:
        """Heat by band and a line under every row; by rules, so that they cost nothing per cell.

        Heat comes first and draws the line itself: LibreOffice follows only the first rule that fits.
        """
        for index, column in enumerate(block.table.columns):
            if column.heat:
                self._heat(sheet, block, index)
            if column.key == "status":
                self._status(sheet, block, index, column)
        area = (block.first, 0, block.end - 1, len(block.table.columns) - 1)
        sheet.conditional_format(*area, {"type": "formula", "criteria": "=TRUE", "format": self.rule})

    def _heat(self, sheet: Worksheet, block: Block, index: int) -> None:
        """The highest band first. Always between two numbers: to Excel a dash is more than any number."""
        bounds = reversed(list(zip((0, *BANDS), (*BANDS, 2), self.heat, strict=True)))
        for low, high, look in bounds:
            rule = {"type": "cell", "criteria": "between", "minimum": low, "maximum": high}
            rule |= {"format": look, "stop_if_true": True}
            sheet.conditional_format(block.first, index, block.end - 1, index, rule)

    def _status(self, sheet: Worksheet, block: Block, index: int, column: Column) -> None:
        """A colour for each status that somebody has to act on, beside its word."""
        for status in (s for s in self.statuses if s in (column.words or {})):
            word = (column.words or {})[status].in_(self.lang)
            rule = {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": self.statuses[status]}
            sheet.conditional_format(block.first, index, block.end - 1, index, rule | {"stop_if_true": True})

    def _printed(self, leaf: Leaf) -> int:
        """How many columns go on paper: those that are for reading."""
        return max(
            len(b.table.columns) + 1 if self.sparklines.beside(b) else sum(not c.aside for c in b.table.columns)
            for b in leaf.blocks
        )

    def _charts(self, sheet: Worksheet, leaf: Leaf, widths: dict[int, float]) -> None:
        """Charts as wide as what is printed of the tables below."""
        top = charts_at(leaf.section)
        across = style.pixels(width for index, width in widths.items() if index < self._printed(leaf))
        if chart := leaf.section.chart:
            drawn = charts.lines(self.book, chart, leaf.blocks[0], self.lang, across)
            sheet.insert_chart(top, 0, drawn, {"description": chart.title.in_(self.lang)})
        tables = charts.barred(leaf.section)
        for place, block in enumerate(b for b in leaf.blocks if any(b.table is t for t in tables)):
            share = across // len(tables)
            drawn = charts.bars(self.book, block, self.lang, share, lying=len(tables) == 1)
            where = {"x_offset": place * share, "description": block.table.title.in_(self.lang)}
            sheet.insert_chart(top, 0, drawn, where)
