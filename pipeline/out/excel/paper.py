"""What helps on the screen (filters, frozen titles, colours of tabs) and on paper."""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet

from pipeline.language.wording import Lang
from pipeline.out.excel import charts
from pipeline.out.excel.layout import Leaf
from pipeline.out.report.model import OVERVIEW, Meta

A4 = 9
PAGE_ROWS = 75  # that can still be read when they share a page
TABS = {OVERVIEW: "#1F3A5F", "exceptions": "#D55E00", "reminders": "#D55E00"}
TAB = "#9DC3E6"


def screen(sheet: Worksheet, leaf: Leaf) -> None:
    """Titles that stay, a filter on the last table, no grid."""
    last = leaf.blocks[-1]
    if last.stop > last.start:
        sheet.autofilter(last.header, 0, last.end - 1, len(last.table.columns) - 1)
    alone = len(leaf.blocks) == 1
    sheet.freeze_panes(last.first if alone and not charts.room(leaf.section) else 1, 0)
    sheet.hide_gridlines(2)
    sheet.set_tab_color(TABS.get(leaf.section.key, TAB))


def paper(sheet: Worksheet, leaf: Leaf, meta: Meta, lang: Lang, columns: int) -> None:
    """The first `columns` on A4, the cover upright on one page if it can be read; titles on every page."""
    last = leaf.blocks[-1]
    if len(leaf.blocks) == 1:
        sheet.repeat_rows(last.header)
    upright = leaf.section.key == OVERVIEW
    if not upright:
        sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.print_area(0, 0, max(last.end, last.first) - 1, columns - 1)
    sheet.fit_to_pages(1, 1 if upright and last.end <= PAGE_ROWS else 0)
    sheet.set_margins(0.4, 0.4, 0.7, 0.7)
    sheet.center_horizontally()
    sheet.set_header(f"&L{_printed(meta.company)}&R{_printed(meta.title.in_(lang))}")
    sheet.set_footer(f"&L{_printed(leaf.name)}&C&P / &N&R{meta.as_of}")


def _printed(text: str) -> str:
    """A text in a header or footer, where & begins a command and there is room for 255 characters in all."""
    return text[:60].replace("&", "&&")
