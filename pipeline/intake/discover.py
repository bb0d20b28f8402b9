"""Which workbooks lie in the folder of the logbooks."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pandas as pd

from pipeline.intake.guard import megabytes
from pipeline.intake.legible import legible_path
from pipeline.intake.sniff import sniff
from pipeline.language.errors import WorkspaceError
from pipeline.language.finding import Finding, Source, findings_frame
from pipeline.language.wording import wording
from pipeline.language.workspace import Limits

_IGNORED = {"thumbs.db", "desktop.ini"}  # Windows puts them everywhere
_IGNORED_STARTS = ("~$", ".")  # the locks of Excel, and what other systems hide
_PASSING = re.compile(r"~.*\.tmp|[0-9A-F]{8}(\.tmp)?", re.IGNORECASE)  # what Excel and WPS write while they save


@dataclass(frozen=True, slots=True)
class Arrival:
    """A workbook that was handed in.

    `file` is its path relative to the workspace, with `/`; `size` is in bytes; `format` is xlsx, xls or ods by its
    content.
    """

    file: str
    path: Path
    size: int
    sha256: str
    format: str


def discover(root: Path, folder: Path, limits: Limits) -> tuple[list[Arrival], pd.DataFrame]:
    """Every workbook under `folder`, sorted by path; `root` is the workspace.

    A finding for every other file and for the second of two equal ones; only lock files and what systems leave about
    is passed over in silence. Raises WorkspaceError without the folder.
    """
    if not folder.is_dir():
        raise WorkspaceError(wording("logbooks_no_folder"), mend=wording("logbooks_make_folder"), path=folder)
    looked = [look(root, path, limits) for path in sorted(files_in(folder), key=lambda p: p.as_posix())]
    found = [seen for seen in looked if isinstance(seen, Finding)]
    first: dict[str, Arrival] = {}
    for arrival in (seen for seen in looked if isinstance(seen, Arrival)):
        same = first.setdefault(arrival.sha256, arrival)
        if same is not arrival:
            found.append(Finding("file_repeated", Source(arrival.file), expected=same.file))
    return list(first.values()), findings_frame(sorted(found, key=lambda f: f.source.file))


def look(root: Path, path: Path, limits: Limits) -> Arrival | Finding:
    """The file at `path` as an arrival, or the finding that says why it is none. Symbolic links are not followed."""
    file = _name(root, path)
    try:
        if path.is_symlink():
            return Finding("file_link", Source(file))
        if path.is_dir():
            next(path.iterdir(), None)  # only a folder that is closed to us comes here
        if not path.is_file():
            return Finding("file_unknown_type", Source(file))
        size = path.stat().st_size
        if size > limits.file_mb * 1e6:
            expected = megabytes(limits.file_mb * 1e6)
            return Finding("file_oversized", Source(file), value=megabytes(size), expected=expected)
        content = path.read_bytes()
    except OSError as error:
        return Finding("file_no_access", Source(file), value=error.strerror or "")
    format_, refusal = sniff(content)
    if refusal:
        return Finding(refusal, Source(file), value=format_)
    return Arrival(file, path, len(content), sha256(content).hexdigest(), format_)


def whereabouts(root: Path, folder: Path) -> dict[str, Path]:
    """The path of every file under `folder`, by the name that findings and submissions call it; sorted."""
    return {_name(root, path): path for path in sorted(files_in(folder), key=lambda p: p.as_posix())}


def files_in(folder: Path) -> Iterator[Path]:
    """All files, links to folders and closed folders under `folder`, without what editors and systems leave about."""
    closed: list[Path] = []
    for at, folders, files in os.walk(folder, onerror=lambda error: closed.append(Path(error.filename))):
        folders[:] = [name for name in folders if not name.startswith(_IGNORED_STARTS)]
        links = [name for name in folders if (Path(at) / name).is_symlink()]
        names = [n for n in files if not _passed_over(n)]
        yield from (Path(at) / name for name in links + names)
    yield from closed


def _passed_over(name: str) -> bool:
    return name.lower() in _IGNORED or name.startswith(_IGNORED_STARTS) or bool(_PASSING.fullmatch(name))


def _name(root: Path, path: Path) -> str:
    """The path relative to the workspace, fit to be shown."""
    relative = path.relative_to(root) if path.is_relative_to(root) else path
    return legible_path(relative.as_posix())
