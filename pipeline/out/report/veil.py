"""What a reader may not see: clients of a secrecy grade beyond the reader, and clients outside the report's scope.

The material is veiled before a report is made of it: names are masked where names are looked up, and the contents of
a masked client's rows are left out. As a last gate every text that somebody typed is searched, in the report as it
stands, for the names of clients who must not be in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from pipeline.compute.facts import Facts
from pipeline.compute.people import on_day
from pipeline.language.policy.regulation import Regulation
from pipeline.language.policy.secrecy import Secrecy
from pipeline.out.report.material import Material
from pipeline.out.report.model import Column, Report, Section, Table, Volume

NAMES = ("name", "short_name")  # of the client sheet
CONTACTS = (
    "contact",
    "phone",
    "note",
)  # looked for in sentences only: a contact may share its name with one of the staff
STARS = "***"  # in the place of a client outside the scope
LOWEST = 1  # the rank of the grade that is shown when no reader is given
_LEGAL = re.compile(r"(?:股份有限公司|有限责任公司|有限公司|集团公司|公司|集团)$")
_SHORTEST = 2  # a name of one character would be found everywhere


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a report: one or more roles (`regulation/role`), or nobody in particular, who sees the lowest grade."""

    roles: frozenset[str] | None = None


ANYBODY = Reader()


def known_reader(text: str, regulations: Collection[Regulation], facts: Facts, as_of: date) -> Reader | None:
    """The reader whose staff id, name or role `text` is; None for an unknown one. A person has the roles of the day."""
    roles = {f"{r.id}/{key}" for r in regulations for key, role in r.roles.items() if text in (key, *role.title)}
    if roles:
        return Reader(frozenset(roles))
    staff = facts.staff
    mine = staff[(staff["staff"] == text) | (staff["name"] == text)]
    if mine["staff"].nunique() != 1:
        return None
    now = on_day(mine, as_of)["role"]
    return Reader(frozenset(f"{r.id}/{role}" for r in regulations for role in now))


def masks(regulations: Collection[Regulation], facts: Facts, as_of: date, reader: Reader) -> dict[str, str]:
    """The clients that the reader may not see, each with what stands in the place of its name."""
    hidden: dict[str, str] = {}
    for regulation in regulations:
        if regulation.secrecy:
            sight = _sight(regulation, regulation.secrecy, reader)
            secret = facts.clients[_ranks(regulation.secrecy, facts.clients, as_of) > sight]
            hidden |= {str(id_): _mask(regulation.secrecy, str(id_), name) for id_, name in secret["name"].items()}
    return hidden


def shown_grade(
    regulations: Collection[Regulation], facts: Facts, as_of: date, reader: Reader, clients: Collection[str] | None
) -> str:
    """The highest grade of secrecy among the `clients` (None: all) whose names the reader is shown; '' for none."""
    found: dict[int, str] = {0: ""}
    for regulation in regulations:
        if secrecy := regulation.secrecy:
            ranks = _ranks(secrecy, facts.clients, as_of)
            ranks = ranks if clients is None else ranks[ranks.index.isin([*clients])]
            shown = int(ranks[ranks <= _sight(regulation, secrecy, reader)].max() or 0) if len(ranks) else 0
            found[shown] = [*secrecy.grades][shown - 1] if shown else ""
    return found[max(found)]


def _sight(regulation: Regulation, secrecy: Secrecy, reader: Reader) -> int:
    if reader.roles is None:
        return LOWEST
    return secrecy.sight([r.partition("/")[2] for r in reader.roles if r.startswith(f"{regulation.id}/")])


def _ranks(secrecy: Secrecy, clients: pd.DataFrame, as_of: date) -> pd.Series:
    """The rank of each client's grade on the day; 0 for none, and for one whose term is over."""
    if secrecy.grade not in clients:
        return pd.Series(0, index=clients.index)
    ranks = clients[secrecy.grade].map({grade: secrecy.rank(grade) for grade in secrecy.grades}).fillna(0)
    if secrecy.until not in clients:
        return ranks
    return ranks.mask(clients[secrecy.until] < pd.Timestamp(as_of), 0)


def _mask(secrecy: Secrecy, id_: str, name: str) -> str:
    return id_ if secrecy.names == "code" else starred(name)


def starred(name: str) -> str:
    """`华*公司` for 华星光电股份有限公司: the first character of several, and that it is a company."""
    stem = _LEGAL.sub("", name)
    company = "公司" if stem != name else ""
    return f"{stem[:1] if len(stem) > 1 else ''}*{company}"


