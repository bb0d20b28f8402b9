"""The workbook opens, keeps what people typed as text, leads where it says, and is the same twice."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

import openpyxl
import pandas as pd
import pytest
import python_calamine
from openpyxl.workbook import Workbook

from pipeline.language.errors import DeliveryError
from pipeline.language.finding import FINDING_COLUMNS
from pipeline.language.wording import LANGS, label
from pipeline.out.excel import layout, write_workbook
from pipeline.out.report import detail
from pipeline.store.issue import Issue
from tests.out.builder import NASTY, october, sample_report
from tests.out.workbooks import through_office

LINK = re.compile(r'=HYPERLINK\("((?:[^"]|"")*)",("(?:[^"]|"")*"|-?[\d.]+)\)')


@pytest.fixture(scope="module")
def path(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("book") / "报告.xlsx"
    assert write_workbook(october(), path, "zh") == [path]
    return path


@pytest.fixture(scope="module")
def formulas(path) -> Workbook:
    return openpyxl.load_workbook(path)


@pytest.fixture(scope="module")
def shown(path) -> Workbook:
    return openpyxl.load_workbook(path, data_only=True)


def head_row(sheet, *titles: str) -> int:
    return next(row[0].row for row in sheet.iter_rows() if {cell.value for cell in row} >= set(titles))


def column(sheet, head: int, title: str) -> list:
    (index,) = [cell.column for cell in sheet[head] if cell.value == title]
    return [sheet.cell(row, index) for row in range(head + 1, sheet.max_row + 1)]


def test_the_sheets_stand_in_the_order_a_manager_reads(formulas):
    summaries = (
        "总览 与上次相比 层级与事项 趋势 部门 人员 待处理事项 投诉与受理统计 投诉分析 投诉与受理清单 报送登记 核查提示"
    )
    assert " ".join(formulas.sheetnames) == f"{summaries} 数据质量 数据问题 明细 依据 条款"


def test_the_cover_says_how_the_month_stands(shown):
    cover = shown["总览"]
    assert cover["A1"].value == "联合利国文化产权交易所 2026年10月客户服务履约报告"
    assert cover["A2"].value.startswith("2026年10月应做 451 项，完成 403 项，完成率 89.4%")


def test_calamine_reads_it_as_well(path):
    book = python_calamine.CalamineWorkbook.from_path(path)
    assert len(book.get_sheet_by_name("明细").to_python(skip_empty_area=False)) == 3 + 460


def test_links_are_the_only_formulas(formulas):
    found = [c.value for sheet in formulas for row in sheet.iter_rows() for c in row if c.data_type == "f"]
    assert len(found) > 900
    assert [f for f in found if not LINK.fullmatch(f)] == []


def test_what_people_typed_stays_text(formulas, shown):
    head = head_row(formulas["数据问题"], "实际内容")
    cells = column(formulas["数据问题"], head, "实际内容")
    assert {c.data_type for c in cells if c.value} == {"s"}
    texts = [c.value for c in column(shown["数据问题"], head, "实际内容")]
    assert set(texts) >= {NASTY[0], NASTY[1], " " + NASTY[2], "响铃 换行 完", NASTY[5], NASTY[6]}
    assert max(len(t or "") for t in texts) == 300


def test_every_part_is_sound_xml_and_there_are_no_stored_links(path):
    with ZipFile(path) as book:
        for name in book.namelist():
            ElementTree.fromstring(book.read(name))
        assert not any(b"<hyperlink " in book.read(n) for n in book.namelist() if "worksheets" in n)


def test_links_lead_where_they_say(formulas, shown):
    duties, evidence = formulas["明细"], shown["依据"]
    head = head_row(duties, "依据数")
    numbers, proofs = column(duties, head, "明细号"), column(duties, head, "依据数")
    linked = [(n.value, LINK.fullmatch(p.value)[1]) for n, p in zip(numbers, proofs, strict=True) if p.data_type == "f"]
    assert len(linked) > 300
    for number, target in linked:
        sheet, cell = re.fullmatch(r"#'(.+)'!(\w+)", target).groups()
        assert (sheet, evidence[cell].value) == ("依据", number)


def test_evidence_leads_to_its_cell_in_the_logbook(formulas, shown):
    head = head_row(formulas["依据"], "文件")
    plain = shown["依据"]
    for link, sheet, cell in list(
        zip(*(column(formulas["依据"], head, t) for t in ("文件", "工作表", "单元格")), strict=True)
    )[:50]:
        file = plain.cell(link.row, link.column).value
        assert LINK.fullmatch(link.value)[1] == f"../../{file}#'{sheet.value}'!{cell.value}"


def test_quotes_in_names_do_not_break_a_link(formulas):
    head = head_row(formulas["数据问题"], "文件")
    targets = [LINK.fullmatch(c.value)[1] for c in column(formulas["数据问题"], head, "文件") if c.data_type == "f"]
    assert "../../logbooks/2026-10/投融资一部/张伟_2026-10.xlsx#'客户''s 表'!D20" in targets
    assert "../../logbooks/2026-10/加密.xlsx" in targets


def test_a_link_too_long_for_excel_is_left_as_text(tmp_path):
    findings = october().tables["findings"].rows
    findings = findings[findings["code"] == "file_encrypted"].assign(
        file="logbooks/" + "很长的文件夹/" * 40 + "甲.xlsx"
    )
    write_workbook(sample_report(findings=findings[[*FINDING_COLUMNS]]), tmp_path / "a.xlsx", "zh")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["数据问题"]
    (cell,) = column(sheet, head_row(sheet, "文件"), "文件")
    assert (cell.data_type, cell.value) == ("s", findings["file"].iloc[0])


def test_the_way_back_leads_to_the_cover(formulas):
    assert [LINK.fullmatch(sheet["A1"].value)[1] for sheet in formulas.worksheets[1:]] == ["#'总览'!A1"] * (
        len(formulas.worksheets) - 1
    )


def test_days_are_days_and_rates_are_numbers(shown):
    sheet = shown["待处理事项"]
    due = column(sheet, head_row(sheet, "到期日"), "到期日")[0]
    assert (due.value, due.number_format) == (pd.Timestamp("2026-11-08"), "yyyy-mm-dd")
    rates = column(shown["层级与事项"], head_row(shown["层级与事项"], "完成率"), "完成率")
    assert {type(c.value) for c in rates} == {float, int, str}
    assert [c.value for c in rates if isinstance(c.value, str)] == ["—"]
    assert {c.number_format for c in rates} == {"0.0%"}


def test_the_trend_has_a_chart_over_its_table(formulas):
    (chart,) = formulas["趋势"]._charts
    assert len(chart.series) == 5
    values = {s.val.numRef.f for s in chart.series}
    head = head_row(formulas["趋势"], "2026-10")
    assert values == {f"'趋势'!$D${row}:$H${row}" for row in range(head + 1, head + 6)} or values == {
        f"趋势!$D${row}:$H${row}" for row in range(head + 1, head + 6)
    }


def test_sheets_are_ready_for_screen_and_paper(formulas):
    sheet = formulas["待处理事项"]
    head = head_row(sheet, "到期日")
    assert sheet.freeze_panes == f"A{head + 1}"
    assert sheet.auto_filter.ref.startswith(f"A{head}:")
    assert sheet.print_title_rows == f"${head}:${head}"
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)


def test_no_number_is_wider_than_its_column(formulas, shown):
    """What does not fit is shown as ###."""
    for sheet in formulas:
        spans = sheet.column_dimensions.values()
        width = {index: span.width for span in spans for index in range(span.min, span.max + 1)}
        for cell in (c for row in shown[sheet.title].iter_rows() for c in row):
            if isinstance(cell.value, int | float | dt.datetime):
                fixed = {"yyyy-mm-dd": 10, "yyyy-mm-dd hh:mm": 16}
                long = fixed.get(cell.number_format) or len(f"{cell.value:,.1f}")
                assert width[cell.column] >= long, cell


