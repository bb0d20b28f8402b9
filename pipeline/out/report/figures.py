"""The figures of a report: each with its parts, what it was before, its article and the judgements behind it.

Ids: `total/rate` for all duties together, `regulation/obligation`, `regulation/obligation@tier`, `tier:regulation/key`,
`unit:name`, `staff:id`, and `staff:id/own` for what somebody did in person.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from pipeline.language.period import Period
from pipeline.language.wording import Wording, in_both, wording
from pipeline.out.report.cases import CASES_OF_MONTH
from pipeline.out.report.material import Material
from pipeline.out.report.model import NO_DUTIES, Figure, Numbers, listed
from pipeline.out.report.performance import NO_TIER, of_tier
from pipeline.out.report.span import months
from pipeline.out.report.tally import Counted, compared, rolled_up
from pipeline.out.report.vocabulary import Vocabulary, unit_words

# Each of the whole span's figures: its key, and the sums that are its numerator and denominator.
TOTALS = (
    ("rate", "met", "due"),
    ("missed", "missed", "due"),
    ("unprovable", "unprovable", "due"),
    ("earned_rate", "earned", "required"),
    ("own_rate", "own", "required"),
)
Row = Mapping[Hashable, Any]
Called = Callable[[Row], tuple[str, Wording, str]]  # id, label and article of the figure of a row


def headline(material: Material) -> tuple[list[Figure], list[Figure]]:
    """The totals, and the rate of every duty in the order of the regulations."""
    totals = [
        *_totals(material),
        _clients_served(material),
        *([_cases_resolved(material.cases)] if material.cases is not None else []),
        _rows_accepted(material),
    ]
    by_code = {figure.id: figure for figure in _rates(material, ["code"], _of_duty(material.words))}
    return totals, [by_code[code] for code in material.words.duties if code in by_code]


def breakdowns(material: Material) -> Iterator[Figure]:
    """The rates of every duty in every tier, of every tier, unit and member of staff, and what staff did in person."""
    words, counted = material.words, material.counted
    yield from _rates(material, ["code", "tier"], _of_duty_in_tier(words))
    yield from _rates(material, ["tier"], lambda r: (f"tier:{r['tier'] or NO_TIER}", _tier(words, r["tier"]), ""))
    units = unit_words(counted.now["unit"].unique())
    yield from _rates(material, ["unit"], lambda r: (f"unit:{r['unit']}", units[r["unit"]], ""))
    yield from _staff(material)


def _staff(material: Material) -> Iterator[Figure]:
    people = material.words.people
    owned = material.counted.map(lambda cube: cube[cube["owner"] != ""])

    def name(row: Row) -> Wording:
        return in_both(str(people.get(row["owner"], row["owner"])))

    yield from _rates(material, ["owner"], lambda r: (f"staff:{r['owner']}", name(r), ""), owned)

    def own(row: Row) -> Wording:
        return listed([name(row), wording("report_own_rate")])

    parts = ("own", "required")
    yield from _rates(material, ["owner"], lambda r: (f"staff:{r['owner']}/own", own(r), ""), owned, parts)


def _totals(material: Material) -> Iterator[Figure]:
    sums = [rolled_up(cube, []).iloc[0] for cube in _times(material.counted)]
    behind = _numbers(material.due)
    for key, part, whole in TOTALS:
        previous, year_ago = (_share(past[part], past[whole]) for past in sums[1:])
        yield _total(key, sums[0][part], sums[0][whole], previous, year_ago, duties=behind)


def _times(counted: Counted) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    return counted.now, counted.before, counted.year_ago


def _clients_served(material: Material) -> Figure:
    """The share of clients for whom every duty that was due was met."""
    served = material.served
    counts = [c.groupby("client")["met"].all() for c in (served.now, served.before, served.year_ago)]
    past = [_share(count.sum(), len(count)) for count in counts[1:]]
    due = material.due
    return _total("clients_served", counts[0].sum(), len(counts[0]), *past, duties=_numbers(due[due["client"] != ""]))


def _cases_resolved(cases: pd.DataFrame) -> Figure:
    """The share of the cases opened in the month that are resolved; of no earlier one, for those had longer time."""
    opened = cases[cases[CASES_OF_MONTH]]
    return _total("cases_resolved", opened["resolved_at"].count(), len(opened))


def _rows_accepted(material: Material) -> Figure:
    """The share of the rows read from the span's logbooks that were accepted."""
    span = material.span
    now, *past = (_accepted(material.submissions, period) for period in (span.days, span.before, span.year_ago))
    return _total("rows_accepted", *now, *(_share(*parts) for parts in past))


def _accepted(submissions: pd.DataFrame, period: Period) -> tuple[float, float]:
    rows = submissions[submissions["month"].isin(months(period))]
    return float(rows["accepted"].sum()), float((rows["read"] - rows["superseded"]).sum())


def _total(key: str, part: float, whole: float, *past: float | None, duties: Numbers = NO_DUTIES) -> Figure:
    """A total; `past` is its value before and a year ago, if known."""
    previous, year_ago = past or (None, None)
    title = wording(f"report_figure_{key}")
    return Figure(
        f"total/{key}", title, _share(part, whole), float(part), float(whole), previous, year_ago, duties=duties
    )


def _rates(
    material: Material, by: list[str], called: Called, counted: Counted | None = None, parts: Sequence[str] = ()
) -> Iterator[Figure]:
    """A figure for each combination of `by`: met / due, or the sums that `parts` names."""
    part, whole = parts or ("met", "due")
    counted = counted or material.counted
    rows = rolled_up(counted.now, by).assign(previous=np.nan, year_ago=np.nan) if parts else compared(counted, by)
    due = material.due
    numbers, behind = _numbers(due), due.groupby(by if len(by) > 1 else by[0]).indices
    for row in rows.to_dict("records"):
        id_, label, article = called(row)
        key = tuple(row[name] for name in by) if len(by) > 1 else row[by[0]]
        yield Figure(
            id_,
            label,
            _share(row[part], row[whole]),
            float(row[part]),
            float(row[whole]),
            _known(row["previous"]),
            _known(row["year_ago"]),
            article,
            duties=numbers[behind.get(key, NO_DUTIES)],
        )


def _of_duty(words: Vocabulary) -> Called:
    return lambda row: (row["code"], words.duties[row["code"]].title, words.duties[row["code"]].article)


def _of_duty_in_tier(words: Vocabulary) -> Called:
    def called(row: Row) -> tuple[str, Wording, str]:
        duty = words.duties[row["code"]]
        id_ = of_tier(pd.Series([row["code"]]), pd.Series([row["tier"]])).iloc[0]
        return id_, listed([duty.title, _tier(words, row["tier"])]), duty.article

    return called


def _tier(words: Vocabulary, tier: str) -> Wording:
    return words.tiers[tier] if tier else wording("report_no_tier")


def _numbers(duties: pd.DataFrame) -> Numbers:
    return duties.index.to_numpy(dtype=np.int64) + 1


def _share(part: float, whole: float) -> float | None:
    return float(part) / float(whole) if whole else None


def _known(value: float) -> float | None:
    return None if pd.isna(value) else float(value)
