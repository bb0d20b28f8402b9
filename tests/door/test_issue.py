"""The logbooks of a month: issued, filled in, handed in again under whatever name."""

from __future__ import annotations

import shutil
import subprocess
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from pipeline.door.issue import FOLDER, known_until
from pipeline.door.run import lay_grounds
from pipeline.intake.discover import discover
from pipeline.intake.intake import take_in
from pipeline.intake.reader import read_books
from pipeline.language.errors import ExitCode
from pipeline.language.period import month
from pipeline.language.workspace import Limits, load_workspace
from pipeline.out.logbook.book import FIRST_ROW, HEAD_ROW
from pipeline.sample.make import make_sample
from tests.door.test_cli import tierbook
from tests.door.test_month import hashes

MONTH = "2026-11"
WANG, LI = "业务一部/王志强_YW01_2026-11.xlsx", "业务一部/李雪梅_KF01_2026-11.xlsx"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    folder = tmp_path_factory.mktemp("issue") / "data"
    make_sample(folder)
    return folder


@pytest.fixture(scope="module")
def issued(workspace):
    done = tierbook("issue", MONTH, "--workspace", workspace, "--as-of", "2026-10-31")
    assert done.returncode == ExitCode.CLEAN, done.stderr
    assert "15 份" in done.stdout
    assert "2026-12-05" in done.stdout  # the day of the first document about the month
    return workspace / "output" / MONTH / FOLDER


@pytest.fixture
def wang(issued):
    return openpyxl.load_workbook(issued / WANG)


def test_everybody_with_clients_or_duties_gets_one(issued):
    files = sorted(path.relative_to(issued).as_posix() for path in issued.rglob("*.xlsx"))
    assert len(files) == 15
    assert {WANG, LI, "业务二部/沈雅琴_LD02_2026-11.xlsx"} <= {*files}
    assert "业务三部/唐振宇" not in "".join(files)


def listed(book, name):
    sheet, area = next(iter(book.defined_names[name].destinations))
    return [cell.value for (cell,) in book[sheet][area]]


def test_the_dropdown_holds_the_holders_own_clients(workspace, wang):
    register = lay_grounds(load_workspace(workspace)).register
    owned = register.owners[(register.owners["staff"] == "YW01") & (register.owners["start"] < "2026-12-01")]
    owned = owned[owned["end"].isna() | (owned["end"] > "2026-11-01")]
    clients = register.clients.loc[owned["client"].unique()]
    there = clients[clients["left_on"].isna() | (clients["left_on"] > "2026-11-01")]
    assert sorted(listed(wang, "own_clients")) == sorted(there["name"])
    assert listed(wang, "own_colleagues")[0] == "王志强"
    assert "李雪梅" in listed(wang, "own_colleagues")


def test_the_first_sheet_tells_what_is_due(wang):
    rows = [[cell.value for cell in row] for row in wang.worksheets[0].iter_rows()]
    assert wang.active.title == wang.worksheets[0].title == "本月任务"
    assert "2026年11月" in rows[0][0]
    heads = next(at for at, row in enumerate(rows) if row[5] == "最近一次最迟")
    duties = rows[heads + 1 :]
    weekly = next(row for row in duties if row[2] == "每周沟通" and row[4] == 4)
    assert weekly[3] == "每周 1 次"
    assert (weekly[5], weekly[6]) == (datetime(2026, 11, 8), datetime(2026, 11, 29))  # noqa: DTZ001
    assert weekly[7] == "9(2)"
    record = next(row for row in duties if row[2] == "报送日常沟通记录")
    assert (record[0], record[3], record[5]) == (None, "2026-10", datetime(2026, 11, 5))  # noqa: DTZ001
    assert f"任务 {len(duties)} 项" in rows[2][0]


def test_it_tells_what_is_overdue_and_which_cases_are_open(issued):
    rows = [[cell.value for cell in row] for row in openpyxl.load_workbook(issued / LI)["本月任务"].iter_rows()]
    titles = [row[0] for row in rows]
    overdue = rows[titles.index("逾期未办（请尽快补办）") + 2]
    assert overdue[2] == "客户资料季度更新" or "更新" in overdue[2]
    assert overdue[6] == (date(2026, 10, 31) - overdue[5].date()).days
    case = rows[titles.index("未结投诉、咨询和待回访") + 2]
    assert case[2] == "尚未办结"
    assert case[7].startswith(("TS-", "XQ-", "ZX-"))


