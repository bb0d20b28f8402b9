"""Which form a sheet is, which column is which, and which rows are records."""

from __future__ import annotations

import random

import pytest

from pipeline.intake.rows import gather
from pipeline.intake.sheet import recognise
from pipeline.language.finding import messages
from tests.intake.books import CONTACT_HEAD, FORMS, book, sheet

LOGBOOKS = [form for form in FORMS.values() if form.part == "logbook"]
CONTACT = FORMS["contact"]
ROW = ("2026-10-9", "9:30", "C0001", "电话", "回访", "已沟通", "王志强", "谈了近况", "意见", 15.0, "", "")
REQUIRED = ("日期", "客户", "沟通方式", "事由", "结果", "经办人")


def recognised(*sheets):
    tables, findings = recognise([book("a.xlsx", *sheets)], LOGBOOKS)
    assert not messages(findings, "zh").str.contains("{", regex=False).any()
    return tables, findings


def codes(findings):
    return findings["code"].tolist()


def read(table):
    """The fields of the table's first row, as they stand there."""
    return {slot: table.sheet.rows[table.start][place] for slot, place in table.places.items()}


EXPECTED = dict(zip(CONTACT.keys, ROW, strict=True))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_headings_in_either_language(lang):
    (table,), findings = recognised(sheet("x", tuple(field.title.in_(lang) for field in CONTACT.fields), ROW))
    assert table.form is CONTACT
    assert read(table) == EXPECTED
    assert codes(findings) == []


def test_headings_by_key():
    (table,), findings = recognised(sheet("x", CONTACT.keys, ROW))
    assert (read(table), codes(findings)) == (EXPECTED, [])


@pytest.mark.parametrize("seed", range(20))
def test_columns_in_any_order_under_any_of_their_names(seed):
    rng = random.Random(seed)
    order = rng.sample(range(len(CONTACT.fields)), len(CONTACT.fields))
    names = [rng.choice(CONTACT.fields[i].names) for i in order]
    (table,), findings = recognised(sheet("x", names, [ROW[i] for i in order]))
    assert (table.form.key, read(table), codes(findings)) == ("contact", EXPECTED, [])


@pytest.mark.parametrize("form", LOGBOOKS, ids=lambda form: form.key)
def test_every_form_is_told_from_the_others(form):
    required = [field.title.zh for field in form.fields if field.required]
    (table,), findings = recognised(sheet("Sheet1", required, ["x"] * len(required)))
    assert (table.form.key, codes(findings)) == (form.key, [])


@pytest.mark.parametrize(
    "decorate",
    [
        lambda name: f" {name} *",
        lambda name: f"{name}（必填）",
        lambda name: f"{name}\n(选填)",
        lambda name: f"＊{name}：",
        " ".join,
        lambda name: f"{name}【见说明】",
    ],
)
def test_marks_spaces_and_brackets_in_headings_do_not_matter(decorate):
    (table,), findings = recognised(sheet("x", [decorate(name) for name in CONTACT_HEAD], ROW))
    assert (read(table), codes(findings)) == (EXPECTED, [])


def test_titles_above_the_headings_do_not_matter():
    above = [("客户联系记录",), (), ("填报人：王志强", "", "月份：2026-10"), ("日期", "客户")] + [("",)] * 20
    (table,), findings = recognised(sheet("x", *above, CONTACT_HEAD, ROW, first_row=3))
    assert (table.start, table.source().row) == (25, 27)
    assert (read(table), codes(findings)) == (EXPECTED, [])


def test_headings_over_two_rows():
    upper = ("日期", "时间", "客户信息", "联系情况", "", "", "经办人", "其他", "", "", "", "")
    lower = ("", "", "客户名称", "方式", "目的", "结果", "", "内容", "主题", "时长(分)", "下一步", "登记日期")
    (table,), findings = recognised(sheet("x", upper, lower, ROW))
    assert (read(table), codes(findings)) == (EXPECTED, [])


@pytest.mark.parametrize("missing", REQUIRED)
def test_a_missing_required_column_rejects_the_sheet_with_one_finding(missing):
    head = [name for name in CONTACT_HEAD if name != missing]
    (table,), findings = recognised(sheet("联系记录", head, ROW[1:]))
    assert codes(findings) == ["column_missing"]
    assert findings.loc[0, ["severity", "expected", "row"]].tolist() == ["error", missing, 1]
    assert table.lacking == {CONTACT.fields[CONTACT_HEAD.index(missing)].key}


