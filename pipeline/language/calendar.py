"""The working calendar: which days are worked, and when the festivals are.

The State Council moves weekends: around a festival some weekdays are off and some weekend days are worked in return.
Its yearly notices come from the `holidays` library; the workspace's `calendar.yaml` (`Overrides`) has the last word.
A year without a notice is a guess, and every day of it is `provisional`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import cast

import numpy as np
from holidays.countries.china import China, ChinaStaticHolidays
from numpy.typing import ArrayLike, NDArray

from pipeline.language.overrides import (
    DEFAULT_HOURS,
    FIRST_DAY,
    LAST_DAY,
    STATE_FESTIVALS,
    Overrides,
    Shift,
    dates,
)
from pipeline.language.period import Period
from pipeline.language.wording import Wording, wording

Moments = NDArray[np.datetime64]
Days = ArrayLike | date | Sequence[date]  # whatever numpy makes datetime64[D] of


@dataclass(frozen=True, order=True, slots=True)
class Festival:
    """A festival: `day` is the festival itself, `last_day_off` the end of the run of days off around it.

    On a festival that is worked `last_day_off` is the festival itself.
    """

    day: date
    id: str
    title: Wording
    last_day_off: date


@dataclass(frozen=True)
class Calendar:
    """Working days from `FIRST_DAY` to `LAST_DAY`, and working hours; immutable, comparable, picklable.

    `worked` holds a byte for each day, 1 for a working day. Results have the shape of the input. NaT gives NaT or
    False; a day outside the table is no working day, and a result outside it is NaT.
    """

    worked: bytes
    published: frozenset[int]  # years with an official calendar
    named_days: tuple[tuple[date, str, Wording], ...]  # the festivals' day, id and title, oldest first
    hours: tuple[Shift, ...] = DEFAULT_HOURS

    @cached_property
    def working(self) -> NDArray[np.bool_]:
        """True for a working day; index 0 is `FIRST_DAY`."""
        return np.frombuffer(self.worked, dtype=np.bool_)

    @cached_property
    def rank(self) -> NDArray[np.int64]:
        """How many working days lie before each day; one entry more than there are days."""
        return np.concatenate(([0], np.cumsum(self.working)))

    @cached_property
    def working_positions(self) -> NDArray[np.int64]:
        """The positions of the working days, ascending."""
        return np.flatnonzero(self.working)

    def is_working(self, days: Days) -> NDArray[np.bool_]:
        """Whether each day is a working day."""
        position, known = self._positions(days)
        return self.working[position] & known

    def working_days_after(self, days: Days, n: ArrayLike) -> Moments:
        """The n-th working day after each day.

        For n = 0 the day itself if it is a working day, otherwise the next one; for n < 0 the n-th working day
        before it.
        """
        position, known = self._positions(days)
        n = np.asarray(n)
        index = self.rank[position] + n + np.where(n > 0, self.working[position] - 1, 0)
        known = known & (index >= 0) & (index < len(self.working_positions))
        found = self.working_positions[np.where(known, index, 0)]
        return np.where(known, _days(FIRST_DAY) + found, np.datetime64("NaT", "D"))

    def next_working_day(self, days: Days) -> Moments:
        """The day itself if it is a working day, otherwise the next one."""
        return self.working_days_after(days, 0)

    def last_working_day(self, month: Period) -> date:
        """The last working day before the end of the period."""
        return cast(date, self.working_days_after(month.end, -1).item())

    def provisional(self, days: Days) -> NDArray[np.bool_]:
        """Whether each day lies in a year without an official calendar; False for NaT."""
        given = _days(days)
        years = given.astype("datetime64[Y]").astype(np.int64) + 1970
        return ~np.isnat(given) & ~np.isin(years, sorted(self.published))

    @property
    def provisional_from(self) -> date:
        """The first day, after the oldest official year, without an official calendar."""
        year = min(self.published)
        while year in self.published:
            year += 1
        return date(year, 1, 1)

    def festivals(self, first: date, last: date) -> list[Festival]:
        """The festivals whose day lies from `first` to `last`, both inclusive, oldest first."""
        return [
            Festival(day, id_, title, self._last_day_off(day))
            for day, id_, title in self.named_days
            if first <= day <= last
        ]

    def _last_day_off(self, day: date) -> date:
        next_worked = cast(date, self.next_working_day(day).item())
        return max(day, next_worked - timedelta(days=1))

    def _positions(self, days: Days) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Positions in the table, 0 where there is none, and whether there is one. NaT lies outside."""
        position = _days(days).astype(np.int64) - _days(FIRST_DAY).astype(np.int64)
        known = (position >= 0) & (position < len(self.worked))
        return np.where(known, position, 0), known


def china_calendar(overrides: Overrides | None = None, first_year: int = 2001, last_year: int = 2035) -> Calendar:
    """The State Council's calendar with the company's overrides.

    Days off and make-up working days are known for the years given; other years have plain Monday-to-Friday weeks.
    The library guesses the years that are not published; they stay provisional unless `overrides` publishes them.
    """
    own = overrides or Overrides()
    state = China(years=range(first_year, last_year + 1), language="zh_CN")
    working = _plain_weeks()
    working[_table_index(state)] = False
    working[_table_index(state.weekend_workdays)] = True
    working[_table_index(dates(own.days_off))] = False
    working[_table_index(dates(own.working_days))] = True
    published = set(ChinaStaticHolidays.special_public_holidays) & set(range(first_year, last_year + 1))
    named = [*_state_festivals(state), *((f.day, f.id, f.title) for f in own.festivals)]
    return Calendar(
        worked=working.tobytes(),
        published=frozenset(published | set(own.published)),
        named_days=tuple(sorted(named)),
        hours=own.hours,
    )


def _state_festivals(state: dict[date, str]) -> Iterable[tuple[date, str, Wording]]:
    """Each festival once a year: the first day that bears its bare name (`春节（补假）` is a day off in lieu)."""
    seen = set()
    for day, names in sorted(state.items()):
        for name in names.split("; "):
            id_ = STATE_FESTIVALS.get(name)
            if id_ and (day.year, id_) not in seen:
                seen.add((day.year, id_))
                yield day, id_, wording(f"calendar_{id_}")


def _plain_weeks() -> NDArray[np.bool_]:
    weekday = FIRST_DAY.weekday() + np.arange((LAST_DAY - FIRST_DAY).days + 1)
    return np.asarray(weekday % 7 < 5)


def _table_index(days: Iterable[date]) -> list[int]:
    return [(day - FIRST_DAY).days for day in days]


def _days(days: Days) -> Moments:
    return np.asarray(days, dtype="datetime64[D]")
