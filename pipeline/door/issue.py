"""The logbooks of a month, one for each member of staff."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pandas as pd

from pipeline.compute.assignment import assign
from pipeline.door.run import join, lay_grounds, post_logbooks
from pipeline.intake.discover import discover
from pipeline.intake.forms import load_forms
from pipeline.language.errors import DeliveryError, WorkspaceError
from pipeline.language.period import Period, month_key
from pipeline.language.policy.regulation import Regulation
from pipeline.language.wording import Lang, wording
from pipeline.language.workspace import Workspace
from pipeline.out.logbook.issuing import issues, write_all
from pipeline.out.report.vocabulary import Vocabulary
from pipeline.store.ledger import Ledger

if TYPE_CHECKING:
    from pipeline.door.progress import Stages

STAGES: Final = ("discover", "read", "intake", "post", "judge", "issue")
FOLDER: Final = "issued"
_LIST: Final = ".issued.json"  # what was issued with which hash: a logbook filled in since then is not written over


@dataclass(frozen=True, slots=True)
class Issued:
    """What was issued: the folder, its files, and until when they are to be handed in (None: nobody said)."""

    folder: Path
    files: tuple[Path, ...]
    due: date | None


def known_until(month: Period, today: date) -> date:
    """The day up to which logbooks of a month know: the one before it, or today when that is earlier."""
    return min(today, month.start - timedelta(days=1))


def issue_month(
    workspace: Workspace, month: Period, as_of: date, out: Path, lang: Lang, *, workers: int, progress: Stages
) -> Issued:
    """Writes the logbook of everybody with clients or duties in `month` into `out`/2026-10/issued/UNIT/.

    Raises WorkspaceError when no regulation is in force, DeliveryError when the folder cannot be written or holds
    logbooks that somebody has filled in.
    """
    with progress.stage("discover"):
        grounds = lay_grounds(workspace)
        ruling = _in_force(grounds.regulations, month, workspace)
        arrivals, _ = discover(workspace.folder, workspace.logbooks, workspace.limits)
    with Ledger.open(workspace.ledger) as ledger:
        post_logbooks(workspace, grounds, arrivals, ledger, workers=workers, progress=progress)
        facts = join(grounds, ledger)
    with progress.stage("judge"):
        assigned = assign(ruling, facts, month, as_of, workspace.logbooks_due)
        every = issues(assigned, Vocabulary(ruling, grounds.forms, facts), month.start, as_of, lang)
    with progress.stage("issue"):
        progress.expect(len(every))
        forms = [form for form in load_forms(ruling).values() if form.part == "logbook"]
        due = None if pd.isna(assigned.due) else assigned.due.date()
        folder = out / month_key(month) / FOLDER
        try:
            _refuse_filled(folder)
            fresh = folder.with_name(f".{FOLDER}.new")
            shutil.rmtree(fresh, ignore_errors=True)
            fresh.mkdir(parents=True)
            for done, _ in enumerate(write_all(forms, every, fresh, lang, due=due, workers=workers), 1):
                progress.read(done)
            _list(fresh)
            if folder.exists():
                shutil.rmtree(folder)
            fresh.replace(folder)
        except OSError as error:
            reason = error.strerror or str(error)
            message, mend = wording("door_issue_cannot", reason=reason), wording("door_issue_cannot_mend")
            raise DeliveryError(message, mend=mend, path=folder) from error
    return Issued(folder, tuple(folder / issue.file for issue in every), due)


def _in_force(regulations: Sequence[Regulation], month: Period, workspace: Workspace) -> tuple[Regulation, ...]:
    ruling = tuple(r for r in regulations if r.since < month.end and (r.until is None or r.until > month.start))
    if not ruling:
        since = min(r.since for r in regulations)
        message = wording("door_issue_no_rule", month=month_key(month), since=since)
        raise WorkspaceError(message, mend=wording("door_issue_no_rule_mend"), path=workspace.document.path)
    return ruling


def _hashes(folder: Path) -> dict[str, str]:
    paths = sorted(path for path in folder.rglob("*.xlsx") if not path.name.startswith("~$"))
    return {path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest() for path in paths}


def _list(folder: Path) -> None:
    (folder / _LIST).write_text(json.dumps(_hashes(folder), ensure_ascii=False, sort_keys=True, indent=1), "utf-8")


def _refuse_filled(folder: Path) -> None:
    """Raises DeliveryError when a logbook that lies in the folder is not as it was issued."""
    known = _known(folder)
    if filled := [name for name, hash_ in _hashes(folder).items() if known.get(name) != hash_]:
        told = "、".join(filled[:5]) + ("……" if len(filled) > 5 else "")
        message, mend = wording("door_issue_filled", files=told), wording("door_issue_filled_mend")
        raise DeliveryError(message, mend=mend, path=folder)


def _known(folder: Path) -> Mapping[str, str]:
    try:
        found = json.loads((folder / _LIST).read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
