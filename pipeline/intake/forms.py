"""Forms: what a sheet that people fill in looks like. The only definition; schema, blank workbook and docs follow it.

The forms are the YAML files of `pipeline/forms` (the logbooks) and `pipeline/forms/register` (the register's sheets).
A regulation adds its attributes to the client sheet, its own choices to choice columns, and its tiers, roles and
obligations to the columns that name them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, model_validator
from pydantic import Field as Setting

from pipeline.language.origin import ORIGIN
from pipeline.language.policy.load import check_columns
from pipeline.language.policy.obligation import Words
from pipeline.language.policy.quantity import Model
from pipeline.language.policy.regulation import Attribute, Regulation, Role, Tier
from pipeline.language.wording import Wording, in_both
from pipeline.language.yamlfile import read_model

FieldType = Literal[
    "text",  # as typed
    "code",  # an identifier: spaces and full width do not matter, the number 123 is '123'
    "day",
    "time",
    "moment",
    "period",
    "number",
    "integer",
    "choice",
    "choices",
    "yesno",
    "client",
    "staff",
    "phone",
]
Part = Literal["logbook", "register"]

EVERY_DUTY = "*"  # the choice of `waiver.obligation` that stands for all of them
_TYPE_OF_ATTRIBUTE: dict[str, FieldType] = {"date": "day"}
_FOLDERS: dict[Part, str] = {"logbook": "", "register": "register"}


def _one_text(raw: object) -> object:
    return in_both(raw) if isinstance(raw, str) else raw


class Choice(Model):
    """A value of a choice column. `aliases` are other words that people write for it."""

    title: Words
    aliases: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Everything it may be called, without its key."""
        return (*self.title, *self.aliases)


class Field(Model):
    """A column. `aliases` are other headings that it is found under.

    `units` are what may stand behind a number, each with the factor that turns it into the column's own unit.
    `minimum` and `maximum` bound numbers. `unique`: no value twice in the sheet. `width` is in characters of Excel.
    """

    key: str = Setting(pattern=r"^[a-z][a-z0-9_]*$")
    title: Words
    aliases: tuple[str, ...] = ()
    type: FieldType
    required: bool = False
    choices: dict[str, Choice] = {}
    units: dict[str, float] = {}
    minimum: float | None = None
    maximum: float | None = None
    unique: bool = False
    width: float = Setting(default=12, gt=0)
    example: Annotated[Words, BeforeValidator(_one_text, json_schema_input_type=str | dict[str, str])] = Wording("", "")
    help: Words = Wording("", "")

    @property
    def names(self) -> tuple[str, ...]:
        """Every heading it is found under."""
        return (self.key, *self.title, *self.aliases)


class Rule(Model):
    """The date in `field` is not before the one in `not_before`, where both are given."""

    field: str
    not_before: str


