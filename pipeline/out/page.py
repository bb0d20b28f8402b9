"""Writes a report as one HTML page that needs nothing else: no network, no other file.

The first rows of every table stand in the page as such; all rows of a long one are kept as data, out of which the
script shows a part at a time. So a page with 100,000 rows opens as fast as one with a hundred.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from markupsafe import Markup

from pipeline.language.errors import DeliveryError
from pipeline.language.wording import Lang, label, wording
from pipeline.out import chart
from pipeline.out.pagelinks import hrefs
from pipeline.out.report.model import OVERVIEW, Column, Kind, Report, Section, Table
from pipeline.out.report.show import band, text, values
from pipeline.out.templates import environment

MOST_ROWS = 50_000  # of a table on the page; the workbook holds them all
AT_ONCE = 100  # rows of a table that are drawn at a time
TEXTS: tuple[Kind, ...] = ("text", "prose")
SCRIPT_WORDS = ("search", "filters", "any", "columns", "count", "previous", "next", "drop")


class Cell(NamedTuple):
    """A cell as the page shows it: its text, where it leads ('' for nowhere), and the class of its colour."""

    text: str
    href: str
    look: str


@dataclass(frozen=True, slots=True)
class Head:
    """The title of a column, what it is called in links, and how its cells look."""

    key: str
    title: str
    look: str


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as the page shows it: its first rows, and the data of all when there are more ('' when not).

    `figures` are the ids of the figures in its rows, none for a table without figures; `left_out` counts the rows
    that only the workbook has.
    """

    key: str
    title: str
    note: str
    heads: tuple[Head, ...]
    rows: list[tuple[Cell, ...]]
    total: int
    figures: list[str]
    left_out: int
    data: Markup


@dataclass(frozen=True, slots=True)
class Part:
    """A section as the page shows it."""

    key: str
    title: str
    lead: tuple[str, ...]
    chart: Markup | None
    chart_title: str
    chart_alt: str
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
    templates = environment()
    style, script = (templates.get_template(f"report/page.{kind}").render() for kind in ("css", "js"))
    return templates.get_template("report/page.html.j2").render(
        lang=lang,
        meta=report.meta,
        judged=_day(report.meta.as_of, lang),
        parts=[_part(section, report, lang) for section in report.sections],
        overview=OVERVIEW,
        style=Markup(style),
        script=Markup(script),
        policy=Markup(
            f"default-src 'none'; base-uri 'none'; form-action 'none'; "
            f"style-src {_fingerprint(style)}; script-src {_fingerprint(script)}"
        ),
        words=_data({key: label(f"report_page_{key}", lang, **_PLACES.get(key, {})) for key in SCRIPT_WORDS}),
        say=lambda key, **v: label(key, lang, **v),
    )


# The script fills these places itself.
_PLACES = {
    "count": {name: f"{{{name}}}" for name in ("first", "last", "shown", "all")},
    "drop": {name: f"{{{name}}}" for name in ("column", "value")},
}


def _fingerprint(inline: str) -> str:
    """What a content security policy knows an inline style or script by."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()}'"


def _data(value: object) -> Markup:
    """JSON that may stand in a <script>: nothing in it ends the element or begins a comment."""
    return Markup(json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c"))


def weekday(day: date, lang: Lang) -> str:
    """The short name of the day of the week."""
    return label("report_page_weekdays", lang).split()[day.weekday()]


def _day(day: date, lang: Lang) -> str:
    shown = f"{day.year}年{day.month}月{day.day}日" if lang == "zh" else f"{day.day} {day:%B %Y}"
    return label("report_page_as_of", lang, day=shown, weekday=weekday(day, lang))


def _part(section: Section, report: Report, lang: Lang) -> Part:
    drawn = section.chart
    return Part(
        section.key,
        section.title.in_(lang),
        tuple(words.in_(lang) for words in section.lead),
        Markup(chart.svg(drawn, report.tables[drawn.table], lang)) if drawn else None,
        drawn.title.in_(lang) if drawn else "",
        chart.alternative(drawn, report.tables[drawn.table], lang) if drawn else "",
        tuple(_grid(table, report, lang) for table in section.tables),
    )


def _grid(table: Table, report: Report, lang: Lang) -> Grid:
    columns = [_Shown(table, column, report, lang) for column in table.columns]
    total = min(len(table.rows), MOST_ROWS)
    return Grid(
        table.key,
        table.title.in_(lang),
        table.note.in_(lang) if table.note else "",
        tuple(Head(c.key, c.title.in_(lang), _base(c)) for c in table.columns),
        list(zip(*(column.cells(min(total, AT_ONCE)) for column in columns), strict=True)),
        total,
        table.rows["id"].head(AT_ONCE).tolist() if "id" in table.rows else [],
        len(table.rows) - total,
        _data([column.data() for column in columns]) if total > AT_ONCE else Markup(""),
    )


def _base(column: Column) -> str:
    kind = {"prose": "prose", "text": ""}.get(column.kind, "n")
    return f"{kind} aside".strip() if column.aside else kind


class _Shown:
    """A column in a language: each different cell once, in its order if it has one, and which of them every row has."""

    def __init__(self, table: Table, column: Column, report: Report, lang: Lang) -> None:
        part = slice(MOST_ROWS)
        of_rows = values(table, column, lang, part)
        different: list[Any] = [*dict.fromkeys(value for value in of_rows if value is not None)]
        if column.kind not in TEXTS:
            different.sort()
        codes = {value: code for code, value in enumerate(different)} | {None: len(different)}
        self.codes = [codes[value] for value in of_rows]
        self.texts = [_text(value, column.kind, lang) for value in (*different, None)]
        self.looks = [_look(value, column) for value in (*different, None)]
        self.hrefs = hrefs(table, column, report, lang, part)

    def cells(self, count: int) -> Iterator[Cell]:
        links = self.hrefs or [""] * count
        for code, href in zip(self.codes[:count], links[:count], strict=True):
            yield Cell(self.texts[code], href, self.looks[code])

    def data(self) -> dict[str, Any]:
        """What the script needs of the column; the last text stands for a missing value."""
        different = [*dict.fromkeys(self.hrefs)]
        place = {href: n for n, href in enumerate(different)}
        links = {"hrefs": different, "links": [place[href] for href in self.hrefs]} if self.hrefs else {}
        return {"texts": self.texts, "looks": self.looks, "codes": self.codes, **links}


def _text(value: Any, kind: Kind, lang: Lang) -> str:
    shown = text(value, kind)
    return f"{shown} {weekday(value, lang)}" if kind == "day" and isinstance(value, datetime) else shown


def _look(value: Any, column: Column) -> str:
    return f"{_base(column)} h{band(value)}" if column.heat and isinstance(value, float) else _base(column)
