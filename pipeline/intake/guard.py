"""Refuses a zip that would unpack to more than a workbook can be, before anything of it is unpacked."""

from __future__ import annotations

import zipfile
from typing import Final

from pipeline.intake.facts import Bounds, Flaw

MOST_PARTS: Final = 10_000
_SMALL = 32 * 1024 * 1024  # below this a high ratio harms nobody: formatted empty rows pack very well
_MOST_RATIO = 250  # the best packed real workbooks reach 60, deflate itself 1032


def too_large(archive: zipfile.ZipFile, bounds: Bounds) -> Flaw | None:
    """The flaw of a zip with too many parts, too large or too tightly packed; None when it may be unpacked."""
    parts = archive.infolist()
    unpacked, packed = sum(p.file_size for p in parts), sum(p.compress_size for p in parts)
    if len(parts) > MOST_PARTS:
        return Flaw("file_bomb", value=f"{len(parts)}", expected=f"{MOST_PARTS}")
    if unpacked > bounds.unpacked:
        return Flaw("file_bomb", value=megabytes(unpacked), expected=megabytes(bounds.unpacked))
    if unpacked > _SMALL and unpacked > _MOST_RATIO * packed:
        return Flaw("file_bomb", value=f"{unpacked // max(packed, 1)} : 1", expected=f"{_MOST_RATIO} : 1")
    return None


def megabytes(size: float) -> str:
    """The size in bytes, written for people."""
    return f"{size / 1e6:,.1f} MB"
