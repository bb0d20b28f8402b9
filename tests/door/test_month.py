"""The sample month, run by the command, from the folder of logbooks to the report."""

import shutil
from hashlib import sha256

import pandas as pd
import pytest

from pipeline.door.run import lay_grounds
from pipeline.language.errors import ExitCode, WorkbookError
from pipeline.language.workspace import Limits, load_workspace
from pipeline.sample.make import make_sample
from pipeline.store.ledger import Ledger
from tests.door.test_cli import tierbook

MONTH, AS_OF = "2026-10", "2026-11-12"


@pytest.fixture(scope="module")
def month(tmp_path_factory):
    """A messy sample that has been run once: the workspace, the folder of reports, and what the command printed."""
    folder = tmp_path_factory.mktemp("month")
    make_sample(folder / "data")
    done = tierbook("run", folder / "data", "--month", MONTH, "--as-of", AS_OF, "--out", folder / "out")
    return folder / "data", folder / "out" / MONTH, done


def hashes(folder):
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_a_month_with_findings_ends_with_their_code_and_names_what_it_wrote(month):
    _, out, done = month
    assert done.returncode == ExitCode.FINDINGS, done.stderr
    assert "Traceback" not in done.stderr
    printed = [line for line in done.stdout.splitlines() if line.endswith((".xlsx", ".html"))]
    assert sorted(printed) == sorted(str(path) for path in out.iterdir() if path.is_file())
    assert "%" in done.stdout


@pytest.mark.parametrize("rebuilt", [pytest.param(False, marks=pytest.mark.heavy), True])
def test_the_same_inputs_and_day_give_the_same_bytes(month, rebuilt):
    """From the ledger as it is, and from the logbooks alone."""
    data, out, _ = month
    before = hashes(out), hashes(data / "ledger")
    assert len(before[0]) >= 2
    if rebuilt:
        shutil.rmtree(data / "ledger")
    tierbook("run", data, "--month", MONTH, "--as-of", AS_OF, "--out", out.parent)
    assert (hashes(out), hashes(data / "ledger")) == before


def test_rows_read_are_accepted_rejected_or_repeated(month):
    """Nothing is lost between the sheets and the ledger."""
    data, _, _ = month
    with Ledger.open(data / "ledger") as ledger:
        submissions = ledger.submissions()
        rows = pd.concat([ledger.rows(form)[["file", "admission"]] for form in submissions["form"].unique() if form])
    parts = submissions[["accepted", "rejected", "duplicate", "superseded"]].sum(axis=1)
    assert (submissions["read"] == parts).all()
    assert submissions["read"].sum() > 8000
    standing = submissions[submissions["superseded_by"] == ""]
    assert len(rows) == standing["read"].sum()
    assert set(rows["admission"]) == {"accepted", "rejected", "duplicate"}  # the sample has some of each


def test_explain_leads_to_the_rows_of_the_logbooks(month):
    data, _, _ = month
    some = "00871"
    done = tierbook("explain", some, "--month", MONTH, "--as-of", AS_OF, "--workspace", data)
    assert done.returncode == 0, done.stderr
    assert some in done.stdout
    for word in ("期间：", "标准：", "计入", "logbooks/", "第"):
        assert word in done.stdout
    english = tierbook("explain", some, "-m", MONTH, "--as-of", AS_OF, "-w", data, "--lang", "en").stdout
    assert "Window:" in english
    assert "期间" not in english


def test_an_unknown_client_is_told_with_the_nearest(month):
    data, _, _ = month
    done = tierbook("explain", "008712", "--month", MONTH, "--workspace", data)
    assert done.returncode == ExitCode.WORKSPACE
    assert "00871" in done.stderr


def test_explain_asks_for_a_run_when_the_register_changed(month, tmp_path):
    data, _, _ = month
    copy = shutil.copytree(data, tmp_path / "copy")
    with (copy / "register.xlsx").open("ab") as register:
        register.write(b"\0")
    done = tierbook("explain", "00871", "--month", MONTH, "--workspace", copy)
    assert done.returncode != 0
    assert "Traceback" not in done.stderr


def test_the_register_is_read_within_the_limits_of_the_workspace(month):
    workspace = load_workspace(month[0])
    assert len(lay_grounds(workspace).register.clients) > 100
    with pytest.raises(WorkbookError, match="A1:SF100"):
        lay_grounds(workspace.model_copy(update={"limits": Limits(rows=100)}))


def test_a_logbook_checked_alone_leaves_the_ledger_as_it_is(month):
    data, _, _ = month
    before = hashes(data / "ledger")
    logbooks = sorted((data / "logbooks" / MONTH).iterdir())[:6]
    done = tierbook("check", *logbooks)
    assert done.returncode in (ExitCode.CLEAN, ExitCode.FINDINGS), done.stderr
    assert all(path.name in done.stdout for path in logbooks)
    assert hashes(data / "ledger") == before


def test_a_new_workspace_runs_at_once(tmp_path):
    made = tierbook("init", tmp_path / "new", "--company", "某交易所")
    assert made.returncode == 0, made.stderr
    done = tierbook("run", tmp_path / "new", "--month", MONTH, "--as-of", AS_OF)
    assert done.returncode in (ExitCode.CLEAN, ExitCode.FINDINGS), done.stderr
    again = tierbook("init", tmp_path / "new")
    assert again.returncode == ExitCode.WORKSPACE


def test_doctor_looks_at_machine_and_workspace(month):
    data, _, _ = month
    done = tierbook("doctor", "--workspace", data)
    assert done.returncode in (ExitCode.CLEAN, ExitCode.FINDINGS)
    assert "2027-01-01" in done.stdout
    assert "150" in done.stdout
