"""Logbooks go back to staff, are mended, and come again."""

import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import date

import openpyxl
import pytest

from pipeline.door.watch import changes, return_month
from pipeline.language.errors import ExitCode
from pipeline.language.mark import BEGIN
from pipeline.language.period import month
from pipeline.language.workspace import load_workspace
from pipeline.store.ledger import Ledger
from tests.door.test_cli import tierbook
from tests.fixtures import books

HEADINGS = ("日期", "客户", "沟通方式", "事由", "结果", "经办人", "沟通内容")
GOOD = (date(2026, 10, 9), "云栖智能", "走访", "日常沟通", "已沟通", "王志强", "了解近况")
BAD_CHANNEL = (date(2026, 10, 12), "云栖智能", "飞鸽", "日常沟通", "已沟通", "王志强", "谈合作")
BAD_CLIENT = (date(2026, 10, 13), "云栖智熊", "电话", "日常沟通", "已沟通", "王志强", "约时间")
NO_OUTCOME = (date(2026, 10, 14), "C0002", "电话", "日常沟通", "", "王志强", "问候")
NAME = "业务一部/十月 日志/联系记录_王志强_2026-10.xlsx"


@pytest.fixture
def folder(tmp_path):
    """A workspace with a register and an empty folder of logbooks."""
    root = tmp_path / "客服台账"
    (root / "logbooks").mkdir(parents=True)
    (root / "tierbook.yaml").write_text("company: 某公司\nregulations:\n  - equity_listing\n", "utf-8")
    book = openpyxl.Workbook()
    book.remove(book.active)
    sheets = {
        "员工": (("工号", "姓名", "部门", "岗位"), ("YW01", "王志强", "业务一部", "业务人员")),
        "客户": (
            ("客户编号", "客户名称", "简称", "所属部门", "开发人", "加入日期"),
            ("C0001", "杭州云栖智能科技有限公司", "云栖智能", "业务一部", "王志强", date(2025, 1, 6)),
            ("C0002", "宁波启明（集团）有限公司", "启明", "业务一部", "王志强", date(2025, 3, 3)),
        ),
        "层级": (("客户", "层级", "开始日期"),),
        "归属": (("客户", "角色", "员工", "开始日期"),),
    }
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(root / "register.xlsx")
    return root


def hand_in(folder, *rows, name=NAME):
    path = folder / "logbooks" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    return books.xlsx(path, (HEADINGS, *rows))


def give_back(folder, lang="zh"):
    return return_month(load_workspace(folder), month("2026-10"), folder / "output", lang, quiet=True)


def returned(folder, name=NAME):
    return folder / "output" / "2026-10" / "returned" / name


def listed(path):
    """The lines of the list: weight, what became of it, place."""
    sheet = openpyxl.load_workbook(path).worksheets[0]
    rows = [[str(cell.value or "") for cell in row] for row in sheet]
    head = next(i for i, row in enumerate(rows) if row[0] == "序号")
    return [dict(zip(rows[head], row, strict=True)) for row in rows[head + 1 :]]


def test_a_logbook_goes_back_under_its_own_path(folder):
    hand_in(folder, GOOD, BAD_CHANNEL, BAD_CLIENT, NO_OUTCOME)
    hand_in(folder, GOOD, name="业务二部/联系记录_王志强_2026-09.xlsx")
    result = give_back(folder)
    assert result.written == (returned(folder),)
    assert (result.fixed, result.open, result.new) == (0, 0, 3)
    sheet = openpyxl.load_workbook(returned(folder))["联系记录"]
    assert {c.coordinate for row in sheet for c in row if c.comment} == {"C3", "B4", "E5"}
    assert "是不是想写：杭州云栖智能科技有限公司" in sheet["B4"].comment.text
    assert "“沟通方式”" in sheet["C3"].comment.text
    assert "和上次比" not in listed(returned(folder))[0]


