"""Files that are either whole or not there, whatever happens to the process or the machine meanwhile."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

UNFINISHED: Final = ".new"


def write_whole(path: Path, content: bytes) -> None:
    """Writes a new name or replaces an old file; `sync` makes it last."""
    unfinished = path.with_name(path.name + UNFINISHED)
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(unfinished, path)  # noqa: PTH105, as the design names it


def sync(folders: Iterable[Path]) -> None:
    """Makes the names in these folders last through a power failure."""
    if os.name == "nt":
        return  # Windows keeps names by itself and opens no folder
    for folder in sorted(set(folders)):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def sweep(folder: Path, keep: Iterable[Path]) -> None:
    """Removes every Parquet file and every unfinished one under `folder` that is not to be kept."""
    kept = set(keep)
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".parquet", UNFINISHED) and path not in kept:
            path.unlink()
