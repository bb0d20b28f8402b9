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
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

ANY_TIER = "*"
BEGINNING = date(1, 1, 1)

Unit = Literal["minutes", "hours", "working_minutes", "working_hours", "days", "working_days", "months"]
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z_]+)")


class Model(BaseModel):
    """Base of everything in a regulation file: frozen, and unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Duration(Model):
    """A length of time with its unit, written `4 hours` or `3 working_days`. Hours are calendar hours."""

    value: float = Field(ge=0)
    unit: Unit

    def __str__(self) -> str:
        return f"{self.value:g} {self.unit}"


def _duration(raw: object) -> object:
    match = _DURATION.fullmatch(raw.strip()) if isinstance(raw, str) else None
    if match is None:
        return raw
    unit = match[2] if match[2].endswith("s") else match[2] + "s"
    return {"value": float(match[1]), "unit": unit}


Span = Annotated[Duration, BeforeValidator(_duration, json_schema_input_type=str | Duration)]


class Step(Model):
    """A value and the first day it holds."""

    since: date = Field(alias="from", default=BEGINNING)
    value: Any


class Quantity(Model):
    """A value by tier and date. `by_tier['*']` stands for every tier."""

    by_tier: dict[str, tuple[Step, ...]]

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


def _ladder(raw: object) -> list[object]:
    """One tier's value as a list of steps."""
    if isinstance(raw, list) and all(isinstance(s, Mapping) and "value" in s for s in raw):
        return raw
    return [{"value": raw}]


def _quantity(raw: object) -> object:
    if isinstance(raw, Quantity) or (isinstance(raw, Mapping) and "by_tier" in raw):
        return raw
    if isinstance(raw, Mapping):
        return {"by_tier": {str(tier): _ladder(value) for tier, value in raw.items()}}
    return {"by_tier": {ANY_TIER: _ladder(raw)}}


def _ordered(quantity: Quantity) -> Quantity:
    for steps in quantity.by_tier.values():
        days = [s.since for s in steps]
        if days != sorted(set(days)):
            raise ValueError("dated values must stand oldest first, each date once")
    return quantity


def _with_values(check: Any) -> AfterValidator:
    """Checks and converts every value of a quantity with `check`, a function that raises ValueError."""

    def convert(quantity: Quantity) -> Quantity:
        return Quantity(
            by_tier={
                tier: tuple(Step(since=s.since, value=check(s.value)) for s in steps)
                for tier, steps in quantity.by_tier.items()
            }
        )

    return AfterValidator(convert)


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise ValueError(f"a number of 0 or more is expected, found {value!r}")
    return float(value)


def _span(value: object) -> Duration:
    parsed = _duration(value)
    if not isinstance(parsed, dict | Duration):
        raise ValueError(f"a length of time such as '3 working_days' is expected, found {value!r}")
    return Duration.model_validate(parsed)


Raw = Annotated[Quantity, BeforeValidator(_quantity), AfterValidator(_ordered)]
Numbers = Annotated[Raw, _with_values(_number)]
Spans = Annotated[Raw, _with_values(_span)]
