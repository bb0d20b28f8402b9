"""From gathered rows to records: every cell read, what is open settled by the row's logbook, and everything checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, compress, repeat

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.intake.check import MONTH, Failure, failures
from pipeline.intake.forms import Form
from pipeline.intake.lookup import Lookup
from pipeline.intake.parse.column import Codes, Reading, read_column
from pipeline.intake.rows import Gathered
from pipeline.intake.table import PAIR
from pipeline.language.catalogue import catalogue
from pipeline.language.finding import FINDING_COLUMNS, bulk_findings, findings_frame

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Read:
    """The rows of a form with every column read; what depends on the logbook may still be open."""

    rows: Gathered
    readings: Mapping[str, Reading]  # by slot

    @property
    def form(self) -> Form:
        """The form they are of."""
        return self.rows.form

    def settled(self, months: Sequence[str], submitters: Sequence[str]) -> Read:
        """Nothing left open: `months` and `submitters` are those of each table, '' where unknown."""
        by_month, by_submitter = _contexts(months, self.rows.table), _contexts(submitters, self.rows.table)
        settled = {
            slot: reading.settled(*(by_submitter if reading.field.type == "staff" else by_month))
            for slot, reading in self.readings.items()
        }
        return replace(self, readings=settled)


def read_rows(rows: Gathered, lookup: Lookup) -> Read:
    """Reads every column, each distinct value once."""
    fields = {field.key: field for field in rows.form.fields}
    readings = {slot: read_column(fields[slot.rstrip(PAIR)], column, lookup) for slot, column in rows.columns.items()}
    return Read(rows, readings)


@dataclass(frozen=True)
class Records:
    """Checked rows. `frame` has the form's fields in their dtypes, RangeIndex.

    `admission` is for each row `accepted` or `rejected`, `faults` the keys of the fields at fault of a rejected row.
    """

    frame: pd.DataFrame
    admission: pd.Series
    faults: pd.Series


def check_rows(read: Read, months: Sequence[str]) -> tuple[Records, pd.DataFrame]:
    """The records of settled rows, and findings. A row with an error is rejected, one with a warning is kept."""
    rows, form = read.rows, read.form
    faulty, told = _remarked(read)
    frame = pd.DataFrame({key: _column(read, key) for key in form.keys}, index=pd.RangeIndex(len(rows.row)))
    told += _disagreeing(read, faulty)
    lacking = _lacking(rows, months)
    checked = frame.assign(**{MONTH: _month_starts(months, rows.table)})
    for failure in sorted(failures(form, checked), key=_is_kept):  # what is an error needs no warning besides
        new = ~(faulty[failure.field] | lacking[failure.field])[failure.rows]
        told.append(_Told(failure.field, failure.rows[new], failure.code, _where(new, failure.expected)))
        if not _is_kept(failure):
            faulty[failure.field][failure.rows] = True
    matrix = np.array([faulty[key] | lacking[key] for key in form.keys], dtype=np.bool_).T
    rejected = matrix.any(axis=1)
    admission = np.where(rejected, "rejected", "accepted")
    return Records(frame, pd.Series(admission, dtype="str"), _names(matrix, form.keys)), _findings(rows, told)


def in_order(findings: pd.DataFrame) -> pd.DataFrame:
    """The findings by file, sheet, row and column."""
    placed = findings.assign(width=findings["column"].str.len())
    placed = placed.sort_values(["file", "sheet", "row", "width", "column"], kind="stable")
    return placed[[*FINDING_COLUMNS]].reset_index(drop=True)


def _is_kept(failure: Failure) -> bool:
    return catalogue()[failure.code].severity != "error"


def _contexts(values: Sequence[str], table: Codes) -> tuple[list[str], Codes]:
    codes, distinct = pd.factorize(np.array([*values], dtype=object))
    return list(distinct), codes[table]


def _column(read: Read, key: str) -> pd.Series:
    column = read.readings[key].column
    pair = read.readings.get(key + PAIR)
    return column if pair is None else column.fillna(pair.column)


@dataclass(frozen=True)
class _Told:
    """What is to be said about cells of a slot: a code, or one for each row."""

    slot: str
    rows: NDArray[np.intp]
    code: str | Sequence[str]
    expected: str | Sequence[str] = ""
    suggestion: str | Sequence[str] = ""


def _remarked(read: Read) -> tuple[dict[str, Mask], list[_Told]]:
    """The cells that could not be used, and what was remarked when they were read."""
    faulty: dict[str, Mask] = {key: np.zeros(len(read.rows.row), dtype=np.bool_) for key in read.form.keys}
    told = []
    for slot, reading in read.readings.items():
        faulty[slot.rstrip(PAIR)] |= reading.faulty
        rows, remarks = reading.remarks
        codes, expected, suggestions, _ = zip(*remarks, strict=True) if remarks else ((), (), (), ())
        told.append(_Told(slot, rows, codes, expected, suggestions))
    return faulty, told


def _disagreeing(read: Read, faulty: Mapping[str, Mask]) -> list[_Told]:
    """Where an id and the name beside it mean different people."""
    told = []
    for slot in (slot for slot in read.readings if slot.endswith(PAIR)):
        key = slot.rstrip(PAIR)
        first, second = read.readings[key].column, read.readings[slot].column
        rows = np.flatnonzero((first.notna() & second.notna() & (first != second)).to_numpy(dtype=np.bool_))
        faulty[key][rows] = True
        told.append(_Told(slot, rows, "pair_disagrees", read.rows.columns[key].typed(rows)))
    return told


def _findings(rows: Gathered, told: Sequence[_Told]) -> pd.DataFrame:
    """All that was told, as findings."""
    some = [one for one in told if len(one.rows)]
    if not some:
        return findings_frame()
    at = np.concatenate([one.rows for one in some])
    return bulk_findings(
        _each(some, lambda one: one.code),
        rows.at.iloc[at].reset_index(drop=True),
        column=_each(some, lambda one: rows.letters(one.slot, one.rows)),
        field=_each(some, lambda one: one.slot.rstrip(PAIR)),
        value=_each(some, lambda one: rows.columns[one.slot].typed(one.rows)),
        expected=_each(some, lambda one: one.expected),
        suggestion=_each(some, lambda one: one.suggestion),
    )


def _each(told: Sequence[_Told], part: Callable[[_Told], str | Sequence[str]]) -> pd.Series:
    """A part of all that was told, one text a row."""
    parts = ((part(one), len(one.rows)) for one in told)
    return pd.Series(
        list(chain.from_iterable(repeat(p, n) if isinstance(p, str) else p for p, n in parts)), dtype="str"
    )


def _where(chosen: Mask, texts: Sequence[str]) -> list[str]:
    return list(compress(texts, chosen))


def _lacking(rows: Gathered, months: Sequence[str]) -> dict[str, Mask]:
    """For each field the rows of tables that have no usable column for it; the table has a finding of its own.

    A logbook of no known month lacks what dates its rows.
    """
    form = rows.form
    undated = {form.happened[0]} if form.happened else set()
    lacking = [t.lacking if month else t.lacking | undated for t, month in zip(rows.tables, months, strict=True)]
    return {key: np.array([key in keys for keys in lacking], dtype=np.bool_)[rows.table] for key in form.keys}


def _month_starts(months: Sequence[str], table: Codes) -> pd.Series:
    starts = np.array([month or "NaT" for month in months], dtype="datetime64[s]")
    return pd.Series(starts[table])


def _names(matrix: Mask, keys: Sequence[str]) -> pd.Series:
    """For each row the keys of its columns that are true, joined by `;`."""
    weights = 1 << np.arange(len(keys), dtype=np.int64)
    distinct, codes = np.unique(matrix @ weights, return_inverse=True)
    names = [";".join(key for key, weight in zip(keys, weights, strict=True) if number & weight) for number in distinct]
    return pd.Series(pd.array(names, dtype="str").take(codes))
