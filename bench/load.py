"""Makes large workspaces for the bench: as many standard workbooks, rows and clients as asked for.

A member of staff hands in one contact log. In ten there are seven salespeople, two specialists and a leader. One row
in fifty is written in another than the standard way, one in two hundred cannot be used. Workspaces are kept in a
folder and made once.

Run: `python -m bench.load FOLDER BOOKS ROWS CLIENTS`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date, time
from functools import partial
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np

from pipeline.intake.forms import load_forms
from pipeline.language.policy.load import load_regulation
from pipeline.out.logbook import Row, write_filled, write_register

MONTH = "2026-10"
DAYS = [date(2026, 10, day) for day in (8, 9, 10, *range(12, 17), *range(19, 24), *range(26, 31))]
ROLES = ("业务人员",) * 7 + ("客户服务专员",) * 2 + ("投融资部领导",)
BOARDS = (("孵化板", "重点客户"), ("融资板", "重点客户"), ("展示板", "一般客户"), ("展示板", "一般客户"))
SINCE = date(2024, 1, 2)
SETTINGS = "company: 压力测试\nregulations: [equity_listing]\nfirst_month: 2026-10\n"
CHANNELS = ("电话", "微信", "微信", "走访", "短信", "电子邮件")
PURPOSES = ("日常沟通", "信息推送", "回访", "节日问候", "业务洽谈", "资料更新")
TOPICS = ("服务建议意见、满意度评价、新业务动态、发展与需求", "服务建议意见、满意度评价")


class Size(NamedTuple):
    """How much there is: workbooks, rows in each, clients."""

    books: int
    rows: int
    clients: int

    @property
    def total(self) -> int:
        """Rows altogether."""
        return self.books * self.rows


def load(folder: Path, size: Size) -> Path:
    """The workspace of this size in `folder`; made if it is not there yet."""
    workspace = folder / "-".join(map(str, size))
    done = workspace / ".done"
    if not done.exists():
        (workspace / "logbooks" / MONTH).mkdir(parents=True, exist_ok=True)
        (workspace / "tierbook.yaml").write_text(SETTINGS, "utf-8")
        write_register(
            load_forms([load_regulation("equity_listing")]), workspace / "register.xlsx", "zh", register(size)
        )
        with ProcessPoolExecutor(2) as pool:
            list(pool.map(partial(_book, workspace, size), range(size.books), chunksize=5))
        done.touch()
    return workspace


def register(size: Size) -> dict[str, list[Row]]:
    """The register: every client has a salesperson, a specialist and, if a partner, a leader."""
    clients = range(size.clients)
    return {
        "client": [_client(size, number) for number in clients],
        "tier": [{"client": _id(n), "tier": _tier(n), "start": SINCE} for n in clients],
        "owner": [
            {"client": _id(n), "role": role, "staff": _staff_id(_owner(size, n, role)), "start": SINCE}
            for n in clients
            for role in ("业务人员", "客户服务专员", "投融资部领导")
        ],
        "staff": [
            {"staff": _staff_id(n), "name": _name(n), "unit": _unit(n), "role": ROLES[n % 10], "start": SINCE}
            for n in range(size.books)
        ],
        "waiver": [],
        "recipient": [],
    }


def _client(size: Size, number: int) -> Row:
    seller = _owner(size, number, "业务人员")
    return {
        "client": _id(number),
        "name": f"第{number}号股份有限公司",
        "short_name": f"{number}号企业",
        "unit": _unit(seller),
        "developer": _staff_id(seller),
        "joined_on": SINCE,
        "board": BOARDS[number % 4][0],
        "cooperation": "是" if number % 20 == 0 else "否",
    }


def _tier(number: int) -> str:
    return "战略合作客户" if number % 20 == 0 else BOARDS[number % 4][1]


def _owner(size: Size, client: int, role: str) -> int:
    """The number of the member of staff who owns the client: those with a role share the clients evenly."""
    holders = range(size.books)
    places = [at for at, name in enumerate(ROLES) if name == role]
    count = len(places) * (len(holders) // 10)
    return client % count // len(places) * 10 + places[client % count % len(places)]


def _book(workspace: Path, size: Size, number: int) -> None:
    forms = load_forms([load_regulation("equity_listing")])
    rows = list(islice(_rows(size, number), size.rows))
    name = _name(number)
    path = workspace / "logbooks" / MONTH / f"联系记录_{name}_{MONTH}.xlsx"
    write_filled([forms["contact"]], path, "zh", {"contact": rows}, staff=name, month=MONTH)


def _rows(size: Size, number: int) -> Iterator[Row]:
    rng = np.random.default_rng(number)
    role = ROLES[number % 10]
    mine = [n for n in range(size.clients) if _owner(size, n, role) == number]
    columns = zip(
        rng.choice(mine, size.rows).tolist(),
        np.sort(rng.integers(0, len(DAYS), size.rows)).tolist(),
        rng.integers(9 * 60, 18 * 60, size.rows).tolist(),
        rng.integers(0, len(CHANNELS), size.rows).tolist(),
        rng.integers(0, len(PURPOSES), size.rows).tolist(),
        rng.random(size.rows).tolist(),
        strict=True,
    )
    for client, day, minute, channel, purpose, luck in columns:
        row = _row(DAYS[day], minute, CHANNELS[channel], PURPOSES[purpose], luck)
        yield {**row, "client": f"第{client}号股份有限公司", "staff": _name(number)}


def _row(day: date, minute: int, channel: str, purpose: str, luck: float) -> Row:
    return {
        "date": day if luck > 0.02 else f"{day.year}.{day.month}.{day.day}" if luck > 0.005 else "月初",
        "time": time(minute // 60, minute % 60) if luck < 0.98 else f"{minute // 60}点{minute % 60}分",
        "channel": "微信" if purpose == "信息推送" else channel,
        "purpose": purpose,
        "outcome": "未接通" if 0.5 < luck < 0.6 else "已沟通",
        "content": "了解企业近期经营情况，解答信息披露问题",
        "topics": TOPICS[luck > 0.9] if purpose == "回访" else None,
        "minutes": minute % 40,
        "follow_up": "下周回复" if luck > 0.95 else None,
        "recorded_on": day,
    }


def _id(number: int) -> str:
    return f"C{number:06d}"


def _staff_id(number: int) -> str:
    return f"S{number:04d}"


def _name(number: int) -> str:
    return f"员工{number:04d}"


def _unit(number: int) -> str:
    return f"业务{number // 20 + 1}部"


if __name__ == "__main__":
    print(load(Path(sys.argv[1]), Size(*map(int, sys.argv[2:5]))))
