"""Posts into a ledger in a process that is killed at the n-th step that touches the disk.

Reads lines `<n> <folder> <which>` and answers each with how the posting process ended: `killed`, or `done`. Every
posting is a fork of this process, which has imported everything and started no thread.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipeline.language.catalogue import catalogue
from pipeline.store.ledger import Ledger
from tests.fixtures.ledgers import Logbook, post

OLD = [Logbook("logbooks/王芳.xlsx", "S01", contacts=("00123", "00124"))]
NEW = [Logbook("logbooks/王芳 更正.xlsx", "S01", saved_at="2026-11-02T09:00:00", contacts=("00123", "00123")), *OLD]
FOLDERS = {"old": OLD, "new": NEW}
STEPS = ("replace", "fsync", "unlink")


def kill_at(step: int) -> None:
    """Every step that makes a difference on the disk counts; this process dies just before the n-th."""
    left = step

    def counted(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            nonlocal left
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*args, **kwargs)

        return call

    for name in STEPS:
        setattr(os, name, counted(getattr(os, name)))


def main() -> None:
    """Serves until the input ends."""
    catalogue()  # read once and not in every fork
    for line in sys.stdin:
        step, folder, which = line.rstrip("\n").split("\t")
        child = os.fork()
        if child == 0:
            with Ledger.open(Path(folder)) as ledger:
                kill_at(int(step))
                post(ledger, FOLDERS[which])
            os._exit(0)
        status = os.waitpid(child, 0)[1]
        assert status == 0 or os.WTERMSIG(status) == signal.SIGKILL, status
        print("killed" if status else "done", flush=True)


if __name__ == "__main__":
    main()
