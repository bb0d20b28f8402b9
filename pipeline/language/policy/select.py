"""How a rule picks rows: conditions on the columns of a form or on the attributes of a client."""

from __future__ import annotations

from typing import Annotated, Literal, TypeVar

from pydantic import BeforeValidator, Field, FiniteFloat, model_validator

from pipeline.language.mistakes import refusal, shown
from pipeline.language.policy.quantity import Model


def _scalar(raw: object) -> object:
    if not isinstance(raw, bool | int | float | str):
        raise refusal("policy_scalar", found=shown(raw))
    return raw


Scalar = Annotated[bool | int | float | str, BeforeValidator(_scalar)]


T = TypeVar("T")
Some = Annotated[tuple[T, ...], Field(min_length=1)]


class Other(Model):
    """A number in another column of the same row, so many `times`. May be written as the bare column."""

    column: str
    times: float = Field(default=1, gt=0)


def _other(raw: object) -> object:
    return {"column": raw} if isinstance(raw, str) else raw


OtherNumber = Annotated[Other, BeforeValidator(_other, json_schema_input_type=str | Other)]


class Condition(Model):
    """What a column must hold: every key given, at least one. `in` may be written as a bare value or list.

    `present: false` stands alone and is true for an empty cell; every other condition is false for it, and those that
    name another column are false where that is empty. `after` and `before` hold for the same moment too, and for the
    same day where one of the two is a day without a time.
    """

    in_: Some[Scalar] | None = Field(default=None, alias="in")
    not_in: Some[Scalar] | None = None
    min_: FiniteFloat | None = Field(default=None, alias="min")
    max_: FiniteFloat | None = Field(default=None, alias="max")
    present: bool | None = None
    all_: Some[str] | None = Field(default=None, alias="all")  # a multiple-choice cell holds all of these
    any_: Some[str] | None = Field(default=None, alias="any")  # ... at least one of these
    same_as: str | None = None  # equal to another column of the same row
    after: str | None = None  # a day or moment no earlier than in another column
    before: str | None = None  # ... no later than
    at_least: OtherNumber | None = None  # a number no less than in another column
    at_most: OtherNumber | None = None  # ... no more than

    @model_validator(mode="after")
    def _something(self) -> Condition:
        given = self.model_dump(exclude_none=True)
        if not given:
            raise refusal("policy_condition_empty")
        if self.present is False and len(given) > 1:
            raise refusal("policy_condition_never")
        return self

    @property
    def others(self) -> dict[str, str]:
        """The other columns of the row that it looks at, by the key that names each."""
        named = {key: getattr(self, key) for key in ("same_as", "after", "before", "at_least", "at_most")}
        return {key: other.column if isinstance(other, Other) else other for key, other in named.items() if other}


def _condition(raw: object) -> object:
    if isinstance(raw, dict | Condition):
        return raw
    return {"in": list(raw) if isinstance(raw, list | tuple) else [raw]}


Where = dict[
    str, Annotated[Condition, BeforeValidator(_condition, json_schema_input_type=Scalar | list[Scalar] | Condition)]
]


class Rows(Model):
    """Rows of a form that count as evidence.

    `by` says whose rows count: anyone with the obligation's role (`role`), the client's owner in that role on the
    day (`owner`), whoever developed the client (`developer`), or `anyone`. `distinct: day` counts a client's rows
    of one day once; `client` counts each client once in a window, for what staff, units or the company owe in all.
    `at` names the form's column that dates the row; the form's own `happened` column if empty.
    """

    form: str
    where: Where = {}
    by: Literal["role", "owner", "developer", "anyone"] = "role"
    distinct: Literal["row", "day", "client"] = "row"
    at: str = ""
