"""What every workbook for staff shares: how it is opened, what its cells look like, its lists and its guide."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from pipeline.intake.forms import Field, Form
from pipeline.language.wording import Lang, label
from pipeline.out.cellrules import LISTED, list_name, possible

Row = Mapping[str, Any]  # a field's key: what stands in its cell
Lists = Mapping[str, Sequence[str]]  # the defined name of a dropdown's list: its words

BLANK_SAVED = datetime(2026, 1, 1)  # noqa: DTZ001  workbooks know no time zones
META_ROW, HEAD_ROW, FIRST_ROW = 1, 2, 3  # counted from 0; the title stands in row 0
OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
NUMBER_FORMATS = {
    "day": "yyyy-mm-dd",
    "time": "hh:mm",
    "moment": "yyyy-mm-dd hh:mm",
    "integer": "0",
    "number": "General",
}
LOOKS: dict[str, dict[str, object]] = {
    "title": {"bold": True, "font_size": 14},
    "meta": {"align": "right"},
    "filled": {"bottom": 1, "num_format": "@"},
    "hint": {"font_color": "#666666"},
    "head": {"bold": True, "bg_color": "#DDE6F0", "border": 1, "text_wrap": True, "valign": "vcenter"},
    "example": {"italic": True, "font_color": "#8A8A8A"},
    "wrap": {"text_wrap": True, "valign": "top", "border": 1},
}


class Book(NamedTuple):
    """A workbook in the making: its looks, its language, and whose it is for which month ('' for a blank one)."""

    target: xlsxwriter.Workbook
    looks: Mapping[str, Any]
    lang: Lang
    staff: str
    month: str

    def say(self, key: str, **values: object) -> str:
        """A label in the workbook's language."""
        return label(f"logbook_{key}", self.lang, **values)


@contextmanager
def new_book(
    path: Path,
    lang: Lang,
    *,
    staff: str,
    month: str,
    saved_at: datetime,
    looks: Mapping[str, Mapping[str, object]] = LOOKS,
    font: Mapping[str, object] = {},
) -> Iterator[Book]:
    """A workbook at `path`, written when the block ends. The same content gives the same bytes."""
    with xlsxwriter.Workbook(str(path), {**OPTIONS, "default_format_properties": {**font}}) as target:
        target.set_properties({"created": saved_at})
        yield Book(target, {name: target.add_format({**look}) for name, look in looks.items()}, lang, staff, month)


def heading(field: Field, lang: Lang) -> str:
    """What stands above a column: its title, marked if it must be filled."""
    return field.title.in_(lang) + (label("logbook_required_mark", lang) if field.required else "")


def choice_lists(forms: Sequence[Form], lang: Lang) -> Lists:
    """The lists of every column with a dropdown."""
    return {
        list_name(form, field): possible(field, lang) for form in forms for field in form.fields if field.type in LISTED
    }


def write_lists(book: Book, lists: Lists) -> None:
    """The hidden sheet with a column for every dropdown, and a defined name for each, which WPS keeps."""
    name = book.say("choices")
    sheet = book.target.add_worksheet(name)
    sheet.hide()
    for column, (defined, words) in enumerate(lists.items()):
        sheet.write(0, column, defined)
        sheet.write_column(1, column, words)
        letters = xl_col_to_name(column)
        book.target.define_name(defined, f"='{name}'!${letters}$2:${letters}${len(words) + 1}")


def write_guide(book: Book, sheet: Any, forms: Sequence[Form], row: int = 0) -> None:
    """What each column is for and what may stand in it, from `row` on."""
    for column, width in enumerate((20, 10, 56, 28, 44)):
        sheet.set_column(column, column, width)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    for form in forms:
        sheet.write(row, 0, form.title.in_(book.lang), book.looks["title"])
        sheet.write(row + 1, 0, form.help.in_(book.lang))
        heads = [book.say(key) for key in ("column", "required", "meaning", "sample", "possible")]
        sheet.write_row(row + 2, 0, heads, book.looks["head"])
        lines = list(_guide_lines(book, form))
        for at, cells in enumerate(lines, row + 3):
            sheet.write_row(at, 0, cells, book.looks["wrap"])
        row += 4 + len(lines)


def _guide_lines(book: Book, form: Form) -> Iterator[list[str]]:
    for field in form.fields:
        required = book.say("yes" if field.required else "no")
        yield [field.title.in_(book.lang), required, field.help.in_(book.lang), field.example.in_(book.lang),
               "、".join(possible(field, book.lang)) or book.say(f"type_{field.type}")]  # fmt: skip
