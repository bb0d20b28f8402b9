"""Puts the report together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

import pandas as pd

from pipeline.compute.facts import Facts
from pipeline.intake.forms import Form
from pipeline.language.period import Period
from pipeline.language.policy.obligation import Due
from pipeline.language.wording import Wording, wording
from pipeline.out.report import articles, cases, consequences, detail, exceptions, overview, performance, quality
from pipeline.out.report.changes import changes
from pipeline.out.report.complaints import complaints
from pipeline.out.report.figures import breakdowns, headline
from pipeline.out.report.governance import dealings, governance
from pipeline.out.report.handing_in import submission_register
from pipeline.out.report.integrity import integrity
from pipeline.out.report.material import Material, gather
from pipeline.out.report.method import method
from pipeline.out.report.model import OVERVIEW, Figure, Meta, Report, Run, Section, Table, month_title
from pipeline.out.report.scope import COMPANY, Scope, narrowed
from pipeline.out.report.span import Span
from pipeline.out.report.tally import Judgings
from pipeline.out.report.veil import ANYBODY, Reader, Veil, masks, veiled
from pipeline.store.issue import Issue

Part = Callable[[Material], list[Section]]
DETAIL = "detail"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a report is composed of: its name, what it picks of the material, its own figures, and its parts.

    `of_figures` makes the sections that tell of the figures themselves; they stand after the cover.
    """

    name: Wording
    parts: tuple[Part, ...]
    detailed: bool = False  # whether the detail is among the parts
    pick: Callable[[Material], Material] = lambda material: material
    figures: Callable[[Material], list[Figure]] = lambda _: []
    note: Callable[[Material, Iterable[Section]], list[Wording]] = lambda _, __: []
    of_figures: Callable[[Sequence[Figure]], list[Section]] = lambda _: []


def build_report(
    company: str,
    *,
    judgings: Judgings,
    facts: Facts,
    forms: Mapping[str, Form],
    submissions: pd.DataFrame,
    findings: pd.DataFrame,
    month: Period,
    as_of: date,
    run: Run,
    scope: Scope = COMPANY,
    reader: Reader = ANYBODY,
    logbooks_due: Due | None = None,
    former: Issue | None = None,
) -> Report:
    """The report of `month` about a scope, as a reader may see it.

    `judgings`: for every regulation in force what was judged in each month of the ledger up to the reported one.
    `forms`: every form, the register's and those the regulations extend. `submissions`: the ledger's, one row
    per file, form, month and submitter. `findings`: `FINDING_COLUMNS`. `logbooks_due`: as the workspace declares it.
    `former`: the issue of this report before, None when this is the first.
    """
    material = gather(
        judgings,
        facts,
        forms,
        submissions=submissions,
        findings=findings,
        span=Span(month),
        as_of=as_of,
        logbooks_due=logbooks_due,
    )
    plan = replace(month_plan(month), of_figures=partial(changes, former))
    return compose(company, material, plan, run, scope=scope, reader=reader)


def month_plan(month: Period) -> Plan:
    """The report of a month has every part."""
    return Plan(month_title(month), tuple(PARTS.values()), detailed=True)


def compose(
    company: str, material: Material, plan: Plan, run: Run, *, scope: Scope = COMPANY, reader: Reader = ANYBODY
) -> Report:
    """A report about a scope, as a reader may see it."""
    facts, regulations = material.words.facts, material.words.regulations
    masked = masks(regulations, facts, material.as_of, reader)
    mine = picked(material, plan, scope=scope, reader=reader)
    totals, by_duty = headline(mine)
    own = plan.figures(mine)
    sections = [section for part in plan.parts for section in part(mine)]
    parted = tuple(breakdowns(mine))
    sections = [*plan.of_figures((*totals, *own, *by_duty, *parted)), *sections]
    verdict = (*overview.verdict(totals, by_duty, mine.span.title), *plan.note(mine, sections))
    titles = tuple(r.title for r in regulations)
    meta = Meta(company, titles, mine.span.month, mine.as_of, verdict, run, plan.name, scope.title(mine.words))
    report = Report(
        meta,
        (*totals, *own, *by_duty),
        parted,
        (_cover(meta, totals, own, mine, sections), *sections),
        mine.volumes if plan.detailed else (),
    )
    return Veil(facts, masked, mine.clients).over(report)


def picked(material: Material, plan: Plan, *, scope: Scope = COMPANY, reader: Reader = ANYBODY) -> Material:
    """What of the material a report is made of."""
    masked = masks(material.words.regulations, material.words.facts, material.as_of, reader)
    return plan.pick(veiled(narrowed(material, scope), masked))


def _cover(meta: Meta, totals: list[Figure], own: list[Figure], material: Material, sections: list[Section]) -> Section:
    tables = (
        *overview.own_figures(own),
        overview.figure_table(totals),
        performance.matrix(material.counted.now, material.words),
        overview.contents(sections),
    )
    lead = (*meta.verdict, *overview.to_do(sections), overview.judged_on(meta.as_of, meta.run))
    return Section(OVERVIEW, wording("report_overview"), tables, lead=lead)


def _alone(*tables: Table) -> list[Section]:
    """A section for each table, with its title."""
    return [Section(table.key, table.title, (table,)) for table in tables]


def _trend(material: Material) -> list[Section]:
    table, chart = performance.trend(material.counted.history, material.words)
    return [Section("trend", table.title, (table,), chart=chart if chart.points else None)]


def _units(material: Material) -> list[Section]:
    return _alone(performance.units(material.counted, material.of_span))


def _exceptions(material: Material) -> list[Section]:
    return _alone(exceptions.exceptions(material))


def _consequences(material: Material) -> list[Section]:
    ruled = any(regulation.consequences for regulation in material.words.regulations)
    return _alone(consequences.consequences(material.follows, material.words)) if ruled else []


def _cases(make: Callable[..., Table]) -> Part:
    return lambda m: [] if m.cases is None else _alone(make(m.cases, m.words))


def _articles(material: Material) -> list[Section]:
    table = articles.articles(material.counted.now, material.words)
    return [Section("articles", table.title, (method(), table))]


def _detail(material: Material) -> list[Section]:
    if material.volumes:
        return _alone(detail.volume_table(material.volumes))
    return list(detail.detail_sections(material.duties, material.evidence, material.words))


PARTS: dict[str, Part] = {
    "summary": lambda m: _alone(performance.summary(m.counted, m.words)),
    "trend": _trend,
    "units": _units,
    "staff": lambda m: _alone(performance.staff(m.counted, m.words)),
    "exceptions": _exceptions,
    "consequences": _consequences,
    "governance": governance,
    "dealings": dealings,
    "case_counts": _cases(cases.case_counts),
    "complaints": complaints,
    "cases": _cases(cases.case_list),
    "handing_in": submission_register,
    "integrity": integrity,
    "files": lambda m: _alone(quality.files(m.submissions, m.findings, m.words)),
    "findings": lambda m: _alone(quality.finding_list(m.findings, m.words)),
    DETAIL: _detail,
    "articles": _articles,
}
"""The parts of a report by their keys, in the order of the month's."""
