"""Days and moments as people write them."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime, timedelta
from typing import NamedTuple

from pipeline.intake.parse.clock import read_clock
from pipeline.intake.parse.remark import Pending, Remark
from pipeline.intake.parse.text import tidy

EXPECTED_DAY = "2026-10-09"
EXPECTED_MOMENT = "2026-10-09 09:30"

_EXCEL_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 Excel knows no time zones
_SERIALS = (20_000, 110_000)  # 1954 to 2201: a number outside is no day
_SHORT_YEARS = range(15, 40)  # `26.10.9` begins with a year; `9.10.26` does not
_LEAP_YEAR = 2000

_WEEKDAY = re.compile(r"\(?(?:星期|周|礼拜)[1-7日天]\)?,?")
_YEAR_FIRST = re.compile(
    r"(\d{4}) ?[-./年,。、] ?(\d{1,2}) ?[-./月,。、] ?(\d{1,2})(?!\d) ?[日号]?|(\d{4}) (\d{1,2}) (\d{1,2})(?!\d)"
)
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?!\d)")
_THREE = re.compile(r"(\d{1,2}) ?[-./年] ?(\d{1,2}) ?[-./月] ?(\d{4}|\d{1,2})(?!\d) ?[日号]?")
_TWO = re.compile(r"(\d{1,2}) ?[-./月、] ?(\d{1,2})(?![\d:]) ?[日号]?")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_LETTERS = str.maketrans("oil", "011")  # typed in the place of digits


class NoYear(NamedTuple):
    """A day of some year."""

    month: int
    day: int

    def nearest(self, month: str) -> date | Remark:
        """The day in the year that brings it nearest to the logbook's month."""
        if not month:
            return Remark("day_without_year", EXPECTED_DAY)
        year, of_logbook = int(month[:4]), int(month[5:])
        apart = self.month - of_logbook
        return valid_day(year + (apart < -6) - (apart > 6), self.month, self.day)


Found = date | NoYear | Remark


def read_day(value: object) -> object:
    """A day: a date, a Pending without its year, or a Remark. A time of day behind it is passed over."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    moment = _of_number(value)
    if isinstance(moment, datetime):
        return moment.date()
    found, rest = _split(value, EXPECTED_DAY)
    if not isinstance(found, Remark) and rest and isinstance(read_clock(rest), Remark):
        found = Remark("day_unreadable", EXPECTED_DAY)
    found = _meant(found, value)
    return Pending(found.nearest) if isinstance(found, NoYear) else found


def read_moment(value: object) -> object:
    """A day with a time: a datetime, a Pending without its year, or a Remark; midnight if the time is missing."""
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return at_time(value, None)
    moment = _of_number(value)
    if moment is not None:
        return moment if moment.time() != datetime.min.time() else at_time(moment.date(), None)
    found, rest = _split(value, EXPECTED_MOMENT)
    seconds = read_clock(rest) if rest else None
    if isinstance(seconds, Remark) and seconds.value is None:
        return Remark("moment_unreadable", EXPECTED_MOMENT)
    if isinstance(found, NoYear):
        no_year = found
        return Pending(lambda month: at_time(no_year.nearest(month), seconds))
    return at_time(found, seconds)


def at_time(day: date | Remark, seconds: object) -> object:
    """The day at so many seconds after midnight; a remark on either is kept."""
    if isinstance(day, Remark):
        return day if day.value is None else day._replace(value=at_time(day.value, seconds))  # type: ignore[arg-type]
    midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001
    if seconds is None:
        return Remark("time_missing", EXPECTED_MOMENT, value=midnight)
    if isinstance(seconds, Remark):
        return seconds._replace(value=at_time(day, seconds.value))
    return midnight + timedelta(seconds=int(seconds))  # type: ignore[call-overload]


def valid_day(year: int, month: int, day: int) -> date | Remark:
    """The day, or a remark if there is no such day; one too many for the month means its last."""
    if 1 <= month <= 12 and 1 <= year <= 9999:
        last = monthrange(year, month)[1]
        if 1 <= day <= last:
            return date(year, month, day)
        if day == last + 1:
            return Remark("day_impossible", EXPECTED_DAY, f"{year}-{month:02d}-{last}")
    return Remark("day_impossible", EXPECTED_DAY)


def _split(value: object, expected: str) -> tuple[Found, str]:
    """The day that a text begins with, and the rest of the text."""
    if isinstance(value, float) and not value.is_integer():
        return _of_decimals(value, expected), ""
    text = tidy(_text(value))
    text = _WEEKDAY.sub(" ", text).strip()
    for pattern, read in _PATTERNS:
        if match := pattern.match(text):
            return read(match), text[match.end() :].strip(" t,，()")
    return Remark("moment_unreadable" if expected == EXPECTED_MOMENT else "day_unreadable", expected), ""


def _text(value: object) -> str:
    return str(int(value)) if isinstance(value, float) else str(value)


def _of_number(value: object) -> datetime | None:
    """The moment of an Excel serial number, or of a text that is one."""
    if isinstance(value, str) and _SERIAL.fullmatch(plain := tidy(value)):
        value = float(plain)
    if isinstance(value, bool) or not isinstance(value, int | float) or not _SERIALS[0] < value < _SERIALS[1]:
        return None
    return _EXCEL_ZERO + timedelta(seconds=round(value * 86_400))


def _of_decimals(value: float, expected: str) -> Found:
    """`10.9` typed into Excel becomes a number; 10.1 may have been 10.1 or 10.10 and is not guessed at."""
    month, _, day = repr(value).partition(".")
    if not (month.isdecimal() and day.isdecimal() and len(day) <= 2):
        return Remark("day_unreadable", expected)
    if len(day) == 1 and day in "123":
        return Remark("day_ambiguous", f"{month}-{day} / {month}-{day}0")
    return _without_year(int(month), int(day))


def _without_year(month: int, day: int) -> NoYear | Remark:
    found = valid_day(_LEAP_YEAR, month, day)
    return Remark("day_impossible", EXPECTED_DAY) if isinstance(found, Remark) else NoYear(month, day)


def _year_first(match: re.Match[str]) -> Found:
    year, month, day = (int(part) for part in match.groups() if part)
    return valid_day(year, month, day)


def _three_numbers(match: re.Match[str]) -> Found:
    """Two digits for the year, or the year last."""
    first, second, third = (int(part) for part in match.groups())
    if first in _SHORT_YEARS and third < 100:
        return valid_day(2000 + first, second, third)
    year = third if third >= 100 else 2000 + third
    if first <= 12 and second <= 12 and first != second:
        return Remark("day_ambiguous", f"{year}-{first:02d}-{second:02d} / {year}-{second:02d}-{first:02d}")
    found = valid_day(year, first, second) if first <= 12 else valid_day(year, second, first)
    return found if isinstance(found, Remark) else Remark("day_interpreted", EXPECTED_DAY, found.isoformat(), found)


def _two_numbers(match: re.Match[str]) -> Found:
    return _without_year(int(match[1]), int(match[2]))


_PATTERNS = (
    (_YEAR_FIRST, _year_first),
    (_COMPACT, _year_first),
    (_THREE, _three_numbers),
    (_TWO, _two_numbers),
)


def _meant(found: Found, value: object) -> Found:
    """An unreadable day with a suggestion if letters stand for digits."""
    if not (isinstance(found, Remark) and found.code == "day_unreadable" and isinstance(value, str)):
        return found
    other, rest = _split(tidy(value).translate(_LETTERS), EXPECTED_DAY)
    return found._replace(suggestion=other.isoformat()) if isinstance(other, date) and not rest else found
