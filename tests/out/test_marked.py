"""A logbook that goes back with its marks is the same file in everything else."""

import io
import re
import zipfile

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from pipeline.language.mark import BEGIN, END
from pipeline.out.marked import Note, Unmarkable, mark
from pipeline.out.marked.companion import companion
from tests.out import workbooks
from tests.out.workbooks import SHEET

CHANNEL = Note(
    "error", "不在可选项里", "“方式”的“飞鸽”不在可选项里：走访、电话", "请从下拉列表中选。", SHEET, 3, 3, "飞鸽", "电话"
)
RESULT = Note("error", "必填的没有填", "“结果”没有填", "请补填。", SHEET, 4, 5)
CLIENT = Note(
    "error",
    "客户名册里没有",
    "“客户”的“华星光电”在客户名册里找不到",
    "请写全称。",
    SHEET,
    2,
    2,
    "华星光电",
    "华星光电股份有限公司",
)
AGAIN = Note("warning", "重复的记录", "与第 2 行完全相同，只算一次", "请删除重复的一行。", SHEET, 5)
WHOLE = Note("warning", "不知道是谁交的", "看不出这张表是谁填报的", "请写填报人。", SHEET)
NOTES = [CHANNEL, RESULT, CLIENT, AGAIN, WHOLE]
KINDS = {"rich": workbooks.rich, "plain": workbooks.plain, "of_wps": workbooks.of_wps}


