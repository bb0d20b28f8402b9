"""The reports that regulations name, each a composition of the model that `named.yaml` declares."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache, partial
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

import pandas as pd
from pydantic import BaseModel, Field

from pipeline.language.period import Every, Period
from pipeline.language.policy.kinds import Obligation
from pipeline.language.policy.obligation import Words
from pipeline.language.policy.quantity import Model
from pipeline.language.policy.select import Condition, Rows, Where
from pipeline.language.wording import Wording, wording
from pipeline.language.yamlfile import read_model
from pipeline.out.report.build import DETAIL, PARTS, Part, Plan
from pipeline.out.report.listing import Breakdown, Listing, breakdown, highest, listing
from pipeline.out.report.material import Material, Served
from pipeline.out.report.model import Figure, Section, Table
from pipeline.out.report.records import records, told
from pipeline.out.report.span import Span


class About(Model):
    """Which duties a report is about: those that rest on such rows, of one of the `kinds` and `tiers`; all if empty.

    `tiers` counts the tiers from the highest: 1 is the highest of every regulation.
    """

    rows: tuple[Rows, ...] = ()
    kinds: tuple[str, ...] = ()
    tiers: int | None = None


class Measure(Model):
    """A figure of a report, over the records of a form that happened in its span: how many (`count`), the share of
    those that answer yes to `share` among all that answer, the mean of `score`, the median of `hours`.
    """

    id: str
    title: Words
    form: str
    where: Where = {}
    of: Literal["count", "share", "score", "hours"] = "count"
    column: str = ""


class Named(Model):
    """A report with a name: its span, what it is about, its figures, and its parts in order.

    A part is one of the month's report by its key, or a `Listing` or a `Breakdown` of records.
    """

    title: Words
    period: Every = "month"
    about: About = About()
    figures: tuple[Measure, ...] = ()
    parts: Annotated[tuple[str | Listing | Breakdown, ...], Field(min_length=1)]


class _Shelf(Model):
    reports: dict[str, Named]


@cache
def named_reports() -> dict[str, Named]:
    """Every report with a name, by its id."""
    return read_model(Path(str(files("pipeline.out.report") / "named.yaml")), _Shelf).reports


def named_plan(named: Named, span: Span) -> Plan:
    """How a report with a name is composed."""
    return Plan(
        wording("report_named_title", span=span.title, name=named.title),
        tuple(_part(part) for part in named.parts),
        detailed=DETAIL in named.parts,
        pick=partial(_picked, named.about),
        figures=lambda material: [_figure(measure, material) for measure in named.figures],
        note=partial(_note, named),
    )


def _part(part: str | Listing | Breakdown) -> Part:
    match part:
        case str():
            return PARTS[part]
        case Listing():
            return partial(_section, listing, part)
        case Breakdown():
            return partial(_section, breakdown, part)


def _section(make: Callable[..., Table], declared: Listing | Breakdown, material: Material) -> list[Section]:
    table = make(declared, material)
    return [Section(table.key, table.title, (table,))]


def _note(named: Named, material: Material, sections: Iterable[Section]) -> list[Wording]:
    """Says that there is nothing, where there is nothing."""
    own = {part.key for part in named.parts if isinstance(part, Listing | Breakdown)}
    shown = any(len(t.rows) for s in sections for t in s.tables if t.key in own)
    if shown or len(material.of_span):
        return []
    return [wording("report_named_empty", span=material.span.title, name=named.title)]


def _picked(about: About, material: Material) -> Material:
    """The material with only the duties that the report is about."""
    words = material.words
    tiers = highest(about.tiers, words) if about.tiers else None
    mine = {f"{r.id}/{o.id}" for r in words.regulations for o in r.obligations if _concerns(about, o)}
    if tiers is None and len(mine) == len(words.duties):
        return material

    def ours(frame: pd.DataFrame) -> pd.DataFrame:
        kept = frame["code"].isin(mine)
        return frame[kept & frame["tier"].isin(tiers)] if tiers else frame[kept]

    duties = ours(material.duties)
    return replace(
        material,
        counted=material.counted.map(ours),
        served=Served(*(ours(s) for s in (material.served.now, material.served.before, material.served.year_ago))),
        duties=duties,
        evidence=material.evidence[material.evidence["duty"].isin(duties.index)].reset_index(drop=True),
    )


def _concerns(about: About, duty: Obligation) -> bool:
    of_kind = not about.kinds or duty.kind in about.kinds
    return of_kind and (not about.rows or any(_same(a, rows) for a in about.rows for rows in _rows(duty)))


def _rows(value: object) -> Iterator[Rows]:
    """Every selection of rows inside a duty."""
    match value:
        case Rows():
            yield value
        case BaseModel():
            for name in type(value).model_fields:
                yield from _rows(getattr(value, name))
        case tuple():
            for inner in value:
                yield from _rows(inner)


def _same(about: Rows, rows: Rows) -> bool:
    """Whether the rows may be among those that a report is about: of the form, and asking for one of the values."""
    return rows.form == about.form and all(
        _meets(condition, rows.where.get(column)) for column, condition in about.where.items()
    )


def _meets(asked: Condition, found: Condition | None) -> bool:
    return found is not None and bool({*(asked.in_ or ())} & {*(found.in_ or ())})


def _figure(measure: Measure, material: Material) -> Figure:
    span = material.span
    known = records(material, measure.form)
    value, part, whole = _measured(known, measure, span.days)
    previous, year_ago = (_measured(known, measure, period)[0] for period in (span.before, span.year_ago))
    return Figure(measure.id, measure.title, value, part, whole, previous, year_ago, unit=measure.of)


def _measured(known: pd.DataFrame, measure: Measure, period: Period) -> tuple[float | None, float, float]:
    """The figure of a period, and its parts; missing when there is nothing to make it of."""
    rows = told(known, measure.where, period)
    if measure.of == "count":
        return (float(len(rows)) if len(rows) else None), float(len(rows)), float(len(rows))
    values = rows[measure.column].dropna() if measure.column in rows else pd.Series(dtype="float64")
    if values.empty:
        return None, 0.0, 0.0
    value = values.astype("float64").median() if measure.of == "hours" else values.astype("float64").mean()
    return float(value), float(values.astype("float64").sum()), float(len(values))
