"""Charts that Excel draws itself from the cells of the tables, above them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from xlsxwriter.chart import Chart as Drawn
from xlsxwriter.workbook import Workbook

from pipeline.language.wording import Lang, label
from pipeline.out.excel import style
from pipeline.out.report.model import Chart, Section, Table

if TYPE_CHECKING:
    from pipeline.out.excel.layout import Block

ROWS = 18  # of a sheet that charts take
HEIGHT = ROWS * 20 - 20  # pixels
MOST_BARS = 15
GRID = {"visible": True, "line": {"color": "#D9D9D9"}}
FONT = {"name": style.BASE["font_name"], "size": 9}


class Bars(NamedTuple):
    """Bars for a table: the columns with their names and their lengths, and the format of the lengths."""

    name: str
    length: str
    shown: str


BARS = {
    "units": Bars("unit", "rate", "0%"),
    "complaints_by_severity": Bars("value", "records", "0"),
    "complaints_by_tier": Bars("value", "median_answer_hours", "0.0"),
    "complaints_by_ageing": Bars("value", "records", "0"),
}


def barred(section: Section) -> tuple[Table, ...]:
    """The tables of a section that bars are drawn of."""
    return tuple(
        t for t in section.tables if t.key in BARS and t.rows.get(BARS[t.key].length, t.rows).notna().to_numpy().any()
    )


def room(section: Section) -> int:
    """How many rows the charts of a section take."""
    return ROWS if section.chart or barred(section) else 0


def bars(book: Workbook, block: Block, lang: Lang, width: int, *, lying: bool) -> Drawn:
    """Bars of a table's first rows, with their values; `lying` ones are shares."""
    table, spec = block.table, BARS[block.table.key]
    keys = [c.key for c in table.columns]
    last = min(block.end, block.first + MOST_BARS) - 1
    name, length = keys.index(spec.name), keys.index(spec.length)
    drawn = book.add_chart({"type": "bar" if lying else "column"})
    drawn.add_series({
        "name": table.title.in_(lang),
        "categories": [block.sheet, block.first, name, last, name],
        "values": [block.sheet, block.first, length, last, length],
        "fill": {"color": style.LINES[1]},
        "gap": 60,
        "data_labels": {"value": True, "num_format": spec.shown, "font": FONT},
    })  # fmt: skip
    _framed(drawn, label(f"report_chart_{table.key}", lang), width)
    if lying:
        drawn.set_x_axis({"min": 0, "max": 1, "num_format": spec.shown, "num_font": FONT, "major_gridlines": GRID})
        drawn.set_y_axis({"reverse": True, "num_font": FONT})
    else:
        drawn.set_y_axis({"min": 0, "num_format": spec.shown, "num_font": FONT, "major_gridlines": GRID})
        drawn.set_x_axis({"num_font": FONT})
    drawn.set_legend({"none": True})
    return drawn


def lines(book: Workbook, chart: Chart, block: Block, lang: Lang, width: int) -> Drawn:
    """The lines of the report's chart; each has a mark of its own beside its colour."""
    keys = [c.key for c in block.table.columns]
    name, first, last = keys.index(chart.label), keys.index(chart.points[0]), keys.index(chart.points[-1])
    drawn = book.add_chart({"type": "line"})
    for line, row in enumerate(range(block.first, block.first + chart.lines)):
        drawn.add_series({
            "name": [block.sheet, row, name],
            "categories": [block.sheet, block.header, first, block.header, last],
            "values": [block.sheet, row, first, row, last],
            **_look(line),
        })  # fmt: skip
    _framed(drawn, chart.title.in_(lang), width)
    drawn.set_y_axis({"min": chart.floor, "max": 1, "num_format": "0%", "num_font": FONT, "major_gridlines": GRID})
    drawn.set_x_axis({"num_font": FONT, "text_axis": True})
    drawn.set_legend({"position": "right", "font": FONT})
    return drawn


def _look(line: int) -> dict[str, Any]:
    colour = {"color": style.LINES[line % len(style.LINES)]}
    marker = {"type": style.MARKS[line % len(style.MARKS)], "size": 6, "fill": colour, "border": colour}
    return {"line": colour | {"width": 3 if line == 0 else 1.75}, "marker": marker}


def _framed(drawn: Drawn, title: str, width: int) -> None:
    drawn.set_title({"name": title, "name_font": FONT | {"size": 11}})
    drawn.set_size({"width": width, "height": HEIGHT})
