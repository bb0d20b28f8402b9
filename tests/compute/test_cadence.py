"""Cadence: how many are owed in which window, and what counts for them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.compute.company import (
    CHEN,
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
    statuses,
    tiers,
    told,
    unread,
)

WEEKLY: dict[str, Any] = {"kind": "cadence", "every": "week", "required": 1, "counts": {"form": "contact"}}
MONTHLY = WEEKLY | {"every": "month", "required": 2}
NATIONAL_DAY = WEEKLY | {"every": "festival", "festivals": ["national_day"], "lead": 3}


def test_a_week_over_the_end_of_a_month_is_judged_once() -> None:
    rows = {"contact": [contact("10-01"), contact("10-31")]}
    october = judged(WEEKLY, company(rows=rows), "2026-10")
    assert told(october, "start", "end", "month")[0] == (at("09-28 00:00"), at("10-05 00:00"), "2026-10")
    assert statuses(october) == ["met", "missed", "missed", "missed", "met"]
    assert told(judged(WEEKLY, company(rows=rows), "2026-09"), "start")[-1] == (at("09-21 00:00"),)
    assert told(judged(WEEKLY, company(rows=rows), "2026-11"), "start")[0] == (at("11-02 00:00"),)


def test_the_week_over_new_year_belongs_to_the_month_of_its_thursday() -> None:
    december = judged(WEEKLY, company(rows={"contact": [contact("2027-01-02")]}), "2026-12", date(2027, 1, 31))
    assert told(december, "start", "due_on", "status", "done_on")[-1] == (
        at("12-28 00:00"), at("2027-01-03"), "met", at("2027-01-02 00:00"),
    )  # fmt: skip


def test_a_duty_says_whose_it_was_what_was_asked_and_when_it_was_fulfilled() -> None:
    rows = {"contact": [contact("10-12 09:00"), contact("10-05 10:30"), contact("10-20 09:00", by=LI)]}
    found = judged(MONTHLY, company(rows=rows))
    columns = ("subject_kind", "subject", "client", "tier", "owner", "unit", "required", "actual", "earned", "own")
    assert told(found, *columns) == [("client", CLIENT, CLIENT, "key", ZHANG, "投融资一部", 2.0, 3.0, 2.0, 2.0)]
    assert told(found, "value", "done_on", "due_on", "month") == [
        ("2", at("10-12 09:00"), at("10-31"), "2026-10"),
    ]  # fmt: skip
    assert proofs(found) == [("contact", 0), ("contact", 1), ("contact", 2)]


def test_the_owner_of_the_day_earns_and_the_owner_of_the_due_day_owes() -> None:
    rows = {"contact": [contact("10-14", by=ZHANG), contact("10-15", by=ZHANG)]}
    handed_over = company(rows=rows, owners=owners(("2020-01-01", ZHANG), ("10-15", WANG)))
    assert told(judged(MONTHLY, handed_over), "owner", "unit", "actual", "own") == [(WANG, "投融资二部", 2.0, 1.0)]


@pytest.mark.parametrize(
    ("by", "counted"),
    [("role", 2.0), ("owner", 1.0), ("developer", 1.0), ("anyone", 3.0)],
)
def test_whose_rows_count(by: str, counted: float) -> None:
    rows = {"contact": [contact("10-14", by=ZHANG), contact("10-15", by=LI), contact("10-16", by=CHEN)]}
    facts = company(rows=rows, owners=owners(("2020-01-01", LI)))
    duty = MONTHLY | {"counts": {"form": "contact", "by": by}}
    assert told(judged(duty, facts), "actual") == [(counted,)]


def test_conditions_choose_the_rows() -> None:
    rows = {"contact": [contact("10-14"), contact("10-15", outcome="attempted"), contact("10-16", purpose="push")]}
    where = {"outcome": "connected", "purpose": {"not_in": ["push"]}}
    duty = MONTHLY | {"counts": {"form": "contact", "where": where}}
    assert proofs(judged(duty, company(rows=rows))) == [("contact", 0)]


def test_a_day_counts_once_where_asked_and_for_the_owner_if_he_was_there() -> None:
    rows = {"contact": [contact("10-14 09:00", by=LI), contact("10-14 15:00", by=ZHANG), contact("10-15", by=LI)]}
    duty = MONTHLY | {"counts": {"form": "contact", "distinct": "day"}}
    found = judged(duty, company(rows=rows))
    assert told(found, "actual", "own", "status") == [(2.0, 1.0, "met")]
    assert proofs(found) == [("contact", 1), ("contact", 2)]


def test_the_tier_and_the_value_of_the_first_day_decide() -> None:
    dated = [{"from": "2020-01-01", "value": 1}, {"from": "2026-10-20", "value": 3}]
    duty = WEEKLY | {"required": {"key": dated, "general": 0}}
    facts = company(tiers=tiers(("2020-01-01", "general"), ("10-14", "key")))
    assert told(judged(duty, facts), "start", "tier", "required") == [
        (at("10-19 00:00"), "key", 1.0),
        (at("10-26 00:00"), "key", 3.0),
    ]


@pytest.mark.parametrize(
    ("partial", "joined", "required"),
    [
        ("skip", "10-02", []),
        ("skip", "10-01", [4.0]),
        ("whole", "10-20", [4.0]),
        ("prorate", "10-16", [2.0]),
        ("prorate", "10-25", []),
    ],
)
def test_a_client_who_joins_inside_a_window(partial: str, joined: str, required: list[float]) -> None:
    duty = MONTHLY | {"required": {"key": 4}, "partial": partial}
    facts = company(clients=[client(joined=joined)], tiers=tiers((joined, "key")))
    assert [value for (value,) in told(judged(duty, facts), "required")] == required


def test_a_client_who_leaves_inside_a_window_owes_nothing_more() -> None:
    facts = company(clients=[client(left="10-12")])
    assert [start for (start,) in told(judged(WEEKLY, facts), "start")] == [at("09-28 00:00"), at("10-05 00:00")]


def test_only_clients_of_the_tiers_and_attributes_named() -> None:
    names = [client("华星光电", vip=True), client("恒信数控", vip=False), client("东方云图", vip=True)]
    ranks = [*tiers(("2020-01-01", "key")), *tiers(("2020-01-01", "key"), of="恒信数控")]
    duty = MONTHLY | {"tiers": ["key"], "scope": {"vip": True}}
    assert told(judged(duty, company(clients=names, tiers=ranks)), "client") == [("华星光电",)]


def test_a_rule_holds_for_windows_that_begin_while_it_is_in_force() -> None:
    duty = WEEKLY | {"from": date(2026, 10, 6), "to": date(2026, 10, 26)}
    assert [s for (s,) in told(judged(duty, company()), "start")] == [at("10-12 00:00"), at("10-19 00:00")]
    assert statuses(judged(WEEKLY | {"regulation_from": date(2026, 10, 20)}, company())) == ["missed"]


def test_a_longer_window_that_has_begun_is_shown_in_its_later_month() -> None:
    duty = WEEKLY | {"every": "quarter"}
    august = judged(duty, company(), "2026-08", date(2026, 8, 31))
    assert told(august, "month", "status") == [("2026-09", "open")]
    done = company(rows={"contact": [contact("08-20")]})
    assert told(judged(duty, done, "2026-08", date(2026, 8, 31)), "month", "status") == [("2026-09", "met")]
    assert told(judged(duty, company(), "2026-09"), "month", "status") == [("2026-09", "missed")]


def test_a_festival_runs_from_before_it_to_the_last_day_off() -> None:
    rows = {"contact": [contact("09-28 08:00"), contact("10-07 23:00"), contact("10-08")]}
    found = judged(NATIONAL_DAY, company(rows=rows))
    assert told(found, "start", "end", "due_on", "month", "actual") == [
        (at("09-28 00:00"), at("10-08 00:00"), at("10-07"), "2026-10", 2.0)
    ]
    september = judged(NATIONAL_DAY, company(), "2026-09", date(2026, 9, 30))
    assert told(september, "month", "status") == [("2026-10", "open")]


def test_two_festivals_on_the_same_days_are_owed_once() -> None:
    """In 2020 the Mid-Autumn Festival fell on National Day."""
    duty = NATIONAL_DAY | {"festivals": ["national_day", "mid_autumn"]}
    assert len(judged(duty, company(), "2020-10").duties) == 1


def test_a_waiver_of_the_due_day_comes_before_everything() -> None:
    waivers = [{"client": CLIENT, "obligation": "small/duty", "start": date(2026, 10, 11), "end": date(2026, 10, 19)}]
    facts = company(rows={"contact": [contact("10-13")]}, waivers=waivers)
    assert statuses(judged(WEEKLY, facts)) == ["missed", "waived", "waived", "missed", "missed"]
    others = company(waivers=[waivers[0] | {"obligation": "small/other"}])
    assert "waived" not in statuses(judged(WEEKLY, others))


def test_what_is_not_due_yet_is_open_even_if_a_row_is_in_doubt() -> None:
    facts = company(rows={"contact": [contact("10-13")]}, doubts={"contact": [unread(contact("10-20"), "minutes")]})
    found = judged(WEEKLY, facts, as_of=date(2026, 10, 20))
    assert statuses(found) == ["missed", "missed", "met", "open", "open"]
    assert statuses(judged(WEEKLY, facts, as_of=date(2026, 10, 25)))[3] == "unprovable"


def test_rows_after_the_day_of_judgement_are_not_known() -> None:
    facts = company(rows={"contact": [contact("10-12 23:59"), contact("10-13 00:00")]})
    assert told(judged(MONTHLY, facts, as_of=date(2026, 10, 12)), "actual", "status") == [(1.0, "open")]


def test_clients_without_rows_and_forms_without_any_are_judged() -> None:
    assert statuses(judged(MONTHLY, company())) == ["missed"]
    assert judged(MONTHLY, company()).evidence.empty
