"""A million deadlines in working minutes against numpy's `busday_offset` on the same dates, in one run.

numpy counts whole days only and is told the same days off; it is the yardstick because it is compiled code that
people would reach for. The goal is a ratio of 1.0 or less. Run: `.venv/bin/python -m bench.worktime`.
"""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

import numpy as np

from pipeline.language.calendar import china_calendar
from pipeline.language.worktime import WorkClock

EVENTS = 1_000_000
ROUNDS = 5


def seconds(work: Callable[[], object]) -> float:
    """The best of some rounds: the machine is shared, and the best is the least disturbed."""
    times = []
    for _ in range(ROUNDS):
        begin = perf_counter()
        work()
        times.append(perf_counter() - begin)
    return min(times)


def told() -> str:
    """The line with both times and their ratio."""
    random = np.random.default_rng(20261001)
    starts = np.datetime64("2024-01-01", "s") + random.integers(0, 3 * 365 * 86_400, EVENTS)
    minutes = random.integers(0, 5 * 450, EVENTS)
    days, offsets = starts.astype("datetime64[D]"), minutes // 450
    calendar = china_calendar()
    year_days = np.arange("2023-12-01", "2027-02-01", dtype="datetime64[D]")
    rest = np.busdaycalendar(holidays=year_days[~calendar.is_working(year_days)])
    clock = WorkClock(calendar)
    ours = seconds(lambda: clock.due(starts, minutes, "working_minutes"))
    numpys = seconds(lambda: np.busday_offset(days, offsets, roll="forward", busdaycal=rest))
    times = f"{EVENTS} due dates in working minutes {ours:.3f} s, numpy busday_offset {numpys:.3f} s"
    return f"{times}: ratio {ours / numpys:.2f} (goal <= 1.0)"


if __name__ == "__main__":
    print(told())
