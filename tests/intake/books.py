"""Workbooks as they come from the reader, for tests of the intake; and a small register."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from pipeline.intake.forms import load_forms
from pipeline.intake.register import register_of
from pipeline.intake.workbook import RawBook, RawSheet
from pipeline.language.policy.load import load_regulation

REGULATIONS = (load_regulation("equity_listing"),)
FORMS = load_forms(REGULATIONS)

SAVED = datetime(2026, 11, 2, 9, 0)  # noqa: DTZ001
CONTACT_HEAD = (
    "日期",
    "时间",
    "客户",
    "沟通方式",
    "事由",
    "结果",
    "经办人",
    "沟通内容",
    "回访主题",
    "时长（分钟）",
    "后续事项",
    "登记日期",
)


def sheet(name, *rows, **more):
    """A sheet of rows of any length; shorter ones are filled up with empty cells."""
    width = max((len(row) for row in rows), default=0)
    return RawSheet(name, more.pop("hidden", False), [(*row, *[""] * (width - len(row))) for row in rows], **more)


def book(file, *sheets, saved_at=SAVED):
    """A workbook."""
    return RawBook(file, f"sha-{file}", saved_at, "", list(sheets))


REGISTER = book(
    "register.xlsx",
    sheet(
        "员工",
        ("工号", "姓名", "部门", "岗位", "开始日期", "结束日期", "邮箱"),
        ("YW01", "王志强", "业务一部", "业务人员", date(2016, 5, 18), "", "wangzhiqiang@example.com"),
        ("YW02", "张伟", "业务一部", "业务员", "", "", ""),
        ("YW05", "张伟", "业务二部", "业务员", "", "", ""),
        ("KF01", "李雪梅", "业务一部", "客服专员", date(2017, 7, 3), "", ""),
        ("LD01", "高建华", "业务一部", "部门领导", "", date(2026, 12, 31), ""),
    ),
    sheet(
        "客户",
        ("客户编号", "客户名称", "简称", "所属部门", "开发人", "加入日期", "离开日期", "所在板块", "战略合作"),
        ("C0001", "杭州云栖智能科技有限公司", "云栖智能", "业务一部", "王志强", date(2025, 1, 6), "", "孵化板", "否"),
        ("C0002", "宁波启明（集团）有限公司", "启明", "业务一部", "YW02", date(2025, 3, 3), "", "展示板", ""),
        (
            "C0003",
            "温州瀚海生物技术有限公司",
            "瀚海",
            "业务二部",
            "YW05",
            date(2025, 3, 3),
            date(2026, 9, 30),
            "",
            "是",
        ),
        ("00123", "绍兴华晟食品有限公司", "启明", "业务二部", "YW05", date(2025, 3, 3), "", "融资板", ""),
    ),
    sheet(
        "分级",
        ("客户", "层级", "开始日期"),
        ("C0001", "重点客户", date(2025, 1, 6)),
        ("C0001", "一般客户", date(2026, 7, 1)),
    ),
    sheet("负责人", ("客户", "岗位", "负责人", "开始日期"), ("C0001", "业务人员", "YW01", date(2025, 1, 6))),
)


def register(raw=REGISTER):
    """The register read from a workbook."""
    return register_of(raw, Path("register.xlsx"), FORMS, REGULATIONS)
