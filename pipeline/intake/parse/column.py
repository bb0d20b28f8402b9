"""A column of all workbooks at once: its distinct raw values, each read a single time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.intake.forms import Field, FieldType
from pipeline.intake.lookup import Lookup
from pipeline.intake.parse.choice import choice_reader, choices_reader
from pipeline.intake.parse.clock import read_time
from pipeline.intake.parse.day import read_day, read_moment
from pipeline.intake.parse.plain import number_reader, read_code, read_phone, read_text, read_yes_no
from pipeline.intake.parse.remark import Pending, Remark
from pipeline.intake.parse.span import read_period
from pipeline.intake.parse.text import trimmed, typed
from pipeline.language.catalogue import catalogue

Codes = NDArray[np.intp]
Reader = Callable[[object], object]

DTYPES: dict[FieldType, str] = {
    "day": "datetime64[s]",
    "time": "Int32",
    "moment": "datetime64[s]",
    "number": "float64",
    "integer": "Int64",
    "yesno": "boolean",
}
UNCACHED = "\x00uncached"  # stands in a cell whose formula was never calculated; no text of a workbook can be it
_ERRORS = ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA")
_NOTHING = ("/", "\\", "-", "--", "—", "——", "－", "无", "N/A", "n/a", "N/a", "暂无")  # what people write for it
_FREE: tuple[FieldType, ...] = ("text", "code", "client", "staff")  # in these it may be a word
_SPECIAL: dict[str, Remark | None] = {
    "": None,
    UNCACHED: Remark("formula_uncached"),
    **dict.fromkeys(_ERRORS, Remark("cell_error")),
}


@dataclass(frozen=True)
class Column:
    """`values` are the distinct raw values, `codes` the position of each row's value in them."""

    values: list[object]
    codes: Codes

    @cached_property
    def blank(self) -> NDArray[np.bool_]:
        """Which rows have nothing but white space."""
        empty = [type(value) is str and not trimmed(value) for value in self.values]
        return np.array(empty, dtype=np.bool_)[self.codes]

    def taken(self, rows: NDArray[Any]) -> Column:
        """The column of these rows (positions or a mask)."""
        return replace(self, codes=self.codes[rows])

    def typed(self, rows: NDArray[Any]) -> list[str]:
        """What is written in these rows, as text."""
        written = (self.values[code] for code in self.codes[rows])
        return ["" if value == UNCACHED else typed(value) for value in written]


def empty_column(count: int) -> Column:
    """The column that none of the workbooks has."""
    return Column([""], np.zeros(count, dtype=np.intp))


def make_column(cells: Iterable[object], count: int) -> Column:
    """The column of `count` raw cells."""
    raw = np.fromiter(cells, dtype=object, count=count)
    kinds = set(map(type, raw))
    if bool in kinds and kinds & {int, float}:  # True equals 1 and would be taken for it
        raw = np.array([typed(cell) if cell is True or cell is False else cell for cell in raw], dtype=object)
    codes, values = pd.factorize(raw, use_na_sentinel=False)
    return Column(list(values), codes)


@dataclass(frozen=True)
class Reading:
    """A column read: for each distinct value None (nothing there), a typed value, a Remark or a Pending."""

    field: Field
    results: list[object]
    codes: Codes

    def settled(self, contexts: Sequence[str], context: Codes) -> Reading:
        """The reading with every Pending settled; `context` is for each row the position of its context."""
        rows = np.flatnonzero(self._rows_with(Pending))
        if not len(rows):
            return self
        pairs = self.codes[rows].astype(np.int64) * len(contexts) + context[rows]
        distinct, position = np.unique(pairs, return_inverse=True)
        more = [self._settle(*divmod(int(pair), len(contexts)), contexts) for pair in distinct]
        codes = self.codes.copy()
        codes[rows] = len(self.results) + position
        return replace(self, results=[*self.results, *more], codes=codes)

    def _settle(self, result: int, context: int, contexts: Sequence[str]) -> object:
        pending = self.results[result]
        assert isinstance(pending, Pending)
        return pending.settle(contexts[context])

    @cached_property
    def remarks(self) -> tuple[NDArray[np.intp], list[Remark]]:
        """The rows with something to be said about their cell, and what."""
        rows = np.flatnonzero(self._rows_with(Remark))
        return rows, [cast(Remark, self.results[code]) for code in self.codes[rows]]

    @cached_property
    def faulty(self) -> NDArray[np.bool_]:
        """Which rows have a cell that could not be used."""
        wrong = np.zeros(len(self.codes), dtype=np.bool_)
        rows, remarks = self.remarks
        wrong[rows] = [catalogue()[remark.code].severity == "error" for remark in remarks]
        return wrong

    @cached_property
    def column(self) -> pd.Series:
        """The typed column; NA where nothing stands or nothing can be used."""
        plain = self._kinds.isdisjoint((Remark, Pending))
        values = self.results if plain else [_value(result) for result in self.results]
        dtype = DTYPES.get(self.field.type, "str")
        if dtype == "float64":
            distinct: Any = np.array([np.nan if value is None else value for value in values], dtype=dtype)
        elif dtype == "datetime64[s]":
            distinct = np.array(values, dtype=dtype)
        else:
            distinct = pd.array(cast(Any, values), dtype=cast(Any, dtype))
        return pd.Series(distinct).take(self.codes).reset_index(drop=True)

    @cached_property
    def _kinds(self) -> set[type]:
        return set(map(type, self.results))

    def _rows_with(self, kind: type) -> NDArray[np.bool_]:
        if kind not in self._kinds:
            return np.zeros(len(self.codes), dtype=np.bool_)
        mask: NDArray[np.bool_] = np.array([type(result) is kind for result in self.results])[self.codes]
        return mask


def _value(result: object) -> object:
    if isinstance(result, Remark):
        return result.value
    return None if isinstance(result, Pending) else result


def read_column(field: Field, column: Column, lookup: Lookup) -> Reading:
    """Reads each distinct value of the column once."""
    read = _reader(field, lookup)
    special = _SPECIAL if field.type in _FREE else _SPECIAL | dict.fromkeys(_NOTHING)
    words = [trimmed(value) if type(value) is str else value for value in column.values]
    results = [special[word] if type(word) is str and word in special else read(word) for word in words]
    return Reading(field, results, column.codes)


def _reader(field: Field, lookup: Lookup) -> Reader:
    match field.type:
        case "choice":
            return choice_reader(field)
        case "choices":
            return choices_reader(field)
        case "number" | "integer":
            return number_reader(field)
        case "client":
            return lookup.clients.read
        case "staff":
            return lookup.staff.read
    return _READERS[field.type]


_READERS: dict[FieldType, Reader] = {
    "text": read_text,
    "code": read_code,
    "day": read_day,
    "time": read_time,
    "moment": read_moment,
    "period": read_period,
    "yesno": read_yes_no,
    "phone": read_phone,
}