def test_cells_to_fill_are_open_and_the_rest_is_locked_without_a_password(wang):
    sheet = wang["联系记录"]
    assert sheet.protection.sheet
    assert not sheet.protection.password
    assert sheet.cell(HEAD_ROW + 1, 1).protection.locked
    assert not sheet.column_dimensions["A"].protection.locked
    assert wang["本月任务"].protection.sheet


def test_sheets_have_tables_checks_hints_and_headings_on_every_page(wang):
    sheet = wang["联系记录"]
    table = sheet.tables["table_contact"]
    assert table.ref.startswith("A3:")
    assert sheet.freeze_panes == "A4"
    assert sheet.print_title_rows == "$1:$3"
    assert (sheet.page_setup.orientation, str(sheet.page_setup.paperSize)) == ("landscape", "9")
    rules = {str(rule.sqref).partition(":")[0]: rule for rule in sheet.data_validations.dataValidation}
    assert len(rules) == len(table.tableColumns)
    assert all(rule.prompt for rule in rules.values())
    assert (rules["A4"].type, rules["A4"].formula1, rules["A4"].formula2) == ("date", "46320", "46364")  # a week more
    assert rules["C4"].formula1 == "own_clients"
    assert rules["C4"].errorStyle == "warning"  # a colleague's client may be written after a question
    assert {wang[s].sheet_state for s in ("选项", "_tierbook")} == {"hidden", "veryHidden"}


def test_one_process_gives_the_same_bytes_as_two(workspace, issued):
    before = hashes(issued)
    tierbook("issue", MONTH, "-w", workspace, "--as-of", "2026-10-31", "--workers", 1)
    assert hashes(issued) == before


def test_a_logbook_filled_in_where_it_was_issued_is_not_written_over(workspace, issued, tmp_path):
    shutil.copytree(issued, tmp_path / MONTH / FOLDER)
    filled = tmp_path / MONTH / FOLDER / WANG
    fill(filled, [row()])
    before = filled.read_bytes()
    done = tierbook("issue", MONTH, "-w", workspace, "--as-of", "2026-10-31", "--out", tmp_path)
    assert done.returncode == ExitCode.DELIVERY
    assert "王志强" in done.stderr
    assert filled.read_bytes() == before


def test_a_month_before_every_regulation_is_refused(workspace):
    done = tierbook("issue", "2015-01", "--workspace", workspace)
    assert done.returncode == ExitCode.WORKSPACE
    assert "2015-01" in done.stderr
    assert "Traceback" not in done.stderr


def test_logbooks_know_what_was_before_the_month():
    assert known_until(month("2026-11"), date(2026, 11, 3)) == date(2026, 10, 31)
    assert known_until(month("2026-11"), date(2026, 10, 20)) == date(2026, 10, 20)


def row(**changes):
    """A contact as it is typed, by heading."""
    usual = {
        "日期*": date(2026, 11, 3),
        "时间": time(9, 30),
        "客户*": "武汉九州农业发展股份有限公司",
        "沟通方式*": "电话",
        "事由*": "日常沟通",
        "结果*": "已沟通",
        "经办人*": "王志强",
    }
    return {**usual, **changes}


def fill(path, rows, sheet="联系记录"):
    book = openpyxl.load_workbook(path)
    page = book[sheet]
    heads = [cell.value for cell in page[HEAD_ROW + 1]]
    for at, cells in enumerate(rows, FIRST_ROW + 1):
        for head, value in cells.items():
            page.cell(at, heads.index(head) + 1, value)
    book.save(path)


def taken(workspace, folder: Path):
    """What the intake makes of the logbooks under `folder`."""
    grounds = lay_grounds(load_workspace(workspace))
    arrivals, found = discover(folder.parent, folder, Limits())
    books, unread = read_books(arrivals, Limits(), workers=1)
    intake, findings = take_in(books, grounds.forms, grounds.register)
    return intake, pd.concat([found, unread, findings])


@pytest.fixture
def inbox(issued, tmp_path):
    def handed_in(name: str, rows=(), of: str = WANG) -> Path:
        path = tmp_path / "logbooks" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(issued / of, path)
        if rows:
            fill(path, rows)
        return path

    return handed_in


