"""How the month stands in ten seconds: key figures, and a verdict in words."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from pipeline.language.period import Period
from pipeline.language.policy.obligation import Duty
from pipeline.language.wording import Wording, wording
from pipeline.out.report.model import Figure, Run, Section, SectionLink, Table, column, month_name, numeric
from pipeline.out.report.performance import FEW
from pipeline.out.report.show import text
from pipeline.out.report.tally import DUE, compared, in_points, rolled_up
from pipeline.out.report.vocabulary import Vocabulary

# Each of the whole month's figures: its key, and the sums that are its numerator and denominator.
TOTALS = (
    ("rate", "met", "due"),
    ("missed", "missed", "due"),
    ("unprovable", "unprovable", "due"),
    ("earned_rate", "earned", "required"),
    ("own_rate", "own", "required"),
)


def total_figures(now: pd.DataFrame, before: pd.DataFrame) -> list[Figure]:
    """The figures of all duties together."""
    sums, earlier = rolled_up(now, []).iloc[0], rolled_up(before, []).iloc[0]
    return [_figure(key, sums[part], sums[whole], _share(earlier[part], earlier[whole])) for key, part, whole in TOTALS]


def clients_served(duties: pd.DataFrame, month: str) -> Figure:
    """The share of clients for whom every duty that was due was met."""
    due = duties[(duties["month"] == month) & duties["status"].isin(DUE) & (duties["client"] != "")]
    served = (due["status"] == "met").groupby(due["client"]).all()
    return _figure("clients_served", served.sum(), len(served))


def cases_resolved(cases: pd.DataFrame) -> Figure:
    """The share of the cases opened in the month that are resolved."""
    opened = cases[cases["in_month"]]
    return _figure("cases_resolved", opened["resolved_at"].count(), len(opened))


def rows_accepted(submissions: pd.DataFrame, month: str) -> Figure:
    """The share of the rows read from the month's logbooks that were accepted."""
    of_month = submissions[submissions["month"] == month]
    return _figure("rows_accepted", of_month["accepted"].sum(), (of_month["read"] - of_month["superseded"]).sum())


def duty_figures(now: pd.DataFrame, before: pd.DataFrame, words: Vocabulary) -> list[Figure]:
    """The rate of every duty; the id is its code."""
    rates = compared(rolled_up(now, ["code"]), rolled_up(before, ["code"]), ["code"])
    by_code = {row["code"]: row for row in rates.to_dict("records")}
    return [_of_duty(code, words.duties[code], by_code[code]) for code in words.duties if code in by_code]


def _of_duty(code: str, duty: Duty, row: Mapping[Hashable, Any]) -> Figure:
    parts = _parts(row["met"], row["due"])
    return Figure(code, duty.title, *parts, previous=_known(row["previous"]), article=duty.article)


def _figure(key: str, part: float, whole: float, previous: float | None = None) -> Figure:
    return Figure(f"total/{key}", wording(f"report_figure_{key}"), *_parts(part, whole), previous=previous)


def _parts(part: float, whole: float) -> tuple[float | None, float, float]:
    return _share(part, whole), float(part), float(whole)


def _share(part: float, whole: float) -> float | None:
    return float(part) / float(whole) if whole else None


def _known(value: float) -> float | None:
    return None if pd.isna(value) else float(value)


def figure_table(figures: Sequence[Figure]) -> Table:
    """Figures as rows."""
    rows = pd.DataFrame(
        [(f.id, f.numerator, f.denominator, f.value, f.previous) for f in figures],
        columns=["id", "numerator", "denominator", "value", "previous"],
    ).astype({"value": "float64", "previous": "float64"})
    rows = rows.assign(label=rows["id"], change=in_points(rows["value"], rows["previous"]))
    columns = (
        column("label", words={f.id: f.label for f in figures}),
        column("value", "share"),
        numeric("numerator", rows),
        numeric("denominator", rows),
        column("previous", "share"),
        column("change", "change"),
        column("id"),
    )
    return Table("figures", wording("report_figures"), columns, rows)


def verdict(totals: Sequence[Figure], duties: Sequence[Figure], month: Period) -> tuple[Wording, ...]:
    """How the month stands, in sentences: the rate and its change, the clients, the weakest duty."""
    by_key = {f.id.partition("/")[2]: f for f in totals}
    rate, served = by_key["rate"], by_key["clients_served"]
    if rate.value is None:
        return (wording("report_verdict_nothing_due", month=month_name(month.start)),)
    said = [
        wording(
            "report_verdict_rate",
            month=month_name(month.start),
            **_spoken(rate),
            change=_change(rate),
            missed=text(by_key["missed"].numerator, "count"),
            unprovable=text(by_key["unprovable"].numerator, "count"),
        )
    ]
    if served.value is not None:
        said.append(wording("report_verdict_clients", **_spoken(served)))
    return (*said, *_weakest(duties))


def _weakest(duties: Sequence[Figure]) -> list[Wording]:
    """The duty with the lowest rate, among those with enough duties to tell."""
    weak = [(f.value, f) for f in duties if f.value is not None and f.value < 1 and f.denominator >= FEW]
    if not weak:
        return []
    worst = min(weak, key=lambda pair: pair[0])[1]
    return [wording("report_verdict_weakest", duty=worst.label, article=worst.article, **_spoken(worst))]


def _spoken(figure: Figure) -> dict[str, str]:
    return {
        "rate": text(figure.value, "share"),
        "part": text(figure.numerator, "count"),
        "whole": text(figure.denominator, "count"),
    }


def _change(figure: Figure) -> Wording:
    if figure.value is None or figure.previous is None:
        return wording("report_no_previous")
    change = in_points(figure.value, figure.previous)
    key = "report_up" if change > 0 else "report_down" if change < 0 else "report_level"
    return wording(key, points=text(abs(change), "amount"), previous=text(figure.previous, "share"))


def contents(sections: Sequence[Section]) -> Table:
    """The sections that follow, with the number of rows in each."""
    rows = pd.DataFrame({"section": [s.key for s in sections], "rows": [len(s.tables[-1].rows) for s in sections]})
    columns = (
        column("section", words={s.key: s.title for s in sections}, link=SectionLink("section")),
        column("rows", "count"),
    )
    return Table("contents", wording("report_contents"), columns, rows)


def judged_on(as_of: date, run: Run) -> Wording:
    """The line that says when the month was judged, from how many files, by which version."""
    return wording("report_judged_on", as_of=as_of, inputs=run.inputs, version=run.versions.get("tierbook", ""))
