"""Logbooks to damage and their good neighbour; what intake makes of a folder of them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pipeline.intake.discover import discover
from pipeline.intake.intake import take_in
from pipeline.intake.reader import read_books
from pipeline.language.finding import join_findings, messages
from pipeline.language.workspace import Limits
from tests.fixtures import books
from tests.intake.books import CONTACT_HEAD, FORMS, register

REGISTER = register()[0]
SHEET = "联系记录"
NEIGHBOUR = "邻居_2026-10.xlsx"
ROWS = (
    CONTACT_HEAD,
    ("2026-10-09", "9:30", "C0001", "电话", "回访", "已沟通", "王志强", "谈了近况", "意见", "15", "", "2026-10-10"),
    ("2026-10-12", "14:00", "C0002", "走访", "回访", "已沟通", "王志强", "看了展厅", "意见", "40", "", "2026-10-12"),
    ("2026-10-20", "10:15", "00123", "电话", "回访", "已沟通", "王志强", "约下月见", "意见", "5", "", "2026-10-20"),
)
READ = len(ROWS) - 1

Told = tuple[pd.DataFrame, pd.DataFrame]  # contacts, findings


def logbook(path: Path) -> Path:
    """A good logbook with `READ` records; its place is in them, or two of them would be one file handed in twice."""
    rows = [[*row[:7], f"{row[7]}，{path.parent.name}/{path.stem}", *row[8:]] for row in ROWS[1:]]
    return books.xlsx(path, [CONTACT_HEAD, *rows], SHEET)


def taken(folder: Path, limits: Limits | None = None, workers: int = 2) -> Told:
    """The contacts and findings of all logbooks in `folder`; every finding can be told in both languages."""
    limits = limits or Limits()
    arrivals, about_files = discover(folder, folder, limits)
    read, about_books = read_books(arrivals, limits, workers)
    intake, about_rows = take_in(read, FORMS, REGISTER)
    found = join_findings([about_files, about_books, about_rows])
    for lang in ("zh", "en"):
        assert (messages(found, lang) != "").all()
    return intake.rows["contact"], found


def read_of(contacts: pd.DataFrame, file: str) -> int:
    """How many records of a file were accepted."""
    return int(((contacts["file"] == file) & (contacts["admission"] == "accepted")).sum())


def codes_of(found: pd.DataFrame, file: str) -> list[str]:
    """The codes of all findings about a file or its sheets and rows."""
    return found.loc[found["file"] == file, "code"].tolist()
