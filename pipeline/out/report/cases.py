"""Complaints, consultations and requests: what came in, how fast it was answered, what is still open."""

from __future__ import annotations

from datetime import date

import pandas as pd

from pipeline.compute.casebook import CASE, fold
from pipeline.compute.facts import Facts
from pipeline.compute.spans import DAY, midnight
from pipeline.language.period import Period
from pipeline.language.wording import wording
from pipeline.out.report.model import Column, FileLink, Table, column
from pipeline.out.report.span import inside
from pipeline.out.report.vocabulary import Vocabulary, named

UNSTATED = "unstated"
CASES_OF_MONTH = "in_month"  # the column that tells which were opened in the month


def case_rows(facts: Facts, month: Period, as_of: date) -> pd.DataFrame:
    """The cases opened or resolved in the month, and those still open, in the order they were opened.

    As all logbooks together tell them, by the end of `as_of`. Adds `answer_hours` (calendar hours from opening to the
    first answer), `age` (days open, of open cases) and `in_month` (opened in the month).
    """
    rows = fold(facts.rows[CASE], facts.rows.get("pause"), midnight(as_of) + DAY - 1).rows
    in_month = inside(rows["opened_at"], month)
    is_open = rows["resolved_at"].isna() & (rows["opened_at"] < pd.Timestamp(month.end))
    rows = rows.assign(
        answer_hours=(rows["first_answer_at"] - rows["opened_at"]).dt.total_seconds() / 3600,
        age=(pd.Timestamp(as_of) - rows["opened_at"].dt.normalize()).dt.days.where(is_open),
        in_month=in_month,
    )
    rows = rows[in_month | inside(rows["resolved_at"], month) | is_open]
    return rows.sort_values(["opened_at", "case_no"], ignore_index=True)


def case_counts(rows: pd.DataFrame, words: Vocabulary) -> Table:
    """The cases opened in the month: kind by severity, how many valid, answered, resolved; how many open in all."""
    severities = [*words.choices("case", "severity"), UNSTATED]
    opened = rows[rows["in_month"]]
    by_severity = pd.crosstab(opened["kind"], opened["severity"].fillna(UNSTATED))
    kinds = list(words.choices("case", "kind"))
    grouped = opened.groupby("kind")
    counts = by_severity.reindex(index=kinds, columns=severities, fill_value=0)
    counts = counts.assign(
        opened=counts.sum(axis=1),
        valid=grouped["valid"].sum(),
        answered=grouped["first_answer_at"].count(),
        resolved=grouped["resolved_at"].count(),
        answer_hours=grouped["answer_hours"].median(),
        still_open=rows.groupby("kind")["age"].count(),
    )
    whole = [c for c in counts.columns if c != "answer_hours"]
    counts = (
        counts.astype({"answer_hours": "float64"}).fillna(dict.fromkeys(whole, 0)).astype(dict.fromkeys(whole, "int64"))
    )
    counts = counts.rename_axis(index="kind", columns=None).reset_index()
    titles = {**words.choices("case", "severity"), UNSTATED: wording("report_unstated")}
    columns = (
        column("kind", words=words.choices("case", "kind")),
        *(column(s, "count", title=titles[s]) for s in severities),
        column("opened", "count"),
        column("valid", "count", title=wording("report_valid_count")),
        *(column(c, "count") for c in ("answered", "resolved", "still_open")),
        column("answer_hours", "amount", title=wording("report_median_answer_hours")),
    )
    return Table("case_counts", wording("report_case_counts"), columns, counts, wording("report_case_counts_note"))


def case_list(rows: pd.DataFrame, words: Vocabulary) -> Table:
    """One row per case."""
    rows = rows.assign(
        client_name=named(rows["client"], words.clients),
        handler=named(rows["handler"].fillna(""), words.people),
        callback_by=named(rows["callback_by"].fillna(""), words.people),
        cell="A" + rows["row"].astype("str"),
        **{c: rows[c].map({True: "yes", False: "no"}).fillna("").astype("str") for c in ("valid", "satisfied")},
    )
    columns = (
        column("case_no", link=FileLink("file", "sheet", "cell")),
        _choice("kind", words),
        column("client_name"),
        _choice("severity", words),
        _yes_no("valid"),
        column("subject", "prose", title=wording("report_case_subject")),
        column("handler"),
        column("opened_at", "moment"),
        column("answer_hours", "amount"),
        column("resolved_at", "moment"),
        column("age", "count"),
        _yes_no("satisfied"),
        column("first_answer_at", "moment", aside=True),
        column("callback_at", "moment", aside=True),
        column("callback_by", aside=True),
        column("client", aside=True),
    )
    return Table("cases", wording("report_cases"), columns, rows)


def _choice(key: str, words: Vocabulary) -> Column:
    return column(key, words=words.choices("case", key))


def _yes_no(key: str) -> Column:
    return column(key, words={answer: wording(f"report_{answer}") for answer in ("yes", "no")})
