"""The records of a form as a report tells them: known on the day, of those it may show, with what is derived."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.compute.casebook import CASE, fold
from pipeline.compute.inquiry import fulfilling
from pipeline.compute.roster import Roster
from pipeline.compute.spans import DAY, codes, midnight, seconds
from pipeline.language.period import Period
from pipeline.language.policy.select import Where
from pipeline.out.report.material import Material
from pipeline.out.report.span import inside

CLIENT = "client"  # the sheet of the register, whose records have no date
AGES = {"within_week": 7, "within_month": 30}  # days a case has been open, at most; `beyond` them
DERIVED = ("tier", "unit", "answer_hours", "resolve_hours", "ageing")


def records(material: Material, form: str) -> pd.DataFrame:
    """Every record of a form, cases as they stand on the day; a form that no regulation has, has none.

    Adds `tier` (`regulation/tier` on the day of the record) and `unit` (of who did the work), and to cases
    `answer_hours`, `resolve_hours` (calendar hours since opening) and `ageing` (of the open ones, a key of `AGES`).
    They are put together once for all tables and figures of a report; nobody changes them.
    """
    if form not in material.recorded:
        material.recorded[form] = _records(material, form)
    return material.recorded[form]


def _records(material: Material, form: str) -> pd.DataFrame:
    facts = material.words.facts
    if form == CLIENT:
        clients = facts.clients.reset_index()
        return clients if material.clients is None else clients[clients["client"].isin(material.clients)]
    if form not in facts.rows:
        return pd.DataFrame({"happened": pd.Series(dtype="datetime64[s]")})
    rows = material.logged(form)
    until = midnight(material.as_of) + DAY - 1
    if form == CASE:
        rows = _timed(fold(rows, facts.rows.get("pause"), until).rows, pd.Timestamp(material.as_of))
    rows = rows[rows["happened"] <= pd.Timestamp(until, unit="s")]
    units = facts.staff.drop_duplicates("staff", keep="last").set_index("staff")["unit"]
    return rows.assign(tier=_tiers(material, rows), unit=rows["by"].map(units).fillna("").astype("str"))


def told(rows: pd.DataFrame, where: Where, period: Period | None) -> pd.DataFrame:
    """The records that fulfil the conditions and happened in the period; none where a column is not known."""
    if any(column not in rows for column in where):
        return rows.head(0)
    chosen = rows[fulfilling(rows, where)] if where else rows
    return chosen[inside(chosen["happened"], period)] if period and "happened" in chosen else chosen


def _timed(cases: pd.DataFrame, today: pd.Timestamp) -> pd.DataFrame:
    opened = cases["opened_at"]
    age = (today - opened.dt.normalize()).dt.days
    bounds = [age <= days for days in AGES.values()]
    ageing = pd.Series(np.select(bounds, [*AGES], "beyond"), index=cases.index, dtype="str")
    return cases.assign(
        answer_hours=(cases["first_answer_at"] - opened).dt.total_seconds() / 3600,
        resolve_hours=(cases["resolved_at"] - opened).dt.total_seconds() / 3600,
        ageing=ageing.where(cases["resolved_at"].isna()),
    )


def _tiers(material: Material, rows: pd.DataFrame) -> pd.Series:
    """The tier of each record's client on the day, by the first regulation under which it has one."""
    if "client" not in rows or rows.empty:
        return pd.Series("", index=rows.index, dtype="str")
    found = pd.Series("", index=rows.index, dtype="str")
    for regulation in material.words.regulations:
        roster = Roster(material.words.facts.under(regulation.id))
        at = roster.tier.at(codes(roster.clients, rows["client"]), seconds(rows["happened"]))
        names = pd.Series(roster.tier_names.take(at), index=rows.index, dtype="str")
        found = found.where((found != "") | (names == ""), regulation.id + "/" + names)
    return found