@pytest.mark.parametrize("lang", LANGS)
def test_the_same_report_gives_the_same_bytes(tmp_path, lang):
    for name in ("a", "b"):
        write_workbook(sample_report(), tmp_path / f"{name}.xlsx", lang)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_what_is_longer_than_a_sheet_goes_on_to_further_ones(tmp_path, monkeypatch):
    monkeypatch.setattr(layout, "MOST_ROWS", 200)
    write_workbook(october(), tmp_path / "a.xlsx", "zh")
    book, plain = (
        openpyxl.load_workbook(tmp_path / "a.xlsx"),
        openpyxl.load_workbook(tmp_path / "a.xlsx", data_only=True),
    )
    parts = [name for name in book.sheetnames if name.startswith("明细")]
    assert parts == ["明细", "明细 2", "明细 3"]
    numbers = [c.value for name in parts for c in column(plain[name], head_row(plain[name], "明细号"), "明细号")]
    assert numbers == list(range(1, 461))
    last = column(book["明细 2"], head_row(book["明细 2"], "依据数"), "依据数")[-1]
    sheet, cell = re.fullmatch(r"#'(.+)'!(\w+)", LINK.fullmatch(last.value)[1]).groups()
    assert plain[sheet][cell].value == book["明细 2"].cell(last.row, 1).value