class Form(Model):
    """A sheet that people fill in, one row a record.

    `happened`: the column that dates a record, and the column of its time of day if there is one. `by`: the column
    of the member of staff whose work it is. `identity`: the columns that make two rows the same record handed in
    twice; all of them if not given. `monthly`: the records of a logbook lie in its month.
    """

    key: str = Setting(pattern=r"^[a-z][a-z0-9_]*$")
    part: Part = "logbook"
    title: Words
    sheet: Words  # the sheet's name in a workbook
    aliases: tuple[str, ...] = ()  # other names of the sheet
    help: Words = Wording("", "")
    fields: tuple[Field, ...]
    happened: tuple[str, ...] = ()
    by: str = ""
    identity: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    monthly: bool = False

    @model_validator(mode="after")
    def _names_exist(self) -> Self:
        used = {
            *self.happened,
            self.by,
            *self.identity,
            *(name for r in self.rules for name in (r.field, r.not_before)),
        }
        if unknown := used - {""} - set(self.keys):
            raise ValueError(f"{self.key} has no column {sorted(unknown)}")
        if self.part == "logbook" and (taken := set(ORIGIN) & set(self.keys)):
            raise ValueError(f"{self.key} has columns that every row has: {sorted(taken)}")
        return self

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the columns, in order."""
        return tuple(field.key for field in self.fields)

    @property
    def same(self) -> tuple[str, ...]:
        """The columns that make two rows the same record."""
        return self.identity or self.keys

    def field(self, key: str) -> Field:
        """The column with this key. Raises KeyError."""
        return {field.key: field for field in self.fields}[key]

    @property
    def names(self) -> tuple[str, ...]:
        """Every name its sheet is known by."""
        return (self.key, *self.sheet, *self.title, *self.aliases)


def load_forms(regulations: Iterable[Regulation]) -> dict[str, Form]:
    """The logbook forms that the regulations name, and the register's, with what the regulations add to them.

    Raises PolicyError, with file and line, when a regulation names a form, column or choice that there is not.
    """
    ruled = tuple(regulations)
    shelf = shipped_forms()
    columns = form_columns(shelf)
    types = {key: {field.key: field.type for field in form.fields} for key, form in shelf.items()}
    for regulation in ruled:
        check_columns(regulation, columns, types)
    named = dict.fromkeys(name for r in ruled for name in r.forms)
    wanted = [shelf[name] for name in named] + [form for form in shelf.values() if form.part == "register"]
    return {form.key: _extended(form, ruled) for form in wanted}


@cache
def shipped_forms() -> dict[str, Form]:
    """Every form that ships, as it is without a regulation."""
    root = Path(str(files("pipeline") / "forms"))
    paths = [path for folder in _FOLDERS.values() for path in sorted((root / folder).glob("*.yaml"))]
    return {path.stem: read_model(path, Form) for path in paths}


def form_columns(forms: Mapping[str, Form]) -> dict[str, dict[str, Collection[str] | None]]:
    """For every form its columns, each with its choices, or None where it has none."""
    return {
        key: {f.key: tuple(f.choices) if f.type in ("choice", "choices") else None for f in form.fields}
        for key, form in forms.items()
    }


def _extended(form: Form, regulations: tuple[Regulation, ...]) -> Form:
    fields = [*form.fields, *_added(form.key, regulations).values()]
    extended = (field.model_copy(update={"choices": _choices(form, field, regulations)}) for field in fields)
    return form.model_copy(update={"fields": tuple(extended)})


def _added(form: str, regulations: tuple[Regulation, ...]) -> dict[str, Field]:
    """The columns that the regulations add to a form: to the client sheet their attributes of clients."""
    return {
        key: Field(
            key=key,
            title=attribute.title,
            type=_TYPE_OF_ATTRIBUTE.get(attribute.type, attribute.type),
            choices={name: Choice(title=c.title, aliases=c.aliases) for name, c in attribute.choices.items()},
        )
        for regulation in regulations
        for key, attribute in _attributes(form, regulation)
    }


def _attributes(form: str, regulation: Regulation) -> Iterator[tuple[str, Attribute]]:
    yield from regulation.attributes.items() if form == "client" else ()
    for name, attribute in regulation.columns.items():
        owner, _, key = name.partition(".")
        if owner == form:
            yield key, attribute


def _choices(form: Form, field: Field, regulations: tuple[Regulation, ...]) -> dict[str, Choice]:
    """The choices of a column, with those that the regulations add.

    A role or tier that two regulations call the same is one choice, under the first one's key (`twins` tells the
    others); a key that both have is one choice under the names of both. An alias that already means another one is
    left out.
    """
    found = dict(field.choices)
    for regulation in regulations:
        own = _of_regulation(f"{form.key}.{field.key}", regulation)
        found |= own if field.key not in ("role", "tier") else dict(_merged(found, own))
    return found


def _merged(known: Mapping[str, Choice], own: Mapping[str, Choice]) -> Iterator[tuple[str, Choice]]:
    for key, choice in own.items():
        taken = {name for other, held in known.items() for name in held.names if other != key}
        if choice.title.zh in taken:
            continue
        first = known.get(key, choice)
        names = dict.fromkeys((*first.aliases, *choice.names))
        yield key, Choice(title=first.title, aliases=tuple(n for n in names if n not in {*taken, *first.title}))


def twins(regulations: Iterable[Regulation], of: Literal["roles", "tiers"]) -> dict[str, list[str]]:
    """For each role or tier, by its key among the choices, the keys that other regulations have for what they call the
    same.
    """
    keys: dict[str, list[str]] = {}
    for regulation in regulations:
        named: Mapping[str, Role | Tier] = getattr(regulation, of)
        for key, about in named.items():
            keys.setdefault(about.title.zh, []).append(key)
    return {first: list(dict.fromkeys(k for k in others if k != first)) for first, *others in keys.values()}


def _of_regulation(column: str, regulation: Regulation) -> dict[str, Choice]:
    """The choices that a regulation adds to a column."""
    match column:
        case "tier.tier":
            return {key: Choice(title=tier.title) for key, tier in regulation.tiers.items()}
        case "owner.role" | "staff.role":
            return {key: Choice(title=role.title, aliases=role.aliases) for key, role in regulation.roles.items()}
        case "waiver.obligation":
            return {
                f"{regulation.id}/{duty.id}": Choice(title=duty.title, aliases=(duty.id, duty.article))
                for duty in regulation.obligations
            }
    added = regulation.choices.get(column, {})
    return {key: Choice(title=choice.title, aliases=choice.aliases) for key, choice in added.items()}
