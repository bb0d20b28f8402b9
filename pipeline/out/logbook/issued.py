"""The logbook of one member of staff for one month.

A locked first sheet says what is due; the sheets to fill are open for entry in their tables and locked elsewhere,
without a password; dropdowns name the member's own clients. Nothing of it is relied upon when the logbook comes back:
whatever was pasted over it is checked again by the intake.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from pipeline.intake.forms import Field, Form
from pipeline.intake.stamp import SHEET, Stamp
from pipeline.language.wording import Lang
from pipeline.out.cellrules import OWN_LISTS, issued_rule
from pipeline.out.logbook.agenda import Agenda, write_agenda
from pipeline.out.logbook.book import (
    BLANK_SAVED,
    FIRST_ROW,
    HEAD_ROW,
    LOOKS,
    META_ROW,
    NUMBER_FORMATS,
    Book,
    choice_lists,
    heading,
    new_book,
    write_guide,
    write_lists,
)

ROOM = 1000  # rows of a table to fill; more may be written below it
A4 = 9  # Excel's number for the paper
FREE = {  # what may be done on a locked sheet
    "format_columns": True,
    "format_rows": True,
    "sort": True,
    "autofilter": True,
    "select_locked_cells": True,
    "objects": True,
}
FONT = {"font_name": "Microsoft YaHei", "font_size": 10}  # programs that lack it take another
_HEAD = {**LOOKS["head"], "font_color": "#1F3347", "border_color": "#B8C7D6"}
_LINE: dict[str, object] = {"bottom": 1, "bottom_color": "#D9E1E8", "valign": "vcenter"}
ISSUED_LOOKS: dict[str, dict[str, object]] = {
    **LOOKS,
    "title": {**LOOKS["title"], "font_size": 16, "font_color": "#1F3347"},
    "head": _HEAD,
    "needed": {**_HEAD, "bg_color": "#BCD3E8"},
    "wrap": {**_LINE, "text_wrap": True},
    "locked": {},
    "lacking": {"bg_color": "#FFF2CC"},
    "who": {"bold": True, "font_color": "#1F3347"},
    "sum": {"font_color": "#1F3347", "bg_color": "#EEF3F8"},
    "part": {"bold": True, "font_size": 12, "font_color": "#1F3347", "valign": "vcenter"},
    "urgent": {**_HEAD, "bg_color": "#F8DFCB"},
    "cell": {**_LINE, "text_wrap": True},
    "count": {**_LINE, "align": "center"},
    "day": {**_LINE, "num_format": "yyyy-mm-dd", "align": "left"},
    "late": {**_LINE, "num_format": "yyyy-mm-dd", "align": "left", "font_color": "#A8480B", "bold": True},
    "note": {**_LINE, "locked": False, "text_wrap": True, "bg_color": "#FAFBFC"},
}


@dataclass(frozen=True, slots=True)
class Issue:
    """What a logbook is made from, in the words of its language: ready to be sent to another process.

    `clients` and `colleagues`: what stands in their dropdowns. `file`: where it goes, in the folder of the month.
    """

    stamp: Stamp
    name: str
    unit: str
    clients: tuple[str, ...]
    colleagues: tuple[str, ...]
    agenda: Agenda
    file: str

    @property
    def who(self) -> str:
        """Id and name, by which the intake tells namesakes apart."""
        return f"{self.stamp.staff} {self.name}"


def write_issued(forms: Sequence[Form], issue: Issue, path: Path, lang: Lang, due: date | None) -> None:
    """Writes the logbook of `issue` with sheets for `forms`, to be handed in by `due`."""
    month, looks = issue.stamp.month, ISSUED_LOOKS
    with new_book(path, lang, staff=issue.who, month=month, saved_at=BLANK_SAVED, looks=looks, font=FONT) as book:
        agenda = book.target.add_worksheet(book.say("duties"))
        sheets = [(form, book.target.add_worksheet(form.sheet.in_(lang))) for form in forms]
        write_agenda(book, agenda, issue.agenda, f"{issue.name}（{issue.stamp.staff}）{issue.unit}", due)
        _how(book, forms)
        own = (issue.clients, issue.colleagues)
        write_lists(book, {**choice_lists(forms, lang), **dict(zip(OWN_LISTS.values(), own, strict=True))})
        for form, sheet in sheets:
            _form(book, sheet, form)
            _page(book, sheet, HEAD_ROW)
        _page(book, agenda, META_ROW)
        _stamp(book, issue.stamp)


def _form(book: Book, sheet: Any, form: Form) -> None:
    sheet.set_tab_color("#5B8DB8")
    for row, height in ((0, 28), (META_ROW, 20), (HEAD_ROW, 32)):
        sheet.set_row(row, height, book.looks["locked"])
    for column, field in enumerate(form.fields):
        sheet.set_column(column, column, field.width + 2, _entry(book, field))
        sheet.data_validation(
            FIRST_ROW, column, HEAD_ROW + ROOM, column, issued_rule(form, field, book.lang, book.month)
        )
    sheet.write(0, 0, form.title.in_(book.lang), book.looks["title"])
    for at, (key, held) in enumerate((("filled_by", book.staff), ("month", book.month))):
        sheet.write(META_ROW, 2 * at, book.say(key), book.looks["meta"])
        sheet.write(META_ROW, 2 * at + 1, held, book.looks["filled"])
    sheet.write(META_ROW, 5, book.say("issued_hint"), book.looks["hint"])
    sheet.add_table(HEAD_ROW, 0, HEAD_ROW + ROOM, len(form.fields) - 1, _table(book, form))
    _show_lacking(book, sheet, form)
    sheet.freeze_panes(FIRST_ROW, 0)


def _entry(book: Book, field: Field) -> Any:
    """How a column to fill looks: open for entry, long texts wrapped."""
    shown = {"num_format": NUMBER_FORMATS.get(field.type, "@"), "valign": "vcenter", "locked": False}
    return book.target.add_format({**shown, "text_wrap": field.width > 20})


def _table(book: Book, form: Form) -> dict[str, Any]:
    heads = [
        {"header": heading(field, book.lang), "header_format": book.looks["needed" if field.required else "head"]}
        for field in form.fields
    ]
    return {"name": f"table_{form.key}", "style": None, "columns": heads}


def _show_lacking(book: Book, sheet: Any, form: Form) -> None:
    """A required cell that is empty in a row already begun is coloured."""
    last = xl_col_to_name(len(form.fields) - 1)
    for column, field in enumerate(form.fields):
        if field.required:
            cell = xl_rowcol_to_cell(FIRST_ROW, column, col_abs=True)
            begun = f"AND(COUNTA($A{FIRST_ROW + 1}:${last}{FIRST_ROW + 1})>0,ISBLANK({cell}))"
            rule = {"type": "formula", "criteria": f"={begun}", "format": book.looks["lacking"]}
            sheet.conditional_format(FIRST_ROW, column, HEAD_ROW + ROOM, column, rule)


def _page(book: Book, sheet: Any, last_repeated: int) -> None:
    """A4 across, as wide as the page, headings on every page; locked, so that a slip does no harm."""
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0, last_repeated)
    sheet.set_footer(f"&L{book.staff}  {book.month}&C&A&R&P / &N")
    sheet.protect("", FREE)


def _how(book: Book, forms: Sequence[Form]) -> None:
    """The guide: how to fill the logbook, then every column."""
    sheet = book.target.add_worksheet(book.say("guide"))
    sheet.set_tab_color("#9AA5B1")
    sheet.write(0, 0, book.say("how_title"), book.looks["title"])
    lines = book.say("how").splitlines()
    for at, line in enumerate(lines, 1):
        sheet.merge_range(at, 0, at, 4, f"{at}. {line}", book.looks["wrap"])
        sheet.set_row(at, 20 if len(line) < 75 else 34)
    write_guide(book, sheet, forms, len(lines) + 2)
    sheet.set_paper(A4)


def _stamp(book: Book, stamp: Stamp) -> None:
    sheet = book.target.add_worksheet(SHEET)
    for row, cells in enumerate(stamp.cells):
        sheet.write_row(row, 0, cells)
    sheet.very_hidden()
