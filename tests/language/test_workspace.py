"""The settings of a workspace: paths, regulations in force, and mistakes told at their line in tierbook.yaml."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from pipeline.language.errors import PolicyError, TierbookError, WorkspaceError
from pipeline.language.period import month
from pipeline.language.policy.obligation import Cadence
from pipeline.language.workspace import load_regulations, load_workspace

SMALLEST = "company: 联合利国\nregulations: [equity_listing]\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    inside = tmp_path / "工作区"
    inside.mkdir()
    return inside


def settings(folder: Path, text: str) -> Path:
    (folder / "tierbook.yaml").write_text(text, encoding="utf-8")
    return folder


def told(folder: Path, text: str) -> str:
    with pytest.raises(TierbookError) as caught:
        load_regulations(load_workspace(settings(folder, text)))
    return str(caught.value).replace(f"{folder}/", "")


def test_the_smallest_settings_say_company_and_regulation(folder: Path) -> None:
    workspace = load_workspace(settings(folder, SMALLEST))
    assert workspace.company == ("联合利国", "联合利国")
    assert workspace.folder == folder
    assert workspace.register_file == folder / "register.xlsx"
    assert workspace.logbooks == folder / "logbooks"
    assert workspace.ledger == folder / "ledger"
    assert workspace.calendar is None
    assert workspace.first_month is None
    assert workspace.lang == "zh"
    assert [regulation.id for regulation in load_regulations(workspace)] == ["equity_listing"]


def test_everything_can_be_said(folder: Path) -> None:
    own = folder / "rules" / "own.yaml"
    own.parent.mkdir()
    shipped = Path(__file__).parents[2] / "pipeline" / "regulations" / "equity_listing.yaml"
    own.write_text(shipped.read_text("utf-8").replace("id: equity_listing", "id: own"), encoding="utf-8")
    workspace = load_workspace(
        settings(
            folder,
            """\
company: {zh: 联合利国, en: Lianhe Liguo}
regulations:
  - rules/own.yaml
  - regulation: equity_listing
    parameters: {weekly_push: {strategic: 2, key: 1}}
