"""Everything that stands in the files of a report: parts of workbooks unzipped, pages, and the names of the files."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from pathlib import Path

from pipeline.language.wording import Lang
from pipeline.out.excel import write_workbook
from pipeline.out.page import write_page
from pipeline.out.report.model import Report


def contents(paths: Iterable[Path]) -> str:
    """The texts of the files, one after the other."""
    return "\n".join(text for path in paths for text in (path.name, *_texts(path)))


def _texts(path: Path) -> list[str]:
    if path.suffix != ".xlsx":
        return [path.read_text("utf-8")]
    with zipfile.ZipFile(path) as parts:
        return [parts.read(name).decode("utf-8", "replace") for name in parts.namelist()]


def written(report: Report, folder: Path, lang: Lang = "zh") -> str:
    """What stands in the workbook, its volumes and the page of a report."""
    paths = write_workbook(report, folder / "report.xlsx", lang)
    write_page(report, folder / "report.html", lang)
    return contents([*paths, folder / "report.html"])
