"""Obligations: one model for each kind. The judging of each kind is its own module in `pipeline.compute`."""

from __future__ import annotations

import re
from datetime import date, time
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from pipeline.language.mistakes import refusal, shown
from pipeline.language.period import Every, Recurrence
from pipeline.language.policy.quantity import Model, Numbers, Quantity, Span, Spans
from pipeline.language.policy.select import Rows, Where
from pipeline.language.wording import Wording

_BOTH = {
    "type": "object",
    "properties": {"zh": {"type": "string"}, "en": {"type": "string"}},
    "required": ["zh", "en"],
    "additionalProperties": False,
}
Words = Annotated[Wording, WithJsonSchema(_BOTH)]  # written {zh: ..., en: ...}


class Duty(Model):
    """What every kind of obligation has.

    `tiers` narrows to these tiers (None: every tier, or those a quantity names); `scope` narrows by attributes of
    the client. `role` is who owes it. `partial` says what happens to a window that the client was not there for
    in full: not owed (`skip`), owed in proportion rounded down (`prorate`), or owed in full (`whole`).
    `parameters` are the names of the regulation's parameters that its numbers came from; the loader fills it.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    article: str = Field(min_length=1)
    title: Words
    role: str | None = None
    tiers: Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    scope: Where = {}
    partial: Literal["skip", "prorate", "whole"] = "skip"
    since: date | None = Field(default=None, alias="from")
    until: date | None = Field(default=None, alias="to")  # first day it no longer holds
    note: str = ""
    parameters: tuple[str, ...] = ()

    def in_force_on(self, day: date) -> bool:
        """Whether the obligation holds on `day`, as far as its own dates say."""
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)

    @model_validator(mode="after")
    def _clients_counted_by_others(self) -> Self:
        found = (getattr(self, name) for name in type(self).model_fields)
        if getattr(self, "subject", "client") == "client" and any(
            isinstance(rows, Rows) and rows.distinct == "client" for rows in found
        ):
            raise refusal("policy_distinct_client")
        return self


Group = Annotated[
    str,
    Field(description="Obligations of one group share no row: what one needs does not count for those after it."),
]
Subject = Literal["client", "staff", "unit", "company"]


def _check_subject(subject: str, value: Quantity) -> None:
    """Staff, units and the company have no tier that a value could go by."""
    if subject != "client" and value.tiers is not None:
        raise refusal("policy_subject_no_tier")


class Phase(Model):
    """`months` months in which the windows are `every` long; without `months`, from then on for good."""

    months: int | None = Field(default=None, strict=True, ge=1, le=120)
    every: Literal["month", "two_months", "quarter", "half_year", "year"]


class Cadence(Duty):
    """`required` rows of evidence per client in every window.

    With `subject` they are owed in all and not for each client: by each member of staff who has the role throughout the
    window, by each unit in which it is held throughout, or by the company; `tiers` and `scope` then choose whose rows
    count.

    `working_day` leaves out the days off. With `every: festival` the windows are those of the calendar's festivals
    named in `festivals` (all, if empty), from `lead` days before the festival to the last day off.

    Some windows are counted from a day of the client's own: the date attribute `anchor`, or each row of `after` (an
    installation, a complaint). With `phases` first those of the first phase, then those of the next. With
    `every: anniversary` from `lead` days before that day of every later year to the day itself.
    """

    kind: Literal["cadence"]
    subject: Subject = "client"
    every: Recurrence | Literal["festival", "anniversary"] | None = None
    festivals: tuple[str, ...] = ()
    lead: int = Field(default=3, strict=True, ge=0, le=366)
    phases: tuple[Phase, ...] = ()
    anchor: str = ""
    after: Rows | None = None
    required: Numbers
    counts: Rows
    exclusive: Group = ""

    @property
    def own_windows(self) -> bool:
        """Whether the windows are counted from a day of each client's own."""
        return bool(self.phases) or self.every == "anniversary"

    @model_validator(mode="after")
    def _every_or_phases(self) -> Cadence:
        if (self.every is None) != bool(self.phases):
            raise refusal("policy_every_or_phases")
        if self.own_windows != (bool(self.anchor) + (self.after is not None)):
            raise refusal("policy_phases_from")
        if any(phase.months is None for phase in self.phases[:-1]):
            raise refusal("policy_phase_for_good")
        return self

    @model_validator(mode="after")
    def _subject_without_tier(self) -> Cadence:
        if self.subject != "client" and self.own_windows:
            raise refusal("policy_subject_own_windows")
        _check_subject(self.subject, self.required)
        return self


class Interval(Duty):
    """No more than `at_most` between one row of evidence and the next; the clock starts when the duty does.

    For each client, or each member of staff, each unit or the company, as in a cadence (`subject`).
    """

    kind: Literal["interval"]
    subject: Subject = "client"
    at_most: Spans
    counts: Rows

    @model_validator(mode="after")
    def _subject_without_tier(self) -> Interval:
        _check_subject(self.subject, self.at_most)
        return self


