"""What staff, units and the company owe in all, and windows of a day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from tests.compute.company import (
    CHEN,
    CLIENT,
    EVERYBODY,
    LI,
    SALES,
    WANG,
    ZHANG,
    at,
    client,
    company,
    contact,
    handed_in,
    judged,
    proofs,
    regulation,
    staff,
    statuses,
    tiers,
    told,
    unread,
)

OTHER = "恒信数控"
THREE_CLIENTS: dict[str, Any] = {
    "clients": [client(), client(OTHER), client("东方云图")],
    "tiers": [*tiers(("2020-01-01", "key")), *tiers(("2020-01-01", "general"), of=OTHER)],
}
OF_STAFF: dict[str, Any] = {
    "kind": "cadence",
    "subject": "staff",
    "every": "month",
    "required": 2,
    "counts": {"form": "contact"},
}
MEETING: dict[str, Any] = {
    "kind": "interval",
    "subject": "unit",
    "at_most": "30 days",
    "counts": {"form": "contact", "where": {"purpose": "meeting"}, "by": "anyone"},
}


def test_each_member_of_staff_owes_a_number_in_all() -> None:
    rows = {
        "contact": [contact("10-12"), contact("10-13", about=OTHER), contact("10-14", by=LI), contact("10-15", by=CHEN)]
    }
    found = judged(OF_STAFF, company(rows=rows, **THREE_CLIENTS))
    columns = ("subject", "subject_kind", "client", "tier", "owner", "unit", "actual", "own", "status")
    assert set(told(found, *columns)) == {
        (ZHANG, "staff", "", "", ZHANG, SALES, 2.0, 2.0, "met"),
        (LI, "staff", "", "", LI, SALES, 1.0, 1.0, "missed"),
        (WANG, "staff", "", "", WANG, "投融资二部", 0.0, 0.0, "missed"),
    }
    assert sorted(proofs(found)) == [("contact", 0), ("contact", 1), ("contact", 2)]


def test_a_client_counts_once_where_asked() -> None:
    rows = {"contact": [contact("10-12"), contact("10-13"), contact("10-14", about=OTHER), contact("10-14", by=LI)]}
    duty = OF_STAFF | {"counts": {"form": "contact", "distinct": "client"}}
    actual = dict(told(judged(duty, company(rows=rows, **THREE_CLIENTS)), "subject", "actual"))
    assert actual == {ZHANG: 2.0, LI: 1.0, WANG: 0.0}
    daily = {"contact": [contact("10-12 09:00"), contact("10-12 15:00"), contact("10-12 16:00", by=LI)]}
    duty = OF_STAFF | {"counts": {"form": "contact", "distinct": "day"}}
    assert dict(told(judged(duty, company(rows=daily)), "subject", "actual")) == {ZHANG: 1.0, LI: 1.0, WANG: 0.0}


def test_only_rows_about_the_clients_named_count() -> None:
    rows = {"contact": [contact("10-12"), contact("10-13", about=OTHER)]}
    actual = dict(told(judged(OF_STAFF | {"tiers": ["key"]}, company(rows=rows, **THREE_CLIENTS)), "subject", "actual"))
    assert actual[ZHANG] == 1.0


def test_who_has_the_role_for_a_part_of_the_window_owes_nothing() -> None:
    people = [staff(ZHANG), staff(LI, start="10-12"), staff(WANG, end="10-12")]
    assert told(judged(OF_STAFF, company(people=people)), "subject") == [(ZHANG,)]
    weekly = judged(OF_STAFF | {"every": "week"}, company(people=people))
    assert [who for who, start in told(weekly, "subject", "start") if start == at("10-12 00:00")] == [ZHANG, LI]


def test_units_and_the_company_owe_what_their_staff_do() -> None:
    rows = {"contact": [contact("10-12"), contact("10-13", by=LI), contact("10-13", by=CHEN)]}
    units = judged(OF_STAFF | {"subject": "unit"}, company(rows=rows))
    assert set(told(units, "subject", "unit", "owner", "actual", "status")) == {
        (SALES, SALES, "", 2.0, "met"),
        ("投融资二部", "投融资二部", "", 0.0, "missed"),
    }
    whole = judged(OF_STAFF | {"subject": "company"}, company(rows=rows))
    assert told(whole, "subject_kind", "subject", "actual", "status") == [("company", "", 2.0, "met")]


def test_a_rejected_row_could_be_of_whoever_wrote_it() -> None:
    rows = {"contact": [contact("10-12"), contact("10-12", by=LI), contact("10-12", by=WANG)]}
    named = unread(contact("10-20"), "minutes")
    found = judged(OF_STAFF, company(rows=rows, doubts={"contact": [named]}))
    assert dict(told(found, "subject", "status")) == {ZHANG: "unprovable", LI: "missed", WANG: "missed"}
    anybody = unread(contact("10-20"), "staff")
    found = judged(OF_STAFF, company(rows=rows, doubts={"contact": [anybody]}))
    assert set(statuses(found)) == {"unprovable"}


def test_a_rejected_row_about_a_client_that_counts_already_adds_nothing() -> None:
    duty = OF_STAFF | {"counts": {"form": "contact", "distinct": "client"}}
    rows = {"contact": [contact("10-12")]}
    again, other = unread(contact("10-20"), "minutes"), unread(contact("10-20", about=OTHER), "minutes")
    for doubt, status in ((again, "missed"), (other, "unprovable")):
        found = judged(duty, company(rows=rows, doubts={"contact": [doubt]}, **THREE_CLIENTS))
        assert dict(told(found, "subject", "status"))[ZHANG] == status
    twice = [other, other]
    found = judged(duty | {"required": 3}, company(rows=rows, doubts={"contact": twice}, **THREE_CLIENTS))
    assert dict(told(found, "subject", "status"))[ZHANG] == "missed"


def test_a_unit_or_the_company_keeps_an_interval() -> None:
    rows = {"contact": [contact("09-20", purpose="meeting"), contact("10-15", by=LI, purpose="meeting")]}
    found = judged(MEETING, company(rows=rows))
    assert set(told(found, "subject", "unit", "status")) == {
        (SALES, SALES, "met"),
        ("投融资二部", "投融资二部", "missed"),
    }
    whole = judged(MEETING | {"subject": "company"}, company(rows=rows))
    assert told(whole, "subject", "status", "due_on") == [("", "met", at("11-14"))]


def test_a_member_of_staff_keeps_an_interval_from_when_he_got_the_role() -> None:
    people = [staff(ZHANG), staff(LI, start="09-15")]
    found = judged(MEETING | {"subject": "staff"}, company(people=people), as_of=date(2026, 10, 1))
    assert told(found, "subject", "owner", "due_on")[-1] == (LI, LI, at("10-15"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"required": {"key": 2}},
        {"subject": "client", "counts": {"form": "contact", "distinct": "client"}},
        {"every": "anniversary", "anchor": "joined_on"},
    ],
)
def test_what_makes_no_sense_of_staff_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        regulation(**OF_STAFF | wrong)


# windows of a day


def test_every_day_and_every_working_day() -> None:
    rows = {"contact": [contact("10-10"), contact("10-11")]}
    facts = company(rows=rows)
    daily = judged(OF_STAFF | {"every": "day", "required": 1, "subject": "company"}, facts)
    assert len(daily.duties) == 31
    assert [start for start, status in told(daily, "start", "status") if status == "met"] == [
        at("10-10 00:00"),
        at("10-11 00:00"),
    ]
    working = judged(OF_STAFF | {"every": "working_day", "required": 1, "subject": "company"}, facts)
    starts = [start for (start,) in told(working, "start")]
    assert len(starts) == 18  # National Day to the 7th; Saturday 10 October is worked
    assert at("10-10 00:00") in starts
    assert at("10-11 00:00") not in starts
    assert told(working, "end", "due_on", "month")[0] == (at("10-09 00:00"), at("10-08"), "2026-10")


def test_a_client_is_owed_something_every_working_day() -> None:
    duty = OF_STAFF | {"subject": "client", "every": "working_day", "required": 1}
    found = judged(duty, company(rows={"contact": [contact("10-12")]}))
    assert [s for s in statuses(found) if s == "met"] == ["met"]
    assert told(found, "client", "owner")[0] == (CLIENT, ZHANG)


def test_a_document_of_every_day_is_for_the_day_that_its_column_names() -> None:
    duty = {
        "kind": "submission",
        "every": "working_day",
        "due": {"after": "0 days"},
        "period": "submitted_on",
        "counts": {"form": "submission"},
    }
    facts = company(rows={"submission": [handed_in("10-12", ""), handed_in("10-17", "")]}, people=EVERYBODY[:1])
    found = judged(duty, facts)
    assert len(found.duties) == 18
    assert [start for start, status in told(found, "start", "status") if status == "met"] == [at("10-12 00:00")]
    with pytest.raises(ValidationError, match=r"不能在当天之前|before its day"):
        regulation(**duty | {"due": {"day": 1, "month": -1}})
    with pytest.raises(ValidationError, match="period"):
        regulation(**{key: value for key, value in duty.items() if key != "period"})
