"""What follows when duties are missed: points, fines, escalation, hand-over, downgrade."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from pipeline.language.mistakes import refusal
from pipeline.language.policy.obligation import Words
from pipeline.language.policy.quantity import Model, Span


class Share(Model):
    """So many per cent of something that Tierbook does not know the amount of: the month's basic wage, its bonus."""

    percent: float = Field(gt=0, le=100)
    of: Words


class Rung(Model):
    """What follows from the `at`-th missed duty, each time, and what has to be done.

    `points`, an `amount` (CNY), or shares of `pay`.
    """

    at: int = Field(strict=True, ge=1)
    points: float = 0
    amount: float = 0
    pay: tuple[Share, ...] = ()
    title: Words


class Consequence(Model):
    """A ladder of what follows from missed duties of the obligations `of`.

    Counted `per` owner, client or unit over `over` months up to the reported one; `in_a_row` counts months with a
    missed duty that follow each other instead of duties. The highest rung reached applies to each further one. `within`
    is the time in which it has to be carried out. A consequence is shown with the duties behind it; it is no duty.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    article: str = Field(min_length=1)
    title: Words
    of: Annotated[tuple[str, ...], Field(min_length=1)]
    per: Literal["owner", "client", "unit"] = "owner"
    over: int = Field(default=1, strict=True, ge=1, le=60)  # months
    in_a_row: bool = False
    ladder: Annotated[tuple[Rung, ...], Field(min_length=1)]
    within: Span | None = None

    @model_validator(mode="after")
    def _climbing(self) -> Consequence:
        steps = [rung.at for rung in self.ladder]
        if steps != sorted(set(steps)):
            raise refusal("policy_ladder_order")
        return self
