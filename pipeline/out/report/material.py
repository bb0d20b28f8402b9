"""What a report is composed of: everything judged and logged for its span, gathered once.

A scope narrows it, a reader's secrecy veils it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import pandas as pd

from pipeline.compute.blacklist import Blacklisted, blacklisted
from pipeline.compute.casebook import CASE
from pipeline.compute.facts import Facts
from pipeline.compute.governance import Governed, govern
from pipeline.compute.inquiry import Inquiry
from pipeline.intake.forms import Form
from pipeline.language.period import Period, month_key
from pipeline.language.policy.governance import Governance
from pipeline.language.policy.obligation import Due
from pipeline.language.policy.regulation import Regulation
from pipeline.out.report import cases, detail
from pipeline.out.report.consequences import followed
from pipeline.out.report.model import Volume
from pipeline.out.report.span import Span, months
from pipeline.out.report.tally import DUE, Counted, Judgings, account, cube, proofs
from pipeline.out.report.vocabulary import Vocabulary

PLACE = ["file", "sheet", "row"]


@dataclass(frozen=True, eq=False)
class Served:
    """For each client, duty, tier, unit and owner whether it `met` all that was due: now, before, a year ago."""

    now: pd.DataFrame
    before: pd.DataFrame
    year_ago: pd.DataFrame


@dataclass(frozen=True, eq=False)
class Governing:
    """How a regulation governs its tiers in the last month of the span; `lists`: None where it has no blacklist."""

    regulation: Regulation
    rule: Governance
    tiers: Governed
    lists: Blacklisted | None


@dataclass(frozen=True, eq=False)
class Material:
    """The parts of a report.

    - `duties`: of the span, their index being the number of the duty; `evidence`: traced; `counted`: their cubes;
    - `cases`: those of the last month, None without a case log; `follows`: what follows from what was missed in it;
    - `governing`: how the regulations that govern their tiers do so, of the whole company whatever the scope;
    - `submissions`, `findings`: the ledger's; findings with the `client` of their row, '' if unknown;
    - `clients` and `people`: the ids that the report may show, None for all; `units`: those that it is about;
    - `logbooks_due`: by when the workspace wants the logbooks of a month, None when it does not say.
    """

    words: Vocabulary
    span: Span
    as_of: date
    counted: Counted
    served: Served
    duties: pd.DataFrame
    evidence: pd.DataFrame
    cases: pd.DataFrame | None
    follows: pd.DataFrame
    submissions: pd.DataFrame
    findings: pd.DataFrame
    governing: tuple[Governing, ...] = ()
    clients: frozenset[str] | None = None
    units: frozenset[str] = frozenset()
    people: frozenset[str] | None = None
    logbooks_due: Due | None = None

    @property
    def of_span(self) -> pd.DataFrame:
        """The duties that the months of the span account for."""
        mine: pd.DataFrame = self.duties[self.duties["month"].isin(months(self.span.days))]
        return mine

    @property
    def due(self) -> pd.DataFrame:
        """The duties that figures count: of the span, their time being up."""
        mine = self.of_span
        return mine[mine["status"].isin(DUE)]

    @cached_property
    def volumes(self) -> tuple[Volume, ...]:
        """The detail of each unit apart, when the whole is too much for one workbook."""
        apart = len(self.duties) + len(self.evidence) > detail.TOO_MANY
        return detail.volumes(self.duties, self.evidence, self.words) if apart else ()

    @cached_property
    def recorded(self) -> dict[str, pd.DataFrame]:
        """The records of forms that were asked for, as `records` tells them; a narrowed material begins anew."""
        return {}

    def logged(self, form: str) -> pd.DataFrame:
        """The accepted rows of a form that the report may show: of its clients; without a client, of its people."""
        rows = self.words.facts.rows[form]
        if self.clients is None or self.people is None:
            return rows
        ours = rows["by"].isin(self.people)
        if "client" in rows:
            ours = rows["client"].isin(self.clients) | (rows["client"].isna() & ours)
        shown: pd.DataFrame = rows[ours]
        return shown


def gather(
    judgings: Judgings,
    facts: Facts,
    forms: Mapping[str, Form],
    *,
    submissions: pd.DataFrame,
    findings: pd.DataFrame,
    span: Span,
    as_of: date,
    logbooks_due: Due | None = None,
) -> Material:
    """Everything known about a span; parameters as of `build_report`."""
    words = Vocabulary(tuple(r for r, _ in judgings), forms, facts)
    duties, evidence = _judged(judgings, months(span.days))
    cubes = _cubes(judgings, month_key(span.month))
    return Material(
        words,
        span,
        as_of,
        Counted(cubes, *(_of(cubes, period) for period in (span.days, span.before, span.year_ago))),
        Served(*(_served(judgings, period) for period in (span.days, span.before, span.year_ago))),
        duties,
        detail.traced(evidence, facts),
        cases.case_rows(facts, span.month, as_of) if CASE in facts.rows else None,
        followed(judgings, month_key(span.month)),
        submissions,
        _attributed(findings, facts),
        _governing(words.regulations, facts, span.month, as_of),
        logbooks_due=logbooks_due,
    )


def _governing(regulations: Iterable[Regulation], facts: Facts, month: Period, as_of: date) -> tuple[Governing, ...]:
    found = []
    for regulation in regulations:
        if rule := regulation.governance:
            inquiry = Inquiry(regulation, facts.under(regulation.id), month, as_of)
            lists = blacklisted(rule.blacklist, inquiry) if rule.blacklist else None
            found.append(Governing(regulation, rule, govern(rule, inquiry), lists))
    return tuple(found)


def _judged(judgings: Judgings, keys: tuple[str, ...]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The duties of the months and their evidence; what is still running is told by the last month alone."""
    duties, evidence, begin = [], [], 0
    for key in (k for k in keys if _known(judgings, k)):
        judged, rows = account(judgings, key), proofs(judgings, key)
        mine = judged["month"] == key if key != keys[-1] else judged["month"] >= key
        place = mine.cumsum() - 1 + begin
        duties.append(judged[mine])
        evidence.append(rows.assign(duty=rows["duty"].map(place.where(mine))).dropna(subset="duty"))
        begin += int(mine.sum())
    proven = pd.concat(evidence, ignore_index=True)
    return pd.concat(duties, ignore_index=True), proven.astype({"duty": "int64"})


