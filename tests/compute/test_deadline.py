"""Deadline: when a case or a row falls due, what counts as done, and which month it is judged in."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from pipeline.compute.judge import judge
from pipeline.language.period import month
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
    pause,
    proofs,
    regulation,
    statuses,
    tiers,
    told,
    unread,
)

EVENT = {"form": "case", "by": "anyone"}
ANSWER: dict[str, Any] = {"kind": "deadline", "event": EVENT, "done": "first_answer_at", "within": "24 hours"}
RESOLVE = ANSWER | {"done": "resolved_at", "within": "3 working_days"}
CALL_BACK = ANSWER | {"event": EVENT | {"at": "resolved_at"}, "done": "callback_at", "within": "10 working_days"}
RETURN = {
    "kind": "deadline",
    "event": {"form": "contact", "where": {"purpose": "complaint"}, "by": "anyone"},
    "follow_up": {"form": "contact", "where": {"purpose": "return_visit"}},
    "within": "5 days",
}
OUTCOME = ("status", "due_on", "done_on")


def of_cases(*rows: dict[str, Any], pauses: tuple[dict[str, Any], ...] = (), **more: Any) -> Any:
    return company(rows={"case": list(rows), "pause": list(pauses)}, **more)


def test_done_in_time_late_and_not_at_all() -> None:
    facts = of_cases(
        case("10-12 09:00", "T-001", first_answer_at="10-13 09:00"),
        case("10-12 09:00", "T-002", first_answer_at="10-13 09:01"),
        case("10-12 09:00", "T-003"),
    )
    found = judged(ANSWER, facts)
    assert told(found, "subject", "status", "due_on", "actual", "earned") == [
        ("T-001", "met", at("10-13 09:00"), 1.0, 1.0),
        ("T-002", "missed", at("10-13 09:00"), 0.0, 0.0),
        ("T-003", "missed", at("10-13 09:00"), 0.0, 0.0),
    ]
    assert found.duties["done_on"].tolist()[:2] == [at("10-13 09:00"), at("10-13 09:01")]
    assert found.duties["done_on"].isna().tolist() == [False, False, True]


def test_a_case_is_judged_in_the_month_of_its_due_day_and_carried_until_then() -> None:
    facts = of_cases(case("09-30 16:00"))  # 8, 9 and the make-up day on Saturday, 10 October
    september = judged(RESOLVE, facts, "2026-09", date(2026, 9, 30))
    assert told(september, "month", "status", "due_on") == [("2026-10", "open", at("10-10"))]
    assert told(judged(RESOLVE, facts, "2026-10"), "month", "status") == [("2026-10", "missed")]
    assert statuses(judged(RESOLVE, facts, "2026-11")) == []
    assert statuses(judged(RESOLVE, facts, "2026-08")) == []


def test_what_is_done_after_the_day_of_judgement_is_not_done() -> None:
    facts = of_cases(case("10-12 09:00", resolved_at="10-14 10:00"))
    assert statuses(judged(RESOLVE, facts, as_of=date(2026, 10, 13))) == ["open"]
    assert statuses(judged(RESOLVE, facts, as_of=date(2026, 10, 14))) == ["met"]


def test_a_day_without_a_time_is_done_on_that_day() -> None:
    facts = company(rows={"contact": [contact("10-12 09:30", recorded_on=date(2026, 10, 12))]})
    duty = ANSWER | {"event": {"form": "contact"}, "done": "recorded_on", "within": "5 working_days"}
    found = judged(duty, facts)
    assert told(found, "subject_kind", "subject", "status", "own") == [("row", "contact:0", "met", 1.0)]
    early = company(rows={"contact": [contact("10-12 09:30", recorded_on=date(2026, 10, 11))]})
    assert statuses(judged(duty, early)) == ["missed"]  # nothing is recorded before it happens


def test_the_tier_of_the_opening_and_the_value_of_the_event_decide() -> None:
    duty = CALL_BACK | {"within": {"general": "5 days", "key": [{"from": "2020-01-01", "value": "1 days"}]}}
    facts = of_cases(
        case("10-09 10:00", resolved_at="10-13 10:00"), tiers=tiers(("2020-01-01", "general"), ("10-12", "key"))
    )
    assert told(judged(duty, facts), "tier", "due_on", "value", "start") == [
        ("general", at("10-18"), "5 days", at("10-13 10:00")),
    ]  # fmt: skip


def test_nothing_is_owed_by_other_tiers_strangers_or_before_the_rule() -> None:
    opened = case("10-12 09:00")
    assert statuses(judged(ANSWER | {"within": {"general": "24 hours"}}, of_cases(opened))) == []
    assert statuses(judged(ANSWER | {"from": date(2026, 10, 13)}, of_cases(opened))) == []
    assert statuses(judged(ANSWER, of_cases(opened, clients=[client(joined="10-13")]))) == []
    assert statuses(judged(ANSWER, of_cases(opened, clients=[client(left="10-12")]))) == []


def test_the_owner_owes_it_else_who_handles_it() -> None:
    opened = case("10-12 09:00")
    handed_over = owners(("2020-01-01", ZHANG), ("10-13", LI))
    assert told(judged(ANSWER, of_cases(opened, owners=handed_over)), "owner") == [(LI,)]
    assert told(judged(ANSWER, of_cases(opened, owners=[])), "owner", "unit") == [(CHEN, "客户服务部")]


def test_who_called_back_is_named_beside_the_moment() -> None:
    resolved = {"resolved_at": "10-13 10:00", "callback_at": "10-14 10:00"}
    assert told(judged(CALL_BACK, of_cases(case("10-12 09:00", **resolved))), "status", "own") == [("met", 0.0)]
    named = case("10-12 09:00", **resolved, callback_by=ZHANG)
    assert told(judged(CALL_BACK, of_cases(named)), "status", "own") == [("met", 1.0)]


# Pauses


def test_a_pause_moves_the_due_moment_and_what_both_logbooks_tell_is_one_pause() -> None:
    told_twice = (pause("10-12 10:00", month="2026-09"), pause("10-12 10:00", "10-14 10:00", month="2026-10"))
    facts = of_cases(case("10-12 09:00"), pauses=told_twice)
    assert told(judged(ANSWER, facts), "status", "due_on") == [("missed", at("10-15 09:00"))]
    assert told(judged(ANSWER | {"pauses": False}, facts), "due_on") == [(at("10-13 09:00"),)]


def test_while_a_pause_is_open_nothing_falls_due() -> None:
    found = judged(ANSWER, of_cases(case("10-12 09:00"), pauses=(pause("10-12 10:00"),)))
    assert told(found, "status", "month") == [("open", "2026-11")]
    assert found.duties["due_on"].isna().all()


def test_a_pause_that_ends_after_the_day_of_judgement_is_open() -> None:
    facts = of_cases(case("10-12 09:00"), pauses=(pause("10-12 10:00", "10-14 10:00"),))
    assert statuses(judged(ANSWER, facts, as_of=date(2026, 10, 13))) == ["open"]
    assert judged(ANSWER, facts, as_of=date(2026, 10, 13)).duties["due_on"].isna().all()


def test_a_pause_after_the_deed_changes_nothing() -> None:
    answered = case("10-12 09:00", first_answer_at="10-12 11:00")
    found = judged(ANSWER, of_cases(answered, pauses=(pause("10-12 12:00"),)))
    assert told(found, "status", "due_on") == [("met", at("10-13 09:00"))]


def test_a_pause_of_a_case_that_nobody_logged_is_told() -> None:
    facts = of_cases(case("10-12 09:00"), pauses=(pause("10-12 10:00", case_no="T-999"),))
    _, findings = judge(regulation(**ANSWER), facts, month("2026-10"), date(2026, 11, 5))
    assert findings[["code", "value", "file", "row"]].values.tolist() == [
        ["judge_pause_without_case", "T-999", "logbooks/pause.xlsx", 2]
    ]


# Reopening


def test_a_reopened_case_is_one_case_and_its_rest_does_not_count() -> None:
    facts = of_cases(
        case("10-12 09:00", resolved_at="10-13 09:00"),
        case("10-12 09:00", resolved_at="10-20 15:00", reopened_at="10-20 09:00"),
    )
    duty = RESOLVE | {"within": "36 hours"}
    assert told(judged(duty, facts), *OUTCOME) == [("met", at("10-20 21:00"), at("10-20 15:00"))]


def test_a_case_that_stands_open_again_is_not_resolved() -> None:
    facts = of_cases(case("10-12 09:00", resolved_at="10-13 09:00"), case("10-12 09:00", reopened_at="10-20 09:00"))
    assert told(judged(RESOLVE, facts), "status", "due_on") == [("missed", at("10-22"))]
    assert statuses(judged(CALL_BACK, facts)) == []
    before = judged(RESOLVE, facts, as_of=date(2026, 10, 19))
    assert statuses(before) == ["met"]


def test_a_call_back_before_the_last_resolution_has_to_be_made_again() -> None:
    first = case("09-21 09:00", resolved_at="09-28 16:00", callback_at="09-29 10:00", month="2026-09")
    again = case("09-21 09:00", resolved_at="10-12 10:00", reopened_at="10-09 09:00", month="2026-10")
    assert told(judged(CALL_BACK, of_cases(first, again)), "status", "due_on") == [("missed", at("10-26"))]
    called = case("09-21 09:00", callback_at="10-14 10:00", month="2026-10")
    assert told(judged(CALL_BACK, of_cases(first, again, called)), *OUTCOME) == [
        ("met", at("10-26"), at("10-14 10:00")),
    ]  # fmt: skip


def test_a_correction_is_no_reopening() -> None:
    facts = of_cases(case("10-12 09:00", resolved_at="10-13 09:00"), case("10-12 08:00", resolved_at="10-14 09:00"))
    found = judged(RESOLVE, facts)
    assert told(found, "start", *OUTCOME) == [
        (at("10-12 08:00"), "met", at("10-15"), at("10-14 09:00")),
    ]  # fmt: skip
    assert proofs(found) == [("case", 1)]


def test_a_case_told_of_two_clients_is_told() -> None:
    facts = of_cases(
        case("10-12 09:00"), case("10-12 09:00", client="恒信数控"), clients=[client(), client("恒信数控")]
    )
    found, findings = judge(regulation(**ANSWER), facts, month("2026-10"), date(2026, 11, 5))
    assert found.duties["client"].tolist() == ["恒信数控"]
    assert findings[["code", "value", "row"]].values.tolist() == [["judge_case_other_client", "恒信数控", 3]]


# Promises and rows that follow up


def test_a_promised_day_is_over_at_its_end_and_no_promise_is_told() -> None:
    duty = {**ANSWER, "event": {"form": "contact", "where": {"purpose": "complaint"}, "by": "anyone"}}
    duty = {**duty, "done": "", "follow_up": RETURN["follow_up"], "promised": "recorded_on", "within": None}
    rows = [
        contact("10-12 09:00", purpose="complaint", recorded_on=date(2026, 10, 14)),
        contact("10-13 09:00", purpose="complaint"),
        contact("10-14 20:00", purpose="return_visit"),
    ]
    found, findings = judge(regulation(**duty), company(rows={"contact": rows}), month("2026-10"), date(2026, 11, 5))
    assert told(found, "subject", *OUTCOME) == [("contact:0", "met", at("10-14"), at("10-14 20:00"))]
    assert findings[["code", "row", "field"]].values.tolist() == [["judge_no_promised_time", 3, "recorded_on"]]


def test_the_first_row_after_the_event_follows_it_up() -> None:
    rows = [
        contact("10-12 08:00", purpose="return_visit"),
        contact("10-12 09:00", purpose="complaint"),
        contact("10-14 10:00", purpose="return_visit", about="恒信数控"),
        contact("10-15 10:00", purpose="return_visit", by=LI),
        contact("10-16 10:00", purpose="return_visit"),
    ]
    found = judged(RETURN, company(rows={"contact": rows}, clients=[client(), client("恒信数控")]))
    assert told(found, "subject", "client", *OUTCOME, "own") == [
        ("contact:1", CLIENT, "met", at("10-17"), at("10-15 10:00"), 0.0)
    ]
    assert proofs(found) == [("contact", 1), ("contact", 3)]


def test_a_row_of_the_same_day_without_a_time_may_follow_up_but_no_row_follows_itself() -> None:
    rows = [contact("10-12 09:00", purpose="complaint"), contact("10-12", purpose="return_visit")]
    assert statuses(judged(RETURN, company(rows={"contact": rows}))) == ["met"]
    itself = RETURN | {"follow_up": {"form": "contact", "where": {"purpose": "complaint"}}}
    assert statuses(judged(itself, company(rows={"contact": rows}))) == ["missed"]


# Rows in doubt


@pytest.mark.parametrize("cell", ["first_answer_at", "case_no", "kind", "client", "severity"])
def test_a_rejected_row_of_the_case_could_have_told_the_deed(cell: str) -> None:
    doubt = unread(case("10-12 09:00", first_answer_at="10-13 08:00"), cell, submitter=ZHANG)
    duty = ANSWER | {"event": EVENT | {"where": {"kind": "complaint"}}}
    found = judged(duty, of_cases(case("10-12 09:00"), doubts={"case": [doubt]}))
    assert statuses(found) == ["unprovable"]
    assert proofs(found, "doubt") == [("case", 0)]


@pytest.mark.parametrize(
    "other",
    [
        {"case_no": "T-002"},
        {"client": "恒信数控"},
        {"kind": "request"},
        {"first_answer_at": "10-14 09:00"},
        {"first_answer_at": None},
    ],
)
def test_a_rejected_row_that_does_not_fit_tells_nothing(other: dict[str, Any]) -> None:
    told_so = {"first_answer_at": "10-13 08:00", **other}
    told_so = {name: value for name, value in told_so.items() if value is not None}
    doubt = unread(case("10-12 09:00", **told_so), "severity")
    duty = ANSWER | {"event": EVENT | {"where": {"kind": "complaint"}}}
    clients = [client(), client("恒信数控")]
    assert statuses(judged(duty, of_cases(case("10-12 09:00"), doubts={"case": [doubt]}, clients=clients))) == [
        "missed"
    ]


def test_a_rejected_row_could_have_followed_up() -> None:
    rows = {"contact": [contact("10-12 09:00", purpose="complaint")]}
    inside = unread(contact("10-17 10:00", purpose="return_visit"), "minutes")
    late = unread(contact("10-18 10:00", purpose="return_visit"), "minutes")
    assert statuses(judged(RETURN, company(rows=rows, doubts={"contact": [inside]}))) == ["unprovable"]
    assert statuses(judged(RETURN, company(rows=rows, doubts={"contact": [late]}))) == ["missed"]


def test_a_year_without_a_published_calendar_is_provisional() -> None:
    late = case("2027-12-30 09:00")
    found, findings = judge(regulation(**RESOLVE), of_cases(late), month("2028-01"), date(2028, 2, 1))
    assert found.duties["provisional"].tolist() == [True]
    assert findings[["code", "value"]].values.tolist() == [["judge_calendar_not_published", "2028"]]
    hours, none = judge(regulation(**ANSWER), of_cases(late), month("2027-12"), date(2028, 2, 1))
    assert hours.duties["provisional"].tolist() == [False]
    assert none.empty
