"""Proposed tiers and blacklists in the report: what a reader sees of them, and that a scope sees its own alone."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import pytest

from pipeline.compute.judge import judge
from pipeline.intake.forms import load_forms
from pipeline.language.finding import join_findings
from pipeline.language.period import month
from pipeline.language.wording import LANGS
from pipeline.out.page import render_page
from pipeline.out.report.build import compose, month_plan
from pipeline.out.report.material import Material, gather
from pipeline.out.report.model import Report, Run
from pipeline.out.report.named import named_plan, named_reports
from pipeline.out.report.scope import COMPANY, Scope
from pipeline.out.report.show import values
from pipeline.out.report.span import Span
from tests.cases.notation import Case
from tests.out.builder import sample

AS_OF = date(2026, 11, 5)
UNKNOWN = "业务合作量、应收款情况、经营信誉、产品忠诚度"
FULL = "阶段评审发现问题（3.3）、“部门优选客户占比”（2.3e）名额已满"
FIRST, SECOND = ({"salesperson": name, "sales_clerk": name} for name in ("王芳", "赵磊"))
ABOUT = {"breaches": 0, "sound": True, "known": True, "long_term": True}
WRITTEN: dict[str, Any] = {
    "title": "两个部门",
    "month": "2026-10",
    "parameters": {"vip_share": 0.5, "vip_product_share": 1, "preferred_share": 0.5, "preferred_product_share": 1},
    "staff": {
        "王芳": {"role": ["salesperson", "sales_clerk"], "unit": "销售一部"},
        "赵磊": {"role": ["salesperson", "sales_clerk"], "unit": "销售二部"},
    },
    "clients": {
        "甲医院": {"tier": "qualified", "volume": 800, "owners": FIRST, "unit": "销售一部", **ABOUT},
        "乙医院": {"tier": "vip", "volume": 600, "owners": FIRST, "unit": "销售一部", **ABOUT},
        "丙医院": {"tier": "vip", "volume": 700, "owners": SECOND, "unit": "销售二部", **ABOUT},
        "丁公司": {"tier": "preferred", "owners": SECOND, "unit": "销售二部"},
        "戊公司": {"tier": "department_blacklist", "owners": FIRST, "unit": "销售一部"},
    },
    "grading": ["10-12 王芳 甲医院 阶段性评审 得分=100", "09-14 赵磊 丙医院 阶段性评审 付款不及时"],
    "milestone": [
        "10-08 赵磊 丁公司 黑名单管理 列入黑名单 公司名单 完成",
        "10-09 赵磊 丁公司 商业往来 交易 完成",
        "10-09 赵磊 戊公司 商业往来 交易 完成",
        "10-12 王芳 戊公司 商业往来 交易 完成",
    ],
}


@cache
def material() -> Material:
    case = Case("client_admission", WRITTEN, {})
    facts, of_month = case.facts(), month("2026-10")
    judged, findings = judge(case.regulation, facts, of_month, AS_OF)
    return gather(
        [(case.regulation, {"2026-10": judged})],
        facts,
        load_forms([case.regulation]),
        submissions=sample()["submissions"].head(0),
        findings=join_findings([findings]),
        span=Span(of_month),
        as_of=AS_OF,
    )


def report(name: str = "", scope: Scope = COMPANY) -> Report:
    span = material().span
    plan = named_plan(named_reports()[name], span) if name else month_plan(span.month)
    return compose("某公司", material(), plan, Run(), scope=scope)


def rows(of: Report, table: str, *columns: str) -> list[tuple[Any, ...]]:
    found = of.tables[table]
    by_key = {c.key: values(found, c, "zh") for c in found.columns}
    return list(zip(*(by_key[key] for key in columns), strict=True))


def test_proposals_tell_tier_points_and_what_stood_in_the_way() -> None:
    found = rows(report(), "proposals_client_admission", "client", "tier", "score", "proposed", "change", "held")
    assert found == [
        ("甲医院", "合格类客户", 100.0, "优选类客户", "升级", "“部门VIP客户占比”（2.2d）名额已满"),
        (
            "丙医院",
            "VIP客户",
            100.0,
            "合格类客户",
            "降级",
            "阶段评审发现问题（3.3）、“部门优选客户占比”（2.3e）名额已满",
        ),
        ("乙医院", "VIP客户", 100.0, "VIP客户", "不变，应复评", ""),
        (
            "丁公司",
            "优选类客户",
            None,
            "优选类客户",
            "不变，应复评",
            "缺评分资料：业务合作量、应收款情况、经营信誉、产品忠诚度",
        ),
    ]


def test_a_proposal_leads_to_the_row_of_its_grading() -> None:
    found = report().tables["proposals_client_admission"].rows.set_index("client")
    assert (found.loc["甲医院", "file"], found.loc["甲医院", "cell"]) == ("logbooks/grading.xlsx", "A2")
    assert found.loc["乙医院", "file"] == ""


def test_seats_are_those_of_the_company_and_a_unit_sees_its_own() -> None:
    every = rows(report(), "seats_client_admission", "quota", "group", "clients", "seats", "now", "proposed")
    assert ("部门VIP客户占比", "销售一部", 2, 1, 1, 1) in every
    assert ("部门优选客户占比", "销售二部", 2, 1, 1, 1) in every  # who is not scored keeps the seat
    first = report(scope=Scope("unit", ("销售一部",)))
    assert {group for (group,) in rows(first, "seats_client_admission", "group")} == {"销售一部"}
    assert {c for (c,) in rows(first, "proposals_client_admission", "client")} == {"甲医院", "乙医院"}
    assert "seats_client_admission" not in report(scope=Scope("staff", ("王芳",))).tables


def test_dealings_with_blacklisted_clients_are_told_with_their_rows() -> None:
    found = report("blacklist")
    assert rows(found, "blacklist_listed", "client", "list", "tier") == [
        ("丁公司", "公司黑名单客户", "优选类客户"),
        ("戊公司", "部门黑名单客户", "部门黑名单客户"),
    ]
    dealings = rows(found, "blacklist_dealings", "client", "who", "cell")
    assert dealings == [("丁公司", "赵磊", "A3"), ("戊公司", "王芳", "A5")]  # 赵磊 is of another department


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", ["", "grading_round", "blacklist"])
def test_the_page_is_written_in_both_languages(name: str, lang: Any) -> None:
    page = render_page(report(name), lang)
    assert ("分级建议" in page) is (lang == "zh" and name != "blacklist")
