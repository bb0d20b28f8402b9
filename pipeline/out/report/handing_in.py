"""The submission register: who had to hand in what by when, how it stands, and whom to remind of what."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from pipeline.compute.handing_in import LOGBOOK, OPEN, STATUSES, handing_in, logbooks_due
from pipeline.language.wording import Wording, wording
from pipeline.out.report.material import Material
from pipeline.out.report.model import Column, FileLink, Section, Table, column
from pipeline.out.report.vocabulary import named


def submission_register(material: Material) -> list[Section]:
    """The register of the span's last month, and the reminders that follow from it, as one section."""
    rows = _rows(material)
    tables = (_register(rows, material), _reminders(rows, material))
    return [Section("handing_in", wording("report_handing_in"), tables)]


def _rows(material: Material) -> pd.DataFrame:
    """What is owed by those whom the report may show, with names."""
    words, month = material.words, material.span.month
    declared, facts, duties = material.logbooks_due, material.words.facts, material.duties
    due = logbooks_due(declared, duties, facts, month, words.regulations)
    rows = handing_in(facts, duties, material.submissions, month=month, as_of=material.as_of, due=due)
    if material.people is not None:
        rows = rows[rows["staff"].isin(material.people) | (rows["staff"] == "")].reset_index(drop=True)
    days = (rows["due_on"].dt.normalize() - pd.Timestamp(material.as_of)).dt.days
    return rows.assign(who=named(rows["staff"], words.people), days=days)


def _register(rows: pd.DataFrame, material: Material) -> Table:
    columns = (
        column("who"),
        column("unit"),
        _what(material),
        column("due_on", "day", title=wording("report_handing_due_on")),
        _status(),
        column("handed_on", "day", title=wording("report_handing_handed_on")),
        column("files", "count", title=wording("report_handing_times")),
        column("file", link=FileLink("file")),  # wide, as what to do below it is
        column("read", "count"),
        column("rejected", "count"),
    )
    shown = rows.astype(dict.fromkeys(("read", "rejected"), "Int64"))
    of_document = shown["item"] != LOGBOOK  # a document has no rows
    shown[["read", "rejected"]] = shown[["read", "rejected"]].mask(of_document)
    return Table("handing_in", wording("report_handing_in"), columns, shown, wording("report_handing_in_note"))


def _reminders(rows: pd.DataFrame, material: Material) -> Table:
    """What somebody has to do, of each member of staff together; who lacks something most urgently first."""
    todo = rows[rows["status"].isin(OPEN)]
    todo = todo.assign(rank=todo["status"].map({s: i for i, s in enumerate(STATUSES)}), todo=todo["status"])
    todo = todo.sort_values(["rank", "due_on", "unit", "who", "item"], ignore_index=True)
    columns = (
        column("who"),
        column("unit"),
        replace(_what(material), link=FileLink("file")),
        column("due_on", "day", title=wording("report_handing_due_on")),
        _status(),
        column("days", "count", title=wording("report_handing_days")),
        column("rejected", "count"),
        column("todo", "prose", title=wording("report_handing_todo"), words=_words("todo_", OPEN)),
    )
    return Table("reminders", wording("report_reminders"), columns, todo, wording("report_reminders_note"))


def _what(material: Material) -> Column:
    words = {LOGBOOK: wording("report_handing_logbook"), **material.words.duty_titles}
    return column("item", title=wording("report_handing_what"), words=words)


def _status() -> Column:
    return column("status", title=wording("report_handing_status"), words=_words("", STATUSES))


def _words(prefix: str, codes: tuple[str, ...]) -> dict[str, Wording]:
    return {code: wording(f"report_handing_{prefix}{code}") for code in codes}
