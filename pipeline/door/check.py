"""Logbooks checked alone, before they are handed in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from pipeline.door.run import lay_grounds
from pipeline.intake.discover import Arrival, look
from pipeline.intake.forms import Form
from pipeline.intake.intake import take_in
from pipeline.intake.reader import read_books
from pipeline.language.errors import WorkspaceError
from pipeline.language.finding import Finding, findings_frame, join_findings, to_look_at
from pipeline.language.wording import Lang, wording
from pipeline.language.workspace import SETTINGS, Workspace, load_workspace


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of each file's rows, and the findings; `forms` and `staff` have the words for the codes in them."""

    submissions: pd.DataFrame
    findings: pd.DataFrame
    forms: dict[str, Form]
    staff: dict[str, str]
    lang: Lang

    @property
    def to_look_at(self) -> bool:
        """Whether there is a finding that somebody has to act on."""
        return to_look_at(self.findings)


def check_files(files: Sequence[Path], folder: Path | None) -> Checked:
    """Checks `files` against the register of the workspace in `folder`, else of the one the first file lies in.

    Nothing is posted. Raises WorkspaceError without a workspace.
    """
    workspace = load_workspace(folder) if folder else _around(files[0])
    grounds = lay_grounds(workspace)
    looked = [look(workspace.folder, path.absolute(), workspace.limits) for path in files]
    books, unread = read_books([a for a in looked if isinstance(a, Arrival)], workspace.limits, 1)
    intake, faults = take_in(books, grounds.forms, grounds.register)
    refused = findings_frame(f for f in looked if isinstance(f, Finding))
    staff = dict(zip(grounds.register.staff["staff"], grounds.register.staff["name"], strict=True))
    findings = join_findings([refused, unread, faults])
    return Checked(intake.submissions, findings, grounds.forms, staff, workspace.lang)


def _around(file: Path) -> Workspace:
    for folder in (*file.absolute().parents, Path.cwd()):
        if (folder / SETTINGS).is_file():
            return load_workspace(folder)
    raise WorkspaceError(wording("door_no_workspace_around"), mend=wording("door_no_workspace_around_mend"), path=file)
