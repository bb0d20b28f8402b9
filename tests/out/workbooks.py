"""Workbooks of staff with everything in them that a program may lose, from several programs."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import openpyxl
import xlsxwriter
from openpyxl.comments import Comment

SHEET = "联系记录"
HEADINGS = ("日期", "客户", "方式", "目的", "结果", "经办人", "时长")
ROWS = (
    (date(2026, 10, 9), "华星光电", "走访", "日常沟通", "已沟通", "王芳", 30),
    (date(2026, 10, 10), "00124", "飞鸽", "日常沟通", "已沟通", "王芳", 20),
    (date(2026, 10, 12), "00125", "电话", "回访", "", "王芳", 15),
    (date(2026, 10, 13), "00126", "电话", "回访", "已沟通", "王芳", 45),
)


def picture() -> bytes:
    """A PNG of one red point."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">2I5B", 1, 1, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0\xff\0\0")) + chunk(b"IEND", b"")
    )


def rich() -> bytes:
    """From xlsxwriter: sparklines, validations, data bars, pictures, protection, a table, a chart, comments, names."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd", "locked": False, "border": 1, "font_name": "SimSun"})
        green = book.add_format({"bg_color": "#C6EFCE", "locked": False, "bold": True})
        first = book.add_worksheet("说明")
        first.write(0, 0, "填写说明")
        sheet = book.add_worksheet(SHEET)
        sheet.set_column(4, 4, 14, green)
        sheet.write_row(0, 0, HEADINGS)
        for at, (when, *rest) in enumerate(ROWS, 1):
            sheet.write_datetime(at, 0, when, day)
            for column, value in enumerate(rest, 1):
                sheet.write(at, column, value, green if column in (2, 4) else None)
        sheet.add_table(0, 0, len(ROWS), 6, {"columns": [{"header": heading} for heading in HEADINGS]})
        sheet.data_validation(1, 2, 99, 2, {"validate": "list", "source": "=channels"})
        sheet.conditional_format(1, 6, 99, 6, {"type": "data_bar", "data_bar_2010": True, "bar_solid": True})
        sheet.add_sparkline(1, 8, {"range": f"{SHEET}!G2:G5"})
        sheet.insert_image(8, 1, "红点.png", {"image_data": io.BytesIO(picture())})
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": f"={SHEET}!$G$2:$G$5"})
        sheet.insert_chart(10, 1, chart)
        sheet.write_comment(1, 1, "领导批注：请核实", {"author": "李主任"})
        sheet.write_comment(4, 1, "已核实", {"author": "李主任"})
        sheet.write_formula(6, 6, "=SUM(G2:G5)", None, 110)
        sheet.protect("", {"insert_rows": True})
        sheet.freeze_panes(1, 0)
        sheet.activate()
        lists = book.add_worksheet("选项")
        lists.write_column(0, 0, ["走访", "电话"])
        book.define_name("channels", "=选项!$A$1:$A$2")
        book.define_name(f"{SHEET}!本表", f"={SHEET}!$A$1:$G$5")
        lists.hide()
    return target.getvalue()


def plain() -> bytes:
    """From openpyxl, with a comment."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = SHEET
    for row in (HEADINGS, *ROWS):
        sheet.append(row)
    sheet["B2"].comment = Comment("已问过客户", "王芳")
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def changed(content: bytes, changes: Mapping[str, Callable[[bytes], bytes] | None]) -> bytes:
    """The workbook with some of its parts rewritten or (None) left out."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if change := changes.get(name, lambda part: part):
                new.writestr(name, change(old.read(name)))
    return target.getvalue()


WPS = (
    b'<extLst><ext uri="{5D2D4E5B-0C83-4B3E-9C3F-5C1B0C3F1A2B}" xmlns:etc="http://www.wps.cn/officeDocument/2017/etCustomData">'
    b"<etc:cellprops>\xe6\x9c\xaa\xe7\x9f\xa5</etc:cellprops></ext></extLst>"
)


def of_wps() -> bytes:
    """As WPS and new Excels write it: ignorable namespaces that only an attribute names, and extensions of its own."""
    names = (
        b' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" mc:Ignorable="x14ac xr etc"'
        b' xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac"'
        b' xmlns:xr="http://schemas.microsoft.com/office/spreadsheetml/2014/revision"'
        b' xmlns:etc="http://www.wps.cn/officeDocument/2017/etCustomData" xr:uid="{00000000-0001-0000}"'
    )

    def sheet(part: bytes) -> bytes:
        part = part.replace(b"<worksheet ", b"<worksheet" + names + b" ", 1)
        return part.replace(b"<legacyDrawing", b"<!-- et --><legacyDrawing").replace(
            b"</worksheet>", WPS + b"</worksheet>"
        )

    def styles(part: bytes) -> bytes:
        return part.replace(b"<styleSheet ", b"<styleSheet" + names + b" ", 1).replace(
            b"<fonts ", b'<fonts x14ac:knownFonts="1" ', 1
        )

    return changed(plain(), {"xl/worksheets/sheet1.xml": sheet, "xl/styles.xml": styles})


def prefixed() -> bytes:
    """Every tag with a prefix, rows and cells without their numbers, single quotes."""
    main = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = (
        b"<?xml version='1.0' encoding='utf-8'?><x:worksheet xmlns:x='%s'><x:sheetData>"
        b"<x:row><x:c t='inlineStr'><x:is><x:t>A &gt; B</x:t></x:is></x:c><x:c><x:v>7</x:v></x:c></x:row>"
        b"<x:row r='5'><x:c r='B5'><x:v>1</x:v></x:c><x:c><x:v>2</x:v></x:c></x:row>"
        b"<x:row r='7'/></x:sheetData></x:worksheet>"
    ) % main
    book = openpyxl.Workbook()
    book.active.title = SHEET
    no_styles = {"xl/styles.xml": None, "xl/worksheets/sheet1.xml": lambda _: sheet}
    drop = {
        "xl/_rels/workbook.xml.rels": lambda part: _without(part, b"styles"),
        "[Content_Types].xml": lambda part: _without(part, b"styles"),
    }
    return changed(saved(book), no_styles | drop)


def _without(part: bytes, word: bytes) -> bytes:
    """Without the elements that have the word in them."""
    return b">".join(piece for piece in part.split(b">") if word not in piece)


def through_office(path: Path, to: str, folder: Path) -> Path:
    """The workbook as LibreOffice writes it."""
    import subprocess

    profile = folder / "profile"
    words = ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", to]
    subprocess.run([*words, "--outdir", str(folder / to), str(path)], check=True, capture_output=True, timeout=180)
    return folder / to / path.with_suffix(f".{to}").name
