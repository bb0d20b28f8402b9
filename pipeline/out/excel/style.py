"""How the workbook looks: font, formats, widths, colours."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from pipeline.language.wording import Lang
from pipeline.out.report.model import Column, Kind
from pipeline.out.report.show import values

if TYPE_CHECKING:
    from pipeline.out.excel.layout import Block

BASE = {"font_name": "Microsoft YaHei", "font_size": 10}  # Excel and LibreOffice fall back where it is missing
_HEAD: dict[str, Any] = {
    "bold": True,
    "text_wrap": True,
    "align": "center",
    "valign": "vcenter",
    "bg_color": "#1F3A5F",
    "font_color": "#FFFFFF",
    "border": 1,
    "border_color": "#FFFFFF",
}
_TILE: dict[str, Any] = {
    "align": "center",
    "valign": "vcenter",
    "bg_color": "#EEF3F8",
    "left": 5,
    "left_color": "#FFFFFF",
    "right": 5,
    "right_color": "#FFFFFF",
}
LOOKS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16, "font_color": "#1F3A5F"},
    "lead": {"font_size": 10.5, "text_wrap": True, "valign": "vcenter"},
    "heading": {"bold": True, "font_size": 12, "font_color": "#1F3A5F", "valign": "vcenter"},
    "note": {"font_color": "#595959"},
    "head": _HEAD,
    "aside": _HEAD | {"bold": False, "bg_color": "#7F8FA3"},
    "key": {"align": "right", "valign": "vcenter", "font_size": 9, "font_color": "#595959"},
    "name": _TILE | {"bold": True, "font_color": "#1F3A5F", "top": 2, "top_color": "#1F3A5F"},
    "figure": _TILE | {"bold": True, "font_size": 22, "font_color": "#1F3A5F"},
    "parts": _TILE | {"font_size": 9, "font_color": "#595959"},
}
RULE = {"bottom": 1, "bottom_color": "#D9D9D9"}  # the line under every row
LINKED = {"font_color": "#0B57D0", "underline": 1}
NUMBER_FORMATS: dict[Kind, str] = {
    "text": "@",
    "prose": "@",
    "count": "#,##0",
    "amount": "#,##0.0",
    "share": "0.0%",
    "point": "0.0%",
    "change": "+0.0;-0.0;0.0",
    "day": "yyyy-mm-dd",
    "moment": "yyyy-mm-dd hh:mm",
}
WIDTHS: dict[Kind, float] = {"count": 8, "amount": 9, "share": 9, "point": 9, "change": 9, "day": 12, "moment": 17}
NARROWEST = 8.0
WIDEST: dict[Kind, float] = {"text": 40, "prose": 50}
PADDING = 3  # of a text in its cell, in characters
LINE = 15.0  # height of a line, in points
MEASURED = 5000  # rows that decide a width
HEAT: tuple[dict[str, Any], ...] = (  # orange to blue, bold at the low end: told apart by colour-blind readers
    {"bg_color": "#E8873A", "bold": True},
    {"bg_color": "#F4B183", "bold": True},
    {"bg_color": "#FBE3CF"},
    {"bg_color": "#D6E6F4"},
    {"bg_color": "#9DC3E6"},
)
STATUSES: dict[str, dict[str, Any]] = {  # what somebody has to act on
    "open": {"bg_color": "#D6E6F4"},
    "unprovable": {"bg_color": "#FFF2CC", "italic": True},
    "missed": {"bg_color": "#FBE3CF", "bold": True},
}
KEY: dict[str, Any] = {"align": "center", "valign": "vcenter", "font_size": 9}
LINES = ("#111827", "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00")  # after Okabe and Ito
MARKS = ("circle", "square", "diamond", "triangle", "star", "x")


def cell_style(kind: Kind) -> dict[str, Any]:
    """The format of a column's cells."""
    style: dict[str, Any] = {**BASE, "num_format": NUMBER_FORMATS[kind], "valign": "vcenter"}
    if kind not in ("text", "prose"):
        return style | {"align": "right"}
    return style | {"align": "left", "indent": 1, "text_wrap": kind == "prose"}


def widths(blocks: Iterable[Block], lang: Lang) -> dict[int, float]:
    """The width of each column of a sheet, wide enough for every table on it."""
    found: dict[int, float] = {}
    for block in blocks:
        for index, column in enumerate(block.table.columns):
            found[index] = max(found.get(index, NARROWEST), width(block, column, lang))
    return found


def width(block: Block, column: Column, lang: Lang) -> float:
    """The width of a column: fixed for numbers, as wide as its text up to a limit, and two lines for its title."""
    title = _title_width(column.title.in_(lang))
    if column.kind in WIDTHS:
        return max(WIDTHS[column.kind], title)
    shown = values(block.table, column, lang, slice(block.start, min(block.stop, block.start + MEASURED)))
    longest = max((wide(str(text)) for text in set(shown)), default=0)
    return max(title, min(longest + PADDING, WIDEST[column.kind]))


def _title_width(title: str) -> float:
    """Half of it, as it may take two lines, but no less than a word of letters; the filter's button covers some."""
    words = (len(word) for word in title.split() if word.isascii())
    return max(wide(title) / 2 + 5, max(words, default=0) + PADDING)


def pixels(widths: Iterable[float]) -> int:
    """How wide columns of these widths are on the screen."""
    return sum(int(width * 7 + 5) for width in widths)


def heights(block: Block, widths: Mapping[int, float], lang: Lang) -> dict[int, float]:
    """The height of every row in which prose takes more than a line; Excel would find it out, LibreOffice does not."""
    lines: dict[int, int] = {}
    for index, column in enumerate(block.table.columns):
        if column.kind == "prose":
            shown = values(block.table, column, lang, slice(block.start, block.stop))
            for row, text in enumerate(map(str, shown), block.first):
                lines[row] = max(lines.get(row, 1), math.ceil(wide(text) / (widths[index] - PADDING)))
    return {row: LINE * count for row, count in lines.items() if count > 1}


def wide(text: str) -> int:
    """How many narrow characters a text is wide: in GBK, what is shown wide takes two bytes and the rest one."""
    return len(text.encode("gbk", "replace"))