def test_volumes_are_written_beside_the_report_and_linked(tmp_path, monkeypatch):
    monkeypatch.setattr(detail, "TOO_MANY", 100)
    report = sample_report()
    paths = write_workbook(report, tmp_path / "报告.xlsx", "zh")
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(p.name for p in paths)
    sheet = openpyxl.load_workbook(paths[0])["明细文件"]
    targets = [LINK.fullmatch(c.value)[1] for c in column(sheet, head_row(sheet, "文件"), "文件")]
    assert targets == [p.name for p in paths[1:]]
    rows = 0
    for path in paths[1:]:
        part = openpyxl.load_workbook(path, data_only=True)
        assert part.sheetnames == ["明细", "依据"]
        rows += len(column(part["明细"], head_row(part["明细"], "明细号"), "明细号"))
    assert rows == 460
    (tmp_path / "again").mkdir()
    again = write_workbook(report, tmp_path / "again" / "报告.xlsx", "zh")
    assert [p.read_bytes() for p in again] == [p.read_bytes() for p in paths]


def test_a_file_that_cannot_be_written_is_an_error_in_words(tmp_path):
    with pytest.raises(DeliveryError) as error:
        write_workbook(october(), tmp_path / "nowhere" / "a.xlsx", "zh")
    assert error.value.mend.zh == label("report_cannot_write_mend", "zh")


def sparklines(path: Path) -> dict[str, str]:
    """The cells that every sparkline of cover (0) and trend (1) draws, by its own."""
    with ZipFile(path) as book:
        sheets = [book.read(f"xl/worksheets/sheet{n}.xml").decode() for n in (1, 4)]
    found = [re.findall(r"<xm:f>([^<]+)</xm:f><xm:sqref>(\w+)</xm:sqref>", sheet) for sheet in sheets]
    return {f"{n}!{cell}": cells for n, pairs in enumerate(found) for cells, cell in pairs}


def test_sparklines_draw_the_months_of_their_own_row(path, shown):
    found, trend, cover = sparklines(path), shown["趋势"], shown["总览"]
    assert len([place for place in found if place.startswith("0!")]) >= 6
    for place, cells in found.items():
        row = int(re.search(r"\d+$", place)[0])
        drawn = re.fullmatch(r"'?趋势'?!\$?D\$?(\d+):\$?H\$?(\d+)", cells)
        assert drawn[1] == drawn[2]
        own = cover.cell(row, 1).value if place.startswith("0!") else trend.cell(row, 2).value
        assert trend.cell(int(drawn[1]), 2).value == own


def test_the_cover_shows_the_large_figures_and_their_word(shown):
    texts = [str(cell.value) for row in shown["总览"].iter_rows(max_row=12) for cell in row if cell.value]
    assert {"完成率 · 需要改进", "89.4%", "403 / 451（上期 85.5%）"} <= {*texts}
    assert [text for text in texts if text.startswith("待处理")]