@dataclass(frozen=True, eq=False)
class Veil:
    """Finds the clients named in texts, and covers those who are masked or not among `shown` (None: all are)."""

    facts: Facts
    masked: Mapping[str, str]
    shown: frozenset[str] | None

    def over(self, report: Report) -> Report:
        """The report with every text that somebody typed searched for names."""
        if not self.masked and self.shown is None:
            return report
        gate = Gate(self._covers(NAMES)), Gate(self._covers((*NAMES, *CONTACTS)))
        return replace(
            report,
            sections=tuple(_section(section, *gate) for section in report.sections),
            volumes=tuple(_volume(volume, *gate) for volume in report.volumes),
        )

    def _covers(self, columns: Collection[str]) -> Iterator[tuple[str, str]]:
        """Every text by which a client may be known and what stands for it; itself for a client who may be seen."""
        clients = self.facts.clients
        for column in (c for c in columns if c in clients):
            known = clients[column].dropna()
            for id_, text in known[known.str.len() >= _SHORTEST].items():
                yield text, self._cover(str(id_), text)

    def _cover(self, id_: str, text: str) -> str:
        if self.shown is not None and id_ not in self.shown:
            return STARS
        return self.masked.get(id_, text)


class Gate:
    """Replaces names in texts: the longest first, so that a part of a name that may be shown is no other name."""

    def __init__(self, covers: Iterable[tuple[str, str]]) -> None:
        # Of two clients with one name, one of whom is hidden, both are.
        self.covers = dict(sorted(covers, key=lambda cover: cover[0] != cover[1]))
        self.lengths = sorted({len(text) for text in self.covers}, reverse=True)
        self.heads = {text[:_SHORTEST] for text in self.covers}

    def cleaned(self, text: str) -> str:
        """The text with what must not be in it covered."""
        done: list[str] = []
        at = 0
        while at < len(text):
            name = self._name(text, at)
            done.append(self.covers[name] if name else text[at])
            at += len(name) or 1
        return "".join(done)

    def _name(self, text: str, at: int) -> str:
        """The longest name that stands at this place, '' for none."""
        if text[at : at + _SHORTEST] not in self.heads:
            return ""
        parts = (text[at : at + length] for length in self.lengths)
        return next((part for part in parts if part in self.covers), "")


def _volume(volume: Volume, names: Gate, all_: Gate) -> Volume:
    return replace(volume, sections=tuple(_section(section, names, all_) for section in volume.sections))


def _section(section: Section, names: Gate, all_: Gate) -> Section:
    return replace(section, tables=tuple(_table(table, names, all_) for table in section.tables))


def _table(table: Table, names: Gate, all_: Gate) -> Table:
    typed = {c.key: (all_ if c.kind == "prose" else names).cleaned for c in table.columns if _is_typed(c)}
    linked = {name: names.cleaned for c in table.columns for name in _linked(c, table.rows)}
    return replace(table, rows=_covered(table.rows, linked | typed))


def _is_typed(column: Column) -> bool:
    return column.kind in ("text", "prose") and column.words is None


def _linked(column: Column, rows: pd.DataFrame) -> list[str]:
    """The columns with the words of a link to a file."""
    names = [getattr(column.link, part, "") for part in ("file", "sheet")]
    return [name for name in names if name in rows]


def _covered(rows: pd.DataFrame, clean: Mapping[str, Callable[[str], str]]) -> pd.DataFrame:
    """The rows with these columns cleaned, each different text once."""
    changed = {name: _column(rows[name], by) for name, by in clean.items() if name in rows}
    return rows.assign(**{name: column for name, column in changed.items() if column is not None})


def _column(texts: pd.Series, clean: Callable[[str], str]) -> pd.Series | None:
    words = {text: clean(text) for text in texts.dropna().unique()}
    different = {text: cleaned for text, cleaned in words.items() if text != cleaned}
    return texts.replace(different) if different else None


def veiled(material: Material, masked: Mapping[str, str]) -> Material:
    """The material without what the masked clients' rows tell: names, and the columns that are left out."""
    if not masked:
        return material
    facts, out = material.words.facts, _left_out(material.words.regulations)
    names = facts.clients["name"].where(~facts.clients.index.isin([*masked]), pd.Series(masked, dtype="str"))
    rows = {form: _emptied(log, masked, out) for form, log in facts.rows.items()}
    known = replace(facts, clients=_emptied(facts.clients.assign(name=names), masked, out), rows=rows)
    findings = material.findings
    told = (findings["row"] > 0) & findings["client"].isin(["", *masked])
    return replace(
        material,
        words=replace(material.words, facts=known),
        cases=None if material.cases is None else _emptied(material.cases, masked, out),
        findings=findings.assign(**{c: findings[c].where(~told, "") for c in ("value", "suggestion")}),
    )


def _left_out(regulations: Collection[Regulation]) -> frozenset[str]:
    return frozenset(name for r in regulations if r.secrecy for name in r.secrecy.left_out)


def _emptied(rows: pd.DataFrame, masked: Collection[str], left_out: Collection[str]) -> pd.DataFrame:
    """The rows of masked clients without these columns."""
    client = rows["client"] if "client" in rows else rows.index.to_series() if rows.index.name == "client" else None
    if client is None:
        return rows
    secret = client.isin([*masked]).to_numpy()
    return rows.assign(**{c: rows[c].mask(secret) for c in left_out if c in rows})
