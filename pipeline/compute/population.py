"""The population of a coverage: clients or rows, each with the window it belongs to and the day it falls due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Literal

import numpy as np
import pandas as pd

from pipeline.compute.casebook import CASE
from pipeline.compute.claims import links, no_links
from pipeline.compute.doubts import telling
from pipeline.compute.evidence import Log, counting, moments_in, subject_kind, subjects
from pipeline.compute.inquiry import Inquiry, Window, accounts, fulfilling, window
from pipeline.compute.members import members
from pipeline.compute.spans import DAY, EARLIEST, NOTHING, Flags, Numbers, day_of, midnight, moments, seconds
from pipeline.language.period import MONTHS_IN, Every, aligned, month_of_account
from pipeline.language.policy.obligation import Coverage
from pipeline.language.policy.select import Rows, Where

COLUMNS = (
    "client",  # code
    "by",  # code of the member of staff who wrote the row, -1 for clients
    "tier",  # code
    "moment",  # of the row; for clients the start of the window
    "start",
    "end",
    "due",
    "account",  # number of the month of account
    "place",  # in the clients or the form's rows
    "row",  # number of the row, -1 for clients
)
_ONE_DAY = timedelta(days=1)


def population(duty: Coverage, inquiry: Inquiry) -> pd.DataFrame:
    """The members that are judged in the month or later, as `COLUMNS`, with `target` and its text as `value`."""
    found = _rows(duty, inquiry, duty.population) if isinstance(duty.population, Rows) else _clients(duty, inquiry)
    if duty.covered.within:
        found["due"] = _limit(duty, inquiry, found["moment"].to_numpy())
    if _dated(duty):
        found["account"] = accounts(found["due"].to_numpy())
    target = inquiry.value(duty.target, found["tier"].to_numpy(), found["start"].to_numpy())
    found = found.assign(target=target.numbers, value=target.texts)
    return found[(found["target"] > 0) & (found["account"] >= inquiry.account)].reset_index(drop=True)


def _dated(duty: Coverage) -> bool:
    """Whether each member is judged in the month of its own due day, and not of its window."""
    return duty.covered.within is not None and duty.judged == "each"


def _limit(duty: Coverage, inquiry: Inquiry, moment: Numbers) -> Numbers:
    within = duty.covered.within
    assert within
    return seconds(inquiry.clock.due(moments(moment), within.value, within.unit))


def _clients(duty: Coverage, inquiry: Inquiry) -> pd.DataFrame:
    parts = [_members(duty, inquiry, w) for w in _windows(duty, inquiry)]
    return pd.concat([pd.DataFrame(dict.fromkeys(COLUMNS, NOTHING)), *parts], ignore_index=True)


def _windows(duty: Coverage, inquiry: Inquiry) -> Iterator[Window]:
    """The windows of the month; where due days decide, those begun by its end whose due day it has not passed."""
    if not _dated(duty):
        yield from inquiry.windows(duty, duty.every)
        return
    period = aligned(duty.every, inquiry.month.last_day)
    while _limit(duty, inquiry, np.array([midnight(period.start)]))[0] >= midnight(inquiry.month.start):
        if inquiry.is_in_force(duty, period.start):
            yield window(period, month_of_account(duty.every, period))
        period = aligned(duty.every, period.start - _ONE_DAY)


def _members(duty: Coverage, inquiry: Inquiry, window: Window) -> pd.DataFrame:
    who = members(inquiry, duty, window)
    same = {"start": window.start, "moment": window.start, "end": window.end, "due": window.due}
    columns = {"client": who.client, "tier": who.tier, "place": who.client, "account": window.account, **same}
    return pd.DataFrame({"by": -1, "row": -1} | columns, index=pd.RangeIndex(len(who.client)))[[*COLUMNS]]


def _rows(duty: Coverage, inquiry: Inquiry, rows: Rows) -> pd.DataFrame:
    """The rows of the windows of the month; where due days decide, of every window begun by its end."""
    first, end = EARLIEST, midnight(aligned(duty.every, inquiry.month.last_day).end)
    if not _dated(duty):
        windows = inquiry.windows(duty, duty.every)
        first, end = min([w.start for w in windows], default=end), max([w.end for w in windows], default=end)
    log = counting(inquiry, duty, rows, first, end)
    opened = log.moment if rows.form != CASE else moments_in(inquiry, CASE, "happened", log)
    start, end_of = _window_of(duty.every, log.moment)
    columns = {
        "client": log.client,
        "by": log.by,
        "tier": inquiry.roster.tier.at(log.client, opened),
        "moment": log.moment,
        "start": start,
        "end": end_of,
        "due": end_of - 1,
        "account": accounts(start + 3 * DAY if duty.every == "week" else end_of - 1),
        "place": log.position,
        "row": log.row,
    }
    kept = inquiry.in_force(duty, start) & inquiry.concerned(duty, log.client, columns["tier"])
    return pd.DataFrame(columns)[kept].reset_index(drop=True)


def _window_of(every: Every, moment: Numbers) -> tuple[Numbers, Numbers]:
    """Start and end of the window that holds each moment: `period.aligned` for a whole column."""
    if every == "day":
        return day_of(moment), day_of(moment) + DAY
    if every == "week":
        start = day_of(moment) - (moment // DAY + 3) % 7 * DAY  # 1970 began on a Thursday
        return start, start + 7 * DAY
    size = MONTHS_IN[every]
    month = moments(moment).astype("datetime64[M]").astype(np.int64) // size * size
    return seconds(month.astype("datetime64[M]")), seconds((month + size).astype("datetime64[M]"))


def columns_of(duty: Coverage, inquiry: Inquiry) -> pd.DataFrame:
    """The columns of the members, by their `place`."""
    return inquiry.rows(duty.population.form) if isinstance(duty.population, Rows) else inquiry.facts.clients


def as_told(duty: Coverage, inquiry: Inquiry, people: pd.DataFrame, where: Where) -> Flags:
    """Whether each member's own columns fulfil all conditions."""
    if not where or people.empty:
        return np.ones(len(people), np.bool_)
    return fulfilling(columns_of(duty, inquiry), where).take(people["place"])


def tellable(duty: Coverage, inquiry: Inquiry, lacking: pd.DataFrame, where: Where) -> pd.DataFrame:
    """Members that do not fulfil conditions, as they could by a rejected row of theirs (only cases), and the rows."""
    if not isinstance(duty.population, Rows):
        return no_links()
    right = duty.population.model_copy(update={"where": {**duty.population.where, **where}, "by": "anyone", "at": ""})
    position, row, client, by = (lacking[name].to_numpy() for name in ("place", "row", "client", "by"))
    log = Log(position, row, client, by, np.full(len(lacking), EARLIEST), np.zeros(len(lacking), np.bool_))
    which, doubt = telling(inquiry, duty, right, log, lacking["due"].to_numpy())
    return links(CASE, lacking.index.to_numpy()[which], doubt)


def kind_of(of: Literal["clients"] | Rows) -> str:
    """What a claim about a member is about."""
    return subject_kind(of.form) if isinstance(of, Rows) else "client"


def members_of(of: Literal["clients"] | Rows, inquiry: Inquiry, people: pd.DataFrame) -> object:
    """What the members are called as the subjects of claims; '' for a client, whom the claim names itself."""
    if not isinstance(of, Rows):
        return ""
    return subjects(inquiry, of.form, people["place"].to_numpy(), people["row"].to_numpy())
