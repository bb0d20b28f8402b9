"""How things stand: quota, completeness, limit, and cadence in phases."""

from __future__ import annotations

from typing import Any

from tests.compute.company import (
    LI,
    ZHANG,
    client,
    company,
    contact,
    judged,
    owners,
    statuses,
    tiers,
    told,
    unread,
)

QUOTA: dict[str, Any] = {"kind": "quota", "part": ["key"]}


def test_the_bounds_of_a_quota_are_those_of_the_window_s_first_day() -> None:
    loosened = [{"from": "2020-01-01", "value": 0.5}, {"from": "2026-10-15", "value": 1}]
    assert statuses(judged(QUOTA | {"at_most": loosened}, company())) == ["missed"]


def test_without_a_bound_in_force_a_quota_owes_nothing() -> None:
    assert statuses(judged(QUOTA | {"at_most": [{"from": "2026-11-01", "value": 0.5}]}, company())) == []


COUNT: dict[str, Any] = {"kind": "limit", "of": {"form": "contact"}, "at_most": 1}


def test_a_count_is_kept_in_windows_that_the_client_was_there_for() -> None:
    rows = {"contact": [contact("10-20"), contact("10-21")]}
    joined = company(clients=[client(joined="2026-10-12")], rows=rows)
    assert statuses(judged(COUNT, joined)) == []
    assert statuses(judged(COUNT | {"partial": "whole"}, joined)) == ["missed"]


def test_a_count_that_was_passed_is_owed_by_the_owner_of_that_day() -> None:
    handed_over = owners(("2020-01-01", ZHANG), ("10-25", LI))
    facts = company(rows={"contact": [contact("10-20"), contact("10-21")]}, owners=handed_over)
    assert told(judged(COUNT, facts), "owner", "status") == [(ZHANG, "missed")]


FILE: dict[str, Any] = {
    "kind": "completeness",
    "population": "clients",
    "items": [["diagnosis"], ["report"]],
    "evidence": {"form": "contact"},
    "item": "purpose",
}


def test_two_rejected_rows_of_one_document_are_not_two_documents() -> None:
    same = [unread(contact(day, purpose="report"), "channel") for day in ("10-12", "10-13")]
    other = [same[0], unread(contact("10-13"), "purpose")]
    assert statuses(judged(FILE, company(doubts={"contact": same}))) == ["missed"]
    assert statuses(judged(FILE, company(doubts={"contact": other}))) == ["unprovable"]


MONTHLY: dict[str, Any] = {
    "kind": "cadence",
    "phases": [{"every": "month"}],
    "after": {"form": "contact", "where": {"purpose": "complaint"}},
    "required": 4,
    "counts": {"form": "contact", "where": {"purpose": "service"}, "distinct": "day"},
}


def test_a_part_of_a_client_s_own_window_is_owed_as_the_rule_says() -> None:
    facts = company(clients=[client(left="2026-10-24")], rows={"contact": [contact("09-27", purpose="complaint")]})
    found = {partial: told(judged(MONTHLY | {"partial": partial}, facts), "required") for partial in ("skip", "whole")}
    assert found == {"skip": [], "whole": [(4.0,)]}
    assert told(judged(MONTHLY | {"partial": "prorate"}, facts), "required") == [(3.0,)]  # 27 of 30 days


def test_rejected_rows_of_one_day_add_one_day_to_a_client_s_own_window() -> None:
    rows = {"contact": [contact("10-01", purpose="complaint"), contact("10-05"), contact("10-06")]}
    twice = [unread(contact("10-07 09:00"), "channel"), unread(contact("10-07 15:00"), "channel")]
    facts = company(rows=rows, doubts={"contact": twice}, tiers=tiers(("2020-01-01", "key")))
    assert statuses(judged(MONTHLY, facts)) == ["missed"]
    assert statuses(judged(MONTHLY | {"required": 3}, facts)) == ["unprovable"]
