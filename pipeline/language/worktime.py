"""Working-time arithmetic: when a length of time that starts at some moment is over.

A clock shows seconds: `read` tells what it shows at a moment, `when` the first moment at which it shows so much. The
calendar clock always runs, the working clock inside working hours only. A length of time is then an addition to
what the clock shows, and a pause is time cut out. Everything works on whole columns at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from pipeline.language.calendar import Calendar, Moments
from pipeline.language.overrides import FIRST_DAY, LAST_DAY
from pipeline.language.policy.quantity import Unit

Seconds = NDArray[np.int64]  # moments are seconds since 1970, the integers inside datetime64[s]

_DAY = 86_400
_SECONDS = {"minutes": 60, "hours": 3600, "working_minutes": 60, "working_hours": 3600}
_BEGIN = int(np.datetime64(FIRST_DAY, "s").astype(np.int64))
_END = int(np.datetime64(LAST_DAY, "s").astype(np.int64)) + _DAY
_LONGEST = _END - _BEGIN  # seconds; a longer amount leaves the calendar all the same, and could overflow
_NAT = np.iinfo(np.int64).min  # the integer inside NaT
_NEVER = 2**40  # a moment after `_END`, and what a clock shows after it


class _Clock(Protocol):
    def read(self, moments: Seconds) -> Seconds:
        """What the clock shows at moments from `_BEGIN` to `_END`."""

    def when(self, shown: Seconds) -> Seconds:
        """The first moments at which the clock shows at least so much; after `_END` if it never does."""


class _CalendarClock:
    def read(self, moments: Seconds) -> Seconds:
        return moments

    def when(self, shown: Seconds) -> Seconds:
        return shown


class _WorkingClock:
    """Working days have equal hours, so tables for the seconds of one day make both directions look-ups."""

    def __init__(self, calendar: Calendar) -> None:
        at_work = np.zeros(_DAY, dtype=np.bool_)
        for shift in calendar.hours:
            at_work[shift.start * 60 : shift.end * 60] = True
        self._since_midnight = np.cumsum(at_work, dtype=np.int32) - at_work  # seconds worked, by second of the day
        self._second = (
            np.flatnonzero(at_work).astype(np.int32) + 1
        )  # second of the day when 1, 2, ... seconds are worked
        self._per_day = len(self._second)
        self._working = np.append(calendar.working, False)
        self._before = calendar.rank * self._per_day
        self._midnight: Seconds = np.append(_BEGIN + calendar.working_positions * _DAY, _NEVER)

    def read(self, moments: Seconds) -> Seconds:
        day, second = _split(moments - _BEGIN, _DAY)
        shown: Seconds = self._before[day] + self._since_midnight[second] * self._working[day]
        return shown

    def when(self, shown: Seconds) -> Seconds:
        day, second = _split(np.maximum(shown, 1) - 1, self._per_day)
        return self._midnight.take(day, mode="clip") + self._second[second]


@dataclass(frozen=True)
class WorkClock:
    """Lengths of time on a calendar, in the units of the regulation language.

    - `minutes`, `hours`: calendar time. `working_minutes`, `working_hours`: time inside working hours. Due is the
      first moment at which so much has passed: 7.5 working hours from 9:00 are over at 18:00, not the next morning.
    - `days`, `working_days`: the end (23:59:59) of the n-th (working) day after the day of the start; 0 means the
      same day, or for working days the next one worked. A part of a day counts as a day.
    - `months`: the end of the same day of the month n months later, or of that month's last day if it has no such
      day. A part of a month counts as a month.

    An unknown start (NaT) or amount (NaN) gives NaT, and so does a moment that the calendar does not reach.
    """

    calendar: Calendar

    def due(self, starts: ArrayLike, amount: ArrayLike, unit: Unit) -> Moments:
        """When `amount` (0 or more, one for all or one for each) of `unit` from each start is over."""
        return self._due(starts, amount, unit, None)

    def due_with_pauses(self, starts: ArrayLike, amount: ArrayLike, unit: Unit, pauses: pd.DataFrame) -> Moments:
        """As `due`, with the clock stopped in the pauses.

        `pauses` has the columns `event` (position in `starts`), `start` and `end` (NaT: still paused), in any order;
        where they overlap the clock stops once. Paused time between the start and the due moment is added to the
        amount; to working units only what falls in working hours. For days and months a pause counts from the day
        after the start's, and the due day is the one on which the longer time ends: every begun working day, or 24
        hours, of pause gives one day more. A pause that begins once the time is over changes nothing. While one
        that began before is open nothing falls due: NaT. A pause without a start stops nothing.
        """
        return self._due(starts, amount, unit, pauses)

    def worked(self, starts: ArrayLike, ends: ArrayLike) -> NDArray[np.float64]:
        """Seconds inside working hours from each start to its end; negative if the end comes first, NaN for NaT."""
        first, last = _seconds(starts), _seconds(ends)
        known = _inside(first) & _inside(last)
        first, last = np.where(known, first, _BEGIN), np.where(known, last, _BEGIN)
        return np.where(known, self._working.read(last) - self._working.read(first), np.nan)

    @cached_property
    def _working(self) -> _WorkingClock:
        return _WorkingClock(self.calendar)

    def _due(self, starts: ArrayLike, amount: ArrayLike, unit: Unit, pauses: pd.DataFrame | None) -> Moments:
        begin, amount = _seconds(starts), np.asarray(amount, dtype=np.float64)
        known = _inside(begin) & ~np.isnan(amount)
        begin, amount = np.where(known, begin, _BEGIN), np.where(np.isnan(amount), 0, amount)
        clock: _Clock = self._working if unit.startswith("working") else _CalendarClock()
        counted_from, shown = self._span(clock, begin, amount, unit)
        if pauses is not None:
            shown = shown + _paused(clock, counted_from, shown, pauses)
        end = np.maximum(clock.when(shown), begin)
        if unit not in _SECONDS:
            end = _midnight_after(end - 1) - 1
        return _as_moments(np.where(known & (end < _END), end, _NAT))

    def _span(self, clock: _Clock, begin: Seconds, amount: NDArray[np.float64], unit: Unit) -> tuple[Seconds, Seconds]:
        """The moments from which pauses count, and what the clock shows when the amount is over."""
        if unit in _SECONDS:
            seconds = np.rint(np.minimum(amount * _SECONDS[unit], _LONGEST)).astype(np.int64)
            return begin, clock.read(begin) + seconds
        count = np.ceil(np.minimum(amount, _LONGEST // _DAY)).astype(np.int64)
        end = _midnight_after(_seconds(self._last_day(_as_moments(begin), count, unit)))
        counted_from = np.where(count > 0, _midnight_after(begin), begin)
        return counted_from, np.where(_inside(end - 1), clock.read(np.clip(end, _BEGIN, _END)), _NEVER)

    def _last_day(self, starts: Moments, count: Seconds, unit: Unit) -> Moments:
        days = starts.astype("datetime64[D]")
        if unit == "working_days":
            return self.calendar.working_days_after(days, count)
        if unit == "months":
            return _months_later(days, count)
        return np.asarray(days + count)


def _paused(clock: _Clock, counted_from: Seconds, shown: Seconds, pauses: pd.DataFrame) -> Seconds:
    """How far each event's clock would have run in its pauses, up to its due moment.

    Pauses are cut where an earlier one of the event reaches into them. One stops the clock if it begins, less what
    was paused before it, earlier than the amount is over; if one does not, none after it does.
    """
    stops = pauses[pauses["start"].notna()].sort_values(["event", "start"], kind="stable")
    event = stops["event"].to_numpy(np.int64)
    origin = np.broadcast_to(counted_from, shown.shape)[event]
    ends = np.where(stops["end"].isna(), _END, _seconds(stops["end"]))
    frame = pd.DataFrame(
        {
            "event": event,
            "begin": clock.read(np.clip(_seconds(stops["start"]), origin, _END)),
            "end": clock.read(np.clip(ends, origin, _END)),
        }
    )
    reached = frame.groupby("event")["end"].cummax().groupby(event).shift(fill_value=_BEGIN)
    frame["begin"] = np.maximum(frame["begin"], reached)
    frame["length"] = (frame["end"] - frame["begin"]).clip(lower=0)
    before = frame.groupby("event")["length"].cumsum() - frame["length"]
    stopping = frame["begin"] - before < shown[event]
    return np.bincount(event, frame["length"] * stopping, minlength=len(shown)).astype(np.int64)


def _months_later(days: Moments, count: Seconds) -> Moments:
    month = days.astype("datetime64[M]")
    same_day = (month + count).astype("datetime64[D]") + (days - month.astype("datetime64[D]"))
    last_day = (month + count + 1).astype("datetime64[D]") - 1
    return np.asarray(np.minimum(same_day, last_day))


def _seconds(moments: ArrayLike) -> Seconds:
    """The integers inside the moments; NaT is the smallest, before `_BEGIN`."""
    return np.asarray(moments, dtype="datetime64[s]").astype(np.int64)


def _as_moments(seconds: Seconds) -> Moments:
    moments: Moments = seconds.astype("datetime64[s]")
    return moments


def _inside(moments: Seconds) -> NDArray[np.bool_]:
    return (moments >= _BEGIN) & (moments < _END)


def _midnight_after(moments: Seconds) -> Seconds:
    return (moments // _DAY + 1) * _DAY


def _split(numbers: Seconds, size: int) -> tuple[Seconds, Seconds]:
    """Quotient and remainder; far faster than numpy's divmod."""
    whole = numbers // size
    return whole, numbers - whole * size
