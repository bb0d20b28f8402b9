"""A zip with some of its members replaced; of all others the compressed bytes are kept as they are."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Final, NamedTuple

_LOCAL: Final = struct.Struct("<4s5H3L2H")
_CENTRAL: Final = struct.Struct("<4s4B4HL2L5H2L")
_END: Final = struct.Struct("<4s4H2LH")
_UTF8, _SIZES_BEHIND = 0x800, 0x8  # flag bits: the name is UTF-8; the sizes stand behind the data
_ZIP64: Final = 1  # the extra field of a size beyond 4 GB; none of ours is
_OLDEST: Final = (1980, 1, 1, 0, 0, 0)  # a zip knows no earlier time; equal inputs give equal bytes


class _Member(NamedTuple):
    info: zipfile.ZipInfo
    packed: bytes


def rewritten(content: bytes, changes: Mapping[str, bytes | None]) -> bytes:
    """The zip in `content` with the members in `changes` replaced, added at the end, or (None) left out."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return _written([*_members(content, archive, changes)])


def _members(content: bytes, archive: zipfile.ZipFile, changes: Mapping[str, bytes | None]) -> Iterator[_Member]:
    infos = archive.infolist()
    for info in infos:
        if info.filename not in changes:
            yield _Member(info, _packed(content, info))
        elif (part := changes[info.filename]) is not None:
            yield _deflated(info.orig_filename, part)
    known = {info.filename for info in infos}
    yield from (_deflated(name, part) for name, part in changes.items() if part is not None and name not in known)


def _packed(content: bytes, info: zipfile.ZipInfo) -> bytes:
    name, extra = _LOCAL.unpack_from(content, info.header_offset)[-2:]
    start = info.header_offset + _LOCAL.size + name + extra
    return content[start : start + info.compress_size]


def _deflated(name: str, part: bytes) -> _Member:
    info = zipfile.ZipInfo(name, _OLDEST)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.flag_bits = 0 if name.isascii() else _UTF8
    info.CRC, info.file_size = zlib.crc32(part), len(part)
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    packed = packer.compress(part) + packer.flush()
    info.compress_size = len(packed)
    return _Member(info, packed)


def _written(members: list[_Member]) -> bytes:
    body, directory = BytesIO(), BytesIO()
    for info, packed in members:
        directory.write(_entry(info, body.tell()))
        body.write(_header(info) + packed)
    end = _END.pack(b"PK\5\6", 0, 0, len(members), len(members), directory.tell(), body.tell(), 0)
    return body.getvalue() + directory.getvalue() + end


def _header(info: zipfile.ZipInfo) -> bytes:
    name, extra = _name(info), _extra(info)
    fixed = _LOCAL.pack(b"PK\3\4", info.extract_version, *_common(info), len(name), len(extra))
    return fixed + name + extra


def _entry(info: zipfile.ZipInfo, offset: int) -> bytes:
    name, extra = _name(info), _extra(info)
    made_by = (info.create_version, info.create_system, info.extract_version, info.reserved)
    lengths = (len(name), len(extra), len(info.comment))
    attributes = (info.internal_attr, info.external_attr)
    fixed = _CENTRAL.pack(b"PK\1\2", *made_by, *_common(info), *lengths, 0, *attributes, offset)
    return fixed + name + extra + info.comment


def _common(info: zipfile.ZipInfo) -> tuple[int, ...]:
    """What header and directory both say of a member."""
    year, month, day, hour, minute, second = info.date_time
    date, time = (year - 1980) << 9 | month << 5 | day, hour << 11 | minute << 5 | second // 2
    flags = info.flag_bits & ~_SIZES_BEHIND
    return flags, info.compress_type, time, date, info.CRC, info.compress_size, info.file_size


def _name(info: zipfile.ZipInfo) -> bytes:
    return info.orig_filename.encode("utf-8" if info.flag_bits & _UTF8 else "cp437")


def _extra(info: zipfile.ZipInfo) -> bytes:
    kept, rest = b"", info.extra
    while len(rest) >= 4:
        kind, size = struct.unpack_from("<2H", rest)
        kept += b"" if kind == _ZIP64 else rest[: 4 + size]
        rest = rest[4 + size :]
    return kept
