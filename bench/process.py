"""A command run to its end, and what it cost; what a bench prints that runs by itself."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

AS_OF = "2026-11-12"
LOADS = Path(tempfile.gettempdir()) / "tierbook-bench"  # workspaces are made once and kept
TIERBOOK = (sys.executable, "-m", "pipeline.door.cli")


class Cost(NamedTuple):
    """What a process took: wall seconds, CPU seconds with its children, peak memory in GB of the largest of them."""

    wall: float
    cpu: float
    memory: float


def cost(command: Sequence[str | Path], codes: Sequence[int] = (0,)) -> Cost:
    """Runs a command to its end. Raises RuntimeError when its exit code is none of `codes`."""
    begin = perf_counter()
    child = subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    errors = child.stderr.read() if child.stderr else b""
    _, status, usage = os.wait4(child.pid, 0)
    wall = perf_counter() - begin
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in codes:
        raise RuntimeError(f"{command} ended with {child.returncode}\n{errors.decode(errors='replace')[-4000:]}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024**2)


def tell(about: str | None, told: Callable[[Path, int], Iterable[str]], staff: int) -> None:
    """Prints the lines of a bench about so many members of staff as they come; `--staff` asks for another number."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--staff", type=int, default=staff)
    parser.add_argument("--folder", type=Path, default=LOADS)
    asked = parser.parse_args()
    for line in told(asked.folder, asked.staff):
        print(line, flush=True)
