"""Looking up what holds at a moment."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.compute.spans import EARLIEST, NAT, NOTHING, Numbers, Spans, codes, day_of, moments, pick, seconds

span = st.tuples(st.integers(0, 3), st.integers(-5, 20), st.none() | st.integers(-5, 25), st.integers(0, 9))


def numbers(*values: int) -> Numbers:
    return np.array(values, dtype=np.int64)


def of(rows: list[tuple[int, int, int | None, int]]) -> Spans:
    key, start, end, value = zip(*rows, strict=True) if rows else ((), (), (), ())
    ends = [NAT if e is None else e for e in end]
    return Spans(numbers(*key), numbers(*start), numbers(*ends), numbers(*value))


def test_spans_are_half_open_and_open_ended() -> None:
    found = of([(0, 10, 20, 1), (0, 20, None, 2)])
    assert found.at(numbers(0, 0, 0, 0, 0, 1), numbers(9, 10, 19, 20, 10**9, 10)).tolist() == [-1, 1, 1, 2, 2, -1]


def test_a_start_that_is_not_known_is_the_beginning() -> None:
    found = Spans(numbers(0), numbers(NAT), numbers(5), numbers(7))
    assert found.at(numbers(0, 0), numbers(-(10**9), 5)).tolist() == [7, -1]


def test_nothing_holds_at_no_moment_for_nobody_or_without_spans() -> None:
    assert of([(0, 0, None, 1)]).at(numbers(0, -1), numbers(NAT, 5)).tolist() == [-1, -1]
    assert Spans(*(NOTHING,) * 4).at(numbers(0), numbers(5)).tolist() == [-1]
    assert [len(part) for part in Spans(*(NOTHING,) * 4).within(numbers(0), numbers(0), numbers(9))] == [0] * 4


def test_an_unbroken_time_begins_with_the_first_of_spans_that_meet_or_overlap() -> None:
    found = of([(0, 0, 5, 1), (0, 5, None, 2), (0, 8, None, 3), (1, 0, 9, 1), (1, 2, 3, 1), (1, 10, None, 2)])
    assert found.since(numbers(0, 0, 1, 1), numbers(6, 20, 8, 12)).tolist() == [0, 0, 0, 10]
    assert found.since(numbers(1, 2, -1), numbers(9, 5, 5)).tolist() == [EARLIEST] * 3
    assert Spans(*(NOTHING,) * 4).since(numbers(0), numbers(5)).tolist() == [EARLIEST]


def test_throughout_is_what_spans_that_meet_or_overlap_hold_for() -> None:
    found = of([(0, 0, 5, 1), (0, 5, None, 2), (1, 0, 9, 1), (1, 10, None, 2), (2, 3, None, 1), (3, -5, 8, 1)])
    assert found.throughout(2, 8).tolist() == [0, 1, 3]
    assert found.throughout(2, 10).tolist() == [0]
    assert Spans(*(NOTHING,) * 4).throughout(2, 8).tolist() == []


@settings(max_examples=150, deadline=None)
@given(st.lists(span, max_size=8), st.integers(0, 3), st.integers(-6, 26), st.integers(0, 8))
def test_look_ups_agree_with_looking_at_each(
    rows: list[tuple[int, int, int | None, int]], key: int, first: int, length: int
) -> None:
    rows = [row for row in rows if row[2] is None or row[2] > row[1]]
    found, last = of(rows), first + length
    holding = [row for row in rows if row[0] == key and row[1] <= first and (row[2] is None or first < row[2])]
    at = int(found.at(numbers(key), numbers(first))[0])
    assert at in [row[3] for row in holding if row[1] == max(r[1] for r in holding)] if holding else at == -1
    shared = sorted(
        (value, max(first, start), last if end is None else min(last, end - 1))
        for of_key, start, end, value in rows
        if of_key == key and start <= last and (end is None or end > first)
    )
    which, value, begin, stop = found.within(numbers(key), numbers(first), numbers(last))
    assert which.tolist() == [0] * len(shared)
    assert sorted(zip(value.tolist(), begin.tolist(), stop.tolist(), strict=True)) == shared


def test_moments_are_seconds_and_days_begin_at_midnight() -> None:
    column = pd.Series(pd.to_datetime(["2026-10-10 09:30", None])).astype("datetime64[s]")
    assert moments(day_of(seconds(column))).astype(str).tolist() == ["2026-10-10T00:00:00", "NaT"]


def test_codes_are_places_and_missing_things_have_none() -> None:
    names = pd.Index(["华星光电", "恒信数控"], dtype="str")
    assert codes(names, pd.Series(["恒信数控", None, "别家", "华星光电"], dtype="str")).tolist() == [1, -1, -1, 0]
    assert pick(numbers(5, 6), numbers(1, -1, 0, 2), 9).tolist() == [6, 9, 5, 9]
