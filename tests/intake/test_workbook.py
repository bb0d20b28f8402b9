"""Reading one workbook raw: exact places, exact kinds of value, and nothing that harms the process."""

# ruff: noqa: DTZ001, cells know no time zone

from __future__ import annotations

import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
import xlwt
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from pipeline.intake import workbook as workbook_module
from pipeline.intake.facts import Bounds, Flaw, column_letters, column_number
from pipeline.intake.sniff import sniff
from pipeline.intake.workbook import RawBook, RawSheet, read_workbook
from tests.fixtures import books

BOUNDS = Bounds(unpacked=100_000_000, rows=200_000, columns=500)


def reading(path: Path, bounds: Bounds = BOUNDS) -> tuple[RawBook | None, list[Flaw]]:
    content = path.read_bytes()
    format_, refusal = sniff(content)
    assert refusal == ""
    return read_workbook(content, format_, path.name, "0" * 64, bounds)


def book(path: Path) -> RawBook:
    found, flaws = reading(path)
    assert flaws == []
    assert found is not None
    return found


def sheet(path: Path) -> RawSheet:
    return book(path).sheets[0]


def filled(path: Path, cells: dict[str, object]) -> Path:
    def fill(workbook: openpyxl.Workbook) -> None:
        for place, value in cells.items():
            workbook.active[place] = value

    return books.openpyxl_book(path, fill)


def test_places_are_those_of_excel(tmp_path: Path) -> None:
    page = sheet(filled(tmp_path / "a.xlsx", {"C4": "客户", "E4": "方式", "D7": "走访"}))
    assert (page.first_row, page.first_column) == (4, 3)
    assert page.rows == [("客户", "", "方式"), ("", "", ""), ("", "", ""), ("", "走访", "")]


def test_values_keep_their_kind(tmp_path: Path) -> None:
    values = [
        "00123",
        123,
        1.5,
        True,
        date(2026, 10, 9),
        datetime(2026, 10, 9, 9, 30),
        time(9, 30),
        timedelta(hours=30),
    ]
    path = books.openpyxl_book(tmp_path / "a.xlsx", lambda workbook: workbook.active.append(values))
    (row,) = sheet(path).rows
    assert list(row) == values
    assert [type(v) for v in row] == [str, float, float, bool, date, datetime, time, timedelta]


def test_equal_values_of_a_column_are_not_taken_for_each_other(tmp_path: Path) -> None:
    path = filled(tmp_path / "a.xlsx", {"A1": True, "A2": 1, "A3": "1", "A4": 0, "A5": False})
    assert [type(row[0]) for row in sheet(path).rows] == [bool, float, str, float, bool]


def test_equal_texts_of_a_column_are_one_object(tmp_path: Path) -> None:
    rows = sheet(books.xlsx(tmp_path / "a.xlsx", [["已沟通", i] for i in range(50)])).rows
    assert len({id(row[0]) for row in rows}) == 1


def test_an_empty_sheet_has_no_rows(tmp_path: Path) -> None:
    page = sheet(books.xlsx(tmp_path / "a.xlsx", []))
    assert (page.rows, page.first_row, page.first_column) == ([], 1, 1)


def test_formatted_ghost_rows_are_not_read(tmp_path: Path) -> None:
    def fill(workbook: openpyxl.Workbook) -> None:
        workbook.active.append(["客户"])
        workbook.active["AB5000"].number_format = "0.00"

    assert sheet(books.openpyxl_book(tmp_path / "a.xlsx", fill)).rows == [("客户",)]


def test_errors_stay_recognisable(tmp_path: Path) -> None:
    cells = '<row r="1"><c r="B1"><v>1</v></c><c r="C1" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
    cells += '<row r="3"><c t="e" s="1" r="A3"><v>#N/A</v></c><c r="B3" t="e"/><c r="C3" t="str"><v>x</v></c></row>'
    page = sheet(books.with_cells(tmp_path / "a.xlsx", cells))
    assert page.rows == [("", 1.0, "#DIV/0!"), ("", "", ""), ("#N/A", "", "x")]


def test_formulas_never_calculated_are_told(tmp_path: Path) -> None:
    path = filled(tmp_path / "a.xlsx", {"A1": "合计", "B1": "=SUM(C1:C9)", "B2": '=IF(A1="","",1)'})
    page = sheet(path)
    assert page.uncached == {(1, 2), (2, 2)}
    assert page.rows == [("合计",)]


