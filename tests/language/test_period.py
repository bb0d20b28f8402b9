"""Windows, and the month each is judged in."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.language.period import (
    Period,
    add_months,
    aligned,
    month,
    month_key,
    month_of,
    month_of_account,
    running,
    windows,
)

DAYS = st.dates(date(2016, 1, 1), date(2035, 12, 31))
EVERY = st.sampled_from(["week", "month", "two_months", "quarter", "half_year", "year"])


def test_a_period_holds_its_start_but_not_its_end():
    october = Period(date(2026, 10, 1), date(2026, 11, 1))
    assert date(2026, 10, 1) in october
    assert date(2026, 10, 31) in october
    assert date(2026, 11, 1) not in october
    assert (october.last_day, october.days, str(october)) == (date(2026, 10, 31), 31, "2026-10-01..2026-10-31")


def test_an_empty_period_is_refused():
    with pytest.raises(ValueError, match="at least one day"):
        Period(date(2026, 10, 1), date(2026, 10, 1))


@pytest.mark.parametrize("text", ["2026-10", " 2026-10 ", "2026-1"])
def test_a_month_is_read_as_written(text):
    assert month_key(month(text)) in {"2026-10", "2026-01"}


@pytest.mark.parametrize("text", ["2026-13", "2026-00", "2026", "2026-10-01", "十月", ""])
def test_anything_else_is_no_month(text):
    with pytest.raises(ValueError, match="write it as 2026-10"):
        month(text)


@pytest.mark.parametrize(
    ("every", "day", "start", "end"),
    [
        ("week", date(2026, 10, 1), date(2026, 9, 28), date(2026, 10, 5)),
        ("week", date(2027, 1, 1), date(2026, 12, 28), date(2027, 1, 4)),
        ("month", date(2028, 2, 29), date(2028, 2, 1), date(2028, 3, 1)),
        ("two_months", date(2026, 12, 31), date(2026, 11, 1), date(2027, 1, 1)),
        ("quarter", date(2026, 12, 31), date(2026, 10, 1), date(2027, 1, 1)),
        ("half_year", date(2026, 7, 1), date(2026, 7, 1), date(2027, 1, 1)),
        ("year", date(2026, 12, 31), date(2026, 1, 1), date(2027, 1, 1)),
    ],
)
def test_the_window_that_holds_a_day(every, day, start, end):
    assert aligned(every, day) == Period(start, end)


@pytest.mark.parametrize(
    ("monday", "account"),
    [
        (date(2026, 9, 28), "2026-10"),  # Thursday is 1 October
        (date(2026, 10, 26), "2026-10"),  # Thursday is 29 October
        (date(2025, 12, 29), "2026-01"),  # Thursday is 1 January
        (date(2026, 12, 28), "2026-12"),  # Thursday is 31 December
        (date(2027, 12, 27), "2027-12"),  # Thursday is 30 December; the week ends in 2028
    ],
)
def test_a_week_belongs_to_the_month_of_its_thursday(monday, account):
    assert month_key(month_of_account("week", aligned("week", monday))) == account


@pytest.mark.parametrize(("text", "weeks"), [("2026-09", 4), ("2026-10", 5), ("2026-12", 5), ("2027-01", 4)])
def test_weeks_of_a_month(text, weeks):
    assert len(windows("week", month(text))) == weeks


def test_a_quarter_is_judged_in_its_last_month_only():
    assert windows("quarter", month("2026-11")) == []
    assert windows("quarter", month("2026-12")) == [Period(date(2026, 10, 1), date(2027, 1, 1))]


def test_a_window_that_runs_on():
    assert running("quarter", month("2026-10")) == Period(date(2026, 10, 1), date(2027, 1, 1))
    assert running("quarter", month("2026-12")) is None
    assert running("month", month("2026-10")) is None
    assert running("week", month("2026-10")) is None
    assert running("year", month("2026-12")) is None


@pytest.mark.parametrize(("count", "first"), [(0, "2026-10-01"), (3, "2027-01-01"), (-10, "2025-12-01")])
def test_months_are_added_across_year_ends(count, first):
    assert add_months(date(2026, 10, 31), count) == date.fromisoformat(first)


@given(EVERY, DAYS)
def test_windows_tile_the_days(every, day):
    window = aligned(every, day)
    assert day in window
    assert aligned(every, window.end).start == window.end
    assert aligned(every, window.start - timedelta(days=1)).end == window.start


@given(EVERY, DAYS)
def test_each_window_is_judged_in_exactly_one_month(every, day):
    window = aligned(every, day)
    account = month_of_account(every, window)
    assert window in windows(every, account)
    assert window not in windows(every, month_of(account.end))
    assert window not in windows(every, month_of(account.start - timedelta(days=1)))


@given(st.integers(2016, 2035))
def test_a_year_has_as_many_weeks_as_iso_says(year):
    twelve_months = Period(date(year, 1, 1), date(year + 1, 1, 1))
    assert len(windows("week", twelve_months)) == date(year, 12, 28).isocalendar().week
