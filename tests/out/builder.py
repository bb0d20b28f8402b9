"""A small department and five months of its duties, made by hand, so that the report is tested without the judge."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import cache
from io import StringIO
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd

from pipeline.compute.facts import Facts
from pipeline.compute.judge import Judged
from pipeline.intake.forms import load_forms
from pipeline.language.calendar import china_calendar
from pipeline.language.finding import Finding, Source, findings_frame
from pipeline.language.period import Period, month, month_key, month_of, running, windows
from pipeline.language.policy.load import load_regulation
from pipeline.language.policy.obligation import Duty
from pipeline.language.policy.regulation import Regulation
from pipeline.out.report.build import build_report
from pipeline.out.report.model import Report, Run

MONTHS = ("2026-06", "2026-07", "2026-08", "2026-09", "2026-10")
AS_OF = dt.date(2026, 11, 5)
SALES = {
    "S01": ("张伟", "投融资一部"),
    "S02": ("王芳", "投融资一部"),
    "S03": ("李娜", "投融资二部"),
    "S04": ("刘洋", "投融资二部"),
}
SPECIALISTS = {"S05": ("陈静", "客户服务部"), "S06": ("杨帆", "客户服务部"), "S07": ("王芳", "客户服务部")}
LEADERS = {"S08": ("赵国强", "客户服务部")}
STAFF = {"salesperson": SALES, "specialist": SPECIALISTS, "leader": LEADERS}
NAMES = (
    "华星光电、恒信数控、东方云图、国泰新材、中科智联、远大环保、金石文创、天合生物、瑞丰农业、博雅教育、海纳传媒、长青药业、汇通物流、银河软件、盛世文化、"
    "绿源食品、卓越机械、蓝天航空、鼎盛建材、凯旋体育、星火科技、百川水务、明德医疗、启航影视、安泰保险、合众能源、佳美家居、锦绣纺织、同创电子、永丰化工"
)
TIERS = {"strategic": 4, "key": 8, "general": 12, "reserve": 6}
# obligation: (role, window, tiers, required, channel, purpose, chance of each required row)
CADENCES = {
    "weekly_push": ("salesperson", "week", ("strategic", "key", "general", "reserve"), 1, "wechat", "push", 0.93),
    "weekly_contact": ("salesperson", "week", ("strategic", "key", "general", "reserve"), 1, "phone", "service", 0.86),
    "specialist_visit": ("specialist", "month", ("strategic", "key", "general"), 2, "visit", "service", 0.8),
    "specialist_call": ("specialist", "week", ("key", "general"), 1, "phone", "service", 0.9),
    "leader_call": ("leader", "month", ("strategic",), 1, "phone", "service", 1.0),
    "salesperson_return_visit": ("salesperson", "month", ("key", "general"), 1, "visit", "return_visit", 0.7),
}


def clients() -> pd.DataFrame:
    tiers = list(chain.from_iterable([tier] * count for tier, count in TIERS.items()))
    frame = pd.DataFrame({"client": [f"{n:05}" for n in range(1, 31)], "name": NAMES.split("、"), "tier": tiers})
    frame["name"] += "股份有限公司"
    frame["salesperson"] = [list(SALES)[n % 4] for n in range(30)]
    frame["specialist"] = [list(SPECIALISTS)[n % 3] for n in range(30)]
    frame["leader"] = "S08"
    return frame


def unit_of(staff: str) -> str:
    return next((people[staff][1] for people in STAFF.values() if staff in people), "")


def staff_frame() -> pd.DataFrame:
    rows = [(key, name, unit, role) for role, people in STAFF.items() for key, (name, unit) in people.items()]
    return pd.DataFrame(rows, columns=["staff", "name", "unit", "role"]).assign(start=pd.NaT, end=pd.NaT)


def owner_frame(people: pd.DataFrame) -> pd.DataFrame:
    owned = people.melt("client", [*STAFF], var_name="role", value_name="staff")
    return owned.assign(start=pd.NaT, end=pd.NaT)


class Log:
    """Rows of the contact log, and where each of them stands."""

    def __init__(self) -> None:
        self.rows: list[dict[str, object]] = []

    def add(self, day: dt.date, client: str, staff: str, channel: str, purpose: str) -> int:
        name = next(people[staff][0] for people in STAFF.values() if staff in people)
        self.rows.append(
            {
                "client": client,
                "channel": channel,
                "purpose": purpose,
                "outcome": "connected",
                "staff": staff,
                "by": staff,
                "happened": dt.datetime.combine(day, dt.time(9, len(self.rows) % 60)),
                "file": f"logbooks/{day:%Y-%m}/{unit_of(staff)}/{name}_{day:%Y-%m}.xlsx",
                "sheet": "联系记录",
                "row": len(self.rows) % 400 + 5,
                "month": f"{day:%Y-%m}",
                "submitter": staff,
                "admission": "accepted",
                "faults": "",
            }
        )
        return len(self.rows) - 1

    def frame(self) -> pd.DataFrame:
        return pd.DataFrame(self.rows).astype({"happened": "datetime64[s]", "row": "int64"})


def case_frame() -> pd.DataFrame:
    """Five cases: answered, found groundless, open since the 28th, a consultation, a request open since September."""
    frame = pd.read_csv(StringIO(CASES), sep="|", dtype="str").apply(lambda texts: texts.str.strip().replace("", pd.NA))
    for moment in ("opened_at", "first_answer_at", "resolved_at", "reopened_at", "callback_at"):
        frame[moment] = pd.to_datetime(frame[moment]).astype("datetime64[s]")
    for answer in ("valid", "satisfied"):
        frame[answer] = frame[answer].map({"1": True, "0": False}).astype("boolean")
    return frame.assign(
        subject="资料迟迟未送达",
        happened=frame["opened_at"],
        by=frame["handler"],
        file="logbooks/2026-10/客户服务部/受理台账.xlsx",
        sheet="受理记录",
        row=np.arange(5, 10),
        month="2026-10",
        submitter="S05",
        admission="accepted",
        faults="",
    )


CASES = """\
case_no|kind|client|severity|valid|handler|opened_at|first_answer_at|resolved_at|reopened_at|callback_at|callback_by|satisfied
T-001|complaint|00005|serious|1|S05|2026-10-09 09:30|2026-10-09 11:00|2026-10-12 16:00||2026-10-20 10:00|S01|1
T-002|complaint|00013|minor|0|S06|2026-10-14 14:10|2026-10-15 09:00|2026-10-16 17:00||||
T-003|complaint|00021|grave||S05|2026-10-28 10:00|2026-10-28 10:20|||||
T-004|consultation|00002|||S07|2026-10-11 15:00|2026-10-11 15:05|2026-10-11 15:30||||
T-005|request|00008|minor||S06|2026-09-20 09:00||||||
"""


def _duty(obligation: Duty, owner: str, window: Period, status: str, **more: Any) -> dict[str, Any]:
    """A duty of one row, owed to nobody in particular unless `more` says so, done when its status is met."""
    done = float(status == "met")
    return {
        "regulation": "equity_listing",
        "obligation": obligation.id,
        "article": obligation.article,
        "kind": obligation.kind,
        "role": obligation.role or "",
        "subject_kind": "client",
        "subject": more.get("client", ""),
        "client": "",
        "tier": "",
        "unit": unit_of(owner),
        "owner": owner,
        "start": window.start,
        "end": window.end,
        "month": month_key(month_of(window.last_day)),
        "due_on": dt.datetime.combine(window.last_day, dt.time(23, 59, 59)),
        "required": 1.0,
        "actual": done,
        "earned": done,
        "own": done,
        "value": "1",
        "status": status,
        "done_on": dt.datetime.combine(window.last_day, dt.time(9)) if done else None,
        "provisional": False,
    } | more


def judge_month(regulation: Regulation, month_: Period, log: Log, doubts: Log, rng: np.random.Generator) -> Judged:
    """The month's duties and evidence; the rows they rest on are added to the logs."""
    duties: list[dict[str, Any]] = []
    evidence: list[tuple[int, str, int, str]] = []
    for name, (role, every, tiers, required, channel, purpose, chance) in CADENCES.items():
        for client in clients().itertuples():
            for window in windows(every, month_) if client.tier in tiers else []:
                owner, done = getattr(client, role), int((rng.random(required) < chance).sum())
                rows = [log.add(window.start, client.client, owner, channel, purpose) for _ in range(done)]
                status = "met" if done >= required else "missed"
                if client.client == "00007" and window.start.day == 1:
                    status = "waived"
                if status == "missed" and rng.random() < 0.2:
                    status = "unprovable"
                    doubt = doubts.add(window.start, client.client, owner, channel, purpose)
                    evidence.append((len(duties), "contact", doubt, "doubt"))
                evidence += [(len(duties), "contact", row, "counted") for row in rows]
                earned = float(min(done, required))
                counted = {
                    "month": month_key(month_),
                    "required": float(required),
                    "value": str(required),
                    "actual": float(done),
                    "earned": earned,
                    "own": earned if rng.random() < 0.8 else 0.0,
                }
                whose = {"client": client.client, "tier": client.tier}
                duties.append(_duty(regulation.obligation(name), owner, window, status, **whose, **counted))
    duties += _other_duties(regulation, month_)
    frame = pd.DataFrame(duties)
    moments = dict.fromkeys(("start", "end", "due_on", "done_on"), "datetime64[s]")
    frame = frame.assign(**{c: pd.to_datetime(frame[c]) for c in moments}).astype(moments)
    proofs = pd.DataFrame(evidence, columns=["duty", "form", "row", "role"]).astype({"form": "str", "role": "str"})
    return Judged(duties=frame, evidence=proofs)


