"""What to act on, most urgent first."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.language.wording import wording
from pipeline.out.report.material import Material
from pipeline.out.report.model import FileLink, RowLink, Table, column, numeric
from pipeline.out.report.span import months
from pipeline.out.report.vocabulary import Vocabulary, file_names, named

APPROACHING = pd.Timedelta(days=14)  # an open duty due within this time is something to act on
# In this order: what can still be done in time, what a corrected logbook would mend, what is left to make good.
URGENCY = ("open", "unprovable", "missed")
REASONS = ("open", "unprovable", "late", "partly", "nothing")


def exceptions(material: Material) -> Table:
    """Missed and unprovable duties of the span, and open ones whose day approaches, whatever month they belong to.

    An unprovable duty leads to the row that, once corrected, might prove it.
    """
    duties, evidence, words, as_of = material.duties, material.evidence, material.words, material.as_of
    rows = _pressing(duties, pd.Timestamp(as_of), months(material.span.days))
    rows = rows.assign(
        why=_reasons(rows),
        days=(rows["due_on"].dt.normalize() - pd.Timestamp(as_of)).dt.days,
        missing=rows["required"] - rows["earned"],
        number=rows.index + 1,
        duty=rows.index,
        position=duties.index.get_indexer(rows.index),
        who=named(rows["owner"], words.people),
        client_name=named(rows["client"], words.clients),
    )
    rows = _by_urgency(rows.merge(_doubtful(evidence), on="duty", how="left"), words)
    columns = (
        column("status", words={s: wording(f"report_status_{s}") for s in URGENCY}),
        column("due_on", "day"),
        column("days", "count"),
        column("who"),
        column("unit"),
        column("client_name"),
        column("code", words=words.duty_titles),
        column("article"),
        numeric("missing", rows),
        column("why", words={r: wording(f"report_why_{r}") for r in REASONS}),
        column("number", "count", link=RowLink("duties", "position")),
        column("place", link=FileLink("file", "sheet", "cell"), aside=True),
        column("tier", words=words.tiers, aside=True),
        column("requirement", words=words.requirements(rows["requirement"].unique()), aside=True),
        column("start", "day", aside=True),
        numeric("required", rows, aside=True),
        numeric("actual", rows, aside=True),
        column("client", aside=True),
    )
    return Table("exceptions", wording("report_exceptions"), columns, rows, wording("report_exceptions_note"))


def _pressing(duties: pd.DataFrame, today: pd.Timestamp, span: tuple[str, ...]) -> pd.DataFrame:
    lost = duties["status"].isin(["missed", "unprovable"]) & duties["month"].isin(span)
    soon = (duties["status"] == "open") & (duties["due_on"].dt.normalize() <= today + APPROACHING)
    pressing: pd.DataFrame = duties[lost | soon]
    return pressing


def _reasons(rows: pd.DataFrame) -> pd.Series:
    cases = [rows["status"] == "open", rows["status"] == "unprovable", rows["done_on"].notna(), rows["actual"] > 0]
    return pd.Series(np.select(cases, REASONS[:-1], REASONS[-1]), index=rows.index, dtype="str")


def _doubtful(evidence: pd.DataFrame) -> pd.DataFrame:
    """The first row in doubt of each duty, and its place in words."""
    first = evidence[evidence["role"] == "doubt"].drop_duplicates("duty")
    place = file_names(first["file"]) + " " + first["sheet"] + "!" + first["cell"]
    return first[["duty", "file", "sheet", "cell"]].assign(place=place)


def _by_urgency(rows: pd.DataFrame, words: Vocabulary) -> pd.DataFrame:
    """By urgency; then by due day, the missed ones by tier first, and by what is missing most."""
    ranks = {tier: rank for rank, tier in enumerate(words.tiers)}
    tier = rows["tier"].map(ranks).fillna(len(ranks))
    keyed = rows.assign(
        _urgency=rows["status"].map({s: i for i, s in enumerate(URGENCY)}),
        _tier=tier.where(rows["status"] == "missed", 0),
        _missing=-rows["missing"],
    )
    order = ["_urgency", "_tier", "due_on", "_missing", "client", "duty"]
    keyed = keyed.sort_values(order, ignore_index=True)
    return keyed.fillna(dict.fromkeys(("file", "sheet", "cell", "place"), ""))[[*rows.columns]]
