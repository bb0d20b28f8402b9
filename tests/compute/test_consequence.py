"""Ladders of what follows from missed duties."""

import pandas as pd
import pytest

from pipeline.compute.consequence import follow
from pipeline.compute.judge import Judged
from pipeline.language.policy.consequence import Consequence
from pipeline.language.policy.load import load_regulation

LADDER = [
    {"at": 1, "points": 1, "title": {"zh": "扣一分", "en": "one point"}},
    {"at": 2, "points": 2, "title": {"zh": "扣两分", "en": "two points"}},
    {"at": 3, "points": 4, "title": {"zh": "扣四分", "en": "four points"}},
    {"at": 4, "title": {"zh": "报总经理处理", "en": "to the general manager"}},
]


def consequence(**more):
    title = {"zh": "扣分", "en": "points"}
    return Consequence.model_validate(
        {"id": "points", "article": "5.4", "title": title, "of": ["weekly_push"], "ladder": LADDER} | more
    )


def followed(rule, months, month="2026-10"):
    """What follows when owners miss so many duties in each month: `{"2026-10": {"YW01": 2}}`."""
    regulation = load_regulation("equity_listing").model_copy(update={"consequences": (rule,)})
    judged = {}
    for key, missed in months.items():
        owners = [owner for owner, count in missed.items() for _ in range(count)]
        duties = pd.DataFrame({"owner": owners, "client": "00001", "unit": "一部"}).astype("str")
        duties = duties.assign(month=key, status="missed", obligation="weekly_push")
        more = duties.assign(status="met")
        judged[key] = Judged(pd.concat([duties, more], ignore_index=True), pd.DataFrame())
    return follow(regulation, judged, month)


@pytest.mark.parametrize(("missed", "rung", "points"), [(1, 0, 1), (2, 1, 3), (3, 2, 7), (4, 3, 7), (6, 3, 7)])
def test_each_missed_duty_stands_on_its_rung(missed, rung, points):
    """1, 2 and 4 points for the first three; beyond that the general manager decides."""
    (row,) = followed(consequence(), {"2026-10": {"YW01": missed}}).to_dict("records")
    assert (row["subject"], row["count"], row["rung"], row["points"]) == ("YW01", missed, rung, points)


def test_the_months_before_count_but_cost_nothing_again():
    (row,) = followed(consequence(over=3), {"2026-08": {"YW01": 1}, "2026-10": {"YW01": 1}}).to_dict("records")
    assert (row["count"], row["rung"], row["points"]) == (2, 1, 2)


def test_who_missed_nothing_this_month_is_left_alone():
    assert followed(consequence(over=3), {"2026-09": {"YW01": 5}, "2026-10": {"YW02": 0}}).empty


def test_months_in_a_row_stop_at_a_month_without():
    rule = consequence(over=3, in_a_row=True, per="client", ladder=[{**LADDER[0], "at": 3}])
    whole = {"2026-08": {"YW01": 1}, "2026-09": {"YW02": 2}, "2026-10": {"YW01": 1}}
    (row,) = followed(rule, whole).to_dict("records")
    assert (row["subject"], row["count"], row["rung"]) == ("00001", 3, 0)
    assert followed(rule, {"2026-08": {"YW01": 1}, "2026-09": {}, "2026-10": {"YW01": 1}}).empty


def test_a_ladder_not_yet_reached_says_nothing():
    assert followed(consequence(ladder=LADDER[2:]), {"2026-10": {"YW01": 2}}).empty