def test_saved_results_of_formulas_are_values(tmp_path: Path) -> None:
    cells = '<row r="1"><c r="A1"><f t="shared" ref="A1:A3" si="0">B1</f><v>5</v></c>'
    cells += '<c r="B1" t="str"><f>""</f><v></v></c><c r="C1" t="str"><f>"a&lt;b"</f><v>a</v></c></row>'
    cells += '<row r="2"><c r="A2"><f t="shared" si="0"/><v>6</v></c></row>'
    cells += '<row r="3"><c r="A3" s="2"><f t="shared" si="0"/></c><c r="C3"><v>7</v></c></row>'
    page = sheet(books.with_cells(tmp_path / "a.xlsx", cells))
    assert page.rows == [(5.0, "", "a"), (6.0, "", ""), ("", "", 7.0)]
    assert page.uncached == {(3, 1)}


def test_hidden_sheets_and_rows_and_merged_cells(tmp_path: Path) -> None:
    def fill(workbook: openpyxl.Workbook) -> None:
        page = workbook.active
        page.append(["题目"])
        page.merge_cells("A1:D2")
        page["A3"] = "x"
        page.row_dimensions[3].hidden = True
        page.column_dimensions["B"].hidden = True
        workbook.create_sheet("选项").sheet_state = "hidden"
        workbook.create_sheet("参数").sheet_state = "veryHidden"
        workbook.create_chartsheet("图")

    read = book(books.openpyxl_book(tmp_path / "a.xlsx", fill))
    assert [(s.name, s.hidden) for s in read.sheets] == [("Sheet", False), ("选项", True), ("参数", True)]
    assert read.sheets[0].hidden_rows == {3}
    assert read.sheets[0].merged == [(1, 1, 2, 4)]


