"""A folder of returned logbooks, kept in step with what is to be mended."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from pipeline.language.errors import DeliveryError
from pipeline.language.wording import wording

_UNFINISHED = ".new"


def keep_in_step(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Makes `folder` hold exactly these files, by their path in it; gives those that were written.

    A file that is there already is left alone, so that one opened in Excel is in nobody's way. Raises DeliveryError.
    """
    try:
        written = [folder / name for name, content in files.items() if _put(folder / name, content)]
        _clear(folder, {folder / name for name in files})
    except OSError as error:
        raise DeliveryError(
            wording("returns_cannot_write", reason=error.strerror or str(error)),
            mend=wording("returns_cannot_write_mend"),
            path=error.filename or folder,
        ) from error
    return written


def _put(path: Path, content: bytes) -> bool:
    if path.is_file() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + _UNFINISHED)
    unfinished.write_bytes(content)
    unfinished.replace(path)
    return True


def _clear(folder: Path, keep: set[Path]) -> None:
    for at, _, names in os.walk(folder, topdown=False):
        for name in names:
            path = Path(at) / name
            if path not in keep and not name.startswith(("~$", ".~")):  # locks of those who have a file open
                path.unlink()
        if not any(Path(at).iterdir()):
            Path(at).rmdir()