def _other_duties(regulation: Regulation, month_: Period) -> Iterator[dict[str, Any]]:
    """Records handed in, reports still open in October, quarterly return visits, a complaint nobody returned to."""
    for staff in SALES:
        of_staff = {"subject_kind": "staff", "subject": staff}
        yield _duty(regulation.obligation("communication_record"), staff, month_, "met", **of_staff)
    for staff in SPECIALISTS:
        due = dt.datetime.combine(month_.end + dt.timedelta(days=7), dt.time(23, 59, 59))
        status = "open" if due.date() > AS_OF else "met"
        of_staff = {"subject_kind": "staff", "subject": staff, "due_on": due}
        yield _duty(regulation.obligation("key_client_report"), staff, month_, status, **of_staff)
    if quarter := running("quarter", month_):
        for client in clients()[:4].itertuples():
            of_client = {"client": client.client, "tier": client.tier}
            yield _duty(regulation.obligation("leader_return_visit"), "S08", quarter, "open", **of_client)
    if month_key(month_) == "2026-10":
        of_case = {"client": "00013", "tier": "general", "subject_kind": "case", "subject": "T-002"}
        late = regulation.obligation("complaint_return_visit")
        yield _duty(late, "S01", month_, "missed", value="10 working_days", **of_case)


NASTY = (
    "=cmd|' /C calc'!A1",
    "<script>alert(1)</script>",
    "<r><t>&</r>",
    "响铃\x07换行\n完",
    "长" * 40_000,
    "http://example.com",
    "@SUM(A1)",
)


