"""The outbox of a month: one mail for everybody who gets a report, ready to be looked over and sent."""

from __future__ import annotations

import glob
import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from email.utils import parseaddr
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.door.giveback import FOLDER as RETURNED
from pipeline.door.holding import writing
from pipeline.door.report import gathered_on
from pipeline.door.run import lay_grounds, versions
from pipeline.door.secret import passwords
from pipeline.intake.discover import whereabouts
from pipeline.language.errors import WorkspaceError
from pipeline.language.finding import join_findings
from pipeline.language.period import Period, month_key
from pipeline.language.wording import Lang, label, wording
from pipeline.language.workspace import Workspace
from pipeline.out.mail.address import Addressee, Post, addressees
from pipeline.out.mail.overview import write_overview
from pipeline.out.mail.press import Posted, Press, Printed, print_mail
from pipeline.out.report.model import Run
from pipeline.out.report.named import named_reports
from pipeline.out.report.span import Span
from pipeline.out.workers import each
from pipeline.store.sent import SentBook

OUTBOX = "outbox"
LISTING = "outbox.json"


@dataclass(frozen=True)
class Outbox:
    """The mails of a month, and the findings about those that could not be written."""

    folder: Path
    mails: tuple[Posted, ...]
    findings: pd.DataFrame


def make_outbox(workspace: Workspace, month: Period, as_of: date, *, out: Path, lang: Lang, workers: int = 2) -> Outbox:
    """Writes the mails of a month into `out`/2026-10/outbox, in place of those that were there.

    Raises WorkspaceError when the workspace names no sender or the ledger was never filled, DeliveryError when a
    file cannot be written.
    """
    sender = parseaddr(workspace.mail.sender)
    if "@" not in sender[1]:
        path = workspace.document.path
        raise WorkspaceError(wording("mail_no_sender"), mend=wording("mail_no_sender_mend"), path=path)
    grounds = lay_grounds(workspace)
    material = gathered_on(grounds, workspace, Span(month), as_of)
    sheet = workspace.register_file.name, grounds.forms["recipient"].sheet.in_(lang)
    people, found = addressees(Post(material.words, grounds.register.recipients, as_of, lang, sheet))
    named = {wish.report for person in people for wish in person.wishes} - {""}
    spans = {name: Span(month, named_reports()[name].period) for name in sorted(named)}
    folder = out / month_key(month) / OUTBOX
    press = Press(
        company=workspace.company.in_(lang),
        materials={"": material} | {n: gathered_on(grounds, workspace, s, as_of) for n, s in spans.items()},
        as_of=as_of,
        settings=workspace.mail,
        sender=sender,
        run=Run(versions(), material.submissions["file"].nunique(), workspace.mail.links),
        returned=_returned(folder.with_name(RETURNED), workspace, material.submissions),
        passwords=passwords(workspace.mail.seal, grounds.regulations, [p.staff for p in people]),
        sent=SentBook.of(workspace.folder, month_key(month)),
    )
    with writing(folder):
        printed = _fill(press, people, folder, lang, workers)
    mails = tuple(mail for mail, _ in printed if mail)
    return Outbox(folder, mails, join_findings([found, *(findings for _, findings in printed)]))


def read_outbox(folder: Path, month: Period) -> list[Posted]:
    """The mails of an outbox as they were written. Raises WorkspaceError when there is none."""
    try:
        listed = json.loads((folder / LISTING).read_text("utf-8"))
    except FileNotFoundError:
        mend = wording("mail_no_outbox_mend", month=month_key(month))
        raise WorkspaceError(wording("mail_no_outbox"), mend=mend, path=folder) from None
    return [_posted(mail) for mail in listed]


def _posted(listed: dict[str, Any]) -> Posted:
    return Posted(**listed | {key: tuple(listed[key]) for key in ("copies", "attachments")})


def _returned(folder: Path, workspace: Workspace, submissions: pd.DataFrame) -> dict[str, tuple[Path, ...]]:
    """The logbooks that go back to each member of staff, each with the list beside it where it could not be marked."""
    theirs = submissions.loc[submissions["submitter"] != "", ["submitter", "file"]].drop_duplicates()
    paths = whereabouts(workspace.folder, workspace.logbooks)
    found: dict[str, tuple[Path, ...]] = {}
    for staff, files in theirs.groupby("submitter")["file"]:
        places = [folder / paths[file].relative_to(workspace.logbooks) for file in sorted(files) if file in paths]
        found[str(staff)] = tuple(path for place in places for path in _with_list(place))
    return {staff: files for staff, files in found.items() if files}


def _with_list(place: Path) -> list[Path]:
    beside = sorted(place.parent.glob(f"{glob.escape(place.name)}_*.xlsx")) if place.parent.is_dir() else []
    return [path for path in (place, *beside) if path.is_file()]


def _fill(press: Press, people: Sequence[Addressee], folder: Path, lang: Lang, workers: int) -> list[Printed]:
    """Prints every mail beside the old outbox, several at a time, and then puts the new one in its place."""
    fresh = folder.with_name(f".{OUTBOX}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    printed = list(each(_print, (press, fresh), [*enumerate(people, 1)], workers))
    mails = [mail for mail, _ in printed if mail]
    listing = json.dumps([asdict(mail) for mail in mails], ensure_ascii=False, indent=1)
    (fresh / LISTING).write_text(listing, "utf-8", newline="\n")
    title = label("mail_overview", lang, month=folder.parent.name)
    write_overview(fresh / f"{label('mail_overview_file', lang)}.html", title, mails, folder, lang)
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)
    return printed


def _print(into: tuple[Press, Path], addressed: tuple[int, Addressee]) -> Printed:
    (press, folder), (number, person) = into, addressed
    return print_mail(press, person, number, folder)
