"""Who is at work in a month, and with which clients."""

from __future__ import annotations

from datetime import date

import pandas as pd

from pipeline.compute.facts import Facts
from pipeline.language.period import Period, aligned


def active(facts: Facts, month: Period) -> pd.DataFrame:
    """Everybody who has a role at some time of the month: staff, name and unit (the last one), by unit and id."""
    staff = facts.staff[during(facts.staff, month)].drop_duplicates("staff", keep="last")
    return staff[["staff", "name", "unit"]].sort_values(["unit", "staff"], ignore_index=True)


def serving(facts: Facts, month: Period) -> pd.Series:
    """The staff who own a client that is one in the month."""
    return _owning(facts, month)["staff"].drop_duplicates()


def clients_of(facts: Facts, month: Period) -> pd.DataFrame:
    """The clients of every member of staff in the month: staff, client, name; by the client's name."""
    owned = _owning(facts, month).drop_duplicates().join(facts.clients["name"], on="client")
    return owned.sort_values(["staff", "name", "client"], ignore_index=True)


def _owning(facts: Facts, month: Period) -> pd.DataFrame:
    """Staff and the clients they own, both in the month, once for every span."""
    there = facts.clients.index[during(facts.clients, month, "joined_on", "left_on")]
    owned = facts.owners.loc[during(facts.owners, month), ["staff", "client"]]
    mine: pd.DataFrame = owned[owned["client"].isin(there)]
    return mine


def during(spans: pd.DataFrame, period: Period, start: str = "start", end: str = "end") -> pd.Series:
    """Which half-open spans have a day in the period; an empty start or end is open."""
    begun = spans[start].isna() | (spans[start] < pd.Timestamp(period.end))
    return begun & (spans[end].isna() | (spans[end] > pd.Timestamp(period.start)))


def on_day(spans: pd.DataFrame, day: date) -> pd.DataFrame:
    """The half-open spans that hold on the day."""
    held: pd.DataFrame = spans[during(spans, aligned("day", day))]
    return held
