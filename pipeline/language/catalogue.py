"""The catalogue of findings: for each code its severity, its wording and how to mend it, in both languages.

The entries are the YAML files of `catalogue/`, one file a stage. `docs/findings.md` is made from them.
"""

from __future__ import annotations

from functools import cache
from typing import Literal, NamedTuple

from pipeline.language.wording import Wording, read_shipped

Severity = Literal["error", "warning", "notice"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "notice")


class Entry(NamedTuple):
    """What a finding code means. `message` may use `{value}`, `{expected}` and `{field}`."""

    code: str
    severity: Severity
    title: Wording
    message: Wording
    mend: Wording


@cache
def catalogue() -> dict[str, Entry]:
    """Every entry by its code."""
    raw = read_shipped("catalogue")
    return {
        code: Entry(code, e["severity"], *(Wording(**e[part]) for part in ("title", "message", "mend")))
        for code, e in raw.items()
    }
