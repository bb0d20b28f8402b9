"""What changed since the report of the month was last issued: logbooks come late, and are handed in anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from pipeline.language.wording import Wording, wording
from pipeline.out.report.model import Figure, Section, Table, column, numeric
from pipeline.out.report.tally import in_points, ratio
from pipeline.store.issue import Issue

PARTS = {"numerator": "former_numerator", "denominator": "former_denominator"}


def changes(former: Issue | None, figures: Sequence[Figure]) -> list[Section]:
    """The figures that are others than in the issue before, the greatest change of a rate first.

    A figure that was not in it, or is in this one no more, has missing parts on that side.
    """
    known = former.figures if former else {}
    now = {f.id: (f.numerator, f.denominator) for f in figures}
    ids = [id_ for id_ in {**now, **known} if former and now.get(id_) != known.get(id_)]
    rows = pd.DataFrame({"id": pd.Series(ids, dtype="str")})
    for place, (part, before) in enumerate(PARTS.items()):
        rows[part], rows[before] = (_parts(ids, told, place) for told in (now, known))
    rate, rate_before = ratio(rows["numerator"], rows["denominator"]), ratio(*(rows[c] for c in PARTS.values()))
    rows = rows.assign(label=rows["id"], rate=rate, former_rate=rate_before, change=in_points(rate, rate_before))
    rows = rows.sort_values("change", key=lambda points: -points.abs().fillna(0), kind="stable", ignore_index=True)
    said = {id_: Wording(id_, id_) for id_ in known} | {f.id: f.label for f in figures}
    columns = (
        column("label", "prose", words=said),
        column("former_rate", "share"),
        column("rate", "share", title=wording("report_value")),
        column("change", "change"),
        *(numeric(key, rows) for key in ("former_numerator", "former_denominator", "numerator", "denominator")),
        column("id", aside=True),
    )
    title = wording("report_changes")
    return [Section("changes", title, (Table("changes", title, columns, rows, _note(former, len(rows))),))]


def _parts(ids: Sequence[str], told: Mapping[str, tuple[float, float]], place: int) -> pd.Series:
    return pd.Series([told[id_][place] if id_ in told else None for id_ in ids], dtype="float64")


def _note(former: Issue | None, changed: int) -> Wording:
    if former is None:
        return wording("report_first_issue")
    key = "report_changed_since" if changed else "report_unchanged_since"
    return wording(key, as_of=former.as_of, count=changed)
