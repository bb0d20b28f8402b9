"""The months that a report is about, and those it is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from pipeline.language.period import MONTHS_IN, Every, Period, add_months, aligned, month_key, month_of
from pipeline.language.wording import Wording, wording
from pipeline.out.report.model import month_name

YEAR = 12


@dataclass(frozen=True)
class Span:
    """A month, or the quarter, half-year or year that holds it up to its end.

    `month` is the last month known: a quarter asked for in its second month is told up to there.
    """

    month: Period
    every: Every = "month"

    @property
    def whole(self) -> Period:
        """The whole window, beyond `month` as well."""
        return aligned(self.every, self.month.start)

    @property
    def days(self) -> Period:
        """From the window's start to the end of `month`."""
        return Period(self.whole.start, self.month.end)

    @property
    def before(self) -> Period:
        """The window before."""
        return Period(add_months(self.whole.start, -MONTHS_IN[self.every]), self.whole.start)

    @property
    def year_ago(self) -> Period:
        """The same days of the year before."""
        return Period(add_months(self.days.start, -YEAR), add_months(self.days.end, -YEAR))

    @cached_property
    def reach(self) -> int:
        """How many months back from `month` it looks, to what it is compared with."""
        return len(months(Period(min(self.before.start, self.year_ago.start), self.month.end))) - 1

    @property
    def title(self) -> Wording:
        """The window in words, with the month it is told up to when it is not over."""
        start, number = self.whole.start, (self.whole.start.month - 1) // MONTHS_IN[self.every] + 1
        if self.every == "month":
            return month_name(start)
        name = wording(f"report_span_{self.every}", year=start.year, number=number)
        over = self.month.end == self.whole.end
        return name if over else wording("report_span_up_to", name=name, month=month_name(self.month.start))


def months(period: Period) -> tuple[str, ...]:
    """The keys of the months of a period of whole months."""
    found, month = [], month_of(period.start)
    while month.start < period.end:
        found.append(month_key(month))
        month = month_of(month.end)
    return tuple(found)


def inside(moments: pd.Series, period: Period) -> pd.Series:
    """Which moments lie in the period."""
    return moments.between(pd.Timestamp(period.start), pd.Timestamp(period.end), inclusive="left")
