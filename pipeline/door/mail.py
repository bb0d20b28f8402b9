"""The outbox of a month: one mail for everybody who gets a report, ready to be looked over and sent."""

from __future__ import annotations

import glob
import json
import shutil
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from datetime import date
from email.utils import parseaddr
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.door.giveback import FOLDER as RETURNED
from pipeline.door.report import gathered_on
from pipeline.door.run import lay_grounds, versions
from pipeline.door.secret import passwords
from pipeline.intake.discover import whereabouts
from pipeline.language.errors import DeliveryError, WorkspaceError
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
    try:
        printed = _fill(press, people, folder, lang, workers)
    except OSError as error:
        message = wording("door_cannot_write", reason=error.strerror or str(error))
        raise DeliveryError(message, mend=wording("door_cannot_write_mend"), path=folder) from error
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
    numbers = range(1, len(people) + 1)
    if len(people) <= workers or workers == 1:
        printed = [print_mail(press, person, number, fresh) for number, person in zip(numbers, people, strict=True)]
    else:
        # Fresh processes, not forks: a fork inherits the locks of arrow's threads. Each gets the material once.
        with ProcessPoolExecutor(workers, get_context("spawn"), _begin, (press, fresh)) as pool:
            printed = list(pool.map(_print_next, people, numbers, chunksize=4))
    mails = [mail for mail, _ in printed if mail]
    listing = json.dumps([asdict(mail) for mail in mails], ensure_ascii=False, indent=1)
    (fresh / LISTING).write_text(listing, "utf-8", newline="\n")
    title = label("mail_overview", lang, month=folder.parent.name)
    write_overview(fresh / f"{label('mail_overview_file', lang)}.html", title, mails, folder, lang)
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)
    return printed


_PRESS: list[tuple[Press, Path]] = []  # of this worker


def _begin(press: Press, folder: Path) -> None:
    _PRESS[:] = [(press, folder)]


def _print_next(person: Addressee, number: int) -> Printed:
    press, folder = _PRESS[0]
    return print_mail(press, person, number, folder)