class Deadline(Duty):
    """Something is done within a time of an event.

    The event is a row of `event` at its column `event.at`; done is the column `done` of the same row, or the first
    row of `follow_up` for the same client after the event. The limit is `within`, or the time promised in the
    column `promised`. The pauses of the event's case stop the clock if `pauses`.
    """

    kind: Literal["deadline"]
    event: Rows
    done: str = ""
    follow_up: Rows | None = None
    within: Spans | None = None
    promised: str = ""
    pauses: bool = True

    @model_validator(mode="after")
    def _one_of_each(self) -> Deadline:
        if bool(self.done) == (self.follow_up is not None):
            raise refusal("policy_one_done")
        if bool(self.promised) == (self.within is not None):
            raise refusal("policy_one_limit")
        return self


def _time(raw: object) -> object:
    match = _CLOCK.fullmatch(raw) if isinstance(raw, str) else None
    if match is None:
        raise refusal("policy_time", found=shown(raw))
    return time(int(match[1]), int(match[2]))


_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
Time = Annotated[time, BeforeValidator(_time, json_schema_input_type=Annotated[str, Field(pattern=_CLOCK.pattern)])]


class Due(Model):
    """When a document for a period falls due; exactly one of `day`, `last_working_day`, `weekday` and `after`.

    `day`, or the `last_working_day`, of the month `month` months after the period's last month (0: the same month; a
    negative one: before it, the 20th of the month before for a plan, or 31 March for a document of the year);
    `weekday` (1 = Monday): the first such day after the period, and `week` weeks later (-1: the last one of the
    period); `after` the period's last day. Due at the end of that day, or at its `time` (`18:00`). A due day that is a
    day off moves to the next working day if `roll`.
    """

    day: int | None = Field(default=None, strict=True, ge=1, le=31)
    month: int = Field(default=1, strict=True, ge=-24, le=24)
    last_working_day: bool = False
    weekday: int | None = Field(default=None, strict=True, ge=1, le=7)
    week: int = Field(default=0, strict=True, ge=-53, le=53)
    after: Span | None = None
    time: Time | None = None
    roll: bool = False

    @model_validator(mode="after")
    def _exactly_one(self) -> Due:
        given = [
            self.day is not None,
            self.last_working_day,
            self.weekday is not None,
            self.after is not None,
        ]
        if sum(given) != 1:
            raise refusal("policy_one_due")
        if self.week and self.weekday is None:
            raise refusal("policy_week_of_weekday")
        return self

    @property
    def months_before(self) -> int:
        """How many months before the period's last month the due day may lie, at most."""
        return max(0, -self.month, -self.week // 4 + 1 if self.week < 0 else 0)


class Submission(Duty):
    """A log, plan, report, survey or meeting is handed in for every period, by `due`.

    Owed by each member of staff with the role (`by: staff`), by each unit (`unit`) or once by the company (`company`).
    Rows of `counts` answer for the period that their column `period` names; where that column holds days, for the one
    that the day lies in. For a document of every day (`day`, `working_day`) it has to be such a column. Judged in the
    report of the period, or of the due day if that lies in an earlier month.
    """

    kind: Literal["submission"]
    by: Literal["staff", "unit", "company"] = "staff"
    every: Recurrence
    due: Due
    counts: Rows
    required: Numbers = Field(default=1, validate_default=True)
    period: str = "period"
    exclusive: Group = ""

    @model_validator(mode="after")
    def _daily_by_day(self) -> Submission:
        daily = self.every in ("day", "working_day")
        if daily and "period" not in self.model_fields_set:
            raise refusal("policy_daily_period")
        if daily and self.due.months_before:
            raise refusal("policy_daily_due")
        return self


class Covered(Model):
    """When a member of a population is covered: all of the parts given hold.

    `where`: its own columns; `rows`: a row of evidence for the same client on or after the member's day, within
    `within` if given; `owner`: the client has an owner in this role, and it is the member of staff in column `is`, if
    given.
    """

    where: Where = {}
    rows: Rows | None = None
    within: Span | None = None
    owner: str = ""
    is_: str = Field(default="", alias="is")


class Coverage(Duty):
    """A share of a population is covered.

    The population is the clients (`population: clients`) or the rows of a form dated in the period. `judged: each`
    makes every member a duty of its own; `share` makes one duty of the whole (required = target x population,
    rounded up).
    """

    kind: Literal["coverage"]
    every: Every = "month"
    population: Literal["clients"] | Rows
    covered: Covered
    target: Numbers = Field(default=1, validate_default=True)
    judged: Literal["each", "share"] = "each"
