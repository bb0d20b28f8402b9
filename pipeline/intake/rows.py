"""The rows of all sheets of a form, gathered into columns; what is no record is left out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, repeat

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.intake.facts import column_letters
from pipeline.intake.forms import Form
from pipeline.intake.parse.column import UNCACHED, Codes, Column, empty_column, make_column
from pipeline.intake.parse.text import trimmed
from pipeline.intake.table import PAIR, Table
from pipeline.intake.workbook import Row
from pipeline.language.finding import Finding, Source, bulk_findings, findings_frame, join_findings

Mask = NDArray[np.bool_]

_LEAD = "\x00lead"  # the column left of the form's
_NOTE = re.compile(
    r"[(（【\[*※]?(合\s*计|总\s*计|小\s*计|共\s*计|累\s*计|备?注|注意|说\s*明|填[表写报]?说明|填[表写报]人|制表人?|审核人?|复核人?|审批人?"
    r"|负责人|主管|部门负责人|单位负责人|领导签字|签字|签名|日期|total|sum|notes?|remarks?|signed|checked by)"
    r"\s*\d*\s*[)）】\]]?\s*([:：、，,。.\s]|\d|$)|以上|以下空白",
    re.IGNORECASE,
)
_EXAMPLE = re.compile(
    r"[(（【\[]?\s*(示例|样例|填写示例|填报示例|example)\s*[)）】\]]?\s*([:：\s]|\d|$)", re.IGNORECASE
)


@dataclass(frozen=True)
class Gathered:
    """The rows of a form from all workbooks: `table` is for each row the position of its table, `row` its Excel row."""

    form: Form
    tables: tuple[Table, ...]
    table: Codes
    row: NDArray[np.int64]
    columns: Mapping[str, Column]  # by slot

    @cached_property
    def at(self) -> pd.DataFrame:
        """`file`, `sheet` and `row` of every row."""
        return pd.DataFrame(
            {
                "file": self.of_table([table.book.file for table in self.tables]),
                "sheet": self.of_table([table.sheet.name for table in self.tables]),
                "row": self.row,
            }
        )

    def of_table(self, values: Sequence[str]) -> pd.Series:
        """For each row the text that belongs to its table."""
        return pd.Series(pd.array(list(values), dtype="str").take(self.table))

    def letters(self, slot: str, rows: NDArray[np.intp]) -> list[str]:
        """The Excel column letters of a slot in these rows."""
        known = [column_letters(t.sheet.first_column + t.places[slot]) if slot in t.places else "" for t in self.tables]
        return [known[table] for table in self.table[rows]]

    def taken(self, rows: Mask) -> Gathered:
        """These rows only."""
        columns = {slot: column.taken(rows) for slot, column in self.columns.items()}
        return replace(self, table=self.table[rows], row=self.row[rows], columns=columns)


def gather(form: Form, tables: Sequence[Table]) -> tuple[Gathered, pd.DataFrame]:
    """The records in the tables of a form, and notices about rows that are none."""
    every = _all_rows(form, tables)
    filled = np.array([~every.columns[slot].blank for slot in every.columns if slot != _LEAD], dtype=np.bool_)
    lead = _words(every.columns[_LEAD])
    written = filled.any(axis=0) | lead
    notes = np.zeros(len(written), dtype=np.bool_)
    sparse = written & _sparse(every, form)
    notes[sparse] = _notes(every, np.flatnonzero(sparse), filled.sum(axis=0), written & ~sparse)
    left_out = notes | _heads_again(every, form) | _examples(every) | ~filled.any(axis=0)
    kept = every.taken(~left_out)
    kept = replace(kept, columns={slot: column for slot, column in kept.columns.items() if slot != _LEAD})
    return kept, join_findings([_about_notes(every, notes), _about_hidden(kept)])


def _all_rows(form: Form, tables: Sequence[Table]) -> Gathered:
    cells = [list(zip(*_filled_down(table), strict=True)) for table in tables]
    lengths = [max(len(table.sheet.rows) - table.start, 0) for table in tables]
    first = [table.sheet.first_row + table.start for table in tables]
    slots = [slot for key in form.keys for slot in (key, key + PAIR)]
    used = {slot for table in tables for slot in table.places}
    columns = {
        slot: make_column(chain.from_iterable(_cells(slot, tables, cells, lengths)), sum(lengths))
        for slot in [*slots, _LEAD]
        if slot in used or slot == _LEAD
    }
    columns |= {key: empty_column(sum(lengths)) for key in form.keys if key not in used}
    rows = [np.arange(start, start + length) for start, length in zip(first, lengths, strict=True)]
    table = np.repeat(np.arange(len(tables)), lengths)
    return Gathered(form, tuple(tables), table, np.concatenate([np.empty(0, np.int64), *rows]), columns)


def _cells(
    slot: str, tables: Sequence[Table], cells: Sequence[Sequence[Row]], lengths: Sequence[int]
) -> Iterator[Iterator[object] | Row]:
    for table, columns, length in zip(tables, cells, lengths, strict=True):
        place = table.lead if slot == _LEAD else table.places.get(slot)
        yield columns[place] if place is not None and columns else repeat("", length)


def _filled_down(table: Table) -> Sequence[Row]:
    """The data rows, with merged values in every row they span and a mark in formulas that were never calculated."""
    sheet = table.sheet
    rows = sheet.rows[table.start :]
    top = sheet.first_row + table.start
    spans = [area for area in sheet.merged if area[2] > area[0] and area[0] >= top]
    broken = [cell for cell in sheet.uncached if cell[0] >= top]
    if not (spans or broken):
        return rows
    changed = [list(row) for row in rows]
    for first, column, last, _ in spans:
        for row in changed[first - top + 1 : last - top + 1]:
            if any(cell != "" for cell in row):  # a note may span rows that hold nothing else
                row[column - sheet.first_column] = changed[first - top][column - sheet.first_column]
    for row_number, column in broken:
        if row_number - top < len(changed) and 0 <= column - sheet.first_column < len(changed[0]):
            changed[row_number - top][column - sheet.first_column] = UNCACHED
    return [tuple(row) for row in changed]


def _words(column: Column) -> Mask:
    """Which rows hold text that is no number."""
    found = [isinstance(v, str) and not (word := trimmed(v)).isdecimal() and word != "" for v in column.values]
    return _mask(found, column)


def _sparse(every: Gathered, form: Form) -> Mask:
    """Rows with at most half of the required cells that their sheet has columns for."""
    required = [field.key for field in form.fields if field.required]
    filled = np.sum([~every.columns[key].blank for key in required], axis=0)
    asked = np.array([sum(key in table.places for key in required) for table in every.tables], dtype=np.intp)
    possible = asked[every.table]
    sparse: Mask = (filled * 2 <= possible) & (filled < possible)
    return sparse


def _notes(every: Gathered, rows: NDArray[np.intp], filled: NDArray[np.intp], records: Mask) -> Mask:
    """Which of the sparse rows are totals, remarks or signatures.

    That is, rows that begin like one, and rows with a single text that is below all records or spans several columns.
    """
    last = np.full(len(every.tables), -1)
    np.maximum.at(last, every.table[records], np.flatnonzero(records))
    across = {(t, a[0]) for t, table in enumerate(every.tables) for a in table.sheet.merged if a[3] > a[1]}
    found = np.zeros(len(rows), dtype=np.bool_)
    for i, row in enumerate(rows):
        texts = [text for text in _row(every, row) if isinstance(text, str)]
        alone = filled[row] <= 1 and any(not re.fullmatch(r"[\d\s./:-]*", text) for text in texts)
        table = every.table[row]
        apart = row > last[table] or (table, every.row[row]) in across
        found[i] = any(map(_NOTE.match, texts)) or bool(alone and apart)
    return found


def _row(every: Gathered, row: np.intp) -> list[object]:
    cells = [column.values[column.codes[row]] for column in every.columns.values()]
    return [trimmed(cell) if isinstance(cell, str) else cell for cell in cells if cell not in ("", UNCACHED)]


def _heads_again(every: Gathered, form: Form) -> Mask:
    """Rows that repeat the headings, as on printed pages."""
    found = np.zeros(len(every.row), dtype=np.intp)
    asked = np.zeros(len(every.tables), dtype=np.intp)
    for field in form.fields:
        if field.required:
            heads = {t.sheet.rows[t.start - 1][t.places[field.key]] for t in every.tables if field.key in t.places} - {
                ""
            }
            column = every.columns[field.key]
            same = [isinstance(value, str) and value in heads for value in column.values]
            found += _mask(same, column)
            asked += np.array([field.key in table.places for table in every.tables], dtype=np.intp)
    again: Mask = (found > 0) & (found == asked[every.table])
    return again


def _examples(every: Gathered) -> Mask:
    """Rows that the blank form shows as an example; the mark stands in its first column."""
    column = every.columns[_LEAD]
    marked = [isinstance(value, str) and bool(_EXAMPLE.match(trimmed(value))) for value in column.values]
    return _mask(marked, column)


def _mask(found: list[bool], column: Column) -> Mask:
    """For each row what holds of its value."""
    mask: Mask = np.array(found, dtype=np.bool_)[column.codes]
    return mask


def _about_notes(every: Gathered, notes: Mask) -> pd.DataFrame:
    rows = np.flatnonzero(notes)
    if not len(rows):
        return findings_frame()
    words = pd.Series([str(next(iter(_row(every, row)), "")) for row in rows], index=rows, dtype="str")
    return bulk_findings("row_note", every.at.loc[rows], value=words)


def _about_hidden(kept: Gathered) -> pd.DataFrame:
    found = []
    for position, table in enumerate(kept.tables):
        if table.sheet.hidden_rows:
            hidden = sorted(table.sheet.hidden_rows.intersection(kept.row[kept.table == position].tolist()))
            if hidden:
                source = Source(table.book.file, table.sheet.name, hidden[0])
                found.append(Finding("rows_hidden", source, value=str(len(hidden))))
    return findings_frame(found)
