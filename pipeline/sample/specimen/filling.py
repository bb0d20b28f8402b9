"""Filling a row of a form so that it meets the conditions of a rule.

A row is plain: the keys of choices, ids of clients and staff, real dates and times; several choices as a list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.intake.forms import Field, Form
from pipeline.intake.where import matches
from pipeline.language.policy.select import Condition, Other, Where

Record = dict[str, Any]

DTYPES = {
    "number": "float64",
    "integer": "float64",
    "day": "datetime64[s]",
    "moment": "datetime64[s]",
    "yesno": "boolean",
}


def holding(form: Form, records: Sequence[Record], where: Where) -> NDArray[np.bool_]:
    """Which records fulfil every condition."""
    return matches(_frame(form, records, [*where, *(o for c in where.values() for o in c.others.values())]), where)


def fill(form: Form, record: Mapping[str, Any], where: Where, default: Default) -> Record:
    """The record with every column of `where` that does not hold yet set to a value that does."""
    filled = dict(record)
    for key, condition in where.items():
        if not holding(form, [filled], {key: condition})[0]:
            for other in condition.others.values():
                if filled.get(other) is None:
                    filled[other] = default.of(form.field(other))
            filled[key] = _meeting(form.field(key), condition, filled, default)
    return filled


def spoil(form: Form, record: Mapping[str, Any], where: Where, stranger: str | None = None) -> Record:
    """The record with the columns of `where` holding something else, as far as they can; a `stranger` for a person."""
    other, spoilt = {"staff": stranger, "text": "另一部门"}, dict(record)
    for key, condition in where.items():
        kind = form.field(key).type
        equal = "same_as" in condition.others and kind in other
        spoilt[key] = other[kind] if equal else _failing(form.field(key), condition, spoilt)
    return spoilt


@dataclass(frozen=True)
class Default:
    """What a column holds when it only has to hold something: the moment and the people it is all about."""

    when: datetime
    staff: str | None = None
    client: str | None = None

    def of(self, field: Field) -> Any:  # noqa: PLR0911  # one for each type
        """Some sensible value of a column."""
        match field.type:
            case "number" | "integer":
                return max(field.minimum or 0, min(field.maximum or 10, 10))
            case "choice":
                return next(iter(field.choices))
            case "choices":
                return [next(iter(field.choices))]
            case "yesno":
                return True
            case "day":
                return self.when.date()
            case "moment":
                return self.when
            case "time":
                return self.when.time()
            case "period":
                return f"{self.when:%Y-%m}"
            case "phone":
                return "13800138000"
            case "staff":
                return self.staff
            case "client":
                return self.client
        return field.example.zh or field.title.zh


def _meeting(field: Field, condition: Condition, record: Mapping[str, Any], default: Default) -> Any:  # noqa: PLR0911
    if condition.present is False:
        return None
    if condition.in_:
        return condition.in_[0]
    if condition.all_ or condition.any_:
        return [*(condition.all_ or condition.any_ or ())[: None if condition.all_ else 1]]
    if condition.min_ is not None:
        return condition.min_
    if condition.max_ is not None:
        return condition.max_
    if condition.others:
        return _beside(condition, record)
    if condition.not_in:
        return next((key for key in field.choices if key not in condition.not_in), default.of(field))
    return default.of(field)


def _beside(condition: Condition, record: Mapping[str, Any]) -> Any:
    """What holds beside the value in another column: the same value, or so many times a number."""
    [(key, other)] = condition.others.items()
    by = getattr(condition, key)
    return record[other] * by.times if isinstance(by, Other) else record[other]


def _failing(field: Field, condition: Condition, record: Mapping[str, Any]) -> Any:  # noqa: PLR0911
    if condition.present is False:
        return record.get(field.key)
    if condition.in_ and field.type == "yesno":
        return not condition.in_[0]
    if condition.in_ and field.type == "choice":
        return next((key for key in field.choices if key not in condition.in_), None)
    if condition.all_ and len(condition.all_) > 1:
        return [*condition.all_[:-1]]
    if condition.min_ is not None and condition.min_ > (field.minimum or 0):
        return max(field.minimum or 0, condition.min_ - 1)
    if condition.max_ is not None:
        return condition.max_ + 1
    if condition.others and all(record.get(other) is not None for other in condition.others.values()):
        return _out_of_order(condition, record)
    return None


def _out_of_order(condition: Condition, record: Mapping[str, Any]) -> Any:
    beside, day = _beside(condition, record), timedelta(days=1)
    match [*condition.others]:
        case ["at_most"]:
            return beside + 1
        case ["at_least"]:
            return max(beside - 1, 0)
        case ["after"]:
            return beside - day
        case ["before"]:
            return beside + day
    return None


def _frame(form: Form, records: Sequence[Record], columns: Sequence[str]) -> pd.DataFrame:
    held = {key: _column(form.field(key), [r.get(key) for r in records]) for key in columns}
    return pd.DataFrame(held, index=pd.RangeIndex(len(records)))


def _column(field: Field, held: list[Any]) -> pd.Series:
    flat = [";".join(value) if isinstance(value, list) else value for value in held]
    return pd.Series(flat, dtype=DTYPES.get(field.type, "str"))
