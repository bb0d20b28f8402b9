"""Holding a place on the disk: alone while at work in it, and told in words when it cannot be written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from pipeline.language.errors import DeliveryError, WorkspaceError
from pipeline.language.wording import Wording, wording


@contextmanager
def alone(lock: Path, busy: Wording, mend: Wording) -> Iterator[None]:
    """Holds the lock, and lets it go however the block ends. Raises WorkspaceError when somebody else has it."""
    try:
        with FileLock(lock, timeout=0):
            yield
    except Timeout as error:
        raise WorkspaceError(busy, mend=mend, path=lock.parent) from error


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Raises DeliveryError when the block cannot write to `path`."""
    try:
        yield
    except OSError as error:
        message = wording("door_cannot_write", reason=error.strerror or str(error))
        raise DeliveryError(message, mend=wording("door_cannot_write_mend"), path=path) from error
