"""The judgement and the oracle agree on months made by chance, and the oracle's own calendar on the published one."""

from __future__ import annotations

import os
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from pipeline.language.calendar import china_calendar
from pipeline.language.overrides import DEFAULT_HOURS
from tests.cases.outcome import by_oracle, judged
from tests.oracle import clock
from tests.oracle.rules import KINDS
from tests.oracle.strategies import SmallMonth, month_of, small_months

PHASES = (Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink)  # explaining a failure takes minutes
# The months are the same in every run, for a build must mean the same twice; ORACLE_EXAMPLES asks for new ones.
usual = settings(
    max_examples=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), phases=PHASES
)
asked = int(os.environ.get("ORACLE_EXAMPLES", "0"))
many = settings(usual, derandomize=not asked, max_examples=asked or 150)


def agree(small: SmallMonth) -> None:
    """Asserts that both find the same duties, in every detail."""
    taken = (small.regulation, small.facts, small.month, small.as_of)
    assert sorted(judged(*taken)) == sorted(by_oracle(*taken))


@pytest.mark.parametrize("kind", KINDS)
def test_judgement_agrees_with_the_oracle(kind: str) -> None:
    usual(given(small_months(kind))(agree))()


@pytest.mark.heavy
@pytest.mark.parametrize("kind", KINDS)
def test_judgement_agrees_with_the_oracle_many_times(kind: str) -> None:
    many(given(small_months(kind))(agree))()


def test_a_rejected_row_without_a_day_may_be_of_a_day_on_which_the_client_had_the_tier() -> None:
    """The client gets its tier in the middle of the month; the row could be of the week after."""
    agree(
        month_of(
            name="2025-10",
            judged_after=18,
            start=0,
            rules=[("in_all", 323)],
            clients=[18],
            staff=(0, 0, 0, 0),
            rows={"contact": []},
            doubts={"contact": [185]},
            waivers=[],
        )
    )


@given(small_months(*KINDS))
@settings(usual)
def test_obligations_of_several_kinds_do_not_disturb_each_other(small: SmallMonth) -> None:
    agree(small)


def test_the_oracle_knows_the_published_calendar() -> None:
    calendar = china_calendar()
    days = [date(2025, 1, 1) + timedelta(days=n) for n in range(730)]
    assert calendar.is_working(days).tolist() == [clock.is_working(day) for day in days]
    festivals = calendar.festivals(days[0], days[-1])
    found = [f for year in (2025, 2026) for f in clock.festivals(year)]
    assert [(f.id, f.day, f.last_day_off) for f in festivals] == sorted(found, key=lambda f: f[1])
    assert calendar.hours == DEFAULT_HOURS
