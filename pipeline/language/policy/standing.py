"""Obligations about how things stand at a time: milestones, quotas, completeness, limits, reviews."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from pipeline.language.mistakes import refusal
from pipeline.language.period import Every
from pipeline.language.policy.obligation import Duty, Group
from pipeline.language.policy.quantity import Model, Numbers, Spans
from pipeline.language.policy.select import Rows

Names = Annotated[tuple[str, ...], Field(min_length=1)]


class Milestone(Duty):
    """A step of a chain is done some time before or after another one.

    The anchor is a row of `event` at its column `event.at` (a planned date, or the day an earlier step was done); the
    step is the first row of `step` that has the same value in the column `match` (a chain number, a client). It is due
    `before` the anchor or `within` a time after it, and judged in the month it is due in. `match: row` looks for the
    step in the column `step.at` of the event's own row.
    """

    kind: Literal["milestone"]
    event: Rows
    step: Rows
    match: str = "client"
    before: Spans | None = None
    within: Spans | None = None

    @model_validator(mode="after")
    def _before_or_within(self) -> Milestone:
        if (self.before is None) == (self.within is None):
            raise refusal("policy_one_milestone")
        steps = [step for of_tier in self.before.by_tier.values() for step in of_tier] if self.before else []
        if any(step.value.unit in ("working_minutes", "working_hours") for step in steps):
            raise refusal("policy_milestone_back")
        return self


class Quota(Duty):
    """The share that the clients of `part` have in those of `scope` (all clients in `tiers`, if given) keeps in bounds.

    Counted at the end of every window, for the company, each unit, or each value of a client attribute (`per`). A bound
    may be passed by `tolerance` (0.05: five points). A group of no clients owes nothing.
    """

    kind: Literal["quota"]
    every: Every = "month"
    part: Names  # tiers
    at_most: Numbers | None = None
    at_least: Numbers | None = None
    tolerance: float = Field(default=0, ge=0, le=1)
    per: str = "company"

    @model_validator(mode="after")
    def _some_bound(self) -> Quota:
        if self.at_most is None and self.at_least is None:
            raise refusal("policy_some_bound")
        return self


class Completeness(Duty):
    """A file or a record holds everything it has to hold.

    Of each member of the population (the clients at the end of the window, or the rows of a form dated in it) the
    columns `fields` are filled in, and of each group of `items` at least one is found: a row of `evidence` for the same
    client whose column `item` names it, dated by the end of the window. Required is how many fields and groups there
    are, actual how many are there.
    """

    kind: Literal["completeness"]
    every: Every = "month"
    population: Literal["clients"] | Rows
    fields: tuple[str, ...] = ()
    items: tuple[Names, ...] = ()  # each a group of alternatives
    evidence: Rows | None = None
    item: str = ""

    @model_validator(mode="after")
    def _something_to_hold(self) -> Completeness:
        if not self.fields and not self.items:
            raise refusal("policy_nothing_to_hold")
        if bool(self.items) != bool(self.evidence and self.item):
            raise refusal("policy_items_evidence")
        return self


class Limit(Duty):
    """Something stays within a maximum. Exactly one way to measure:

    - `column`: the number in a column of each row of `of` is `at_most` so much;
    - `begins` and `ends`: the time between two columns of each row is no more than `lasting`; a row that has not ended
      is measured at the day of judgement;
    - neither: each client has `at_most` so many rows in every window.

    A row is judged in the month of its own date (`of.at`), a span in the month in which its time is up. Clients and
    rows of which there is nothing to measure owe nothing.
    """

    kind: Literal["limit"]
    of: Rows
    column: str = ""
    begins: str = ""
    ends: str = ""
    every: Every = "month"
    at_most: Numbers | None = None
    lasting: Spans | None = None

    @property
    def measure(self) -> Literal["column", "span", "count"]:
        """What is measured."""
        return "column" if self.column else "span" if self.begins else "count"

    @model_validator(mode="after")
    def _one_measure(self) -> Limit:
        span = bool(self.begins), bool(self.ends), self.lasting is not None
        if any(span) and (not all(span) or self.column or self.at_most is not None):
            raise refusal("policy_limit_span")
        if not any(span) and self.at_most is None:
            raise refusal("policy_limit_number")
        return self


class Season(Model):
    """The months of the year, first and last, in which a review takes place: `{first: 7, last: 8}`."""

    first: int = Field(strict=True, ge=1, le=12)
    last: int = Field(strict=True, ge=1, le=12)

    @model_validator(mode="after")
    def _in_order(self) -> Season:
        if self.last < self.first:
            raise refusal("policy_season_order")
        return self


class Review(Duty):
    """A grading, credit check, archive check or inspection of each client takes place in the seasons of the year.

    Done by `required` rows of `counts` in the season, one if nothing else is said. Without `seasons` it is due in every
    window of `every`.
    """

    kind: Literal["review"]
    seasons: tuple[Season, ...] = ()
    every: Every | None = None
    required: Numbers = Field(default=1, validate_default=True)
    counts: Rows
    exclusive: Group = ""

    @model_validator(mode="after")
    def _seasons_or_every(self) -> Review:
        if bool(self.seasons) == (self.every is not None):
            raise refusal("policy_review_when")
        return self