def test_the_marked_file_may_be_handed_in_as_it_is(folder):
    """Its list, colours and comments are not taken for anything."""
    path = hand_in(folder, GOOD, BAD_CHANNEL)
    give_back(folder)
    shutil.copy(returned(folder), path)
    result = give_back(folder)
    assert (result.fixed, result.open, result.new) == (0, 1, 0)
    with Ledger.open(folder / "ledger") as ledger:
        assert [*ledger.findings()["code"]] == ["choice_unknown"]
        assert ledger.submissions()["read"].sum() == 2
    book = openpyxl.load_workbook(returned(folder))
    assert book.sheetnames == ["要改的地方", "联系记录"]
    assert book["联系记录"]["C3"].comment.text.count(BEGIN) == 1


def test_each_finding_is_mended_still_open_or_new_whatever_became_of_the_rows(folder):
    hand_in(folder, GOOD, BAD_CHANNEL, BAD_CLIENT, NO_OUTCOME)
    give_back(folder)
    later = (date(2026, 10, 8), "启明", "电话", "日常沟通", "已沟通", "王志强", "补记")
    wrong = (date(2026, 10, 40 - 9), "启明", "电报", "日常沟通", "已沟通", "王志强", "再约")
    hand_in(folder, later, NO_OUTCOME, wrong, GOOD, (BAD_CHANNEL[0], "云栖智能", "走访", *BAD_CHANNEL[3:]), BAD_CLIENT)
    result = give_back(folder)
    assert (result.fixed, result.open, result.new) == (1, 2, 1)
    lines = {(line["位置"], line["和上次比"]) for line in listed(returned(folder))}
    assert lines == {
        ("联系记录!E3", "还没改"),
        ("联系记录!B7", "还没改"),
        ("联系记录!C4", "新出现"),
        ("联系记录!C3", "已改好"),
    }
    assert give_back(folder).written == ()


def test_a_logbook_under_another_name_is_compared_with_the_one_before(folder):
    hand_in(folder, GOOD, BAD_CHANNEL, NO_OUTCOME)
    give_back(folder)
    (folder / "logbooks" / NAME).unlink()
    hand_in(folder, GOOD, BAD_CHANNEL, name="联系记录_王志强_2026-10（改）.xlsx")
    result = give_back(folder)
    assert (result.fixed, result.open, result.new) == (1, 1, 0)
    assert not returned(folder).exists()


def test_a_logbook_that_was_mended_is_no_longer_among_those_to_give_back(folder):
    hand_in(folder, GOOD, BAD_CHANNEL)
    give_back(folder)
    hand_in(folder, GOOD)
    result = give_back(folder)
    assert (result.files, result.fixed, result.to_look_at) == (0, 1, False)
    assert not returned(folder).exists()