def test_an_empty_logbook_says_that_there_was_nothing(workspace, inbox):
    path = inbox("王志强.xlsx")
    intake, findings = taken(workspace, path.parent)
    assert findings.empty, findings.to_string()
    assert set(intake.submissions["submitter"]) == {"YW01"}
    assert set(intake.submissions["month"]) == {MONTH}


def test_what_was_pasted_over_the_checks_is_checked_again(workspace, inbox):
    broken = [
        row(),
        row(**{"日期*": "11月4日", "时间": "下午3点半"}),
        row(**{"日期*": "月初"}),
        row(**{"客户*": "没有这家公司"}),
        row(**{"结果*": "很好", "经办人*": None}),
        row(**{"日期*": date(2026, 9, 3)}),
        row(**{"沟通方式*": "飞鸽传书"}),
    ]
    intake, findings = taken(workspace, inbox("王志强.xlsx", broken).parent)
    rows = intake.rows["contact"]
    assert rows["admission"].tolist() == [
        "accepted",
        "accepted",
        "rejected",
        "rejected",
        "rejected",
        "accepted",
        "rejected",
    ]
    assert rows["happened"].iloc[1] == pd.Timestamp("2026-11-04 15:30")
    assert set(rows["submitter"]) == {"YW01"}
    found = {(code, row) for code, row in zip(findings["code"], findings["row"], strict=True)}
    assert {("client_unknown", 7), ("choice_unknown", 8), ("required_missing", 8), ("other_month", 9)} <= found
    assert ("choice_unknown", 10) in found


@pytest.mark.parametrize("name", ["李雪梅_KF01.xlsx", "新建 Microsoft Excel 工作表.xlsx"])
def test_a_renamed_logbook_is_known_by_its_stamp(workspace, inbox, name):
    intake, findings = taken(workspace, inbox(name, [row()] * 1).parent)
    contacts = intake.submissions[intake.submissions["form"] == "contact"]
    assert contacts["submitter"].tolist() == ["YW01"]
    assert contacts["month"].tolist() == [MONTH]
    assert ("stamp_other_person" in set(findings["code"])) == name.startswith("李雪梅")


def test_a_logbook_handed_in_for_another_month_is_told(workspace, inbox):
    path = inbox("2026-12/王志强_2026-12.xlsx", [row()])
    intake, findings = taken(workspace, path.parents[1])
    told = findings[findings["code"] == "stamp_other_month"].iloc[0]
    assert (told["value"], told["expected"]) == (MONTH, "2026-12")
    assert set(intake.submissions["month"]) == {MONTH}


def test_a_colleagues_records_do_not_take_the_place_of_the_holders(workspace, inbox):
    theirs = [row(**{"经办人*": "李雪梅", "日期*": date(2026, 11, day)}) for day in (3, 4, 5)]
    intake, findings = taken(workspace, inbox("王志强.xlsx", theirs).parent)
    contacts = intake.submissions[intake.submissions["form"] == "contact"]
    assert contacts["submitter"].tolist() == ["KF01"]
    assert "stamp_other_person" in set(findings["code"])


def test_a_damaged_stamp_is_told_and_not_believed(workspace, inbox):
    path = inbox("李雪梅_KF01_2026-11.xlsx", [row(**{"经办人*": "李雪梅"})], of=LI)
    book = openpyxl.load_workbook(path)
    book["_tierbook"]["B2"] = "YW02"
    book.save(path)
    intake, findings = taken(workspace, path.parent)
    assert set(findings["code"]) == {"stamp_damaged"}
    assert set(intake.submissions["submitter"]) == {"KF01"}


@pytest.mark.heavy
def test_a_logbook_saved_by_libreoffice_is_still_read(workspace, inbox, tmp_path):
    path = inbox("王志强.xlsx", [row(), row(**{"日期*": "2026.11.5"})])
    saved = tmp_path / "saved"
    command = ["soffice", "--headless", "--convert-to", "xlsx", "--outdir", str(saved), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    intake, findings = taken(workspace, saved)
    assert findings.empty, findings.to_string()
    assert intake.rows["contact"]["admission"].tolist() == ["accepted", "accepted"]
    assert set(intake.submissions["submitter"]) == {"YW01"}
    book = openpyxl.load_workbook(saved / path.name)
    assert "own_clients" in book.defined_names
    assert any(r.formula1 == "own_clients" for r in book["联系记录"].data_validations.dataValidation)