register: 名册/register.xlsx
logbooks: 日志
ledger: /var/lib/tierbook
calendar: 日历.yaml
first_month: 2026-06
lang: en
limits: {file_mb: 5}
""",
        )
    )
    assert workspace.company.en == "Lianhe Liguo"
    assert workspace.register_file == folder / "名册" / "register.xlsx"
    assert workspace.ledger == Path("/var/lib/tierbook")
    assert workspace.calendar == folder / "日历.yaml"
    assert workspace.first_month == month("2026-06")
    assert (workspace.lang, workspace.limits.file_mb, workspace.limits.rows) == ("en", 5, 200_000)
    pushes = [r.obligation("weekly_push") for r in load_regulations(workspace)]
    required = [push.required for push in pushes if isinstance(push, Cadence)]
    assert [quantity.at("strategic", date(2026, 6, 1)) for quantity in required] == [1, 2]
    assert required[1].at("general", date(2026, 6, 1)) is None


def test_a_calendar_beside_the_settings_is_used(folder: Path) -> None:
    (folder / "calendar.yaml").write_text("days_off: []\n")
    assert load_workspace(settings(folder, SMALLEST)).calendar == folder / "calendar.yaml"


def test_a_regulation_of_the_companys_own_comes_before_a_shipped_one(folder: Path) -> None:
    own = folder / "regulations" / "equity_listing.yaml"
    own.parent.mkdir()
    own.write_text("id: equity_listing\n", encoding="utf-8")
    with pytest.raises(PolicyError, match=r"工作区/regulations/equity_listing.yaml:1:1: 'articles|'title' is missing"):
        load_regulations(load_workspace(settings(folder, SMALLEST)))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "tierbook.yaml: the file is empty"),
        ("- 联合利国\n", "tierbook.yaml:1:1: expected a mapping ('name: value'), found a list"),
        ("company: 联合利国\n", "tierbook.yaml:1:1: 'regulations' is missing"),
        (SMALLEST + "legder: x\n", "tierbook.yaml:3:1: 'legder' is not known here; did you mean 'ledger'?"),
        (
            SMALLEST + "limits: {file_mbs: 3}",
            "tierbook.yaml:3:10: 'file_mbs' is not known here; did you mean 'file_mb'?",
        ),
        (SMALLEST + "limits: {rows: 0}", "tierbook.yaml:3:16: 0 is too small; it must be more than 0"),
        (SMALLEST + "lang: cn", "tierbook.yaml:3:7: 'cn' is not possible here; known are: zh, en"),
        (SMALLEST + "first_month: 2026-13", "tierbook.yaml:3:14: '2026-13' is not a month; write it like 2026-06"),
        (SMALLEST + "first_month: 2026-06-01", "tierbook.yaml:3:14: 2026-06-01 is not a month; write it like 2026-06"),
        (SMALLEST + "first_month: 6", "tierbook.yaml:3:14: 6 is not a month; write it like 2026-06"),
        (SMALLEST + "register: 3", "tierbook.yaml:3:11: expected a text"),
        (SMALLEST + "logbooks: ../logs", "tierbook.yaml:3:11: '../logs' leads out of the workspace"),
        (SMALLEST + "logbooks: a/../../logs", "tierbook.yaml:3:11: 'a/../../logs' leads out of the workspace"),
        (SMALLEST + 'logbooks: "a\\0b"', "tierbook.yaml:3:11: "),
        (SMALLEST.replace("equity_listing", "../x.yaml"), "tierbook.yaml:2:15: '../x.yaml' leads out of the workspace"),
        (SMALLEST.replace("equity_listing", "x.yaml"), "x.yaml: there is no such file"),
        (SMALLEST.replace("equity_listing", ""), "tierbook.yaml:2:14: at least 1 must be given"),
        (
            SMALLEST.replace("equity_listing", "equity_listings"),
            "tierbook.yaml:2:15: there is no regulation 'equity_listings'; did you mean 'equity_listing'?",
        ),
        (
            SMALLEST.replace("equity_listing", "equity_listing, equity_listing"),
            "tierbook.yaml:2:31: the regulation 'equity_listing' stands here twice",
        ),
        (
            SMALLEST.replace("equity_listing", "{regulation: equity_listing, parameters: {weekly_psh: 1}}"),
            "tierbook.yaml:2:57: there is no parameter 'weekly_psh'; did you mean 'weekly_push'?",
        ),
        (
            SMALLEST.replace("equity_listing", "{regulation: equity_listing, parameters: {weekly_push: two}}"),
            "tierbook.yaml:2:70: expected a number, found 'two'",
        ),
        (
            SMALLEST.replace("equity_listing", "{regulation: equity_listing, parameters: {weekly_push: {kye: 1}}}"),
            "tierbook.yaml:2:71: there is no tier 'kye'; did you mean 'key'?",
        ),
    ],
)
def test_a_mistake_is_told_at_its_place(folder: Path, text: str, message: str) -> None:
    assert told(folder, text).startswith(message)


@pytest.mark.parametrize("ledger", [".", "logbooks", "logbooks/ledger", "''"])
def test_the_ledger_has_a_folder_of_its_own(folder: Path, ledger: str) -> None:
    assert "the ledger needs a folder of its own" in told(folder, f"{SMALLEST}ledger: {ledger}\n")


def test_a_folder_that_is_no_workspace_says_how_to_make_one(folder: Path) -> None:
    for place in (folder, folder / "nowhere"):
        with pytest.raises(WorkspaceError) as caught:
            load_workspace(place)
        assert caught.value.text("zh").endswith(f"新建工作区：tierbook init {place}")


def test_a_relative_folder_gives_absolute_paths(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings(folder, SMALLEST)
    monkeypatch.chdir(folder.parent)
    assert load_workspace(Path("工作区/../工作区")).ledger == folder / "ledger"


def test_settings_are_read_without_heavy_libraries() -> None:
    code = "import sys, pipeline.language.workspace; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert {"pandas", "numpy", "pandera", "pyarrow", "holidays", "openpyxl"}.isdisjoint(loaded)
