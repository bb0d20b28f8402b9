"""A month from the folder of logbooks to the report: the stages, top to bottom."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from pipeline.compute.copies import find_copies
from pipeline.compute.facts import Facts
from pipeline.compute.judge import Judged, judge
from pipeline.door.giveback import Returned, give_back
from pipeline.door.holding import writing
from pipeline.intake.discover import Arrival, discover
from pipeline.intake.forms import Form, load_forms
from pipeline.intake.intake import take_in
from pipeline.intake.reader import read_books
from pipeline.intake.register import Register, read_register
from pipeline.language.calendar import Calendar, china_calendar
from pipeline.language.finding import join_findings, to_look_at
from pipeline.language.overrides import load_overrides
from pipeline.language.period import Period, add_months, month_key, month_of
from pipeline.language.policy.load import check_festivals
from pipeline.language.policy.regulation import Regulation
from pipeline.language.wording import Lang, label
from pipeline.language.workspace import Workspace, load_regulations
from pipeline.out.files import write_files
from pipeline.out.report.build import build_report
from pipeline.out.report.model import Report, Run
from pipeline.store.ledger import Ledger

if TYPE_CHECKING:
    from pipeline.door.progress import Stages

TREND_MONTHS = 13  # so that the same month of last year is among them
LIBRARIES = ("tierbook", "pandas", "pandera", "python-calamine", "pyarrow", "xlsxwriter", "holidays")


@dataclass(frozen=True, slots=True)
class Month:
    """A month that was run: its report, the findings, and the files written."""

    report: Report
    findings: pd.DataFrame
    submissions: pd.DataFrame
    paths: tuple[Path, ...]
    returned: Returned

    @property
    def to_look_at(self) -> bool:
        """Whether there is a finding that somebody has to act on."""
        return to_look_at(self.findings)


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a workspace rests on before a logbook is read."""

    regulations: tuple[Regulation, ...]
    forms: dict[str, Form]
    register: Register
    calendar: Calendar
    findings: pd.DataFrame


def run_month(
    workspace: Workspace,
    month: Period,
    as_of: date,
    out: Path,
    lang: Lang,
    *,
    workers: int = 2,
    progress: Stages,
) -> Month:
    """Runs `month` of a workspace as known at the end of `as_of`, and writes the report to `out`/2026-10.

    Raises a TierbookError when it cannot go on; whatever is wrong with the data is in `findings`.
    """
    with progress.stage("discover"):
        grounds = lay_grounds(workspace)
        arrivals, found = discover(workspace.folder, workspace.logbooks, workspace.limits)
    with Ledger.open(workspace.ledger) as ledger:
        left = post_logbooks(workspace, grounds, arrivals, ledger, workers=workers, progress=progress)
        found = join_findings([found, find_copies(ledger.submissions(), ledger.every_row)])
        with progress.stage("judge"):
            facts = join(grounds, ledger)
            judgings, judged = judge_months(grounds.regulations, facts, workspace, month, as_of)
        with progress.stage("present"):
            findings = join_findings([grounds.findings, found, ledger.findings(), left, judged])
            submissions = ledger.submissions()
            folder = out / month_key(month)
            report = build_report(
                workspace.company.in_(lang),
                judgings=judgings,
                facts=facts,
                forms=grounds.forms,
                submissions=submissions,
                findings=findings,
                month=month,
                as_of=as_of,
                run=Run(versions(), len(arrivals), way(workspace.folder, folder)),
                logbooks_due=workspace.logbooks_due,
                former=ledger.former_issue(month_key(month), as_of),
            )
        with progress.stage("render"):
            paths = render(report, folder, lang, stale=ledger.outputs(month_key(month)))
            hashes = {path.name: sha256(path.read_bytes()).hexdigest() for path in paths}
            parts = {f.id: (f.numerator, f.denominator) for f in report.by_id.values()}
            ledger.record_run(month_key(month), as_of=as_of, versions=versions(), outputs=hashes, figures=parts)
        with progress.stage("return"):
            forms = grounds.forms
            returned = give_back(
                workspace, month, ledger, forms=forms, found=found, folder=folder, lang=lang, workers=workers
            )
    return Month(report, findings, submissions, paths, returned)


def post_logbooks(
    workspace: Workspace,
    grounds: Grounds,
    arrivals: Sequence[Arrival],
    ledger: Ledger,
    *,
    workers: int,
    progress: Stages,
) -> pd.DataFrame:
    """Reads the logbooks that the ledger does not know yet and posts them; the findings are told this once."""
    present, context = {a.file: a.sha256 for a in arrivals}, fingerprint(workspace, grounds)
    known = ledger.known(context)
    news = [a for a in arrivals if known.get(a.file) != a.sha256]
    with progress.stage("read"):
        progress.expect(len(news))
        books, unread = read_books(news, workspace.limits, workers, progress.read)
    with progress.stage("intake"):
        intake, faults = take_in(books, grounds.forms, grounds.register)
    with progress.stage("post"):
        left = ledger.post(
            intake.rows,
            intake.submissions,
            join_findings([unread, faults]),
            context=context,
            present=present,
            identity={key: form.same for key, form in grounds.forms.items()},
        )
    return left[left["code"] == "file_left"]  # the others are in the ledger


