"""What a workspace's `calendar.yaml` says: where the company's days and hours differ from the State Council's.

`docs/calendar.md` shows a whole file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, NamedTuple
from unicodedata import normalize

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from pipeline.language.mistakes import refusal
from pipeline.language.policy.obligation import Words
from pipeline.language.policy.quantity import Model
from pipeline.language.yamlfile import read_model

STATE_FESTIVALS = {
    "元旦": "new_year",
    "春节": "spring_festival",
    "清明节": "qingming",
    "劳动节": "labour_day",
    "端午节": "dragon_boat",
    "中秋节": "mid_autumn",
    "国庆节": "national_day",
}
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)  # no calendar reaches further
_LONGEST = timedelta(days=366)
_SHIFT = re.compile(r"(\d{1,2}):([0-5]\d)\s*[-–—~至]+\s*(\d{1,2}):([0-5]\d)")

Day = Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY)]


class Shift(NamedTuple):
    """Working hours without a break, in minutes after midnight, half-open."""

    start: int
    end: int


def _shift(raw: object) -> object:
    if not isinstance(raw, str):
        return raw
    match = _SHIFT.fullmatch(normalize("NFKC", raw).strip())
    if match is None:
        raise refusal("calendar_hours_pattern", found=raw)
    return Shift(int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4]))


def _within_the_day(shifts: tuple[Shift, ...]) -> tuple[Shift, ...]:
    times = [time for shift in shifts for time in shift]
    if times != sorted(set(times)) or times[-1] > 24 * 60:
        raise refusal("calendar_hours_order")
    return shifts


Shifts = Annotated[
    tuple[Annotated[Shift, BeforeValidator(_shift, json_schema_input_type=str)], ...],
    Field(min_length=1),
    AfterValidator(_within_the_day),
]
DEFAULT_HOURS = (Shift(9 * 60, 12 * 60), Shift(13 * 60 + 30, 18 * 60))


class Days(Model):
    """One day (`date`) or a run of days (`from`, `to`, both inclusive), and why."""

    day: Day | None = Field(default=None, alias="date")
    first: Day | None = Field(default=None, alias="from")
    last: Day | None = Field(default=None, alias="to")
    reason: str = Field(min_length=1)

    @model_validator(mode="after")
    def _one_way(self) -> Days:
        if (self.day is None) is (self.first is None) or (self.first is None) is not (self.last is None):
            raise refusal("calendar_days_one_way")
        if self.first and self.last and not timedelta(0) <= self.last - self.first < _LONGEST:
            raise refusal("calendar_days_range", first=self.first, last=self.last)
        return self

    @property
    def dates(self) -> frozenset[date]:
        """Every day named."""
        given = [day for day in (self.day, self.first, self.last) if day]
        return frozenset(given[0] + timedelta(days=n) for n in range((given[-1] - given[0]).days + 1))


class CompanyFestival(Model):
    """A festival of the company's own, such as its anniversary; one entry for each year."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: Words
    day: Day = Field(alias="date")

    @model_validator(mode="after")
    def _not_the_state_s(self) -> CompanyFestival:
        if self.id in STATE_FESTIVALS.values():
            raise refusal("calendar_public_festival", id=self.id)
        return self


class Overrides(Model):
    """Where the company's calendar differs from the published one.

    `published` names years whose working days and days off here are the official ones, for the months in which the
    State Council has spoken and the shipped calendar does not know it yet; such a year is no longer provisional.
    """

    published: tuple[Annotated[int, Field(ge=FIRST_DAY.year, le=LAST_DAY.year)], ...] = ()
    working_days: tuple[Days, ...] = ()
    days_off: tuple[Days, ...] = ()
    festivals: tuple[CompanyFestival, ...] = ()
    hours: Shifts = DEFAULT_HOURS

    @model_validator(mode="after")
    def _no_day_is_both(self) -> Overrides:
        if both := dates(self.working_days) & dates(self.days_off):
            raise refusal("calendar_both", days=", ".join(map(str, sorted(both))))
        return self


def dates(entries: Iterable[Days]) -> frozenset[date]:
    """Every day that the entries name."""
    return frozenset().union(*(entry.dates for entry in entries))


def load_overrides(path: Path) -> Overrides:
    """Reads `calendar.yaml`. Raises PolicyError with file, line and column when it cannot be used."""
    return read_model(path, Overrides)
