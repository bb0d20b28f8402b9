"""Whom a report is about: the company, a unit, a member of staff, a tier. Nothing of any other is left in it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Literal

import pandas as pd

from pipeline.language.wording import Wording, in_both
from pipeline.out.report.material import Material, Served
from pipeline.out.report.vocabulary import Vocabulary, unit_words

Sort = Literal["company", "unit", "staff", "tier"]
COLUMN: dict[Sort, str] = {"unit": "unit", "staff": "owner", "tier": "tier"}  # of the duties, that says whose they are


@dataclass(frozen=True, slots=True)
class Scope:
    """`keys`: the unit; the staff id; the tier in every regulation that has one of this name; none for the company."""

    sort: Sort
    keys: tuple[str, ...] = ()

    def title(self, words: Vocabulary) -> Wording | None:
        """What it is called."""
        match self.sort:
            case "company":
                return None
            case "unit":
                return unit_words(self.keys)[self.keys[0]]
            case "staff":
                return in_both(f"{words.people.get(self.keys[0], '')} {self.keys[0]}".strip())
            case "tier":
                return words.tiers[self.keys[0]]


COMPANY = Scope("company")


def named_scope(text: str, words: Vocabulary) -> Scope | None:
    """The scope written `company`, `unit:一部`, `staff:S01` (or by name) or `tier:key`; None if there is none."""
    sort, _, key = text.partition(":")
    if text == COMPANY.sort:
        return COMPANY
    match sort:
        case "unit" if key in units(words):
            return Scope("unit", (key,))
        case "staff" if id_ := _person(key, words):
            return Scope("staff", (id_,))
        case "tier" if keys := tuple(t for t in words.tiers if key in (t, t.partition("/")[2], *words.tiers[t])):
            return Scope("tier", keys)
    return None


def scopes(words: Vocabulary) -> list[str]:
    """Every scope there is, as `named_scope` reads it."""
    tiers = dict.fromkeys(t.partition("/")[2] for t in words.tiers)
    return [
        COMPANY.sort,
        *(f"unit:{unit}" for unit in units(words)),
        *(f"tier:{tier}" for tier in tiers),
        *(f"staff:{id_}" for id_ in words.people.index),
    ]


def units(words: Vocabulary) -> list[str]:
    """The units that staff belong to."""
    return sorted({*words.facts.staff["unit"].dropna()} - {""})


def _person(text: str, words: Vocabulary) -> str:
    if text in words.people.index:
        return text
    found = words.people.index[words.people == text]
    return str(found[0]) if len(found) == 1 else ""


def narrowed(material: Material, scope: Scope) -> Material:
    """What belongs to a scope: its duties, and what concerns the clients and the people of these.

    Logbooks and findings are those of its people. Of their cells the contents stay out: a row that was left out may
    name anybody.
    """
    if scope.sort == "company":
        return material
    column = COLUMN[scope.sort]

    def ours(frame: pd.DataFrame) -> pd.DataFrame:
        return frame[frame[column].isin(scope.keys)]

    duties, served = ours(material.duties), material.served
    clients = frozenset(duties["client"]) - {""}
    people = _people(material, scope, duties)
    submissions = material.submissions[material.submissions["submitter"].isin(people)]
    return replace(
        material,
        counted=material.counted.map(ours),
        served=Served(ours(served.now), ours(served.before), ours(served.year_ago)),
        duties=duties,
        evidence=_of_clients(material.evidence[material.evidence["duty"].isin(duties.index)], {*clients, ""}),
        cases=None if material.cases is None else _of_clients(material.cases, clients),
        follows=_following(material.follows, scope, clients, people),
        submissions=submissions,
        findings=_findings(material.findings, submissions["file"], clients),
        clients=clients,
        people=people,
        units=frozenset(scope.keys) if scope.sort == "unit" else frozenset(),
    )


def _people(material: Material, scope: Scope, duties: pd.DataFrame) -> frozenset[str]:
    if scope.sort == "staff":
        return frozenset(scope.keys)
    staff = material.words.facts.staff
    of_unit = staff.loc[staff["unit"].isin(scope.keys), "staff"] if scope.sort == "unit" else ()
    return frozenset({*duties["owner"], *of_unit} - {""})


def _of_clients(rows: pd.DataFrame, clients: Collection[str]) -> pd.DataFrame:
    found: pd.DataFrame = rows[rows["client"].isin([*clients])]
    return found.reset_index(drop=True)


def _following(follows: pd.DataFrame, scope: Scope, clients: frozenset[str], people: frozenset[str]) -> pd.DataFrame:
    """What follows for its clients, its people and itself; in a tier's not for people, who serve other tiers too."""
    subjects = clients if scope.sort == "tier" else clients | people | {*scope.keys}
    return follows[follows["subject"].isin(subjects)].reset_index(drop=True)


def _findings(findings: pd.DataFrame, files: pd.Series, clients: frozenset[str]) -> pd.DataFrame:
    found = findings[findings["file"].isin(files) & findings["client"].isin({*clients, ""})]
    return found.assign(value="", suggestion="").reset_index(drop=True)
