"""The facts of an xls that the parser passes over, from its BIFF records.

Record numbers and layouts are those of [MS-XLS].
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from struct import unpack_from
from typing import Final

import olefile
from python_calamine import PasswordError

from pipeline.intake.facts import SheetFacts
from pipeline.intake.ooxml import CHINA

_FORMULA, _EOF, _FILEPASS, _BOUNDSHEET, _ROW, _BOOLERR, _BOF = 0x0006, 0x000A, 0x002F, 0x0085, 0x0208, 0x0205, 0x0809
_ROW_HIDDEN = 0x20
_ENCODINGS: Final = {1200: "utf-16-le", 10000: "mac_roman", 10008: "gb18030", 65001: "utf-8"}  # else cp and the number
_ERRORS: Final = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}


def saved(ole: olefile.OleFileIO) -> tuple[datetime | None, str]:
    """When (China time) and by whom the workbook was saved last, as far as it says."""
    about = ole.get_metadata()
    author = _decoded(about.last_saved_by or b"", (about.codepage or 1252) & 0xFFFF)
    moment = about.last_saved_time
    if not isinstance(moment, datetime) or moment.year < 1980:
        return None, author
    return (moment + CHINA.utcoffset(None)).replace(microsecond=0), author


def streams(ole: olefile.OleFileIO) -> list[str]:
    """The names of all streams and storages."""
    return ["/".join(path) for path in ole.listdir(storages=True)]


def sheet_facts(ole: olefile.OleFileIO) -> dict[str, SheetFacts]:
    """The facts of every sheet, by its name. Raises PasswordError; the parser knows of one kind of password only."""
    stream = ole.openstream("Workbook" if ole.exists("Workbook") else "Book").read()
    if any(kind == _FILEPASS for kind, _ in _records(stream, 0)):
        raise PasswordError
    places = [at for kind, at in _records(stream, 0) if kind == _BOUNDSHEET]
    return {_name(stream, at): _facts(stream, unpack_from("<I", stream, at)[0]) for at in places}


def _decoded(text: bytes, codepage: int) -> str:
    """The text; '' where nobody knows the code page."""
    try:
        return text.decode(_ENCODINGS.get(codepage, f"cp{codepage}"), "replace").rstrip("\0")
    except LookupError:
        return ""


def _name(stream: bytes, at: int) -> str:
    length, wide = stream[at + 6], stream[at + 7] & 1
    text = stream[at + 8 : at + 8 + length * (1 + wide)]
    return text.decode("utf-16-le" if wide else "latin-1", "replace")


def _records(stream: bytes, start: int) -> Iterator[tuple[int, int]]:
    """Kind and place of the body of every record of the sheet that starts at `start`, without those of charts."""
    at, depth = start, 0
    while at + 4 <= len(stream):
        kind, size = unpack_from("<HH", stream, at)
        depth += (kind == _BOF) - (kind == _EOF)
        if depth <= 0:
            return
        if depth == 1 and at + 4 + size <= len(stream):
            yield kind, at + 4
        at += 4 + size


def _facts(stream: bytes, start: int) -> SheetFacts:
    facts, hidden = SheetFacts(), set()
    for kind, at in _records(stream, start):
        if kind == _ROW and unpack_from("<H", stream, at + 12)[0] & _ROW_HIDDEN:
            hidden.add(unpack_from("<H", stream, at)[0] + 1)
        elif kind in (_BOOLERR, _FORMULA) and (error := _error(stream, kind, at)):
            row, column = unpack_from("<HH", stream, at)
            facts.errors[row + 1, column + 1] = error
    facts.hidden_rows = frozenset(hidden)
    return facts


def _error(stream: bytes, kind: int, at: int) -> str:
    """The error that a cell shows, '' for a value."""
    if kind == _BOOLERR:
        value, is_error = unpack_from("<BB", stream, at + 6)
    else:
        value, is_error = stream[at + 8], stream[at + 6] == 2 and stream[at + 12 : at + 14] == b"\xff\xff"
    return _ERRORS.get(value, "#N/A") if is_error else ""
