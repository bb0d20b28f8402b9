"""Small columns beside the rows whose figure the trend follows month by month."""

from __future__ import annotations

from collections.abc import Iterable

from xlsxwriter.utility import xl_range
from xlsxwriter.worksheet import Worksheet

from pipeline.out.excel.layout import Block, Leaf

SHOWN_IN = ("matrix", "trend")  # the tables that have them
# Columns from 0 to 1: LibreOffice prints no lines, and what is cut off below would exaggerate.
LOOK = {"type": "column", "low_point": True, "series_color": "#7F9DB9", "low_color": "#D55E00", "min": 0, "max": 1}
WIDTH = 16.0


class Sparklines:
    """Finds the cells of the trend behind a row by the id of its figure; without a trend there are none."""

    def __init__(self, leaves: Iterable[Leaf]) -> None:
        self.ranges = {id_: cells for leaf in leaves for block in leaf.blocks for id_, cells in _followed(block)}

    def beside(self, block: Block) -> bool:
        """Whether a table has a column of them, its last."""
        return block.table.key in SHOWN_IN and bool(self.ranges)

    def draw(self, sheet: Worksheet, block: Block) -> None:
        """Draws one in every row whose figure is followed."""
        ids = block.table.rows["id"].iloc[block.start : block.stop]
        for row, id_ in enumerate(ids, block.first):
            if id_ in self.ranges:
                sheet.add_sparkline(row, len(block.table.columns), {**LOOK, "range": self.ranges[id_]})


def _followed(block: Block) -> list[tuple[str, str]]:
    """The ids of the trend's rows, each with the cells of its months; none for a single month, which is no line."""
    months = [index for index, column in enumerate(block.table.columns) if column.kind == "point"]
    if block.table.key != "trend" or len(months) < 2:
        return []
    sheet = block.sheet.replace("'", "''")
    rows = enumerate(block.table.rows["id"].iloc[block.start : block.stop], block.first)
    return [(id_, f"'{sheet}'!{xl_range(row, months[0], row, months[-1])}") for row, id_ in rows]
