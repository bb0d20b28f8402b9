"""The frames that judging hands to the other floors."""

from __future__ import annotations

from datetime import date

import pandas as pd

from pipeline.compute.judge import judge
from pipeline.language.finding import FINDING_COLUMNS
from pipeline.language.period import month
from pipeline.language.policy.load import load_regulation
from tests.compute.company import ZHANG, case, client, company, contact, handed_in, owners, tiers, unread

WHAT = ["regulation", "obligation", "article", "kind", "role"]
WHOSE = ["subject_kind", "subject", "client", "tier", "unit", "owner"]
HOW_MUCH = ["required", "actual", "earned", "own"]
TEXT = [*WHAT, *WHOSE, "month", "value", "status"]
MOMENTS = ["start", "end", "due_on", "done_on"]
COLUMNS = [*WHAT, *WHOSE, "start", "end", "month", "due_on", *HOW_MUCH, "value", "status", "done_on", "provisional"]
CLIENTS = ["东方云图", "华星光电", "恒信数控"]


def department(**doubts: list[dict[str, object]]) -> object:
    rows = {
        "contact": [contact(f"10-{day:02} 09:00", about=name, channel="visit") for day in (6, 13) for name in CLIENTS],
        "case": [case("10-12 09:00", resolved_at="10-13 09:00")],
        "submission": [handed_in("11-03", "2026-10")],
    }
    return company(
        clients=[client(name, board="display") for name in CLIENTS],
        tiers=[step for name in CLIENTS for step in tiers(("2020-01-01", "key"), of=name)],
        owners=[step for name in CLIENTS for step in owners(("2020-01-01", ZHANG), of=name)],
        rows=rows,
        doubts=doubts,
    )


def test_every_column_has_its_dtype_whether_there_are_duties_or_not() -> None:
    regulation = load_regulation("equity_listing")
    for key in ("2026-10", "2010-01"):
        found, findings = judge(regulation, department(), month(key), date(2026, 11, 5))
        duties, evidence = found.duties, found.evidence
        assert list(duties.columns) == COLUMNS
        assert {str(duties[c].dtype) for c in TEXT} == {"str"}
        assert {str(duties[c].dtype) for c in MOMENTS} == {"datetime64[s]"}
        assert {str(duties[c].dtype) for c in HOW_MUCH} == {"float64"}
        assert str(duties["provisional"].dtype) == "bool"
        assert isinstance(duties.index, pd.RangeIndex)
        assert duties.index.name == "duty"
        assert [str(d) for d in evidence.dtypes] == ["int64", "str", "int64", "str"]
        assert list(evidence.columns) == ["duty", "form", "row", "role"]
        assert list(findings.columns) == list(FINDING_COLUMNS)
        assert not duties[TEXT].isna().any(axis=None)


def test_evidence_is_what_was_counted() -> None:
    found, _ = judge(load_regulation("equity_listing"), department(), month("2026-10"), date(2026, 11, 5))
    windows = found.duties[found.duties["kind"] == "cadence"]
    counted = found.evidence.groupby("duty").size().reindex(windows.index, fill_value=0)
    assert counted.astype("float64").tolist() == windows["actual"].tolist()
    assert windows["actual"].sum() > 0
    assert (found.duties["earned"] == found.duties[["actual", "required"]].min(axis=1)).all()
    assert (found.duties["own"] <= found.duties["earned"]).all()


def test_doubt_is_shown_only_where_it_decides() -> None:
    doubt = unread(contact("10-20", about=CLIENTS[0]), "channel")
    found, _ = judge(
        load_regulation("equity_listing"), department(contact=[doubt]), month("2026-10"), date(2026, 11, 5)
    )
    in_doubt = set(found.evidence.loc[found.evidence["role"] == "doubt", "duty"])
    assert in_doubt == set(found.duties.index[found.duties["status"] == "unprovable"])
    assert in_doubt


def test_judging_again_gives_the_same() -> None:
    taken = (load_regulation("equity_listing"), department(), month("2026-10"), date(2026, 11, 5))
    first, second = judge(*taken), judge(*taken)
    pd.testing.assert_frame_equal(first[0].duties, second[0].duties)
    pd.testing.assert_frame_equal(first[0].evidence, second[0].evidence)


def test_nothing_is_owed_outside_the_time_of_the_regulation() -> None:
    found, findings = judge(load_regulation("equity_listing"), department(), month("2010-01"), date(2026, 11, 5))
    assert len(found.duties) == 0
    assert len(found.evidence) == 0
    assert len(findings) == 0
