"""A report as the files that go out: its workbook with the volumes, its page, or both."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Literal

from pipeline.language.wording import Lang
from pipeline.out.excel import write_workbook
from pipeline.out.filenames import joined_up
from pipeline.out.page import write_page
from pipeline.out.report.model import Report

Form = Literal["workbook", "page", "both"]
FORMS: tuple[Form, ...] = ("workbook", "page", "both")


def write_files(report: Report, folder: Path, lang: Lang, form: Form = "both", *, name: str = "") -> list[Path]:
    """Writes the report into `folder` under `name`, or under its title; gives the files, the page last.

    Raises DeliveryError when one cannot be written.
    """
    stem = name or joined_up(report.meta.title.in_(lang)).strip("_.")
    page = folder / f"{stem}.html"
    write = partial(write_page, report, page, lang)
    if form == "page":
        write()
        return [page]
    if form == "workbook":
        return write_workbook(report, folder / f"{stem}.xlsx", lang)
    return [*write_workbook(report, folder / f"{stem}.xlsx", lang, meanwhile=write), page]
