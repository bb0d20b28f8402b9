"""What must hold of the records of a form: one pandera pass over all workbooks together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd
import pandera.pandas as pa
from numpy.typing import NDArray

from pipeline.intake.forms import Field, Form, Rule
from pipeline.intake.parse.column import DTYPES

MONTH = "month_start"  # a column beside the fields: the first day of the logbook's month, NaT when there is none

_EARLIEST = {"logbook": pd.Timestamp("2000-01-01"), "register": pd.Timestamp("1900-01-01")}
_LATEST = pd.Timestamp("2199-12-31")
_AHEAD = pd.DateOffset(months=13)  # a date in a logbook later than a year after its month is a slip of the pen
_DATED = ("day", "moment")
_BUILT_IN = {"not_nullable": "required_missing", "field_uniqueness": "value_twice"}


class Failure(NamedTuple):
    """Rows (positions in the frame) of which something does not hold; `code` is in the catalogue."""

    code: str
    field: str
    rows: NDArray[np.intp]
    expected: list[str]


def pandera_schema(form: Form) -> pa.DataFrameSchema:
    """The schema of a form's frame: its fields in their dtypes, and `MONTH`.

    The error of a check is the code of its finding, for checks of a whole row with the field at fault behind a colon.
    """
    columns = {field.key: _column(form, field) for field in form.fields}
    columns[MONTH] = pa.Column("datetime64[s]", nullable=True)
    dated = [field for field in form.fields if field.type in _DATED and form.part == "logbook"]
    checks = [
        *(pa.Check(_not_far_ahead(field.key), error=f"day_out_of_range:{field.key}") for field in dated),
        *(pa.Check(_in_order(rule), error=f"order_wrong:{rule.field}") for rule in form.rules),
    ]
    if form.monthly:
        checks.append(pa.Check(_in_month(form.happened[0]), error=f"other_month:{form.happened[0]}"))
    return pa.DataFrameSchema(columns, checks=checks)


def failures(form: Form, frame: pd.DataFrame) -> Iterator[Failure]:
    """Everything that does not hold of a frame with a RangeIndex, each check once, in the order of the form."""
    try:
        pandera_schema(form).validate(frame, lazy=True)
    except pa.errors.SchemaErrors as errors:
        cases = errors.failure_cases
        whole_row = cases["check"].str.contains(":", regex=False)
        field = cases["check"].str.partition(":")[2].where(whole_row, cases["column"])
        code = cases["check"].str.partition(":")[0].replace(_BUILT_IN)
        found = pd.DataFrame({"code": code, "field": field, "row": cases["index"]}).drop_duplicates()
        for (code_, key), group in found.groupby(["code", "field"], sort=False)["row"]:
            rows = np.sort(group.to_numpy(np.intp))
            expected = _expected(form, str(code_), form.field(str(key)), frame, rows)
            yield Failure(str(code_), str(key), rows, expected)


def _column(form: Form, field: Field) -> pa.Column:
    checks = []
    if field.minimum is not None or field.maximum is not None:
        checks.append(pa.Check.in_range(*_bounds(field), error="number_out_of_range"))
    if field.type == "choice":
        checks.append(pa.Check.isin(list(field.choices), error="choice_unknown"))
    if field.type in _DATED:
        checks.append(pa.Check.in_range(_EARLIEST[form.part], _LATEST, error="day_out_of_range"))
    dtype = DTYPES.get(field.type, "str")
    once = {"unique": field.unique, "report_duplicates": "exclude_first"}
    return pa.Column(dtype, checks, nullable=not field.required, **once)


def _bounds(field: Field) -> tuple[float, float]:
    least = -np.inf if field.minimum is None else field.minimum
    return least, np.inf if field.maximum is None else field.maximum


Holds = Callable[[pd.DataFrame], pd.Series]


def _not_far_ahead(key: str) -> Holds:
    return lambda frame: ~(frame[key] >= frame[MONTH] + _AHEAD)


def _in_month(key: str) -> Holds:
    def holds(frame: pd.DataFrame) -> pd.Series:
        month = frame[MONTH]
        return ~((frame[key] < month) | (frame[key] >= month + pd.DateOffset(months=1)))

    return holds


def _in_order(rule: Rule) -> Holds:
    """A moment without a time of day is not earlier than another moment of its day."""

    def holds(frame: pd.DataFrame) -> pd.Series:
        late, early = frame[rule.field], frame[rule.not_before]
        day_only = late == late.dt.normalize()
        return ~(late < early.where(~day_only, early.dt.normalize()))

    return holds


def _expected(form: Form, code: str, field: Field, frame: pd.DataFrame, rows: NDArray[np.intp]) -> list[str]:
    if code == "order_wrong":
        earlier = [rule.not_before for rule in form.rules if rule.field == field.key]
        shown = "%Y-%m-%d" if field.type == "day" else "%Y-%m-%d %H:%M"
        return _each(lambda t: f">= {t:{shown}}", frame[earlier[0]].iloc[rows])
    if code == "other_month":
        return _each(lambda t: f"{t:%Y-%m}", frame[MONTH].iloc[rows])
    if code == "number_out_of_range":
        least, most = _bounds(field)
        return [f"{least:g} – {most:g}"] * len(rows)
    if code == "day_out_of_range":
        return [f">= {_EARLIEST[form.part]:%Y-%m-%d}"] * len(rows)
    return [""] * len(rows)


def _each(shown: Callable[[pd.Timestamp], str], moments: pd.Series) -> list[str]:
    return [shown(moment) for moment in moments]
