"""What a reasonable analyst would write: the yardstick of `bench.bench`.

pandas.read_excel over the files, concat, merge with the register, groupby.apply per client, to_excel with the default
engine. It judges the contact duties of one month, as Tierbook does, and writes one line for every duty; it checks
nothing, knows no waivers and explains nothing.

Run: `python -m bench.naive WORKSPACE OUTPUT.xlsx`.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pandas as pd

MONTH = "2026-10"
MONDAYS = pd.date_range("2026-09-28", "2026-10-26", freq="W-MON")
FESTIVAL = pd.Timestamp("2026-09-28"), pd.Timestamp("2026-10-08")
NEAR_FESTIVAL = pd.Timestamp("2026-09-24"), pd.Timestamp("2026-10-08")
CALLS = {"重点客户": 2, "一般客户": 1}
VISITS = {"战略合作客户": 1, "重点客户": 2, "一般客户": 1}
EVIDENCE = ["客户编号", "client", "层级", "date", "staff", "岗位", "channel", "purpose", "content", "file"]
TITLES = {
    "date": "日期",
    "client": "客户",
    "channel": "沟通方式",
    "purpose": "事由",
    "outcome": "结果",
    "staff": "经办人",
    "content": "沟通内容",
    "topics": "回访主题",
    "recorded_on": "登记日期",
}


def read_rows(folder: Path) -> pd.DataFrame:
    """All lines of all logbooks."""
    frames = []
    for path in sorted(folder.rglob("*.xlsx")):
        frame = table(pd.read_excel(path, header=2, engine="openpyxl"))
        frame["file"] = path.name
        frames.append(frame)
    rows = pd.concat(frames, ignore_index=True)
    rows = rows.rename(columns={title: key for key, title in TITLES.items()})
    rows["date"] = pd.to_datetime(rows["date"], errors="coerce")
    rows["month"] = rows["date"].dt.strftime("%Y-%m")
    rows["week"] = rows["date"] - pd.to_timedelta(rows["date"].dt.day_of_week, unit="D")
    return rows.dropna(subset=["date", "client"])


def table(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame without the marks of required columns in its headings."""
    return frame.rename(columns=lambda title: str(title).rstrip("*"))


def joined(rows: pd.DataFrame, register: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The lines with the client's tier and the writer's role."""
    tiers = register["分级"][["客户", "层级"]].rename(columns={"客户": "客户编号"})
    clients = register["客户"][["客户编号", "客户名称"]].merge(tiers, on="客户编号", how="left")
    staff = register["员工"][["姓名", "岗位"]]
    rows = rows.merge(clients, left_on="client", right_on="客户名称", how="left")
    return rows.merge(staff, left_on="staff", right_on="姓名", how="left")


def between(rows: pd.DataFrame, span: tuple[pd.Timestamp, pd.Timestamp]) -> int:
    """How many lines lie in the span."""
    return int(((rows["date"] >= span[0]) & (rows["date"] < span[1])).sum())


def duties_of(client: pd.DataFrame) -> pd.DataFrame:
    """The duties towards one client."""
    tier = client["层级"].iloc[0]
    done = client[client["outcome"] == "已沟通"]
    sales = done[done["岗位"] == "业务人员"]
    specialist = done[done["岗位"] == "客户服务专员"]
    leader = done[done["岗位"] == "投融资部领导"]
    duties: list[tuple[Any, ...]] = []

    def owe(name: str, window: Any, required: int, actual: int) -> None:
        duties.append((name, tier, str(window)[:10], required, actual, "met" if actual >= required else "missed"))

    def weekly(name: str, required: int, rows: pd.DataFrame) -> None:
        weeks = rows["week"].value_counts()
        for monday in MONDAYS:
            owe(name, monday, required, int(weeks.get(monday, 0)))

    def monthly(name: str, required: int, rows: pd.DataFrame) -> None:
        owe(name, MONTH, required, int((rows["month"] == MONTH).sum()))

    if tier != "储备客户":
        weekly("weekly_push", 1, sales[(sales["channel"] == "微信") & (sales["purpose"] == "信息推送")])
        weekly("weekly_contact", 1, sales[sales["purpose"] != "信息推送"])
    if tier in CALLS:
        weekly("specialist_call", CALLS[tier], specialist[specialist["channel"] == "电话"].drop_duplicates("date"))
        monthly("salesperson_return_visit", 1, sales[sales["purpose"] == "回访"])
    if tier in VISITS:
        monthly("specialist_visit", VISITS[tier], specialist[specialist["channel"] == "走访"])
    if tier == "战略合作客户":
        monthly("leader_call", 1, leader[leader["channel"] == "电话"])
        monthly("specialist_return_visit", 1, specialist[specialist["purpose"] == "回访"])
    if tier in ("战略合作客户", "重点客户"):
        owe("festival_contact", NEAR_FESTIVAL[0], 1, between(done[done["purpose"] != "信息推送"], NEAR_FESTIVAL))
    greetings = done[(done["purpose"] == "节日问候") & done["channel"].isin(["电话", "短信"])]
    owe("festival_greeting", FESTIVAL[0], 1, between(greetings, FESTIVAL))
    for topics in done.loc[done["purpose"] == "回访", "topics"]:
        owe("return_visit_topics", MONTH, 4, len(str(topics).split("、")))
    return pd.DataFrame(duties, columns=["obligation", "tier", "window", "required", "actual", "status"])


def summary(duties: pd.DataFrame) -> pd.DataFrame:
    """Met and due by obligation and tier."""
    grouped = duties.groupby(["obligation", "tier"])["status"]
    return grouped.agg(due="size", met=lambda s: (s == "met").sum()).reset_index()


def detailed(duties: pd.DataFrame, register: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The duties with what is known of the client and who owns it."""
    clients = register["客户"][["客户编号", "客户名称", "所属部门", "开发人", "加入日期", "所在板块"]]
    owners = register["负责人"].pivot_table(index="客户", columns="岗位", values="负责人", aggfunc="last").reset_index()
    duties = duties.merge(clients, on="客户编号", how="left")
    duties = duties.merge(owners, left_on="客户编号", right_on="客户", how="left").drop(columns="客户")
    duties["missing"] = (duties["required"] - duties["actual"]).clip(lower=0)
    duties["rate"] = (duties["actual"] / duties["required"]).clip(upper=1)
    return duties


def main(workspace: Path, output: Path) -> None:
    """Reads, judges, writes: a summary, the staff, every duty, those that were missed, and the lines that count."""
    book = pd.read_excel(workspace / "register.xlsx", sheet_name=None, header=2, dtype=str, engine="openpyxl")
    register = {name: table(frame) for name, frame in book.items()}
    rows = joined(read_rows(workspace / "logbooks"), register)
    duties = detailed(rows.groupby("客户编号").apply(duties_of).reset_index(level=0), register)
    staff = rows.groupby(["staff", "purpose"]).size().unstack(fill_value=0).reset_index()
    evidence = rows.loc[rows["outcome"] == "已沟通", EVIDENCE]
    with pd.ExcelWriter(output) as target:
        summary(duties).to_excel(target, sheet_name="汇总", index=False)
        staff.to_excel(target, sheet_name="人员", index=False)
        duties[duties["status"] == "missed"].to_excel(target, sheet_name="待处理", index=False)
        duties.to_excel(target, sheet_name="明细", index=False)
        evidence.to_excel(target, sheet_name="依据", index=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
