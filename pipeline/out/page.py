"""Writes a report as one HTML page that needs nothing else: no network, no other file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from markupsafe import Markup

from pipeline.language.errors import DeliveryError
from pipeline.language.wording import Lang, label, wording
from pipeline.out import chart
from pipeline.out.report.model import Column, FileLink, Kind, Report, RowLink, Section, SectionLink, Table, VolumeLink
from pipeline.out.report.show import band, text, values
from pipeline.out.templates import environment

MOST_ROWS = 5000  # of a table on the page; the workbook holds them all
TEXTS: tuple[Kind, ...] = ("text", "prose")


class Cell(NamedTuple):
    """A cell as the page shows it: its text, where it leads ('' for nowhere), and the class of its colour."""

    text: str
    href: str
    look: str


@dataclass(frozen=True, slots=True)
class Head:
    """The title of a column, and what kind of values to sort it by."""

    title: str
    numeric: bool


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as the page shows it; `left_out` counts the rows that only the workbook has.

    `figures` are the ids of the figures in its rows, none for a table without figures.
    """

    key: str
    title: str
    note: str
    heads: tuple[Head, ...]
    rows: list[tuple[Cell, ...]]
    figures: list[str]
    left_out: int


@dataclass(frozen=True, slots=True)
class Part:
    """A section as the page shows it."""

    key: str
    title: str
    lead: tuple[str, ...]
    chart: Markup | None
    chart_title: str
    grids: tuple[Grid, ...]


def write_page(report: Report, path: Path, lang: Lang) -> None:
    """Writes the report to `path` as HTML. Raises DeliveryError when the file cannot be written."""
    try:
        path.write_text(render_page(report, lang), "utf-8", newline="\n")
    except OSError as error:
        message = wording("report_cannot_write", reason=error)
        raise DeliveryError(message, mend=wording("report_cannot_write_mend"), path=path) from error


def render_page(report: Report, lang: Lang) -> str:
    """The report as HTML."""
    template = environment().get_template("report/page.html.j2")
    parts = [_part(section, report, lang) for section in report.sections]
    return template.render(lang=lang, meta=report.meta, parts=parts, say=lambda key, **v: label(key, lang, **v))


def _part(section: Section, report: Report, lang: Lang) -> Part:
    drawn = section.chart
    return Part(
        section.key,
        section.title.in_(lang),
        tuple(words.in_(lang) for words in section.lead),
        Markup(chart.svg(drawn, report.tables[drawn.table], lang)) if drawn else None,
        drawn.title.in_(lang) if drawn else "",
        tuple(_grid(table, report, lang) for table in section.tables),
    )


def _grid(table: Table, report: Report, lang: Lang) -> Grid:
    columns = [list(_cells(table, column, report, lang)) for column in table.columns]
    return Grid(
        table.key,
        table.title.in_(lang),
        table.note.in_(lang) if table.note else "",
        tuple(Head(c.title.in_(lang), c.kind not in TEXTS) for c in table.columns),
        list(zip(*columns, strict=True)),
        table.rows["id"].head(MOST_ROWS).tolist() if "id" in table.rows else [],
        max(0, len(table.rows) - MOST_ROWS),
    )


def _cells(table: Table, column: Column, report: Report, lang: Lang) -> Iterator[Cell]:
    part = slice(MOST_ROWS)
    kind = column.kind
    base = {"prose": "prose", "text": ""}.get(kind, "n")
    hrefs = _hrefs(table, column, report, lang)
    for value, href in zip(values(table, column, lang, part), hrefs, strict=True):
        look = f"n h{band(value)}" if column.heat and isinstance(value, float) else base
        yield Cell(text(value, kind), href, look)


def _hrefs(table: Table, column: Column, report: Report, lang: Lang) -> list[str]:
    rows = table.rows.head(MOST_ROWS)
    match column.link:
        case RowLink(table=key, row=row):
            shown = min(MOST_ROWS, len(report.tables[key].rows)) if key in report.tables else 0
            return [f"#{key}-{n}" if 0 <= n < shown else "" for n in rows[row].fillna(-1).astype("int64").tolist()]
        case SectionLink(section=section):
            return [f"#{key}" for key in rows[section]]
        case VolumeLink():
            return [quote(str(name)) for name in values(table, column, lang, slice(MOST_ROWS))]
        case FileLink(file=file):
            way = report.meta.run.workspace
            return [f"{way}/{quote(name)}" if name and way else "" for name in rows[file]]
        case None:
            return [""] * len(rows)
