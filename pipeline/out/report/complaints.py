"""Complaints: by severity, whether justified, how fast those of each tier were answered, and how long some are open."""

from __future__ import annotations

from pipeline.language.wording import wording
from pipeline.out.report.listing import Breakdown, breakdown
from pipeline.out.report.material import Material
from pipeline.out.report.model import Section

TIMES = ("answer_hours", "resolve_hours")
# By a column of the case log: what is told of each of its values.
BY: dict[str, dict[str, object]] = {
    "severity": {"shares": ("valid", "satisfied"), "medians": TIMES},
    "valid": {"medians": TIMES},
    "tier": {"shares": ("valid",), "medians": TIMES},
    "channel": {"shares": ("valid",)},
    "ageing": {"where": {"kind": "complaint", "ageing": {"present": True}}, "ever": True},
}


def complaints(material: Material) -> list[Section]:
    """One section with a table for each of `BY`; none without a case log."""
    if material.cases is None:
        return []
    declared = [
        Breakdown(
            **{"where": {"kind": "complaint"}, **more},
            key=f"complaints_by_{by}",
            title=wording(f"report_complaints_by_{by}"),
            form="case",
            by=by,
        )
        for by, more in BY.items()
    ]
    tables = tuple(breakdown(each, material) for each in declared)
    return [Section("complaint_analysis", wording("report_complaint_analysis"), tables)]
