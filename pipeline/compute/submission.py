"""Submission: a document is handed in for every period, by its due day.

A claim is judged in the report of its period, or of its due day if that lies in an earlier month. Owed by each member
of staff who has the role throughout the period, by each unit of which somebody has, or once by the company.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.types import is_datetime64_any_dtype

from pipeline.compute.claims import Claims, joined, links, once, owed
from pipeline.compute.doubts import UNREADABLE, Doubts, possible, unreadable
from pipeline.compute.evidence import Log, counting
from pipeline.compute.inquiry import Inquiry, Window, window
from pipeline.compute.parties import acting_for, names, owing
from pipeline.compute.spans import DAY, NAT, NOTHING, Flags, Numbers, midnight, moments, pick, seconds
from pipeline.language.period import MONTHS_IN, Period, add_months, month_of, month_of_account, period_key, windows
from pipeline.language.policy.obligation import Due, Submission


@dataclass(frozen=True)
class _Call:
    """The call for the document of one period."""

    duty: Submission
    inquiry: Inquiry
    window: Window

    @cached_property
    def key(self) -> str:
        """How rows name the period."""
        return period_key(self.duty.every, self.window.first_day)

    @cached_property
    def due(self) -> int:
        """The last safe moment."""
        due, time = midnight(due_day(self.duty.due, self.inquiry, self.window)), self.duty.due.time
        return due + (time.hour * 60 + time.minute) * 60 if time else due + DAY - 1

    @cached_property
    def subjects(self) -> Numbers:
        """Codes of the staff or of the units who owe the document, sorted; the company is 0."""
        return owing(self.duty.by, self.inquiry, self.duty.role, self.window)

    def claim_of(self, staff: Numbers, moment: Numbers) -> Numbers:
        """The place in `subjects` of the one whose document a member of staff hands in at a moment, -1 for none."""
        answers_for = acting_for(self.duty.by, self.inquiry.roster, staff, moment)
        at = np.searchsorted(self.subjects, answers_for)
        return np.where(pick(self.subjects, at, -9) == answers_for, at, -1)

    def named_in(self, frame: pd.DataFrame) -> Flags:
        """Which rows name the period, or a day in it."""
        if is_datetime64_any_dtype(frame[self.duty.period]):
            day = seconds(frame[self.duty.period])
            return (self.window.start <= day) & (day < self.window.end)
        return (frame[self.duty.period] == self.key).fillna(False).to_numpy(dtype=np.bool_)


def judge_submission(duty: Submission, inquiry: Inquiry) -> Claims:
    """One claim for each period and member of staff, unit or company; evidence the rows in time for the period."""
    log, doubts = counting(inquiry, duty, duty.counts), possible(inquiry, duty, duty.counts)
    calls = [_Call(duty, inquiry, window) for window in _windows(duty, inquiry)]
    parts = [_claims(call, log, doubts) for call in calls]
    return joined(parts) if parts else Claims(duty.by, owed(0))


def _windows(duty: Submission, inquiry: Inquiry) -> list[Window]:
    """The periods judged in the month, those that begin later and fall due in it, and the one that goes on."""
    if not duty.due.months_before:
        return inquiry.windows(duty, duty.every)
    ahead = Period(inquiry.month.start, add_months(inquiry.month.start, duty.due.months_before + MONTHS_IN["year"] + 1))
    found = [window(w, month_of_account(duty.every, w)) for w in windows(duty.every, ahead)]
    found = [w._replace(account=_account(duty, inquiry, w)) for w in found if inquiry.is_in_force(duty, w.first_day)]
    begun = [w for w in found if w.start < midnight(inquiry.month.end) and duty.every != "week"]
    return [w for w in found if w.account == inquiry.account or (w.account > inquiry.account and w in begun)]


def _account(duty: Submission, inquiry: Inquiry, window: Window) -> int:
    """The month of the period, or of the due day if that is earlier."""
    due = due_day(duty.due, inquiry, window)
    return min(window.account, due.year * 12 + due.month - 1)


def _claims(call: _Call, log: Log, doubts: Doubts) -> Claims:
    duty, inquiry, subject = call.duty, call.inquiry, call.subjects
    value = inquiry.value(duty.required, np.full(len(subject), -1), call.window.start)
    if not value.numbers.any():
        return Claims(duty.by, owed(0))
    frame = inquiry.rows(duty.counts.form)
    log = log.take(call.named_in(frame)[log.position]) if len(log) else log
    of = call.claim_of(log.by, log.moment)
    log, of = log.take(of >= 0), of[of >= 0]
    proofs = links(duty.counts.form, of, log.row)[log.moment <= call.due]
    hopes = once(links(duty.counts.form, *_hopes(call, doubts)))
    actual = np.bincount(proofs["duty"], minlength=len(subject))
    claims = owed(
        len(subject),
        subject=names(duty.by, inquiry.roster, subject),
        owner=subject if duty.by == "staff" else -1,
        unit=subject if duty.by == "unit" else -1,
        start=call.window.start,
        end=call.window.end,
        due=call.due,
        account=call.window.account,
        required=value.numbers,
        actual=actual,
        own=actual if duty.by == "staff" else 0,
        possible=np.bincount(hopes["duty"], minlength=len(subject)),
        value=value.texts,
        done=_fulfilled(of, log.moment, value.numbers),
        provisional=_rests_on_calendar(duty.due) and bool(inquiry.provisional(np.array([call.due]))[0]),
    )
    return Claims(duty.by, claims, proofs, hopes)


def _fulfilled(of: Numbers, moment: Numbers, required: NDArray[np.float64]) -> Numbers:
    """When the last row that was needed came, in time or late; NAT where one is missing."""
    order = np.lexsort((moment, of))
    of, moment = of[order], moment[order]
    last = np.searchsorted(of, np.arange(len(required))) + np.ceil(required).astype(np.int64) - 1
    return np.where(pick(of, last, -1) == np.arange(len(required)), pick(moment, last, NAT), NAT)


def _hopes(call: _Call, doubts: Doubts) -> tuple[Numbers, Numbers]:
    """Claims and the rejected rows that could be theirs; a row whose staff cannot be read could be anybody's."""
    if not len(doubts):
        return NOTHING, NOTHING
    frame = call.inquiry.facts.doubts[call.duty.counts.form]
    fits = call.named_in(frame) | unreadable(frame, call.duty.period)
    doubts = doubts.take(fits[doubts.row] & (doubts.first <= call.due))
    anybody = doubts.by == UNREADABLE
    claim = call.claim_of(doubts.by, doubts.first)
    sure = ~anybody & (claim >= 0)
    everyone, rows = np.meshgrid(np.arange(len(call.subjects)), doubts.row[anybody])
    return np.concatenate([claim[sure], everyone.ravel()]), np.concatenate([doubts.row[sure], rows.ravel()])


def due_day(due: Due, inquiry: Inquiry, window: Window) -> date:
    """The day by which the document of a window is handed in."""
    last_day = date.fromordinal(window.first_day.toordinal() + (window.end - window.start) // DAY - 1)
    day = _due_day(due, inquiry, last_day)
    return cast(date, inquiry.facts.calendar.next_working_day(day).item()) if due.roll else day


def _due_day(due: Due, inquiry: Inquiry, last_day: date) -> date:
    month = month_of(add_months(last_day, due.month))
    if due.day is not None:
        return min(month.start + timedelta(days=due.day - 1), month.last_day)
    if due.last_working_day:
        return inquiry.facts.calendar.last_working_day(month)
    if due.weekday is not None:
        return last_day + timedelta(days=1 + (due.weekday - 1 - (last_day.weekday() + 1)) % 7 + 7 * due.week)
    assert due.after
    end = moments(np.array([midnight(last_day) + DAY - 1]))
    return cast(date, inquiry.clock.due(end, due.after.value, due.after.unit).astype("datetime64[D]").item())


def _rests_on_calendar(due: Due) -> bool:
    return due.roll or due.last_working_day or bool(due.after and due.after.unit.startswith("working"))
