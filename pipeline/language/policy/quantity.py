"""Values that a rule may date and tier.

A quantity in a regulation is written in one of four ways::

    3                                                  # one value
    [{from: 2016-05-18, value: 3}, {from: 2026-07-01, value: 4}]     # dated: judged by the value then in force
    {strategic: 1, key: 2}                             # by tier; a tier that is not named owes nothing
    {strategic: [{from: ..., value: 1}, ...], key: 2}  # by tier, each dated

After OpenFisca's dated parameters: https://openfisca.org/doc/coding-the-legislation/legislation_parameters.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from pipeline.language.mistakes import refusal, shown

ANY_TIER = "*"
BEGINNING = date(1, 1, 1)
MOST = 1_000_000  # no number of a regulation is larger; a larger one is a slip and would overflow dates

Unit = Literal["minutes", "hours", "working_minutes", "working_hours", "days", "working_days", "months"]
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z_]+)")


class Model(BaseModel):
    """Base of everything in a regulation file: frozen, and unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Duration(Model):
    """A length of time with its unit, written `4 hours` or `3 working_days`. Hours are calendar hours."""

    value: float = Field(ge=0, le=MOST)
    unit: Unit

    def __str__(self) -> str:
        return f"{self.value:g} {self.unit}"


def _duration(raw: object) -> object:
    if isinstance(raw, Duration):
        return raw
    match = _DURATION.fullmatch(raw.strip()) if isinstance(raw, str) else None
    if match is None:
        raise refusal("policy_duration", found=shown(raw))
    unit = match[2] if match[2].endswith("s") else match[2] + "s"
    return {"value": float(match[1]), "unit": unit}


Span = Annotated[Duration, BeforeValidator(_duration, json_schema_input_type=str)]


class Step(Model):
    """A value and the first day it holds."""

    since: date = Field(alias="from", default=BEGINNING)
    value: Any


class Quantity(Model):
    """A value by tier and date. `by_tier['*']` stands for every tier."""

    by_tier: Mapping[str, tuple[Step, ...]]

    @property
    def tiers(self) -> frozenset[str] | None:
        """The tiers named; None when the value holds for every tier."""
        return None if ANY_TIER in self.by_tier else frozenset(self.by_tier)

    def steps(self, tier: str | None) -> tuple[Step, ...]:
        """The dated values of a tier, oldest first; empty when nothing is owed by it."""
        return self.by_tier.get(ANY_TIER) or self.by_tier.get(tier or "", ())

    def at(self, tier: str | None, day: date) -> Any:
        """The value in force for `tier` on `day`; None when there is none."""
        current = [s.value for s in self.steps(tier) if s.since <= day]
        return current[-1] if current else None


Number = Annotated[float, Field(strict=True, ge=0, le=MOST)]


class NumberStep(Step):
    """A dated number of 0 or more."""

    value: Number


class NumberQuantity(Quantity):
    """A number by tier and date."""

    by_tier: Mapping[str, tuple[NumberStep, ...]]


class SpanStep(Step):
    """A dated length of time."""

    value: Span


class SpanQuantity(Quantity):
    """A length of time by tier and date."""

    by_tier: Mapping[str, tuple[SpanStep, ...]]


Q = TypeVar("Q", bound=Quantity)


def _ladder(raw: object) -> object:
    """One tier's value as a list of steps."""
    dated = isinstance(raw, list) and all(isinstance(step, Mapping) for step in raw)
    return raw if dated else [{"value": raw}]


def _quantity(raw: object) -> object:
    if isinstance(raw, Quantity) or (isinstance(raw, Mapping) and "by_tier" in raw):
        return raw
    if isinstance(raw, Mapping):
        return {"by_tier": {str(tier): _ladder(value) for tier, value in raw.items()}}
    return {"by_tier": {ANY_TIER: _ladder(raw)}}


def _ordered(quantity: Q) -> Q:
    if not quantity.by_tier or not all(quantity.by_tier.values()):
        raise refusal("policy_no_value")
    for steps in quantity.by_tier.values():
        days = [s.since for s in steps]
        if days != sorted(set(days)):
            raise refusal("policy_dates_in_order")
    return quantity


def _written(value: Any, step: type[Step]) -> BeforeValidator:
    """Reads the four ways of writing; `value` and `step` say in the JSON Schema what a single value looks like."""
    tiered = dict[str, value | list[step]]  # type: ignore[valid-type]
    return BeforeValidator(_quantity, json_schema_input_type=value | list[step] | tiered)  # type: ignore[valid-type]


Raw = Annotated[Quantity, _written(int | float | str, Step), AfterValidator(_ordered)]
Numbers = Annotated[NumberQuantity, _written(Number, NumberStep), AfterValidator(_ordered)]
Spans = Annotated[SpanQuantity, _written(Span, SpanStep), AfterValidator(_ordered)]
