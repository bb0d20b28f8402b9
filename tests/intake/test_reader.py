"""Reading many workbooks: whatever one of them does, the others are read, in order."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from pipeline.intake import reader
from pipeline.intake.discover import Arrival, discover
from pipeline.intake.reader import read_books
from pipeline.language.workspace import Limits
from tests.fixtures import books

LIMITS = Limits()
ABORTS = "<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>"  # quotes that the look beforehand does not know


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "logbooks").mkdir()
    return tmp_path / "logbooks"


def arrivals(folder: Path) -> list[Arrival]:
    found, findings = discover(folder.parent, folder, LIMITS)
    assert findings.empty
    return found


def told(findings: pd.DataFrame) -> list[list[str]]:
    return findings[["code", "file"]].to_numpy().tolist()


def test_no_workbook_is_no_work() -> None:
    found, findings = read_books([], LIMITS)
    assert found == []
    assert findings.empty


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_workbooks_come_in_the_order_given(folder: Path, workers: int) -> None:
    for i in range(9):
        books.xlsx(folder / f"{i}.xlsx", [["行号"], *([j] for j in range(i * 300 % 1700))])
    given = arrivals(folder)
    done: list[int] = []
    found, findings = read_books(given, LIMITS, workers, done.append)
    assert [(b.file, b.sha256) for b in found] == [(a.file, a.sha256) for a in given]
    assert [len(b.sheets[0].rows) for b in found] == [i * 300 % 1700 + 1 for i in range(9)]
    assert done == list(range(1, 10))
    assert findings.empty


def test_a_workbook_that_kills_its_reader_costs_only_itself(folder: Path) -> None:
    for name in ("1", "3", "5"):
        books.xlsx(folder / f"{name}.xlsx", [[name]])
    for name in ("2", "4"):
        books.with_cells(folder / f"{name}.xlsx", f"<row r='1'><c r='A1'><v>{name}</v></c></row>{ABORTS}")
    found, findings = read_books(arrivals(folder), LIMITS)
    assert [b.sheets[0].rows for b in found] == [[("1",)], [("3",)], [("5",)]]
    assert told(findings) == [["file_unreadable", "logbooks/2.xlsx"], ["file_unreadable", "logbooks/4.xlsx"]]


def test_a_workbook_that_takes_too_long_is_given_up(folder: Path) -> None:
    books.with_cells(folder / "1.xlsx", "<f>1</f>" + "<c " * 1_000_000)
    books.xlsx(folder / "2.xlsx", [["好"]])
    found, findings = read_books(arrivals(folder), Limits(seconds=1), workers=1)
    assert [b.file for b in found] == ["logbooks/2.xlsx"]
    assert told(findings) == [["file_unreadable", "logbooks/1.xlsx"]]


def test_findings_name_sheet_and_cell(folder: Path) -> None:
    books.xlsx(folder / "远.xlsx", [[""] * 16383 + ["x"]])
    _, findings = read_books(arrivals(folder), LIMITS)
    assert findings.iloc[0].to_dict() == {
        "code": "sheet_oversized",
        "severity": "error",
        "file": "logbooks/远.xlsx",
        "sheet": "联系记录",
        "row": 1,
        "column": "XFD",
        "field": "",
        "value": "XFD1",
        "expected": "SF200000",
        "suggestion": "",
    }


def test_a_wrong_extension_is_told_and_read(folder: Path) -> None:
    books.xls(folder / "王芳.xlsx", [["客户"]])
    books.xls(folder / "李强.et", [["方式"]])
    found, findings = read_books(arrivals(folder), LIMITS)
    assert [b.sheets[0].rows for b in found] == [[("方式",)], [("客户",)]]
    assert findings[["code", "severity", "value", "expected"]].to_numpy().tolist() == [
        ["file_mislabelled", "warning", ".xlsx", ".xls"]
    ]


def test_a_file_saved_or_removed_meanwhile_is_not_read(folder: Path) -> None:
    changed, removed = books.xlsx(folder / "1.xlsx", [["旧"]]), books.xlsx(folder / "2.xlsx")
    given = arrivals(folder)
    books.xlsx(changed, [["新"]])
    removed.unlink()
    found, findings = read_books(given, LIMITS)
    assert found == []
    assert told(findings) == [["file_changed", "logbooks/1.xlsx"], ["file_no_access", "logbooks/2.xlsx"]]


def test_a_reader_that_cannot_start_is_no_fault_of_the_workbook(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    books.xlsx(folder / "1.xlsx")
    monkeypatch.setattr(reader, "_COMMAND", [sys.executable, "-c", ""])
    with pytest.raises(RuntimeError, match="does not start"):
        read_books(arrivals(folder), LIMITS)


def test_a_reader_starts_without_the_heavy_libraries() -> None:
    loaded = "import sys, pipeline.intake.worker; print({'pandas', 'pydantic', 'numpy', 'pyarrow'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", loaded], capture_output=True, check=True).stdout.strip() == b"set()"
