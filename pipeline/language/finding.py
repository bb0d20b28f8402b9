"""Findings: what is wrong with the data, as values.

A stage returns `(value, findings)`. Findings travel as one frame with the columns `FINDING_COLUMNS`, so that a
hundred thousand of them cost a column each and not an object each. `Finding` is the single one, for code that
meets them one at a time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Literal

import pandas as pd

Severity = Literal["error", "warning", "notice"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "notice")

FINDING_COLUMNS = (
    "code",  # a key of catalogue.yaml
    "severity",  # error: row or file left out; warning: row kept; notice: integrity flag
    "file",  # path relative to the workspace, '' when not about a file
    "sheet",
    "row",  # 1-based Excel row, 0 when about the whole sheet or file
    "column",  # Excel column letters, '' when about the whole row
    "field",  # form field key, '' when not about one field
    "value",  # what was found, as text
    "expected",  # what would be right, as text (language-neutral or already bilingual 'zh / en')
    "suggestion",  # a value to write instead, '' when there is none
)


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
    """One thing wrong with the data; the wording for `code` stands in catalogue.yaml."""

    code: str
    severity: Severity
    source: Source = Source()
    field: str = ""
    value: str = ""
    expected: str = ""
    suggestion: str = ""


def findings_frame(findings: Iterable[Finding] = ()) -> pd.DataFrame:
    """The findings as a frame with exactly `FINDING_COLUMNS`; empty for none."""
    rows = [{**asdict(f), **asdict(f.source)} for f in findings]
    frame = pd.DataFrame(rows, columns=[*FINDING_COLUMNS])
    return _typed(frame)


def join_findings(frames: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """All findings in one frame, in the order given."""
    kept = [f for f in frames if len(f)]
    return _typed(pd.concat(kept, ignore_index=True)) if kept else findings_frame()


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    text = [c for c in FINDING_COLUMNS if c != "row"]
    frame = frame.loc[:, [*FINDING_COLUMNS]]
    return frame.astype({**dict.fromkeys(text, "str"), "row": "int64"})
