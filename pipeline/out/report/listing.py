"""Records of a form as tables: one by one, or counted by one of their columns."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from pipeline.intake.forms import Form, shipped_forms
from pipeline.language.policy.obligation import Words
from pipeline.language.policy.quantity import Model
from pipeline.language.policy.select import Where
from pipeline.language.wording import Wording, in_both, wording
from pipeline.out.report.material import Material
from pipeline.out.report.model import Column, FileLink, Kind, Table, column, listed
from pipeline.out.report.records import AGES, DERIVED, records, told
from pipeline.out.report.vocabulary import Vocabulary, file_names, named

UNSTATED = "unstated"
_KINDS: dict[str, Kind] = {  # of types of fields, and of what is derived
    "text": "prose",
    "day": "day",
    "moment": "moment",
    "answer_hours": "amount",
    "resolve_hours": "amount",
}


class Listing(Model):
    """The records of a form that fulfil `where`, newest first, in these columns.

    Those of the report's span, or with `ever` those of any time; `latest` shows each client's last one only. `tiers`
    takes only clients of that many tiers, counted from the highest.
    """

    key: str
    title: Words
    form: str
    where: Where = {}
    columns: tuple[str, ...]
    ever: bool = False
    latest: bool = False
    tiers: int | None = None


class Breakdown(Model):
    """The records of a form in the report's span, counted by a column.

    Beside the counts: the share that answers yes to each of `shares`, the mean of each of `means`, the median of each
    of `medians`.
    """

    key: str
    title: Words
    form: str
    where: Where = {}
    by: str
    ever: bool = False
    shares: tuple[str, ...] = ()
    means: tuple[str, ...] = ()
    medians: tuple[str, ...] = ()


def listing(declared: Listing, material: Material) -> Table:
    """One row a record, each leading to its cell in the logbook."""
    words, form = material.words, _form(declared.form, material.words)
    rows = told(records(material, declared.form), declared.where, None if declared.ever else material.span.days)
    if declared.tiers:
        rows = rows[rows["tier"].isin(highest(declared.tiers, words))]
    if "happened" in rows:
        rows = rows.sort_values(["happened", "file", "row"], ascending=[False, True, True], kind="stable")
    rows = rows.drop_duplicates("client") if declared.latest and "client" in rows else rows
    rows = rows.reset_index(drop=True)
    shown = [made for key in declared.columns for made in _column(key, form, rows, words)]
    if "file" in rows:
        place = column("place", title=wording("report_file"), link=FileLink("file", "sheet", "cell"))
        shown.append((place, file_names(rows["file"])))
        rows = rows.assign(cell="A" + rows["row"].astype("str"))
    return Table(
        declared.key, declared.title, tuple(c for c, _ in shown), rows.assign(**{c.key: cells for c, cells in shown})
    )


def breakdown(declared: Breakdown, material: Material) -> Table:
    """One row for each value of the column, in the order of its choices."""
    words, form = material.words, _form(declared.form, material.words)
    rows = told(records(material, declared.form), declared.where, None if declared.ever else material.span.days)
    named_by = _words_of(declared.by, form, words)
    rows = rows if declared.by in rows else rows.assign(**{declared.by: pd.Series(dtype="str")})
    rows = rows.assign(**{declared.by: rows[declared.by].astype("str").fillna(UNSTATED).replace("", UNSTATED)})
    grouped = rows.groupby(declared.by)
    counts = pd.DataFrame({"records": grouped.size()})
    if "client" in rows:
        counts["clients"] = grouped["client"].nunique()
    measured = [*_measures(declared, form, rows)]
    for made, values in measured:
        counts[made.key] = values
    counts = counts.loc[_ordered(counts.index, named_by)].reset_index(names="value")
    by = _titled(declared.by, form)
    columns = (
        column("value", title=by, words=_all_words(counts["value"], named_by, words, declared.by, form)),
        *(column(c, "count") for c in ("records", "clients") if c in counts),
        *(made for made, _ in measured),
    )
    return Table(declared.key, declared.title, columns, counts)


def highest(count: int, words: Vocabulary) -> frozenset[str]:
    """The first tiers of every regulation, `regulation/tier`."""
    return frozenset(f"{r.id}/{key}" for r in words.regulations for key in [*r.tiers][:count])


def _form(key: str, words: Vocabulary) -> Form:
    """The form as the regulations extend it, or as it ships where none uses it."""
    return words.forms.get(key) or shipped_forms()[key]


def _column(key: str, form: Form, rows: pd.DataFrame, words: Vocabulary) -> Iterator[tuple[Column, pd.Series]]:
    """The columns that show a field, each with its cells; none for a field that is not known."""
    field = {f.key: f for f in form.fields}.get(key)
    if key not in rows or not (field or key in DERIVED):
        return
    title, cells = _titled(key, form), rows[key]
    match field.type if field else key:
        case "client":
            yield column(key), cells
            yield column("client_name"), named(_text(cells), words.clients)
        case "staff":
            yield column(key, title=title), named(_text(cells), words.people)
        case "yesno":
            yield column(key, title=title, words=_yes_no()), _text(cells.map({True: "yes", False: "no"}))
        case "choice" | "choices" | "tier" | "ageing":
            known = _words_of(key, form, words)
            yield column(key, title=title, words={v: _several(v, known) for v in cells.dropna().unique()}), cells
        case "number" | "integer":
            whole = (cells.dropna().astype("float64") % 1 == 0).all()
            yield column(key, "count" if whole else "amount", title=title), cells
        case kind:
            yield column(key, _KINDS.get(kind, "text"), title=title), cells


def _text(cells: pd.Series) -> pd.Series:
    return cells.astype("str").fillna("")


def _several(value: str, words: dict[str, Wording]) -> Wording:
    return listed([words.get(part, in_both(part)) for part in value.split(";") if part])


def _measures(declared: Breakdown, form: Form, rows: pd.DataFrame) -> Iterator[tuple[Column, pd.Series]]:
    parts: tuple[tuple[tuple[str, ...], Kind, str], ...] = (
        (declared.shares, "share", "mean"),
        (declared.means, "amount", "mean"),
        (declared.medians, "amount", "median"),
    )
    for keys, kind, how in parts:
        for key in (k for k in keys if k in rows):
            title = wording(f"report_{how}_{kind}", what=_titled(key, form))
            values = rows.assign(**{key: rows[key].astype("float64")}).groupby(declared.by)[key].agg(how)
            yield column(f"{how}_{key}", kind, title=title), values


def _titled(key: str, form: Form) -> Wording:
    titles = {field.key: field.title for field in form.fields}
    return titles[key] if key in titles and key not in DERIVED else wording(f"report_{key}")


def _words_of(key: str, form: Form, words: Vocabulary) -> dict[str, Wording]:
    """What the codes of a column are called, in their order."""
    if key == "tier":
        return dict(words.tiers)
    if key == "ageing":
        return {age: wording(f"report_ageing_{age}") for age in (*AGES, "beyond")}
    field = {f.key: f for f in form.fields}.get(key)
    if field and field.type == "yesno":
        return {"True": wording("report_yes"), "False": wording("report_no")}
    return {name: choice.title for name, choice in field.choices.items()} if field else {}


def _all_words(
    values: pd.Series, known: dict[str, Wording], words: Vocabulary, key: str, form: Form
) -> dict[str, Wording]:
    field = {f.key: f for f in form.fields}.get(key)
    called = named(values, words.people) if field and field.type == "staff" else values
    own = {value: in_both(name) for value, name in zip(values, called, strict=True)}
    return {**own, UNSTATED: wording("report_unstated"), **known}


def _ordered(values: pd.Index, known: dict[str, Wording]) -> list[str]:
    """In the order of the choices; what has none by its name, and what is not stated last."""
    ranks = {key: rank for rank, key in enumerate(known)}
    return sorted(values, key=lambda v: (v == UNSTATED, ranks.get(v, len(ranks)), v))


def _yes_no() -> dict[str, Wording]:
    return {answer: wording(f"report_{answer}") for answer in ("yes", "no")}
