"""The intake: from workbooks as read to checked rows and what was handed in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.intake.forms import Form
from pipeline.intake.lookup import Lookup
from pipeline.intake.owners import Owner, owners
from pipeline.intake.parse.column import Codes
from pipeline.intake.records import Read, check_rows, in_order, read_rows
from pipeline.intake.register import Register
from pipeline.intake.rows import gather
from pipeline.intake.sheet import recognise
from pipeline.intake.table import Table
from pipeline.intake.workbook import RawBook
from pipeline.language.finding import join_findings

SUBMISSION_COLUMNS = ("file", "sha256", "saved_at", "form", "submitter", "month", "read", "accepted", "rejected")
_TEXTS = ("file", "sha256", "form", "submitter", "month")
_COUNTS = ("read", "accepted", "rejected")


@dataclass(frozen=True)
class Intake:
    """Checked rows by form (the frames of docs/architecture.md), and what was handed in.

    `submissions`: one row per file, form, submitter and month, with `SUBMISSION_COLUMNS`. A logbook without a record
    has one too, and so has a file that holds no form, with '' for the form. `saved_at` is datetime64[s], NaT when the
    file does not say.
    """

    rows: Mapping[str, pd.DataFrame]
    submissions: pd.DataFrame


def take_in(books: Sequence[RawBook], forms: Mapping[str, Form], register: Register) -> tuple[Intake, pd.DataFrame]:
    """Every record of the logbook forms in `books`, accepted or rejected, and all findings about them.

    Nothing is dropped in silence: a written row that is no record (a total, a signature) has a notice, and every
    other one is in the frames.
    """
    logbooks = [form for form in forms.values() if form.part == "logbook"]
    tables, found = recognise(books, logbooks)
    reads, findings = _read(logbooks, tables, register.lookup)
    owned, about_owners = owners(reads, register.lookup.staff)
    rows: dict[str, pd.DataFrame] = {}
    submissions = []
    for key, read in reads.items():
        rows[key], about_rows = _checked(read, owned[key])
        submissions.append(_submissions(read.rows.tables, owned[key], rows[key], read.rows.table))
        findings.append(about_rows)
    with_form = {table.book.file for table in tables}
    submissions.append(_without_form([book for book in books if book.file not in with_form]))
    return Intake(rows, _summed(submissions)), in_order(join_findings([found, *findings, about_owners]))


def _read(forms: Sequence[Form], tables: Sequence[Table], lookup: Lookup) -> tuple[dict[str, Read], list[pd.DataFrame]]:
    reads, findings = {}, []
    for form in forms:
        gathered, found = gather(form, [table for table in tables if table.form.key == form.key])
        reads[form.key] = read_rows(gathered, lookup)
        findings.append(found)
    return reads, findings


def _checked(read: Read, owned: Sequence[Owner]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The form's frame as the ledger keeps it."""
    months, submitters = [owner.month for owner in owned], [owner.submitter for owner in owned]
    records, found = check_rows(read.settled(months, submitters), months)
    frame, rows, form = records.frame, read.rows, read.form
    frame = frame.assign(
        happened=_happened(form, frame),
        by=frame[form.by] if form.by else pd.Series("", index=frame.index, dtype="str"),
        **{name: rows.at[name] for name in ("file", "sheet", "row")},
        month=rows.of_table(months),
        submitter=rows.of_table(submitters),
        admission=records.admission,
        faults=records.faults,
    )
    return frame, found


def _happened(form: Form, frame: pd.DataFrame) -> pd.Series:
    """The day of a record with its time; midnight without one."""
    day, *time = (frame[key] for key in form.happened)
    if not time:
        return day
    minutes = time[0].fillna(0).to_numpy(dtype="timedelta64[m]").astype("timedelta64[s]")
    return pd.Series(day.to_numpy() + minutes, index=frame.index)


def _submissions(tables: Sequence[Table], owned: Sequence[Owner], frame: pd.DataFrame, table: Codes) -> pd.DataFrame:
    """One row for every table of a form."""
    accepted = (frame["admission"] == "accepted").to_numpy(dtype=np.bool_)
    return _files([t.book for t in tables]).assign(
        form=[t.form.key for t in tables],
        submitter=[owner.submitter for owner in owned],
        month=[owner.month for owner in owned],
        read=np.bincount(table, minlength=len(tables)),
        accepted=np.bincount(table[accepted], minlength=len(tables)),
        rejected=np.bincount(table[~accepted], minlength=len(tables)),
    )


def _without_form(books: Sequence[RawBook]) -> pd.DataFrame:
    """One row for every workbook in which there is nothing to read."""
    return _files(books).assign(**dict.fromkeys(("form", "submitter", "month"), ""), **dict.fromkeys(_COUNTS, 0))


def _files(books: Sequence[RawBook]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "file": [book.file for book in books],
            "sha256": [book.sha256 for book in books],
            "saved_at": np.array([book.saved_at for book in books], dtype="datetime64[s]"),
        }
    )


def _summed(submissions: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """One row for every file, form, submitter and month; two sheets of a workbook may be of the same."""
    every = pd.concat(submissions, ignore_index=True)
    every = every.astype({**dict.fromkeys(_TEXTS, "str"), **dict.fromkeys(_COUNTS, "int64")})
    same = [name for name in SUBMISSION_COLUMNS if name not in _COUNTS]
    summed = every.groupby(same, sort=True, dropna=False, as_index=False)[list(_COUNTS)].sum()
    if (summed["read"] != summed["accepted"] + summed["rejected"]).any():
        raise AssertionError("rows were lost between reading and checking")
    return summed
