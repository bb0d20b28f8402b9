"""Facts from plain rows, with the columns and dtypes that the floors hand to each other.

A row is a dict; columns that it leaves out are empty. Days and moments are `date` or `datetime`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import pandas as pd

from pipeline.compute.facts import Facts
from pipeline.intake.forms import Form, shipped_forms
from pipeline.language.calendar import Calendar, china_calendar
from pipeline.language.origin import ORIGIN

Row = Mapping[str, Any]
Rows = Sequence[Row]

DTYPES = {"day": "datetime64[s]", "moment": "datetime64[s]", "number": "float64", "integer": "Int64"}
DTYPES |= {"time": "Int32", "yesno": "boolean"}
SPAN = {"start": "datetime64[s]", "end": "datetime64[s]"}
CLIENT = {"name": "str", "unit": "str", "developer": "str", "joined_on": "datetime64[s]", "left_on": "datetime64[s]"}
CLIENT |= {"contact": "str", "phone": "str"}
ATTRIBUTES = {"yesno": "boolean", "number": "float64", "date": "datetime64[s]"}


def frame(rows: Rows, dtypes: Mapping[str, str]) -> pd.DataFrame:
    """A frame of exactly these columns; a text that is not given is NA."""
    if not rows:
        return _no_rows(tuple(dtypes.items()))
    given: set[str] = set().union(*rows)
    columns = {
        name: pd.Series([row.get(name) for row in rows], dtype=dtype) if name in given else _empty(dtype, len(rows))
        for name, dtype in dtypes.items()
    }
    return pd.DataFrame(columns, index=pd.RangeIndex(len(rows)))


@cache
def _empty(dtype: str, count: int) -> pd.Series:
    """Most columns of a form are empty in a case; making each anew takes three times as long."""
    return pd.Series([None] * count, dtype=dtype)


@cache
def _no_rows(dtypes: tuple[tuple[str, str], ...]) -> pd.DataFrame:
    """Most forms of a case have none; an empty frame of thirty columns takes as long as a full one."""
    return pd.DataFrame({name: pd.Series([], dtype=dtype) for name, dtype in dtypes}, index=pd.RangeIndex(0))


def columns_of(form: Form) -> dict[str, str]:
    """The dtypes of a form's frame in the ledger."""
    return {field.key: DTYPES.get(field.type, "str") for field in form.fields} | ORIGIN


def form_rows(form: Form, rows: Rows) -> pd.DataFrame:
    """Rows of a form. What is not given of a row's origin is filled: its number, its month, its submitter."""
    return frame([_with_origin(form, n, row) for n, row in enumerate(rows)], columns_of(form))


def _with_origin(form: Form, number: int, row: Row) -> Row:
    happened = row.get("happened")
    origin = {
        **({form.by: row.get("by")} if form.by else {}),
        "file": f"logbooks/{form.key}.xlsx",
        "sheet": form.key,
        "row": number + 2,
        "month": f"{happened:%Y-%m}" if happened else None,
        "submitter": row.get("by") or "",
        "admission": "rejected" if row.get("faults") else "accepted",
        "faults": "",
    }
    return {**origin, **row}


def register(clients: Rows, attributes: Mapping[str, str]) -> pd.DataFrame:
    """The clients, with the regulation's attributes (name and type)."""
    rows = sorted(clients, key=lambda row: row["client"])
    dtypes = CLIENT | {name: ATTRIBUTES.get(type_, "str") for name, type_ in attributes.items()}
    full = [{"name": row["client"], "unit": "", "developer": ""} | dict(row) for row in rows]
    return frame(full, dtypes).set_index(pd.Index([row["client"] for row in rows], dtype="str", name="client"))


def facts_of(
    *,
    clients: Rows,
    attributes: Mapping[str, str],
    tiers: Rows = (),
    owners: Rows = (),
    staff: Rows = (),
    waivers: Rows = (),
    rows: Mapping[str, Rows],
    doubts: Mapping[str, Rows],
    calendar: Calendar | None = None,
    forms: Mapping[str, Form] | None = None,
) -> Facts:
    """Facts of plain rows, in the shape that judging takes; `forms` as a regulation extends them."""
    known = {**shipped_forms(), **(forms or {})}
    return Facts(
        clients=register(clients, attributes),
        tiers=frame(tiers, {"regulation": "str", "client": "str", "tier": "str"} | SPAN),
        owners=frame(owners, {"client": "str", "role": "str", "staff": "str"} | SPAN),
        staff=frame([{"name": row["staff"]} | dict(row) for row in staff], STAFF),
        waivers=frame(waivers, WAIVER),
        rows={form: form_rows(known[form], found) for form, found in rows.items()},
        doubts={form: form_rows(known[form], found) for form, found in doubts.items()},
        calendar=calendar or usual_calendar(),
    )


STAFF = {"staff": "str", "name": "str", "unit": "str", "role": "str"} | SPAN
WAIVER = {"client": "str", "obligation": "str"} | SPAN | {"reason": "str", "approved_by": "str"}


@cache
def usual_calendar() -> Calendar:
    """The State Council's calendar; made once, for it takes its time."""
    return china_calendar()
