"""A new workspace."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

from pipeline.intake.forms import load_forms
from pipeline.language.errors import WorkspaceError
from pipeline.language.policy.load import load_regulation
from pipeline.language.policy.regulation import Regulation
from pipeline.language.wording import Lang, label, wording
from pipeline.language.workspace import CALENDAR, REGULATIONS, SETTINGS
from pipeline.out.logbook import workbooks, write_blank, write_register
from pipeline.sample.specimen.make import BEGUN, make_specimen

OWN = ("tierbook.yaml", "calendar.yaml", "register.xlsx", "logbooks", "ledger", "blank")


def empty_folder(folder: Path, *, force: bool = False) -> None:
    """Makes sure that `folder` is there and empty. `force` clears a workspace's own files out of it.

    Raises WorkspaceError when it holds anything else.
    """
    if folder.is_dir() and any(folder.iterdir()):
        if not force or not (folder / SETTINGS).is_file():
            raise WorkspaceError(wording("door_not_empty"), mend=wording("door_not_empty_mend"), path=folder)
        for name in OWN:
            path = folder / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WorkspaceError(wording("door_cannot_make", reason=error.strerror or ""), path=folder) from error


def begin(
    folder: Path, regulation_id: str, company: str, lang: Lang, today: date, *, sample: bool = False
) -> list[Path]:
    """Makes a workspace for a regulation in an empty folder; returns what was made.

    With `sample` the register and the logbooks of an invented company's year lie in it instead of a blank register.
    Raises PolicyError for an unknown regulation, WorkspaceError when the folder is not empty.
    """
    regulation = load_regulation(regulation_id)
    empty_folder(folder)
    forms = load_forms((regulation,))
    settings = folder / SETTINGS
    settings.write_text(_settings(regulation, company, lang, BEGUN if sample else today), "utf-8")
    calendar = folder / CALENDAR
    calendar.write_text(label("door_calendar", lang), "utf-8")
    register = folder / "register.xlsx"
    (folder / "logbooks").mkdir()
    if sample:
        make_specimen(folder, regulation, lang)
    else:
        write_register(forms, register, lang)
    (folder / REGULATIONS).mkdir()
    (folder / "blank").mkdir()
    blanks = []
    for group in workbooks(forms):
        path = folder / "blank" / f"{group[0].title.in_(lang)}.xlsx"
        write_blank(group, path, lang)
        blanks.append(path)
    return [settings, calendar, register, *blanks]


def _settings(regulation: Regulation, company: str, lang: Lang, today: date) -> str:
    blanks = [(name, p) for name, p in regulation.parameters.items() if p.blank]
    lines = [f"#     {name}: ...  # {p.title.in_(lang)}" for name, p in blanks]
    return label(
        "door_settings",
        lang,
        company=company or regulation.issuer.in_(lang),
        regulation=regulation.id,
        blanks="\n".join(lines),
        month=f"{today:%Y-%m}",
    )
