"""Conditions of a regulation, evaluated on a whole frame at once."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.language.policy.select import Condition, Where

Mask = NDArray[np.bool_]


def matches(frame: pd.DataFrame, where: Where) -> Mask:
    """Which rows fulfil every condition of `where`; columns are named by its keys.

    An empty cell fulfils `present: false` and no other condition. Raises KeyError for a column that is not there.
    """
    found = np.ones(len(frame), dtype=np.bool_)
    for name, condition in where.items():
        found &= _holds(frame, frame[name], condition)
    return found


def _holds(frame: pd.DataFrame, column: pd.Series, condition: Condition) -> Mask:
    present = _present(column)
    if condition.present is False:
        return ~present
    holds = present
    if condition.in_ is not None:
        holds = holds & _one_of(column, condition.in_)
    if condition.not_in is not None:
        holds = holds & ~_one_of(column, condition.not_in)
    if condition.min_ is not None:
        holds = holds & _mask(column >= condition.min_)
    if condition.max_ is not None:
        holds = holds & _mask(column <= condition.max_)
    if condition.all_ is not None:
        holds = holds & np.logical_and.reduce([_has(column, choice) for choice in condition.all_], axis=0)
    if condition.any_ is not None:
        holds = holds & np.logical_or.reduce([_has(column, choice) for choice in condition.any_], axis=0)
    if condition.same_as is not None:
        holds = holds & _mask(column == frame[condition.same_as])
    if condition.after is not None:
        holds = holds & _in_order(frame[condition.after], column)
    if condition.before is not None:
        holds = holds & _in_order(column, frame[condition.before])
    if condition.at_least is not None:
        holds = holds & _mask(column >= frame[condition.at_least.column] * condition.at_least.times)
    if condition.at_most is not None:
        holds = holds & _mask(column <= frame[condition.at_most.column] * condition.at_most.times)
    return holds


def _in_order(first: pd.Series, then: pd.Series) -> Mask:
    """Whether `first` is no later than `then`; where one is a day without a time (midnight), not on a later day."""
    day, other = first.dt.normalize(), then.dt.normalize()
    timeless = (first == day) | (then == other)
    return _mask((first <= then) | (timeless & (day == other)))


def _present(column: pd.Series) -> Mask:
    present: Mask = column.notna().to_numpy()
    return present & _mask(column != "") if column.dtype == "str" else present


def _one_of(column: pd.Series, values: tuple[object, ...]) -> Mask:
    return _mask(column.isin(list(values)))


def _has(column: pd.Series, choice: str) -> Mask:
    """Whether a cell of several choices, joined by `;`, holds this one."""
    return _mask((";" + column + ";").str.contains(f";{choice};", regex=False))


def _mask(series: pd.Series) -> Mask:
    return series.astype("boolean").fillna(False).to_numpy(dtype=np.bool_)
