"""Obligations that share no row."""

from __future__ import annotations

from datetime import date
from typing import Any

from pipeline.compute.judge import judge
from pipeline.language.period import month
from tests.compute.company import Row, company, contact, regulation

VISITS: dict[str, Any] = {"kind": "cadence", "every": "month", "required": 2, "counts": {"form": "contact"}}
BOTH = {"zh": "规定", "en": "rule"}


def outcome(
    rows: list[Row], *duties: dict[str, Any], of: str = "2026-10", as_of: date = date(2026, 12, 31)
) -> list[tuple[str, float, str]]:
    """Of each obligation that is exclusive with the others its id, how much was done, and the status."""
    named = [
        {"id": f"duty_{n}", "article": "1", "title": BOTH, "role": "salesperson", "exclusive": "contacts", **duty}
        for n, duty in enumerate(duties)
    ]
    small = regulation(**VISITS).model_dump(by_alias=True, exclude_none=True) | {"obligations": named}
    made = type(regulation(**VISITS)).model_validate(small)
    found = judge(made, company(rows={"contact": rows}), month(of), as_of)[0].duties
    shown = found[found["month"] == of]
    return list(shown[["obligation", "actual", "status"]].itertuples(index=False, name=None))


def test_a_row_that_one_needs_does_not_count_for_the_next() -> None:
    rows = [contact("10-12"), contact("10-13")]
    assert outcome(rows, VISITS, VISITS) == [("duty_0", 2.0, "met"), ("duty_1", 0.0, "missed")]
    shared = outcome(rows, VISITS | {"exclusive": ""}, VISITS | {"exclusive": ""})
    assert [status for _, _, status in shared] == ["met", "met"]


def test_what_the_first_does_not_need_is_free_for_the_next() -> None:
    rows = [contact("10-12"), contact("10-13"), contact("10-14"), contact("10-15")]
    assert [status for _, _, status in outcome(rows, VISITS, VISITS)] == ["met", "met"]
    third = outcome(rows, VISITS, VISITS, VISITS | {"required": 1})
    assert [status for _, _, status in third] == ["met", "met", "missed"]


def test_what_a_week_needed_in_the_month_before_is_gone_for_the_quarter() -> None:
    weekly, quarterly = VISITS | {"every": "week", "required": 1}, VISITS | {"every": "quarter"}
    needed = [contact("10-06"), contact("11-10"), contact("12-08")]
    assert outcome(needed, weekly, quarterly, of="2026-12")[-1] == ("duty_1", 0.0, "missed")
    more = [*needed, contact("10-07"), contact("11-11")]
    assert outcome(more, weekly, quarterly, of="2026-12")[-1] == ("duty_1", 2.0, "met")


def test_what_a_running_quarter_needs_is_gone_for_the_month() -> None:
    quarterly = VISITS | {"every": "quarter", "required": 1}
    rows = [contact("10-06"), contact("11-10"), contact("11-11")]
    assert outcome(rows, quarterly, VISITS)[-1] == ("duty_1", 0.0, "missed")
    assert outcome(rows, quarterly, VISITS, of="2026-11")[-1] == ("duty_1", 2.0, "met")


def test_a_week_over_the_end_of_the_month_takes_its_row() -> None:
    """The week from 30 November is December's; its row is gone for November all the same."""
    weekly = VISITS | {"every": "week", "required": 1}
    assert outcome([contact("11-30")], weekly, VISITS | {"required": 1}, of="2026-11")[-1] == ("duty_1", 0.0, "missed")
