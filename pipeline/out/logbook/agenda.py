"""The first sheet of an issued logbook: what its holder has to do in the month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from pipeline.out.logbook.book import Book

Cells = tuple[object, ...]  # of a row: texts, numbers, days; None for an empty cell


class Part(NamedTuple):
    """A table of the sheet: its key, the keys of its headings, whether it is pressing."""

    key: str
    heads: tuple[str, ...]
    urgent: bool


OVERDUE = Part("overdue", ("client", "tier", "duty", "rule", "times", "due", "late", "article", "note"), urgent=True)
CASES = Part(
    "cases", ("client", "kind", "todo", "subject", "days_open", "opened_at", "due", "case_no", "note"), urgent=True
)
DUTIES = Part(
    "duties", ("client", "tier", "duty", "rule", "times", "first_due", "last_due", "article", "note"), urgent=False
)
WIDTHS = (30, 13, 26, 28, 9, 13, 13, 16, 24)


@dataclass(frozen=True, slots=True)
class Agenda:
    """The rows of each part, in the order of its headings without the note, which is for the holder; and the sums."""

    overdue: tuple[Cells, ...]
    cases: tuple[Cells, ...]
    duties: tuple[Cells, ...]
    clients: int
    times: int
    as_of: date
    month: str  # in words


def write_agenda(book: Book, sheet: Any, agenda: Agenda, who: str, due: date | None) -> None:
    """Fills the sheet: who, until when, the sums, then what is overdue, open cases, and the duties of the month."""
    sheet.set_tab_color("#D98A4B")
    sheet.activate()
    sheet.hide_gridlines(2)
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    row = _top(book, sheet, agenda, who, due)
    for part, rows in ((OVERDUE, agenda.overdue), (CASES, agenda.cases), (DUTIES, agenda.duties)):
        row = _part(book, sheet, row, part, rows)
    sheet.freeze_panes(2, 1)


def _top(book: Book, sheet: Any, agenda: Agenda, who: str, due: date | None) -> int:
    counts = {"clients": agenda.clients, "duties": len(agenda.duties), "times": agenda.times}
    late = {"overdue": len(agenda.overdue), "cases": len(agenda.cases)}
    back = book.say("issued_return", day=due) if due else book.say("issued_return_open")
    sheet.set_row(0, 30)
    sheet.write(0, 0, book.say("issued_title", month=agenda.month), book.looks["title"])
    sheet.write(1, 0, who, book.looks["who"])
    sheet.write(1, 2, back, book.looks["who"])
    sheet.set_row(2, 22, None)
    sheet.merge_range(2, 0, 2, len(WIDTHS) - 1, book.say("issued_sum", **counts, **late), book.looks["sum"])
    sheet.write(3, 0, book.say("issued_known", day=agenda.as_of), book.looks["hint"])
    return 5


def _part(book: Book, sheet: Any, row: int, part: Part, rows: Sequence[Cells]) -> int:
    """A titled table from `row` on; gives the row for the next."""
    sheet.set_row(row, 24)
    sheet.write(row, 0, book.say(f"part_{part.key}"), book.looks["part"])
    if not rows:
        sheet.write(row + 1, 0, book.say("part_none"), book.looks["hint"])
        return row + 3
    head = book.looks["urgent" if part.urgent else "head"]
    heads = [{"header": book.say(f"duty_{key}"), "header_format": head} for key in part.heads]
    sheet.set_row(row + 1, 24)
    area = (row + 1, 0, row + 1 + len(rows), len(heads) - 1)
    sheet.add_table(
        *area, {"name": f"table_{part.key}", "style": None, "columns": heads, "autofilter": not part.urgent}
    )
    for at, cells in enumerate(rows, row + 2):
        _line(book, sheet, at, part, cells)
    return row + len(rows) + 3


def _line(book: Book, sheet: Any, row: int, part: Part, cells: Cells) -> None:
    for column, (key, cell) in enumerate(zip(part.heads, (*cells, None), strict=True)):
        if isinstance(cell, date):
            sheet.write_datetime(row, column, cell, book.looks["late" if part is OVERDUE else "day"])
        elif cell is None or cell == "":
            sheet.write_blank(row, column, None, book.looks["note" if key == "note" else "cell"])
        else:
            sheet.write(row, column, cell, book.looks["cell" if isinstance(cell, str) else "count"])
