"""Counting duties: once, into a small cube, from which every table of figures is added up.

A duty is due when its time is up: met, missed or unprovable. Open duties are not due yet and waived ones never will
be; both are counted but are in no rate. Two rates are given: duties met / duties due, and earned / required, where
`earned` is what was done, at most what was required. `own` is the part of it that the owner did in person.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from pipeline.compute.judge import Judged
from pipeline.language.policy.regulation import Regulation

Judgings = Sequence[tuple[Regulation, Mapping[str, Judged]]]
"""The regulations in force, each with what was judged by it: month (`2026-10`) -> judged."""

DUE = ("met", "missed", "unprovable")
STATUSES = (*DUE, "open", "waived")
SUMS = ("due", *STATUSES, "required", "earned", "own")
Shares = TypeVar("Shares", pd.Series, float)
EDGES = ["code", "role", "tier", "unit", "owner", "requirement"]


def account(judgings: Judgings, month: str) -> pd.DataFrame:
    """The duties judged for `month` under all regulations, numbered through; their index is the number of the duty.

    Adds `code` (`regulation/obligation`) and `requirement` (`code=value`), and makes `tier` and `role` unique across
    regulations in the same way. Duties still running (a later month of account) are among them.
    """
    return pd.concat(
        [_named(r.id, judged[month].duties) for r, judged in judgings if month in judged], ignore_index=True
    )


def proofs(judgings: Judgings, month: str) -> pd.DataFrame:
    """The evidence judged for `month`, its `duty` being the index of `account`."""
    judged = [by_month[month] for _, by_month in judgings if month in by_month]
    ends = accumulate(len(j.duties) for j in judged)
    parts = [
        j.evidence.assign(duty=j.evidence["duty"] + end - len(j.duties)) for j, end in zip(judged, ends, strict=True)
    ]
    return pd.concat(parts, ignore_index=True)


def _named(regulation: str, duties: pd.DataFrame) -> pd.DataFrame:
    code = regulation + "/" + duties["obligation"]
    within = {c: (regulation + "/" + duties[c]).where(duties[c] != "", "") for c in ("tier", "role")}
    return duties.assign(code=code, requirement=code + "=" + duties["value"], **within)


def cube(duties: pd.DataFrame, month: str) -> pd.DataFrame:
    """The duties that `month` accounts for, counted by `EDGES`; columns `month`, `EDGES` and `SUMS`."""
    duties = duties[duties["month"] == month]
    due = duties["status"].isin(DUE)
    counts = {s: (duties["status"] == s).astype("int64") for s in STATUSES}
    amounts = {a: duties[a].where(due, 0.0) for a in ("required", "earned", "own")}
    counted = duties[EDGES].assign(due=due.astype("int64"), **counts, **amounts)
    added = counted.groupby(EDGES, as_index=False)[[*SUMS]].sum()
    return added.assign(month=month)


@dataclass(frozen=True, eq=False)
class Counted:
    """Cubes: of every month known up to the period (`history`), of the period, of the one before, of a year ago.

    Those of a time that is not known are empty.
    """

    history: pd.DataFrame
    now: pd.DataFrame
    before: pd.DataFrame
    year_ago: pd.DataFrame

    def map(self, change: Callable[[pd.DataFrame], pd.DataFrame]) -> Counted:
        """All four with the same change."""
        return Counted(*(change(cube) for cube in (self.history, self.now, self.before, self.year_ago)))


def rolled_up(counted: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """The sums of a cube for each combination of `by` (one row of all when empty), with the rates."""
    if by:
        sums = counted.groupby(by, as_index=False)[[*SUMS]].sum()
    else:
        sums = counted[[*SUMS]].sum().to_frame().T.astype(counted[[*SUMS]].dtypes)
    return sums.assign(
        rate=ratio(sums["met"], sums["due"]),
        earned_rate=ratio(sums["earned"], sums["required"]),
        own_rate=ratio(sums["own"], sums["required"]),
    )


def ratio(part: pd.Series, whole: pd.Series) -> pd.Series:
    """part / whole; missing where nothing was due."""
    return part / whole.where(whole > 0)


def compared(counted: Counted, by: list[str]) -> pd.DataFrame:
    """The sums of the period by `by`, with the rates, and what they were before.

    `previous` and `year_ago` are the rates of the period before and of the same period of last year, `change` and
    `change_of_year` the differences in percentage points.
    """
    now = rolled_up(counted.now, by)
    previous, year_ago = (_rate_of(past, now, by) for past in (counted.before, counted.year_ago))
    return now.assign(
        previous=previous,
        change=in_points(now["rate"], previous),
        year_ago=year_ago,
        change_of_year=in_points(now["rate"], year_ago),
    )


def _rate_of(past: pd.DataFrame, now: pd.DataFrame, by: list[str]) -> pd.Series:
    """The rates of a cube of the past for the rows of now; missing where nothing is known of it."""
    if past.empty:
        return pd.Series(np.nan, index=now.index, dtype="float64")
    past = rolled_up(past, by)
    earlier = past.set_index(by)["rate"] if by else past["rate"]
    keys = pd.MultiIndex.from_frame(now[by]) if len(by) > 1 else pd.Index(now[by[0]]) if by else now.index
    return pd.Series(earlier.reindex(keys).to_numpy(), index=now.index, dtype="float64")


def in_points(now: Shares, before: Shares) -> Shares:
    """The difference of two shares in percentage points, taken between the tenths of a percent that are shown."""
    points: Shares = np.round((_tenths(now) - _tenths(before)) / 10, 1) + 0.0  # + 0.0: no -0.0
    return points


def _tenths(share: Any) -> Any:
    return np.floor(share * 1000 + 0.5 + 1e-9)