def lay_grounds(workspace: Workspace) -> Grounds:
    """Regulations, forms, register and calendar of a workspace."""
    regulations = load_regulations(workspace)
    forms = load_forms(regulations)
    register, findings = read_register(workspace.register_file, forms, regulations, limits=workspace.limits)
    calendar = china_calendar(load_overrides(workspace.calendar) if workspace.calendar else None)
    year = calendar.provisional_from.year
    festivals = {f.id for f in calendar.festivals(date(year - 2, 1, 1), date(year, 12, 31))}
    for regulation in regulations:
        check_festivals(regulation, festivals)
    return Grounds(regulations, forms, register, calendar, findings)


def fingerprint(workspace: Workspace, grounds: Grounds) -> str:
    """A digest of everything besides the logbooks that decides how they are read: if it changes, all are read again."""
    digest = sha256(workspace.register_file.read_bytes())
    for form in grounds.forms.values():
        digest.update(form.model_dump_json().encode())
    digest.update(json.dumps(versions()).encode())
    return digest.hexdigest()


def join(grounds: Grounds, ledger: Ledger) -> Facts:
    """The ledger's rows beside the register."""
    register, rows, doubts = grounds.register, {}, {}
    blank, _ = take_in((), grounds.forms, register)  # the ledger does not know the columns of a form it has no row of
    for key, none in blank.rows.items():
        known = ledger.rows(key)
        all_rows = none if known.empty else known
        rows[key] = all_rows[all_rows["admission"] == "accepted"].reset_index(drop=True)
        doubts[key] = all_rows[all_rows["admission"] == "rejected"].reset_index(drop=True)
    return Facts(
        clients=register.clients,
        tiers=register.tiers,
        owners=register.owners,
        staff=register.staff,
        waivers=register.waivers,
        rows=rows,
        doubts=doubts,
        calendar=grounds.calendar,
    )


def judge_months(
    regulations: tuple[Regulation, ...],
    facts: Facts,
    workspace: Workspace,
    month: Period,
    as_of: date,
    *,
    back: int = TREND_MONTHS - 1,
) -> tuple[list[tuple[Regulation, dict[str, Judged]]], pd.DataFrame]:
    """What every regulation says of each month in the ledger, from `back` months ago at the earliest, to `month`.

    The findings are those about `month`, of every regulation.
    """
    months = trend_months(facts, workspace, month, back)
    judgings, findings = [], []
    for regulation in regulations:
        judged: dict[str, Judged] = {}
        for each in months:
            judged[month_key(each)], found = judge(regulation, facts, each, as_of)
        findings.append(found)  # of the reported month, the last
        judgings.append((regulation, judged))
    return judgings, join_findings(findings)


def trend_months(facts: Facts, workspace: Workspace, month: Period, back: int) -> list[Period]:
    """The months to judge, oldest first: of the `back` before `month` those the ledger knows something of, and it."""
    seen = {key for rows in facts.rows.values() for key in rows["month"].unique() if key}
    first = month_key(workspace.first_month) if workspace.first_month else ""
    past = [month_of(add_months(month.start, -ago)) for ago in range(back, 0, -1)]
    known = [p for p in past if month_key(p) in seen and month_key(p) >= first]
    return [*known, month]


def render(report: Report, folder: Path, lang: Lang, *, stale: Collection[str] = ()) -> tuple[Path, ...]:
    """Writes workbook and page into `folder`, all or nothing; of an earlier run's files the `stale` ones go.

    Everything is written beside the folder first, so a run that fails leaves the old report whole.
    """
    name = label("door_report_name", lang, month=folder.name)
    fresh = folder.with_name(f".{folder.name}.new")
    with writing(folder):
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        written = write_files(report, fresh, lang, name=name)
        _take_the_place(fresh, folder, stale)
    return tuple(folder / path.name for path in written)


def _take_the_place(fresh: Path, folder: Path, stale: Collection[str]) -> None:
    """Files move one by one, so that a report somebody has open on Windows is named in the error."""
    folder.mkdir(exist_ok=True)
    moved = {path.name for path in fresh.iterdir()}
    for name in sorted(moved):
        (fresh / name).replace(folder / name)
    for name in set(stale) - moved:
        (folder / name).unlink(missing_ok=True)
    fresh.rmdir()


@cache
def versions() -> dict[str, str]:
    """The software that a run depends on."""
    return {name: version(name) for name in LIBRARIES}


def way(target: Path, start: Path) -> str:
    """The way from `start` to `target` for a link: relative, with `/`; absolute when on another drive."""
    try:
        return Path(os.path.relpath(target, start)).as_posix()
    except ValueError:
        return target.absolute().as_uri()
