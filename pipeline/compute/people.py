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
    clients = facts.clients
    there = clients.index[during(clients, month, "joined_on", "left_on")]
    owned = facts.owners[during(facts.owners, month)]
    staff: pd.Series = owned.loc[owned["client"].isin(there), "staff"]
    return staff.drop_duplicates()


def clients_of(facts: Facts, month: Period) -> pd.DataFrame:
    """The clients of every member of staff in the month: staff, client, name; by the client's name."""
    clients = facts.clients.reset_index()[["client", "name", "joined_on", "left_on"]]
    there = clients[during(clients, month, "joined_on", "left_on")][["client", "name"]]
    owned = facts.owners.loc[during(facts.owners, month), ["staff", "client"]].drop_duplicates()
    return owned.merge(there, on="client").sort_values(["staff", "name", "client"], ignore_index=True)


def during(spans: pd.DataFrame, period: Period, start: str = "start", end: str = "end") -> pd.Series:
    """Which half-open spans have a day in the period; an empty start or end is open."""
    begun = spans[start].isna() | (spans[start] < pd.Timestamp(period.end))
    return begun & (spans[end].isna() | (spans[end] > pd.Timestamp(period.start)))


def on_day(spans: pd.DataFrame, day: date) -> pd.DataFrame:
    """The half-open spans that hold on the day."""
    held: pd.DataFrame = spans[during(spans, aligned("day", day))]
    return held
