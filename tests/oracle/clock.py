"""Days, windows and lengths of time, asked one day and one minute at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import cache

import chinese_calendar
import holidays
from chinese_calendar.constants import holidays as published_days

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
FESTIVALS = {
    "元旦": "new_year",
    "春节": "spring_festival",
    "清明节": "qingming",
    "劳动节": "labour_day",
    "端午节": "dragon_boat",
    "中秋节": "mid_autumn",
    "国庆节": "national_day",
}
LENGTH = {"month": 1, "two_months": 2, "quarter": 3, "half_year": 6, "year": 12}
Pauses = Sequence[tuple[datetime, datetime | None]]
Window = tuple[date, date]  # half-open


def day_of(moment: datetime) -> date:
    return moment.date()


def midnight(day: date) -> datetime:
    return datetime.combine(day, time())


def end_of(day: date) -> datetime:
    """The last safe moment of a day."""
    return datetime.combine(day, time(23, 59, 59))


def days(window: Window) -> list[date]:
    return [window[0] + n * DAY for n in range((window[1] - window[0]).days)]


@cache
def is_working(day: date) -> bool:
    if day.year <= max(published_days).year:
        return bool(chinese_calendar.is_workday(day))
    return day.weekday() < 5 and day not in holidays.China(years=day.year)


@cache
def festivals(year: int) -> list[tuple[str, date, date]]:
    """Each festival of the year: its id, its day and the last of the days off that follow it."""
    named = holidays.China(years=year, language="zh_CN")
    found: dict[str, tuple[str, date, date]] = {}
    for day in days((date(year, 1, 1), date(year + 1, 1, 1))):
        for name in named.get(day, "").split("; "):
            if name in FESTIVALS and name not in found:
                last = day
                while not is_working(last + DAY):
                    last += DAY
                found[name] = (FESTIVALS[name], day, last)
    return list(found.values())


def later_month(day: date, count: int) -> date:
    """The first day of the month `count` months later, or earlier if negative."""
    first = day.replace(day=1)
    for _ in range(abs(count)):
        first = (first + (31 * DAY if count > 0 else -DAY)).replace(day=1)
    return first


def months_after(day: date, count: int) -> date:
    """The same day of the month so many months later, the last where the month is too short; earlier if negative."""
    month = later_month(day, count)
    return month.replace(day=min(day.day, last_day_of_month(month).day))


def last_day_of_month(day: date) -> date:
    return later_month(day, 1) - DAY


def window_of(every: str, day: date) -> Window:
    """The calendar window of this length around a day."""
    if every in ("day", "working_day"):
        return day, day + DAY
    if every == "week":
        while day.weekday() != 0:
            day -= DAY
        return day, day + 7 * DAY
    first = day.replace(day=1)
    while (first.month - 1) % LENGTH[every]:
        first = (first - DAY).replace(day=1)
    return first, later_month(first, LENGTH[every])


def account(every: str, window: Window) -> str:
    """The month of account: the month of a week's Thursday, or of the last day of any other window."""
    day = window[0] + 3 * DAY if every == "week" else window[1] - DAY
    return f"{day:%Y-%m}"


def period_key(every: str, window: Window) -> str:
    """How the period is written in a log of submissions."""
    first = window[0]
    match every:
        case "week":
            return f"{first.isocalendar().year}-W{first.isocalendar().week:02}"
        case "month":
            return f"{first:%Y-%m}"
        case "quarter":
            return f"{first.year}-Q{(first.month + 2) // 3}"
        case "two_months":
            return f"{window[1] - DAY:%Y-%m}"  # the second of them
        case "half_year":
            return f"{first.year}-H{1 if first.month == 1 else 2}"
        case _:
            return f"{first.year}"


class SlowClock:
    """Lengths of time in the units of the regulation language, for working hours given in minutes of the day."""

    def __init__(self, hours: Sequence[tuple[int, int]]) -> None:
        self.hours = [(start, end) for start, end in hours]

    def working_minute(self, moment: datetime) -> bool:
        """Whether the minute that begins now is inside working hours."""
        minute = moment.hour * 60 + moment.minute
        return is_working(moment.date()) and any(start <= minute < end for start, end in self.hours)

    def due(self, start: datetime, amount: float, unit: str, pauses: Pauses = ()) -> datetime | None:
        """When so much time from `start` is over; None while the clock stands still for an open pause."""
        if unit in ("minutes", "hours", "working_minutes", "working_hours"):
            minutes = round(amount * 60) if unit.endswith("hours") else round(amount)
            return self._after(start, minutes, unit.startswith("working"), pauses)
        last = self._last_day(start.date(), int(amount), unit)
        if not pauses:
            return end_of(last)
        # the day of the start does not count, nor does a pause in it, unless there is no other
        first = midnight(start.date() + DAY) if amount else start
        minutes = self._minutes_between(first, midnight(last + DAY), unit == "working_days")
        moment = self._after(first, minutes, unit == "working_days", pauses)
        return end_of((moment - MINUTE).date()) if moment else None

    def _minutes_between(self, moment: datetime, end: datetime, working: bool) -> int:
        minutes = 0
        while moment < end:
            minutes += not working or self.working_minute(moment)
            moment += MINUTE
        return minutes

    def earlier(self, day: date, count: int, unit: str) -> date:
        """The day so long before a day."""
        if unit == "days":
            return day - count * DAY
        if unit == "months":
            return months_after(day, -count)
        if count == 0:
            while not is_working(day):
                day -= DAY
        for _ in range(count):
            day -= DAY
            while not is_working(day):
                day -= DAY
        return day

    def _last_day(self, day: date, count: int, unit: str) -> date:
        if unit == "days":
            return day + count * DAY
        if unit == "months":
            return months_after(day, count)
        if count == 0:
            while not is_working(day):
                day += DAY
        for _ in range(count):
            day += DAY
            while not is_working(day):
                day += DAY
        return day

    def _after(self, moment: datetime, minutes: int, working: bool, pauses: Pauses) -> datetime | None:
        while minutes > 0:
            stopping = [end for begin, end in pauses if begin <= moment and (end is None or moment < end)]
            if None in stopping:
                return None
            if not stopping and (not working or self.working_minute(moment)):
                minutes -= 1
            moment += MINUTE
        return moment
