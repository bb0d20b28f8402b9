"""Which of everything handed in counts: the latest of several submissions, and the first of equal rows.

Pure: the outcome depends on what was handed in and not on when or in which order it was posted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from pipeline.language.finding import bulk_findings, join_findings

SUBMISSION_COLUMNS: Final = {  # what the caller hands over, one row per file, form, month and submitter
    "file": "str",
    "sha256": "str",
    "saved_at": "datetime64[s]",
    "submitter": "str",  # '' when unknown: such a submission replaces none and is replaced by none
    "month": "str",
    "form": "str",  # '' for a file that was read and holds no form
    "read": "int64",  # rows that are not blank
}
COUNTS: Final = ("accepted", "rejected", "duplicate", "superseded")
SETTLED_COLUMNS: Final = {**SUBMISSION_COLUMNS, **dict.fromkeys(COUNTS, "int64"), "superseded_by": "str"}
KEY: Final = ["file", "form", "month", "submitter"]
_OF_ROW: Final = ["file", "month", "submitter"]  # KEY in the rows of one form


class Settlement(NamedTuple):
    """Rows that stand and rows that are superseded, both by form; the submissions with counts; findings about them."""

    rows: dict[str, pd.DataFrame]
    superseded: dict[str, pd.DataFrame]
    submissions: pd.DataFrame
    findings: pd.DataFrame


def settle_submissions(
    rows: Mapping[str, pd.DataFrame], submissions: pd.DataFrame, identity: Mapping[str, Sequence[str]]
) -> Settlement:
    """Settles all `rows` of all forms; their `admission` is accepted, rejected, or duplicate from an earlier time.

    `identity`: the columns in which two rows of a form are equal when they tell the same. Raises AssertionError when
    rows read and rows accounted for differ: a bug, and nothing may be written.
    """
    submissions = submissions.assign(superseded_by=_superseded_by(submissions))
    standing: dict[str, pd.DataFrame] = {}
    superseded: dict[str, pd.DataFrame] = {}
    findings: list[pd.DataFrame] = []
    for form, frame in sorted(rows.items()):
        records = submissions[submissions["form"] == form]
        old = _is_superseded(frame, records)
        superseded[form] = _sorted(_undone(frame[old]))
        standing[form], duplicates = _without_duplicates(
            _sorted(_undone(frame[~old] if old.any() else frame)), identity.get(form, ())
        )
        findings += [_superseded_findings(superseded[form], records), duplicates]
    counted = _counted(submissions, standing, superseded)
    _check(counted)
    return Settlement(_by_month(standing), _by_month(superseded), counted, join_findings(findings))


def _superseded_by(submissions: pd.DataFrame) -> pd.Series[str]:
    """For every submission the file that replaces it: of one submitter's for a form and month the one saved last.

    A submission without rows replaces none: a blank sheet beside a filled one is no correction.
    """
    rivals = submissions[(submissions["submitter"] != "") & (submissions["read"] > 0)]
    rivals = rivals.sort_values(["saved_at", "file"], na_position="first", kind="stable")
    last = rivals.groupby(["submitter", "form", "month"], sort=False)["file"].transform("last")
    return last.where(last != rivals["file"], "").reindex(submissions.index, fill_value="").astype("str")


def _is_superseded(frame: pd.DataFrame, records: pd.DataFrame) -> pd.Series[bool]:
    old = records.loc[records["superseded_by"] != "", _OF_ROW]
    suspects = frame.loc[frame["file"].isin(old["file"]), _OF_ROW]
    hit = pd.MultiIndex.from_frame(suspects).isin(pd.MultiIndex.from_frame(old))
    return pd.Series(hit, index=suspects.index).reindex(frame.index, fill_value=False)


def _undone(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows as they were handed in: a duplicate may stand alone by now."""
    return frame.assign(admission=frame["admission"].mask(frame["admission"] == "duplicate", "accepted"))


def _sorted(frame: pd.DataFrame) -> pd.DataFrame:
    """By file, sheet and row. On codes, which is several times faster than on texts; mostly it is so already."""
    codes = [pd.factorize(frame[name], sort=True)[0] for name in ("sheet", "file")]
    order = np.lexsort([frame["row"].to_numpy(), *codes])
    return frame if (order == np.arange(len(frame))).all() else frame.iloc[order].reset_index(drop=True)


def _without_duplicates(frame: pd.DataFrame, identity: Sequence[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The frame with every accepted row that repeats an earlier one marked, and the findings."""
    accepted = frame[frame["admission"] == "accepted"]
    if not identity or not (repeats := accepted.duplicated([*identity], keep=False)).any():
        return frame, join_findings([])
    alike = accepted[repeats]
    group = alike.groupby([*identity], dropna=False, sort=False).ngroup()
    later = group.duplicated()
    first = alike[~later].set_axis(group[~later]).loc[group[later]]
    place = "[" + first["file"] + "]" + first["sheet"] + "!A" + first["row"].astype("str")
    again = alike[later]
    findings = bulk_findings("duplicate_row", again, expected=place.set_axis(again.index))
    return frame.assign(admission=frame["admission"].mask(frame.index.isin(again.index), "duplicate")), findings


def _superseded_findings(frame: pd.DataFrame, records: pd.DataFrame) -> pd.DataFrame:
    """One for every sheet that is left out."""
    sheets = frame[[*_OF_ROW, "sheet"]].drop_duplicates().merge(records[[*_OF_ROW, "superseded_by"]], on=_OF_ROW)
    return bulk_findings("superseded", sheets.assign(row=0), value=sheets["month"], expected=sheets["superseded_by"])


def _counted(
    submissions: pd.DataFrame, standing: Mapping[str, pd.DataFrame], superseded: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    """The submissions, sorted, with how many of their rows came to what."""
    sizes = [_sizes(form, frame) for form, frame in standing.items()]
    sizes += [_sizes(form, frame.assign(admission="superseded")) for form, frame in superseded.items() if len(frame)]
    counts = (
        pd.concat(sizes).unstack(fill_value=0) if sizes else pd.DataFrame(index=pd.MultiIndex.from_arrays([[]] * 4))
    )
    counts = counts.reindex(columns=[*COUNTS], fill_value=0).rename_axis(KEY)
    found = submissions.set_index(KEY).join(counts, how="outer").reset_index()
    filled = found.fillna({**dict.fromkeys(COUNTS, 0), "read": 0})
    return filled[[*SETTLED_COLUMNS]].astype(SETTLED_COLUMNS).sort_values(KEY, ignore_index=True)


def _sizes(form: str, frame: pd.DataFrame) -> pd.Series[int]:
    return frame.assign(form=form).groupby([*KEY, "admission"], sort=False).size()


def _check(submissions: pd.DataFrame) -> None:
    accounted = submissions[[*COUNTS]].sum(axis=1)
    wrong = submissions[accounted != submissions["read"]]
    if len(wrong):
        figures = wrong[[*KEY, "read", *COUNTS]].to_string(index=False, max_rows=10)
        raise AssertionError(f"rows read = accepted + rejected + duplicate, or superseded, does not hold:\n{figures}")


def _by_month(frames: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """By month, and within it by file, sheet and row; without the forms that have no row."""
    return {
        form: frame
        if frame["month"].is_monotonic_increasing
        else frame.sort_values("month", kind="stable", ignore_index=True)
        for form, frame in frames.items()
        if len(frame)
    }
