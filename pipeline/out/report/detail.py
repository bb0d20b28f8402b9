"""Every duty with the rows that were counted for it, down to the cell of the logbook."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from pipeline.compute.facts import Facts
from pipeline.language.wording import Wording, wording
from pipeline.out.filenames import joined_up
from pipeline.out.report.model import FileLink, RowLink, Section, Table, Volume, VolumeLink, column, listed, numeric
from pipeline.out.report.vocabulary import Vocabulary, Words, named, unit_words

TRACED = {"happened": "datetime64[s]", **dict.fromkeys(("by", "client", "nature", "file", "sheet", "cell"), "str")}
TOO_MANY = 100_000  # rows of detail beyond which each unit gets a workbook of its own
STATUSES = ("met", "missed", "unprovable", "open", "waived")
NATURE = ("kind", "document", "channel", "purpose", "outcome")  # the choices that tell what a row records
SUBJECTS = ("client", "case", "row", "staff", "unit", "group", "company")


def traced(evidence: pd.DataFrame, facts: Facts) -> pd.DataFrame:
    """The evidence with what its rows say: `TRACED`."""
    parts = [_looked_up(rows, facts, str(form), str(role)) for (form, role), rows in evidence.groupby(["form", "role"])]
    none = evidence.head(0).reindex(columns=[*evidence.columns, *TRACED])
    found = pd.concat([*parts, none]).astype(TRACED)[none.columns]
    return found.sort_values(["duty", "role", "happened", "form", "row"], ignore_index=True)


def _looked_up(evidence: pd.DataFrame, facts: Facts, form: str, role: str) -> pd.DataFrame:
    logged = (facts.doubts if role == "doubt" else facts.rows)[form]
    said = logged.take(evidence["row"].to_numpy()).set_index(evidence.index)
    client = said["client"].fillna("") if "client" in said else ""
    nature = pd.Series(f"{form}:", said.index)
    for field in (f for f in NATURE if f in said):
        nature = nature + field + "=" + said[field].fillna("") + "/"
    cell = "A" + said["row"].astype("str")
    return evidence.join(said[["happened", "by", "file", "sheet"]]).assign(client=client, nature=nature, cell=cell)


def detail(duties: pd.DataFrame, evidence: pd.DataFrame, words: Vocabulary) -> tuple[Table, Table]:
    """The table of duties, each leading to its first row of evidence, and the table of evidence.

    `duties` and `evidence` (traced) may be a part of the whole; the index of `duties` is the number of the duty.
    """
    evidence = evidence.reset_index(drop=True)
    evidence = evidence.assign(
        position=duties.index.get_indexer(pd.Index(evidence["duty"])), number=evidence["duty"] + 1
    )
    evidence["by"] = named(evidence["by"].fillna(""), words.people)
    per_duty = evidence.groupby("position").size()
    first = pd.Series(evidence.index, index=evidence["position"]).groupby(level=0).first()
    rows = duties.assign(
        number=duties.index + 1,
        client_name=named(duties["client"], words.clients),
        who=named(duties["owner"], words.people),
        provisional=duties["provisional"].map({True: "yes", False: ""}).astype("str"),
    ).reset_index(drop=True)
    rows["proofs"] = per_duty.reindex(rows.index, fill_value=0)
    rows["proof"] = first.reindex(rows.index).astype("Int64")
    return _duties(rows, words), _evidence(evidence, words)


def _duties(rows: pd.DataFrame, words: Vocabulary) -> Table:
    kinds = {k: wording(f"report_subject_{k}") for k in SUBJECTS}
    columns = (
        column("number", "count"),
        column("code", words=words.duty_titles),
        column("client_name"),
        column("tier", words=words.tiers),
        column("unit"),
        column("who"),
        column("due_on", "day"),
        column("requirement", words=words.requirements(rows["requirement"].unique())),
        column("status", words={s: wording(f"report_status_{s}") for s in STATUSES}),
        column("done_on", "day"),
        column("proofs", "count", link=RowLink("evidence", "proof")),
        column("article", aside=True),
        column("month", aside=True),
        column("subject_kind", words=kinds, aside=True),
        column("subject", aside=True),
        column("start", "day", aside=True),
        numeric("required", rows, aside=True),
        numeric("actual", rows, aside=True),
        numeric("earned", rows, aside=True),
        numeric("own", rows, aside=True),
        column("provisional", words={"yes": wording("report_is_provisional")}, aside=True),
    )
    return Table("duties", wording("report_duties"), columns, rows)


def _evidence(rows: pd.DataFrame, words: Vocabulary) -> Table:
    forms = {key: form.title for key, form in words.forms.items()}
    columns = (
        column("number", "count", link=RowLink("duties", "position")),
        column(
            "role", title=wording("report_counted_as"), words={r: wording(f"report_{r}") for r in ("counted", "doubt")}
        ),
        column("form", words=forms),
        column("happened", "moment"),
        column("by"),
        column("client"),
        column("nature", words=natures(rows["nature"].unique(), words)),
        column("file", link=FileLink("file", "sheet", "cell")),
        column("sheet"),
        column("cell"),
    )
    return Table("evidence", wording("report_evidence"), columns, rows)


def natures(keys: Iterable[str], words: Vocabulary) -> Words:
    """What `form:field=choice/field=choice/` says, for instance 'visit, service, connected'."""
    return {key: _said(key, words) for key in keys}


def _said(key: str, words: Vocabulary) -> Wording:
    form, _, choices = key.partition(":")
    pairs = [choice.partition("=") for choice in choices.split("/") if choice]
    return listed([words.choices(form, field)[value] for field, _, value in pairs if value])


def detail_sections(duties: pd.DataFrame, evidence: pd.DataFrame, words: Vocabulary) -> tuple[Section, ...]:
    """The two sections of the detail."""
    return tuple(Section(table.key, table.title, (table,)) for table in detail(duties, evidence, words))


def volumes(duties: pd.DataFrame, evidence: pd.DataFrame, words: Vocabulary) -> tuple[Volume, ...]:
    """The detail of each unit as a volume of its own."""
    files = volume_files(sorted(duties["unit"].unique()))
    unit_of = evidence["duty"].map(duties["unit"])
    return tuple(
        Volume(unit, file, detail_sections(duties[duties["unit"] == unit], evidence[unit_of == unit], words))
        for unit, file in files.items()
    )


def volume_files(units: Iterable[str]) -> dict[str, Wording]:
    """A file name for every unit: what no file system takes is replaced, and no two are the same."""
    files: dict[str, Wording] = {}
    taken: set[str] = set()
    for unit in units:
        name = stem = joined_up(unit)
        while name.casefold() in taken:
            name = f"{stem}_{len(taken)}"
        taken.add(name.casefold())
        files[unit] = wording("report_volume_file", unit=name or wording("report_no_unit"))
    return files


def volume_table(parts: Sequence[Volume]) -> Table:
    """Where the detail of each unit is."""
    rows = pd.DataFrame(
        {
            "unit": [v.unit for v in parts],
            "duties": [len(v.sections[0].tables[0].rows) for v in parts],
            "evidence": [len(v.sections[1].tables[0].rows) for v in parts],
        }
    )
    rows["volume"] = rows["unit"]
    files = {v.unit: v.file for v in parts}
    columns = (
        column("unit", words=unit_words(rows["unit"])),
        column("volume", words=files, link=VolumeLink()),
        column("duties", "count"),
        column("evidence", "count"),
    )
    return Table("volumes", wording("report_volumes"), columns, rows, wording("report_volumes_note"))
