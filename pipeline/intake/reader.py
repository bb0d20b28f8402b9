"""Reads many workbooks, two at a time, in processes of their own.

Every workbook is read in a worker process, even a single one: the parser is compiled code that ends its process when
it runs out of memory, and no look beforehand is proof against everything that can stand in a file. A worker starts in
0.05 s. One that dies, or takes too long, costs its workbook one finding; the next workbook gets a new worker.
"""

from __future__ import annotations

import gc
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from queue import LifoQueue
from threading import Timer
from typing import cast

import pandas as pd

from pipeline.intake.discover import Arrival
from pipeline.intake.facts import Bounds, Flaw
from pipeline.intake.workbook import RawBook
from pipeline.intake.worker import READY, Reading, Task
from pipeline.language.finding import Finding, Source, findings_frame
from pipeline.language.workspace import Limits

_COMMAND = [sys.executable, "-P", "-m", "pipeline.intake.worker"]


def read_books(
    arrivals: Sequence[Arrival],
    limits: Limits,
    workers: int = 2,
    progress: Callable[[int], None] | None = None,
) -> tuple[list[RawBook], pd.DataFrame]:
    """Every workbook that can be read, in the order given, and the findings about the others.

    `progress` is called after every workbook with how many are done. The result does not depend on `workers`.
    """
    books: list[RawBook] = []
    found: list[Finding] = []
    with _no_collection():
        for done, (arrival, (book, flaws)) in enumerate(_readings(arrivals, limits, workers), 1):
            books += [book] if book else []
            found += [_finding(arrival, flaw) for flaw in flaws]
            if progress:
                progress(done)
    return books, findings_frame(found)


def _readings(arrivals: Sequence[Arrival], limits: Limits, workers: int) -> Iterator[tuple[Arrival, Reading]]:
    crew: LifoQueue[_Worker] = LifoQueue()
    staff = [_Worker(limits.seconds) for _ in range(max(1, min(workers, len(arrivals))))]
    for worker in staff:
        crew.put(worker)
    bounds = Bounds(int(limits.unpacked_mb * 1e6), limits.rows, limits.columns)

    def read(arrival: Arrival) -> Reading:
        worker = crew.get()
        try:
            return worker.read(Task(arrival.path, arrival.file, arrival.sha256, arrival.format, bounds))
        finally:
            crew.put(worker)

    with ThreadPoolExecutor(len(staff)) as threads:
        try:
            yield from zip(arrivals, threads.map(read, arrivals), strict=True)
        finally:
            threads.shutdown(cancel_futures=True)
            for worker in staff:
                worker.close()


class _Worker:
    """A process that reads one workbook after the other; started when the first comes, and again after it died."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, task: Task) -> Reading:
        """The workbook of `task`; a finding in its place when the process dies of it or needs too long."""
        process = self._process
        if process is None or process.poll() is not None:
            process = self._process = _start()
        timer = Timer(self._seconds, process.kill)
        timer.start()
        try:
            return cast(Reading, _ask(process, task))
        except (EOFError, OSError, pickle.UnpicklingError):
            self.close()
            return None, [Flaw("file_unreadable")]
        finally:
            timer.cancel()

    def close(self) -> None:
        """Ends the process."""
        if self._process:
            self._process.kill()
            self._process.communicate()
            self._process = None


def _start() -> subprocess.Popen[bytes]:
    process = subprocess.Popen(_COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        ready = _answer(process) == READY
    except EOFError:
        ready = False
    if not ready:
        raise RuntimeError(f"the process that reads workbooks does not start: {' '.join(_COMMAND)}")
    return process


def _ask(process: subprocess.Popen[bytes], task: Task) -> object:
    assert process.stdin is not None
    pickle.dump(task, process.stdin)
    process.stdin.flush()
    return _answer(process)


def _answer(process: subprocess.Popen[bytes]) -> object:
    assert process.stdout is not None
    return pickle.load(process.stdout)


def _finding(arrival: Arrival, flaw: Flaw) -> Finding:
    source = Source(arrival.file, flaw.sheet, flaw.row, flaw.column)
    return Finding(flaw.code, source, value=flaw.value, expected=flaw.expected)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Without the cycle collector, which else looks again and again through millions of new values in vain."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
