"""Refuses a zip that no office program writes, before anything of it is unpacked."""

from __future__ import annotations

import zipfile
from collections import Counter
from copy import copy

from pipeline.intake.facts import Bounds, Flaw
from pipeline.intake.limits import DEFLATE_RATIO, MOST_PARTS, MOST_RATIO, SMALL

_CHUNK = 1024 * 1024


def unsafe(archive: zipfile.ZipFile, bounds: Bounds) -> Flaw | None:
    """The flaw of a zip that is too large, or in which two programs may see different things; None for a good one."""
    return _too_large(archive, bounds) or _twin(archive) or _lie(archive, bounds)


def _too_large(archive: zipfile.ZipFile, bounds: Bounds) -> Flaw | None:
    """Too many parts, or, by what it says of itself, too large or too tightly packed."""
    parts = archive.infolist()
    unpacked, packed = sum(p.file_size for p in parts), sum(p.compress_size for p in parts)
    if len(parts) > MOST_PARTS:
        return Flaw("file_bomb", value=f"{len(parts)}", expected=f"{MOST_PARTS}")
    if unpacked > bounds.unpacked:
        return Flaw("file_bomb", value=megabytes(unpacked), expected=megabytes(bounds.unpacked))
    if unpacked > SMALL and unpacked > MOST_RATIO * packed:
        return Flaw("file_bomb", value=f"{unpacked // max(packed, 1)} : 1", expected=f"{MOST_RATIO} : 1")
    return None


def _twin(archive: zipfile.ZipFile) -> Flaw | None:
    """Two parts of one name: programs differ in which one they read, so what is checked need not be what is shown."""
    names = Counter(plain(info.filename) for info in archive.infolist())
    twins = sorted(name for name, count in names.items() if count > 1)
    return Flaw("file_damaged", value=f"{ascii(twins[0])[1:-1]} × {names[twins[0]]}") if twins else None


def _lie(archive: zipfile.ZipFile, bounds: Bounds) -> Flaw | None:
    """Parts that unpack to more than they say. Looked for only where it could go beyond the bounds."""
    if sum(info.compress_size for info in archive.infolist()) * DEFLATE_RATIO <= bounds.unpacked:
        return None
    left = bounds.unpacked
    for info in archive.infolist():
        left -= _unpacked(archive, info, left)
        if left < 0:
            return Flaw("file_bomb", value=f"> {megabytes(bounds.unpacked)}", expected=megabytes(bounds.unpacked))
    return None


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> int:
    """How many bytes a part really has; it is not unpacked far beyond `most`, and never held."""
    unbelieved = copy(info)
    unbelieved.file_size = most + 1  # else it is cut at what it says
    unbelieved.CRC = None  # type: ignore[assignment]  # of what was cut; whoever reads the part checks it
    size = 0
    with archive.open(unbelieved) as part:
        while chunk := part.read(_CHUNK):
            size += len(chunk)
    return size


def plain(name: str) -> str:
    """Names of parts differ neither in case nor in the way of their slashes."""
    return name.replace("\\", "/").lstrip("/").lower()


def megabytes(size: float) -> str:
    """The size in bytes, written for people."""
    return f"{size / 1e6:,.1f} MB"
