"""Coverage: who is in the population, and what covers a member."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.compute.company import (
    CHEN,
    CLIENT,
    LI,
    ZHANG,
    at,
    case,
    client,
    company,
    contact,
    judged,
    owners,
    proofs,
    statuses,
    tiers,
    told,
    unread,
)

A, B, C = "东方云图", "恒信数控", "金石文创"
RETURNS = {"form": "contact", "where": {"purpose": "return_visit"}, "by": "anyone"}
WRITTEN: dict[str, Any] = {
    "kind": "coverage",
    "population": RETURNS,
    "covered": {"where": {"content": {"present": True}}},
}
SERVES = {"kind": "coverage", "population": "clients", "covered": {"owner": "salesperson", "is": "developer"}}
SURVEY = {
    "kind": "coverage",
    "every": "quarter",
    "population": "clients",
    "covered": {"rows": {"form": "contact", "where": {"purpose": "survey"}}},
}
AFTER_COMPLAINT = {
    "kind": "coverage",
    "population": {"form": "contact", "where": {"purpose": "complaint"}, "by": "anyone"},
    "covered": {"rows": RETURNS, "within": "5 days"},
}


def three(**more: Any) -> Any:
    """Three key clients of 张伟."""
    given = {
        "clients": [client(name) for name in (A, B, C)],
        "tiers": [step for name in (A, B, C) for step in tiers(("2020-01-01", "key"), of=name)],
        "owners": [step for name in (A, B, C) for step in owners(("2020-01-01", ZHANG), of=name)],
    }
    return company(**{**given, **more})


def visited(when: str, **more: Any) -> dict[str, Any]:
    return contact(when, purpose="return_visit", **more)


def test_each_row_of_a_population_is_a_duty_covered_by_its_own_columns() -> None:
    rows = [visited("10-12 09:00", content="谈了需求"), visited("10-13", by=CHEN), visited("11-02"), contact("10-14")]
    found = judged(WRITTEN, company(rows={"contact": rows}))
    columns = ("subject_kind", "subject", "client", "owner", "status", "start", "due_on", "month")
    assert told(found, *columns) == [
        ("row", "contact:0", CLIENT, ZHANG, "met", at("10-12 09:00"), at("10-31"), "2026-10"),
        ("row", "contact:1", CLIENT, ZHANG, "missed", at("10-13 00:00"), at("10-31"), "2026-10"),
    ]
    assert told(found, "required", "actual", "own", "value")[0] == (1.0, 1.0, 1.0, "1")
    assert proofs(found) == [("contact", 0)]


def test_without_a_role_or_an_owner_it_is_the_writer_s() -> None:
    rows = {"contact": [visited("10-12", by=CHEN, content="谈了需求")]}
    assert told(judged(WRITTEN | {"role": None}, company(rows=rows)), "owner", "unit", "own") == [
        (CHEN, "客户服务部", 1.0)
    ]


def test_a_population_of_cases_is_folded_and_has_the_tier_of_the_opening() -> None:
    told_twice = [case("10-09 10:00"), case("10-09 10:00", result="已退款", month="2026-11")]
    duty = WRITTEN | {
        "population": {"form": "case", "by": "anyone"},
        "covered": {"where": {"result": {"present": True}}},
    }
    facts = company(rows={"case": told_twice}, tiers=tiers(("2020-01-01", "general"), ("10-10", "key")))
    assert told(judged(duty, facts), "subject_kind", "subject", "tier", "status") == [
        ("case", "T-001", "general", "met")
    ]


def test_the_owner_on_the_last_day_has_to_be_who_developed_the_client() -> None:
    owned = [*owners(("2020-01-01", ZHANG), of=A), *owners(("2020-01-01", ZHANG), ("10-31", LI), of=B)]
    found = judged(SERVES, three(owners=owned))
    assert told(found, "client", "status", "owner", "due_on", "own") == [
        (A, "met", ZHANG, at("10-31"), 1.0),
        (B, "missed", LI, at("10-31"), 0.0),
        (C, "missed", "", at("10-31"), 0.0),
    ]
    assert proofs(found) == []


def test_clients_who_were_not_there_for_the_window_are_no_members_unless_asked() -> None:
    clients = [client(A, joined="10-02"), client(B, left="10-31"), client(C)]
    assert [name for (name,) in told(judged(SERVES, three(clients=clients)), "client")] == [C]
    whole = judged(SERVES | {"partial": "whole"}, three(clients=clients))
    assert [name for (name,) in told(whole, "client")] == [A, B, C]


def test_evidence_covers_a_client_anywhere_in_the_window() -> None:
    rows = [
        contact("09-30 18:00", about=A, purpose="survey"),
        contact("07-01", about=B, purpose="survey", by=LI),
        contact("06-30", about=C, purpose="survey"),
        contact("10-01", about=C, purpose="survey"),
    ]
    found = judged(SURVEY, three(rows={"contact": rows}), "2026-09")
    assert told(found, "client", "status", "own", "start", "end", "month") == [
        (A, "met", 1.0, at("07-01 00:00"), at("10-01 00:00"), "2026-09"),
        (B, "met", 0.0, at("07-01 00:00"), at("10-01 00:00"), "2026-09"),
        (C, "missed", 0.0, at("07-01 00:00"), at("10-01 00:00"), "2026-09"),
    ]
    assert proofs(found) == [("contact", 0), ("contact", 1)]


def test_a_member_with_a_time_limit_is_judged_in_the_month_of_its_due_day() -> None:
    rows = {"contact": [contact("10-28 09:00", purpose="complaint"), contact("10-29 09:00", purpose="complaint")]}
    facts = company(rows=rows | {"contact": [*rows["contact"], visited("11-02")]})
    october = judged(AFTER_COMPLAINT, facts, as_of=date(2026, 10, 31))
    assert told(october, "subject", "month", "status", "due_on", "end") == [
        ("contact:0", "2026-11", "open", at("11-02"), at("11-02")),
        ("contact:1", "2026-11", "open", at("11-03"), at("11-03")),
    ]
    november = judged(AFTER_COMPLAINT, facts, "2026-11", date(2026, 11, 30))
    assert told(november, "status", "done_on") == [("met", at("11-02 00:00")), ("met", at("11-02 00:00"))]
    assert statuses(judged(AFTER_COMPLAINT, facts, "2026-12")) == []


def test_evidence_of_the_same_day_covers_but_a_row_does_not_cover_itself() -> None:
    rows = [contact("10-12 15:00", purpose="complaint"), visited("10-12 09:00")]
    assert statuses(judged(AFTER_COMPLAINT, company(rows={"contact": rows}))) == ["met"]
    itself = AFTER_COMPLAINT | {"covered": {"rows": {"form": "contact", "where": {"purpose": "complaint"}}}}
    assert statuses(judged(itself, company(rows={"contact": rows}))) == ["missed"]


def test_clients_with_a_time_limit_are_found_in_the_month_it_ends() -> None:
    duty = SURVEY | {"every": "month", "covered": {**SURVEY["covered"], "within": "40 days"}}
    rows = {"contact": [contact("10-05", about=A, purpose="survey")]}
    assert told(judged(duty, three(rows=rows)), "client", "start", "due_on", "status", "month")[:3] == [
        (A, at("09-01 00:00"), at("10-11"), "met", "2026-10"),
        (B, at("09-01 00:00"), at("10-11"), "missed", "2026-10"),
        (C, at("09-01 00:00"), at("10-11"), "missed", "2026-10"),
    ]


def test_a_share_is_one_duty_of_the_company_rounded_up() -> None:
    rows = {"contact": [contact("07-02", about=A, purpose="survey"), contact("08-02", about=B, purpose="survey")]}
    duty = SURVEY | {"judged": "share", "target": 0.6}
    found = judged(duty, three(rows=rows), "2026-09")
    columns = ("subject_kind", "subject", "client", "required", "actual", "own", "status", "value", "done_on")
    assert told(found, *columns) == [("company", "", "", 2.0, 2.0, 2.0, "met", "0.6", at("08-02 00:00"))]
    assert proofs(found) == [("contact", 0), ("contact", 1)]
    assert told(judged(duty | {"target": 0.7}, three(rows=rows), "2026-09"), "required", "status") == [(3.0, "missed")]


def test_a_target_that_comes_out_even_is_not_rounded_up() -> None:
    """0.7 x 10 is 7.000000000000001 in binary."""
    names = [f"企业{n}" for n in range(10)]
    duty = SURVEY | {"judged": "share", "target": 0.7}
    assert told(judged(duty, company(clients=[client(name) for name in names]), "2026-09"), "required") == [(7.0,)]


def test_targets_by_tier_add_up_and_no_population_is_no_duty() -> None:
    duty = SURVEY | {"judged": "share", "target": {"key": 1, "general": 0}}
    ranks = [*tiers(("2020-01-01", "key"), of=A), *tiers(("2020-01-01", "general"), of=B)]
    assert told(judged(duty, three(tiers=ranks), "2026-09"), "required", "value") == [(1.0, "1")]
    assert statuses(judged(duty, three(tiers=ranks[1:]), "2026-09")) == []
    assert statuses(judged(SURVEY | {"target": 0}, three(), "2026-09")) == []


def test_rejected_rows_leave_members_and_shares_unprovable() -> None:
    doubt = unread(contact("07-02", about=A, purpose="survey"), "minutes")
    found = judged(SURVEY, three(doubts={"contact": [doubt]}), "2026-09")
    assert statuses(found) == ["unprovable", "missed", "missed"]
    share = SURVEY | {"judged": "share", "target": 0.3}
    assert statuses(judged(share, three(doubts={"contact": [doubt]}), "2026-09")) == ["unprovable"]
    assert statuses(judged(share | {"target": 0.6}, three(doubts={"contact": [doubt]}), "2026-09")) == ["missed"]
    whose = unread(contact("07-02", about=A, purpose="survey"), "client")
    assert statuses(judged(share | {"target": 1}, three(doubts={"contact": [whose]}), "2026-09")) == ["unprovable"]
    unowned = judged(share | {"target": 1}, three(doubts={"contact": [whose | {"by": LI, "submitter": LI}]}), "2026-09")
    assert statuses(unowned) == ["missed"]


def test_rows_of_longer_windows_are_shown_while_they_run() -> None:
    rows = {"contact": [visited("08-12", content="谈了需求"), visited("08-13")]}
    quarterly = WRITTEN | {"every": "quarter"}
    found = judged(quarterly, company(rows=rows), "2026-08", date(2026, 8, 31))
    assert told(found, "month", "status") == [("2026-09", "met"), ("2026-09", "open")]
    weekly = judged(WRITTEN | {"every": "week"}, company(rows={"contact": [visited("10-01")]}))
    assert told(weekly, "due_on", "month") == [(at("10-04"), "2026-10")]


def test_every_client_has_an_owner_in_a_role() -> None:
    duty = {"kind": "coverage", "population": "clients", "covered": {"owner": "salesperson"}}
    owned = [*owners(("2020-01-01", ZHANG), of=A), *owners(("2020-01-01", ZHANG), of=B, role="specialist")]
    assert set(told(judged(duty, three(owners=owned)), "client", "status")) == {
        (A, "met"),
        (B, "missed"),
        (C, "missed"),
    }
