"""What the codes in the frames are called: tiers, roles, duties and requirements, choices of forms, people, clients."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from pipeline.compute.facts import Facts
from pipeline.intake.forms import Form
from pipeline.language.policy.obligation import Cadence, Coverage, Deadline, Duty, Interval, Submission
from pipeline.language.policy.regulation import Regulation
from pipeline.language.policy.standing import Quota
from pipeline.language.wording import Wording, in_both, wording

Words = Mapping[str, Wording]


@dataclass(frozen=True)
class Vocabulary:
    """The names that regulations, forms and the register give to codes."""

    regulations: Sequence[Regulation]
    forms: Mapping[str, Form]
    facts: Facts

    @cached_property
    def duties(self) -> dict[str, Duty]:
        """Every obligation by its code, `regulation/obligation`, in the order of the regulations."""
        return {f"{r.id}/{o.id}": o for r in self.regulations for o in r.obligations}

    @cached_property
    def duty_titles(self) -> Words:
        """Titles of the obligations."""
        return {code: duty.title for code, duty in self.duties.items()}

    @cached_property
    def tiers(self) -> Words:
        """Titles of the tiers by `regulation/tier`, in the order of rank."""
        return {f"{r.id}/{key}": tier.title for r in self.regulations for key, tier in r.tiers.items()}

    @cached_property
    def roles(self) -> Words:
        """Titles of the roles by `regulation/role`."""
        return {f"{r.id}/{key}": role.title for r in self.regulations for key, role in r.roles.items()}

    @cached_property
    def people(self) -> pd.Series:
        """Names of the staff by id; who shares a name with somebody is told apart by the id."""
        return told_apart(self.facts.staff.drop_duplicates("staff").set_index("staff")["name"])

    @cached_property
    def clients(self) -> pd.Series:
        """Names of the clients by id."""
        return self.facts.clients["name"]

    def requirements(self, keys: Iterable[str]) -> Words:
        """What each `code=value` asks for, as a phrase."""
        split = {key: key.partition("=") for key in keys}
        return {key: phrase(self.duties[code], value) for key, (code, _, value) in split.items()}

    def fields(self, form: str) -> Words:
        """Titles of a form's columns."""
        return {field.key: field.title for field in self.forms[form].fields}

    def choices(self, form: str, field: str) -> Words:
        """Titles of the choices of a form's column."""
        return {key: choice.title for key, choice in self.forms[form].field(field).choices.items()}


def unit_words(units: Iterable[str]) -> Words:
    """Units by their own names; what belongs to none is said to."""
    return {unit: in_both(unit) if unit else wording("report_no_unit") for unit in units}


def told_apart(names: pd.Series) -> pd.Series:
    """Names, followed by the id where two are the same."""
    twice = names.duplicated(keep=False)
    return names.where(~twice, names + " (" + names.index.astype("str") + ")")


def named(ids: pd.Series, names: pd.Series) -> pd.Series:
    """The names of ids; an id that nobody has stays as it is."""
    return ids.map(names).astype("str").fillna(ids)


def file_names(paths: pd.Series) -> pd.Series:
    """What files are called, without their folders."""
    return paths.str.replace(r"^.*/", "", regex=True)


def phrase(duty: Duty, value: str) -> Wording:  # noqa: PLR0911 - one for each kind
    """What a parameter's value asks for: `2` of a weekly duty is 'twice a week' to the reader."""
    match duty:
        case Deadline(within=None):
            return wording("report_as_promised")
        case Cadence(every=str()) | Submission():
            return wording(f"report_every_{duty.every}", n=value)
        case Quota():
            return in_both(value)
        case Interval() | Deadline():
            return wording("report_at_most" if isinstance(duty, Interval) else "report_within", span=spoken(value))
        case Coverage() if value == "1":
            return wording("report_all_of_them")
        case Coverage():
            return wording("report_share_of", share=f"{float(value):.0%}")
        case _:
            return spoken(value)


def spoken(value: str) -> Wording:
    """A value in words: `3 working_days` has a unit, a number has none."""
    number, _, unit = value.partition(" ")
    return wording(f"report_unit_{unit}", n=number) if unit else in_both(number)
