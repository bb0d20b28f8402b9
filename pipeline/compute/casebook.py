"""The casebook: what all logbooks together say about each case.

A case is written down more than once: opened in one month, resolved in the next, reopened in a third. Its rows are
folded into one, and its history into the times at which its clock stands still (design, semantics 7).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.compute.spans import NAT, Numbers, codes, day_of, moments, pick, seconds
from pipeline.language.finding import bulk_findings, join_findings

CASE = "case"
STOPS = {"event": "int64", "start": "datetime64[s]", "end": "datetime64[s]"}


@dataclass(frozen=True, eq=False)
class Casebook:
    """The cases at a moment.

    - `rows`: one row a case with the columns of the form, indexed by the number of the case's last row. It is opened
      at the earliest opening told; every other column is as last written. A case that stands open again after its
      last resolution has no `resolved_at`; a call-back before the last resolution is no `callback_at`.
    - `pauses`, `gaps`: `event` (position in `rows`), `start`, `end` (NaT: still): when the clock of a case stands
      still because it is paused, or lies resolved until it is reopened.
    """

    rows: pd.DataFrame
    pauses: pd.DataFrame
    gaps: pd.DataFrame
    findings: pd.DataFrame

    def stops(self, cases: Numbers, done: Numbers, *, pauses: bool = True) -> pd.DataFrame:
        """What stopped the clocks of cases before the thing was done (NAT: it is not), `event` the place in `cases`.

        `cases` are positions in `rows`, each once.
        """
        stops = pd.concat([self.gaps, self.pauses]) if pauses else self.gaps
        place = np.full(len(self.rows), -1)
        place[cases] = np.arange(len(cases))
        event = place[stops["event"].to_numpy(dtype=np.int64)]
        until = pick(done, event, NAT)
        counts = (event >= 0) & ((until == NAT) | (seconds(stops["start"]) < until))
        return stops.assign(event=event)[pd.Series(counts, index=stops.index)]


def fold(cases: pd.DataFrame, pauses: pd.DataFrame | None, until: int, promises: Collection[str] = ()) -> Casebook:
    """The cases as they stand at the moment `until`; what is later is not known yet.

    A moment in one of the columns `promises` may lie ahead: the promise was made when the case was written down.
    """
    none = pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in STOPS.items()})
    if cases.empty:
        return Casebook(cases, none, none, join_findings([]))
    told = _known(cases, until, promises)
    told = told.sort_values(["month", "file", "row"], kind="stable")
    rows = _folded(told)
    history = _history(told, pd.Index(rows["case_no"]))
    rows = _rearmed(rows, history)
    stops, findings = (none, []) if pauses is None or pauses.empty else _pauses(pauses, rows, until)
    return Casebook(rows, stops, _gaps(history), join_findings([_moved(told), *findings]))


def _known(frame: pd.DataFrame, until: int, promises: Collection[str] = ()) -> pd.DataFrame:
    """What was known at the moment: no rows that happened later, and no later moments in the others but promises."""
    frame = frame[seconds(frame["happened"]) <= until]
    limit = np.datetime64(until, "s")
    dated = frame.select_dtypes("datetime").columns.difference(list(promises))
    return frame.assign(**{column: frame[column].where(frame[column] <= limit) for column in dated})


def _folded(told: pd.DataFrame) -> pd.DataFrame:
    by_case = told.groupby("case_no", sort=False)
    rows = by_case.last().reset_index()[told.columns]
    opened = by_case["opened_at"].min().to_numpy()
    rows = rows.assign(opened_at=opened, happened=opened)
    last = pd.Series(told.index, index=told["case_no"]).groupby(level=0, sort=False).last()
    return rows.set_index(pd.Index(last.reindex(rows["case_no"]).to_numpy(), dtype="int64"))


def _history(told: pd.DataFrame, cases: pd.Index) -> pd.DataFrame:
    """Each resolution and reopening once, in order: `event` (position of the case), `moment`, `reopened`."""
    event = codes(cases, told["case_no"])
    parts = [
        pd.DataFrame({"event": event, "moment": seconds(told[column]), "reopened": column == "reopened_at"})
        for column in ("resolved_at", "reopened_at")
    ]
    steps = pd.concat(parts).drop_duplicates()
    return steps[steps["moment"] != NAT].sort_values(["event", "moment", "reopened"], ignore_index=True)


def _gaps(history: pd.DataFrame) -> pd.DataFrame:
    """The times from a resolution to the reopening that followed it."""
    before = history.groupby("event").shift()
    back = history["reopened"] & (before["reopened"] == False)  # noqa: E712 - missing for the first step
    start = before.loc[back, "moment"].to_numpy(dtype="int64")
    end = history.loc[back, "moment"].to_numpy(dtype="int64")
    return pd.DataFrame({"event": history.loc[back, "event"], "start": moments(start), "end": moments(end)})


def _rearmed(rows: pd.DataFrame, history: pd.DataFrame) -> pd.DataFrame:
    """The rows without resolutions that were undone and call-backs that came before the last resolution."""
    last = history.drop_duplicates("event", keep="last")
    undone = np.isin(np.arange(len(rows)), last.loc[last["reopened"], "event"])
    resolved, callback = seconds(rows["resolved_at"]), seconds(rows["callback_at"])
    early = (callback < resolved) & (callback != day_of(resolved))  # a day without a time is not early on that day
    resolved, callback = np.where(undone, NAT, resolved), np.where(undone | early, NAT, callback)
    return rows.assign(resolved_at=moments(resolved), callback_at=moments(callback))


def _pauses(pauses: pd.DataFrame, rows: pd.DataFrame, until: int) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """The pauses of the cases; a pause told in several logbooks ends when the last that tells an end says."""
    told = _known(pauses, until).sort_values(["month", "file", "row"], kind="stable")
    event: Numbers = codes(pd.Index(rows["case_no"]), told["case_no"])
    strange = told[event < 0]
    findings = [bulk_findings("judge_pause_without_case", strange, field="case_no", value=strange["case_no"])]
    known = told.assign(event=event)[event >= 0]
    resumed = known.groupby(["event", "paused_at"])["resumed_at"].last().reset_index()
    return resumed.rename(columns={"paused_at": "start", "resumed_at": "end"}), findings


def _moved(told: pd.DataFrame) -> pd.DataFrame:
    """Rows that name another client than earlier rows of their case."""
    first = told.groupby("case_no")["client"].transform("first")
    other = told[(told["client"] != first).fillna(False).to_numpy(dtype=bool)]
    return bulk_findings("judge_case_other_client", other, field="client", value=other["client"])