def test_a_misspelt_required_column_gets_a_suggestion():
    _, findings = recognised(sheet("联系记录", ["日期", "客户", "勾通方式", *CONTACT_HEAD[4:]], ROW))
    found = findings.set_index("code")
    assert found.loc["column_missing", ["field", "value", "suggestion"]].tolist() == ["channel", "勾通方式", "沟通方式"]


def test_an_unknown_column_is_passed_over_with_a_notice():
    (table,), findings = recognised(sheet("x", ("序号", *CONTACT_HEAD, "客户心情"), (1.0, *ROW, "好")))
    assert read(table) == EXPECTED
    assert findings[["code", "severity", "column", "value"]].to_numpy().tolist() == [
        ["column_unknown", "notice", "N", "客户心情"]
    ]


def test_a_misspelt_optional_column_gets_a_suggestion():
    head = [name.replace("后续事项", "後续事项") for name in CONTACT_HEAD]
    _, findings = recognised(sheet("x", head, ROW))
    assert findings[["code", "column", "suggestion"]].to_numpy().tolist() == [["column_unknown", "K", "后续事项"]]


def test_two_columns_with_one_meaning_are_not_chosen_between():
    (table,), findings = recognised(sheet("x", (*CONTACT_HEAD[:-1], "目的"), (*ROW[:-1], "推送")))
    assert codes(findings) == ["column_spare"]  # 事由 is the column's own title, 目的 only another name of it
    assert read(table)["purpose"] == "回访"
    twice = [name if name != "事由" else "联系目的" for name in CONTACT_HEAD]
    (table,), findings = recognised(sheet("x", (*twice[:-1], "目的"), (*ROW[:-1], "推送")))
    assert findings[["code", "severity", "field", "value"]].to_numpy().tolist() == [
        ["column_twice", "error", "purpose", "联系目的、目的"]
    ]
    assert table.lacking == {"purpose"}


def test_of_two_columns_with_one_meaning_an_empty_one_does_not_count():
    (table,), findings = recognised(sheet("x", ("联系日期", *CONTACT_HEAD), ("", *ROW)))
    assert (read(table), codes(findings)) == (EXPECTED, [])


def test_an_id_and_the_name_beside_it_are_both_read():
    head = ("日期", "客户编号", "客户名称", "沟通方式", "事由", "结果", "工号", "姓名")
    row = ("2026-10-9", "C0001", "杭州云栖智能科技有限公司", "电话", "回访", "已沟通", "YW01", "王志强")
    (table,), findings = recognised(sheet("x", head, row))
    assert codes(findings) == []
    assert {slot: table.places[slot] for slot in ("client", "client+", "staff", "staff+")} == {
        "client": 1,
        "client+": 2,
        "staff": 6,
        "staff+": 7,
    }


@pytest.mark.parametrize("name", ["受理记录", "投诉登记", "Cases"])
def test_a_sheet_named_as_a_form_without_its_headings_is_an_error(name):
    tables, findings = recognised(sheet(name, ("TS-1", "投诉", "C0001", "2026-10-9 9:30")))
    assert (tables, codes(findings)) == ([], ["sheet_no_headings"])
    assert "受理时间" in findings.loc[0, "expected"]


@pytest.mark.parametrize(
    ("made", "code"),
    [
        (sheet("Sheet2"), "file_no_form"),
        (sheet("Sheet2", ("", " ")), "file_no_form"),
        (sheet("说明", *[("列名", "写法", "示例", 1.0)] * 9), "file_no_form"),
        (sheet("选项", *[("电话", "走访", "微信", 1.0)] * 9, hidden=True), "file_no_form"),
        (sheet("我的台账", *[("2026-10-9", "云栖", "谈事", 3.0)] * 9), "sheet_ignored"),
    ],
    ids=["empty", "blank", "guide", "hidden", "records"],
)
def test_sheets_that_are_no_form(made, code):
    tables, findings = recognised(made)
    assert (tables, codes(findings)) == ([], [code])


def test_beside_a_form_other_sheets_are_passed_over():
    tables, findings = recognised(sheet("说明", ("怎样填写",)), sheet("联系记录", CONTACT_HEAD, ROW), sheet("Sheet3"))
    assert ([table.sheet.name for table in tables], codes(findings)) == (["联系记录"], [])


def gathered(*rows, head=CONTACT_HEAD, **more):
    tables, _ = recognise([book("a.xlsx", sheet("联系记录", head, *rows, **more))], LOGBOOKS)
    return gather(CONTACT, tables)


