"""Whose logbook a sheet is, and of which month, as far as the workbook says so beside its records."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from unicodedata import normalize

from pipeline.intake.headings import heading
from pipeline.intake.lookup import Directory
from pipeline.intake.parse.span import read_period
from pipeline.intake.parse.text import squeezed, trimmed, typed
from pipeline.intake.table import Table

_LABELS = {
    "submitter": "填报人 填写人 填表人 报送人 提交人 记录人 姓名 工号 员工 员工姓名 员工编号 员工工号 经办人 业务员 "
    "业务人员 客服专员 客户经理 filledinby filledby name staff staffid staffname employee",
    "unit": "部门 所属部门 所在部门 单位 unit department",
    "month": "月份 所属月份 填报月份 统计月份 报告月份 所属期 期间 年月 填报期 month period",
}
_LABEL = {word: kind for kind, words in _LABELS.items() for word in words.split()}
_COLON = re.compile("[:：]")
_REACH = 4  # cells to the right of a label in which its value is looked for
_MONTH_KEY = re.compile(r"\d{4}-\d{2}")
_YEAR_MONTH = re.compile(r"(?<!\d)(20\d\d) ?[-_./年]? ?(1[0-2]|0?[1-9])(?!\d)|(?<!\d)(20\d\d)(0[1-9]|1[0-2])\d\d(?!\d)")
_MONTH_ONLY = re.compile(r"(?<!\d)(1[0-2]|0?[1-9]) ?月")
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_WORDS = re.compile("[a-z0-9]+")


@dataclass(frozen=True)
class Stated:
    """What stands above the headings: the submitter, their unit, and the month (`2026-10`, `-10` without its year)."""

    submitter: str = ""
    unit: str = ""
    month: str = ""


def stated_above(table: Table) -> Stated:
    """What the cells above the headings say; the month also from the sheet's name and titles."""
    found = dict(_labelled(table))
    months = (month_of_value(found.get("month", "")), month_in(table.titles))
    return Stated(typed(found.get("submitter", "")), typed(found.get("unit", "")), next(filter(None, months), ""))


def month_of_value(value: object) -> str:
    """The month that a cell holds: `2026-10`, or `-10` without a year, or ''."""
    period = read_period(value) if value != "" else ""
    if isinstance(period, str) and _MONTH_KEY.fullmatch(period):
        return period
    return month_in(typed(value))


def month_in(text: str) -> str:
    """The first month that a text names: `2026-10`, or `-10` without a year, or ''."""
    plain = normalize("NFKC", text)
    if match := _YEAR_MONTH.search(plain):
        year, month = (part for part in match.groups() if part)
        return f"{year}-{int(month):02d}"
    only = _MONTH_ONLY.search(plain)
    return f"-{int(only[1]):02d}" if only else ""


def month_of_file(file: str) -> str:
    """The month in a file's name, else in the name of a folder; a month without a year takes it from a folder."""
    path = PurePosixPath(file)
    months = [month for part in (path.stem, *reversed(path.parent.parts)) if (month := month_in(part))]
    whole = next((month for month in months if month[0] != "-"), "")
    if not months or months[0][0] != "-":
        return whole
    year = whole[:4] or next((match[1] for part in reversed(path.parent.parts) if (match := _YEAR.search(part))), "")
    return year + months[0]


def submitter_of_file(file: str, staff: Directory) -> str:
    """The only member of staff whose id or name is in a file's name; ''."""
    stem = squeezed(PurePosixPath(file).stem)
    by_id = {id_ for word in _WORDS.findall(stem) for id_ in staff.find(word) if squeezed(id_) == word}
    if len(by_id) == 1:
        return by_id.pop()
    named = {id_ for id_, names in staff.names.items() if any(squeezed(name) in stem for name in names)}
    return named.pop() if len(named) == 1 else ""


def _labelled(table: Table) -> Iterator[tuple[str, object]]:
    """Labels above the headings with their values, beside or behind a colon; the nearest to the headings last."""
    rows = table.sheet.rows[: table.head]
    found = [pair for row in reversed(rows) for pair in _of_row(list(row))]
    yield from reversed(found)


def _of_row(row: list[object]) -> Iterator[tuple[str, object]]:
    for position, cell in enumerate(row):
        if not isinstance(cell, str) or not trimmed(cell):
            continue
        for part in re.split(r"\s{2,}|　", trimmed(cell)):
            label, *rest = _COLON.split(part, maxsplit=1)
            kind = _LABEL.get(heading(label))
            value = (trimmed(rest[0]) if rest else "") or _beside(row[position + 1 : position + 1 + _REACH])
            if kind and value != "":
                yield kind, value


def _beside(cells: list[object]) -> object:
    """The first value among the cells, unless another label comes before it."""
    for cell in cells:
        if isinstance(cell, str) and heading(_COLON.split(cell, maxsplit=1)[0]) in _LABEL:
            return ""
        if cell != "" and not (isinstance(cell, str) and not trimmed(cell)):
            return cell
    return ""
