"""Makes large workspaces for the bench: as many standard workbooks, rows and clients as asked for.

A member of staff hands in one contact log of October. In ten there are five salespeople, four specialists and a
leader. Half of the clients are prospects; at fifty clients and five hundred rows a workbook the rows just about do
for what is owed to the others, and one contact in ten is an attempt, so that some nine in ten duties are met. One row
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
from pathlib import Path
from typing import NamedTuple

import numpy as np

from pipeline.intake.forms import load_forms
from pipeline.language.policy.load import load_regulation
from pipeline.out.logbook import Row, write_filled, write_register

MONTH = "2026-10"
WEEKS = (  # the days of October with work in them; on the first the festival greetings go out
    (date(2026, 10, 1),),
    tuple(date(2026, 10, day) for day in (8, 9, 10)),
    *(tuple(date(2026, 10, day) for day in range(first, first + 5)) for first in (12, 19, 26)),
)
SELLER, SPECIALIST, LEADER = "业务人员", "客户服务专员", "投融资部领导"
ROLES = (SELLER,) * 5 + (SPECIALIST,) * 4 + (LEADER,)
PARTNER, KEY, GENERAL, PROSPECT = "战略合作客户", "重点客户", "一般客户", "储备客户"
SHARES = (
    (3, PARTNER, "孵化板"),
    (15, KEY, "融资板"),
    (50, GENERAL, "展示板"),
    (100, PROSPECT, None),
)  # below so many %
SINCE = date(2024, 1, 2)
SETTINGS = """\
company: 压力测试
regulations:
  - regulation: equity_listing
    parameters:
      weekly_push: {strategic: 1, key: 1, general: 1}
      weekly_contact: {strategic: 1, key: 1, general: 1}
first_month: 2026-10
limits:
  rows: 500000  # owners of 100,000 clients
"""
CONTENTS = ("了解企业近期经营情况，解答信息披露问题", "企业反映资金周转较紧，已记录", "交流行业政策与补贴")
TOPICS = ("服务建议意见、满意度评价、新业务动态、发展与需求", "服务建议意见、满意度评价")

Contact = tuple[int, date, str, str]  # client, day, channel, purpose


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
            for role in (SELLER, SPECIALIST, LEADER)
        ],
        "staff": [
            {"staff": _staff_id(n), "name": _name(n), "unit": _unit(n), "role": ROLES[n % 10], "start": SINCE}
            for n in range(size.books)
        ],
        "waiver": [],
        "recipient": [],
    }


def _client(size: Size, number: int) -> Row:
    seller, tier = _owner(size, number, SELLER), _tier(number)
    return {
        "client": _id(number),
        "name": _company(number),
        "short_name": f"{number}号企业",
        "unit": _unit(seller),
        "developer": _staff_id(seller),
        "joined_on": SINCE,
        "board": next(board for below, name, board in SHARES if name == tier),
        "cooperation": "是" if tier == PARTNER else "否",
    }


def _tier(number: int) -> str:
    percent = number * 2_654_435_761 % 2**32 * 100 >> 32  # spread evenly, and not in step with the owners
    return next(tier for below, tier, _ in SHARES if percent < below)


def _owner(size: Size, client: int, role: str) -> int:
    """The number of the member of staff who owns the client: those with a role share the clients evenly."""
    holders = range(size.books)
    places = [at for at, name in enumerate(ROLES) if name == role]
    count = len(places) * (len(holders) // 10)
    return client % count // len(places) * 10 + places[client % count % len(places)]


def _book(workspace: Path, size: Size, number: int) -> None:
    forms = load_forms([load_regulation("equity_listing")])
    rows, name = list(_rows(size, number)), _name(number)
    path = workspace / "logbooks" / MONTH / f"联系记录_{name}_{MONTH}.xlsx"
    write_filled([forms["contact"]], path, "zh", {"contact": rows}, staff=name, month=MONTH)


def _rows(size: Size, number: int) -> Iterator[Row]:
    """The rows of a log by day; the keeper's own clients come first, whoever is left over gets the rest."""
    rng, role = np.random.default_rng(number), ROLES[number % 10]
    mine = [n for n in range(size.clients) if _owner(size, n, role) == number]
    due = [contact for client in mine for contact in _due(rng, client, role)]
    more = [(mine[i], _some(rng, WEEKS[3]), "微信", "日常沟通") for i in rng.integers(0, len(mine), size.rows)]
    contacts = sorted([*due, *more][: size.rows], key=lambda contact: contact[1])
    for contact, luck in zip(contacts, rng.random(size.rows).tolist(), strict=True):
        yield {**_row(contact, luck, rng), "client": _company(contact[0]), "staff": _name(number)}


def _due(rng: np.random.Generator, client: int, role: str) -> Iterator[Contact]:
    """What the regulation wants of somebody with the role for the client."""
    tier = _tier(client)
    if tier != PROSPECT and role == SELLER:
        for week, purpose in zip(WEEKS, ("节日问候", "日常沟通", "回访", "日常沟通", "业务洽谈"), strict=True):
            yield client, _some(rng, week), "微信", "信息推送"
            yield client, _some(rng, week), "电话", purpose
    if tier in (KEY, GENERAL) and role == SPECIALIST:
        calls = 2 if tier == KEY else 1
        for week in WEEKS:
            yield from ((client, day, "电话", "日常沟通") for day in week[:calls])
        yield from ((client, _some(rng, week), "走访", "日常沟通") for week in WEEKS[1 : 1 + calls])
    if tier == PARTNER and role != SELLER:
        yield client, _some(rng, WEEKS[2]), "电话" if role == LEADER else "走访", "回访"


def _some(rng: np.random.Generator, days: tuple[date, ...]) -> date:
    return days[int(rng.integers(len(days)))]


def _row(contact: Contact, luck: float, rng: np.random.Generator) -> Row:
    _, day, channel, purpose = contact
    minute = int(rng.integers(9 * 60, 18 * 60))
    return {
        "date": day if luck > 0.02 else f"{day.year}.{day.month}.{day.day}" if luck > 0.005 else "月初",
        "time": time(minute // 60, minute % 60) if luck < 0.98 else f"{minute // 60}点{minute % 60}分",
        "channel": channel,
        "purpose": purpose,
        "outcome": "未接通" if 0.5 < luck < 0.6 else "已沟通",
        "content": CONTENTS[minute % len(CONTENTS)],
        "topics": TOPICS[luck > 0.9] if purpose == "回访" else None,
        "minutes": minute % 40,
        "follow_up": "下周回复" if luck > 0.95 else None,
        "recorded_on": day,
    }


def _company(number: int) -> str:
    return f"第{number}号股份有限公司"


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
