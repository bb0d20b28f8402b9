"""Reports about scopes and by name, and figures explained, by the command."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from pipeline.language.errors import ExitCode
from pipeline.language.workspace import load_workspace
from pipeline.out.report.named import named_reports
from pipeline.sample.make import make_sample
from tests.door.test_cli import tierbook
from tests.out.written import contents

pytestmark = pytest.mark.heavy  # every test judges the sample month anew

MONTH, AS_OF = "2026-10", "2026-11-12"


class Ran(NamedTuple):
    data: Path
    out: Path

    def report(self, *words: str, out: str = "scopes"):
        folder = self.out / out
        return tierbook("report", MONTH, "-w", self.data, "--as-of", AS_OF, "--out", folder, *words)

    def explain(self, figure: str, *words: str):
        return tierbook("explain", figure, "-m", MONTH, "-w", self.data, "--as-of", AS_OF, *words)


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scopes")
    make_sample(folder / "data")
    tierbook("run", folder / "data", "--month", MONTH, "--as-of", AS_OF, "--out", folder / "out", "-q")
    return Ran(folder / "data", folder / "out")


def written(done):
    assert done.returncode == ExitCode.CLEAN, done.stderr
    return [Path(line) for line in done.stdout.splitlines()]


def test_units_made_together_are_those_made_alone(ran):
    """Several processes write the same bytes as one."""
    together = written(ran.report("--all-units", "--form", "workbook", "--workers", "2", out="a"))
    assert len(together) == 3
    alone = written(ran.report("--scope", "unit:业务一部", "--form", "workbook", out="b"))
    (same,) = [path for path in together if path.name == alone[0].name]
    assert same.read_bytes() == alone[0].read_bytes()
    assert same.parent == ran.out / "a" / MONTH / "scopes"


def test_a_report_about_somebody_holds_no_client_of_others(ran):
    paths = written(ran.report("--scope", "staff:YW01"))
    assert [path.suffix for path in paths] == [".xlsx", ".html"]
    assert all("YW01" in path.name for path in paths)
    text = contents(paths)
    names = _clients(ran)
    shown = [name for name in names if name in text]
    assert 0 < len(shown) < len(names) / 2


def _clients(ran):
    from pipeline.door.run import lay_grounds

    return lay_grounds(load_workspace(ran.data)).register.clients["name"].tolist()


def test_a_named_report_is_made_by_its_id(ran):
    (page,) = written(ran.report("--name", "complaint_analysis", "--form", "page"))
    assert "投诉分析月报" in page.name
    assert "有效投诉占比" in page.read_text("utf-8")


def test_a_figure_of_the_report_is_explained_by_its_id(ran):
    done = ran.explain("weekly_push@key")
    assert done.returncode == ExitCode.CLEAN, done.stderr
    for word in ("equity_listing/weekly_push@key", "每周微信推送", "条款 9(1)", "参数：", "第 1 页"):
        assert word in done.stdout
    second = ran.explain("equity_listing/weekly_push@key", "--page", "2", "--lang", "en").stdout
    assert "page 2 of" in second
    (page,) = written(ran.report("--form", "page"))
    assert 'data-figure="equity_listing/weekly_push@key"' in page.read_text("utf-8")


def test_a_figure_of_a_named_report_is_explained(ran):
    done = ran.explain("complaints/received")
    assert done.returncode == ExitCode.CLEAN, done.stderr
    assert "受理投诉" in done.stdout


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("--scope", "unit:业务一"), "业务一部"),
        (("--name", "complaint_analysys"), "complaint_analysis"),
        (("--reader", "YW0l"), "YW01"),
    ],
)
def test_what_is_not_there_is_told_with_the_nearest(ran, words, hint):
    done = ran.report(*words)
    assert done.returncode == ExitCode.WORKSPACE
    assert hint in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_figure_is_told_with_the_nearest(ran):
    done = ran.explain("equity_listing/weekly_pus")
    assert done.returncode == ExitCode.WORKSPACE
    assert "equity_listing/weekly_push" in done.stderr


def test_help_names_every_report():
    text = tierbook("report", "--help", TIERBOOK_LANG="en").stdout
    assert [name for name in named_reports() if name not in text] == []
