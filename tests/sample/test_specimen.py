"""A year of every regulation runs, and in it each obligation is met by some and missed by others."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pipeline.compute.judge import Judged, judge
from pipeline.door import run
from pipeline.door.begin import begin
from pipeline.door.progress import bar
from pipeline.language.period import month
from pipeline.language.policy.load import load_regulation, shipped
from pipeline.language.workspace import load_workspace

MONTH, AS_OF = "2026-10", date(2026, 11, 12)


def judged_year(folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[run.Month, pd.DataFrame]:
    """The month, run, and the duties of all its months, each once."""
    seen: list[pd.DataFrame] = []

    def watched(*asked: Any) -> tuple[Judged, pd.DataFrame]:
        judged, findings = judge(*asked)
        seen.append(judged.duties)
        return judged, findings

    monkeypatch.setattr(run, "judge", watched)
    with bar("zh", quiet=True) as progress:
        done = run.run_month(load_workspace(folder), month(MONTH), AS_OF, folder / "output", "zh", progress=progress)
    duties = pd.concat(seen)
    return done, duties[duties["month"] <= MONTH].drop_duplicates(["obligation", "subject", "start", "month"])


@pytest.mark.heavy
@pytest.mark.parametrize("slug", shipped())
def test_a_year_of_every_regulation(slug: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begin(tmp_path / "year", slug, "某公司", "zh", AS_OF, sample=True)
    done, duties = judged_year(tmp_path / "year", monkeypatch)
    assert all(path.stat().st_size > 5000 for path in done.paths)
    assert not (done.findings["severity"] == "error").any()
    counts = duties.groupby("obligation")["status"].value_counts().unstack(fill_value=0)
    counts = counts.reindex([o.id for o in load_regulation(slug).obligations], fill_value=0)
    counts = counts.reindex(columns=["met", "missed"], fill_value=0)
    one_sided = counts[(counts.sum(axis=1) == 0) | ((counts == 0).any(axis=1) & (counts.sum(axis=1) > 1))]
    assert one_sided.empty, one_sided
