"""How a regulation governs its tiers: what scores a client, which tier that comes to, and who is dealt with no more."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from pipeline.language.mistakes import refusal
from pipeline.language.policy.obligation import Words
from pipeline.language.policy.quantity import Model, Numbers, Spans
from pipeline.language.policy.select import Rows, Where
from pipeline.language.policy.standing import Names


class Entries(Rows):
    """Rows of a form by whomever: how clients are graded does not depend on who wrote it down."""

    by: Literal["anyone"] = "anyone"
    distinct: Literal["row"] = "row"


class Band(Model):
    """`points` for a client whose columns in the register fulfil `where`, and those of its grading `record`."""

    where: Where = {}
    record: Where = {}
    points: Numbers


class Fault(Model):
    """`less` points for each row of a client in `rows` that is dated in the time `over` up to the day of grading."""

    rows: Entries
    over: Spans
    less: Numbers


class Criterion(Model):
    """A line of a scoring table. Exactly one way to score:

    - `bands`: the points of the first that fits; where none does, the client cannot be scored;
    - `column`: the number in a column of the grading record, `weight` times; where it is empty, neither;
    - `points`, of which every `fault` costs some, down to 0.
    """

    title: Words
    article: str = Field(min_length=1)
    bands: tuple[Band, ...] = ()
    column: str = ""
    weight: Numbers = Field(default=1, validate_default=True)
    points: Numbers | None = None
    fault: Fault | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Criterion:
        ways = bool(self.bands), bool(self.column), self.points is not None
        if sum(ways) != 1 or (self.points is None) != (self.fault is None):
            raise refusal("policy_one_score")
        return self


class Downgrade(Model):
    """A client of the tiers `of` with such a row in the time `over` is proposed for no tier above `to`."""

    article: str = Field(min_length=1)
    title: Words
    of: Names
    to: str
    rows: Entries
    over: Spans


class Listed(Model):
    """The rows that put a client on a list, and those that take it off.

    With `whose: unit` only the people of the client's own unit have to keep from dealing with it.
    """

    rows: Entries
    lifted: Entries | None = None
    whose: Literal["anyone", "unit"] = "anyone"


class Blacklist(Model):
    """`lists`: the tiers that mean that nobody deals with a client, each with the rows that say so in the logs.

    A client is on a list while the register has it in that tier, and from the day of such a row. `dealings` are the
    rows that must then not be.
    """

    article: str = Field(min_length=1)
    lists: Annotated[dict[str, Listed], Field(min_length=1)]
    dealings: Annotated[tuple[Entries, ...], Field(min_length=1)]


class Governance(Model):
    """How clients are graded.

    `tiers`, best first, are those that a score leads to; clients in `entering` have none of them yet. `records` are the
    gradings, of which each client's last one counts; the next is due `every` so long. A client is proposed for the best
    tier whose `thresholds` its score reaches, whose rules it meets (`standards: true`), in which its downgrades and the
    seats of `quotas` (obligations of that kind) leave room; the highest scores sit down first, among equals those who
    are there already. The last tier needs nothing. Without `criteria` nobody is proposed for anything.
    """

    article: str = Field(min_length=1)
    tiers: Names
    entering: tuple[str, ...] = ()
    scope: Where = {}
    standards: bool = False
    records: Entries
    every: Spans
    criteria: dict[str, Criterion] = {}
    thresholds: dict[str, Numbers] = {}
    quotas: tuple[str, ...] = ()
    downgrades: tuple[Downgrade, ...] = ()
    blacklist: Blacklist | None = None
