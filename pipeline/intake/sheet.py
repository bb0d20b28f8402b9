"""Which form a sheet is: its headings are found by name, in any order, below whatever stands above them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from unicodedata import normalize

import pandas as pd

from pipeline.intake.facts import column_letters
from pipeline.intake.forms import Field, Form
from pipeline.intake.parse.text import squeezed, trimmed, typed
from pipeline.intake.workbook import RawBook, RawSheet, Row
from pipeline.language.finding import Finding, Source, findings_frame
from pipeline.language.suggest import closest

TOP = 30  # the headings stand in one of the first rows
PAIR = "+"  # `client+` is the second column that names the client: the id in one, the name in the other

_BRACKETS = re.compile(r"[(\[{【〔].*?[)\]}】〕]")
_DECORATION = re.compile(r"[\s*:_\-/、。.,;#※★]|必填|选填|required|optional")
_ID_LIKE = re.compile(r"编号|编码|代码|工号|号$|id$|no$|number$")
_IGNORED = {"", "序号", "序", "行号", "no", "sn", "serialno", "备用"}  # columns that nobody needs told about
_GUIDES = re.compile("说明|须知|指南|选项|列表|字典|参数|guide|instruction|readme|choices|lists?|options")
_TABLE = (4, 4)  # rows with so many filled cells make a sheet look like records

Places = Mapping[str, int]  # slot (a field's key, or with PAIR behind it) -> position in the sheet's rows


@dataclass(frozen=True)
class Table:
    """A sheet recognised as a form. `head` and `start` are positions in `sheet.rows`: of the headings, of the data.

    `lacking` are the fields that cannot be read because their column is missing or stands there twice.
    """

    form: Form
    book: RawBook
    sheet: RawSheet
    head: int
    start: int
    places: Places
    lacking: frozenset[str] = frozenset()

    @property
    def lead(self) -> int:
        """The position of the column left of the form's: running numbers and marks stand in it."""
        return max(min(self.places.values()) - 1, 0)

    def source(self, position: int | None = None) -> Source:
        """The heading row, or one of its cells."""
        row, column = self.sheet.first_row + self.start - 1, ""
        if position is not None:
            column = column_letters(self.sheet.first_column + position)
        return Source(self.book.file, self.sheet.name, row, column)


@lru_cache(maxsize=50_000)
def heading(text: str) -> str:
    """A heading for comparison: half width, lower case, without spaces, marks of required columns and punctuation."""
    return _DECORATION.sub("", normalize("NFKC", trimmed(text)).casefold())


@lru_cache(maxsize=50_000)
def bare_heading(text: str) -> str:
    """The heading without what stands in brackets: units and hints."""
    return heading(_BRACKETS.sub("", normalize("NFKC", text)))


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
        self._fields = {form.key: _names(form) for form in self.forms}
        self._known: dict[str, list[tuple[str, str]]] = {}
        self._sheets = {squeezed(name): form.key for form in self.forms for name in form.names}

    def tables(self, book: RawBook) -> tuple[list[Table], list[Finding]]:
        """The workbook's sheets that are forms, and findings about headings and sheets."""
        tables, findings = [], []
        for sheet in book.sheets:
            table, found = self.table(book, sheet)
            tables += [table] if table else []
            findings += found
        return tables, findings

    def table(self, book: RawBook, sheet: RawSheet) -> tuple[Table | None, list[Finding]]:
        """The sheet as a table; None, and a finding where records may be lost, when it is no form."""
        heads = self._heads(sheet)
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
        if not any(map(_filled, sheet.rows)):
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
        places: dict[str, int] = {}
        doubled: dict[str, list[int]] = {}
        for key, positions in head.found.items():
            chosen = _chosen(head.form.field(key), positions, texts, sheet.rows[head.row + 1 :])
            places |= chosen
            if not chosen:
                doubled[key] = positions
        missing = [field for field in head.form.fields if field.required and field.key not in head.found]
        lacking = frozenset({field.key for field in missing} | doubled.keys())
        table = Table(head.form, book, sheet, head.row - head.depth + 1, head.row + 1, places, lacking)
        return table, list(_about_headings(table, texts, missing, doubled))


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


def _names(form: Form) -> dict[str, str]:
    """Every heading that the form's columns are known by; a title goes before an alias."""
    aliases = {heading(alias): field.key for field in form.fields for alias in field.aliases}
    return aliases | {heading(name): field.key for field in form.fields for name in (field.key, *field.title)}


def _text(cell: object) -> str:
    return trimmed(cell) if isinstance(cell, str) else ""


def _filled(row: Row) -> bool:
    return any(cell != "" and (not isinstance(cell, str) or trimmed(cell)) for cell in row)


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


def _chosen(field: Field, positions: list[int], texts: Sequence[str], data: Sequence[Row]) -> dict[str, int]:
    """Which of the columns with a name of the field is the field; nothing if that cannot be told.

    An id and a name beside it are both read. Otherwise it is the one that bears the field's own title, or the only
    one that is not empty.
    """
    if len(positions) > 1:
        positions = [at for at in positions if any(_filled((row[at],)) for row in data)] or positions[:1]
    if len(positions) > 1 and field.type in ("client", "staff"):
        ids = [at for at in positions if _ID_LIKE.search(bare_heading(texts[at]))]
        names = [at for at in positions if at not in ids]
        if len(ids) == 1 and len(names) == 1:
            return {field.key: ids[0], field.key + PAIR: names[0]}
    if len(positions) > 1:
        own = {heading(name) for name in (field.key, *field.title)}
        positions = [at for at in positions if heading(texts[at]) in own]
    return {field.key: positions[0]} if len(positions) == 1 else {}


def _about_headings(
    table: Table, texts: Sequence[str], missing: Sequence[Field], doubled: Mapping[str, list[int]]
) -> Iterator[Finding]:
    taken = set(table.places.values())
    unknown = {at: text for at, text in enumerate(texts) if at not in taken and heading(text) not in _IGNORED}
    for field in missing:
        near = closest(heading(field.title.zh), [heading(text) for text in unknown.values()])
        written = next((text for text in unknown.values() if heading(text) == near), "")
        yield Finding(
            "column_missing", table.source(), field.key, written, field.title.zh, field.title.zh if written else ""
        )
    for key, positions in doubled.items():
        yield Finding("column_twice", table.source(positions[1]), key, "、".join(texts[at] for at in positions))
    twice = {at for positions in doubled.values() for at in positions}
    open_ = {heading(name): f.title.zh for f in table.form.fields if f.key not in table.places for name in f.names}
    for at, text in unknown.items():
        if at not in twice:
            near = closest(heading(text), open_)
            yield Finding("column_unknown", table.source(at), value=text, suggestion=open_.get(near, ""))


def _looks_like_records(rows: Sequence[Row]) -> bool:
    wide = [row for row in rows if sum(cell != "" for cell in row) >= _TABLE[1]]
    return len(wide) >= _TABLE[0] and any(isinstance(cell, int | float | date) for row in wide for cell in row)


def sheet_title(table: Table) -> str:
    """The sheet's name and all text above its headings."""
    above = " ".join(typed(cell) for row in table.sheet.rows[: table.head] for cell in row if cell != "")
    return f"{table.sheet.name} {above}"