def packed(content):
    """The compressed bytes of every member."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        found = {}
        for info in archive.infolist():
            start = (
                info.header_offset
                + 30
                + sum(
                    int.from_bytes(content[info.header_offset + at : info.header_offset + at + 2], "little")
                    for at in (26, 28)
                )
            )
            found[info.filename] = content[start : start + info.compress_size]
        assert archive.testzip() is None
        return found


def part(content, name):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name)


def sheet_part(content, name=SHEET):
    book = part(content, "xl/workbook.xml").decode()
    id_ = re.search(rf'<[^>]*name="{name}"[^>]*r:id="(\w+)"', book)[1]
    links = part(content, "xl/_rels/workbook.xml.rels").decode()
    link = next(tag for tag in re.findall("<Relationship [^>]*>", links) if f'Id="{id_}"' in tag)
    target = re.search('Target="([^"]*)"', link)[1].lstrip("/")
    return target if target.startswith("xl/") else f"xl/{target}"


def load(content):
    return openpyxl.load_workbook(io.BytesIO(content))


def looks(content):
    """What every cell of every sheet of staff looks like, and what stands in it."""
    book = load(content)
    staff = [sheet for sheet in book if sheet.title != "要改的地方"]
    return {(sheet.title, cell.coordinate): look(cell) for sheet in staff for row in sheet for cell in row}


def look(cell):
    font, said = cell.font, cell.comment and cell.comment.text
    kept = (cell.value, cell.number_format, font.b, font.name, cell.border.top.style, cell.protection.locked)
    return (*kept, cell.fill.fgColor.rgb, said)


@pytest.mark.parametrize("kind", KINDS)
def test_every_other_part_keeps_its_bytes(kind):
    before = KINDS[kind]()
    after = mark(before, NOTES, "zh")
    old, new = packed(before), packed(after)
    touched = {name for name in old if new.get(name) != old[name]}
    allowed = {
        "[Content_Types].xml",
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "xl/styles.xml",
        sheet_part(before),
    }
    links = sheet_part(before).replace("worksheets/", "worksheets/_rels/") + ".rels"
    of_comments = {name for name in old if "omments" in name or "vmlDrawing" in name or "legacyDrawing" in name}
    assert touched <= allowed | {links} | of_comments
    assert list(old) == [name for name in new if name in old]
    assert len(old) >= 9


@pytest.mark.parametrize("kind", KINDS)
def test_only_the_marked_cells_look_different(kind):
    before = KINDS[kind]()
    old, new = looks(before), looks(mark(before, NOTES, "zh"))
    different = {cell for cell in old if old[cell] != new[cell]}
    assert different == {(SHEET, cell) for cell in ("C3", "E4", "B2", "A5")}
    for cell in different:
        assert new[cell][:6] == old[cell][:6]  # value, number format, font, border, protection
        assert new[cell][6] in ("FFFFC9B0", "FFFFC9B1", "FFFFF0A0", "FFFFF0A1", "FFFFF0A2", "FFFFC9B2")


def test_within_the_sheet_only_cells_and_links_change():
    """Without the edits that are meant the part has its old bytes: sparklines, data bars, validations, protection."""
    before = workbooks.rich()
    name = sheet_part(before)
    old, new = part(before, name), part(mark(before, NOTES, "zh"), name)
    cells = rb'<c r="(?:C3|E4|B2|A5)"[^>]*>'
    assert re.sub(cells, b"", new) == re.sub(cells, b"", old.replace(b' tabSelected="1"', b""))
    for word in (b"x14:sparklineGroup", b"dataBar", b"dataValidation", b"sheetProtection", b"tablePart", b"<f>"):
        assert word in new


def test_extensions_and_comments_of_xml_survive():
    before = workbooks.of_wps()
    name = sheet_part(before)
    new = part(mark(before, NOTES, "zh"), name)
    assert workbooks.WPS in new
    assert b"<!-- et -->" in new
    root = re.search(rb"<worksheet[^>]*>", part(before, name))[0]
    assert root in new
    assert b'knownFonts="1"' in part(mark(before, NOTES, "zh"), "xl/styles.xml")


def test_comments_say_what_why_and_what_to_write():
    sheet = load(mark(workbooks.rich(), NOTES, "zh"))[SHEET]
    said = sheet["C3"].comment.text
    assert said.startswith(f"{BEGIN}必须改：不在可选项里\n“方式”的“飞鸽”不在可选项里")
    assert "怎么改：请从下拉列表中选。" in said
    assert "是不是想写：电话" in said
    assert sheet["A5"].comment.text.startswith(f"{BEGIN}请核对：重复的记录")  # about the row: on its first filled cell
    english = load(mark(workbooks.rich(), NOTES, "en"))
    assert english.sheetnames[0] == "To mend"
    assert "Did you mean: 电话" in english[SHEET]["C3"].comment.text


def test_a_comment_that_is_there_is_extended():
    sheet = load(mark(workbooks.rich(), NOTES, "zh"))[SHEET]
    assert sheet["B2"].comment.text.startswith(f"领导批注：请核实\n{BEGIN}必须改：客户名册里没有")
    assert sheet["B2"].comment.author == "李主任"
    assert sheet["B5"].comment.text == "已核实"


def test_every_comment_has_a_box_of_its_own():
    """Excel repairs a workbook that lacks one."""
    content = mark(workbooks.rich(), NOTES, "zh")
    drawing = next(part(content, name) for name in packed(content) if "vmlDrawing" in name)
    boxes = re.findall(rb"<x:Row>(\d+)</x:Row><x:Column>(\d+)</x:Column>", drawing)
    cells = [cell for row in load(content)[SHEET] for cell in row if cell.comment]
    assert sorted((int(r) + 1, int(c) + 1) for r, c in boxes) == sorted((c.row, c.column) for c in cells)
    ids = re.findall(rb'<v:shape [^>]*id="(\w+)"', drawing)
    assert len(set(ids)) == len(ids) == 5


def test_the_list_stands_first_and_leads_to_the_cells():
    content = mark(workbooks.rich(), NOTES, "zh")
    book = load(content)
    assert book.sheetnames == ["要改的地方", "说明", SHEET, "选项"]
    assert book.active.title == "要改的地方"
    assert [sheet.title for sheet in book if sheet.sheet_view.tabSelected] == ["要改的地方"]
    places = {link.location for cell in book["要改的地方"]["C"] if (link := cell.hyperlink)}
    assert places == {f"'{SHEET}'!{cell}" for cell in ("C3", "E4", "B2", "A5", "A1")}
    text = [cell.value for row in book["要改的地方"] for cell in row]
    assert "必须改 3 处（不改，这一行或这张表不算数）；请核对 2 处。" in text
    assert book["选项"].sheet_state == "hidden"


def test_names_still_hold_for_the_sheet_they_held_for():
    book = load(mark(workbooks.rich(), NOTES, "zh"))
    assert "本表" in book[SHEET].defined_names
    assert "channels" in book.defined_names


def test_what_somebody_wrote_becomes_no_formula():
    hostile = CHANNEL._replace(
        value='=HYPERLINK("http://x")', message="=cmd|' /C calc'!A0 \x07<b>&_x0041_", suggestion="@SUM(1)"
    )
    content = mark(workbooks.plain(), [hostile], "zh")
    listing = part(content, sheet_part(content, "要改的地方"))
    assert b"<f>" not in listing
    values = [str(cell.value) for row in load(content)["要改的地方"] for cell in row]
    assert "=cmd|' /C calc'!A0 <b>&_x005F_x0041_" in values  # which Excel shows as _x0041_, and not as A
    assert '=HYPERLINK("http://x")' in values
    assert all(cell.data_type != "f" for row in load(content)["要改的地方"] for cell in row)


@pytest.mark.parametrize("kind", KINDS)
def test_marking_again_puts_new_marks_in_the_place_of_the_old(kind):
    once = mark(KINDS[kind](), NOTES, "zh")
    assert mark(once, NOTES, "zh") == once
    later = mark(once, [RESULT], "zh")
    book = load(later)
    assert book.sheetnames.count("要改的地方") == 1
    assert [c.coordinate for row in book[SHEET] for c in row if c.comment and BEGIN in c.comment.text] == ["E4"]


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_mended_looks_as_it_did_before(kind):
    before = KINDS[kind]()
    cleared = mark(mark(before, NOTES, "zh"), [], "zh")
    old, new = looks(before), looks(cleared)
    assert {cell: new[cell] for cell in old} == old


def test_words_written_below_ours_stay():
    once = load(mark(workbooks.plain(), [RESULT], "zh"))
    once[SHEET]["E4"].comment.text += "\n王芳：客户说下周再谈"
    again = load(mark(workbooks.saved(once), [RESULT], "zh"))[SHEET]["E4"].comment.text
    assert again.lstrip("\n").startswith(f"王芳：客户说下周再谈\n{BEGIN}")
    assert again.count(END) == 1


def test_cells_that_are_not_there_are_put_in_at_their_place():
    notes = [
        RESULT._replace(row=row, column=column) for row, column in ((5, 1), (5, 4), (1, 3), (3, 2), (7, 2), (9, 1))
    ]
    content = mark(workbooks.prefixed(), notes, "zh")
    sheet = part(content, sheet_part(content))
    assert [int(n) for n in re.findall(rb"<x:row r=['\"](\d+)", sheet)] == [3, 5, 7, 9]
    assert re.findall(rb"[ (]r=['\"]([A-Z]+\d+)", sheet) == [b"C1", b"B3", b"A5", b"B5", b"D5", b"B7", b"A9"]
    book = load(content)
    assert book[SHEET]["C5"].value == 2
    assert all(book[SHEET].cell(note.row, note.column).fill.fgColor.rgb == "FFFFC9B0" for note in notes)
    read = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name(SHEET).to_python()
    assert read[0][:2] == ["A > B", 7]


def test_a_cell_that_is_put_in_has_the_format_of_its_column():
    sheet = load(mark(workbooks.rich(), [RESULT._replace(row=30)], "zh"))[SHEET]
    assert sheet["E30"].font.b
    assert not sheet["E30"].protection.locked


def test_what_was_mended_is_told_as_such():
    notes = [CHANNEL._replace(state="open"), RESULT._replace(state="new"), CLIENT._replace(state="fixed")]
    book = load(mark(workbooks.plain(), notes, "zh"))
    text = [cell.value for row in book["要改的地方"] for cell in row if cell.value]
    assert "和上次交的相比：已改好 1 处，还没改 1 处，新出现 1 处。" in text
    assert [t for t in text if t in ("还没改", "新出现", "已改好")] == ["还没改", "新出现", "已改好"]
    assert book[SHEET]["B2"].comment.text == "已问过客户"


def test_a_workbook_built_in_an_unusual_way_is_refused():
    entities = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><worksheet>&b;</worksheet>'
    bad = workbooks.changed(workbooks.plain(), {"xl/worksheets/sheet1.xml": lambda _: entities})
    with pytest.raises(Unmarkable):
        mark(bad, NOTES, "zh")
    with pytest.raises(Unmarkable):
        mark(workbooks.changed(workbooks.plain(), {"xl/styles.xml": lambda part: part[:200]}), NOTES, "zh")


def test_the_list_beside_a_file_that_cannot_be_marked():
    book = load(companion([CHANNEL._replace(value="=1+1")], "文件有密码", "zh"))
    text = [cell.value for row in book.active for cell in row if cell.value]
    assert any("文件有密码" in value for value in text)
    assert "=1+1" in text
    assert all(cell.data_type != "f" for row in book.active for cell in row)


@pytest.mark.heavy
@pytest.mark.parametrize("kind", [*KINDS, "prefixed"])
def test_libreoffice_opens_it_and_marks_do_not_pile_up(kind, tmp_path):
    """Through LibreOffice, as staff may: it opens, keeps the marks, and the next marking takes them out."""
    make = workbooks.prefixed if kind == "prefixed" else KINDS[kind]
    path = tmp_path / "marked.xlsx"
    path.write_bytes(mark(make(), NOTES, "zh"))
    assert workbooks.through_office(path, "pdf", tmp_path).stat().st_size > 5000
    resaved = workbooks.through_office(path, "xlsx", tmp_path).read_bytes()
    book = load(resaved)
    assert book.sheetnames[0] == "要改的地方"
    assert book[SHEET]["C3"].fill.fgColor.rgb.startswith("FFFFC9B")
    assert BEGIN in book[SHEET]["C3"].comment.text
    again = load(mark(resaved, [RESULT], "zh"))
    assert again.sheetnames.count("要改的地方") == 1
    assert [c.coordinate for row in again[SHEET] for c in row if c.comment and BEGIN in c.comment.text] == ["E4"]
    assert not again[SHEET]["C3"].fill.fgColor.rgb.startswith("FFFFC9B")
