"""Which form a sheet is: its headings are found by name, in any order, below whatever stands above them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from pipeline.intake.forms import Form
from pipeline.intake.headings import about_headings, bare_heading, chosen, column_names, heading
from pipeline.intake.parse.text import squeezed, trimmed
from pipeline.intake.stamp import is_issued_aside
from pipeline.intake.table import Table
from pipeline.intake.workbook import RawBook, RawSheet, Row
from pipeline.language.finding import Finding, Source, findings_frame
from pipeline.language.mark import BEGIN

TOP = 30  # the headings stand in one of the first rows

_GUIDES = re.compile("说明|须知|指南|选项|列表|字典|参数|guide|instruction|readme|choices|lists?|options")
_TABLE = (4, 4)  # rows with so many filled cells make a sheet look like records


@dataclass(frozen=True)
class _Head:
    """A form matched to a row of headings: for each field the positions that carry one of its names."""

    form: Form
    row: int
    depth: int
    found: Mapping[str, list[int]]

    @property
    def complete(self) -> bool:
        required = (field.key for field in self.form.fields if field.required)
        return len(self.found) >= 2 and all(key in self.found for key in required)  # one heading alone may be anything

    @property
    def likely(self) -> bool:
        required = [field.key in self.found for field in self.form.fields if field.required]
        return len(self.found) >= 2 and sum(required) * 2 >= len(required)


class Recogniser:
    """Recognises sheets as one of `forms`."""

    def __init__(self, forms: Iterable[Form]) -> None:
        self.forms = tuple(forms)
        self._fields = {form.key: column_names(form) for form in self.forms}
        self._known: dict[str, list[tuple[str, str]]] = {}
        self._sheets = {squeezed(name): form.key for form in self.forms for name in form.names}

    def tables(self, book: RawBook) -> tuple[list[Table], list[Finding]]:
        """The workbook's sheets that are forms, and findings about headings and sheets."""
        tables, findings = [], []
        for sheet in book.sheets:
            if is_issued_aside(sheet) or is_list_of_returned(sheet):
                continue
            table, found = self.table(book, sheet)
            tables += [table] if table else []
            findings += found
        return tables, findings

    def table(self, book: RawBook, sheet: RawSheet) -> tuple[Table | None, list[Finding]]:
        """The sheet as a table; None, and a finding where records may be lost, when it is no form."""
        choices = sheet.hidden and _GUIDES.search(
            squeezed(sheet.name)
        )  # the lists behind the dropdowns have our headings
        heads = [] if choices else self._heads(sheet)
        named = self._sheets.get(squeezed(sheet.name))
        at_best = _best(heads, named)
        if len(at_best) == 1:
            return self._resolved(book, sheet, at_best[0])
        source = Source(book.file, sheet.name)
        if at_best:
            titles = "、".join(head.form.title.zh for head in at_best)
            return None, [Finding("sheet_ambiguous", source, value=sheet.name, expected=titles)]
        return None, self._not_a_form(source, sheet, named)

    def _not_a_form(self, source: Source, sheet: RawSheet, named: str | None) -> list[Finding]:
        if not any(_text(cell) or not isinstance(cell, str) for row in sheet.rows for cell in row):
            return []
        if named and not sheet.hidden:
            form = next(form for form in self.forms if form.key == named)
            expected = "、".join(field.title.zh for field in form.fields if field.required)
            return [Finding("sheet_no_headings", source, value=sheet.name, expected=expected)]
        told = not sheet.hidden and not _GUIDES.search(squeezed(sheet.name)) and _looks_like_records(sheet.rows)
        return [Finding("sheet_ignored", source, value=sheet.name)] if told else []

    def _heads(self, sheet: RawSheet) -> list[_Head]:
        """The forms that fit best in the first row that holds all required columns of one, else in any row."""
        found: list[_Head] = []
        for row, cells in enumerate(sheet.rows[:TOP]):
            here = self._matched(cells, row, 1)
            if row and any(here) and not any(head.complete for head in here):
                below = [
                    under if _text(under) else above for above, under in zip(sheet.rows[row - 1], cells, strict=True)
                ]
                here += [h for h in self._matched(below, row, 2) if _more(h, here) and _more(h, found)]
            found += here
            if any(head.complete for head in here):
                return [head for head in found if head.complete]
        return [head for head in found if head.likely]

    def _matched(self, cells: Sequence[object], row: int, depth: int) -> list[_Head]:
        texts = [_text(cell) for cell in cells]
        if sum(map(bool, texts)) < 2:
            return []
        found: dict[str, dict[str, list[int]]] = {}
        for position, text in enumerate(texts):
            for form, key in self._columns_called(text) if text else ():
                found.setdefault(form, {}).setdefault(key, []).append(position)
        return [_Head(form, row, depth, found[form.key]) for form in self.forms if form.key in found]

    def _columns_called(self, text: str) -> list[tuple[str, str]]:
        """The forms, and their columns, that know the heading; most sheets have the same headings."""
        if text not in self._known:
            called = ((form, of.get(heading(text)) or of.get(bare_heading(text))) for form, of in self._fields.items())
            self._known[text] = [(form, key) for form, key in called if key]
        return self._known[text]

    def _resolved(self, book: RawBook, sheet: RawSheet, head: _Head) -> tuple[Table, list[Finding]]:
        """The table of a form, once it is clear which column is which."""
        texts = [_heading_of(sheet, head, position) for position in range(len(sheet.rows[head.row]))]
        data = sheet.rows[head.row + 1 :]
        picked = {key: chosen(head.form.field(key), at, texts, data) for key, at in head.found.items()}
        places = {slot: at for of_field in picked.values() for slot, at in of_field.items()}
        lacking = {field.key for field in head.form.fields if field.required and field.key not in head.found}
        lacking |= {key for key, of_field in picked.items() if not of_field}
        start = head.row - head.depth + 1
        table = Table(head.form, book, sheet, start, head.row + 1, places, frozenset(lacking))
        return table, list(about_headings(table, texts, head.found, data))


