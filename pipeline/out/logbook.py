"""The standard workbooks that staff fill in, made from the form definitions.

A workbook has a sheet for every form, a guide, and a hidden sheet with the choices. Dropdowns point at defined names
and not at cells of another sheet, which WPS would lose. The same forms give the same bytes. Those in
`templates/logbooks` are made by::

    python -m pipeline.out.logbook templates/logbooks
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import xlsxwriter

from pipeline.intake.forms import Field, Form, load_forms
from pipeline.language.policy.load import load_regulation
from pipeline.language.wording import LANGS, Lang, label
from pipeline.out.cellrules import LISTED, cell_rule, list_name, possible

Row = Mapping[str, Any]  # a field's key: what stands in its cell

BLANK_SAVED = datetime(2026, 1, 1)  # noqa: DTZ001  workbooks know no time zones
META_ROW, HEAD_ROW, FIRST_ROW = 1, 2, 3  # counted from 0; the title stands in row 0
MARK_COLUMN = 0  # narrow, for the mark of the example row
RULED_ROWS = 2000  # how many rows have dropdowns and checks
OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
NUMBER_FORMATS = {
    "day": "yyyy-mm-dd",
    "time": "hh:mm",
    "moment": "yyyy-mm-dd hh:mm",
    "integer": "0",
    "number": "General",
}
LOOKS = {
    "title": {"bold": True, "font_size": 14},
    "meta": {"align": "right"},
    "filled": {"bottom": 1, "num_format": "@"},
    "hint": {"font_color": "#666666"},
    "head": {"bold": True, "bg_color": "#DDE6F0", "border": 1, "text_wrap": True, "valign": "vcenter"},
    "example": {"italic": True, "font_color": "#8A8A8A"},
    "wrap": {"text_wrap": True, "valign": "top", "border": 1},
}


class Book(NamedTuple):
    """A workbook in the making: its forms, its language, and whose it is for which month ('' for a blank one)."""

    target: xlsxwriter.Workbook
    looks: Mapping[str, Any]
    lang: Lang
    staff: str
    month: str

    def say(self, key: str, **values: object) -> str:
        """A label in the workbook's language."""
        return label(f"logbook_{key}", self.lang, **values)


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
    with xlsxwriter.Workbook(str(path), OPTIONS) as target:
        target.set_properties({"created": saved_at})
        looks = {name: target.add_format(look) for name, look in LOOKS.items()}
        book = Book(target, looks, lang, staff, month)
        sheets = [(form, target.add_worksheet(form.sheet.in_(lang))) for form in forms]
        _guide(book, forms)
        _choices(book, forms)
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


def heading(field: Field, lang: Lang) -> str:
    """What stands above a column: its title, marked if it must be filled."""
    return field.title.in_(lang) + (label("logbook_required_mark", lang) if field.required else "")


def _example(book: Book, sheet: Any, form: Form) -> None:
    sheet.write(FIRST_ROW, MARK_COLUMN, book.say("example"), book.looks["example"])
    for column, field in enumerate(form.fields, MARK_COLUMN + 1):
        sheet.write_string(FIRST_ROW, column, field.example.in_(book.lang), book.looks["example"])


def _choices(book: Book, forms: Sequence[Form]) -> None:
    """The hidden sheet with a column for every dropdown, and a defined name for each."""
    name = book.say("choices")
    sheet = book.target.add_worksheet(name)
    sheet.hide()
    listed = ((form, field) for form in forms for field in form.fields if field.type in LISTED)
    for column, (form, field) in enumerate(listed):
        words = possible(field, book.lang)
        sheet.write(0, column, list_name(form, field))
        sheet.write_column(1, column, words)
        letters = xlsxwriter.utility.xl_col_to_name(column)
        area = f"='{name}'!${letters}$2:${letters}${len(words) + 1}"
        book.target.define_name(list_name(form, field), area)


def _guide(book: Book, forms: Sequence[Form]) -> None:
    sheet = book.target.add_worksheet(book.say("guide"))
    for column, width in enumerate((20, 10, 56, 28, 44)):
        sheet.set_column(column, column, width)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    row = 0
    for form in forms:
        sheet.write(row, 0, form.title.in_(book.lang), book.looks["title"])
        sheet.write(row + 1, 0, form.help.in_(book.lang))
        heads = [book.say(key) for key in ("column", "required", "meaning", "sample", "possible")]
        sheet.write_row(row + 2, 0, heads, book.looks["head"])
        for row, cells in enumerate(_guide_lines(book, form), row + 3):  # noqa: B020  the next form goes on below
            sheet.write_row(row, 0, cells, book.looks["wrap"])
        row += 2


def _guide_lines(book: Book, form: Form) -> Iterator[list[str]]:
    for field in form.fields:
        required = book.say("yes" if field.required else "no")
        yield [field.title.in_(book.lang), required, field.help.in_(book.lang), field.example.in_(book.lang),
               "、".join(possible(field, book.lang)) or book.say(f"type_{field.type}")]  # fmt: skip


def main(folder: Path) -> None:
    """Writes the blank workbooks of the equity-listing regulation, in both languages."""
    forms = load_forms([load_regulation("equity_listing")])
    folder.mkdir(parents=True, exist_ok=True)
    for lang in LANGS:
        write_blanks(forms, folder, lang)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
