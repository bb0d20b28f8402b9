"""Two regulations over one register and one ledger: each has its clients and its tiers, and nothing counts twice."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from pipeline.door.begin import begin
from pipeline.door.progress import bar
from pipeline.door.run import Month, join, judge_months, lay_grounds, run_month
from pipeline.language.period import month
from pipeline.language.workspace import load_workspace
from pipeline.store.ledger import Ledger

pytestmark = pytest.mark.heavy  # two workspaces are run, one of them twice

MONTH, AS_OF = month("2026-10"), date(2026, 11, 12)
SECOND = "  - regulation: equity_listing\n    scope: {unit: [业务一部]}\n"


def run(folder: Path) -> Month:
    with bar("zh", quiet=True) as progress:
        return run_month(load_workspace(folder), MONTH, AS_OF, folder / "output", "zh", progress=progress)


def duties(folder: Path) -> pd.DataFrame:
    workspace = load_workspace(folder)
    grounds = lay_grounds(workspace)
    with Ledger.open(workspace.ledger) as ledger:
        facts = join(grounds, ledger)
    judgings, _ = judge_months(grounds.regulations, facts, workspace, MONTH, AS_OF)
    of_month = pd.concat([judged["2026-10"].duties for _, judged in judgings], ignore_index=True)
    return of_month[of_month["month"] == "2026-10"]


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Month]:
    folder = tmp_path_factory.mktemp("several") / "alone"
    begin(folder, "service_work_standards", "某公司", "zh", AS_OF, sample=True)
    return folder, run(folder)


@pytest.fixture(scope="module")
def both(alone: tuple[Path, Month]) -> tuple[Path, Month]:
    folder = alone[0].with_name("both")
    begin(folder, "service_work_standards", "某公司", "zh", AS_OF, sample=True)
    settings = folder / "tierbook.yaml"
    line = "  - regulation: service_work_standards\n"
    settings.write_text(settings.read_text("utf-8").replace(line, line + SECOND), "utf-8")
    return folder, run(folder)


def test_the_first_regulation_comes_out_as_it_does_alone(alone: tuple[Path, Month], both: tuple[Path, Month]) -> None:
    mine = duties(both[0]).query("regulation == 'service_work_standards'")
    pd.testing.assert_frame_equal(mine.reset_index(drop=True), duties(alone[0]).reset_index(drop=True))


def test_the_second_regulation_is_about_its_clients_alone(both: tuple[Path, Month]) -> None:
    workspace = load_workspace(both[0])
    units = lay_grounds(workspace).register.clients["unit"]
    theirs = duties(both[0]).query("regulation == 'equity_listing' and client != ''")["client"]
    assert len(theirs)
    assert set(units[theirs]) == {"业务一部"}


def test_the_totals_are_the_sums_of_the_duties_and_no_row_is_read_twice(
    alone: tuple[Path, Month], both: tuple[Path, Month]
) -> None:
    due = duties(both[0])["status"].isin(["met", "missed", "unprovable"])
    rate = next(f for f in both[1].report.figures if f.id.endswith("rate"))
    assert rate.denominator == due.sum()
    assert both[1].submissions["read"].sum() == alone[1].submissions["read"].sum()


def test_each_regulation_gives_a_client_its_own_tier(both: tuple[Path, Month]) -> None:
    tiers = lay_grounds(load_workspace(both[0])).register.tiers
    assert set(tiers["regulation"]) == {"service_work_standards", "equity_listing"}
    assert not tiers.duplicated(["regulation", "client", "start"]).any()
