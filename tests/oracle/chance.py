"""Random choices about one month, thick with its boundaries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from functools import cache
from random import Random
from typing import TypeVar

from pipeline.language.period import Period
from tests.oracle import clock
from tests.oracle.clock import DAY, months_after

T = TypeVar("T")

TIMES = (time(), time(8, 59), time(9), time(14, 30), time(18), time(23, 59))


@cache
def edges(month: Period) -> list[date]:
    """Days beside the edges of the windows around the month."""
    found = {month.start, month.end}
    for every in ("week", "month", "quarter", "half_year"):
        for n in range(0, month.days, 7):
            found |= set(clock.window_of(every, month.start + n * DAY))
    first, last = month.start - 35 * DAY, month.end + 20 * DAY
    return sorted({day for edge in found for n in (-1, 0, 1) if first <= (day := edge + n * DAY) <= last})


class Chance(Random):
    """Random choices about one month."""

    def __init__(self, seed: int, month: Period) -> None:
        super().__init__(seed)
        self.month = month

    def rarely(self) -> bool:
        return self.random() < 0.2

    def some(self, values: Sequence[T]) -> list[T]:
        return self.sample(values, self.randint(0, len(values)))

    def day(self) -> date:
        """A day near the month, often at the edge of a window."""
        if self.random() < 0.4:
            return self.choice(edges(self.month))
        return self.month.start + self.randint(-6, self.month.days + 5) * DAY

    def long_before(self) -> date:
        """A day in the year before the month, often of the same number as one near it, or a month's last."""
        day = months_after(self.day(), -self.randint(1, 13))
        return clock.last_day_of_month(day) if self.rarely() else day

    def moment(self) -> datetime:
        """A moment near the month; midnight is a day without a time."""
        return datetime.combine(self.day(), self.choice(TIMES))

    def spans(self, first: date, values: Sequence[str]) -> list[tuple[str, date, date | None]]:
        """What holds from `first` on, rarely changing once or twice; an empty value is a gap."""
        changes = sorted({self.day() for _ in range(self.randint(1, 2) if self.random() < 0.35 else 0)})
        starts = [first, *(day for day in changes if day > first)]
        held = [self.choice(values)]
        for _ in starts[1:]:
            held.append(self.choice([value for value in values if value != held[-1]]))
        return [span for span in zip(held, starts, [*starts[1:], None], strict=True) if span[0]]
