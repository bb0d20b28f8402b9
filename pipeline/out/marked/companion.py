"""A workbook beside a logbook that cannot be marked: it lists what is to be mended, and why it is not in the file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from io import BytesIO
from typing import Final

import xlsxwriter

from pipeline.language.mark import BEGIN
from pipeline.language.wording import Lang, label
from pipeline.out.excel.style import BASE, LOOKS
from pipeline.out.marked.listing import MOST, WIDTHS, columns_of, first_words, values_of
from pipeline.out.marked.note import Note

_OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "default_format_properties": BASE,
}
_CREATED: Final = dt.datetime(2000, 1, 1)  # noqa: DTZ001  equal lists give equal bytes


def companion(notes: Sequence[Note], reason: str, lang: Lang) -> bytes:
    """The list as a workbook of its own; `reason` says why the logbook itself is not marked."""
    target = BytesIO()
    with xlsxwriter.Workbook(target, _OPTIONS) as book:
        book.set_properties({"created": _CREATED})
        looks = {name: book.add_format({**BASE, **LOOKS[name]}) for name in ("title", "lead", "head")}
        text = book.add_format({**BASE, "text_wrap": True, "valign": "top", "bottom": 1, "num_format": "@"})
        sheet = book.add_worksheet(label("marked_sheet", lang))
        columns = columns_of(notes)
        for index, name in enumerate(columns):
            sheet.set_column(index, index, WIDTHS[name])
        sheet.write_string(0, 0, f"{BEGIN}{label('marked_sheet', lang)}", looks["title"])
        looks["lead"].set_text_wrap(False)
        summary, _, *since = first_words(notes, lang)  # there is no coloured cell to jump to
        words = [label("marked_beside", lang, reason=reason), summary, *since]
        for row, line in enumerate(words, 1):
            sheet.write_string(row, 0, line, looks["lead"])
        head = len(words) + 2
        sheet.write_row(head, 0, [label(f"marked_column_{name}", lang) for name in columns], looks["head"])
        for number, note in enumerate(notes[:MOST], 1):
            values = values_of(number, note, lang)
            for index, name in enumerate(columns):
                sheet.write_string(head + number, index, values[name], text)
        sheet.freeze_panes(head + 1, 0)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
    return target.getvalue()
