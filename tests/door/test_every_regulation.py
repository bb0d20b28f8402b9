"""A workspace can be made and run for every regulation that ships, and its articles are all accounted for."""

from datetime import date

import pytest

from pipeline.door.begin import begin
from pipeline.door.progress import bar
from pipeline.door.regulation import outcomes, validated
from pipeline.door.run import run_month
from pipeline.language.period import month
from pipeline.language.policy.load import shipped
from pipeline.language.workspace import load_workspace

# The largest, the one with the most forms, and one in English in every round; the others take minutes together.
AT_ONCE = {("fund_clients", "zh"), ("exchange_membership", "zh"), ("telecom_group_clients", "en")}
RUNS = [
    pytest.param(*run, marks=() if run in AT_ONCE else pytest.mark.heavy)
    for run in [*((r, "zh") for r in shipped()), ("telecom_group_clients", "en")]
]


@pytest.mark.parametrize(("regulation", "lang"), RUNS)
def test_a_new_workspace_of_every_regulation_runs(regulation, lang, tmp_path):
    begin(tmp_path / "new", regulation, "某公司", lang, date(2026, 10, 1))
    with bar(lang, quiet=True) as progress:
        result = run_month(
            load_workspace(tmp_path / "new"),
            month("2026-10"),
            date(2026, 11, 12),
            tmp_path / "out",
            lang,
            progress=progress,
        )
    assert [path.suffix for path in result.paths] == [".xlsx", ".html"]
    assert all(path.stat().st_size > 5000 for path in result.paths)
    assert not (result.findings["severity"] == "error").any()


@pytest.mark.parametrize("regulation", shipped())
def test_every_article_has_an_outcome_in_both_languages(regulation):
    for outcome in outcomes(validated(regulation)):
        assert outcome.ways, outcome.article
        assert all(way.zh and way.en for way in outcome.ways), outcome.article
