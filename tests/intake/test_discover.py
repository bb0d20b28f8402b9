"""Finding the logbooks: every file is read, or has exactly one finding, or is nobody's file."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.intake.discover import Arrival, discover
from pipeline.intake.sniff import READABLE, sniff
from pipeline.language.errors import WorkspaceError
from pipeline.language.workspace import Limits
from tests.fixtures import books

LIMITS = Limits()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "logbooks").mkdir()
    return tmp_path / "logbooks"


def found(folder: Path, limits: Limits = LIMITS) -> tuple[list[Arrival], pd.DataFrame]:
    return discover(folder.parent, folder, limits)


def codes(findings: pd.DataFrame) -> dict[str, str]:
    assert findings["file"].is_unique
    return dict(zip(findings["file"], findings["code"], strict=True))


def test_workbooks_come_sorted_by_path_with_size_and_hash(folder: Path) -> None:
    (folder / "二部").mkdir()
    (folder / "一部").mkdir()
    path = books.xlsx(folder / "二部" / "王芳 10月.xlsx")
    books.xls(folder / "一部" / "李强.xls")
    books.ods(folder / "一部" / "张伟.ods")
    arrivals, findings = found(folder)
    assert [a.file for a in arrivals] == [
        "logbooks/一部/张伟.ods",
        "logbooks/一部/李强.xls",
        "logbooks/二部/王芳 10月.xlsx",
    ]
    assert [a.format for a in arrivals] == ["ods", "xls", "xlsx"]
    assert (arrivals[2].size, arrivals[2].sha256) == (path.stat().st_size, sha256(path.read_bytes()).hexdigest())
    assert findings.empty


def test_locks_and_what_systems_leave_about_are_passed_over_in_silence(folder: Path) -> None:
    for name in ("~$王芳.xlsx", ".DS_Store", "Thumbs.db", "desktop.ini", ".隐藏.xlsx"):
        (folder / name).write_bytes(b"x")
    (folder / ".git").mkdir()
    (folder / ".git" / "config").write_bytes(b"x")
    arrivals, findings = found(folder)
    assert arrivals == []
    assert findings.empty


def test_the_second_of_two_equal_files_is_left_out_and_names_the_first(folder: Path) -> None:
    first = books.xlsx(folder / "王芳.xlsx")
    (folder / "王芳 - 副本.xlsx").write_bytes(first.read_bytes())
    arrivals, findings = found(folder)
    assert [a.file for a in arrivals] == ["logbooks/王芳 - 副本.xlsx"]
    assert findings[["code", "severity", "file", "expected"]].to_numpy().tolist() == [
        ["file_repeated", "warning", "logbooks/王芳.xlsx", "logbooks/王芳 - 副本.xlsx"]
    ]


def test_links_are_not_followed(folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "外面"
    outside.mkdir()
    books.xlsx(outside / "别人的.xlsx")
    (folder / "链接.xlsx").symlink_to(outside / "别人的.xlsx")
    (folder / "文件夹").symlink_to(outside)
    arrivals, findings = found(folder)
    assert arrivals == []
    assert codes(findings) == {"logbooks/文件夹": "file_link", "logbooks/链接.xlsx": "file_link"}


def test_a_pipe_is_not_opened(folder: Path) -> None:
    os.mkfifo(folder / "管道.xlsx")
    assert codes(found(folder)[1]) == {"logbooks/管道.xlsx": "file_unknown_type"}


def test_a_file_too_large_is_not_read(folder: Path) -> None:
    (folder / "录像.xlsx").write_bytes(b"\1" * 2_100_000)
    findings = found(folder, Limits(file_mb=2))[1]
    assert findings[["code", "value", "expected"]].to_numpy().tolist() == [["file_oversized", "2.1 MB", "2.0 MB"]]


def test_names_that_are_no_utf8_stay_writable(folder: Path) -> None:
    name = os.fsencode(folder) + b"/" + "王芳.pdf".encode("gbk")
    with open(name, "wb") as file:  # noqa: PTH123, the name is bytes
        file.write(b"%PDF-1.7")
    findings = found(folder)[1]
    assert findings["file"].tolist() == [r"logbooks/\xcd\xf5\xb7\xbc.pdf"]


def test_names_that_steer_a_terminal_are_shown(folder: Path) -> None:
    for name in ("红\x1b[31m.pdf", "两\n行.pdf", "反\u202efdp.exe"):
        (folder / name).write_bytes(b"%PDF-1.7")
    findings = found(folder)[1]
    assert sorted(findings["file"]) == [
        r"logbooks/两\n行.pdf",
        r"logbooks/反\u202efdp.exe",
        r"logbooks/红\x1b[31m.pdf",
    ]


def test_a_folder_that_is_closed_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "二部").mkdir()
    books.xlsx(folder / "二部" / "王芳.xlsx")
    books.xlsx(folder / "李强.xlsx")
    scan = os.scandir

    def closed(path: str | Path) -> object:
        if Path(path).name == "二部":
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", closed)
    monkeypatch.setattr(os, "listdir", closed)
    arrivals, findings = found(folder)
    assert [a.file for a in arrivals] == ["logbooks/李强.xlsx"]
    assert findings[["code", "file", "value"]].to_numpy().tolist() == [
        ["file_no_access", "logbooks/二部", "Permission denied"]
    ]


def test_without_the_folder_it_cannot_go_on(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="no folder of logbooks"):
        discover(tmp_path, tmp_path / "logbooks", LIMITS)


def test_everything_that_is_no_workbook_has_its_finding_and_stops_nothing(folder: Path) -> None:
    books.xlsx(folder / "好.xlsx")
    books.docx(folder / "总结.xlsx")
    books.encrypted(folder / "加密.xlsx")
    (folder / "半截.xlsx").write_bytes((folder / "好.xlsx").read_bytes()[:3000])
    (folder / "导出.xlsx").write_text("日期,客户\n2026-10-09,00123\n", "gb18030")
    (folder / "系统导出.xls").write_text("<html><table><tr><td>日期</td></tr></table></html>", "utf-8")
    (folder / "空.xlsx").touch()
    (folder / "全零.xlsx").write_bytes(bytes(4096))
    (folder / "扫描.pdf").write_bytes(b"%PDF-1.7\n")
    (folder / "不明.xlsx").write_bytes(bytes(range(256)) * 4)
    arrivals, findings = found(folder)
    assert [a.file for a in arrivals] == ["logbooks/好.xlsx"]
    assert codes(findings) == {
        "logbooks/不明.xlsx": "file_unknown_type",
        "logbooks/全零.xlsx": "file_empty",
        "logbooks/加密.xlsx": "file_encrypted",
        "logbooks/半截.xlsx": "file_truncated",
        "logbooks/导出.xlsx": "file_not_workbook",
        "logbooks/总结.xlsx": "file_not_workbook",
        "logbooks/扫描.pdf": "file_not_workbook",
        "logbooks/空.xlsx": "file_empty",
        "logbooks/系统导出.xls": "file_not_workbook",
    }
    assert set(findings["severity"]) == {"error"}


@pytest.mark.parametrize(
    ("content", "format_", "refusal"),
    [
        (b"", "", "file_empty"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><?mso-application progid='Excel.Sheet'?>", "xml", "file_not_workbook"),
        ("\ufeff日期\t客户".encode("utf-16"), "csv", "file_not_workbook"),
        (b"a" + ("客户" * 40_000).encode("gb18030"), "csv", "file_not_workbook"),
        (b"\x89PNG\r\n\x1a\n", "png", "file_not_workbook"),
        (books.zipped(["xl/workbook.bin"]), "xlsb", "file_unsupported"),
        (books.zipped(["readme.md"]), "zip", "file_not_workbook"),
        (books.zipped(["xl\\workbook.xml"]), "xlsx", ""),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "xls", "file_truncated"),
    ],
    ids=["empty", "xml_2003", "utf16_text", "gb18030_text", "picture", "xlsb", "zip", "backslashes", "short_xls"],
)
def test_what_a_file_is_shows_in_its_content(content: bytes, format_: str, refusal: str) -> None:
    assert sniff(content) == (format_, refusal)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    folder = tmp_path_factory.mktemp("whole")
    made = [books.xlsx(folder / "a.xlsx"), books.xls(folder / "a.xls"), books.ods(folder / "a.ods")]
    return [path.read_bytes() for path in made]


@settings(max_examples=150, deadline=None)
@given(which=st.integers(0, 2), at=st.integers(0, 6000), noise=st.binary(min_size=1, max_size=8))
def test_damaged_content_is_looked_at_without_harm(whole: list[bytes], which: int, at: int, noise: bytes) -> None:
    content = bytearray(whole[which])
    content[at : at + len(noise)] = noise
    format_, refusal = sniff(bytes(content))
    assert refusal or format_ in READABLE
