from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from pipeline.compute.facts import Facts
from pipeline.compute.judge import judge
from pipeline.door.run import join, lay_grounds
from pipeline.intake.discover import discover
from pipeline.intake.intake import take_in
from pipeline.intake.reader import read_books
from pipeline.language.finding import join_findings
from pipeline.language.period import month
from pipeline.language.policy.regulation import Regulation
from pipeline.language.workspace import load_workspace
from pipeline.sample.make import make_sample
from pipeline.store.ledger import Ledger

AS_OF = date(2026, 11, 12)


@dataclass(frozen=True)
class Sample:
    """A sample workspace, its truth, and what the pipeline makes of it."""

    folder: Path
    truth: pd.DataFrame
    regulation: Regulation
    facts: Facts
    findings: pd.DataFrame

    def judged(self, key: str, as_of: date = AS_OF) -> pd.DataFrame:
        """The duties of a month, with lines named as the truth names them."""
        duties = judge(self.regulation, self.facts, month(key), as_of)[0].duties
        duties = duties[duties["month"] == key]
        of_line = duties["subject_kind"] == "row"
        form = duties.loc[of_line, "subject"].str.partition(":")
        rows = self.facts.rows["contact"].loc[form[2].astype("int64")]
        assert set(form[0]) <= {"contact"}
        names = rows["client"] + rows["happened"].dt.strftime(" %Y-%m-%d %H:%M ") + rows["by"]
        return duties.assign(subject=duties["subject"].mask(of_line, names.set_axis(form.index)))


def _sample(folder: Path, *, seed: int | None = None, clean: bool = False) -> Sample:
    truth = make_sample(folder, clean=clean, **({} if seed is None else {"seed": seed}))
    workspace = load_workspace(folder)
    grounds = lay_grounds(workspace)
    arrivals, found = discover(workspace.folder, workspace.logbooks, workspace.limits)
    books, unread = read_books(arrivals, workspace.limits, 2)
    intake, faults = take_in(books, grounds.forms, grounds.register)
    with Ledger.open(workspace.ledger) as ledger:
        ledger.post(
            intake.rows,
            intake.submissions,
            join_findings([unread, faults]),
            context="test",
            present={a.file: a.sha256 for a in arrivals},
            identity={key: form.same for key, form in grounds.forms.items()},
        )
        facts, posted = join(grounds, ledger), ledger.findings()
    return Sample(folder, truth, grounds.regulations[0], facts, join_findings([grounds.findings, found, posted]))


@pytest.fixture(scope="session")
def messy(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    return _sample(tmp_path_factory.mktemp("sample") / "messy")


@pytest.fixture(scope="session")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    return _sample(tmp_path_factory.mktemp("sample") / "clean", clean=True)


@pytest.fixture(params=[7, 11, 23])
def other(request: pytest.FixtureRequest, tmp_path: Path) -> Sample:
    return _sample(tmp_path / "other", seed=request.param)
