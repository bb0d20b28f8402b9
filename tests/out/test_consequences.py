"""What follows from missed duties, as the report tells it."""

from pipeline.language.policy.consequence import Consequence
from pipeline.out.report.show import values
from tests.out.builder import sample, sample_report

RULE = Consequence.model_validate(
    {
        "id": "points",
        "article": "19",
        "title": {"zh": "未沟通扣分", "en": "Points for missed contacts"},
        "of": ["weekly_contact"],
        "ladder": [
            {"at": 1, "points": 1, "title": {"zh": "扣一分", "en": "One point"}},
            {"at": 3, "points": 2, "title": {"zh": "扣两分", "en": "Two points"}},
        ],
    }
)


def test_a_regulation_without_consequences_has_no_such_section():
    assert "consequences" not in sample_report().tables


def test_each_owner_is_told_what_follows_from_what_was_missed():
    judgings = [(r.model_copy(update={"consequences": (RULE,)}), judged) for r, judged in sample()["judgings"]]
    table = sample_report(judgings=judgings).tables["consequences"]
    duties = judgings[0][1]["2026-10"].duties
    wrong = duties[
        (duties["month"] == "2026-10") & (duties["status"] == "missed") & (duties["obligation"] == "weekly_contact")
    ]
    missed = wrong["owner"].value_counts()
    assert len(table.rows) == len(missed) > 0
    for row in table.rows.to_dict("records"):
        assert row["count"] == missed[row["subject"]]
        assert row["points"] == sum(1 if n < 3 else 2 for n in range(1, row["count"] + 1))
    titles = dict(zip([c.key for c in table.columns], table.columns, strict=True))
    assert set(values(table, titles["follows"], "zh")) <= {"扣一分", "扣两分"}
    assert set(values(table, titles["follows_article"], "en")) == {"19"}


def test_a_share_of_pay_is_told_in_per_cent():
    shares = [
        {"percent": 100, "of": {"zh": "当月基本工资", "en": "the month's basic wage"}},
        {"percent": 50, "of": {"zh": "当月奖金", "en": "the month's bonus"}},
    ]
    ladder = [{"at": 1, "pay": shares, "title": {"zh": "扣工资奖金", "en": "Pay withheld"}}]
    rule = Consequence.model_validate(RULE.model_dump() | {"ladder": ladder})
    judgings = [(r.model_copy(update={"consequences": (rule,)}), judged) for r, judged in sample()["judgings"]]
    table = sample_report(judgings=judgings).tables["consequences"]
    pay = next(c for c in table.columns if c.key == "pay")
    assert set(values(table, pay, "zh")) == {"当月基本工资的 100%、当月奖金的 50%"}
    assert set(values(table, pay, "en")) == {"100 % of the month's basic wage, 50 % of the month's bonus"}
