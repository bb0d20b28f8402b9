"""How the month stands: by tier and duty, over time, by unit, by member of staff."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd

from pipeline.language.wording import Wording, wording
from pipeline.out.report.model import Chart, Column, RowLink, Table, column, listed, numeric
from pipeline.out.report.tally import STATUSES, Counted, compared, rolled_up
from pipeline.out.report.vocabulary import Vocabulary, named, unit_words

FEW = 10  # fewer duties than this say little about a unit or a person
TOTAL = "*"
NO_TIER = "none"  # in ids


def matrix(now: pd.DataFrame, words: Vocabulary) -> Table:
    """The rate met / due of every duty in every tier, leading to its row in the summary; last the whole duty."""
    cells = rolled_up(now, ["code", "tier"])
    rows = rolled_up(now, ["code"])[["code", "rate"]].rename(columns={"rate": TOTAL})
    tiers = [t for t in words.tiers if (cells["tier"] == t).any()]
    rates = cells.pivot_table(index="code", columns="tier", values="rate").reindex(columns=tiers)
    rows = _in_order(_with_duty(rows.merge(rates.reset_index(), on="code", how="left"), words), words, ["code"])
    places = _in_order(cells, words, ["tier", "code"]).reset_index(names="place")  # where the summary has them
    places = places.pivot_table(index="code", columns="tier", values="place").reindex(rows["code"], columns=tiers)
    rows = rows.assign(**{f"place:{t}": places[t].to_numpy("float64") for t in tiers})
    heat = [column(t, "share", title=words.tiers[t], heat=True, link=RowLink("summary", f"place:{t}")) for t in tiers]
    total = column(TOTAL, "share", title=wording("report_all_tiers"), heat=True)
    rows = rows.assign(id=rows["code"])
    return Table("matrix", wording("report_matrix"), (_duty(words), column("article"), *heat, total), rows)


def summary(counted: Counted, words: Vocabulary) -> Table:
    """One row per tier and duty with both rates, the month before and the same month of last year."""
    by, now = ["code", "tier"], counted.now
    rows = _with_duty(compared(counted, by), words)
    asked = now.groupby(by)["requirement"].agg(_joined).rename("requirement").reset_index()
    rows = _in_order(rows.merge(asked, on=by), words, ["tier", "code"])
    rows["id"] = of_tier(rows["code"], rows["tier"])
    columns = (
        column("tier", words={**words.tiers, "": wording("report_no_tier")}),
        _duty(words),
        column("article"),
        column("role", words=words.roles),
        column("requirement", words=_joined_words(rows["requirement"], words)),
        *_counts(rows),
        *_rates(rows),
        *_aside("earned", "required"),
    )
    rows["role"] = rows["code"].map(now.drop_duplicates("code").set_index("code")["role"])
    return Table("summary", wording("report_summary"), columns, rows, wording("report_summary_note"))


def of_tier(code: pd.Series, tier: pd.Series) -> pd.Series:
    """The ids of duties in a tier: `regulation/obligation@tier`, with `none` for those of no tier."""
    return code + "@" + tier.str.replace(r"^.*/", "", regex=True).replace("", NO_TIER)


def trend(history: pd.DataFrame, words: Vocabulary) -> tuple[Table, Chart]:
    """The rate met / due month by month: all duties, then each tier, each duty, each unit."""
    months = sorted(history["month"].unique())
    parts = [_series(history.assign(line=TOTAL), "total"), _series(history.assign(line=history["tier"]), "tier")]
    parts.append(_series(history.assign(line=history["code"]), "duty"))
    parts.append(_series(history.assign(line="unit:" + history["unit"]), "unit"))
    total, tiers, duties, units_ = parts
    tiers = _ordered(tiers[tiers["line"] != ""], "line", words.tiers)
    rows = pd.concat([total, tiers, _ordered(duties, "line", words.duty_titles), units_], ignore_index=True)
    names: dict[str, Wording] = {TOTAL: wording("report_total"), **words.tiers, **words.duty_titles}
    names |= {f"unit:{unit}": said for unit, said in unit_words(history["unit"].unique()).items()}
    scopes = {s: wording(f"report_by_{s}") for s in ("total", "tier", "duty", "unit")}
    rows["article"] = rows["line"].map({c: d.article for c, d in words.duties.items()}).fillna("").astype("str")
    rows["id"] = rows["line"].where(rows["scope"] != "tier", "tier:" + rows["line"]).replace(TOTAL, "total/rate")
    by_month = tuple(column(m, "point", title=Wording(m, m), heat=True) for m in months)
    columns = (column("scope", words=scopes), column("line", words=names), column("article"), *by_month)
    table = Table("trend", wording("report_trend"), columns, rows, wording("report_trend_note"))
    lines = 1 + len(tiers)
    return table, Chart(
        wording("report_trend_chart"), "trend", "line", tuple(months), lines, _floor(rows[months][:lines])
    )


def _floor(rates: pd.DataFrame) -> float:
    """Where the axis may begin so that the lines can be told apart: a full tenth below the lowest rate."""
    known = rates.to_numpy("float64")
    lowest = float(np.nan_to_num(known, nan=1.0).min(initial=1.0))
    return max(0.0, math.floor(lowest * 10 - 1) / 10)


def _series(counted: pd.DataFrame, scope: str) -> pd.DataFrame:
    rates = rolled_up(counted, ["line", "month"])
    wide = rates.pivot_table(index="line", columns="month", values="rate", dropna=False)
    wide = wide.reindex(index=sorted(counted["line"].unique()), columns=sorted(counted["month"].unique()))
    return wide.reset_index().assign(scope=scope)


def units(counted: Counted, duties: pd.DataFrame) -> Table:
    """One row per unit, best rate first; those with few duties stand last, with a caution."""
    rows = compared(counted, ["unit"])
    people = duties[duties["owner"] != ""].groupby("unit")["owner"].nunique()
    clients = duties[duties["client"] != ""].groupby("unit")["client"].nunique()
    rows = rows.assign(
        people=rows["unit"].map(people).fillna(0).astype("int64"),
        clients=rows["unit"].map(clients).fillna(0).astype("int64"),
        id="unit:" + rows["unit"],
    )
    rows = _ranked(_cautioned(rows), ["unit"])
    columns = (
        column("unit", words=unit_words(rows["unit"])),
        column("people", "count"),
        column("clients", "count"),
        *_counts(rows),
        *_rates(rows),
        _caution(),
        *_aside("earned", "required"),
    )
    return Table("units", wording("report_units"), columns, rows, wording("report_ranking_note"))


def staff(counted: Counted, words: Vocabulary) -> Table:
    """One row per member of staff: the compliance of the clients they owned, and their own work (own / required)."""
    counted = counted.map(lambda cube: cube[cube["owner"] != ""])
    now, rows = counted.now, compared(counted, ["owner"])
    first = now.drop_duplicates("owner").set_index("owner")
    rows = rows.assign(
        name=named(rows["owner"], words.people),
        unit=rows["owner"].map(first["unit"]),
        role=rows["owner"].map(now.groupby("owner")["role"].agg(_joined)),
        id="staff:" + rows["owner"],
    )
    rows = _ranked(_cautioned(rows), ["unit", "owner"])
    roles = {key: _several(key, words.roles) for key in rows["role"].unique()}
    columns = (
        column("name"),
        column("unit"),
        column("role", words=roles),
        *_counts(rows),
        column("rate", "share", heat=True),
        *past(rows),
        column("own_rate", "share", heat=True),
        _caution(),
        *_aside("own", "required"),
        column("owner", aside=True),
    )
    return Table("staff", wording("report_staff"), columns, rows, wording("report_staff_note"))


def _aside(*sums: str) -> tuple[Column, ...]:
    """What the last rate is made of, and the id of the figure."""
    return (*(column(key, "amount", aside=True) for key in sums), column("id", aside=True))


def _duty(words: Vocabulary) -> Column:
    return column("code", words=words.duty_titles)


def _counts(rows: pd.DataFrame) -> tuple[Column, ...]:
    return tuple(numeric(key, rows) for key in ("due", *STATUSES))


def _rates(rows: pd.DataFrame) -> tuple[Column, ...]:
    return (
        column("rate", "share", heat=True),
        *past(rows),
        column("earned_rate", "share", heat=True),
    )


def past(rows: pd.DataFrame) -> tuple[Column, ...]:
    """The rates before, and how this one differs from them; last year only where something is known of it."""
    before = (column("previous", "share"), column("change", "change"))
    of_year = (column("year_ago", "share"), column("change_of_year", "change"))
    return (*before, *of_year) if rows["year_ago"].notna().any() else before


def _caution() -> Column:
    return column("caution", words={"few": wording("report_few")})


def _cautioned(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(caution=(rows["due"] < FEW).map({True: "few", False: ""}).astype("str"))


def _ranked(rows: pd.DataFrame, then: list[str]) -> pd.DataFrame:
    return rows.sort_values(["caution", "rate", *then], ascending=[True, False, *(True for _ in then)]).reset_index(
        drop=True
    )


def _with_duty(rows: pd.DataFrame, words: Vocabulary) -> pd.DataFrame:
    return rows.assign(article=rows["code"].map({c: d.article for c, d in words.duties.items()}).astype("str"))


def _ordered(rows: pd.DataFrame, by: str, order: Mapping[str, Wording]) -> pd.DataFrame:
    ranks = {key: rank for rank, key in enumerate(order)}
    return rows.sort_values(by, key=lambda keys: keys.map(ranks)).reset_index(drop=True)


def _in_order(rows: pd.DataFrame, words: Vocabulary, by: list[str]) -> pd.DataFrame:
    """Sorted by rank of tier and by the order of the duties in their regulations; duties of no tier stand last."""
    orders = {"tier": words.tiers, "code": words.duty_titles}
    ranks = {c: {key: rank for rank, key in enumerate(orders[c])} for c in by}
    return rows.sort_values(by, key=lambda keys: keys.map(ranks[str(keys.name)])).reset_index(drop=True)


def _joined(values: pd.Series) -> str:
    return ";".join(sorted(set(values)))


def _several(key: str, words: Mapping[str, Wording]) -> Wording:
    return listed([words[part] for part in key.split(";") if part])


def _joined_words(keys: pd.Series, words: Vocabulary) -> dict[str, Wording]:
    single = words.requirements({part for key in keys for part in key.split(";")})
    return {key: _several(key, single) for key in keys.unique()}
