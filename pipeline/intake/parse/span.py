"""Periods that a document is for, as people write them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import partial

from pipeline.intake.parse.remark import Pending, Remark
from pipeline.intake.parse.text import tidy, typed

EXPECTED = "2026-10 / 2026-Q3 / 2026-H1 / 2026"

_YEAR = r"(?P<year>\d{4}) ?[-./年]? ?"
_PATTERNS = {
    "month": r"(?P<n>\d{1,2}) ?(?:月份?)?",
    "quarter": r"(?:第?(?P<n>[1-4]) ?季度?|q ?(?P<q>[1-4]))",
    "half": r"(?:(?P<n>[上下])半年|h ?(?P<h>[12]))",
    "week": r"(?:第? ?(?P<n>\d{1,2}) ?周|w ?(?P<w>\d{1,2}))",
}
_WITH_YEAR = {kind: re.compile(_YEAR + pattern) for kind, pattern in _PATTERNS.items()}
_WITHOUT_YEAR = {kind: re.compile(pattern) for kind, pattern in _PATTERNS.items()}
_YEAR_LAST = re.compile(r"(?P<n>[qh] ?[1-4])[-/ ]?(?P<year>\d{4})")
_WHOLE_YEAR = re.compile(r"(\d{4}) ?年?(?:度|全年)?")
_BARE = re.compile(r"\d+")
_UNREADABLE = Remark("period_unreadable", EXPECTED)
_HALVES = {"上": 1, "下": 2}
_MONTHS = {"month": 1, "quarter": 3, "half": 6}


def read_period(value: object) -> object:
    """A period: its key (`2026-10`, `2026-Q3`, `2026-H1`, `2026`, `2026-W41`), a Pending without its year, or a Remark.

    A date means its month: Excel makes a date of `2026-10`.
    """
    if isinstance(value, date):
        return (
            f"{value:%Y-%m}"
            if value.day == 1
            else Remark("period_interpreted", EXPECTED, f"{value:%Y-%m}", f"{value:%Y-%m}")
        )
    if isinstance(value, float) and not value.is_integer():
        return _UNREADABLE  # 2026.1 may have been 2026.1 or 2026.10
    text = tidy(typed(value))
    if match := _WHOLE_YEAR.fullmatch(text):
        return match[1] if "1900" < match[1] < "2200" else _UNREADABLE
    if match := _YEAR_LAST.fullmatch(text):
        text = f"{match['year']}-{match['n']}"
    for kind, pattern in _WITH_YEAR.items():
        if match := pattern.fullmatch(text):
            return _key(kind, _count(match), int(match["year"]))
    return _of_some_year(text)


def _of_some_year(text: str) -> object:
    for kind, pattern in _WITHOUT_YEAR.items():
        if not _BARE.fullmatch(text) and (match := pattern.fullmatch(text)):
            settle: Callable[[str], object] = partial(_latest, kind, _count(match))
            return Pending(settle)
    return _UNREADABLE


def _count(match: re.Match[str]) -> int:
    found = next(group for name, group in match.groupdict().items() if group and name != "year")
    return _HALVES.get(found) or int(found)


def _key(kind: str, n: int, year: int) -> str | Remark:
    match kind:
        case "month" if 1 <= n <= 12:
            return f"{year}-{n:02d}"
        case "quarter":
            return f"{year}-Q{n}"
        case "half":
            return f"{year}-H{n}"
        case "week" if 1 <= n <= date(year, 12, 28).isocalendar().week:  # 28 December is always in the last week
            return f"{year}-W{n:02d}"
    return _UNREADABLE


def _latest(kind: str, n: int, month: str) -> str | Remark:
    """The period of the year that is over, or begun, in the logbook's month."""
    if not month:
        return Remark("day_without_year", EXPECTED)
    year, of_logbook = int(month[:4]), int(month[5:])
    begins = (n - 1) * 7 // 31 + 1 if kind == "week" else (n - 1) * _MONTHS[kind] + 1
    return _key(kind, n, year - (begins > of_logbook + 1))
