"""Deadlines and durations against a clock that is walked minute by minute."""

from datetime import date, datetime, time, timedelta
from functools import cache

import chinese_calendar
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.language.calendar import china_calendar
from pipeline.language.overrides import Overrides
from pipeline.language.worktime import WorkClock

CHINA = china_calendar()
CLOCK = WorkClock(CHINA)
THREE_PARTS = WorkClock(
    china_calendar(Overrides.model_validate({"hours": ["08:15-11:45", "13:00-17:30", "19:00-20:00"]}))
)
TO_MIDNIGHT = WorkClock(china_calendar(Overrides.model_validate({"hours": ["00:00-06:00", "20:00-24:00"]})))
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
END_OF_DAY = time(23, 59, 59)


def due(start: str, amount: float, unit: str, clock: WorkClock = CLOCK) -> str:
    return str(clock.due(start, amount, unit))


def paused_due(start: str, amount: float, unit: str, *pauses: tuple[str, str | None]) -> str:
    frame = pauses_frame([(0, begin, end) for begin, end in pauses])
    return str(CLOCK.due_with_pauses([start], amount, unit, frame)[0])


def pauses_frame(rows: list[tuple[int, object, object]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["event", "start", "end"])
    return frame.astype({"event": "int64", "start": "datetime64[s]", "end": "datetime64[s]"})


# --- examples a service manager can check by hand ---


@pytest.mark.parametrize(
    ("start", "amount", "expected"),
    [
        ("2026-09-30T17:00", 2, "2026-10-08T10:00:00"),  # across National Day
        ("2026-10-09T17:00", 2, "2026-10-10T10:00:00"),  # the make-up Saturday is worked
        ("2026-09-18T17:30", 1, "2026-09-20T09:30:00"),  # the make-up Sunday is worked
        ("2026-10-09T11:00", 1, "2026-10-09T12:00:00"),  # over as the break begins, not after it
        ("2026-10-09T11:00", 1.5, "2026-10-09T14:00:00"),
        ("2026-10-09T12:45", 1, "2026-10-09T14:30:00"),  # starts in the break
        ("2026-10-09T09:00", 7.5, "2026-10-09T18:00:00"),  # a whole working day
        ("2026-10-09T07:00", 1, "2026-10-09T10:00:00"),  # before work
        ("2026-10-10T18:00", 1, "2026-10-12T10:00:00"),  # after work, then Sunday
        ("2026-10-04T03:00", 0, "2026-10-04T03:00:00"),  # no time needs no time
    ],
)
def test_working_hours(start, amount, expected):
    assert due(start, amount, "working_hours") == expected
    assert due(start, amount * 60, "working_minutes") == expected


@pytest.mark.parametrize(
    ("unit", "amount", "expected"),
    [
        ("minutes", 30, "2026-10-01T10:30:00"),
        ("hours", 24, "2026-10-02T10:00:00"),
        ("days", 0, "2026-10-01T23:59:59"),
        ("days", 3, "2026-10-04T23:59:59"),
        ("working_days", 0, "2026-10-08T23:59:59"),
        ("working_days", 1, "2026-10-08T23:59:59"),
        ("working_days", 3, "2026-10-10T23:59:59"),
        ("working_days", 2.5, "2026-10-10T23:59:59"),
        ("months", 1, "2026-11-01T23:59:59"),
    ],
)
def test_every_unit_from_the_first_day_of_the_holiday(unit, amount, expected):
    assert due("2026-10-01T10:00", amount, unit) == expected


def test_working_days_start_counting_on_the_day_after():
    assert due("2026-10-09T08:00", 1, "working_days") == "2026-10-10T23:59:59"
    assert due("2026-10-09T23:00", 1, "working_days") == "2026-10-10T23:59:59"
    assert due("2026-10-09T08:00", 0, "working_days") == "2026-10-09T23:59:59"


@pytest.mark.parametrize(
    ("start", "amount", "expected"),
    [
        ("2026-01-31T10:00", 1, "2026-02-28T23:59:59"),
        ("2028-01-31T10:00", 1, "2028-02-29T23:59:59"),
        ("2026-10-31T00:00", 1, "2026-11-30T23:59:59"),
        ("2026-11-30T23:59:59", 3, "2027-02-28T23:59:59"),
        ("2026-02-28T10:00", 1, "2026-03-28T23:59:59"),
        ("2026-12-15T10:00", 12, "2027-12-15T23:59:59"),
        ("2026-10-31T10:00", 0, "2026-10-31T23:59:59"),
        ("2026-10-31T10:00", 0.5, "2026-11-30T23:59:59"),
    ],
)
def test_month_ends(start, amount, expected):
    assert due(start, amount, "months") == expected


@pytest.mark.parametrize(
    "unit", ["minutes", "hours", "working_minutes", "working_hours", "days", "working_days", "months"]
)
class TestEveryUnit:
    def test_unknown_in_unknown_out(self, unit):
        found = CLOCK.due(["NaT", "2026-10-09T10:00", "2026-10-09T10:00"], [1, np.nan, 1], unit)
        assert np.isnat(found).tolist() == [True, True, False]

    def test_dates_beyond_the_calendar_are_unknown(self, unit):
        starts = ["1899-12-31T10:00", "2926-10-09T10:00", "2026-10-09T10:00", "2026-10-09T10:00"]
        assert np.isnat(CLOCK.due(starts, [1, 1, 1e18, np.inf], unit)).all()

    def test_never_before_the_start(self, unit):
        starts = np.datetime64("2026-09-28", "s") + np.arange(0, 14 * 86400, 997)
        assert (CLOCK.due(starts, 0, unit) >= starts).all()

    def test_one_amount_for_all_or_one_for_each(self, unit):
        starts = np.array(["2026-10-09T10:00", "2026-10-10T10:00"], dtype="datetime64[s]")
        each = CLOCK.due(starts, [2, 2], unit)
        assert each.dtype == "datetime64[s]"
        assert (CLOCK.due(starts, 2, unit) == each).all()
        assert (CLOCK.due(pd.Series(starts), pd.Series([2, 2]), unit) == each).all()
        assert CLOCK.due(starts[:0], 2, unit).shape == (0,)

    def test_no_pauses_change_nothing(self, unit):
        starts = np.array(["2026-10-09T10:00", "NaT", "2026-09-30T20:00"], dtype="datetime64[s]")
        found = CLOCK.due_with_pauses(starts, 3, unit, pauses_frame([]))
        np.testing.assert_array_equal(found, CLOCK.due(starts, 3, unit))

    def test_an_open_pause_leaves_nothing_due(self, unit):
        starts = ["2026-10-08T10:00", "2026-10-08T10:00"]
        open_ = pauses_frame([(1, "2026-10-08T10:00", None)])
        assert np.isnat(CLOCK.due_with_pauses(starts, 1, unit, open_)).tolist() == [False, True]

    def test_a_pause_after_the_due_moment_cannot_undo_it(self, unit):
        late = pauses_frame([(0, "2027-03-01T09:00", None), (0, "2027-02-01T09:00", "2027-02-05T09:00")])
        assert CLOCK.due_with_pauses(["2026-10-08T10:00"], 2, unit, late) == CLOCK.due(["2026-10-08T10:00"], 2, unit)


@pytest.mark.parametrize(
    ("pauses", "expected"),
    [
        ([("2026-10-09T11:00", "2026-10-09T11:30")], "2026-10-09T16:00:00"),
        ([("2026-10-09T11:00", "2026-10-09T14:00")], "2026-10-09T17:00:00"),  # only 1.5 h of it is working time
        ([("2026-10-09T12:00", "2026-10-09T13:30")], "2026-10-09T15:30:00"),  # the break stops nothing
        ([("2026-10-08T09:00", "2026-10-09T11:00")], "2026-10-09T16:30:00"),  # counts from the start only
        ([("2026-10-09T15:30", "2026-10-09T17:00")], "2026-10-09T15:30:00"),  # the time is over already
        ([("2026-10-09T15:29:59", "2026-10-09T17:00")], "2026-10-09T17:00:01"),
        ([("2026-10-09T11:00", "2026-10-09T11:20"), ("2026-10-09T11:10", "2026-10-09T11:30")], "2026-10-09T16:00:00"),
        ([("2026-10-09T11:00", "2026-10-09T11:30"), ("2026-10-09T11:10", "2026-10-09T11:20")], "2026-10-09T16:00:00"),
        # the first pause moves the due moment past the beginning of the second
        ([("2026-10-09T15:40", "2026-10-09T15:50"), ("2026-10-09T11:00", "2026-10-09T11:30")], "2026-10-09T16:10:00"),
        ([("2026-10-09T11:00", "2026-10-11T11:00")], "2026-10-12T12:00:00"),  # over the make-up Saturday and Sunday
        ([("2026-10-09T11:30", "2026-10-09T11:00")], "2026-10-09T15:30:00"),  # ends before it begins
        ([("NaT", "2026-10-09T11:00")], "2026-10-09T15:30:00"),
        ([("2026-10-09T11:00", "2026-10-09T11:30"), ("2026-10-09T11:15", None)], "NaT"),
        ([("2026-10-09T15:40", None)], "2026-10-09T15:30:00"),
        ([("2026-10-09T11:00", "2926-10-09T11:30")], "NaT"),  # resumed in a year that no calendar reaches
    ],
)
def test_pauses_stop_the_working_clock(pauses, expected):
    """Four hours from Friday 10:00; without pauses they are over at 15:30."""
    assert paused_due("2026-10-09T10:00", 4, "working_hours", *pauses) == expected


@pytest.mark.parametrize(
    ("unit", "pauses", "expected"),
    [
        ("hours", [("2026-10-09T11:00", "2026-10-11T12:00")], "2026-10-11T14:00:00"),
        # three working days from Friday 9 October: Saturday (worked), Monday, Tuesday
        ("working_days", [], "2026-10-13T23:59:59"),
        ("working_days", [("2026-10-12T10:00", "2026-10-12T11:00")], "2026-10-14T23:59:59"),  # a part is a day
        ("working_days", [("2026-10-12T09:00", "2026-10-13T09:00")], "2026-10-14T23:59:59"),  # exactly a day
        ("working_days", [("2026-10-12T09:00", "2026-10-13T09:01")], "2026-10-15T23:59:59"),
        ("working_days", [("2026-10-09T11:00", "2026-10-09T17:00")], "2026-10-13T23:59:59"),  # the start's day
        ("working_days", [("2026-10-10T18:00", "2026-10-12T09:00")], "2026-10-13T23:59:59"),  # nobody worked then
        ("working_days", [("2026-10-13T18:00", "2026-10-13T20:00")], "2026-10-13T23:59:59"),
        ("days", [], "2026-10-12T23:59:59"),
        ("days", [("2026-10-10T10:00", "2026-10-11T10:00")], "2026-10-13T23:59:59"),
        ("days", [("2026-10-10T10:00", "2026-10-11T10:01")], "2026-10-14T23:59:59"),
        ("months", [("2026-10-20T10:00", "2026-10-22T10:00")], "2027-01-11T23:59:59"),
    ],
)
def test_pauses_push_whole_days(unit, pauses, expected):
    assert paused_due("2026-10-09T10:00", 3, unit, *pauses) == expected


def test_pauses_before_1970():
    assert paused_due("1969-06-02T10:00", 2, "hours", ("1969-06-02T11:00", "1969-06-02T12:00")) == "1969-06-02T13:00:00"


def test_pauses_stop_only_their_own_event():
    starts = ["2026-10-09T09:00"] * 4
    pauses = pauses_frame(
        [
            (3, "2026-10-09T10:00", "2026-10-09T11:00"),
            (1, "2026-10-09T10:00", "2026-10-09T10:15"),
            (3, "2026-10-09T11:30", "2026-10-09T11:45"),
        ]
    )
    found = CLOCK.due_with_pauses(starts, [60, 90, 90, 120], "working_minutes", pauses)
    assert [str(m)[11:16] for m in found] == ["10:00", "10:45", "10:30", "13:45"]


def test_worked():
    seconds = CLOCK.worked(
        ["2026-09-30T17:00", "2026-10-08T10:00", "2026-10-01T10:00", "NaT", "2026-10-08T10:00"],
        ["2026-10-08T10:00", "2026-09-30T17:00", "2026-10-07T10:00", "2026-10-08T10:00", "2926-01-01"],
    )
    np.testing.assert_array_equal(seconds, [7200, -7200, 0, np.nan, np.nan])


# --- a slow, obvious oracle: walk the clock minute by minute ---


is_workday = cache(chinese_calendar.is_workday)


def is_working_minute(clock: WorkClock, moment: datetime) -> bool:
    minute = moment.hour * 60 + moment.minute
    return is_workday(moment.date()) and any(a <= minute < b for a, b in clock.calendar.hours)


def walk(clock: WorkClock, start: datetime, minutes: int, working: bool, pauses: list[tuple[datetime, datetime]]):
    """The moment at which so many minutes have run, outside pauses and, if `working`, inside working hours."""
    moment = start
    while minutes:
        runs = not any(a <= moment < b for a, b in pauses)
        if runs and (not working or is_working_minute(clock, moment)):
            minutes -= 1
        moment += MINUTE
    return moment


def as_array(moments: list[datetime]) -> np.ndarray:
    return np.array(moments, dtype="datetime64[s]")


MOMENTS = st.builds(
    lambda minutes: (
        datetime.combine(date(2026, 9, 25), time()) + minutes * MINUTE
    ),  # Mid-Autumn to after the make-up days
    st.integers(0, 21 * 24 * 60),
)
PAUSES = st.lists(
    st.builds(lambda begin, length: (begin, begin + length * MINUTE), MOMENTS, st.integers(0, 2000)), max_size=4
)
CLOCKS = st.sampled_from([CLOCK, THREE_PARTS, TO_MIDNIGHT])


@settings(max_examples=100, deadline=None)
@given(CLOCKS, st.lists(st.tuples(MOMENTS, st.integers(0, 900)), min_size=1, max_size=2))
def test_working_minutes_agree_with_walking(clock, events):
    starts, minutes = zip(*events, strict=True)
    expected = [walk(clock, start, n, True, []) for start, n in events]
    assert clock.due(as_array(list(starts)), list(minutes), "working_minutes").tolist() == expected


@settings(max_examples=100, deadline=None)
@given(CLOCKS, MOMENTS, st.integers(1, 1200), PAUSES, st.booleans())
def test_pauses_agree_with_walking(clock, start, minutes, pauses, working):
    expected = walk(clock, start, minutes, working, pauses)
    unit = "working_minutes" if working else "minutes"
    frame = pauses_frame([(0, begin, end) for begin, end in pauses])
    assert clock.due_with_pauses(as_array([start]), minutes, unit, frame).tolist() == [expected]


@settings(max_examples=100, deadline=None)
@given(CLOCKS, MOMENTS, st.integers(1, 3), PAUSES, st.booleans())
def test_paused_days_agree_with_walking(clock, start, n, pauses, working):
    """Walk from midnight through n (working) days' worth of minutes outside pauses; due is the end of that day."""
    per_day = sum(b - a for a, b in clock.calendar.hours) if working else 24 * 60
    midnight = datetime.combine(start.date() + DAY, time())
    reached = walk(clock, midnight, n * per_day, working, pauses)
    expected = datetime.combine((reached - MINUTE).date(), END_OF_DAY)
    frame = pauses_frame([(0, begin, end) for begin, end in pauses])
    found = clock.due_with_pauses(as_array([start]), n, "working_days" if working else "days", frame)
    assert found.tolist() == [expected]


@settings(max_examples=100, deadline=None)
@given(CLOCKS, MOMENTS, st.integers(0, 4000))
def test_worked_agrees_with_walking(clock, start, length):
    minutes = sum(is_working_minute(clock, start + n * MINUTE) for n in range(length))
    assert clock.worked(as_array([start]), as_array([start + length * MINUTE])).tolist() == [minutes * 60]


@settings(max_examples=50)
@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)), st.integers(0, 36))
def test_months_agree_with_pandas(day, count):
    expected = (pd.Timestamp(day) + pd.DateOffset(months=count)).date()
    assert CLOCK.due(day, count, "months").item() == datetime.combine(expected, END_OF_DAY)
