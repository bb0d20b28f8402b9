"""A command run to its end, and what it cost."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

AS_OF = "2026-11-12"
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
