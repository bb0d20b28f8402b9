"""Findings: what is wrong with the data, as values.

A stage returns `(value, findings)`. Findings travel as one frame with the columns `FINDING_COLUMNS`, so that a
hundred thousand of them cost a column each and not an object each.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from string import Formatter
from typing import Any, Literal

import pandas as pd

from pipeline.language.catalogue import catalogue
from pipeline.language.wording import Lang, Wording

FINDING_COLUMNS = (
    "code",  # a key of the catalogue
    "severity",  # error: row or file left out; warning: row kept; notice: integrity flag
    "file",  # path relative to the workspace, '' when not about a file
    "sheet",
    "row",  # 1-based Excel row, 0 when about the whole sheet or file
    "column",  # Excel column letters, '' when about the whole row
    "field",  # form field key, '' when not about one field
    "value",  # what was found, as text
    "expected",  # what would be right, as text
    "suggestion",  # a value to write instead, '' when there is none
)
_TEXT = [c for c in FINDING_COLUMNS if c != "row"]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value stands: file, sheet, Excel row (1-based), Excel column letters."""

    file: str = ""
    sheet: str = ""
    row: int = 0
    column: str = ""

    @property
    def cell(self) -> str:
        """`D15`, or '' when the place is wider than one cell."""
        return f"{self.column}{self.row}" if self.column and self.row else ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with the data."""

    code: str
    source: Source = Source()
    field: str = ""
    value: str = ""
    expected: str = ""
    suggestion: str = ""


def findings_frame(findings: Iterable[Finding] = ()) -> pd.DataFrame:
    """The findings as a frame with exactly `FINDING_COLUMNS`; empty for none."""
    rows = [{**asdict(f), **asdict(f.source)} for f in findings]
    if not rows:
        return _none().copy()
    return _typed(pd.DataFrame(rows, columns=[c for c in FINDING_COLUMNS if c != "severity"]))


@cache
def _none() -> pd.DataFrame:
    """No findings: most stages have none, and the columns take longer to make than to copy."""
    return _typed(pd.DataFrame(columns=[c for c in FINDING_COLUMNS if c != "severity"]))


def bulk_findings(code: str | pd.Series, at: pd.DataFrame, **columns: Any) -> pd.DataFrame:
    """One finding for every row of `at`, a frame with `file`, `sheet` and `row`.

    `code` and the remaining `columns` are each a scalar or a Series aligned with `at`.
    """
    frame = pd.DataFrame({"file": at["file"], "sheet": at["sheet"], "row": at["row"], "code": code})
    for name in ("column", "field", "value", "expected", "suggestion"):
        frame[name] = columns.get(name, "")
    return _typed(frame)


def to_look_at(findings: pd.DataFrame) -> bool:
    """Whether there is a finding that somebody has to act on: an error or a warning."""
    return bool(findings["severity"].isin(["error", "warning"]).any())


def join_findings(frames: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """All findings in one frame, in the order given."""
    kept = [f for f in frames if len(f)]
    return pd.concat(kept, ignore_index=True) if kept else findings_frame()


def messages(
    findings: pd.DataFrame, lang: Lang, *, part: Literal["message", "mend"] = "message", fields: Mapping[str, str] = {}
) -> pd.Series:
    """The message of every finding in words (or its mend), aligned with `findings`.

    `fields` gives the titles to show in place of field keys.
    """
    told = pd.Series("", index=findings.index, dtype="str")
    shown = findings.assign(field=findings["field"].replace(dict(fields)))
    for code, group in shown.groupby("code", sort=False):
        template: Wording = getattr(catalogue()[str(code)], part)
        told[group.index] = _filled(template.in_(lang), group)
    return told


def _filled(template: str, findings: pd.DataFrame) -> pd.Series:
    """The template with its `{column}` places filled from the columns, all rows at once."""
    filled = pd.Series("", index=findings.index, dtype="str")
    for text, column, _, _ in Formatter().parse(template):
        filled = filled + text
        filled = filled + findings[column] if column else filled
    return filled


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    severity = {code: entry.severity for code, entry in catalogue().items()}
    frame = frame.assign(severity=frame["code"].map(severity)).reset_index(drop=True)
    if unknown := set(frame.loc[frame["severity"].isna(), "code"]):
        raise KeyError(f"no such finding in the catalogue: {sorted(unknown)}")
    frame["row"] = frame["row"].fillna(0)
    frame[_TEXT] = frame[_TEXT].fillna("")
    return frame.astype({**dict.fromkeys(_TEXT, "str"), "row": "int64"})[[*FINDING_COLUMNS]]