def test_a_prefix_before_every_tag_changes_nothing(tmp_path: Path) -> None:
    path = books.xlsx(tmp_path / "a.xlsx", [])
    xml = (
        '<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData>'
        '<x:row r="1" hidden="1"><x:c r="A1" t="e"><x:v>#REF!</x:v></x:c><x:c r="B1"><x:f>1</x:f></x:c>'
        '<x:c r="C1"><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    )
    page = sheet(books.with_parts(path, {"xl/worksheets/sheet1.xml": xml.encode()}))
    assert (page.rows, page.hidden_rows, page.uncached) == ([("#REF!", "", 1.0)], {1}, {(1, 2)})


def test_dates_of_the_1904_system(tmp_path: Path) -> None:
    def fill(workbook: openpyxl.Workbook) -> None:
        workbook.epoch = CALENDAR_MAC_1904
        workbook.active.append([date(2026, 10, 9), time(9, 30)])

    assert sheet(books.openpyxl_book(tmp_path / "a.xlsx", fill)).rows == [(date(2026, 10, 9), time(9, 30))]
    old = xlwt.Workbook()
    old.dates_1904 = True
    old.add_sheet("a").write(0, 0, date(2026, 10, 9), xlwt.easyxf(num_format_str="yyyy-mm-dd"))
    old.save(str(tmp_path / "b.xls"))
    assert sheet(tmp_path / "b.xls").rows == [(date(2026, 10, 9),)]


def test_who_saved_it_and_when_in_china_time(tmp_path: Path) -> None:
    read = book(books.xlsx(tmp_path / "a.xlsx"))
    assert (read.saved_at, read.last_modified_by) == (datetime(2026, 10, 31, 16, 30), "王芳")


@pytest.mark.parametrize(
    "core", [None, b"<coreProperties><modified>soon</modified></coreProperties>"], ids=["no_part", "no_date"]
)
def test_a_workbook_that_does_not_say_when(tmp_path: Path, core: bytes | None) -> None:
    read = book(books.with_parts(books.xlsx(tmp_path / "a.xlsx"), {"docProps/core.xml": core}))
    assert (read.saved_at, read.last_modified_by) == (None, "")


def test_macros_are_told_and_change_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsm"
    macros = tmp_path / "vbaProject.bin"
    macros.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    with xlsxwriter.Workbook(path) as workbook:
        workbook.add_worksheet("联系记录").write_row(0, 0, books.HEADER)
        workbook.add_vba_project(str(macros))
    read, flaws = reading(path)
    assert read is not None
    assert read.sheets[0].rows == [books.HEADER]
    assert flaws == [Flaw("file_macros")]


def test_the_sheets_of_a_workbook_are_bounded_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fill(workbook: openpyxl.Workbook) -> None:
        for page in (workbook.active, workbook.create_sheet("二"), workbook.create_sheet("三")):
            page["B50"], page["C99"] = "x", "y"

    path = books.openpyxl_book(tmp_path / "a.xlsx", fill)
    for limit, most, code in (("MOST_CELLS", 299, "file_cells"), ("MOST_SHEETS", 2, "file_sheets")):
        with monkeypatch.context() as patch:
            patch.setattr(workbook_module, limit, most)
            read, flaws = reading(path)
        assert read is None
        assert flaws == [Flaw(code, value="300" if code == "file_cells" else "3", expected=str(most))]
    assert len(book(path).sheets) == 3


def test_characters_that_nobody_sees_are_shown(tmp_path: Path) -> None:
    path = books.xls(tmp_path / "a.xls", [["谈\x1b[31m红\x07", "两\n行\t", 1], ["\x7f\x9b", "", 2]])
    assert sheet(path).rows == [("谈␛[31m红␇", "两\n行\t", 1.0), ("␡\ufffd", "", 2.0)]


def test_the_old_binary_format(tmp_path: Path) -> None:
    old = xlwt.Workbook(encoding="utf-8")
    old.add_sheet("空")
    page = old.add_sheet("联系记录")
    page.write(2, 1, "00123")
    page.write(2, 2, 5)
    page.write(3, 1, date(2026, 10, 9), xlwt.easyxf(num_format_str="yyyy-mm-dd"))
    page.write(3, 3, True)
    page.row(3).hidden = True
    page.write_merge(5, 6, 1, 2, "并")
    page.row(4).set_cell_error(1, 0x2A)
    old.save(str(tmp_path / "a.xls"))
    read = book(tmp_path / "a.xls").sheets[1]
    assert (read.name, read.first_row, read.first_column) == ("联系记录", 3, 2)
    assert read.rows == [("00123", 5, ""), (date(2026, 10, 9), "", True), ("#N/A", "", ""), ("并", "", "")]
    assert (read.hidden_rows, read.merged) == ({4}, [(6, 2, 7, 3)])


def test_open_documents(tmp_path: Path) -> None:
    cell = books.ods_cell
    path = books.ods(
        tmp_path / "a.ods",
        [
            ["客户", "方式", cell("备注", numbercolumnsspanned="2", numberrowsspanned="1")],
            [],
            [
                "00123",
                cell("5", valuetype="float", value="5"),
                cell("2026-10-09", valuetype="date", datevalue="2026-10-09"),
            ],
            ["", cell("", formula="of:=1+1")],
        ],
    )
    page = sheet(path)
    assert page.rows == [("客户", "方式", "备注"), ("", "", ""), ("00123", 5.0, date(2026, 10, 9))]
    assert (page.first_row, page.first_column) == (1, 1)
    assert (page.merged, page.uncached) == ([(1, 3, 1, 4)], {(4, 2)})


def test_errors_and_hidden_rows_of_open_documents(tmp_path: Path) -> None:
    path = books.ods(tmp_path / "a.ods", [["客户", "x"], ["y", "@错误@"]])
    with zipfile.ZipFile(path) as archive:
        content = archive.read("content.xml").decode()
    start, _, rest = content.partition("<table:table-row>")
    first, _, second = rest.partition("<table:table-row>")
    second = second.replace(
        '<table:table-cell office:value-type="string"><text:p>@错误@',
        '<table:table-cell xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0" '
        'office:value-type="string" office:string-value="" calcext:value-type="error"><text:p>#N/A',
    )
    content = f'{start}<table:table-row>{first}<table:table-row table:visibility="filter">{second}'
    page = sheet(books.with_parts(path, {"content.xml": content.encode()}))
    assert page.rows == [("客户", "x"), ("y", "#N/A")]
    assert page.hidden_rows == {2}


def test_a_stray_value_at_the_far_corner_costs_its_sheet_and_is_named(tmp_path: Path) -> None:
    def fill(workbook: openpyxl.Workbook) -> None:
        workbook.active.append(["客户"])
        workbook.active["XFD1048576"] = " "
        workbook.create_sheet("好").append(["方式"])

    read, flaws = reading(books.openpyxl_book(tmp_path / "a.xlsx", fill))
    assert read is not None
    assert [(s.name, s.rows) for s in read.sheets] == [("好", [("方式",)])]
    assert flaws == [Flaw("sheet_oversized", "Sheet", 1048576, "XFD", "XFD1048576", "SF200000")]


def test_the_workspace_may_allow_less(tmp_path: Path) -> None:
    path = filled(tmp_path / "a.xlsx", {"B3": "客户", "C40": "x"})
    assert [f.value for f in reading(path, Bounds(10**8, 30, 500))[1]] == ["C40"]
    assert [f.value for f in reading(path, Bounds(10**8, 40, 2))[1]] == ["C40"]


@pytest.mark.parametrize(
    ("cell", "named"),
    [("XFD5", "XFD5"), ("SG1", "SG1"), ("SF1", ""), ("A200001", "A200001"), ("A200000", ""), ("SF200000", "SF200000")],
)
def test_what_is_too_far(tmp_path: Path, cell: str, named: str) -> None:
    _, flaws = reading(filled(tmp_path / "a.xlsx", {"B3": "客户", cell: "x"}))
    assert [f.value for f in flaws] == ([named] if named else [])


def test_formats_far_away_do_no_harm(tmp_path: Path) -> None:
    cells = (
        '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="1"/></row><row r="1048576"><c r="XFD1048576" s="1" /></row>'
    )
    page = sheet(books.with_cells(tmp_path / "a.xlsx", cells))
    assert page.rows == [(1.0,)]


def test_repeated_cells_of_open_documents_are_counted(tmp_path: Path) -> None:
    cells = [books.ods_cell("x", numbercolumnsrepeated="16384")]
    read, flaws = reading(books.ods(tmp_path / "a.ods", [cells]))
    assert read is None
    assert [(f.code, f.value) for f in flaws] == [("sheet_oversized", "XFD1")]


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = books.with_parts(books.xlsx(tmp_path / "a.xlsx"), {"xl/worksheets/sheet1.xml": b" " * 60_000_000})
    assert path.stat().st_size < 100_000
    read, flaws = reading(path)
    assert read is None
    assert [(f.code, f.expected) for f in flaws] == [("file_bomb", "250 : 1")]
    _, flaws = reading(path, Bounds(unpacked=50_000_000, rows=1000, columns=100))
    assert [(f.code, f.value, f.expected) for f in flaws] == [("file_bomb", "60.0 MB", "50.0 MB")]


def test_too_many_parts_are_not_unpacked(tmp_path: Path) -> None:
    parts = {f"xl/media/{i}.png": b"" for i in range(10_001)}
    _, flaws = reading(books.with_parts(books.xlsx(tmp_path / "a.xlsx"), parts))
    assert [f.code for f in flaws] == ["file_bomb"]


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    bomb += b"<coreProperties><modified>&b;</modified></coreProperties>"
    _, flaws = reading(books.with_parts(books.xlsx(tmp_path / "a.xlsx"), {"docProps/core.xml": bomb}))
    assert [f.code for f in flaws] == ["file_damaged"]


@pytest.mark.parametrize(
    "parts",
    [
        {"xl/worksheets/sheet1.xml": b"<worksheet><sheetData><row"},
        {"xl/worksheets/sheet1.xml": None},
        {"xl/workbook.xml": b"<workbook>"},
        {"xl/_rels/workbook.xml.rels": None},
    ],
)
def test_a_damaged_workbook_has_one_flaw(tmp_path: Path, parts: dict[str, bytes | None]) -> None:
    read, flaws = reading(books.with_parts(books.xlsx(tmp_path / "a.xlsx"), parts))
    assert read is None
    assert [f.code for f in flaws] == ["file_damaged"]


def test_a_flipped_bit_is_noticed(tmp_path: Path) -> None:
    path = books.xlsx(tmp_path / "a.xlsx")
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo("xl/worksheets/sheet1.xml")
    content = bytearray(path.read_bytes())
    content[info.header_offset + 30 + len(info.filename) + 20] ^= 0xFF
    path.write_bytes(content)
    assert [f.code for f in reading(path)[1]] == ["file_damaged"]


@pytest.mark.parametrize(
    ("number", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"), (703, "AAA"), (16384, "XFD")]
)
def test_columns_by_letters(number: int, letters: str) -> None:
    assert (column_letters(number), column_number(letters)) == (letters, number)