def findings() -> pd.DataFrame:
    """A file nobody could read, and rows with everything that somebody might have typed."""
    book, sheet = "logbooks/2026-10/投融资一部/张伟_2026-10.xlsx", "客户's 表"
    rows = [
        Finding("duplicate_row", Source(book, sheet, 20 + n, "D"), "client", text, "1", text)
        for n, text in enumerate(NASTY)
    ]
    return findings_frame([Finding("file_encrypted", Source("logbooks/2026-10/加密.xlsx")), *rows])


def submissions(log: Log, doubts: Log) -> pd.DataFrame:
    counts = log.frame().groupby(["file", "month", "submitter"]).size().rename("accepted").reset_index()
    rejected = doubts.frame().groupby("file").size()
    counts["rejected"] = counts["file"].map(rejected).fillna(0).astype("int64")
    saved_at = pd.to_datetime(counts["month"]) + pd.DateOffset(months=1, days=2)
    counts = counts.assign(form="contact", saved_at=saved_at, duplicate=1, superseded=0, superseded_by="")
    return counts.assign(read=counts[["accepted", "rejected", "duplicate"]].sum(axis=1))


@cache
def sample() -> dict[str, Any]:
    """What `build_report` is given."""
    regulation, log, doubts, rng = load_regulation("equity_listing"), Log(), Log(), np.random.default_rng(2016)
    judged = {key: judge_month(regulation, month(key), log, doubts, rng) for key in MONTHS}
    people = clients()
    facts = Facts(
        clients=people.set_index("client")[["name"]].assign(
            unit="", developer=people["salesperson"].to_numpy(), joined_on=pd.NaT, left_on=pd.NaT
        ),
        tiers=people[["client", "tier"]].assign(regulation=None, start=pd.NaT, end=pd.NaT),
        owners=owner_frame(people), staff=staff_frame(), waivers=pd.DataFrame(),
        rows={"contact": log.frame(), "case": case_frame()}, doubts={"contact": doubts.frame()},
        calendar=china_calendar(),
    )  # fmt: skip
    return {
        "company": "联合利国文化产权交易所",
        "judgings": [(regulation, judged)],
        "facts": facts,
        "forms": load_forms([regulation]),
        "submissions": submissions(log, doubts),
        "findings": findings(),
        "month": month("2026-10"),
        "as_of": AS_OF,
        "run": Run({"tierbook": "0.1.0", "pandas": "3.1.1"}, inputs=37),
    }


@cache
def october() -> Report:
    """The report of October 2026."""
    return sample_report()


def sample_report(**changes: Any) -> Report:
    """The report of October 2026, with these changes to what it is given."""
    return build_report(**(sample() | changes))
