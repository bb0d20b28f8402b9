"""How good the data is: what was read from every file, and what was found wrong in it."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from pipeline.language.catalogue import SEVERITIES, catalogue
from pipeline.language.wording import Wording, in_both, wording
from pipeline.out.report.model import FileLink, Table, column
from pipeline.out.report.vocabulary import Vocabulary, named

READ = ("read", "accepted", "rejected", "duplicate", "superseded")


def files(submissions: pd.DataFrame, findings: pd.DataFrame, words: Vocabulary) -> Table:
    """One row per file: who handed it in for which month, what its rows came to, findings; the newest first.

    Files that only findings know (the register, a logbook that could not be read) have no counts and stand on top.
    """
    found = pd.crosstab(findings["file"], findings["severity"]).reindex(columns=[*SEVERITIES], fill_value=0)
    rows = _by_file(submissions, words).join(found.drop(index="", errors="ignore"), how="outer")
    rows[[*SEVERITIES]] = rows[[*SEVERITIES]].fillna(0).astype("int64")
    rows[[*READ]] = rows[[*READ]].astype("Int64")
    rows = rows.rename_axis(index="file", columns=None).reset_index()
    rows["of_no_month"] = rows["month"] == ""
    order = {"of_no_month": False, "month": False, "file": True}
    rows = rows.sort_values([*order], ascending=[*order.values()], ignore_index=True)
    columns = (
        column("file", link=FileLink("file")),
        column("submitter"),
        column("month", title=wording("report_logbook_month")),
        *(column(c, "count") for c in (*READ, *SEVERITIES)),
        column("superseded_by"),
    )
    return Table("files", wording("report_files"), columns, rows, wording("report_files_note"))


def _by_file(submissions: pd.DataFrame, words: Vocabulary) -> pd.DataFrame:
    """The submissions of a file, one per form, as one."""
    submitted = submissions.assign(submitter=named(submissions["submitter"], words.people))
    texts = dict.fromkeys(("submitter", "month", "superseded_by"), _different)
    return submitted.groupby("file").agg({**texts, **dict.fromkeys(READ, "sum")})


def _different(texts: pd.Series) -> str:
    return " ".join(sorted(set(texts) - {""}))


def finding_list(findings: pd.DataFrame, words: Vocabulary) -> Table:
    """One row per finding: where, what was found, what is expected, how to mend it; errors first."""
    rank = findings["severity"].map({s: i for i, s in enumerate(SEVERITIES)})
    rows = findings.assign(rank=rank, cell=_cell(findings), field=_field(findings, words))
    rows = rows.sort_values(["rank", "file", "sheet", "row", "column"], kind="stable", ignore_index=True)
    entries = {code: catalogue()[code] for code in rows["code"].unique()}
    columns = (
        column("severity", title=wording("report_finding_severity"), words=_severities()),
        column("code", title=wording("report_finding"), words={c: e.title for c, e in entries.items()}),
        column("file", link=FileLink("file", "sheet", "cell")),
        column("sheet"),
        column("cell"),
        column("field", words=_titles(rows["field"].unique(), words)),
        column("value", "prose", title=wording("report_found")),
        column("expected", "prose"),
        column("suggestion", "prose"),
        column("mend", "prose", words={c: e.mend for c, e in entries.items()}),
    )
    rows = rows.assign(mend=rows["code"])
    return Table("findings", wording("report_findings"), columns, rows)


def _cell(findings: pd.DataFrame) -> pd.Series:
    """`D15`; a row without a column is pointed at by its first cell; '' for a whole sheet or file."""
    column_ = findings["column"].where(findings["column"] != "", "A")
    return (column_ + findings["row"].astype("str")).where(findings["row"] > 0, "")


def _severities() -> dict[str, Wording]:
    return {s: wording(f"report_severity_{s}") for s in SEVERITIES}


def _field(findings: pd.DataFrame, words: Vocabulary) -> pd.Series:
    """`form/field`, the form being the one whose name the sheet has; `/field` where it has none."""
    forms = {name: key for key, form in words.forms.items() for name in form.names}
    return (findings["sheet"].map(forms).fillna("") + "/" + findings["field"]).where(findings["field"] != "", "")


def _titles(names: Iterable[str], words: Vocabulary) -> dict[str, Wording]:
    """What the columns are called in their form, else in the first form that has such a column, else by their key."""
    any_form = {key: title for form in reversed([*words.forms]) for key, title in words.fields(form).items()}
    titles: dict[str, Wording] = {}
    for name in filter(None, names):
        form, _, field = name.partition("/")
        own = words.fields(form) if form else any_form
        titles[name] = own.get(field) or any_form.get(field) or in_both(field)
    return titles
