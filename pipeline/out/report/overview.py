"""How the month stands in ten seconds: key figures, and a verdict in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pandas as pd

from pipeline.language.wording import Wording, wording
from pipeline.out.report.exceptions import URGENCY
from pipeline.out.report.model import Figure, Run, Section, SectionLink, Table, column, numeric
from pipeline.out.report.performance import FEW, past
from pipeline.out.report.show import text
from pipeline.out.report.tally import in_points


def figure_table(figures: Sequence[Figure]) -> Table:
    """Figures as rows; what they were a year ago only where it is known of one."""
    rows = pd.DataFrame(
        [(f.id, f.numerator, f.denominator, f.value, f.previous, f.year_ago) for f in figures],
        columns=["id", "numerator", "denominator", "value", "previous", "year_ago"],
    ).astype(dict.fromkeys(("value", "previous", "year_ago"), "float64"))
    rows = rows.assign(
        label=rows["id"],
        change=in_points(rows["value"], rows["previous"]),
        change_of_year=in_points(rows["value"], rows["year_ago"]),
    )
    columns = (
        column("label", words={f.id: f.label for f in figures}),
        column("value", "share"),
        numeric("numerator", rows),
        numeric("denominator", rows),
        *past(rows),
        column("id"),
    )
    return Table("figures", wording("report_figures"), columns, rows)


def own_figures(figures: Sequence[Figure]) -> list[Table]:
    """A named report's own figures: shares as such, and numbers that are none in a table of their own."""
    shares = [f for f in figures if f.unit == "share"]
    numbers = [f for f in figures if f.unit != "share"]
    tables = [replace(figure_table(shares), key="own_figures", title=wording("report_own_figures"))] if shares else []
    return [*([_number_table(numbers)] if numbers else []), *tables]


def _number_table(figures: Sequence[Figure]) -> Table:
    """Counts, hours and scores; `denominator` is how many records they are made of."""
    rows = pd.DataFrame(
        [(f.id, f.value, f.unit, f.denominator, f.previous, f.year_ago) for f in figures],
        columns=["id", "value", "measured_in", "records", "previous", "year_ago"],
    ).astype(dict.fromkeys(("value", "previous", "year_ago"), "float64"))
    rows = rows.assign(label=rows["id"])
    columns = (
        column("label", words={f.id: f.label for f in figures}),
        column("value", "amount", title=wording("report_amount_of")),
        column("measured_in", words={f.unit: wording(f"report_measured_in_{f.unit}") for f in figures}),
        column("records", "count"),
        column("previous", "amount"),
        *([column("year_ago", "amount")] if rows["year_ago"].notna().any() else []),
        column("id"),
    )
    return Table("own_numbers", wording("report_own_numbers"), columns, rows)


def verdict(totals: Sequence[Figure], duties: Sequence[Figure], name: Wording) -> tuple[Wording, ...]:
    """How the span called `name` stands, in sentences: the rate and its change, the clients, the weakest duty."""
    by_key = {f.id.partition("/")[2]: f for f in totals}
    rate, served = by_key["rate"], by_key["clients_served"]
    if rate.value is None:
        return (wording("report_verdict_nothing_due", month=name),)
    said = [
        wording(
            "report_verdict_rate",
            month=name,
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


def to_do(sections: Sequence[Section]) -> list[Wording]:
    """How much there is to act on, and how urgent it is; nothing in a report that has no list of it."""
    listed = [t.rows["status"] for s in sections for t in s.tables if t.key == "exceptions"]
    return [
        wording(
            "report_to_do",
            all=text(len(status), "count"),
            **{s: text(int((status == s).sum()), "count") for s in URGENCY},
        )
        for status in listed
    ]


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
