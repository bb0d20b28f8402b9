"""The parts of an xlsx or xlsm that the parser passes over: who saved it when, hidden rows, errors, empty formulas.

Every sheet's part is unpacked once and searched as bytes; a pattern runs only when a marker shows that it may find
something, for this is on the way of every workbook. The same look finds a stray value far outside the table, for
which the parser would ask for memory until the process is ended.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from xml.etree.ElementTree import ParseError

from defusedxml import DTDForbidden, ElementTree

from pipeline.intake.facts import Bounds, Cell, SheetFacts, column_number
from pipeline.intake.guard import plain

CHINA = timezone(timedelta(hours=8))  # the wall clock of the people who fill the workbooks

_BOOK, _LINKS, _CORE = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "docProps/core.xml"
_TAG = rb"<(?:\w+:)?"  # some programs write every tag with a prefix
# Three letters or six characters: only then can a reference lie outside what is always allowed, A1:ZZ9999.
_FAR = re.compile(rb' r="[A-Z]{3}| r="[^"]{6}')
_FILLED = re.compile(_TAG + rb'c\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*(?<!/)>')
_HIDDEN = re.compile(_TAG + rb'row\b(?=[^>]*\bhidden="(?:1|true)")[^>]*?\br="(\d+)"')
_ROW = re.compile(_TAG + rb'row\s[^>]*\br="')
_DATA = b"sheetData"  # stands in its first tag and in its last
_ERROR = re.compile(
    _TAG + rb'c\b(?=[^>]*\bt="e")[^>]*?\br="([A-Z]+)(\d+)"[^>]*(?<!/)>(?:(?!</(?:\w+:)?c>).)*?' + _TAG + rb"v>([^<]*)<",
    re.DOTALL,
)
_UNCACHED = re.compile(
    _TAG + rb'c\b(?P<attributes>[^>]*?\br="([A-Z]+)(\d+)"[^>]*)(?<!/)>\s*'
    rb"<(?:\w+:)?f\b[^>]*(?:/>|>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?P<empty><(?:\w+:)?v\s*/>|<v></v>)?\s*</"
)
_TEXT_RESULT = b't="str"'


def saved(archive: zipfile.ZipFile) -> tuple[datetime | None, str]:
    """When (China time) and by whom the workbook was saved last, as far as it says."""
    if _CORE not in archive.namelist():
        return None, ""
    texts = {_local(e.tag): (e.text or "").strip() for e in ElementTree.fromstring(archive.read(_CORE))}
    return _moment(texts.get("modified", "")), texts.get("lastModifiedBy", "")


def sheet_facts(archive: zipfile.ZipFile, bounds: Bounds) -> dict[str, SheetFacts]:
    """The facts of every worksheet, by its name."""
    names = {plain(info.filename): info for info in archive.infolist()}
    sheets = {sheet: part.lower() for sheet, part in _sheet_parts(archive)}
    of_part = {part: _facts(archive.read(names[part]), bounds) for part in {*sheets.values()} & {*names}}
    return {sheet: of_part[part] for sheet, part in sheets.items() if part in of_part}


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.astimezone(CHINA).replace(tzinfo=None, microsecond=0) if moment.tzinfo else moment


def _sheet_parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Name and part of every sheet."""
    links = {e.get("Id"): e.get("Target", "") for e in ElementTree.fromstring(archive.read(_LINKS))}
    for element in ElementTree.fromstring(archive.read(_BOOK)).iter():
        if _local(element.tag) == "sheet":
            link = next((value for key, value in element.attrib.items() if _local(key) == "id"), None)
            yield element.get("name", ""), posixpath.normpath(posixpath.join("/xl", links.get(link, "")))[1:]


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _facts(part: bytes, bounds: Bounds) -> SheetFacts:
    _whole(part)
    facts = SheetFacts()
    if _FAR.search(part):
        facts.beyond = _beyond(part, bounds)
    if facts.beyond:
        return facts
    if b' hidden="' in part:
        facts.hidden_rows = frozenset(int(row) for row in _HIDDEN.findall(part))
    if b't="e"' in part:
        facts.errors = {_cell(m[1], m[2]): m[3].decode("utf-8", "replace") for m in _ERROR.finditer(part)}
    if b"f>" in part:  # the end of a formula; of formulas that share one, the first has it
        facts.uncached = frozenset(_uncached(part))
    return facts


def _whole(part: bytes) -> None:
    """Raises where the parser would pass over something in silence: UTF-16, a DTD, rows after the end."""
    if part.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        raise ParseError("a sheet in UTF-16")
    if b"<!DOCTYPE" in part:  # no office program writes one
        raise DTDForbidden("a sheet", None, None)
    end = part.find(_DATA, part.find(_DATA) + len(_DATA))
    if end > 0 and _ROW.search(part, end):
        raise ParseError("rows after the end of the sheet")


def _beyond(part: bytes, bounds: Bounds) -> Cell | None:
    """The cell with something in it that stretches the sheet beyond the bounds, if there is one."""
    lowest = rightmost = (0, 0)
    for letters, digits in _FILLED.findall(part):
        cell = _cell(letters, digits)
        lowest = max(lowest, cell)
        rightmost = max(rightmost, cell, key=lambda c: c[1])
    if bounds.hold(lowest[0], rightmost[1]):
        return None
    return rightmost if rightmost[1] > bounds.columns else lowest


def _uncached(part: bytes) -> Iterator[Cell]:
    for match in _UNCACHED.finditer(part):
        if not (match["empty"] and _TEXT_RESULT in match["attributes"]):  # an empty text is a result
            yield _cell(match[2], match[3])


def _cell(letters: bytes, digits: bytes) -> Cell:
    return int(digits), column_number(letters.decode("ascii"))