def _known(judgings: Judgings, month: str) -> bool:
    return any(month in judged for _, judged in judgings)


def _cubes(judgings: Judgings, month: str) -> pd.DataFrame:
    """The cubes of every month of the ledger up to `month`, one under the other."""
    known = sorted({m for _, judged in judgings for m in judged if m <= month})
    return pd.concat([cube(account(judgings, m), m) for m in known], ignore_index=True)


def _of(cubes: pd.DataFrame, period: Period) -> pd.DataFrame:
    found: pd.DataFrame = cubes[cubes["month"].isin(months(period))]
    return found


def _served(judgings: Judgings, period: Period) -> pd.DataFrame:
    parts = [_due_of(account(judgings, key), key) for key in months(period) if _known(judgings, key)]
    by = ["client", "code", "tier", "unit", "owner"]
    due = pd.concat([*parts, pd.DataFrame({**dict.fromkeys(by, pd.Series(dtype="str")), "met": pd.Series(dtype=bool)})])
    return due.groupby(by)["met"].all().reset_index()


def _due_of(duties: pd.DataFrame, key: str) -> pd.DataFrame:
    due = duties[(duties["month"] == key) & duties["status"].isin(DUE) & (duties["client"] != "")]
    return due[["client", "code", "tier", "unit", "owner"]].assign(met=due["status"] == "met")


def _attributed(findings: pd.DataFrame, facts: Facts) -> pd.DataFrame:
    """The findings with the client of the row they are about, '' where it is not known."""
    logs = [
        rows.loc[rows["file"].isin(findings["file"].unique()), [*PLACE, "client"]]
        for log in (facts.rows, facts.doubts)
        for rows in log.values()
        if "client" in rows
    ]
    clients = pd.concat([*logs, findings.head(0)[PLACE].assign(client="")]).dropna().drop_duplicates(PLACE)
    found = findings[PLACE].merge(clients, on=PLACE, how="left")["client"]
    return findings.assign(client=found.fillna("").astype("str").to_numpy())
