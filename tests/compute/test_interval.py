"""Interval: the clock, what winds it up, and when it has run down."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.compute.company import (
    CLIENT,
    LI,
    WANG,
    ZHANG,
    at,
    client,
    company,
    contact,
    judged,
    owners,
    proofs,
    staff,
    statuses,
    tiers,
    told,
    unread,
)

MONTH_LONG: dict[str, Any] = {"kind": "interval", "at_most": "30 days", "counts": {"form": "contact"}}
OUTCOME = ("status", "due_on", "done_on")


def test_evidence_in_time_keeps_the_duty() -> None:
    rows = {"contact": [contact("09-10"), contact("10-10 09:00"), contact("10-31")]}
    found = judged(MONTH_LONG, company(rows=rows))
    assert told(found, *OUTCOME) == [("met", at("11-30"), at("10-31 00:00"))]
    assert told(found, "start", "end", "month", "value", "required", "actual", "own") == [
        (at("10-01 00:00"), at("11-01 00:00"), "2026-10", "30 days", 1.0, 1.0, 1.0)
    ]
    assert proofs(found) == [("contact", 0), ("contact", 1), ("contact", 2)]


def test_evidence_a_day_late_does_not() -> None:
    rows = {"contact": [contact("08-01"), contact("09-10"), contact("10-11")]}
    found = judged(MONTH_LONG, company(rows=rows))
    assert told(found, *OUTCOME)[0][:2] == ("missed", at("10-10"))
    assert proofs(found) == [("contact", 1), ("contact", 2)]  # the row before the month is what the clock ran from


def test_who_was_late_before_the_month_began_is_late_in_it() -> None:
    rows = {"contact": [contact("08-01"), contact("10-05")]}
    assert told(judged(MONTH_LONG, company(rows=rows)), "status", "due_on") == [("missed", at("10-01 00:00"))]
    rows = {"contact": [contact("08-01"), contact("09-05")]}
    assert told(judged(MONTH_LONG, company(rows=rows)), "status", "due_on") == [("missed", at("10-05"))]


def test_what_is_overdue_since_before_the_month_is_the_owner_s_of_its_end() -> None:
    people = [staff(ZHANG), staff(WANG, unit="投融资二部", start="10-12")]
    facts = company(
        people=people,
        owners=owners(("2020-01-01", ZHANG), ("10-12", WANG)),
        rows={"contact": [contact("08-01")]},
    )
    assert told(judged(MONTH_LONG, facts), "owner", "unit", "status") == [(WANG, "投融资二部", "missed")]


@pytest.mark.parametrize(
    ("start", "end", "status"),
    [
        ((10, 1), (11, 1), "waived"),
        ((9, 1), (10, 2), "waived"),
        ((8, 15), (9, 15), "missed"),
        ((10, 2), (11, 1), "missed"),
    ],
)
def test_a_waiver_that_holds_as_the_month_begins_covers_what_is_overdue(
    start: tuple[int, int], end: tuple[int, int], status: str
) -> None:
    waiver = {"client": CLIENT, "obligation": "*", "start": date(2026, *start), "end": date(2026, *end)}
    facts = company(rows={"contact": [contact("08-01")]}, waivers=[waiver])
    assert statuses(judged(MONTH_LONG, facts)) == [status]


def test_a_rejected_row_before_the_month_could_have_kept_it() -> None:
    rows = {"contact": [contact("08-01")]}
    before, inside = unread(contact("09-29"), "minutes"), unread(contact("10-02"), "minutes")
    assert statuses(judged(MONTH_LONG, company(rows=rows, doubts={"contact": [before]}))) == ["unprovable"]
    assert statuses(judged(MONTH_LONG, company(rows=rows, doubts={"contact": [inside]}))) == ["missed"]


def test_what_falls_due_later_in_the_month_is_open() -> None:
    facts = company(rows={"contact": [contact("09-20")]})
    assert told(judged(MONTH_LONG, facts, as_of=date(2026, 10, 19)), *OUTCOME)[0][:2] == ("open", at("10-20"))
    assert statuses(judged(MONTH_LONG, facts, as_of=date(2026, 10, 20))) == ["missed"]


def test_what_falls_due_after_the_month_is_met() -> None:
    facts = company(rows={"contact": [contact("09-10"), contact("10-02")]})
    assert told(judged(MONTH_LONG, facts, as_of=date(2026, 10, 3)), "status", "due_on") == [("met", at("11-01"))]


def test_the_clock_starts_when_the_client_joins_gets_the_tier_or_the_rule_comes_into_force() -> None:
    joined = company(clients=[client(joined="09-15")], tiers=tiers(("09-15", "key")))
    assert told(judged(MONTH_LONG, joined), "due_on") == [(at("10-15"),)]
    ranked = company(tiers=tiers(("2020-01-01", "general"), ("09-20", "key")))
    assert told(judged(MONTH_LONG | {"at_most": {"key": "30 days"}}, ranked), "due_on") == [(at("10-20"),)]
    assert told(judged(MONTH_LONG | {"from": date(2026, 9, 25)}, company()), "due_on") == [(at("10-25"),)]
    assert told(judged(MONTH_LONG | {"regulation_from": date(2026, 9, 28)}, company()), "due_on") == [(at("10-28"),)]


def test_limits_by_tier_in_months_and_working_days() -> None:
    facts = company(
        clients=[client(), client("恒信数控")],
        tiers=[*tiers(("2020-01-01", "key")), *tiers(("2020-01-01", "general"), of="恒信数控")],
        rows={"contact": [contact("04-30"), contact("09-29", about="恒信数控")]},
    )
    found = judged(MONTH_LONG | {"at_most": {"key": "6 months", "general": "5 working_days"}}, facts)
    assert set(told(found, "client", "due_on", "value")) == {
        (CLIENT, at("10-30"), "6 months"),
        ("恒信数控", at("10-12"), "5 working_days"),
    }


def test_a_make_up_day_is_a_working_day_of_the_clock() -> None:
    duty = MONTH_LONG | {"at_most": "4 working_days"}
    facts = company(rows={"contact": [contact("09-29")]})  # 30 September, then 8, 9 and Saturday 10 October
    assert told(judged(duty, facts), "due_on") == [(at("10-10"),)]


def test_own_is_what_the_owner_s_rows_alone_would_have_kept() -> None:
    rows = {"contact": [contact("09-20"), contact("10-10", by=LI)]}
    assert told(judged(MONTH_LONG, company(rows=rows)), "status", "own") == [("met", 0.0)]
    handed_over = owners(("2020-01-01", ZHANG), ("10-01", LI))
    assert told(judged(MONTH_LONG, company(rows=rows, owners=handed_over)), "status", "own") == [("met", 1.0)]


def test_a_rejected_row_inside_the_gap_leaves_it_unprovable() -> None:
    rows = {"contact": [contact("09-05"), contact("10-20")]}
    inside, after = unread(contact("10-05"), "minutes"), unread(contact("10-06"), "minutes")
    assert statuses(judged(MONTH_LONG, company(rows=rows, doubts={"contact": [inside]}))) == ["unprovable"]
    assert statuses(judged(MONTH_LONG, company(rows=rows, doubts={"contact": [after]}))) == ["missed"]
    undated = unread(contact("10-06"), "date")
    assert statuses(judged(MONTH_LONG, company(rows=rows, doubts={"contact": [undated]}))) == ["unprovable"]


def test_a_client_who_is_not_there_all_month_owes_nothing_unless_asked() -> None:
    facts = company(clients=[client(joined="10-02")])
    assert statuses(judged(MONTH_LONG, facts)) == []
    assert told(judged(MONTH_LONG | {"partial": "whole"}, facts), "due_on") == [(at("11-01"),)]


def test_a_rule_that_is_not_in_force_on_the_first_of_the_month_asks_nothing() -> None:
    assert statuses(judged(MONTH_LONG | {"from": date(2026, 10, 2)}, company())) == []
