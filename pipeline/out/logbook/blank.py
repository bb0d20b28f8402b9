"""The standard workbooks: a sheet for every form, a guide, and a hidden sheet with the choices.

Dropdowns point at defined names and not at cells of another sheet, which WPS would lose. The same forms give the same
bytes. Those in `templates/logbooks` are made by `python -m pipeline.out.logbook templates/logbooks`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from pipeline.intake.forms import Form
from pipeline.language.wording import Lang
from pipeline.out.cellrules import cell_rule
from pipeline.out.logbook.book import (
    BLANK_SAVED,
    FIRST_ROW,
    HEAD_ROW,
    META_ROW,
    NUMBER_FORMATS,
    Book,
    Row,
    choice_lists,
    heading,
    new_book,
    write_guide,
    write_lists,
)

MARK_COLUMN = 0  # narrow, for the mark of the example row
RULED_ROWS = 2000  # how many rows have dropdowns and checks


def workbooks(forms: Mapping[str, Form]) -> list[tuple[Form, ...]]:
    """The logbook forms, grouped into workbooks: a form that is nobody's own work goes with the one before it."""
    groups: list[tuple[Form, ...]] = []
    for form in (f for f in forms.values() if f.part == "logbook"):
        groups[-1:] = [(*groups[-1], form)] if groups and not form.by else [*groups[-1:], (form,)]
    return groups


def write_blanks(forms: Mapping[str, Form], folder: Path, lang: Lang) -> list[Path]:
    """Blank logbooks and a blank register under `folder`, named by form and language: `contact_zh.xlsx`."""
    paths = []
    for group in workbooks(forms):
        paths.append(folder / f"{group[0].key}_{lang}.xlsx")
        write_blank(group, paths[-1], lang)
    paths.append(folder / f"register_{lang}.xlsx")
    write_register(forms, paths[-1], lang)
    return paths


def write_blank(forms: Sequence[Form], path: Path, lang: Lang, *, staff: str = "", month: str = "") -> None:
    """A blank workbook of `forms` with an example row; `month` (`2026-10`) bounds the dates of monthly forms."""
    write_filled(forms, path, lang, {}, staff=staff, month=month)


def write_register(
    forms: Mapping[str, Form], path: Path, lang: Lang, rows: Mapping[str, Sequence[Row]] | None = None
) -> None:
    """The register; blank with example rows if no `rows` are given."""
    write_filled([form for form in forms.values() if form.part == "register"], path, lang, rows or {})


def write_filled(
    forms: Sequence[Form],
    path: Path,
    lang: Lang,
    rows: Mapping[str, Sequence[Row]],
    *,
    staff: str = "",
    month: str = "",
    saved_at: datetime = BLANK_SAVED,
) -> None:
    """A workbook of `forms` with `rows` by form key; a form without an entry gets its example row."""
    with new_book(path, lang, staff=staff, month=month, saved_at=saved_at) as book:
        sheets = [(form, book.target.add_worksheet(form.sheet.in_(lang))) for form in forms]
        write_guide(book, book.target.add_worksheet(book.say("guide")), forms)
        write_lists(book, choice_lists(forms, lang))
        for form, sheet in sheets:
            _sheet(book, sheet, form, rows.get(form.key))


def _sheet(book: Book, sheet: Any, form: Form, rows: Sequence[Row] | None) -> None:
    sheet.write(0, MARK_COLUMN, form.title.in_(book.lang), book.looks["title"])
    if form.part == "logbook":
        for at, (key, held) in enumerate((("filled_by", book.staff), ("month", book.month))):
            sheet.write(META_ROW, 2 * at + 1, book.say(key), book.looks["meta"])
            sheet.write(META_ROW, 2 * at + 2, held, book.looks["filled"])
    sheet.write(META_ROW, 6 if form.part == "logbook" else 1, book.say("hint"), book.looks["hint"])
    sheet.set_column(MARK_COLUMN, MARK_COLUMN, 6)
    for column, field in enumerate(form.fields, MARK_COLUMN + 1):
        shown = book.target.add_format({"num_format": NUMBER_FORMATS.get(field.type, "@")})
        sheet.set_column(column, column, field.width + 2, shown)
        sheet.write(HEAD_ROW, column, heading(field, book.lang), book.looks["head"])
        if rule := cell_rule(form, field, book.lang, book.month):
            sheet.data_validation(FIRST_ROW, column, FIRST_ROW + RULED_ROWS - 1, column, rule)
        for row, filled in enumerate(rows or (), FIRST_ROW):
            if filled.get(field.key) is not None:
                sheet.write(row, column, filled[field.key], shown)
    if rows is None:
        _example(book, sheet, form)
    sheet.set_row(HEAD_ROW, 30)
    sheet.freeze_panes(FIRST_ROW, 0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _example(book: Book, sheet: Any, form: Form) -> None:
    sheet.write(FIRST_ROW, MARK_COLUMN, book.say("example"), book.looks["example"])
    for column, field in enumerate(form.fields, MARK_COLUMN + 1):
        sheet.write_string(FIRST_ROW, column, field.example.in_(book.lang), book.looks["example"])
