"""A regulation: tiers, roles, parameters, obligations, and what became of each article."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PrivateAttr, model_validator

from pipeline.language.document import Document, unwritten
from pipeline.language.mistakes import refusal
from pipeline.language.policy.consequence import Consequence
from pipeline.language.policy.governance import Governance
from pipeline.language.policy.kinds import Obligation
from pipeline.language.policy.obligation import Duty, Words
from pipeline.language.policy.quantity import Model, Raw
from pipeline.language.policy.secrecy import Secrecy
from pipeline.language.policy.select import Where

RULED = ("obligations", "tier_rules", "consequences", "governance")  # where a `$name` stands for a parameter


class TierRule(Model):
    """Clients whose attributes fulfil `when` belong to `tier`; the first rule that fits decides."""

    tier: str
    when: Where = {}
    article: str = ""


class Tier(Model):
    """A tier of clients; the order in the file is the order of rank, highest first."""

    title: Words
    article: str = ""


Reach = Literal["own", "unit", "company"]


class Role(Model):
    """Who owes duties. `aliases` are other names staff lists use for it.

    `receives`: the reports that those with the role get by mail, and the furthest that they may get.
    """

    title: Words
    aliases: tuple[str, ...] = ()
    receives: Reach = "own"


class Choice(Model):
    """A value of a choice column that this regulation adds. May be written as the bare title."""

    title: Words
    aliases: tuple[str, ...] = ()


def _choice(raw: object) -> object:
    return {"title": raw} if isinstance(raw, Mapping) and "title" not in raw else raw


Choices = dict[str, Annotated[Choice, BeforeValidator(_choice, json_schema_input_type=Words | Choice)]]


class Attribute(Model):
    """A column that this regulation adds to the client sheet of the register, or to a form."""

    title: Words
    type: Literal["text", "choice", "choices", "yesno", "number", "date", "moment", "staff"] = "text"
    choices: Choices = {}
    article: str = ""

    @model_validator(mode="after")
    def _choices_for_a_choice(self) -> Attribute:
        if (self.type in ("choice", "choices")) is not bool(self.choices):
            raise refusal("policy_attribute_choices")
        return self


class Parameter(Model):
    """A number of the regulation under a name, dated and tiered like any quantity.

    Obligations use it as `$name`. `blank: true` says that the text leaves it open and `value` is our default,
    for the workspace to change.
    """

    title: Words
    value: Raw
    unit: str = ""
    article: str = ""
    blank: bool = False
    note: str = ""


class Disposition(Model):
    """What became of an article: at least one of the ways."""

    obligations: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()  # `form` or `form.column` that records it
    tiers: bool = False  # it defines the tiers
    report: str = ""
    consequence: str = ""
    not_measurable: Words | None = None  # why; the report shows it

    @model_validator(mode="after")
    def _at_least_one(self) -> Disposition:
        if not any(getattr(self, name) for name in type(self).model_fields):
            raise refusal("policy_article_open")
        return self


def _disposition(raw: object) -> object:
    return {"obligations": [raw]} if isinstance(raw, str) else {"obligations": raw} if isinstance(raw, list) else raw


Dispositions = Annotated[
    Disposition, BeforeValidator(_disposition, json_schema_input_type=str | list[str] | Disposition)
]


class Regulation(Model):
    """A written regulation as data. `id` is the file's name, `scope` the clients it is about (empty: all)."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: Words
    issuer: Words
    since: date = Field(alias="from")
    until: date | None = Field(default=None, alias="to")
    scope: Where = {}
    tiers: dict[str, Tier]
    tier_rules: tuple[TierRule, ...] = ()
    roles: dict[str, Role]
    attributes: dict[str, Attribute] = {}
    forms: tuple[str, ...]
    columns: dict[str, Attribute] = {}  # 'form.column': columns it adds there
    choices: dict[str, Choices] = {}  # 'form.column': values it adds there
    parameters: dict[str, Parameter] = {}
    obligations: tuple[Obligation, ...]
    consequences: tuple[Consequence, ...] = ()
    governance: Governance | None = None
    secrecy: Secrecy | None = None
    articles: dict[str, Dispositions] = {}

    _document: Document = PrivateAttr(default_factory=lambda: unwritten({}))

    def model_post_init(self, context: Any) -> None:
        """Keeps where everything stands, for mistakes that only show against forms and calendar."""
        self._document = (context or {}).get("document", self._document)

    @property
    def document(self) -> Document:
        """The file it was loaded from."""
        return self._document

    def in_force_on(self, day: date) -> bool:
        """Whether the regulation holds on `day`; `to` is the first day it no longer does."""
        return self.since <= day and (self.until is None or day < self.until)

    def obligation(self, id_: str) -> Duty:
        """The obligation with this id. Raises KeyError."""
        return {o.id: o for o in self.obligations}[id_]

    @property
    def ids(self) -> frozenset[str]:
        """The ids of the obligations."""
        return frozenset(o.id for o in self.obligations)