def test_blank_and_ghost_rows_are_no_records():
    head = ("序号", *CONTACT_HEAD)
    rows, findings = gathered((1.0, *ROW), (2.0,), ("3", "", " "), ("", "　"), (), (4.0, *ROW), head=head)
    assert rows.row.tolist() == [2, 7]
    assert codes(findings) == []


@pytest.mark.parametrize(
    "note",
    [
        ("合计", "", "", "", "", "", "", "", "", 30.0),
        ("", "", "合 计：", "", "", "", "", "", "", 30.0),
        ("Total", "", "", "", "", "", "", "", "", 30.0),
        ("注：以上均为本人填写",),
        ("注1：推送不计入",),
        ("审核人：李雪梅", "", "", "日期：2026-10-31"),
        ("填表说明：1. 日期写当天",),
        ("以上记录属实",),
        ("（以下空白）",),
        ("", "", "客户都很满意，请领导过目"),
    ],
)
def test_totals_remarks_and_signatures_are_no_records(note):
    rows, findings = gathered(ROW, note)
    assert rows.row.tolist() == [2]
    assert findings[["code", "severity", "row"]].to_numpy().tolist() == [["row_note", "notice", 3]]
    assert findings.loc[0, "value"] == next(cell for cell in note if cell).strip()


def test_a_remark_right_of_the_running_number_is_no_record():
    rows, findings = gathered((1.0, *ROW), ("合计", *[""] * 9, 15.0), ("备注：无",), head=("序号", *CONTACT_HEAD))
    assert (rows.row.tolist(), codes(findings)) == ([2], ["row_note", "row_note"])


def test_a_heading_of_a_week_across_the_table_is_no_record():
    rows, findings = gathered(ROW, ("第二周",), ROW, merged=[(3, 1, 3, 12)])
    assert (rows.row.tolist(), codes(findings)) == ([2, 4], ["row_note"])


@pytest.mark.parametrize(
    "started", [("2026-10-9",), ("2026-10-9", "", "C0001"), ("2026-10-9", "9:30", "C0001", "电话")]
)
def test_a_record_that_was_only_begun_is_a_record(started):
    rows, findings = gathered(ROW, started, ROW)
    assert (rows.row.tolist(), codes(findings)) == ([2, 3, 4], [])


def test_a_record_about_a_remark_is_a_record():
    rows, _ = gathered((*ROW[:7], "注：客户出差，下周再约", *ROW[8:]))
    assert rows.row.tolist() == [2]


def test_headings_repeated_on_every_page_are_no_records():
    rows, findings = gathered(ROW, CONTACT_HEAD, ROW)
    assert (rows.row.tolist(), codes(findings)) == ([2, 4], [])


@pytest.mark.parametrize("mark", ["示例", "（示例）", "示例：", "Example"])
def test_example_rows_are_no_records(mark):
    rows, findings = gathered((mark, *ROW), ("", *ROW), head=("", *CONTACT_HEAD))
    assert (rows.row.tolist(), codes(findings)) == ([3], [])


def test_a_merged_cell_holds_for_every_row_it_spans():
    area = [(2, 1, 4, 1), (3, 3, 4, 3)]
    rows, _ = gathered(ROW, ("", *ROW[1:]), ("", ROW[1], "", *ROW[3:]), ("", *ROW[1:]), merged=area)
    column = rows.columns["date"]
    assert [column.values[code] for code in column.codes] == ["2026-10-9"] * 3 + [""]
    column = rows.columns["client"]
    assert [column.values[code] for code in column.codes] == ["C0001"] * 4


def test_a_remark_merged_over_several_rows_is_one_remark():
    rows, findings = gathered(ROW, ("注：以上均为本人填写",), (), (), merged=[(3, 1, 5, 12)])
    assert (rows.row.tolist(), codes(findings)) == ([2], ["row_note"])


def test_hidden_rows_are_read_with_a_notice():
    rows, findings = gathered(ROW, ROW, ROW, hidden_rows=frozenset({3, 4, 99}))
    assert rows.row.tolist() == [2, 3, 4]
    assert findings[["code", "row", "value"]].to_numpy().tolist() == [["rows_hidden", 3, "2"]]


def test_rows_and_columns_are_those_of_excel():
    tables, _ = recognise([book("a.xlsx", sheet("x", CONTACT_HEAD, ROW, first_row=5, first_column=3))], LOGBOOKS)
    rows, _ = gather(CONTACT, tables)
    assert rows.at.to_numpy().tolist() == [["a.xlsx", "x", 6]]
    assert rows.letters("date", rows.row - 6) == ["C"]
    assert rows.letters("client", rows.row - 6) == ["E"]
