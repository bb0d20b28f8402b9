"""Rejected rows that could count if they were mended (design: a duty that one of them could meet is unprovable).

What can be read of a row must fit; what cannot be read may be anything: the day any day of the logbook's month, the
client any whom the submitter or the row's member of staff owned. Cells that the rule does not look at do not matter.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from pipeline.compute.casebook import CASE
from pipeline.compute.evidence import Log
from pipeline.compute.inquiry import Inquiry, fulfilling
from pipeline.compute.spans import (
    DAY,
    EARLIEST,
    LATEST,
    NAT,
    NOTHING,
    Flags,
    Numbers,
    codes,
    day_of,
    midnight,
    pick,
    place,
    seconds,
    spread,
)
from pipeline.language.period import add_months
from pipeline.language.policy.obligation import Duty
from pipeline.language.policy.select import Rows, Where

UNREADABLE, STRANGER = -1, -2  # of a member of staff: could be anybody; is nobody in the register


@dataclass(frozen=True, eq=False)
class Doubts:
    """Rejected rows, each with a client for whom it could count, and the first and last moment at which it could.

    A row may stand here many times. `client` is -1 where the form has none.
    """

    row: Numbers
    client: Numbers
    by: Numbers
    first: Numbers
    last: Numbers

    def __len__(self) -> int:
        return len(self.row)

    def take(self, chosen: Flags | Numbers) -> Doubts:
        """Some of them, by a mask or by their places."""
        return Doubts(*(getattr(self, name)[chosen] for name in self.__dataclass_fields__))

    def narrowed(self, to: tuple[Numbers, Numbers, Numbers, Numbers]) -> Doubts:
        """Those that reach into spans (`Spans.within`), cut to what they share."""
        which, _, first, last = to
        return Doubts(self.row[which], self.client[which], self.by[which], first, last)

    def join(self, more: Doubts) -> Doubts:
        """These and more."""
        names = self.__dataclass_fields__
        return Doubts(*(np.concatenate([getattr(self, name), getattr(more, name)]) for name in names))


def unreadable(frame: pd.DataFrame, column: str) -> Flags:
    """Whether the cell could not be used. One that is just empty could."""
    faults = ";" + frame["faults"].fillna("") + ";"
    return faults.str.contains(f";{column};", regex=False).to_numpy(dtype=np.bool_)


def could_fulfil(frame: pd.DataFrame, where: Where) -> Flags:
    """Whether each row fulfils all conditions on what can be read of it."""
    fits = np.ones(len(frame), dtype=np.bool_)
    for column, condition in where.items():
        looked_at = [unreadable(frame, name) for name in (column, *condition.others.values())]
        fits &= fulfilling(frame, {column: condition}) | np.logical_or.reduce(looked_at)
    return fits


def possible(inquiry: Inquiry, duty: Duty, rows: Rows) -> Doubts:
    """The rejected rows that could count, for whom and when, as far as is known."""
    frame = inquiry.facts.doubts.get(rows.form, pd.DataFrame())
    if frame.empty:
        return Doubts(*(NOTHING,) * 5)
    at = rows.at or "happened"
    doubts = inquiry.once(("doubts", rows.form, at), lambda: _for_clients(inquiry, frame, _rows(inquiry, frame, at)))
    return _by_the_right(inquiry, duty, rows, doubts.take(could_fulfil(frame, rows.where)[doubts.row]))


def possible_of_any(inquiry: Inquiry, duty: Duty, rows: Rows) -> Doubts:
    """The rejected rows that could count, whomever they are about: each once, `client` -1 where it cannot be read."""
    frame = inquiry.facts.doubts.get(rows.form, pd.DataFrame())
    if frame.empty:
        return Doubts(*(NOTHING,) * 5)
    doubts = _rows(inquiry, frame, rows.at or "happened")
    doubts = doubts.take(could_fulfil(frame, rows.where)[doubts.row])
    if "client" not in frame or rows.by not in ("owner", "developer"):
        return _by_the_right(inquiry, duty, rows, doubts)
    unknown = unreadable(frame, "client")[doubts.row]
    named = replace(doubts, client=codes(inquiry.roster.clients, frame["client"])[doubts.row]).take(~unknown)
    return _by_the_right(inquiry, duty, rows, named).join(doubts.take(unknown))


def time_left(frame: pd.DataFrame, column: str) -> tuple[Numbers, Numbers]:
    """The first and last moment that each cell may stand for; an empty one for none, the last before the first."""
    moment = seconds(frame[column])
    begin, end = _months(frame["month"])
    open_ = unreadable(frame, column) | (moment == NAT if column == "happened" else False)
    first, last = np.where(moment == NAT, LATEST, moment), np.where(moment == NAT, EARLIEST, moment)
    return np.where(open_, begin, first), np.where(open_, end, last)


def _months(names: pd.Series) -> tuple[Numbers, Numbers]:
    """The first and last moment of each month; of all time where the month is not known."""
    known = pd.to_datetime(names, format="%Y-%m", errors="coerce").astype("datetime64[s]")
    end = {day: midnight(add_months(day.date(), 1)) - 1 for day in known.dropna().unique()}
    last: Numbers = known.map(end).fillna(LATEST).to_numpy().astype(np.int64)
    return np.maximum(seconds(known), EARLIEST), last


def _rows(inquiry: Inquiry, frame: pd.DataFrame, at: str) -> Doubts:
    """The rows and the time that each may be of, before it is asked for whom."""
    staff = codes(inquiry.roster.staff, frame["by"])
    readable = (frame["by"].fillna("") != "").to_numpy(dtype=np.bool_)
    by = np.where(readable & (staff < 0), STRANGER, staff)
    first, last = time_left(frame, at)
    last = np.minimum(last, inquiry.known_until)
    client = np.full(len(frame), -1)
    doubts = Doubts(np.arange(len(frame)), client, by, first, last)
    return doubts.take(first <= last)


def _for_clients(inquiry: Inquiry, frame: pd.DataFrame, doubts: Doubts) -> Doubts:
    """The rows with each client whom they could be about."""
    if "client" not in frame:
        return doubts
    roster, chosen = inquiry.roster, doubts.row
    client = codes(roster.clients, frame["client"])[chosen]
    unknown = unreadable(frame, "client")[chosen]
    named = Doubts(doubts.row, client, doubts.by, doubts.first, doubts.last).take(~unknown & (client >= 0))
    submitter = codes(roster.staff, frame["submitter"])[chosen]
    owned = _owned(inquiry, doubts, np.where(unknown, submitter, -1))
    return named.join(owned).join(_owned(inquiry, doubts, np.where(unknown & (doubts.by != submitter), doubts.by, -1)))


def _owned(inquiry: Inquiry, doubts: Doubts, owner: Numbers) -> Doubts:
    which, client, first, last = inquiry.roster.owned.within(owner, doubts.first, doubts.last)
    return Doubts(doubts.row[which], client, doubts.by[which], first, last)


def _by_the_right(inquiry: Inquiry, duty: Duty, rows: Rows, doubts: Doubts) -> Doubts:
    """Those that could have been written by one whose rows count, cut to when."""
    roster, anybody = inquiry.roster, doubts.by == UNREADABLE
    match rows.by:
        case "role" if duty.role is not None:
            spans, key = roster.holder(duty.role), doubts.by
        case "owner":
            spans, key = roster.ownership(duty.role), roster.pair(doubts.client, doubts.by)
        case "developer":
            return doubts.take(anybody | (doubts.by == pick(roster.developer, doubts.client, -1)))
        case _:
            return doubts
    return doubts.take(anybody).join(doubts.narrowed(spans.within(key, doubts.first, doubts.last)))


def reaching(client: Numbers, first: Numbers, last: Numbers, doubts: Doubts) -> tuple[Numbers, Doubts]:
    """The duties (of a client, from the day of a first to that of a last moment) into which doubts reach.

    Gives which duty, and the doubt cut to it, for every pair.
    """
    first, last = day_of(first), day_of(last) + DAY - 1
    order = np.argsort(client, kind="stable")
    begin = np.searchsorted(client[order], doubts.client, side="left")
    count = np.searchsorted(client[order], doubts.client, side="right") - begin
    which, place = spread(begin, count)
    duty, found = order[place], doubts.take(which)
    found = Doubts(
        found.row, found.client, found.by, np.maximum(found.first, first[duty]), np.minimum(found.last, last[duty])
    )
    return duty[found.first <= found.last], found.take(found.first <= found.last)


def telling(inquiry: Inquiry, duty: Duty, told: Rows, log: Log, due: Numbers) -> tuple[Numbers, Numbers]:
    """Which of these cases rejected rows could tell of, from the moment in the log to the due one, and the rows.

    The conditions of `told` are asked of the case as it would stand with the row: what that leaves empty is as it was.
    Of other forms nothing is told so: the row that would tell it is the one in the log, and was accepted.
    """
    if told.form != CASE:
        return NOTHING, NOTHING
    of_any = told.model_copy(update={"where": {}})
    which, doubts = reaching(log.client, log.moment, due, possible(inquiry, duty, of_any))
    if not len(which):
        return which, doubts.row
    frame, cases = inquiry.facts.doubts[told.form], inquiry.rows(told.form)
    named = pick(codes(pd.Index(cases["case_no"]), frame["case_no"]), doubts.row, -1) == log.position[which]
    about = np.flatnonzero(named | pick(unreadable(frame, "case_no"), doubts.row, False))
    which, row = which[about], doubts.row[about]
    fits = could_fulfil(_added(frame.iloc[row], cases.iloc[log.position[which]], told.where), told.where)
    return which[fits], row[fits]


def _added(rejected: pd.DataFrame, cases: pd.DataFrame, where: Where) -> pd.DataFrame:
    """Rejected rows, each added to its case: what conditions look at and a row leaves empty stands as in the case."""
    looked_at = {name for column, condition in where.items() for name in (column, *condition.others.values())}
    rejected, cases = rejected.reset_index(drop=True), cases.reset_index(drop=True)
    return rejected.assign(**{name: rejected[name].fillna(cases[name]) for name in looked_at})


def adding_a_day(log: Log, doubts: Doubts) -> Flags:
    """Which rejected rows could fall on a day on which nothing counts yet; of several on one day the first."""
    days = place(log.client, log.moment // DAY)
    first, last = place(doubts.client, doubts.first // DAY), place(doubts.client, doubts.last // DAY)
    counted = np.searchsorted(days, last, side="right") - np.searchsorted(days, first, side="left")
    free = last - first + 1 > counted
    order = np.lexsort((last, first))
    again = np.zeros(len(doubts), dtype=np.bool_)
    again[order[1:]] = (
        (first[order[1:]] == first[order[:-1]]) & (last == first)[order[1:]] & (last == first)[order[:-1]]
    )
    return free & ~again
