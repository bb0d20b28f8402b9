"""Submission: who owes the document of which period, until when."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from tests.compute.company import (
    CHEN,
    EVERYBODY,
    LI,
    WANG,
    ZHANG,
    at,
    company,
    handed_in,
    judged,
    proofs,
    regulation,
    staff,
    statuses,
    told,
    unread,
)

RECORD: dict[str, Any] = {
    "kind": "submission",
    "every": "month",
    "due": {"day": 5},
    "counts": {"form": "submission", "where": {"document": "communication_record"}},
}
BY_UNIT = RECORD | {"by": "unit"}
BY_COMPANY = RECORD | {"by": "company"}


def of_log(*rows: dict[str, Any], **more: Any) -> Any:
    return company(rows={"submission": list(rows)}, **more)


def test_every_member_of_staff_with_the_role_hands_in_his_own() -> None:
    facts = of_log(
        handed_in("11-05", "2026-10"),
        handed_in("11-06", "2026-10", LI),
        handed_in("11-04", "2026-09", WANG),
        handed_in("11-04", "2026-10", WANG, document="key_client_report"),
        handed_in("11-04", "2026-10", CHEN),
    )
    found = judged(RECORD, facts)
    columns = ("subject_kind", "subject", "owner", "unit", "status", "actual", "own")
    assert sorted(told(found, *columns)) == sorted([
        ("staff", ZHANG, ZHANG, "投融资一部", "met", 1.0, 1.0),
        ("staff", LI, LI, "投融资一部", "missed", 0.0, 0.0),
        ("staff", WANG, WANG, "投融资二部", "missed", 0.0, 0.0),
    ])  # fmt: skip
    assert set(told(found, "due_on", "month", "start", "end", "client", "value")) == {
        (at("11-05"), "2026-10", at("10-01 00:00"), at("11-01 00:00"), "", "1")
    }
    late = found.duties.set_index("subject")["done_on"]
    assert late[LI] == at("11-06 00:00")
    assert proofs(found) == [("submission", 0)]


def test_it_is_judged_in_the_report_of_its_period_and_open_until_it_is_due() -> None:
    facts = of_log(people=[staff(ZHANG)])
    assert statuses(judged(RECORD, facts, as_of=date(2026, 11, 4))) == ["open"]
    assert statuses(judged(RECORD, facts, as_of=date(2026, 11, 5))) == ["missed"]


def test_a_longer_period_is_shown_while_it_runs() -> None:
    yearly = BY_COMPANY | {"every": "year", "due": {"day": 31, "month": 0}}
    assert told(judged(yearly, of_log(), as_of=date(2026, 11, 5)), "month", "status", "due_on") == [
        ("2026-12", "open", at("12-31"))
    ]
    handed = of_log(handed_in("06-20", "2026"))
    assert told(judged(yearly, handed, "2026-12", date(2027, 1, 9)), "month", "status") == [("2026-12", "met")]


@pytest.mark.parametrize(
    ("every", "key", "month"),
    [
        ("week", "2026-W41", "2026-10"),
        ("month", "2026-10", "2026-10"),
        ("two_months", "2026-10", "2026-10"),
        ("quarter", "2026-Q3", "2026-09"),
        ("half_year", "2026-H1", "2026-06"),
        ("year", "2026", "2026-12"),
    ],
)
def test_rows_name_their_period_by_its_key(every: str, key: str, month: str) -> None:
    duty = BY_COMPANY | {"every": every, "due": {"after": "120 days"}}
    found = judged(duty, of_log(handed_in("10-12", key)), month, date(2027, 6, 1))
    assert statuses(found).count("met") == 1
    assert proofs(found) == [("submission", 0)]


@pytest.mark.parametrize(
    ("due", "day"),
    [
        ({"day": 5}, "11-05"),
        ({"day": 31}, "11-30"),
        ({"day": 31, "month": 0}, "10-31"),
        ({"day": 8, "roll": True}, "11-09"),
        ({"last_working_day": True, "month": 0}, "10-30"),
        ({"last_working_day": True}, "11-30"),
        ({"weekday": 1}, "11-02"),
        ({"weekday": 7}, "11-01"),
        ({"after": "3 working_days"}, "11-04"),
        ({"after": "10 days"}, "11-10"),
        ({"after": "1 months"}, "11-30"),
        ({"weekday": 5, "week": -1}, "10-30"),
        ({"weekday": 6, "week": -1}, "10-31"),
        ({"weekday": 5, "week": 1}, "11-13"),
        ({"day": 12, "time": "18:00"}, "11-12 18:00"),
        ({"weekday": 5, "week": -1, "time": "9:30"}, "10-30 09:30"),
    ],
)
def test_due_days(due: dict[str, Any], day: str) -> None:
    assert told(judged(BY_COMPANY | {"due": due}, of_log()), "due_on") == [(at(day),)]


def test_the_plan_for_a_month_falls_due_before_it_and_is_judged_then() -> None:
    plan = BY_COMPANY | {"due": {"day": 20, "month": -1}}
    facts = of_log(handed_in("09-19", "2026-10"), handed_in("10-21", "2026-11"))
    assert told(judged(plan, facts, "2026-09"), "start", "due_on", "month", "status") == [
        (at("10-01 00:00"), at("09-20"), "2026-09", "met")
    ]
    assert told(judged(plan, facts), "start", "due_on", "month", "status") == [
        (at("11-01 00:00"), at("10-20"), "2026-10", "missed")
    ]
    assert statuses(judged(plan, of_log(), as_of=date(2026, 10, 19))) == ["open"]
    turn = told(judged(plan, of_log(), "2026-12"), "start", "due_on")
    assert turn == [(at("2027-01-01 00:00"), at("12-20"))]


def test_a_fixed_day_of_the_year() -> None:
    """The document of a year by 31 March of it, of a half-year by 15 July and 15 January."""
    yearly = BY_COMPANY | {"every": "year", "due": {"day": 31, "month": -9}}
    assert told(judged(yearly, of_log(), "2026-03"), "start", "due_on", "month") == [
        (at("01-01 00:00"), at("03-31"), "2026-03")
    ]
    assert told(judged(yearly, of_log(), "2026-02", date(2026, 2, 28)), "month", "status") == [("2026-03", "open")]
    assert judged(yearly, of_log(), "2026-12").duties.empty
    half = BY_COMPANY | {"every": "half_year", "due": {"day": 15}}
    assert told(judged(half, of_log(), "2026-06"), "due_on") == [(at("07-15"),)]


def test_a_weekly_document_falls_due_inside_its_week() -> None:
    weekly = BY_COMPANY | {"every": "week", "due": {"weekday": 5, "week": -1, "time": "12:00"}}
    in_time, late = handed_in("10-16 11:59", "2026-W42"), handed_in("10-23 12:01", "2026-W43")
    found = judged(weekly, of_log(in_time, late))
    assert told(found, "start", "due_on", "status")[2:4] == [
        (at("10-12 00:00"), at("10-16 12:00"), "met"),
        (at("10-19 00:00"), at("10-23 12:00"), "missed"),
    ]
    assert len(found.duties) == 5
    day_only = of_log(handed_in("10-16", "2026-W42"))
    assert told(judged(weekly, day_only), "status")[2] == ("met",)


@pytest.mark.parametrize("due", [{"day": 5, "week": 1}, {"day": 5, "time": "25:00"}, {"day": 5, "time": 9}])
def test_due_days_that_make_no_sense_are_refused(due: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        regulation(**BY_COMPANY | {"due": due})


def test_make_up_days_move_the_last_working_day() -> None:
    """Sunday, 20 September 2026 is worked; the week of 28 September ends with the holiday."""
    weekly = BY_COMPANY | {"every": "week", "due": {"after": "1 working_days"}}
    september = judged(weekly, of_log(), "2026-09")
    assert told(september, "start", "due_on")[1:3] == [
        (at("09-07 00:00"), at("09-14")),
        (at("09-14 00:00"), at("09-21")),
    ]
    assert told(judged(weekly, of_log()), "start", "due_on")[0] == (at("09-28 00:00"), at("10-08"))


def test_staff_who_did_not_have_the_role_throughout_owe_nothing() -> None:
    people = [
        staff(ZHANG, start="10-02"),
        staff(LI, end="10-31"),
        staff(WANG, end="10-16"),
        staff(WANG, unit="投融资二部", start="10-16"),
        staff(CHEN, "specialist"),
    ]
    assert told(judged(RECORD, of_log(people=people)), "subject", "unit") == [(WANG, "投融资二部")]


def test_a_unit_s_document_may_come_from_any_of_its_staff() -> None:
    facts = of_log(handed_in("11-02", "2026-10", LI))
    assert sorted(told(judged(BY_UNIT, facts), "subject_kind", "subject", "unit", "owner", "status", "own")) == [
        ("unit", "投融资一部", "投融资一部", "", "met", 0.0),
        ("unit", "投融资二部", "投融资二部", "", "missed", 0.0),
    ]


def test_the_company_s_document_may_come_from_anyone_with_the_role() -> None:
    assert told(judged(BY_COMPANY, of_log(handed_in("11-02", "2026-10", LI))), "subject", "unit", "status") == [
        ("", "", "met")
    ]
    assert statuses(judged(BY_COMPANY, of_log(handed_in("11-02", "2026-10", CHEN)))) == ["missed"]


def test_several_documents_may_be_asked_for() -> None:
    duty = BY_COMPANY | {"required": 2}
    rows = [handed_in("11-03", "2026-10"), handed_in("11-02", "2026-10", LI)]
    assert told(judged(duty, of_log(*rows)), "status", "actual", "done_on") == [("met", 2.0, at("11-03 00:00"))]
    assert told(judged(duty, of_log(*rows[:1])), "status", "earned") == [("missed", 1.0)]


@pytest.mark.parametrize("cell", ["document", "period", "submitted_on", "staff"])
def test_a_row_with_an_unreadable_cell_could_have_been_it(cell: str) -> None:
    doubt = unread(handed_in("11-02", "2026-10"), cell)
    found = judged(RECORD, company(people=[staff(ZHANG)], doubts={"submission": [doubt]}))
    assert statuses(found) == ["unprovable"]
    assert proofs(found, "doubt") == [("submission", 0)]


@pytest.mark.parametrize(
    "other",
    [{"document": "key_client_report"}, {"period": "2026-09"}, {"by": LI}, {"happened": at("11-06").to_pydatetime()}],
)
def test_what_can_be_read_has_to_fit(other: dict[str, Any]) -> None:
    doubt = unread(handed_in("11-02", "2026-10") | other, "note")
    facts = company(people=[staff(ZHANG), staff(LI, "specialist")], doubts={"submission": [doubt]})
    assert statuses(judged(RECORD, facts)) == ["missed"]


def test_a_row_of_unreadable_staff_could_be_anybody_s() -> None:
    doubt = unread(handed_in("11-02", "2026-10"), "staff")
    for duty in (RECORD, BY_UNIT, BY_COMPANY):
        assert set(statuses(judged(duty, company(people=EVERYBODY, doubts={"submission": [doubt]})))) == {"unprovable"}
