"""The report's figures, counted again by hand, and what stands in its tables."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from itertools import chain

import pandas as pd
import pytest

from pipeline.language.finding import Finding, Source, findings_frame
from pipeline.language.period import month
from pipeline.language.policy.load import load_regulation
from pipeline.language.wording import Wording
from pipeline.out.report import detail
from pipeline.out.report.model import Report, Table
from pipeline.out.report.show import band, text, values
from pipeline.out.report.tally import in_points
from pipeline.out.report.vocabulary import phrase
from tests.out.builder import AS_OF, MONTHS, sample, sample_report
from tests.out.builder import october as october_report

DUE = ("met", "missed", "unprovable")


@pytest.fixture(scope="module")
def report() -> Report:
    return october_report()


@pytest.fixture(scope="module")
def duties() -> pd.DataFrame:
    """The duties judged for October, running ones among them."""
    ((_, judged),) = sample()["judgings"]
    return judged["2026-10"].duties


def october(duties: pd.DataFrame) -> list[dict]:
    return [row for row in duties.to_dict("records") if row["month"] == "2026-10"]


def row_of(table: Table, **where: object) -> pd.Series:
    rows = table.rows
    for key, value in where.items():
        rows = rows[rows[key] == value]
    (row,) = rows.to_dict("records")
    return row


def test_both_rates_are_counted_over_what_was_due(report, duties):
    due = [d for d in october(duties) if d["status"] in DUE]
    figures = {f.id: f for f in report.figures}
    assert figures["total/rate"].numerator == sum(d["status"] == "met" for d in due)
    assert figures["total/rate"].denominator == len(due)
    assert figures["total/earned_rate"].value == sum(d["earned"] for d in due) / sum(d["required"] for d in due)
    assert figures["total/own_rate"].value == sum(d["own"] for d in due) / sum(d["required"] for d in due)


@pytest.mark.parametrize(("code", "tier"), [("specialist_visit", "key"), ("weekly_push", "reserve")])
def test_a_tier_and_duty_is_counted_status_by_status(report, duties, code, tier):
    row = row_of(report.tables["summary"], code=f"equity_listing/{code}", tier=f"equity_listing/{tier}")
    mine = [d for d in october(duties) if d["obligation"] == code and d["tier"] == tier]
    for status in (*DUE, "open", "waived"):
        assert row[status] == sum(d["status"] == status for d in mine)
    assert row["due"] == row["met"] + row["missed"] + row["unprovable"]
    assert row["rate"] == row["met"] / row["due"]
    assert row["id"] == f"equity_listing/{code}@{tier}"


def test_where_nothing_was_due_there_is_no_figure(report):
    row = row_of(report.tables["summary"], code="equity_listing/key_client_report")
    assert (row["open"], row["due"]) == (3, 0)
    assert pd.isna(row["rate"])
    table = report.tables["summary"]
    (rate,) = [c for c in table.columns if c.key == "rate"]
    assert {text(v, "share") for v in values(table, rate, "zh")[-1:]} == {"—"}
    assert next(f for f in report.figures if f.id == "equity_listing/key_client_report").value is None


def test_waived_duties_are_counted_and_in_no_rate(report, duties):
    waived = [d for d in october(duties) if d["status"] == "waived"]
    assert len(waived) == report.tables["summary"].rows["waived"].sum() > 0


def test_running_duties_are_in_no_figure_and_in_the_detail(report, duties):
    running = duties[duties["month"] == "2026-12"]
    assert len(running) == 4
    assert "equity_listing/leader_return_visit" not in set(report.tables["summary"].rows["code"])
    assert (report.tables["duties"].rows["month"] == "2026-12").sum() == 4


def test_the_change_is_that_of_the_rates_shown(report):
    rows = report.tables["summary"].rows.dropna(subset=["change"])
    shown = [
        float(text(now, "share")[:-1]) - float(text(old, "share")[:-1])
        for now, old in zip(rows["rate"], rows["previous"], strict=True)
    ]
    assert rows["change"].tolist() == pytest.approx(shown)
    assert in_points(0.8936, 0.8552) == 3.9  # 89.4 - 85.5, although the exact difference is 3.84


def test_the_trend_has_every_month_and_the_months_own_rates(report):
    trend = report.tables["trend"]
    assert tuple(c.key for c in trend.columns[3:]) == MONTHS
    total = row_of(trend, line="*")
    figure = report.figures[0]
    assert (total["2026-09"], total["2026-10"]) == (figure.previous, figure.value)
    assert pd.isna(row_of(trend, line="equity_listing/key_client_report")["2026-10"])
    assert pd.isna(row_of(trend, line="equity_listing/complaint_return_visit")["2026-06"])


def test_the_matrix_says_nothing_where_a_tier_owes_nothing(report):
    row = row_of(report.tables["matrix"], code="equity_listing/leader_call")
    assert row["equity_listing/strategic"] == row["*"] == 1.0
    assert pd.isna(row["equity_listing/key"])


def test_staff_have_both_counts(report, duties):
    row = row_of(report.tables["staff"], owner="S01")
    mine = [d for d in october(duties) if d["owner"] == "S01" and d["status"] in DUE]
    assert row["rate"] == sum(d["status"] == "met" for d in mine) / len(mine)
    assert row["own_rate"] == sum(d["own"] for d in mine) / sum(d["required"] for d in mine)
    assert row["rate"] != row["own_rate"]


def test_few_duties_stand_last_with_a_caution(report):
    rows = report.tables["staff"].rows
    assert rows.iloc[-1]["owner"] == "S08"
    assert rows["caution"].tolist() == [""] * 7 + ["few"]
    assert rows["rate"][:7].is_monotonic_decreasing


def test_people_with_one_name_are_told_apart(report):
    assert set(report.tables["staff"].rows["name"]) >= {"王芳 (S02)", "王芳 (S07)", "张伟"}


def test_units_count_their_people_and_clients(report):
    row = row_of(report.tables["units"], unit="投融资一部")
    assert (row["people"], row["clients"]) == (2, 16)
    assert report.tables["units"].rows["due"].sum() == report.figures[0].denominator


def test_exceptions_are_the_lost_ones_and_what_falls_due_soon(report, duties):
    rows = report.tables["exceptions"].rows
    lost = [d for d in october(duties) if d["status"] in ("missed", "unprovable")]
    soon = [d for d in duties.to_dict("records") if d["status"] == "open" and (d["due_on"].date() - AS_OF).days <= 14]
    assert len(rows) == len(lost) + len(soon)
    assert (len(soon), rows["status"].tolist()[: len(soon)]) == (3, ["open"] * 3)
    assert rows["status"].drop_duplicates().tolist() == ["open", "unprovable", "missed"]
    missed = rows[rows["status"] == "missed"]["tier"].drop_duplicates().tolist()
    assert missed == [f"equity_listing/{t}" for t in ("strategic", "key", "general", "reserve")]


def test_an_unprovable_duty_leads_to_the_row_in_doubt(report):
    doubts = sample()["facts"].doubts["contact"]
    rows = report.tables["exceptions"].rows
    rows = rows[rows["status"] == "unprovable"]
    assert len(rows) > 0
    assert set(zip(rows["file"], rows["cell"], strict=True)) <= set(
        zip(doubts["file"], "A" + doubts["row"].astype(str), strict=True)
    )


def test_every_duty_leads_to_its_evidence_and_that_to_its_cell(report):
    given = sample()
    ((_, judged),) = given["judgings"]
    proofs = judged["2026-10"].evidence
    table, evidence = report.tables["duties"].rows, report.tables["evidence"].rows
    assert len(evidence) == len(proofs) == table["proofs"].sum()
    first = table.dropna(subset=["proof"])
    assert (evidence["number"].iloc[first["proof"].astype(int)].to_numpy() == first["number"].to_numpy()).all()
    for proof in proofs.head(50).itertuples():
        source = (given["facts"].doubts if proof.role == "doubt" else given["facts"].rows)["contact"].iloc[proof.row]
        found = evidence[(evidence["number"] == proof.duty + 1) & (evidence["cell"] == f"A{source['row']}")]
        assert (source["file"], source["sheet"]) in set(zip(found["file"], found["sheet"], strict=True))


def test_cases_stand_as_known_on_the_day(report):
    cases = report.tables["cases"].rows.set_index("case_no")
    assert cases.index.tolist() == ["T-005", "T-001", "T-004", "T-002", "T-003"]
    assert cases["answer_hours"]["T-001"] == 1.5
    assert cases["age"].dropna().to_dict() == {"T-005": 46, "T-003": 8}
    early = sample_report(as_of=pd.Timestamp("2026-10-10").date()).tables["cases"].rows.set_index("case_no")
    assert early.index.tolist() == ["T-005", "T-001"]
    assert pd.isna(early["resolved_at"]["T-001"])


def test_cases_are_counted_by_kind_and_severity(report):
    counts = report.tables["case_counts"].rows.set_index("kind")
    assert counts.loc["complaint", ["minor", "serious", "grave", "unstated", "opened"]].tolist() == [1, 1, 1, 0, 3]
    assert counts.loc["complaint", ["valid", "answered", "resolved", "still_open"]].tolist() == [1, 3, 2, 1]
    assert counts.loc["request", ["opened", "still_open"]].tolist() == [0, 1]
    assert pd.isna(counts.loc["request", "answer_hours"])


def test_rows_read_are_accounted_for_file_by_file(report):
    files = report.tables["files"].rows
    counted = files.dropna(subset=["read"])
    assert (counted["read"] == counted[["accepted", "rejected", "duplicate", "superseded"]].sum(axis=1)).all()
    assert counted["read"].sum() == sample()["submissions"]["read"].sum()
    encrypted = row_of(report.tables["files"], file="logbooks/2026-10/加密.xlsx")
    assert (pd.isna(encrypted["read"]), encrypted["error"]) == (True, 1)


def test_findings_say_where_and_how_to_mend(report):
    rows = report.tables["findings"].rows
    assert rows["severity"].iloc[0] == "error"
    assert set(rows["cell"]) == {"", *(f"D{n}" for n in range(20, 27))}
    (mend,) = [c for c in report.tables["findings"].columns if c.key == "mend"]
    assert all(values(report.tables["findings"], mend, "zh"))


def test_a_column_is_called_as_in_the_form_of_its_sheet():
    found = [
        Finding("duplicate_row", Source("a.xlsx", sheet, 5, "D"), "channel")
        for sheet in ("联系记录", "受理记录", "别的表")
    ]
    table = sample_report(findings=findings_frame(found)).tables["findings"]
    (field,) = [c for c in table.columns if c.key == "field"]
    forms = sample()["forms"]
    contact, case = (forms[key].field("channel").title.zh for key in ("contact", "case"))
    assert contact != case
    assert sorted(values(table, field, "zh")) == sorted([contact, case, contact])


def test_every_article_is_listed_with_its_outcome(report):
    regulation = load_regulation("equity_listing")
    table = report.tables["articles"]
    assert table.rows["article"].drop_duplicates().tolist() == list(regulation.articles)
    outcome = next(c for c in table.columns if c.key == "disposition")
    assert all(values(table, outcome, "zh"))
    visit = table.rows[table.rows["code"] == "equity_listing/specialist_visit"].index[0]
    said = values(table, next(c for c in table.columns if c.key == "parameters"), "zh")[visit]
    assert said == "客服专员每月走访次数：战略合作客户 1、重点客户 2、一般客户 1"


def test_ids_of_figures_are_unique(report):
    ids = [f.id for f in (*report.figures, *report.breakdowns)]
    assert len(ids) == len(set(ids))


def test_every_word_is_there_in_both_languages(report):
    said = list(wordings(report))
    assert len(said) > 300
    assert [w for w in said if bool(w.zh.strip()) != bool(w.en.strip()) or "{" in w.zh + w.en] == []


def wordings(thing: object):
    if isinstance(thing, Wording):
        yield thing
    elif isinstance(thing, pd.DataFrame | str):
        return
    elif is_dataclass(thing):
        yield from chain.from_iterable(wordings(getattr(thing, f.name)) for f in fields(thing))
    elif isinstance(thing, dict):
        yield from chain.from_iterable(map(wordings, thing.values()))
    elif isinstance(thing, list | tuple):
        yield from chain.from_iterable(map(wordings, thing))


def test_a_month_with_nothing_in_it_is_a_report():
    given = sample()
    ((regulation, judged),) = given["judgings"]
    nothing = {key: type(j)(duties=j.duties.head(0), evidence=j.evidence.head(0)) for key, j in judged.items()}
    report = sample_report(
        judgings=[(regulation, nothing)], submissions=given["submissions"].head(0), findings=given["findings"].head(0)
    )
    assert report.meta.verdict[0].zh == "2026年10月没有到期的应做事项。"
    assert report.figures[0].value is None
    assert len(report.tables["duties"].rows) == 0


def test_a_regulation_without_cases_has_a_report_without_them():
    facts = sample()["facts"]
    report = sample_report(facts=replace(facts, rows={"contact": facts.rows["contact"]}))
    assert not {"cases", "case_counts"} & report.tables.keys()
    assert "total/cases_resolved" not in {f.id for f in report.figures}


def test_the_first_month_has_nothing_to_compare_with():
    report = sample_report(month=month("2026-06"), as_of=pd.Timestamp("2026-07-05").date())
    assert report.figures[0].previous is None
    assert "没有上期数据" in report.meta.verdict[0].zh
    assert report.tables["summary"].rows["change"].isna().all()


def test_much_detail_goes_into_a_volume_for_each_unit(monkeypatch, report):
    monkeypatch.setattr(detail, "TOO_MANY", 100)
    apart = sample_report()
    assert "duties" not in apart.tables
    assert [v.file.zh for v in apart.volumes] == [
        "明细_客户服务部.xlsx",
        "明细_投融资一部.xlsx",
        "明细_投融资二部.xlsx",
    ]
    for key, position in (("duties", 0), ("evidence", 1)):
        rows = pd.concat([v.sections[position].tables[0].rows for v in apart.volumes])
        assert sorted(rows["number"]) == sorted(report.tables[key].rows["number"])


def test_units_whose_names_no_file_may_have_get_files_of_their_own():
    files = detail.volume_files(["A/B", "A:B", "a_b", ""])
    assert [f.zh for f in files.values()] == [
        "明细_A_B.xlsx",
        "明细_A_B_1.xlsx",
        "明细_a_b_2.xlsx",
        "明细_公司（不分部门）.xlsx",
    ]


@pytest.mark.parametrize(
    ("obligation", "value", "said"),
    [
        ("specialist_visit", "2", "每月 2 次"),
        ("festival_greeting", "1", "每个节日 1 次"),
        ("complaint_return_visit", "10 working_days", "10 个工作日内"),
        ("file_update", "6 months", "间隔不超过 6 个月"),
        ("return_visit_topics", "1", "全部"),
        ("return_visit_topics", "0.95", "95%"),
    ],
)
def test_a_requirement_is_said_as_people_say_it(obligation, value, said):
    assert phrase(load_regulation("equity_listing").obligation(obligation), value).zh == said


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [
        (0.0625, "share", "6.3%"),  # halves go up, as in Excel; Python's own format says 6.2%
        (0.875, "share", "87.5%"),
        (None, "share", "—"),
        (None, "point", ""),
        (1234567, "count", "1,234,567"),
        (2.25, "amount", "2.3"),
        (-3.0, "change", "-3.0"),
        (0.0, "change", "0.0"),
    ],
)
def test_numbers_are_shown_as_excel_shows_them(value, kind, shown):
    assert text(value, kind) == shown


def test_bands_of_heat():
    assert [band(share) for share in (0.0, 0.59, 0.6, 0.8, 0.9, 0.999, 1.0)] == [0, 0, 1, 2, 3, 3, 4]


def test_a_logbook_that_a_colleague_saved_is_shown_with_whose_it_is():
    """Among the hints of its own month, under the one who handed it in; the words do not judge."""
    given = sample()
    standing = given["submissions"][given["submissions"]["month"] == "2026-10"].iloc[0]
    hint = findings_frame(
        [Finding("integrity_other_editor", Source(standing["file"]), value="S03 李娜", expected="S01")]
    )
    shown = sample_report(findings=pd.concat([given["findings"], hint], ignore_index=True)).tables
    row = row_of(shown["integrity_rows"], code="integrity_other_editor")
    assert (row["file"], row["value"]) == (standing["file"], "S03 李娜")
    assert row_of(shown["integrity"], code="integrity_other_editor")["staff"] == standing["submitter"]
    assert "integrity_other_editor" not in set(sample_report().tables["integrity_rows"].rows["code"])
