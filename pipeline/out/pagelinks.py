"""Where the cells of the page lead: to a row, a section, a file, or down to the rows behind a figure.

A link down is `#duties?tier=...&code=...`: the table shows the rows that have these texts in these columns.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import quote

from pipeline.language.period import month_key
from pipeline.language.wording import Lang
from pipeline.out.report.detail import STATUSES
from pipeline.out.report.model import Column, FileLink, Report, RowLink, SectionLink, Table, VolumeLink
from pipeline.out.report.show import text, values

DUTIES, EVIDENCE = "duties", "evidence"
Match = Mapping[str, str]  # column of the table led to: column of the own table with its codes

# The rows of these tables count duties: those that match.
COUNTED: Mapping[str, Match] = {
    "summary": {"tier": "tier", "code": "code"},
    "units": {"unit": "unit"},
    "staff": {"who": "name"},
}
# The columns of other tables that lead down.
DOWN: Mapping[tuple[str, str], tuple[str, Match]] = {
    (DUTIES, "client_name"): (DUTIES, {"client_name": "client_name"}),
    (DUTIES, "proofs"): (EVIDENCE, {"number": "number"}),
    ("exceptions", "client_name"): (DUTIES, {"client_name": "client_name"}),
    ("exceptions", "who"): (DUTIES, {"who": "who"}),
}


def hrefs(table: Table, column: Column, report: Report, lang: Lang, part: slice) -> list[str]:
    """Where each cell of the column leads, '' for nowhere; an empty list when none of them leads anywhere."""
    if _down(table, column)[0] in report.tables:
        return _matching(table, column, report, lang, part)
    return _linked(table, column, report, lang, part)


def _down(table: Table, column: Column) -> tuple[str, Match]:
    if table.key in COUNTED and column.key in STATUSES:
        return DUTIES, COUNTED[table.key]
    return DOWN.get((table.key, column.key), ("", {}))


def _matching(table: Table, column: Column, report: Report, lang: Lang, part: slice) -> list[str]:
    key, match = _down(table, column)
    target = report.tables[key]
    of_target = {c.key: c for c in target.columns}
    wanted = {to: _texts(table, replace(of_target[to], key=own), lang, part) for to, own in match.items()}
    fixed = _fixed(table, column, target, report, lang)
    keys = [*wanted]
    empty = (None, "", 0)
    return [
        f"#{target.key}?" + "&".join([*map("=".join, zip(keys, map(quote, said), strict=True)), *fixed])
        if said[0] and cell not in empty
        else ""
        for cell, *said in zip(values(table, column, lang, part), *wanted.values(), strict=True)
    ]


def _texts(table: Table, column: Column, lang: Lang, part: slice) -> list[str]:
    return [text(value, column.kind) for value in values(table, column, lang, part)]


def _fixed(table: Table, column: Column, target: Table, report: Report, lang: Lang) -> list[str]:
    """What is the same for every cell of a count: the status it counts, and the month if the report has but one."""
    if table.key not in COUNTED:
        return []
    words = next(c.words for c in target.columns if c.key == "status") or {}
    month = month_key(report.meta.month)
    alone = (target.rows["month"] >= month).all()
    return [f"status={quote(words[column.key].in_(lang))}", *([f"month={month}"] if alone else [])]


def _linked(table: Table, column: Column, report: Report, lang: Lang, part: slice) -> list[str]:
    rows = table.rows.iloc[part]
    match column.link:
        case RowLink(table=key, row=row):
            shown = len(report.tables[key].rows.iloc[part]) if key in report.tables else 0
            return [f"#{key}-{n}" if 0 <= n < shown else "" for n in rows[row].fillna(-1).astype("int64").tolist()]
        case SectionLink(section=section):
            return [f"#{key}" for key in rows[section]]
        case VolumeLink():
            return [quote(str(name)) for name in values(table, column, lang, part)]
        case FileLink(file=file):
            way = report.meta.run.workspace
            return [f"{way}/{quote(name)}" if name and way else "" for name in rows[file]]
        case None:
            return []
