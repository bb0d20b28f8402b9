"""Makes a sample workspace, and tells the truth about it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.intake.forms import Form, load_forms
from pipeline.language.policy.load import load_regulation
from pipeline.out.logbook import write_filled, write_register
from pipeline.sample.cases import Pause, make_cases, make_submissions
from pipeline.sample.diary import Diary
from pipeline.sample.mess import write_messy
from pipeline.sample.plan import Plan, make_plan, silences
from pipeline.sample.records import Logbook, Writer, case_logs, contact_logs, register_rows, submission_logs
from pipeline.sample.service import serve
from pipeline.sample.tally import Books
from pipeline.sample.truth import truth
from pipeline.sample.world import World, make_world

SEED = 20261001
SETTINGS = """\
# 示例工作区：一家股权交易机构的投融资部，2026 年 6 月至 10 月
company: {zh: 东海股权交易中心投融资部, en: "Donghai Equity Exchange, Investment and Financing"}
regulations:
  - regulation: equity_listing
    parameters:
      weekly_push: {strategic: 1, key: 1, general: 1} # 储备客户不要求每周推送
      weekly_contact: {strategic: 1, key: 1, general: 1} # 储备客户不要求每周沟通
      complaint_return_within: # 8 月起缩短
        - {from: 2016-05-18, value: 10 working_days}
        - {from: 2026-08-01, value: 5 working_days}
      file_update_within: 4 months # 制度未写明
first_month: 2026-06
mail: {sender: 东海股权交易中心客户服务 <kefu@example.com>}
lang: zh
"""
CALENDAR = """\
# 本单位的放假和加班安排；法定节假日和调休已内置
days_off:
  - {date: 2026-08-07, reason: 部门拓展活动}
working_days:
  - {date: 2026-08-15, reason: 补 8 月 7 日}
"""


@dataclass(frozen=True)
class Story:
    """Everything that happened, before anybody wrote it into a workbook."""

    world: World
    plan: Plan
    books: Books
    pauses: list[Pause]


def make_story(seed: int = SEED, scale: float = 1.0) -> Story:
    """The world and its five months; the same for the same seed."""
    rng = np.random.default_rng(seed)
    world = make_world(rng, scale)
    plan = make_plan(rng, world)
    silent = silences(plan)
    contacts = [
        row for client in world.clients for row in serve(Diary(rng, world, plan, client, silent.get(client.client, [])))
    ]
    cases, pauses = make_cases(rng, world)
    submissions = make_submissions(rng, world)
    return Story(world, plan, Books(tuple(contacts), tuple(cases), tuple(submissions)), pauses)


def make_sample(folder: Path, *, seed: int = SEED, clean: bool = False, scale: float = 1.0) -> pd.DataFrame:
    """Writes a workspace into `folder` and returns its truth: month, obligation, subject, start, status.

    Five months of logbooks of a department with some 150 clients (times `scale`, 1 or more), tidy if `clean` and
    otherwise as staff really write them. The same arguments give the same bytes.
    """
    story = make_story(seed, scale)
    forms = load_forms([load_regulation("equity_listing")])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tierbook.yaml").write_text(SETTINGS, "utf-8")
    (folder / "calendar.yaml").write_text(CALENDAR, "utf-8")
    write_register(forms, folder / "register.xlsx", "zh", register_rows(story.world, forms))
    writer = Writer(story.world, forms)
    logs = [
        *contact_logs(writer, story.books.contacts),
        *case_logs(writer, list(story.books.cases), story.pauses),
        *submission_logs(writer, list(story.books.submissions)),
    ]
    if clean:
        for log in logs:
            write_tidy(log, forms, writer, folder)
        return truth(story.world, story.books)
    return truth(story.world, write_messy(np.random.default_rng(seed), logs, writer, story.books, folder))


def write_tidy(log: Logbook, forms: dict[str, Form], writer: Writer, folder: Path) -> None:
    """The logbook as the standard workbook asks for it."""
    path = folder / "logbooks" / f"{log.month:%Y-%m}" / f"{log.name}.xlsx"
    path.parent.mkdir(parents=True, exist_ok=True)
    staff = writer.world.people[log.staff].name
    month = f"{log.month:%Y-%m}"
    write_filled(
        [forms[key] for key in log.rows], path, "zh", log.rows, staff=staff, month=month, saved_at=log.saved_at
    )
