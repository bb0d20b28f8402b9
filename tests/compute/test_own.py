"""Whose work it was, where the client has no owner: that of who wrote the row that the duty is about."""

from __future__ import annotations

from typing import Any

import pytest

from tests.compute.company import LI, WANG, ZHANG, company, contact, judged, owners, told

KINDS: dict[str, dict[str, Any]] = {
    "limit": {"kind": "limit", "of": {"form": "contact"}, "column": "minutes", "at_most": 60},
    "completeness": {"kind": "completeness", "population": {"form": "contact"}, "fields": ["minutes"]},
    "milestone": {
        "kind": "milestone",
        "event": {"form": "contact", "where": {"purpose": "diagnosis"}},
        "step": {"form": "contact", "where": {"purpose": "report"}},
        "within": "3 days",
    },
}


def rows(report_by: str = LI) -> dict[str, Any]:
    both = [
        contact("10-12", by=LI, purpose="diagnosis", minutes=30),
        contact("10-13", by=report_by, purpose="report", minutes=30),
    ]
    return {"contact": both}


@pytest.mark.parametrize("kind", KINDS)
def test_without_an_owner_the_writer_owes_and_earns(kind: str) -> None:
    found = told(
        judged(KINDS[kind], company(rows=rows(), owners=owners(("2020-01-01", ZHANG), of="别家"))), "owner", "own"
    )
    assert set(found) == {(LI, 1.0)}


@pytest.mark.parametrize("kind", KINDS)
def test_another_s_work_is_not_the_owner_s(kind: str) -> None:
    found = told(judged(KINDS[kind], company(rows=rows())), "owner", "status", "own")
    assert set(found) == {(ZHANG, "met", 0.0)}


def test_a_step_that_somebody_else_did_is_not_the_writer_s() -> None:
    facts = company(rows=rows(WANG), owners=owners(("2020-01-01", ZHANG), of="别家"))
    assert told(judged(KINDS["milestone"], facts), "owner", "status", "own") == [(LI, "met", 0.0)]


def test_a_document_is_the_owner_s_if_he_brought_it() -> None:
    duty = {
        "kind": "completeness",
        "population": "clients",
        "fields": ["developer"],
        "items": [["diagnosis"], ["report"]],
        "evidence": {"form": "contact"},
        "item": "purpose",
    }
    handed_over = company(rows=rows(ZHANG), owners=owners(("2020-01-01", ZHANG)))
    assert told(judged(duty, handed_over), "actual", "own") == [(3.0, 2.0)]


def test_a_count_that_was_not_passed_is_to_the_owner_s_credit() -> None:
    duty = {"kind": "limit", "of": {"form": "contact"}, "at_most": 2}
    assert told(judged(duty, company(rows=rows())), "owner", "status", "own") == [(ZHANG, "met", 1.0)]
