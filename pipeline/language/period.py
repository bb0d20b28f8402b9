"""Periods of time and the windows that duties are counted in.

All periods are half-open, `[start, end)`. Weeks are ISO weeks. A window belongs to exactly one month, its month of
account: an ISO week to the month that holds its Thursday, every other window to the month that holds its last day.
So each week counts once and a quarter is judged when it is over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Every = Literal["day", "week", "month", "two_months", "quarter", "half_year", "year"]
Daily = Literal["day", "working_day"]
Recurrence = Every | Daily  # which days are working days the calendar says; here they are windows like any other day
MONTHS_IN: dict[str, int] = {"month": 1, "two_months": 2, "quarter": 3, "half_year": 6, "year": 12}
_THURSDAY = timedelta(days=3)
_MONTH = re.compile(r"(\d{4})-(\d{1,2})")


@dataclass(frozen=True, order=True, slots=True)
class Period:
    """The days from `start` up to, and without, `end`."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError(f"a period needs at least one day: {self.start}..{self.end}")

    @property
    def last_day(self) -> date:
        """The last day inside."""
        return self.end - timedelta(days=1)

    @property
    def days(self) -> int:
        """How many days it holds."""
        return (self.end - self.start).days

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.start <= day < self.end

    def __str__(self) -> str:
        return f"{self.start}..{self.last_day}"


def month(text: str) -> Period:
    """The month written `2026-10`. Raises ValueError for anything else."""
    match = _MONTH.fullmatch(text.strip())
    if not match or not 1 <= int(match[2]) <= 12:
        raise ValueError(f"not a month: {text!r}; write it as 2026-10")
    return month_of(date(int(match[1]), int(match[2]), 1))


def month_of(day: date) -> Period:
    """The calendar month that holds `day`."""
    return aligned("month", day)


def month_key(period: Period) -> str:
    """`2026-10` for the month in which the period starts."""
    return f"{period.start:%Y-%m}"


def add_months(day: date, count: int) -> date:
    """The first day of the month `count` months after the month of `day`."""
    index = day.year * 12 + day.month - 1 + count
    return date(index // 12, index % 12 + 1, 1)


def aligned(every: Recurrence, day: date) -> Period:
    """The calendar window of this length that holds `day`; windows of months are counted from January."""
    if every in ("day", "working_day"):
        return Period(day, day + timedelta(days=1))
    if every == "week":
        monday = day - timedelta(days=day.weekday())
        return Period(monday, monday + timedelta(days=7))
    size = MONTHS_IN[every]
    start = date(day.year, (day.month - 1) // size * size + 1, 1)
    return Period(start, add_months(start, size))


def month_of_account(every: str, window: Period) -> Period:
    """The month a window is judged in."""
    return month_of(window.start + _THURSDAY if every == "week" else window.last_day)


def windows(every: Recurrence, months: Period) -> list[Period]:
    """The windows whose month of account lies in `months` (whole months), oldest first."""
    found, window = [], aligned(every, months.start)
    while window.start < months.end:
        if month_of_account(every, window).start in months:
            found.append(window)
        window = aligned(every, window.end)
    return found


def running(every: Recurrence, month_: Period) -> Period | None:
    """The window longer than a month that has begun by the end of `month_` and will be judged later, if any."""
    if every == "week":
        return None
    window = aligned(every, month_.last_day)
    return window if window.end > month_.end else None


def period_key(every: Recurrence, day: date) -> str:
    """How the window of this length that holds `day` is written: `2026-10`, `2026-Q3`, `2026-H1`, `2026`, `2026-W41`.

    Two months are written as the second of them, a day as `2026-10-12`.
    """
    window = aligned(every, day)
    last = window.last_day
    match every:
        case "day" | "working_day":
            return last.isoformat()
        case "week":
            return f"{last.isocalendar().year}-W{last.isocalendar().week:02}"
        case "quarter":
            return f"{last.year}-Q{last.month // 3}"
        case "half_year":
            return f"{last.year}-H{last.month // 6}"
        case "year":
            return f"{last.year}"
        case _:
            return f"{last:%Y-%m}"
