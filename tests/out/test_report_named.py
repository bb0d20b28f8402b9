"""The reports that regulations name: what each tells of the logbooks, and that each says so when there is nothing."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import pandas as pd
import pytest

from pipeline.compute.facts import Facts
from pipeline.compute.judge import Judged
from pipeline.intake.forms import load_forms
from pipeline.language.period import month
from pipeline.language.policy.load import load_regulation, shipped
from pipeline.language.wording import LANGS
from pipeline.out.page import render_page
from pipeline.out.report.build import DETAIL, PARTS, compose
from pipeline.out.report.material import gather
from pipeline.out.report.model import Report, Run
from pipeline.out.report.named import Breakdown, Listing, named_plan, named_reports
from pipeline.out.report.scope import COMPANY, Scope
from pipeline.out.report.show import values
from pipeline.out.report.span import Span
from tests.out.builder import AS_OF, clients, sample

LOGS: dict[str, list[dict[str, Any]]] = {
    "survey": [
        {"client": "00001", "day": "2026-05-12", "subject": "overall", "score": 90, "satisfied": True, "opinion": "好"},
        {"client": "00005", "day": "2026-10-08", "subject": "overall", "score": 70, "opinion": "慢", "satisfied": False},  # noqa: E501
        {"client": "00005", "day": "2025-10-08", "subject": "overall", "score": 60, "satisfied": True, "opinion": "旧"},
    ],
    "grading": [
        {"client": "00002", "day": "2026-03-01", "kind": "credit_check", "score": 81.0, "grade": "B", "reason": "年检"},
        {"client": "00002", "day": "2026-10-02", "kind": "credit_check", "score": 85.0, "grade": "A", "reason": "复查"},
        {"client": "00006", "day": "2026-10-20", "kind": "grading", "score": 77.0, "grade": "良", "reason": "年度评级"},
    ],
    "trial": [
        {"client": "00009", "day": "2026-09-15", "kind": "credit", "item": "赊销", "amount": 5e4, "ended_on": None},
        {"client": "00010", "day": "2026-09-16", "kind": "credit", "item": "旧", "amount": 1, "ended_on": "2026-10-01"},
    ],
    "submission": [
        {"document": "company_blacklist", "period": "2026-10", "day": "2026-10-30", "note": "按月报备"},
    ],
    "milestone": [
        {"client": "00030", "chain": "blacklisting", "step": "published", "state": "done", "day": "2026-10-12"},
    ],
}  # fmt: skip
DATED = {
    "survey": "surveyed_on",
    "grading": "graded_on",
    "trial": "begun_on",
    "submission": "submitted_on",
    "milestone": "date",
}


def log(form: str) -> pd.DataFrame:
    rows = pd.DataFrame(LOGS[form]).rename(columns={"day": DATED[form]})
    for day in {DATED[form], "ended_on"} & {*rows}:
        rows[day] = pd.to_datetime(rows[day]).astype("datetime64[s]")
    file = f"logbooks/2026-10/{form}.xlsx"
    happened = rows[DATED[form]]
    more = {
        "staff": "S05",
        "by": "S05",
        "file": file,
        "sheet": form,
        "row": range(5, 5 + len(rows)),
        "month": "2026-10",
    }
    return rows.assign(happened=happened, submitter="S05", **more)


@cache
def facts(*, empty: bool = False) -> Facts:
    given: Facts = sample()["facts"]
    register = given.clients.assign(joined_on=pd.NaT, left_on=pd.NaT, blacklist=pd.Series({"00030": "company"}))
    tiers = clients()[["client", "tier"]].assign(regulation=None, start=pd.Timestamp("2020-01-01"), end=pd.NaT)
    rows = {**given.rows, **{form: log(form) for form in LOGS}}
    rows = {form: rows_.head(0) if empty else rows_ for form, rows_ in rows.items()}
    return replace(
        given, clients=register, tiers=tiers, owners=given.owners.assign(role="", staff="", start=pd.NaT), rows=rows
    )


@cache
def named(name: str, at: str = "2026-10", *, empty: bool = False, scope: Scope = COMPANY) -> Report:
    given = sample()
    ((regulation, judged),) = given["judgings"]
    if empty:
        judged = {m: Judged(duties=j.duties.head(0), evidence=j.evidence.head(0)) for m, j in judged.items()}
    span = Span(month(at), named_reports()[name].period)
    material = gather(
        [(regulation, judged)],
        facts(empty=empty),
        load_forms([load_regulation("equity_listing"), load_regulation("client_admission")]),
        submissions=given["submissions"],
        findings=given["findings"],
        span=span,
        as_of=AS_OF,
    )
    return compose(given["company"], material, named_plan(named_reports()[name], span), Run(), scope=scope)


def cells(report: Report, table: str, column: str) -> list[Any]:
    found = report.tables[table]
    (wanted,) = [c for c in found.columns if c.key == column]
    return values(found, wanted, "zh")


@pytest.mark.parametrize("name", named_reports())
@pytest.mark.parametrize("lang", LANGS)
def test_every_named_report_is_written_in_both_languages(name, lang):
    report = named(name)
    html = render_page(report, lang)
    assert report.meta.title.in_(lang) in html
    own = [part.key for part in named_reports()[name].parts if isinstance(part, Listing | Breakdown)]
    assert [key for key in own if key not in report.tables] == []


@pytest.mark.parametrize("name", named_reports())
def test_an_empty_named_report_says_so_in_words(name):
    report = named(name, empty=True)
    parts = named_reports()[name].parts
    listed = [p for p in parts if isinstance(p, Listing | Breakdown) and p.form != "client"]
    if listed and name != "blacklist":
        assert "没有可以写入" in "".join(words.zh for words in report.meta.verdict)
    assert "没有到期的应做事项" in report.meta.verdict[0].zh
    assert all(figure.value is None for figure in report.figures if not figure.id.startswith("total/rows"))


def test_a_complaint_analysis_tells_kind_validity_severity_and_time_to_answer():
    report = named("complaint_analysis")
    assert report.by_id["complaints/received"].value == 3
    valid = report.by_id["complaints/valid"]
    assert (valid.value, valid.denominator) == (0.5, 2)
    assert cells(report, "by_severity", "value") == ["一般", "较重", "严重"]
    assert cells(report, "by_tier", "records") == [1, 2]
    assert cells(report, "by_age", "value") == ["8 至 30 天"]
    assert cells(report, "complaints", "case_no") == ["T-003", "T-002", "T-001"]
    assert cells(report, "complaints", "client_name")[2] == "中科智联股份有限公司"
    codes = set(report.tables["summary"].rows["code"])
    assert codes == {"equity_listing/complaint_return_visit"}


def test_a_survey_of_a_year_is_compared_with_the_year_before():
    report = named("satisfaction_survey")
    score = report.by_id["surveys/score"]
    assert (score.value, score.previous, score.denominator) == (80.0, 60.0, 2)
    assert report.by_id["surveys/satisfied"].value == 0.5
    assert cells(report, "answers", "opinion") == ["慢", "好"]
    assert report.meta.title.zh == "2026年（截至2026年10月）年度客户满意度调查报告"


def test_a_credit_review_lists_each_clients_last_check_and_what_is_outstanding():
    report = named("credit_review")
    assert cells(report, "last_checks", "grade") == ["A"]
    assert cells(report, "credits", "item") == ["赊销"]
    assert cells(report, "credits", "amount") == [50000.0]


def test_grading_blacklist_and_submissions_show_their_rows():
    assert cells(named("grading_round"), "gradings", "grade") == ["良"]
    blacklist = named("blacklist")
    assert cells(blacklist, "steps", "client") == ["00030"]
    assert len(cells(named("submission_register"), "submissions", "submitted_on")) == 1


def test_a_quarter_of_return_visits_counts_every_month_of_it():
    third, fourth = named("return_visit_evaluation", "2026-09"), named("return_visit_evaluation")
    rows = facts().rows["contact"]
    visits = rows[rows["purpose"] == "return_visit"]
    of_quarter = visits["happened"].between("2026-07-01", "2026-09-30 23:59")
    assert third.by_id["return_visits/made"].value == of_quarter.sum() > 0
    assert fourth.by_id["return_visits/made"].previous == of_quarter.sum()
    duties = third.tables["summary"].rows
    assert set(duties["code"]) == {"equity_listing/salesperson_return_visit"}
    assert fourth.by_id["total/rate"].previous == third.by_id["total/rate"].value


def test_a_bulletin_of_key_clients_shows_the_two_highest_tiers():
    tiers = set(named("key_clients").tables["key_contacts"].rows["tier"])
    assert tiers == {"equity_listing/strategic", "equity_listing/key"}


def test_a_named_report_about_a_unit_lists_only_its_clients():
    report = named("complaint_analysis", scope=Scope("staff", ("S01",)))
    mine = set(report.tables["complaints"].rows["client"])
    duties = sample()["judgings"][0][1]["2026-10"].duties
    assert mine <= set(duties.loc[duties["owner"] == "S01", "client"])


def test_figures_of_named_reports_have_ids_of_their_own():
    ids = [measure.id for report in named_reports().values() for measure in report.figures]
    assert len(ids) == len(set(ids))
    assert all("/" in id_ for id_ in ids)


def test_parts_that_are_named_exist():
    named_parts = {part for report in named_reports().values() for part in report.parts if isinstance(part, str)}
    assert named_parts <= {*PARTS, DETAIL}


@pytest.mark.parametrize("regulation", shipped())
def test_articles_that_end_in_a_report_name_one_that_there_is(regulation):
    for article, disposition in load_regulation(regulation).articles.items():
        assert not disposition.report or disposition.report in named_reports(), article
