"""Clients of a secrecy grade: what each reader sees of them, looked for in every byte of what is written."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import pandas as pd
import pytest

from pipeline.compute.facts import Facts
from pipeline.language.errors import PolicyError
from pipeline.language.finding import Finding, Source, findings_frame
from pipeline.language.period import month
from pipeline.language.policy.load import load_regulation
from pipeline.language.policy.regulation import Regulation
from pipeline.language.policy.secrecy import Secrecy
from pipeline.out.report.build import compose, month_plan
from pipeline.out.report.material import Material, gather
from pipeline.out.report.model import Report, Run
from pipeline.out.report.named import named_plan, named_reports
from pipeline.out.report.scope import COMPANY, Scope
from pipeline.out.report.span import Span
from pipeline.out.report.veil import ANYBODY, Gate, Reader, known_reader, masks, starred
from tests.out.builder import AS_OF, sample
from tests.out.written import written

GRADES = {
    "00001": "top_secret",
    "00005": "confidential",
    "00013": "secret",
    "00021": "top_secret",
    "00009": "top_secret",
}
OVER = "00009"  # its term is over
SECRECY = Secrecy.model_validate(
    {
        "article": "7",
        "grade": "secrecy",
        "until": "secrecy_until",
        "grades": {g: {"title": {"zh": g, "en": g}} for g in ("secret", "confidential", "top_secret")},
        "sees": {"leader": "top_secret", "specialist": "confidential"},
        "left_out": ["contact", "phone", "note", "content", "subject", "follow_up"],
    }
)


@cache
def facts() -> Facts:
    """The sample with grades, contacts and phones, and a contact log and cases that tell a great deal."""
    given: Facts = sample()["facts"]
    clients = given.clients.assign(
        short_name=given.clients["name"].str.removesuffix("股份有限公司"),
        contact=[f"联络人{n:02}" for n in range(30)],
        phone=[f"139{n:08}" for n in range(30)],
        secrecy=pd.Series(GRADES),
        secrecy_until=pd.Series({OVER: pd.Timestamp("2026-11-04")}),
        joined_on=pd.NaT,
        left_on=pd.NaT,
    )
    contacts = given.rows["contact"]
    told = (
        "与"
        + contacts["client"].map(clients["contact"])
        + "谈到"
        + contacts["client"].map(clients["short_name"])
        + "的上市安排"
    )
    cases = given.rows["case"]
    about = cases["client"].map(clients["short_name"]) + "资料迟送，电话" + cases["client"].map(clients["phone"])
    cases = cases.assign(subject=about, file=f"logbooks/2026-10/{clients.loc['00001', 'name']}.xlsx")
    tiers = given.tiers.assign(start=pd.Timestamp("2020-01-01"), end=pd.NaT)
    return replace(
        given,
        clients=clients,
        tiers=tiers,
        owners=given.owners.assign(role="", staff="", start=pd.NaT, end=pd.NaT),
        rows={**given.rows, "contact": contacts.assign(content=told, follow_up=told), "case": cases},
    )


def findings(known: Facts) -> pd.DataFrame:
    """What somebody typed in rows of the secret client, and in rows whose client could not be read."""
    row = known.rows["contact"].query("client == '00001'").iloc[0]
    name = known.clients.loc["00001", "name"]
    place = Source(row["file"], row["sheet"], int(row["row"]), "D")
    unread = Source("logbooks/2026-10/投融资一部/张伟_2026-10.xlsx", "联系记录", 399, "D")
    return findings_frame(
        [
            Finding("duplicate_row", place, "content", "绝密的谈话内容", "1", "绝密的谈话内容"),
            Finding("duplicate_row", unread, "client", "华星光店", "1", name),
        ]
    )


@cache
def ruled() -> Regulation:
    return load_regulation("equity_listing").model_copy(update={"secrecy": SECRECY})


@cache
def material() -> Material:
    given, known = sample(), facts()
    ((_, judged),) = given["judgings"]
    return gather(
        [(ruled(), judged)],
        known,
        given["forms"],
        submissions=given["submissions"],
        findings=findings(known),
        span=Span(month("2026-10")),
        as_of=AS_OF,
    )


def report(reader: Reader = ANYBODY, scope: Scope = COMPANY, name: str = "") -> Report:
    span = material().span
    plan = named_plan(named_reports()[name], span) if name else month_plan(span.month)
    return compose(sample()["company"], material(), plan, Run(), scope=scope, reader=reader)


def role(*keys: str) -> Reader:
    return Reader(frozenset(f"equity_listing/{key}" for key in keys))


READERS: dict[str, tuple[Reader, set[str]]] = {
    "anybody": (ANYBODY, {"00001", "00005", "00021"}),
    "leader": (role("leader"), set()),
    "specialist": (role("specialist"), {"00001", "00021"}),
    "salesperson": (role("salesperson"), {"00001", "00005", "00013", "00021"}),
    "both": (role("salesperson", "specialist"), {"00001", "00021"}),
}


@pytest.mark.parametrize("who", READERS)
def test_each_role_sees_its_grades_and_a_term_that_is_over_binds_nobody(who):
    reader, hidden = READERS[who]
    assert masks([ruled()], facts(), AS_OF, reader).keys() == hidden
    assert OVER in masks([ruled()], facts(), date(2026, 11, 4), ANYBODY)  # on its last day it still holds


@pytest.mark.parametrize("who", READERS)
@pytest.mark.parametrize(
    "name", ["", *(pytest.param(n, marks=pytest.mark.heavy) for n in ("key_clients", "complaint_analysis"))]
)
def test_nothing_of_a_hidden_client_is_in_any_byte(who, name, tmp_path):
    reader, hidden = READERS[who]
    known = facts().clients
    text = written(report(reader, name=name), tmp_path)
    secret = known.loc[sorted(hidden), ["name", "short_name", "contact", "phone"]].to_numpy().ravel()
    assert [word for word in secret if word in text] == []
    shown = known.drop(index=sorted(hidden))["name"]
    assert [word for word in shown if word in text] or name == "complaint_analysis"
    if hidden:
        assert "绝密的谈话内容" not in text
        assert "华星光店" not in text
    assert "华星光电" in text if not hidden else "华*公司" in text or name == "complaint_analysis"


def test_what_a_reader_may_see_is_shown_with_its_contents(tmp_path):
    text = written(report(role("leader"), name="key_clients"), tmp_path)
    assert "联络人00谈到华星光电的上市安排" in text


def test_figures_are_the_same_for_every_reader():
    assert report(ANYBODY).figures == report(role("leader")).figures


def test_a_scope_is_masked_as_well(tmp_path):
    text = written(report(role("salesperson"), Scope("staff", ("S01",))), tmp_path)
    assert "华*公司" in text
    assert "华星光电" not in text


def test_a_reader_is_a_role_or_somebody_with_roles():
    known, regulations = facts(), [ruled()]
    assert known_reader("leader", regulations, known, AS_OF) == role("leader")
    assert known_reader("S05", regulations, known, AS_OF) == known_reader("陈静", regulations, known, AS_OF)
    assert known_reader("S05", regulations, known, AS_OF) == role("specialist")
    assert known_reader("王芳", regulations, known, AS_OF) is None  # there are two
    assert known_reader("没有", regulations, known, AS_OF) is None


@pytest.mark.parametrize(
    ("name", "mask"),
    [
        ("华星光电股份有限公司", "华*公司"),
        ("甲公司", "*公司"),
        ("恒信集团", "恒*公司"),
        ("李宁", "李*"),
        ("Acme", "A*"),
        ("甲", "*"),
    ],
)
def test_masks_of_names(name, mask):
    assert starred(name) == mask


def test_the_longest_name_is_found_first():
    gate = Gate([("银河", "***"), ("银河软件", "银河软件"), ("天合", "天合")])
    assert gate.cleaned("银河软件与银河、天合，银") == "银河软件与***、天合，银"
    assert Gate([("同名", "同名"), ("同名", "***")]).cleaned("同名") == "***"


def test_names_in_the_block_must_exist(tmp_path):
    text = (load_regulation("service_department").document.path).read_text("utf-8")
    assert load_regulation("service_department").secrecy is not None
    own = tmp_path / "service_department.yaml"
    wrong: dict[str, Any] = {"market_staff: secret": "market_stuff: secret", "grade: secrecy": "grade: secretcy"}
    for right, slip in wrong.items():
        own.write_text(text.replace(right, slip, 1), "utf-8")
        with pytest.raises(PolicyError):
            load_regulation(own)
