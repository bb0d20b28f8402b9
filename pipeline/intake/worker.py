"""A process that reads workbooks for `pipeline.intake.reader`, one at a time, and may die of one.

It gets `Task`s on its standard input and answers each on its standard output, both pickled. It is started for every
run, so it imports nothing heavy: neither pandas nor pydantic.
"""

from __future__ import annotations

import gc
import pickle
import sys
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple

from pipeline.intake.facts import Bounds, Flaw
from pipeline.intake.limits import MEMORY
from pipeline.intake.sniff import mislabelled
from pipeline.intake.workbook import RawBook, read_workbook

READY: Final = "ready"


class Task(NamedTuple):
    """A workbook to read: where it lies, its name in findings, and what it was when it was found."""

    path: Path
    file: str
    sha256: str
    format: str
    bounds: Bounds


Reading = tuple[RawBook | None, list[Flaw]]


def read(task: Task) -> Reading:
    """The workbook of the task, with its flaws. A file that was saved since it was found is not read."""
    try:
        content = task.path.read_bytes()
    except OSError as error:
        return None, [Flaw("file_no_access", value=error.strerror or "")]
    if sha256(content).hexdigest() != task.sha256:
        return None, [Flaw("file_changed")]
    book, flaws = read_workbook(content, task.format, task.file, task.sha256, task.bounds)
    if book and mislabelled(task.file, task.format):
        flaws.append(Flaw("file_mislabelled", value=task.path.suffix, expected=f".{task.format}"))
    return book, flaws


def main() -> None:
    """Answers tasks until the input ends."""
    _bound_memory()
    gc.disable()  # a workbook is a million objects without cycles
    _answer(READY)
    with suppress(EOFError):
        while True:
            _answer(read(pickle.load(sys.stdin.buffer)))


def _answer(value: object) -> None:
    pickle.dump(value, sys.stdout.buffer, protocol=pickle.HIGHEST_PROTOCOL)
    sys.stdout.buffer.flush()


def _bound_memory() -> None:
    with suppress(ImportError, ValueError, OSError):  # not on Windows, and not everywhere else
        import resource  # noqa: PLC0415

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


if __name__ == "__main__":
    main()