def test_a_cell_of_the_heat_map_leads_to_its_row(formulas, shown):
    matrix, summary = formulas["总览"], shown["层级与事项"]
    head = head_row(matrix, "事项", "合计")
    linked = 0
    for tier in ("战略合作客户", "重点客户"):
        for cell, share in zip(column(matrix, head, tier), column(shown["总览"], head, tier), strict=True):
            if cell.data_type == "f":
                row = int(re.fullmatch(r"#'层级与事项'!A(\d+)", LINK.fullmatch(cell.value)[1])[1])
                assert [summary.cell(row, c).value for c in (1, 2)] == [tier, matrix.cell(cell.row, 1).value]
                assert share.value in [c.value for c in summary[row]]
                linked += 1
    assert linked > 5


def test_columns_for_looking_up_stand_outside_the_printed_area(formulas):
    sheet = formulas["明细"]
    titles = [c.value for c in sheet[head_row(sheet, "依据数")]]
    last = re.search(r":\$([A-Z]+)\$", sheet.print_area)[1]
    printed = titles[: openpyxl.utils.column_index_from_string(last)]
    assert printed[-1] == "依据数"
    assert {"条款", "起始日", "日历"} & {*printed} == set()


def test_styles_have_names_and_cells_use_them(formulas):
    assert {"履约-总标题", "履约-表头", "履约-比率", "履约-链接"} <= {*formulas.named_styles}
    assert formulas["总览"]["A1"].style == "履约-总标题"
    assert formulas["明细"].cell(head_row(formulas["明细"], "依据数"), 1).style == "履约-表头"


def test_the_file_tells_what_it_is(formulas):
    told = formulas.properties
    assert (told.title, told.creator) == ("2026年10月客户服务履约报告", "联合利国文化产权交易所")
    assert told.description.startswith("2026年10月应做 451 项")
    assert formulas.custom_doc_props["as_of"].value == "2026-11-05"


def test_what_changed_since_the_issue_before(tmp_path):
    now = october().by_id["total/rate"]
    same = {f.id: (f.numerator, f.denominator) for f in october().by_id.values()}
    former = Issue(dt.date(2026, 11, 2), same | {"total/rate": (now.numerator - 45, now.denominator)})
    report = sample_report(former=former)
    (row,) = report.tables["changes"].rows.to_dict("records")
    assert (row["id"], row["change"], row["numerator"]) == ("total/rate", 10.0, now.numerator)
    assert "2026-11-02" in report.tables["changes"].note.zh
    assert october().tables["changes"].rows.empty
    assert "第一次" in october().tables["changes"].note.zh
    unchanged = sample_report(former=Issue(dt.date(2026, 11, 2), same)).tables["changes"]
    assert unchanged.rows.empty
    assert "没有变化" in unchanged.note.zh


@pytest.mark.heavy
@pytest.mark.parametrize("lang", LANGS)
def test_libreoffice_prints_every_sheet_whole(tmp_path, lang):
    """Every sheet has its name at the foot of its pages; nothing is too wide for its cell; the cover is one page."""
    write_workbook(october(), tmp_path / "a.xlsx", lang)
    pdf = through_office(tmp_path / "a.xlsx", "pdf", tmp_path)
    text = subprocess.run(
        ["pdftotext", "-layout", pdf, "-"], check=True, capture_output=True, timeout=60
    ).stdout.decode()
    pages = [page for page in text.split("\f") if page.strip()]
    feet = [page.rstrip().splitlines()[-1] for page in pages]
    assert "###" not in text
    for section in october().sections:
        assert any(foot.strip().startswith(section.title.in_(lang)) for foot in feet), section.key
    assert sum(foot.strip().startswith(label("report_overview", lang)) for foot in feet) == 1
    assert "89.4%" in pages[0]
    for tile in ("missed", "clients_served"):
        assert label(f"report_tile_{tile}", lang) in pages[0]
    assert label("report_spark", lang) in pages[0]
    assert len(pages) < 60