def recognise(books: Iterable[RawBook], forms: Iterable[Form]) -> tuple[list[Table], pd.DataFrame]:
    """The sheets of all workbooks that are forms, and findings about headings and sheets."""
    recogniser = Recogniser(forms)
    tables: list[Table] = []
    findings: list[Finding] = []
    for book in books:
        of_book, found = recogniser.tables(book)
        tables += of_book
        findings += found or ([] if of_book else [Finding("file_no_form", Source(book.file))])
    return tables, findings_frame(findings)


def _text(cell: object) -> str:
    return trimmed(cell) if isinstance(cell, str) else ""


def is_list_of_returned(sheet: RawSheet) -> bool:
    """Whether it is the list of what to mend that a returned logbook has, whatever it is called by now."""
    return bool(sheet.rows) and _text(sheet.rows[0][0]).startswith(BEGIN)


def _more(head: _Head, others: Iterable[_Head]) -> bool:
    return all(len(head.found) > len(other.found) for other in others if other.form is head.form)


def _best(heads: list[_Head], named: str | None) -> list[_Head]:
    """The heads that fit best: those of the sheet's own name, then those with most columns."""
    ours = [head for head in heads if head.form.key == named] or heads
    most = max((len(head.found) for head in ours), default=0)
    best = {head.form.key: head for head in reversed(ours) if len(head.found) == most}
    return list(best.values())


def _heading_of(sheet: RawSheet, head: _Head, position: int) -> str:
    rows = sheet.rows[head.row - head.depth + 1 : head.row + 1]
    return next((text for row in reversed(rows) if (text := _text(row[position]))), "")


def _looks_like_records(rows: Sequence[Row]) -> bool:
    wide = [row for row in rows if sum(cell != "" for cell in row) >= _TABLE[1]]
    return len(wide) >= _TABLE[0] and any(isinstance(cell, int | float | date) for row in wide for cell in row)
