"""Reports about a unit, a person or a tier: what they count, and that nobody outside is in them."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from pipeline.language.finding import Finding, Source, findings_frame
from pipeline.language.period import month
from pipeline.language.wording import LANGS
from pipeline.out.report import detail
from pipeline.out.report.build import build_report
from pipeline.out.report.scope import COMPANY, Scope, named_scope, scopes
from pipeline.out.report.span import Span
from pipeline.out.report.vocabulary import Vocabulary
from tests.out.builder import sample, sample_report
from tests.out.written import written

SCOPES = [
    Scope("unit", ("投融资一部",)),
    Scope("unit", ("客户服务部",)),
    Scope("staff", ("S03",)),
    Scope("staff", ("S08",)),
    Scope("tier", ("equity_listing/strategic",)),
    Scope("tier", ("equity_listing/reserve",)),
]
COLUMN = {"unit": "unit", "staff": "owner", "tier": "tier"}


def duties() -> pd.DataFrame:
    ((regulation, judged),) = sample()["judgings"]
    frame = judged["2026-10"].duties
    return frame.assign(tier=(f"{regulation.id}/" + frame["tier"]).where(frame["tier"] != "", ""))


def inside(scope: Scope) -> pd.DataFrame:
    frame = duties()
    return frame[frame[COLUMN[scope.sort]].isin(scope.keys)]


def outsiders(scope: Scope) -> pd.Series:
    """The names of the clients that no duty of the scope is about."""
    names = sample()["facts"].clients["name"]
    return names[~names.index.isin(inside(scope)["client"])]


def gossip(scope: Scope) -> dict[str, object]:
    """What the report is made of, with rows of its people that name clients outside."""
    given = sample()
    facts, (other, *_) = given["facts"], outsiders(scope)
    ours = inside(scope).query("client != ''")
    cases = facts.rows["case"]
    client, owner = ours.iloc[0][["client", "owner"]]
    file = f"logbooks/2026-10/{other}走访.xlsx"
    numbers = [f"X-{n}" for n in range(len(cases))]
    told = cases.assign(client=client, subject=f"与{other}比较", case_no=numbers, file=file)
    rows = {**facts.rows, "case": pd.concat([cases, told], ignore_index=True)}
    submission = given["submissions"].head(1).assign(file=file, submitter=owner, superseded_by=file)
    found = [
        Finding("duplicate_row", Source(file, f"{other}表", 6, "D"), "client", other, f"1 {other}", other),
        Finding("duplicate_row", Source("register.xlsx", "客户", 6, "D"), "client", other, "1", other),
    ]
    return {
        "facts": replace(facts, rows=rows),
        "submissions": pd.concat([given["submissions"], submission], ignore_index=True),
        "findings": findings_frame(found),
    }


@pytest.mark.parametrize("scope", SCOPES, ids=lambda scope: scope.keys[0])
def test_a_scope_counts_its_own_duties(scope):
    report, mine = sample_report(scope=scope), inside(scope)
    due = mine[(mine["month"] == "2026-10") & mine["status"].isin(["met", "missed", "unprovable"])]
    figure = report.by_id["total/rate"]
    assert (figure.numerator, figure.denominator) == ((due["status"] == "met").sum(), len(due))
    assert sorted(figure.duties - 1) == sorted(due.index)
    assert set(report.tables["duties"].rows["number"] - 1) == set(mine.index)
    trend = report.tables["trend"].rows
    assert trend.loc[trend["line"] == "*", "2026-10"].iloc[0] == figure.value


@pytest.mark.parametrize(
    "scope",
    [*SCOPES[::2], *(pytest.param(scope, marks=pytest.mark.heavy) for scope in SCOPES[1::2])],
    ids=lambda scope: scope.keys[0],
)
def test_no_client_outside_a_scope_is_in_any_byte_of_it(scope, tmp_path):
    others = outsiders(scope)
    assert len(others) > 0
    report = sample_report(scope=scope, **gossip(scope))
    assert "X-0" in report.tables["cases"].rows["case_no"].tolist()
    text = written(report, tmp_path)
    assert [name for name in others if name in text] == []
    assert [name for name in sample()["facts"].clients["name"].drop(others.index) if name in text] != []


def test_volumes_of_a_scope_hold_nobody_else(tmp_path, monkeypatch):
    monkeypatch.setattr(detail, "TOO_MANY", 20)
    scope = SCOPES[0]
    report = sample_report(scope=scope, **gossip(scope))
    assert report.volumes
    text = written(report, tmp_path)
    assert [name for name in outsiders(scope) if name in text] == []


@pytest.mark.parametrize("lang", LANGS)
def test_a_scope_stands_in_the_title(lang):
    report = sample_report(scope=Scope("unit", ("投融资一部",)))
    assert "投融资一部" in report.meta.title.in_(lang)
    assert "投融资一部" not in sample_report().meta.title.in_(lang)


def test_links_of_a_scope_lead_to_its_own_rows():
    report = sample_report(scope=Scope("staff", ("S01",)))
    exceptions, rows = report.tables["exceptions"].rows, report.tables["duties"].rows
    assert len(exceptions) > 0
    assert rows["number"].iloc[exceptions["position"]].tolist() == exceptions["number"].tolist()


def test_units_add_up_to_the_company():
    units = sorted(set(duties()["unit"]) - {""})
    parts = [sample_report(scope=Scope("unit", (unit,))).by_id["total/rate"] for unit in units]
    whole = sample_report().by_id["total/rate"]
    assert sum(p.numerator for p in parts) == whole.numerator
    assert sum(p.denominator for p in parts) == whole.denominator


def test_scopes_are_named_as_people_write_them():
    given = sample()
    words = Vocabulary(tuple(r for r, _ in given["judgings"]), given["forms"], given["facts"])
    assert named_scope("company", words) == COMPANY
    assert named_scope("unit:投融资一部", words) == Scope("unit", ("投融资一部",))
    assert named_scope("staff:张伟", words) == named_scope("staff:S01", words) == Scope("staff", ("S01",))
    key = Scope("tier", ("equity_listing/key",))
    assert named_scope("tier:重点客户", words) == named_scope("tier:key", words) == key
    assert [named_scope(text, words) for text in ("unit:无", "staff:", "tier:x", "投融资一部", "")] == [None] * 5
    assert all(named_scope(text, words) for text in scopes(words))


def test_a_year_ago_is_the_same_month_of_last_year():
    given = sample()
    ((regulation, judged),) = given["judgings"]
    past = judged["2026-06"]
    old = replace(past, duties=past.duties.assign(month=past.duties["month"].str.replace("2026-06", "2025-10")))
    report = build_report(**(given | {"judgings": [(regulation, {**judged, "2025-10": old})]}))
    figure = report.by_id["total/rate"]
    june = old.duties[(old.duties["month"] == "2025-10") & old.duties["status"].isin(["met", "missed", "unprovable"])]
    assert figure.year_ago == (june["status"] == "met").mean()
    assert "year_ago" in [c.key for c in report.tables["summary"].columns]
    assert "year_ago" not in [c.key for c in sample_report().tables["summary"].columns]


@pytest.mark.parametrize(
    ("every", "at", "before", "year_ago", "said"),
    [
        ("month", "2026-10", "2026-09", "2025-10", "2026年10月"),
        ("quarter", "2026-09", "2026-04", "2025-07", "2026年第3季度"),
        ("quarter", "2026-08", "2026-04", "2025-07", "2026年第3季度（截至2026年8月）"),
        ("year", "2026-12", "2025-01", "2025-01", "2026年"),
    ],
)
def test_spans_know_what_they_are_compared_with(every, at, before, year_ago, said):
    span = Span(month(at), every)
    assert f"{span.before.start:%Y-%m}" == before
    assert f"{span.year_ago.start:%Y-%m}" == year_ago
    assert span.title.zh == said
    assert span.days.end == month(at).end
