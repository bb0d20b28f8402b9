"""Properties in an old xls, which xlwt leaves out: the code page of its texts, and who saved it."""

from __future__ import annotations

import struct
from pathlib import Path

_SECTOR = 512
_STREAM = 4096  # smaller ones would lie among the short sectors
_END_OF_CHAIN, _NONE = 0xFFFFFFFE, 0xFFFFFFFF
_NAME = "\5SummaryInformation"
_FORMAT = bytes.fromhex("E0859FF2F94F6810AB9108002B27B3D9")
_SHORT, _TEXT = 2, 30  # kinds of property
_CODEPAGE, _SAVED_BY = 1, 8


def with_properties(path: Path, codepage: int, saved_by: bytes) -> Path:
    """The xls at `path` with these properties in a stream at its end.

    Made for what xlwt writes: the directory has a free entry, the table of sectors free places.
    """
    content = bytearray(path.read_bytes())
    table, directory = ((at + 1) * _SECTOR for at in (_first_table(content), _directory(content)))
    first = len(content) // _SECTOR - 1
    chain = [*range(first + 1, first + _STREAM // _SECTOR), _END_OF_CHAIN]
    assert set(struct.unpack_from(f"<{len(chain)}L", content, table + 4 * first)) == {_NONE}
    struct.pack_into(f"<{len(chain)}L", content, table + 4 * first, *chain)
    struct.pack_into("<L", content, directory + 128 + 68, 2)  # the workbook's left neighbour is the third entry
    content[directory + 256 : directory + 384] = _entry(first)
    path.write_bytes(content + _stream(codepage, saved_by))
    return path


def _first_table(content: bytes) -> int:
    return int(struct.unpack_from("<L", content, 76)[0])


def _directory(content: bytes) -> int:
    return int(struct.unpack_from("<L", content, 48)[0])


def _entry(first: int) -> bytes:
    name = _NAME.encode("utf-16-le")
    head = struct.pack("<64sHBB3L", name, len(name) + 2, 2, 1, _NONE, _NONE, _NONE)
    return (head + bytes(36) + struct.pack("<LQ", first, _STREAM)).ljust(128, b"\0")


def _stream(codepage: int, saved_by: bytes) -> bytes:
    text = struct.pack("<LL", _TEXT, len(saved_by) + 1) + (saved_by + b"\0").ljust(64, b"\0")
    number = struct.pack("<LHH", _SHORT, codepage, 0)
    body = struct.pack("<4L", _CODEPAGE, 24, _SAVED_BY, 32) + number + text
    section = struct.pack("<LL", 8 + len(body), 2) + body
    head = struct.pack("<HHL16sL16sL", 0xFFFE, 0, 0, bytes(16), 1, _FORMAT, 48)
    return (head + section).ljust(_STREAM, b"\0")
