"""Milestone: the order of the stages of a chain."""

from __future__ import annotations

from typing import Any

from tests.compute.company import ZHANG, company, contact, judged, proofs, told

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
