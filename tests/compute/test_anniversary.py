"""Cadence on the anniversaries of a day of the client's own."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from tests.compute.company import at, client, company, contact, judged, regulation, told

BIRTHDAY: dict[str, Any] = {
    "kind": "cadence",
    "every": "anniversary",
    "anchor": "joined_on",
    "lead": 3,
    "required": 1,
    "counts": {"form": "contact"},
}


def test_each_year_from_so_many_days_before_to_the_day() -> None:
    facts = company(clients=[client(joined="2020-10-15")], rows={"contact": [contact("10-12")]})
    found = judged(BIRTHDAY, facts)
    assert told(found, "start", "end", "due_on", "month", "status", "subject_kind") == [
        (at("10-12 00:00"), at("10-16 00:00"), at("10-15"), "2026-10", "met", "client")
    ]
    for day in ("10-11", "10-16"):
        facts = company(clients=[client(joined="2020-10-15")], rows={"contact": [contact(day)]})
        assert told(judged(BIRTHDAY, facts), "status") == [("missed",)]
    assert judged(BIRTHDAY, facts, "2026-11").duties.empty


def test_the_day_itself_is_no_anniversary() -> None:
    new = company(clients=[client(joined="2026-10-15")])
    assert judged(BIRTHDAY, new, "2026-10").duties.empty
    assert len(judged(BIRTHDAY, new, "2027-10").duties) == 1


def test_a_window_that_begins_in_the_month_before_is_shown_open_in_it() -> None:
    facts = company(clients=[client(joined="2020-11-02")])
    assert told(judged(BIRTHDAY, facts, as_of=date(2026, 10, 31)), "month", "status") == [("2026-11", "open")]
    newyear = company(clients=[client(joined="2020-01-02")])
    december = judged(BIRTHDAY, newyear, "2026-12", date(2026, 12, 31))
    assert told(december, "start", "month") == [(at("12-30 00:00"), "2027-01")]


def test_29_february_is_the_28th_in_other_years() -> None:
    facts = company(clients=[client(joined="2020-02-29")])
    assert told(judged(BIRTHDAY | {"lead": 0}, facts, "2026-02"), "start", "due_on") == [
        (at("2026-02-28 00:00"), at("2026-02-28"))
    ]
    assert told(judged(BIRTHDAY | {"lead": 0}, facts, "2028-02"), "due_on") == [(at("2028-02-29"),)]


def test_an_anniversary_of_something_in_a_log() -> None:
    rows = {"contact": [contact("2024-10-20", purpose="installation"), contact("10-19")]}
    after = {"form": "contact", "where": {"purpose": "installation"}}
    duty = {key: value for key, value in BIRTHDAY.items() if key != "anchor"} | {"after": after}
    assert told(judged(duty, company(rows=rows)), "due_on", "status") == [(at("10-20"), "met")]


@pytest.mark.parametrize("wrong", [{"anchor": ""}, {"every": "month"}, {"after": {"form": "contact"}}])
def test_an_anniversary_needs_one_day_to_count_from(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="anchor"):
        regulation(**BIRTHDAY | wrong)
