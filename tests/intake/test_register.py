"""The register: what is read from it, what is derived, and what does not fit together."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
import xlsxwriter

from pipeline.intake.register import read_register
from pipeline.language.errors import WorkbookError
from pipeline.language.finding import messages
from pipeline.language.workspace import Limits
from tests.intake.books import FORMS, REGISTER, REGULATIONS, register, sheet

CLIENTS = ("客户编号", "客户名称", "加入日期", "离开日期", "所在板块", "战略合作")
TIERS = ("客户", "层级", "开始日期", "结束日期")
OWNERS = ("客户", "岗位", "负责人", "开始日期", "结束日期")
WAIVERS = ("客户", "事项", "开始日期", "结束日期", "原因", "批准人")
COLUMNS = {
    "tiers": ["regulation", "client", "tier", "start", "end"],
    "owners": ["client", "role", "staff", "start", "end"],
    "waivers": ["client", "obligation", "start", "end", "reason", "approved_by"],
    "recipients": ["staff", "scope", "report", "form", "lang", "sent_as", "email", "start", "end", "row"],
}


def day(*parts):
    return pd.Timestamp(*parts)


def having(*sheets, without=()):
    """The register with these sheets in the place of its own, and some left out."""
    names = {made.name for made in sheets} | set(without)
    return replace(REGISTER, sheets=[*(one for one in REGISTER.sheets if one.name not in names), *sheets])


def spans(frame, client):
    return (
        frame[frame["client"] == client]
        .drop(columns=["client", "regulation"], errors="ignore")
        .astype(object)
        .to_numpy()
        .tolist()
    )


def found(findings):
    assert not messages(findings, "zh").str.contains("{", regex=False).any()
    return findings[["code", "sheet", "row"]].to_numpy().tolist()


def test_clients_in_the_shape_of_the_facts():
    clients = register()[0].clients
    assert clients.index.tolist() == ["00123", "C0001", "C0002", "C0003"]
    assert clients.columns.tolist()[:7] == ["name", "unit", "developer", "joined_on", "left_on", "board", "cooperation"]
    assert clients.loc["C0001", ["developer", "board", "cooperation"]].tolist() == ["YW01", "incubation", False]
    assert clients["left_on"].tolist() == [pd.NaT, pd.NaT, pd.NaT, day(2026, 10, 1)]


def test_staff_in_the_shape_of_the_facts():
    staff = register()[0].staff
    assert staff["staff"].tolist() == ["KF01", "LD01", "YW01", "YW02", "YW05"]
    assert staff["role"].tolist() == ["specialist", "leader", "salesperson", "salesperson", "salesperson"]
    assert staff.loc[1, ["start", "end"]].tolist() == [day(1900, 1, 1), day(2027, 1, 1)]


@pytest.mark.parametrize("name", COLUMNS)
def test_frames_have_their_columns_even_without_a_row(name):
    frame = getattr(register(having(sheet("负责人", OWNERS), sheet("客户", CLIENTS), without=["分级"]))[0], name)
    assert frame.columns.tolist() == COLUMNS[name]
    assert len(frame) == 0
    assert {str(dtype) for dtype in frame.dtypes} <= {"str", "datetime64[s]", "int64"}


def test_an_open_span_ends_where_the_next_begins():
    assert spans(register()[0].tiers, "C0001") == [
        ["key", day(2025, 1, 6), day(2026, 7, 1)],
        ["general", day(2026, 7, 1), pd.NaT],
    ]


def test_a_client_without_a_tier_has_the_one_of_the_rules_while_it_is_a_client():
    tiers = register()[0].tiers
    assert spans(tiers, "00123") == [["key", day(2025, 3, 3), pd.NaT]]
    assert spans(tiers, "C0002") == [["general", day(2025, 3, 3), pd.NaT]]
    assert spans(tiers, "C0003") == [["strategic", day(2025, 3, 3), day(2026, 10, 1)]]


@pytest.mark.parametrize(
    ("board", "cooperation", "tier"),
    [
        ("孵化板", "是", "strategic"),
        ("孵化板", "", "key"),
        ("融资板", "否", "key"),
        ("展示板", "", "general"),
        ("", "", "reserve"),
    ],
)
def test_the_first_rule_that_fits_decides_the_tier(board, cooperation, tier):
    made = sheet("客户", CLIENTS, ("C0001", "云栖", date(2025, 1, 6), "", board, cooperation))
    assert register(having(made, without=["分级"]))[0].tiers["tier"].tolist() == [tier]


def test_a_tier_on_record_counts_but_is_held_against_the_rules():
    findings = register()[1]
    assert found(findings) == [["tier_differs", "分级", 3]]
    assert findings.loc[0, ["severity", "value", "expected"]].tolist() == ["warning", "一般客户", "重点客户"]


def test_time_before_the_first_tier_is_told():
    read, findings = register(having(sheet("分级", TIERS, ("C0001", "重点客户", date(2026, 1, 1)))))
    assert spans(read.tiers, "C0001") == [["key", day(2026, 1, 1), pd.NaT]]
    assert found(findings) == [["tier_gap", "分级", 2]]


def test_overlapping_spans_leave_the_later_row_out():
    made = sheet(
        "分级",
        TIERS,
        ("C0001", "重点客户", date(2025, 1, 6), date(2026, 6, 30)),
        ("C0001", "一般客户", date(2026, 6, 30), ""),
        ("C0001", "重点客户", date(2026, 7, 1), ""),
    )
    read, findings = register(having(made))
    assert spans(read.tiers, "C0001") == [
        ["key", day(2025, 1, 6), day(2026, 7, 1)],
        ["key", day(2026, 7, 1), pd.NaT],
    ]
    assert found(findings) == [["span_overlaps", "分级", 3]]


def test_two_rows_from_the_same_day_overlap():
    made = sheet("负责人", OWNERS, *[("C0001", "业务人员", who, date(2025, 1, 6)) for who in ("YW01", "YW02")])
    read, findings = register(having(made))
    assert read.owners["staff"].tolist() == ["YW01"]
    assert ["span_overlaps", "负责人", 3] in found(findings)


def test_owners_of_different_roles_do_not_overlap():
    rows = [("C0001", role, who, date(2025, 1, 6)) for role, who in (("业务人员", "王志强"), ("客服专员", "李雪梅"))]
    read, findings = register(having(sheet("负责人", OWNERS, *rows)))
    assert sorted(read.owners["staff"]) == ["KF01", "YW01"]
    assert "span_overlaps" not in findings["code"].tolist()


@pytest.mark.parametrize(
    ("made", "code"),
    [
        (sheet("分级", TIERS, ("C9999", "重点客户", date(2025, 1, 6))), "client_unknown"),
        (sheet("分级", TIERS, (123.0, "重点客户", date(2025, 3, 3))), "client_unknown"),
        (sheet("分级", TIERS, ("启明", "重点客户", date(2025, 3, 3))), "client_ambiguous"),
        (sheet("分级", TIERS, ("C0001", "金牌客户", date(2025, 1, 6))), "choice_unknown"),
        (sheet("分级", TIERS, ("C0001", "重点客户", date(2025, 1, 6), date(2025, 1, 5))), "order_wrong"),
        (sheet("分级", TIERS, ("C0001", "重点客户", "1月6日")), "day_without_year"),
        (sheet("负责人", OWNERS, ("C0001", "业务人员", "赵明月", date(2025, 1, 6))), "staff_unknown"),
        (sheet("负责人", OWNERS, ("C0001", "业务人员", "张伟", date(2025, 1, 6))), "staff_ambiguous"),
        (sheet("豁免", WAIVERS, ("C0001", "9(3)", "2026-10-1", "2026-10-31", "停业", "LD01")), "choice_ambiguous"),
        (sheet("豁免", WAIVERS, ("C0001", "每周喝茶", "2026-10-1", "2026-10-31", "停业", "LD01")), "choice_unknown"),
        (sheet("豁免", WAIVERS, ("C0001", "全部", "2026-10-1", "2026-10-31", "", "LD01")), "required_missing"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.name,
)
def test_a_row_that_cannot_be_used_is_left_out(made, code):
    read, findings = register(having(made))
    assert [code, made.name, 2] in found(findings)
    frame = {"分级": read.tiers[read.tiers["client"] == "C9999"], "负责人": read.owners, "豁免": read.waivers}[
        made.name
    ]
    assert len(frame) == 0


@pytest.mark.parametrize(
    ("written", "obligation"),
    [
        ("每周微信推送", "equity_listing/weekly_push"),
        ("Weekly WeChat push", "equity_listing/weekly_push"),
        ("weekly_push", "equity_listing/weekly_push"),
        ("9（1）", "equity_listing/weekly_push"),
        ("全部", "*"),
        ("All", "*"),
    ],
)
def test_a_waiver_names_its_obligation_by_title_id_or_article(written, obligation):
    row = ("C0001", written, date(2026, 10, 1), date(2026, 10, 31), "客户停业搬迁", "高建华")
    read, _ = register(having(sheet("豁免", WAIVERS, row)))
    assert read.waivers.iloc[0].tolist() == [
        "C0001",
        obligation,
        day(2026, 10, 1),
        day(2026, 11, 1),
        "客户停业搬迁",
        "LD01",
    ]


def test_of_a_client_that_stands_there_twice_the_first_row_counts():
    rows = [("C0001", name, date(2025, 1, 6)) for name in ("云栖", "启明")]
    read, findings = register(having(sheet("客户", CLIENTS, *rows)))
    assert read.clients["name"].tolist() == ["云栖"]
    assert ["value_twice", "客户", 3] in found(findings)


def test_somebody_with_two_rows_in_the_list_of_staff_is_one_person():
    head = ("工号", "姓名", "部门", "岗位", "开始日期", "结束日期")
    first = ("YW01", "王志强", "业务一部", "业务人员", date(2016, 5, 18), date(2026, 8, 31))
    made = sheet("员工", head, first, ("YW01", "王志强", "业务二部", "客服专员", date(2026, 9, 1), ""))
    read, _ = register(having(made))
    assert read.staff["role"].tolist() == ["salesperson", "specialist"]
    assert read.lookup.staff.find("王志强") == ("YW01",)


@pytest.mark.parametrize("missing", ["员工", "客户", "负责人"])
def test_without_a_sheet_that_everything_needs_there_is_no_register(missing):
    with pytest.raises(WorkbookError, match=r"register\.xlsx") as error:
        register(having(without=[missing]))
    assert missing in error.value.message.zh
    assert error.value.mend.zh


def test_without_a_column_that_everything_needs_there_is_no_register():
    with pytest.raises(WorkbookError) as error:
        register(having(sheet("客户", ("客户编号", "客户名称", "所在板块"), ("C0001", "云栖", "孵化板"))))
    assert "加入日期" in error.value.message.zh


def write(path, book):
    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"}) as target:
        for made in book.sheets:
            page = target.add_worksheet(made.name)
            for at, row in enumerate(made.rows):
                page.write_row(at, 0, row)


def test_the_register_is_read_from_its_file(tmp_path):
    write(tmp_path / "register.xlsx", REGISTER)
    read, findings = read_register(tmp_path / "register.xlsx", FORMS, REGULATIONS, limits=Limits())
    expected, _ = register()
    for name in ("clients", "tiers", "owners", "staff", "waivers", "recipients"):
        pd.testing.assert_frame_equal(getattr(read, name), getattr(expected, name))
    assert findings["file"].tolist() == ["register.xlsx"]


def test_a_register_that_is_not_there_or_cannot_be_read(tmp_path):
    path = tmp_path / "register.xlsx"
    with pytest.raises(WorkbookError) as error:
        read_register(path, FORMS, REGULATIONS, limits=Limits())
    assert error.value.path == path
    path.write_bytes("客户编号,客户名称\n".encode())
    with pytest.raises(WorkbookError) as error:
        read_register(path, FORMS, REGULATIONS, limits=Limits())
    assert error.value.message.zh
    assert error.value.mend.zh


def test_a_sheet_too_large_to_be_read_ends_the_run_and_is_not_left_out(tmp_path):
    """Waivers need not be there; those that are there and cannot be read would be lost without a word."""
    path = tmp_path / "register.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("客户").write_row(0, 0, CLIENTS)
        waivers = book.add_worksheet("豁免")
        waivers.write_row(0, 0, WAIVERS)
        waivers.write(50, 0, "C0001")
    with pytest.raises(WorkbookError) as told:
        read_register(path, FORMS, REGULATIONS, limits=Limits(rows=40))
    assert "豁免" in told.value.message.zh
    assert "40" in told.value.message.zh
