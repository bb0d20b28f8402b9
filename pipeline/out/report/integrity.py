"""What in the logbooks is worth a second look, by member of staff, with the rows that it rests on."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from pipeline.compute.integrity import OTHER_EDITOR, screen
from pipeline.language.catalogue import catalogue
from pipeline.language.period import month_key
from pipeline.language.wording import Wording, wording
from pipeline.out.report.material import Material
from pipeline.out.report.model import Column, FileLink, Section, Table, column
from pipeline.out.report.vocabulary import named


def integrity(material: Material) -> list[Section]:
    """The hints of the span's last month, and their evidence, as one section."""
    hints = _hints(material)
    lead = [wording("report_integrity_lead"), *([] if len(hints) else [wording("report_integrity_none")])]
    tables = (_by_staff(hints, material), _evidence(hints))
    return [Section("integrity", wording("report_integrity"), tables, lead=tuple(lead))]


def _hints(material: Material) -> pd.DataFrame:
    """One row for every record or file and hint, of those whom the report may show, with names."""
    words = material.words
    facts = replace(words.facts, rows={form: material.logged(form) for form in words.facts.rows})
    screened = screen(facts, material.submissions, material.span.month)
    hints = pd.concat([screened, _other_editors(material)], ignore_index=True)
    if material.people is not None:
        hints = hints[hints["staff"].isin(material.people)].reset_index(drop=True)
    units = words.facts.staff.drop_duplicates("staff").set_index("staff")["unit"]
    unit = hints["staff"].map(units).astype("str").fillna("")
    return hints.assign(who=named(hints["staff"], words.people), unit=unit)


def _other_editors(material: Material) -> pd.DataFrame:
    """What reading said of the files of the month, with whose they are."""
    ours = material.submissions[material.submissions["month"] == month_key(material.span.month)]
    whose = ours[ours["superseded_by"] == ""].groupby("file")["submitter"].max()
    told = material.findings[material.findings["code"] == OTHER_EDITOR]
    told = told[told["file"].isin(whose.index)]
    return told.assign(staff=told["file"].map(whose).astype("str"), form="", number=-1)


def _by_staff(hints: pd.DataFrame, material: Material) -> Table:
    keys = ["unit", "who", "code"]
    rows = hints.groupby(keys).agg(staff=("staff", "first"), records=("row", "size")).reset_index()
    rows = rows.assign(of=rows["staff"].map(_written(material)).astype("Int64"), reason=rows["code"])
    columns = (
        column("who"),
        column("unit"),
        _hint(rows),
        column("records", "count", title=wording("report_integrity_records")),
        column("of", "count", title=wording("report_integrity_of")),
        column("reason", "prose", title=wording("report_integrity_reason"), words=_entries(rows, "mend")),
    )
    return Table("integrity", wording("report_integrity"), columns, rows)


def _written(material: Material) -> pd.Series:
    """How many records of the month everybody wrote."""
    month = month_key(material.span.month)
    logs = [material.logged(form)[["by", "month"]] for form in material.words.facts.rows]
    every = pd.concat(logs, ignore_index=True)
    return every[every["month"] == month].groupby("by").size()


def _evidence(hints: pd.DataFrame) -> Table:
    rows = hints.sort_values(["unit", "who", "code", "file", "sheet", "row"], kind="stable", ignore_index=True)
    rows = rows.assign(cell=("A" + rows["row"].astype("str")).where(rows["row"] > 0, ""))
    columns = (
        column("who"),
        _hint(rows),
        column("value", "prose", title=wording("report_found")),
        column("expected", "prose", title=wording("report_integrity_beside")),
        column("file", link=FileLink("file", "sheet", "cell")),
        column("sheet"),
        column("cell"),
    )
    title, note = wording("report_integrity_rows"), wording("report_integrity_rows_note")
    return Table("integrity_rows", title, columns, rows, note)


def _hint(rows: pd.DataFrame) -> Column:
    return column("code", title=wording("report_integrity_hint"), words=_entries(rows, "title"))


def _entries(rows: pd.DataFrame, part: str) -> dict[str, Wording]:
    return {code: getattr(catalogue()[code], part) for code in rows["code"].unique()}
