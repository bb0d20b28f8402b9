"""Logbooks given back while staff are still at them: once, or whenever one was saved.

The folder is looked at again and again rather than watched through the system: it mostly lies on a network drive, where
no system tells of changes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from time import sleep
from typing import Final

from pipeline.door.giveback import Returned, give_back
from pipeline.door.progress import bar
from pipeline.door.run import lay_grounds, post_logbooks
from pipeline.door.screen import returned_screen
from pipeline.intake.discover import discover, files_in
from pipeline.language.errors import TierbookError
from pipeline.language.period import Period, month_key
from pipeline.language.wording import Lang, label
from pipeline.language.workspace import Workspace
from pipeline.store.ledger import Ledger

_STAGES: Final = ("discover", "read", "intake", "post", "return")
_PAUSE: Final = 1.0  # seconds between two looks; a file that is the same in both is saved

Look = dict[Path, tuple[int, int]]  # size and time of every file


def return_month(workspace: Workspace, month: Period, out: Path, lang: Lang, *, quiet: bool = False) -> Returned:
    """Reads what was handed in and gives the logbooks of `month` back, into `out`/2026-10/returned; judges nothing.

    Raises a TierbookError when it cannot go on.
    """
    with bar(lang, quiet=quiet, stages=_STAGES) as progress:
        with progress.stage("discover"):
            grounds = lay_grounds(workspace)
            arrivals, found = discover(workspace.folder, workspace.logbooks, workspace.limits)
        with Ledger.open(workspace.ledger) as ledger:
            post_logbooks(workspace, grounds, arrivals, ledger, workers=2, progress=progress)
            with progress.stage("return"):
                folder = out / month_key(month)
                return give_back(workspace, month, ledger, forms=grounds.forms, found=found, folder=folder, lang=lang)


def watch_month(workspace: Workspace, month: Period, out: Path, lang: Lang) -> None:
    """Gives logbooks back whenever one was saved, until Ctrl-C; what goes wrong is told and tried again."""
    try:
        for _ in changes(workspace):
            try:
                returned = return_month(workspace, month, out, lang, quiet=True)
            except TierbookError as error:
                print(error.text(lang), file=sys.stderr, flush=True)
                continue
            for path in returned.written:
                print(path)
            returned_screen(returned, lang)
            sys.stdout.flush()
    except KeyboardInterrupt:
        print(label("returns_ended", lang))


def changes(workspace: Workspace, pause: float = _PAUSE) -> Iterator[None]:
    """Once at the beginning, and then after every change of logbooks or register when nothing moves any more."""
    done: Look | None = None
    before: Look | None = None
    while True:
        now = _look(workspace)
        if now == before != done:
            done = now
            yield
        before = now
        sleep(pause)


def _look(workspace: Workspace) -> Look:
    return {path: at for path in (workspace.register_file, *files_in(workspace.logbooks)) if (at := _state(path))}


def _state(path: Path) -> tuple[int, int] | None:
    try:
        known = path.lstat()
    except OSError:  # gone between two looks
        return None
    return known.st_size, known.st_mtime_ns
