"""Rejected rows: which duties they leave unprovable."""

from __future__ import annotations

from typing import Any

import pytest

from tests.compute.company import (
    CHEN,
    CLIENT,
    LI,
    ZHANG,
    client,
    company,
    contact,
    judged,
    owners,
    proofs,
    staff,
    statuses,
    unread,
)

OTHER = "恒信数控"
VISIT: dict[str, Any] = {
    "kind": "cadence",
    "every": "month",
    "required": 1,
    "counts": {"form": "contact", "where": {"channel": "visit", "outcome": "connected"}},
}
WEEKLY = VISIT | {"every": "week"}
DONE = contact("10-13", channel="visit")


def judged_with(*doubts: dict[str, Any], duty: dict[str, Any] = VISIT, **more: Any) -> list[str]:
    return statuses(judged(duty, company(doubts={"contact": list(doubts)}, **more)))


@pytest.mark.parametrize("cell", ["client", "date", "channel", "outcome", "staff", "minutes"])
def test_a_row_with_an_unreadable_cell_could_have_met_the_duty(cell: str) -> None:
    assert judged_with(unread(DONE, cell)) == ["unprovable"]


@pytest.mark.parametrize(
    ("cell", "value"),
    [("client", OTHER), ("channel", "phone"), ("channel", None), ("outcome", "attempted"), ("by", CHEN)],
)
def test_what_can_be_read_of_a_row_has_to_fit(cell: str, value: object) -> None:
    assert judged_with(unread({**DONE, cell: value}, "minutes")) == ["missed"]


def test_a_readable_day_has_to_lie_in_the_window() -> None:
    late = unread({**contact("11-01", channel="visit"), "month": "2026-10"}, "minutes")
    assert judged_with(late) == ["missed"]


def test_an_unreadable_day_may_be_any_of_the_logbook_s_month() -> None:
    assert judged_with(unread(DONE, "date"), duty=WEEKLY) == ["unprovable"] * 5
    november = unread(DONE, "date", month="2026-11")
    assert judged_with(november, duty=WEEKLY) == ["missed"] * 4 + ["unprovable"]  # the last week ends on 1 November
    assert judged_with(unread(DONE, "date", month="")) == ["unprovable"]


def test_an_unreadable_client_may_be_any_whom_the_submitter_or_the_doer_owned() -> None:
    doubt = unread(DONE, "client")
    assert judged_with(doubt | {"submitter": CHEN}) == ["unprovable"]
    assert judged_with(doubt | {"submitter": ZHANG, "by": LI}) == ["unprovable"]
    assert judged_with(doubt | {"submitter": CHEN, "by": LI}) == ["missed"]
    gone = owners(("2020-01-01", ZHANG), ("10-13", LI))
    assert judged_with(doubt, owners=gone) == ["missed"]
    of_the_month = unread(DONE, "client", "date")
    assert judged_with(of_the_month, owners=gone) == ["unprovable"]


def test_an_unreadable_client_stands_for_every_client_owned() -> None:
    clients = [client(), client(OTHER), client("东方云图")]
    owned = [*owners(("2020-01-01", ZHANG)), *owners(("2020-01-01", ZHANG), of=OTHER, role="specialist")]
    found = judged(VISIT, company(clients=clients, owners=owned, doubts={"contact": [unread(DONE, "client")]}))
    by_client = dict(zip(found.duties["client"], found.duties["status"], strict=True))
    assert by_client == {CLIENT: "unprovable", OTHER: "unprovable", "东方云图": "missed"}
    assert proofs(found, "doubt") == [("contact", 0), ("contact", 0)]


def test_the_doer_had_to_have_the_role_on_a_day_the_row_may_be_of() -> None:
    people = [staff(ZHANG, start="10-20"), staff(LI)]
    assert judged_with(unread(DONE, "minutes"), people=people) == ["missed"]
    assert judged_with(unread(DONE, "date"), people=people, duty=WEEKLY)[2:] == ["missed", "unprovable", "unprovable"]


@pytest.mark.parametrize(("by", "doer"), [("owner", LI), ("developer", LI)])
def test_owner_and_developer_have_to_fit_if_they_can_be_read(by: str, doer: str) -> None:
    duty = VISIT | {"counts": {**VISIT["counts"], "by": by}}
    assert judged_with(unread({**DONE, "by": doer}, "minutes"), duty=duty) == ["missed"]
    assert judged_with(unread(DONE, "minutes"), duty=duty) == ["unprovable"]
    assert judged_with(unread(DONE, "staff"), duty=duty) == ["unprovable"]


def test_more_is_missing_than_the_rejected_rows_could_add() -> None:
    two = VISIT | {"required": 2}
    assert judged_with(unread(DONE, "client"), duty=two) == ["missed"]
    assert judged_with(unread(DONE, "client"), unread(DONE, "date"), duty=two) == ["unprovable"]


def test_a_row_that_could_be_about_the_client_in_two_ways_counts_once() -> None:
    two = VISIT | {"required": 2}
    both = [*owners(("2020-01-01", ZHANG)), *owners(("2020-01-01", ZHANG), role="specialist")]
    assert judged_with(unread(DONE, "client"), duty=two, owners=both) == ["missed"]


def test_where_a_day_counts_once_a_rejected_row_has_to_bring_a_new_day() -> None:
    duty = VISIT | {"required": 2, "counts": {**VISIT["counts"], "distinct": "day"}}
    rows = {"contact": [DONE]}
    assert judged_with(unread(DONE, "minutes"), duty=duty, rows=rows) == ["missed"]
    assert judged_with(unread(contact("10-14", channel="visit"), "minutes"), duty=duty, rows=rows) == ["unprovable"]
    three = duty | {"required": 3}
    same_day = [unread(contact(f"10-14 {hour}:00", channel="visit"), "minutes") for hour in ("09", "15")]
    assert judged_with(*same_day, duty=three, rows=rows) == ["missed"]
    assert judged_with(same_day[0], unread(DONE, "date"), duty=three, rows=rows) == ["unprovable"]


def test_a_met_duty_needs_no_doubt() -> None:
    found = judged(VISIT, company(rows={"contact": [DONE]}, doubts={"contact": [unread(DONE, "client")]}))
    assert statuses(found) == ["met"]
    assert proofs(found, "doubt") == []
