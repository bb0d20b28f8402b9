"""Logbooks that came twice: the same rows in another file, whatever its name and month."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from pipeline.language.finding import bulk_findings
from pipeline.language.origin import ORIGIN

Rows = Callable[[str], pd.DataFrame]  # by form, every row that was handed in, also those that do not count
_OF_ONE = ["file", "form", "month", "submitter"]


def find_copies(submissions: pd.DataFrame, rows: Rows) -> pd.DataFrame:
    """Findings about every submission whose rows are exactly those of an earlier one by the same member of staff.

    `submissions`: the ledger's. Rows are looked at only where two submissions have as many.
    """
    filled = submissions[submissions["read"] > 0]
    alike = filled[filled.duplicated(["submitter", "form", "read"], keep=False)]
    contents = [_contents(str(form), rows(str(form)), of_form) for form, of_form in alike.groupby("form")]
    if not contents:
        return bulk_findings("logbook_again", alike.assign(sheet="", row=0)[:0])
    known = pd.concat(contents, ignore_index=True)
    known = known.sort_values(["saved_at", "file", "month"], na_position="first", ignore_index=True)
    same = known.groupby(["submitter", "form", "content"], sort=False)
    first = same[["file", "month"]].transform("first")
    again = known[known["file"] != first["file"]]
    first = first.loc[again.index]
    code = again["month"].eq(first["month"]).map({True: "logbook_again", False: "logbook_again_other_month"})
    at = again.assign(sheet="", row=0)
    return bulk_findings(code, at, value=again["read"].astype("str"), expected=first["file"])


def _contents(form: str, rows: pd.DataFrame, submissions: pd.DataFrame) -> pd.DataFrame:
    """The submissions of a form with `content`, equal where all rows are, in whatever order they stand."""
    rows = rows[rows["file"].isin(submissions["file"])]
    told = rows[[name for name in rows.columns if name not in ORIGIN]]
    hashed = rows.assign(form=form, content=pd.util.hash_pandas_object(told, index=False))
    content = hashed.groupby(_OF_ONE)["content"].sum()
    return submissions.merge(content.reset_index(), on=_OF_ONE)
