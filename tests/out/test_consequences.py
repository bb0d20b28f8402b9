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
