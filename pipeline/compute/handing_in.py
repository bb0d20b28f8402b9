"""Who hands in what by when, and how it stands: the logbooks of a month and the documents about it.

When a logbook came, only the workbook itself tells: the moment it was saved last. The time of the file on the disk
changes with every copy and is never used.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from pipeline.compute.facts import Facts
from pipeline.compute.inquiry import Inquiry, window
from pipeline.compute.people import active, serving
from pipeline.compute.submission import due_day
from pipeline.language.period import Period, month_key
from pipeline.language.policy.obligation import Due
from pipeline.language.policy.regulation import Regulation

LOGBOOK = "logbook"  # stands for the code of an obligation: every member of staff at work owes one
STATUSES = ("missing", "incomplete", "late", "awaited", "handed_in")
OPEN = ("missing", "incomplete", "awaited")  # somebody still has to do something
HANDING_IN = {
    "staff": "str",  # '' for what a unit or the company owes
    "unit": "str",
    "item": "str",  # LOGBOOK or `regulation/obligation`
    "due_on": "datetime64[s]",  # NaT: nobody set a day
    "status": "str",  # one of STATUSES
    "handed_on": "datetime64[s]",
    "files": "int64",  # how many times it came; of a logbook, the form that came most often
    "read": "int64",
    "rejected": "int64",
    "file": "str",  # the one that counts
}
_DAY_END = pd.Timedelta(days=1) - pd.Timedelta(seconds=1)


def logbooks_due(
    declared: Due | None, duties: pd.DataFrame, facts: Facts, month: Period, regulations: Sequence[Regulation]
) -> pd.Timestamp:
    """By when the logbooks of a month are handed in: as the workspace declares; NaT when nothing says so.

    Without a declaration they come with the first document that a member of staff owes about the month. `duties`: what
    is judged of the month.
    """
    if declared and regulations:
        inquiry = Inquiry(regulations[0], facts, month, month.last_day)
        return pd.Timestamp(due_day(declared, inquiry, window(month, month))) + _DAY_END
    of_staff = duties[(duties["kind"] == "submission") & (duties["subject_kind"] == "staff")]
    whole = (of_staff["start"] == pd.Timestamp(month.start)) & (of_staff["end"] == pd.Timestamp(month.end))
    return pd.Timestamp(of_staff.loc[whole, "due_on"].min())


def handing_in(
    facts: Facts, duties: pd.DataFrame, submissions: pd.DataFrame, *, month: Period, as_of: date, due: pd.Timestamp
) -> pd.DataFrame:
    """One row for every logbook and document of `month` that is owed, with the columns and dtypes of `HANDING_IN`.

    `duties`: those judged of the month, `submissions`: the ledger's, `due`: see `logbooks_due`.
    """
    logbooks = _logbooks(facts, duties, submissions, month=month, as_of=as_of, due=due)
    every = pd.concat([logbooks, _documents(duties, month)], ignore_index=True)[[*HANDING_IN]].astype(HANDING_IN)
    return every.sort_values(["unit", "staff", "item"], kind="stable", ignore_index=True)


def _logbooks(
    facts: Facts, duties: pd.DataFrame, submissions: pd.DataFrame, *, month: Period, as_of: date, due: pd.Timestamp
) -> pd.DataFrame:
    """A logbook is owed by everybody at work in the month who has clients or duties."""
    people = active(facts, month)
    busy = pd.concat([serving(facts, month), duties.loc[duties["month"] == month_key(month), "owner"]])
    people = people[people["staff"].isin(busy.unique())]
    came = _came(submissions[submissions["month"] == month_key(month)])
    owed = people.merge(came, left_on="staff", right_index=True, how="left").assign(item=LOGBOOK, due_on=due)
    owed = owed.fillna({"files": 0, "read": 0, "rejected": 0, "file": ""})
    over = pd.Timestamp(as_of) + _DAY_END >= (due if pd.notna(due) else pd.Timestamp(month.end))
    cases = {
        "missing": (owed["files"] == 0) & over,
        "awaited": owed["files"] == 0,
        "incomplete": owed["rejected"] > 0,
        "late": owed["first_saved"] > due,
    }
    return owed.assign(status=np.select([*cases.values()], [*cases], "handed_in"))


def _came(submissions: pd.DataFrame) -> pd.DataFrame:
    """For every submitter what came: how often one form came at most, rows of what counts, when it was saved.

    `first_saved` is when the last of the forms came first: correcting what was in time makes nobody late.
    """
    stands = submissions[submissions["superseded_by"] == ""].sort_values(["saved_at", "file"], na_position="first")
    counted = stands.groupby("submitter").agg(
        read=("read", "sum"), rejected=("rejected", "sum"), file=("file", "last"), handed_on=("saved_at", "max")
    )
    of_form = submissions.groupby(["submitter", "form"]).agg(files=("file", "nunique"), first=("saved_at", "min"))
    every = of_form.groupby("submitter").agg(files=("files", "max"), first_saved=("first", "max"))
    return every.join(counted)


def _documents(duties: pd.DataFrame, month: Period) -> pd.DataFrame:
    """The documents of the month that are owed; those that are waived are not."""
    mine = (duties["kind"] == "submission") & (duties["month"] == month_key(month)) & (duties["status"] != "waived")
    owed = duties[mine]
    late = (owed["status"] == "missed") & owed["done_on"].notna()
    known = {"met": "handed_in", "missed": "missing", "open": "awaited", "unprovable": "incomplete"}
    return pd.DataFrame(
        {
            "staff": owed["owner"],
            "unit": owed["unit"],
            "item": owed["regulation"] + "/" + owed["obligation"],
            "due_on": owed["due_on"],
            "status": owed["status"].map(known).mask(late, "late"),
            "handed_on": owed["done_on"],
            "files": owed["done_on"].notna().astype("int64"),
            "read": 0,
            "rejected": 0,
            "file": "",
        }
    )
