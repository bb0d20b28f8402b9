"""Values by date and tier: the four ways of writing them, and which one holds when."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from pipeline.language.policy.quantity import Duration, Numbers, Quantity, Raw, Spans

NUMBERS: TypeAdapter[Quantity] = TypeAdapter(Numbers)
SPANS: TypeAdapter[Quantity] = TypeAdapter(Spans)
ANYTHING: TypeAdapter[Quantity] = TypeAdapter(Raw)
JUNE, JULY = date(2026, 6, 30), date(2026, 7, 1)


def dated(*steps: tuple[str, object]) -> list[dict[str, object]]:
    return [{"from": day, "value": value} for day, value in steps]


def test_one_value_holds_for_every_tier_at_any_time() -> None:
    visits = NUMBERS.validate_python(2)
    assert visits.tiers is None
    assert [visits.at(tier, day) for tier in ("key", "general", None) for day in (date(1, 1, 1), JULY)] == [2] * 6


def test_a_rule_changed_on_1_july_judges_june_by_the_old_one() -> None:
    visits = NUMBERS.validate_python(dated(("2016-05-18", 1), ("2026-07-01", 3)))
    assert visits.at("key", JUNE) == 1
    assert visits.at("key", JULY) == 3
    assert visits.at("key", date(2016, 5, 17)) is None


def test_a_tier_that_is_not_named_owes_nothing() -> None:
    visits = NUMBERS.validate_python({"strategic": 1, "key": 2})
    assert visits.tiers == {"strategic", "key"}
    assert (visits.at("key", JUNE), visits.at("general", JUNE), visits.at(None, JUNE)) == (2, None, None)


def test_tiers_change_on_their_own_dates() -> None:
    visits = NUMBERS.validate_python({"strategic": dated(("2016-05-18", 1), ("2026-07-01", 0)), "key": 2})
    assert [visits.at(tier, day) for tier in ("strategic", "key") for day in (JUNE, JULY)] == [1, 0, 2, 2]


def test_lengths_of_time_have_a_unit() -> None:
    limit = SPANS.validate_python({"key": dated(("2016-05-18", "10 working_days"), ("2026-07-01", "1 working_day"))})
    assert limit.at("key", JUNE) == Duration(value=10, unit="working_days")
    assert str(limit.at("key", JULY)) == "1 working_days"
    assert str(SPANS.validate_python("1.5 hours").at(None, JUNE)) == "1.5 hours"


@pytest.mark.parametrize(
    "raw", [-1, True, "3", None, float("nan"), float("inf"), 10**400, [], {}, [1, 2], {"key": []}, {"key": None}]
)
def test_no_number(raw: object) -> None:
    with pytest.raises(ValidationError):
        NUMBERS.validate_python(raw)


@pytest.mark.parametrize("raw", [3, "3", "three days", "3 workdays", "-3 days", "", None, {"key": 3}, "1e9 days"])
def test_no_length_of_time(raw: object) -> None:
    with pytest.raises(ValidationError):
        SPANS.validate_python(raw)


@pytest.mark.parametrize(
    "steps",
    [
        dated(("2026-07-01", 1), ("2016-05-18", 2)),  # not oldest first
        dated(("2026-07-01", 1), ("2026-07-01", 2)),  # one date twice
        [{"from": "2026-07-01"}],
        [{"from": "2026-07-01", "vlaue": 1}],
    ],
)
def test_dated_values_stand_oldest_first_each_date_once(steps: object) -> None:
    for kind in (NUMBERS, ANYTHING):
        with pytest.raises(ValidationError):
            kind.validate_python(steps)


@settings(max_examples=50, deadline=None)
@given(
    steps=st.dictionaries(st.dates(date(2000, 1, 1), date(2030, 1, 1)), st.integers(0, 9), min_size=1, max_size=5),
    day=st.dates(date(1999, 1, 1), date(2031, 1, 1)),
)
def test_the_value_in_force_is_the_latest_that_has_begun(steps: dict[date, int], day: date) -> None:
    written = dated(*((str(since), steps[since]) for since in sorted(steps)))
    begun = [since for since in steps if since <= day]
    assert NUMBERS.validate_python(written).at("key", day) == (steps[max(begun)] if begun else None)
