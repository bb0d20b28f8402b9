"""What a report is made of.

A report says nothing in one language: titles are `Wording`, and cells that hold a code (`met`, `visit`) carry the words
for it in their column. Nothing is computed after the report is built: a writer looks a word up, formats a number, and
resolves a link.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.language.period import Period
from pipeline.language.wording import Wording, wording

Kind = Literal[
    "text",  # one line
    "prose",  # sentences, wrapped
    "count",  # a whole number
    "amount",  # a number with one decimal: hours, parts of a duty
    "share",  # 0.875, shown as 87.5%; missing: nothing was due
    "point",  # a share that a chart draws; missing: a gap in the line
    "change",  # a difference of shares in percentage points
    "day",
    "moment",
]

OVERVIEW = "overview"  # the key of the first section
BANDS = (0.6, 0.8, 0.9, 1.0)  # where the heat colour of a share changes


@dataclass(frozen=True, slots=True)
class RowLink:
    """Leads to a row of another table: `row` names the frame's column with the row number, missing for no link."""

    table: str
    row: str


@dataclass(frozen=True, slots=True)
class SectionLink:
    """Leads to the section whose key stands in the frame's column `section`."""

    section: str


@dataclass(frozen=True, slots=True)
class VolumeLink:
    """Leads to the file that the cell names, beside the report."""


@dataclass(frozen=True, slots=True)
class FileLink:
    """Leads to a file of the workspace and, if known, a cell in it: the names of the frame's columns that say which.

    `sheet` and `cell` may be '' when no column says; an empty cell leads to the file alone.
    """

    file: str
    sheet: str = ""
    cell: str = ""


Link = RowLink | SectionLink | VolumeLink | FileLink


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. `words` says what the codes in it mean; `heat` colours a share by its band.

    `aside`: for looking something up, not for reading; such columns come last and are not printed.
    """

    key: str
    title: Wording
    kind: Kind = "text"
    words: Mapping[str, Wording] | None = None
    link: Link | None = None
    heat: bool = False
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under titled columns. `rows` has a column for every `Column.key`, those that links name, and no index."""

    key: str
    title: Wording
    columns: tuple[Column, ...]
    rows: pd.DataFrame
    note: Wording | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """A line for each of the first `lines` rows of a table: named by `label`, drawn over `points` (column keys).

    `floor` is the share at the foot of the axis; its head is 1.
    """

    title: Wording
    table: str
    label: str
    points: tuple[str, ...]
    lines: int
    floor: float = 0.0


@dataclass(frozen=True, slots=True)
class Section:
    """What stands together: one sheet of the workbook, one part of the page. `lead` is the text before the tables."""

    key: str
    title: Wording
    tables: tuple[Table, ...]
    lead: tuple[Wording, ...] = ()
    chart: Chart | None = None


@dataclass(frozen=True, slots=True)
class Volume:
    """The detail of one unit, in a workbook of its own when the whole is too much for one."""

    unit: str
    file: Wording
    sections: tuple[Section, ...]


Numbers = NDArray[np.int64]
NO_DUTIES: Final[Numbers] = np.zeros(0, dtype=np.int64)
SEPARATOR = "/"  # between the parts of a figure's id; what stands before the first may be left out where it is plain


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of the period: numerator / denominator, missing when there was nothing to divide by.

    `id` stays the same from month to month and can be typed. `previous` is the value of the period before,
    `year_ago` that of the same period of last year, missing when unknown. `duties` are the judgements behind it: the
    numbers (from 1) that the tables of duties show; none for a figure that counts cases or rows.
    """

    id: str
    label: Wording
    value: float | None
    numerator: float
    denominator: float
    previous: float | None = None
    year_ago: float | None = None
    article: str = ""
    unit: Literal["share", "count", "hours", "score"] = "share"
    duties: Numbers = field(default_factory=lambda: NO_DUTIES, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Run:
    """What the report came from: names and versions of the software, number of input files.

    `workspace` is the way from the folder of the report to the workspace; links to logbooks start with it, and
    there are none when it is ''.
    """

    versions: Mapping[str, str] = field(default_factory=dict)
    inputs: int = 0
    workspace: str = "../.."


@dataclass(frozen=True, slots=True)
class Meta:
    """Whose report of which period, judged when; `verdict` says in a few sentences how it stands.

    `name`: what the report is called, with its period. `scope`: the unit, person or tier that it is about, None for
    the whole company. `month`: the last month of the period.
    """

    company: str
    regulations: tuple[Wording, ...]
    month: Period
    as_of: date
    verdict: tuple[Wording, ...]
    run: Run
    name: Wording
    scope: Wording | None = None

    @property
    def title(self) -> Wording:
        """The report's title with its period and its scope."""
        return wording("report_title_of", name=self.name, scope=self.scope) if self.scope else self.name


@dataclass(frozen=True, slots=True)
class Report:
    """A period, ready to be written in any format and language.

    `figures` stand for the whole: the totals, a named report's own, and the rate of every duty; `breakdowns` are the
    rates of tiers, units and staff.
    """

    meta: Meta
    figures: tuple[Figure, ...]
    breakdowns: tuple[Figure, ...]
    sections: tuple[Section, ...]
    volumes: tuple[Volume, ...] = ()

    @property
    def by_id(self) -> dict[str, Figure]:
        """Every figure by its id."""
        return {figure.id: figure for figure in (*self.figures, *self.breakdowns)}

    @property
    def tables(self) -> dict[str, Table]:
        """The tables of the report itself, by key."""
        return {t.key: t for s in self.sections for t in s.tables}


def column(key: str, kind: Kind = "text", *, title: Wording | None = None, **more: object) -> Column:
    """A column with the title that the labels give for its key, unless told otherwise."""
    return Column(key, title or wording(f"report_{key}"), kind, **more)  # type: ignore[arg-type]


def numeric(key: str, rows: pd.DataFrame, **more: object) -> Column:
    """A column of numbers, with a decimal only when one of them has one."""
    return column(key, "count" if (rows[key].dropna() % 1 == 0).all() else "amount", **more)  # type: ignore[arg-type]


def month_name(day: date) -> Wording:
    """The month of a day in words."""
    return Wording(f"{day.year}年{day.month}月", f"{day:%B %Y}")


def month_title(month: Period) -> Wording:
    """What the report of a month is called."""
    return wording("report_title", month=month_name(month.start))


def listed(parts: Sequence[Wording]) -> Wording:
    """The parts one after the other, as each language lists things."""
    return Wording("、".join(w.zh for w in parts), ", ".join(w.en for w in parts))
