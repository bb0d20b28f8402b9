"""The corpus: one file for everything that was ever tried on a reader of workbooks, and what is to be told about it.

`CORPUS` maps a name to a `Trick`: the file's name, what makes it in a folder, the findings it has, and whether its
records are read all the same. Every trick starts from a good logbook, so that only the trick makes the difference.
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tests.fixtures import books
from tests.hostile import zips
from tests.hostile.logbooks import ROWS, SHEET, logbook
from tests.hostile.old import with_properties

BOOK, LINKS, PAGE = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml"
TEXTS, TYPES, CORE = "xl/sharedStrings.xml", "[Content_Types].xml", "docProps/core.xml"
MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
KINDS = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "%s"><!ENTITY c "%s"><!ENTITY d "%s"><!ENTITY e "%s">]>' % tuple(
    b"&%c;" % name * 40 for name in b"abcd"
)
OUTSIDE = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
HEAD = b'<worksheet xmlns="%s"><sheetData>' % MAIN
XLS_PASSWORD = (b"\xe1\x00\x02\x00\xb0\x04", b"\x2f\x00\x02\x00\x00\x00")  # INTERFACEHDR, FILEPASS with XOR

Maker = Callable[[Path], object]


@dataclass(frozen=True)
class Trick:
    """A file called `name` that `make` writes; `codes` are its findings, `read` whether its records are read."""

    make: Maker
    codes: tuple[str, ...] = ()
    name: str = "坏人_2026-10.xlsx"
    read: bool = False
    heavy: bool = False


def refused(code: str, make: Maker, name: str = Trick.name) -> Trick:
    """A file with exactly one finding and no record."""
    return Trick(make, (code,), name)


def harmless(make: Maker, *codes: str, name: str = Trick.name) -> Trick:
    """A file whose records are read, whatever else is in it."""
    return Trick(make, codes, name, read=True)


def parts(changes: dict[str, bytes | None]) -> Maker:
    """A good logbook with some parts replaced, added, or (None) taken out."""
    return lambda path: books.with_parts(logbook(path), changes)


def edit(part: str, old: bytes, new: bytes) -> Maker:
    """A good logbook with a passage of one part replaced."""
    return lambda path: zips.edited(logbook(path), part, old, new)


def content(written: bytes | str) -> Maker:
    """A file of these bytes."""
    return lambda path: path.write_bytes(written if isinstance(written, bytes) else written.encode())


def entity(part: str, tag: bytes, doctype: bytes, ahead: bytes = b"</t>") -> Maker:
    """A good logbook with an entity declared in a part, and called `ahead` of a tag of it."""

    def make(path: Path) -> None:
        have = zips.parts_of(logbook(path))
        old = have[part][have[part].index(tag) :]
        assert ahead in old
        zips.stored(path, have | {part: doctype + old.replace(ahead, b"&e;" + ahead, 1)})

    return make


# What is too large.


def oversized(path: Path) -> None:
    """A file of 21 MB, of which the disk holds a few bytes."""
    logbook(path)
    os.truncate(path, 21_000_000)


def corners(sheets: int, cell: str = "AV40000") -> Maker:
    """Sheets with two cells so far apart that the rectangle between them holds millions."""

    def make(path: Path) -> None:
        rows = f'<row r="1"><c r="A1"><v>1</v></c></row><row r="{cell[2:]}"><c r="{cell}"><v>1</v></c></row>'
        many_sheets(path, sheets, HEAD + rows.encode() + b"</sheetData></worksheet>")

    return make


def many_sheets(path: Path, count: int, page: bytes | None = None) -> None:
    """`count` sheets that are all the same part."""
    have = zips.parts_of(logbook(path))
    start = have[BOOK].index(b"<sheets>")
    named = b"".join(b'<sheet name="s%d" sheetId="%d" r:id="rId1"/>' % (i, i) for i in range(1, count + 1))
    book = have[BOOK][:start] + b"<sheets>" + named + have[BOOK][have[BOOK].index(b"</sheets>") :]
    zips.stored(path, have | {BOOK: book, PAGE: page or have[PAGE]})


def bloated(path: Path) -> Path:
    """A logbook with a part of 5 MB, which packs to 5 KB."""
    return books.with_parts(logbook(path), {"xl/media/large.xml": bytes(5_000_000)})


def one_far_cell(place: bytes) -> Maker:
    """A logbook with a value at a place written in a way that the quick look may not know."""
    return edit(PAGE, b"</sheetData>", b"<row %s><v>1</v></c></row></sheetData>" % place)


def repeated(rows: str = "1", columns: str = "1", text: str = "x") -> Maker:
    """An ods whose last row stands for many."""

    def make(path: Path) -> None:
        books.ods(path, [*ROWS, [books.ods_cell(text, numbercolumnsrepeated=columns)]], SHEET)
        content = zips.parts_of(path)["content.xml"]
        last = content.rindex(b"<table:table-row")
        changed = content[:last] + content[last:].replace(
            b"<table:table-row", b'<table:table-row table:number-rows-repeated="%s"' % rows.encode(), 1
        )
        zips.stored(path, zips.parts_of(path) | {"content.xml": changed})

    return make


def in_utf_16(path: Path) -> None:
    """A sheet in an encoding in which the quick look finds nothing."""
    page = zips.parts_of(logbook(path))[PAGE]
    page = page.replace(b"UTF-8", b"UTF-16").decode().encode("utf-16")
    zips.stored(path, zips.parts_of(path) | {PAGE: page})


# What runs, or reaches out.


def macros(path: Path) -> None:
    types = b'<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>'
    zips.edited(logbook(path), TYPES, b"</Types>", types)
    books.with_parts(path, {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"AutoOpen" * 100})


def linked(body: bytes) -> Maker:
    """A logbook with an external link, and a relationship to it that leads out of the file."""
    link = b'<externalLink xmlns="%s" xmlns:r="%s">%s</externalLink>' % (MAIN, KINDS, body)
    target = b'<Relationship Id="rId1" Type="%s/externalLinkPath" Target="\\\\evil\\a.xlsx" TargetMode="External"/>'
    path = "xl/externalLinks/externalLink1.xml"
    relations = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    relations += target % KINDS + b"</Relationships>"
    return parts({path: link, "xl/externalLinks/_rels/externalLink1.xml.rels": relations})


def hidden_tongue(path: Path) -> None:
    """A cell that runs a command by DDE when its formula is calculated; the saved result is a number."""
    cell = b"<c r=\"J2\"><f>cmd|'/c calc'!A1</f><v>15</v></c>"
    have = zips.parts_of(logbook(path))
    start = have[PAGE].index(b'<c r="J2"')
    end = have[PAGE].index(b"</c>", start) + 4
    zips.stored(path, have | {PAGE: have[PAGE][:start] + cell + have[PAGE][end:]})


# What lies about itself.


def strict(path: Path) -> None:
    """As Excel saves it under 'Strict Open XML Spreadsheet'."""
    changes = (
        (MAIN, b"http://purl.oclc.org/ooxml/spreadsheetml/main"),
        (KINDS, b"http://purl.oclc.org/ooxml/officeDocument/relationships"),
    )
    have = zips.parts_of(logbook(path))
    for old, new in changes:
        have = {name: part.replace(old, new) for name, part in have.items()}
    zips.stored(path, have)


def of_1904(path: Path) -> None:
    book = load_workbook(logbook(path))
    book.epoch = CALENDAR_MAC_1904
    book.save(path)


def of_mac(path: Path) -> None:
    """From Excel for Mac, packed by its Finder."""
    zips.edited(logbook(path), "docProps/app.xml", b"Microsoft Excel", b"Microsoft Macintosh Excel")
    books.with_parts(path, {"__MACOSX/._坏人.xlsx": b"\0\5\x16\7", ".DS_Store": b"\0\0\0\1Bud1"})


def old_of_mac(path: Path) -> None:
    """An xls whose properties are in the code page of a Chinese Mac, 10008, as xlwt leaves them out."""
    with_properties(books.xls(path, ROWS, SHEET), 10008, "王芳".encode("gb2312"))


def with_password(path: Path) -> None:
    """An old xls with a password: the record that says so stands where a harmless one stood."""
    old, new = XLS_PASSWORD
    whole = books.xls(path, ROWS, SHEET).read_bytes()
    assert old in whole
    path.write_bytes(whole.replace(old, new, 1))


def ods_with_password(path: Path) -> None:
    have = zips.parts_of(books.ods(path, ROWS, SHEET))
    manifest = have["META-INF/manifest.xml"].replace(
        b"</manifest:manifest>", b"<manifest:encryption-data/></manifest:manifest>"
    )
    zips.stored(path, have | {"META-INF/manifest.xml": manifest})


def strange_method(path: Path) -> None:
    """An ods whose first part is packed in a way that no office program knows, and damaged."""
    have = zips.parts_of(books.ods(path, ROWS, SHEET))
    have = {"mimetype": have.pop("mimetype"), **have}
    packed = zips.zip_of(have, zipfile.ZIP_LZMA)
    at = packed.index(b"mimetype") + len(b"mimetype") + 9
    path.write_bytes(packed[:at] + b"\xff" * 12 + packed[at + 12 :])


# What stands where a file should.


def link_to(target: str) -> Maker:
    return lambda path: path.symlink_to(target)


def renamed(name: str) -> Trick:
    """A good logbook under a bad name."""
    return harmless(logbook, name=name)


PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(100)
HTML = (
    "<html xmlns:x='urn:schemas-microsoft-com:office:excel'><table><tr><td>=cmd|'/c calc'!A1</td></tr></table></html>"
)
MHTML = "MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n--x\r\n<html></html>"
XML_2003 = "<?xml version='1.0'?><?mso-application progid='Excel.Sheet'?><Workbook/>"

CORPUS: dict[str, Trick] = {
    # size, ratio, parts
    "a_file_too_large": refused("file_oversized", oversized),
    "a_sheet_that_inflates": refused("file_bomb", lambda path: zips.bomb(logbook(path), PAGE, 60)),
    "parts_without_end": refused("file_bomb", parts({f"xl/media/{i}.png": b"" for i in range(10_001)})),
    "a_size_too_large": refused("file_bomb", lambda path: zips.declaring(logbook(path), PAGE, 600_000_000)),
    "more_than_its_size": refused("file_bomb", lambda path: zips.bomb(logbook(path), PAGE, 600, declared=4_000)),
    "a_size_that_lies": refused("file_damaged", lambda path: zips.declaring(logbook(path), PAGE, 100)),
    "parts_that_overlap": refused("file_bomb", lambda path: zips.overlapping(bloated(path), 200)),
    # cell references
    "a_value_at_the_last_cell": refused("sheet_oversized", one_far_cell(b'r="1048576"><c r="XFD1048576"')),
    "a_value_beyond_the_last_cell": refused("sheet_oversized", one_far_cell(b'r="9999999"><c r="ZZZ9999999"')),
    "a_value_in_single_quotes": refused("file_unreadable", one_far_cell(b"r='1048576'><c r='XFD1048576'")),
    "a_place_that_is_none": refused("file_damaged", one_far_cell(b'r="5"><c r="5A"')),
    "millions_of_empty_cells": replace(refused("file_cells", corners(12)), heavy=True),
    "sheets_without_end": refused("file_sheets", lambda path: many_sheets(path, 5_000)),
    "rows_repeated_without_end": refused("sheet_oversized", repeated(rows="1048576"), "坏人.ods"),
    "empty_rows_without_end": harmless(repeated(rows="1048570", text=""), name="坏人.ods"),
    "cells_repeated_without_end": refused("sheet_oversized", repeated(rows="900", columns="1000000"), "坏人.ods"),
    "rows_repeated_backwards": refused("file_damaged", repeated(rows="-5"), "坏人.ods"),
    # what runs, or reaches out
    "macros": harmless(macros, "file_macros", name="坏人_2026-10.xlsm"),
    "an_external_link": harmless(linked(b'<externalBook r:id="rId1"/>'), "file_links"),
    "a_dde_link": harmless(linked(b'<ddeLink ddeService="cmd" ddeTopic="/c calc"/>'), "file_links"),
    "a_dde_formula": harmless(hidden_tongue),
    "an_embedded_program": harmless(parts({"xl/embeddings/oleObject1.bin": b"MZ"}), "file_embedded"),
    "a_control": harmless(parts({"xl/activeX/activeX1.xml": b"<a/>"}), "file_embedded"),
    # XML that attacks its reader
    "a_file_read_by_the_sheet": refused("file_damaged", entity(PAGE, b"<worksheet", OUTSIDE, b"</v>")),
    "a_file_read_by_the_texts": refused("file_damaged", entity(TEXTS, b"<sst", OUTSIDE)),
    "a_file_read_by_the_book": refused("file_damaged", entity(BOOK, b"<workbook", OUTSIDE, b"<sheets>")),
    "a_file_read_by_the_properties": refused("file_damaged", entity(CORE, b"<cp:core", OUTSIDE, b"</dc:creator>")),
    "laughs_in_the_texts": refused("file_damaged", entity(TEXTS, b"<sst", LAUGHS)),
    "laughs_in_the_book": refused("file_damaged", entity(BOOK, b"<workbook", LAUGHS, b"<sheets>")),
    "tags_without_end": refused("file_damaged", edit(BOOK, b"<sheets>", b"<a>" * 200_000 + b"<sheets>")),
    "texts_that_are_not_there": refused(
        "file_damaged", edit(PAGE, b'<c r="A1" t="s"><v>0<', b'<c r="A1" t="s"><v>99999<')
    ),
    "rows_after_the_end": refused("file_damaged", edit(PAGE, b'<row r="3"', b'</sheetData><row r="3"')),
    "a_sheet_in_utf_16": refused("file_damaged", in_utf_16),
    # names of parts
    "a_part_that_climbs": harmless(parts({"../../../../tmp/tierbook_slipped": b"x", "/etc/tierbook_slipped": b"x"})),
    "a_target_that_climbs": refused(
        "file_damaged", edit(LINKS, b"worksheets/sheet1.xml", b"../../../../../etc/passwd")
    ),
    "a_target_elsewhere": refused("file_damaged", edit(LINKS, b"worksheets/sheet1.xml", b"https://evil.example/a.xml")),
    "a_part_twice": refused(
        "file_damaged", lambda path: zips.with_twin(logbook(path), PAGE, HEAD + b"</sheetData></worksheet>")
    ),
    "a_part_twice_but_for_case": refused(
        "file_damaged", parts({"xl/WORKSHEETS/Sheet1.xml": HEAD + b"</sheetData></worksheet>"})
    ),
    # what lies about itself
    "wrong_content_types": harmless(
        parts({TYPES: b'<Types xmlns="x"><Default Extension="xml" ContentType="image/png"/></Types>'})
    ),
    "strict_ooxml": harmless(strict),
    "days_from_1904": harmless(of_1904),
    "from_a_mac": harmless(of_mac),
    "old_and_from_a_mac": harmless(old_of_mac, name="坏人_2026-10.xls"),
    "of_wps": harmless(lambda path: books.xls(path, ROWS, SHEET), name="坏人_2026-10.et"),
    "of_wps_in_fact_xlsx": harmless(logbook, "file_mislabelled", name="坏人_2026-10.et"),
    "a_text_in_disguise": refused("file_not_workbook", content("日期,客户\n2026-10-09,=cmd|'/c calc'!A1\n")),
    "a_page_in_disguise": refused("file_not_workbook", content(HTML), "坏人.xls"),
    "a_mail_in_disguise": refused("file_not_workbook", content(MHTML), "坏人.xls"),
    "xml_in_disguise": refused("file_not_workbook", content(XML_2003), "坏人.xls"),
    "a_picture_in_disguise": refused("file_not_workbook", content(PICTURE)),
    "a_program_in_disguise": refused("file_unknown_type", content(b"MZ\x90\0" + bytes(500))),
    "a_document_in_disguise": refused("file_not_workbook", books.docx),
    "with_a_password": refused("file_encrypted", books.encrypted),
    "old_with_a_password": refused("file_encrypted", with_password, "坏人.xls"),
    "ods_with_a_password": refused("file_encrypted", ods_with_password, "坏人.ods"),
    "a_zip_with_a_password": refused("file_encrypted", lambda path: zips.locked(logbook(path))),
    "packed_strangely": refused("file_damaged", strange_method, "坏人.ods"),
    "parts_far_away": refused("file_damaged", lambda path: zips.pointing_at(logbook(path), PAGE, 0xFFFFFFF0)),
    "half_a_file": refused("file_truncated", lambda path: path.write_bytes(logbook(path).read_bytes()[:3000])),
    # what is no file, and names
    "a_link_out": refused("file_link", link_to("/etc/passwd")),
    "a_link_to_a_folder": refused("file_link", link_to("/etc"), "坏人"),
    "a_link_to_itself": refused("file_link", link_to("坏人_2026-10.xlsx")),
    "a_link_to_nothing": refused("file_link", link_to("没有.xlsx")),
    "a_pipe": refused("file_unknown_type", os.mkfifo),
    "a_name_that_colours": renamed("坏\x1b[31m人.xlsx"),
    "a_name_of_two_lines": renamed("坏\n人.xlsx"),
    "a_name_written_backwards": renamed("坏\u202exslx.人.xlsx"),
    "a_name_that_is_a_formula": renamed("=cmd|'&c calc'!A1.xlsx"),
    "a_name_that_is_an_option": renamed("--workspace.xlsx"),
    "a_name_as_long_as_can_be": renamed("坏" * 83 + ".xlsx"),
}
