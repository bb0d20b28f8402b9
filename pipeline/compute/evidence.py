"""The accepted rows that count for an obligation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.compute.casebook import CASE
from pipeline.compute.inquiry import Inquiry
from pipeline.compute.spans import (
    DAY,
    EARLIEST,
    LATEST,
    NAT,
    NOTHING,
    Flags,
    Numbers,
    day_of,
    pick,
    place,
    seconds,
)
from pipeline.language.policy.obligation import Duty
from pipeline.language.policy.select import Rows


@dataclass(frozen=True, eq=False)
class Log:
    """Rows in order of client and moment.

    `position` in the form's rows and their number `row`; the codes of the client and of the member of staff who
    wrote it; the moment; and whether that is the client's owner of the day in the obligation's role.
    """

    position: Numbers
    row: Numbers
    client: Numbers
    by: Numbers
    moment: Numbers
    own: Flags

    def __len__(self) -> int:
        return len(self.row)

    def take(self, chosen: Flags | Numbers) -> Log:
        """Some of the rows, by a mask or by their places."""
        return Log(*(getattr(self, name)[chosen] for name in self.__dataclass_fields__))

    def first_from(self, client: Numbers, moment: Numbers) -> Numbers:
        """The place of the first row of each client at or after the moment; where none is, that of another client."""
        return np.searchsorted(place(self.client, self.moment), place(client, moment), side="left")

    def of(self, client: Numbers, at: Numbers) -> Flags:
        """Whether there is a row at each place, and it is the client's."""
        found: Flags = pick(self.client, at, -2) == client
        return found


def counting(
    inquiry: Inquiry, duty: Duty, rows: Rows, first: int = EARLIEST, end: int = LATEST, *, planned: bool = False
) -> Log:
    """The rows that count from `first` up to and without `end`, as far as they are known.

    With `planned` also rows that are dated after what is known: a plan is known before its day.
    """
    frame = inquiry.rows(rows.form)
    moment = seconds(frame[rows.at or "happened"]) if len(frame) else NOTHING
    timely = (moment >= first) & (moment < end) & (planned | (moment <= inquiry.known_until)) & (moment != NAT)
    free = ~np.isin(frame.index, inquiry.spent[rows.form]) if rows.form in inquiry.spent else True
    position = np.flatnonzero(timely & free & inquiry.fulfilling(rows.form, rows.where))
    log = _log(inquiry, duty, rows.form, position, moment[position])
    log = log.take(_by_the_right(inquiry, duty, rows, log))
    return _once_a_day(log) if rows.distinct == "day" else log


def _log(inquiry: Inquiry, duty: Duty, form: str, position: Numbers, moment: Numbers) -> Log:
    client = inquiry.clients_of(form)[position]
    order = np.argsort(place(client, moment), kind="stable")
    position, client, moment = position[order], client[order], moment[order]
    by, row = inquiry.staff_of(form)[position], inquiry.rows(form).index.to_numpy(dtype=np.int64)[position]
    own = inquiry.roster.ownership(duty.role).holds(inquiry.roster.pair(client, by), moment)
    return Log(position, row, client, by, moment, own)


def _by_the_right(inquiry: Inquiry, duty: Duty, rows: Rows, log: Log) -> Flags:
    """Whether each row was written by one whose rows count."""
    match rows.by:
        case "role" if duty.role is not None:
            return inquiry.roster.holder(duty.role).holds(log.by, log.moment)
        case "owner":
            return log.own
        case "developer":
            developer: Flags = log.by == pick(inquiry.roster.developer, log.client, -1)
            return developer & (log.by >= 0)
    return np.ones(len(log), dtype=np.bool_)


def _once_a_day(log: Log) -> Log:
    """One row for each client and day: the owner's, if there is one, and of those the first."""
    order = np.lexsort((log.moment, ~log.own, log.moment // DAY, log.client))
    day = place(log.client, day_of(log.moment))[order]
    return log.take(np.sort(order[np.append(True, day[1:] != day[:-1])[: len(day)]]))


def moments_in(inquiry: Inquiry, form: str, column: str, log: Log) -> Numbers:
    """The moments in a column of the rows of a log."""
    frame = inquiry.rows(form)
    return seconds(frame[column].iloc[log.position]) if len(frame) else log.moment


def subject_kind(form: str) -> str:
    """What a claim about a row of the form is about."""
    return "case" if form == CASE else "row"


def subjects(inquiry: Inquiry, form: str, position: Numbers, row: Numbers) -> pd.Series:
    """What rows are called as the subjects of claims: the number of the case, or `form:row`."""
    if form == CASE:
        return inquiry.rows(CASE)["case_no"].iloc[position].reset_index(drop=True)
    return form + ":" + pd.Series(row).astype("str")
