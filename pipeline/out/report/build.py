"""Puts the report together."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pandas as pd

from pipeline.compute.casebook import CASE
from pipeline.compute.facts import Facts
from pipeline.intake.forms import Form
from pipeline.language.period import Period, add_months, month_key, month_of
from pipeline.language.wording import wording
from pipeline.out.report import articles, cases, consequences, detail, exceptions, overview, performance, quality
from pipeline.out.report.model import OVERVIEW, Meta, Report, Run, Section, Table
from pipeline.out.report.tally import Judgings, account, cube, proofs
from pipeline.out.report.vocabulary import Vocabulary

CASE_TABLES = (cases.case_counts, cases.case_list)


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
) -> Report:
    """The report of `month`.

    `judgings`: for every regulation in force what was judged in each month of the ledger up to the reported one.
    `forms`: every form, the register's and those the regulations extend. `submissions`: the ledger's, one row
    per file, form, month and submitter. `findings`: `FINDING_COLUMNS`.
    """
    key = month_key(month)
    words = Vocabulary(tuple(r for r, _ in judgings), forms, facts)
    duties, evidence = account(judgings, key), detail.traced(proofs(judgings, key), facts)
    counted = _history(judgings, key)
    now, before = (counted[counted["month"] == m] for m in (key, month_key(month_of(add_months(month.start, -1)))))
    month_cases = cases.case_rows(facts, month, as_of) if CASE in facts.rows else None

    totals = [
        *overview.total_figures(now, before),
        overview.clients_served(duties, key),
        *([overview.cases_resolved(month_cases)] if month_cases is not None else []),
        overview.rows_accepted(submissions, key),
    ]
    by_duty = overview.duty_figures(now, before, words)
    verdict = overview.verdict(totals, by_duty, month)
    apart = len(duties) + len(evidence) > detail.TOO_MANY
    volumes = detail.volumes(duties, evidence, words) if apart else ()
    trend, chart = performance.trend(counted, words)
    followed = any(regulation.consequences for regulation in words.regulations)
    sections = (
        _section(performance.summary(now, before, words)),
        Section("trend", trend.title, (trend,), chart=chart if chart.points else None),
        _section(performance.units(now, before, duties[duties["month"] == key])),
        _section(performance.staff(now, before, words)),
        _section(exceptions.exceptions(duties, evidence, words, as_of, key)),
        *([_section(consequences.consequences(judgings, key, words))] if followed else []),
        *([_section(make(month_cases, words)) for make in CASE_TABLES] if month_cases is not None else []),
        _section(quality.files(submissions, findings, words)),
        _section(quality.finding_list(findings, words)),
        *([_section(detail.volume_table(volumes))] if apart else detail.detail_sections(duties, evidence, words)),
        _section(articles.articles(now, words)),
    )
    tables = (overview.figure_table(totals), performance.matrix(now, words), overview.contents(sections))
    lead = (*verdict, overview.judged_on(as_of, run))
    cover = Section(OVERVIEW, wording("report_overview"), tables, lead=lead)
    meta = Meta(company, tuple(r.title for r in words.regulations), month, as_of, verdict, run)
    return Report(meta, (*totals, *by_duty), (cover, *sections), volumes)


def _section(table: Table) -> Section:
    return Section(table.key, table.title, (table,))


def _history(judgings: Judgings, month: str) -> pd.DataFrame:
    """The cubes of every month of the ledger up to `month`, one under the other."""
    months = sorted({m for _, judged in judgings for m in judged if m <= month})
    return pd.concat([cube(account(judgings, m), m) for m in months], ignore_index=True)
