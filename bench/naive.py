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

MONTH = pd.Timestamp("2026-10-01"), pd.Timestamp("2026-11-01")
MONDAYS = pd.date_range("2026-09-28", "2026-10-26", freq="W-MON")
FESTIVAL = pd.Timestamp("2026-09-28"), pd.Timestamp("2026-10-08")
NEAR_FESTIVAL = pd.Timestamp("2026-09-24"), pd.Timestamp("2026-10-08")
CALLS = {"重点客户": 2, "一般客户": 1}
VISITS = {"战略合作客户": 1, "重点客户": 2, "一般客户": 1}
TITLES = {
    "date": "日期",
    "client": "客户",
    "channel": "沟通形式",
    "purpose": "事由",
    "outcome": "结果",
    "staff": "填报人",
    "content": "内容",
    "topics": "回访内容",
    "recorded_on": "登记日期",
}


def read_rows(folder: Path) -> pd.DataFrame:
    """All lines of all logbooks."""
    frames = []
    for path in sorted(folder.rglob("*.xlsx")):
        frame = pd.read_excel(path, header=2, dtype={TITLES["client"]: str})
        frame["file"] = path.name
        frames.append(frame)
    rows = pd.concat(frames, ignore_index=True)
    rows = rows.rename(columns={title: key for key, title in TITLES.items()})
    rows["date"] = pd.to_datetime(rows["date"], errors="coerce")
    return rows.dropna(subset=["date", "client"])


def joined(rows: pd.DataFrame, register: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The lines with the client's tier and the writer's role."""
    clients = register["client"].merge(register["tier"], on="客户编号", how="left")
    staff = register["staff"][["姓名", "岗位"]]
    rows = rows.merge(clients, left_on="client", right_on="客户名称", how="left")
    return rows.merge(staff, left_on="staff", right_on="姓名", how="left")


def count(rows: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> int:
    """How many lines lie in the window."""
    return int(((rows["date"] >= start) & (rows["date"] < end)).sum())


def duties_of(client: pd.DataFrame) -> pd.DataFrame:
    """The duties towards one client."""
    tier = client["层级"].iloc[0]
    done = client[client["outcome"] == "已沟通"]
    sales = done[done["岗位"] == "业务人员"]
    specialist = done[done["岗位"] == "客户服务专员"]
    leader = done[done["岗位"] == "投融资部领导"]
    duties: list[tuple[Any, ...]] = []

    def owe(name: str, required: int, rows: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> None:
        actual = count(rows, start, end)
        evidence = rows[(rows["date"] >= start) & (rows["date"] < end)]
        files = "; ".join(evidence["file"].unique())
        duties.append((name, tier, start, end, required, actual, "met" if actual >= required else "missed", files))

    for monday in MONDAYS:
        end = monday + pd.Timedelta(days=7)
        owe("weekly_push", 1, sales[(sales["channel"] == "微信") & (sales["purpose"] == "信息推送")], monday, end)
        owe("weekly_contact", 1, sales[sales["purpose"] != "信息推送"], monday, end)
        if tier in CALLS:
            calls = specialist[specialist["channel"] == "电话"].drop_duplicates("date")
            owe("specialist_call", CALLS[tier], calls, monday, end)
    if tier in VISITS:
        owe("specialist_visit", VISITS[tier], specialist[specialist["channel"] == "走访"], *MONTH)
    if tier == "战略合作客户":
        owe("leader_call", 1, leader[leader["channel"] == "电话"], *MONTH)
        owe("specialist_return_visit", 1, specialist[specialist["purpose"] == "回访"], *MONTH)
    if tier in CALLS:
        owe("salesperson_return_visit", 1, sales[sales["purpose"] == "回访"], *MONTH)
    if tier in ("战略合作客户", "重点客户"):
        owe("festival_contact", 1, done[done["purpose"] != "信息推送"], *NEAR_FESTIVAL)
    greetings = done[(done["purpose"] == "节日问候") & done["channel"].isin(["电话", "短信"])]
    owe("festival_greeting", 1, greetings, *FESTIVAL)
    for _, row in done[done["purpose"] == "回访"].iterrows():
        complete = len(str(row["topics"]).split("、")) == 4
        duties.append(
            ("return_visit_topics", tier, *MONTH, 1, int(complete), "met" if complete else "missed", row["file"])
        )
    columns = ["obligation", "tier", "start", "end", "required", "actual", "status", "files"]
    return pd.DataFrame(duties, columns=columns)


def summary(duties: pd.DataFrame) -> pd.DataFrame:
    """Met and due by obligation and tier."""
    grouped = duties.groupby(["obligation", "tier"])["status"]
    return grouped.agg(due="size", met=lambda s: (s == "met").sum()).reset_index()


def main(workspace: Path, output: Path) -> None:
    """Reads, judges, writes."""
    register = pd.read_excel(workspace / "register.xlsx", sheet_name=None, header=2, dtype=str)
    register = {"client": register["客户"], "tier": register["客户层级"], "staff": register["人员"]}
    rows = joined(read_rows(workspace / "logbooks"), register)
    duties = rows.groupby("客户编号").apply(duties_of).reset_index(level=0)
    staff = rows.groupby(["staff", "purpose"]).size().unstack(fill_value=0).reset_index()
    with pd.ExcelWriter(output) as book:
        summary(duties).to_excel(book, sheet_name="汇总", index=False)
        staff.to_excel(book, sheet_name="人员", index=False)
        duties.to_excel(book, sheet_name="明细", index=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
