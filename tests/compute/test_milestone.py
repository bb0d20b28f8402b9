"""Milestone: the order of the stages of a chain."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from tests.compute.company import CLIENT, ZHANG, case, company, contact, judged, proofs, statuses, tiers, told, unread

IN_ORDER: dict[str, Any] = {
    "kind": "milestone",
    "event": {"form": "contact", "where": {"purpose": "diagnosis"}},
    "step": {"form": "contact", "where": {"purpose": "consultation"}},
    "match": "content",
    "before": "0 minutes",
}


def stage(when: str, purpose: str, project: str = "P1") -> dict[str, Any]:
    return contact(when, purpose=purpose, content=project)


def test_a_later_stage_does_not_come_before_an_earlier_one() -> None:
    rows = [
        stage("10-12 09:00", "consultation"),
        stage("10-12 11:00", "diagnosis"),
        stage("10-14 09:00", "diagnosis", "P2"),
        stage("10-14 11:00", "consultation", "P2"),
        stage("10-15 09:00", "diagnosis", "P3"),
    ]
    found = judged(IN_ORDER, company(rows={"contact": rows}))
    assert told(found, "subject", "status", "owner") == [
        ("contact:1", "met", ZHANG),
        ("contact:2", "missed", ZHANG),
        ("contact:4", "missed", ZHANG),
    ]
    assert ("contact", 0) in proofs(found)


def test_stages_dated_by_day_may_fall_on_one_day() -> None:
    rows = [stage("10-12", "diagnosis"), stage("10-12", "consultation"), stage("10-13", "diagnosis", "P2")]
    later = [*rows, stage("10-14", "consultation", "P2")]
    found = judged(IN_ORDER | {"before": "0 days"}, company(rows={"contact": later}))
    assert told(found, "subject", "status") == [("contact:0", "met"), ("contact:2", "missed")]


def test_working_hours_are_not_counted_back() -> None:
    with pytest.raises(ValidationError, match="working_days"):
        judged(IN_ORDER | {"before": "3 working_hours"}, company())


WITHIN = {
    "kind": "milestone",
    "event": {"form": "case", "at": "resolved_at", "by": "anyone"},
    "step": {"form": "contact", "by": "anyone"},
    "within": "3 days",
}


def test_rows_of_two_forms_with_one_number_are_both_evidence() -> None:
    rows = {"case": [case("10-12 09:00", resolved_at="10-12 10:00")], "contact": [contact("10-13")]}
    assert set(proofs(judged(WITHIN, company(rows=rows)))) == {("case", 0), ("contact", 0)}


def test_a_case_has_the_tier_of_its_opening() -> None:
    rows = {"case": [case("09-30 09:00", resolved_at="10-12 10:00")]}
    changed = company(rows=rows, tiers=tiers(("2020-01-01", "general"), ("10-01", "key")))
    assert told(judged(WITHIN, changed), "tier") == [("general",)]


@pytest.mark.parametrize(
    ("number", "about", "status"),
    [("P2", CLIENT, "unprovable"), (None, CLIENT, "unprovable"), ("P2", None, "unprovable"), ("P9", CLIENT, "missed")],
)
def test_a_rejected_row_could_be_a_step_of_its_chain(number: str | None, about: str | None, status: str) -> None:
    rejected = unread(contact("10-12", purpose="consultation", content=number), *(["content"] if not number else []))
    rejected |= {"client": about, "faults": rejected["faults"] or "channel"}
    doubts = {"contact": [rejected]}
    facts = company(rows={"contact": [stage("10-14 09:00", "diagnosis", "P2")]}, doubts=doubts)
    assert statuses(judged(IN_ORDER, facts)) == [status]


def test_a_step_earlier_on_the_day_of_its_anchor_is_not_after_it() -> None:
    rows = [stage("10-12 11:00", "diagnosis"), stage("10-12 09:00", "consultation")]
    duty = {key: value for key, value in IN_ORDER.items() if key != "before"} | {"within": "1 days"}
    assert statuses(judged(duty, company(rows={"contact": rows}))) == ["missed"]
    timeless = [rows[0], stage("10-12", "consultation")]
    assert statuses(judged(duty, company(rows={"contact": timeless}))) == ["met"]
