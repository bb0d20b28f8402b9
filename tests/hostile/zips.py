"""Zips that no honest program writes: sizes that lie, parts that share bytes or names, flags of passwords."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Mapping
from functools import cache
from io import BytesIO
from pathlib import Path

_MIB = 1024 * 1024
_SIZE, _OFFSET = 24, 42  # of the fields of an entry in a zip's directory


def parts_of(file: Path | BytesIO) -> dict[str, bytes]:
    """Every part of a zip, by its name."""
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def edited(path: Path, part: str, old: bytes, new: bytes) -> Path:
    """The zip at `path` with `old` in one of its parts replaced; it must be there."""
    parts = parts_of(path)
    assert old in parts[part], f"{part} has no {old!r}"
    return stored(path, parts | {part: parts[part].replace(old, new)})


def stored(path: Path, parts: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    """A zip of these parts."""
    path.write_bytes(zip_of(parts, method))
    return path


def with_twin(path: Path, part: str, content: bytes) -> Path:
    """The zip at `path` with a second part of the name of one that it has."""
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        info = zipfile.ZipInfo(part)
        archive._writecheck = lambda _: None  # type: ignore[method-assign]  # else it warns
        archive.writestr(info, content)
    return path


def bomb(path: Path, part: str, megabytes: int, declared: int | None = None) -> Path:
    """The zip at `path` with `part` inflating to so many megabytes of spaces, and saying that it is `declared` bytes.

    The bytes are made once and repeated: nothing of that size is ever in memory.
    """
    packed = _megabyte() * megabytes + b"\3\0"
    parts = parts_of(path) | {part: b""}
    marker = b"\1" * len(packed)
    content = stored(path, parts | {part: marker}, zipfile.ZIP_STORED).read_bytes()
    size = megabytes * _MIB if declared is None else declared
    content = content.replace(marker, packed)
    for signature, method, sizes in ((b"PK\3\4", 8, 18), (b"PK\1\2", 10, 20)):
        at = _header(content, signature, part)
        content = _put(content, at + method, "<H", zipfile.ZIP_DEFLATED)
        content = _put(content, at + sizes, "<2L", len(packed), size)
    path.write_bytes(content)
    return path


def overlapping(path: Path, copies: int) -> Path:
    """The zip at `path` with `copies` of its largest part in the directory that all share the same bytes."""
    with zipfile.ZipFile(path) as archive:
        largest = max(archive.infolist(), key=lambda info: info.file_size)
        offset, count, body = archive.start_dir, len(archive.infolist()), path.read_bytes()
    at = _header(body, b"PK\1\2", largest.filename)
    name, extra, comment = struct.unpack_from("<3H", body, at + 28)
    entry = body[at : at + 46 + name + extra + comment]
    directory = body[offset : body.rindex(b"PK\5\6")]
    directory += b"".join(_renamed(entry, largest.filename, number) for number in range(copies))
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count + copies, count + copies, len(directory), offset, 0)
    path.write_bytes(body[:offset] + directory + end)
    return path


def pointing_at(path: Path, part: str, offset: int) -> Path:
    """The zip at `path` whose directory says that `part` begins at `offset`."""
    content = path.read_bytes()
    path.write_bytes(_put(content, _header(content, b"PK\1\2", part) + _OFFSET, "<L", offset))
    return path


def declaring(path: Path, part: str, size: int) -> Path:
    """The zip at `path` whose directory says that `part` has `size` bytes unpacked."""
    content = path.read_bytes()
    path.write_bytes(_put(content, _header(content, b"PK\1\2", part) + _SIZE, "<L", size))
    return path


def locked(path: Path) -> Path:
    """The zip at `path` with the flag of a password on every part."""
    content, at = path.read_bytes(), 0
    while (at := content.find(b"PK\1\2", at)) >= 0:
        content = _put(content, at + 8, "<H", struct.unpack_from("<H", content, at + 8)[0] | 1)
        at += 46
    path.write_bytes(content)
    return path


@cache
def _megabyte() -> bytes:
    """A deflated megabyte of spaces that may be followed by another one."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(b" " * _MIB) + packer.flush(zlib.Z_FULL_FLUSH)


def _renamed(entry: bytes, name: str, number: int) -> bytes:
    new = f"{number:0{len(name)}}".encode()
    return entry.replace(name.encode(), new)


def _header(content: bytes, signature: bytes, part: str) -> int:
    """Where the header of a part stands, in its place or in the directory."""
    behind = {b"PK\3\4": 30, b"PK\1\2": 46}[signature]
    return content.rindex(part.encode()) - behind if signature == b"PK\1\2" else _first(content, part, behind)


def _first(content: bytes, part: str, behind: int) -> int:
    at = content.index(b"PK\3\4")
    while content[at + behind : at + behind + len(part)] != part.encode():
        at = content.index(b"PK\3\4", at + 4)
    return at


def _put(content: bytes, at: int, layout: str, *values: int) -> bytes:
    packed = struct.pack(layout, *values)
    return content[:at] + packed + content[at + len(packed) :]


def zip_of(parts: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The bytes of a zip of these parts."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()