def test_what_cannot_be_marked_goes_back_with_a_list_beside_it(folder):
    logbooks = folder / "logbooks"
    rows = (HEADINGS, (GOOD[0], "云栖智能", "飞鸽", *GOOD[3:]))
    text = [[str(value) for value in row] for row in rows]
    books.xls(logbooks / "联系记录_王志强_2026-10.xls", text)
    whole = hand_in(folder, GOOD, name="断了.xlsx").read_bytes()
    (logbooks / "断了.xlsx").write_bytes(whole[: len(whole) // 2])
    (logbooks / "其实是文本.xlsx").write_text("日期,客户\n2026-10-09,云栖智能\n", "utf-8")
    give_back(folder)
    for name, reason in (
        ("联系记录_王志强_2026-10.xls", "它是 xls 格式"),
        ("断了.xlsx", "文件不完整"),
        ("其实是文本.xlsx", "不是工作簿"),
    ):
        assert returned(folder, name).read_bytes() == (logbooks / name).read_bytes()
        book = openpyxl.load_workbook(returned(folder, f"{name}_要改的地方.xlsx"))
        assert reason in str(book.active["A2"].value)
        assert listed(returned(folder, f"{name}_要改的地方.xlsx"))


def test_a_damaged_file_that_comes_whole_is_mended(folder):
    whole = hand_in(folder, GOOD).read_bytes()
    (folder / "logbooks" / NAME).write_bytes(whole[: len(whole) // 2])
    assert give_back(folder).new == 1
    hand_in(folder, GOOD, BAD_CHANNEL)
    result = give_back(folder)
    assert (result.fixed, result.new) == (1, 1)
    assert openpyxl.load_workbook(returned(folder)).sheetnames == ["要改的地方", "联系记录"]


def test_a_workbook_without_a_form_says_so_in_itself(folder):
    books.xlsx(folder / "logbooks" / "通讯录.xlsx", (("姓名", "分机"), ("王芳", "801")), sheet="通讯录")
    give_back(folder)
    lines = listed(returned(folder, "通讯录.xlsx"))
    assert [line["位置"] for line in lines] == ["整个文件"]


def test_marks_speak_english_where_asked(folder):
    hand_in(folder, GOOD, BAD_CHANNEL)
    done = tierbook("return", "2026-10", "-w", folder, "--lang", "en")
    assert done.returncode == ExitCode.FINDINGS, done.stderr
    assert "1 files to give back" in done.stdout
    book = openpyxl.load_workbook(returned(folder))
    assert book.sheetnames[0] == "To mend"
    assert "Must be mended" in book["联系记录"]["C3"].comment.text


def test_a_run_ends_with_what_goes_back(folder):
    hand_in(folder, GOOD, BAD_CHANNEL)
    done = tierbook("run", folder, "--month", "2026-10", "--as-of", "2026-11-12")
    assert "可退回员工的文件 1 份，共 1 处" in done.stdout, done.stderr
    assert returned(folder).is_file()
    assert not give_back(folder).written  # the same as `return` makes


def test_a_file_that_is_no_month_s_is_told(folder):
    assert tierbook("return", "2026-13", "-w", folder).returncode == ExitCode.USAGE


def test_a_file_counts_as_saved_when_it_stays_the_same(folder):
    workspace = load_workspace(folder)
    seen = changes(workspace, pause=0.01)
    next(seen)
    path = folder / "logbooks" / "深" / "联系记录.xlsx"
    path.parent.mkdir()
    (folder / "logbooks" / "~$联系记录.xlsx").write_bytes(b"lock")
    (folder / "logbooks" / "8AB3C000").write_bytes(b"half")
    (folder / "logbooks" / ".~lock.联系记录.xlsx#").write_bytes(b"lock")
    path.write_bytes(b"half")
    next(seen)
    path.write_bytes(b"half and half")
    next(seen)


def heed():
    """A test run in the background ignores interrupts, and what it starts would ignore them too."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def wait_for(holds, seconds=60):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "nothing came"
        time.sleep(0.1)


def test_watching_gives_back_what_is_saved_until_it_is_ended(folder):
    words = [sys.executable, "-m", "pipeline.door.cli", "return", "2026-10", "-w", str(folder), "--watch"]
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8", "PYTHONUNBUFFERED": "1"}
    told = folder / "told.txt"
    with (
        told.open("wb") as screen,
        subprocess.Popen(words, stdout=screen, stderr=screen, env=environment, preexec_fn=heed) as watching,  # noqa: PLW1509
    ):
        try:
            wait_for(lambda: "没有要退回" in told.read_text("utf-8"))
            hand_in(folder, GOOD, BAD_CHANNEL)
            wait_for(lambda: str(returned(folder)) in told.read_text("utf-8"))
            assert returned(folder).is_file()
            hand_in(folder, GOOD)
            wait_for(lambda: "已改好 1" in told.read_text("utf-8"))
            assert not returned(folder).exists()
            watching.send_signal(signal.SIGINT)
            assert watching.wait(30) == ExitCode.CLEAN
        finally:
            watching.kill()
    assert told.read_text("utf-8").endswith("已结束。\n")


def test_an_empty_folder_has_nothing_to_give_back(folder):
    result = give_back(folder)
    assert (result.files, result.new) == (0, 0)
