"""Where a case stands on an edge: found in what is written, so that no case can merely claim it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, cached_property
from itertools import pairwise
from typing import Any

from pipeline.language.policy.standing import Completeness
from tests.cases.build import usual_calendar
from tests.cases.notation import DAY, LONG_AGO, Case, Expected

STATUSES = {"open": "not due yet", "unprovable": "unreadable row", "waived": "waiver"}
NEAR = timedelta(days=15)  # two days of one matter; what lies between days further apart is no edge of it

Told = list[tuple[str, int, dict[str, Any]]]  # rows, each with its form and its number there


@dataclass(frozen=True)
class Situation:
    """What a case says about one subject of an obligation; a subject of None is the only one there is."""

    case: Case
    told: Told
    subject: str | None

    @cached_property
    def rows(self) -> list[tuple[str, dict[str, Any]]]:
        """The rows about the subject, each with its form."""
        return [(form, row) for form, n, row in self.told if self._is_about(row, f"{form}:{n}")]

    def _is_about(self, row: Mapping[str, Any], place: str) -> bool:
        units = {one["staff"]: one["unit"] for one in self.case.staff}
        names = {row.get("client"), row.get("case_no"), row.get("by"), units.get(row.get("by")), place}
        return self.subject is None or self.subject in names

    @cached_property
    def client(self) -> Mapping[str, Any]:
        """What is written about the client, if the subject has or is one."""
        named = {self.subject, *(row.get("client") for _, row in self.rows)}
        about = [written for name, written in self.case.clients.items() if name in named]
        return about[0] if len(about) == 1 else {}

    @property
    def people(self) -> Iterator[dict[str, Any]]:
        """The rows of staff that the subject is, or who wrote its rows."""
        named = {self.subject, *(row.get("by") for _, row in self.rows)}
        return (row for row in self.case.staff if named & {row["staff"], row["unit"]})

    def days(self, due: datetime | None) -> list[date]:
        """The days on which something happened or was due, in order."""
        cells = [value for _, row in self.rows for value in row.values()]
        values = [*cells, *self.client.values(), due]
        return sorted({v.date() if isinstance(v, datetime) else v for v in values if isinstance(v, date)})

    def edges(self, outcome: Expected | None) -> set[str]:
        """The edges on which an outcome stands; None for what is not owed."""
        return set(self._of_spans()) if outcome is None else {*self._of_spans(), *self._of_outcome(outcome)}

    def _of_spans(self) -> Iterator[str]:
        """What changed, began or ended: that something is not owed is an edge for one of these only."""
        begins_or_ends = {"joined", "left"} & self.client.keys()
        if begins_or_ends or any(row["end"] or row["start"] > LONG_AGO for row in self.people):
            yield "joining or leaving"
        if isinstance(self.client.get("tier"), Mapping):
            yield "change of tier"
        if any(isinstance(held, Mapping) for held in self.client.get("owners", {}).values()):
            yield "hand-over"

    def _of_outcome(self, outcome: Expected) -> Iterator[str]:
        if outcome.status in STATUSES:
            yield STATUSES[outcome.status]
        if any(form == "pause" for form, _ in self.rows):
            yield "pause"
        if any(row.get("reopened_at") for _, row in self.rows):
            yield "reopening"
        if self.case.written.get("calendar"):
            yield "calendar of the workspace"
        yield from _of_days(self.days(outcome.due))
        if outcome.due and any(abs(moment - outcome.due) <= timedelta(minutes=1) for moment in self._moments()):
            yield "last moment"
        if (outcome.required or 0) > 1 and outcome.status == "met" and outcome.actual == outcome.required:
            yield "exactly enough"

    def _moments(self) -> Iterator[datetime]:
        return (value for _, row in self.rows for value in row.values() if isinstance(value, datetime))


def _of_days(days: list[date]) -> Iterator[str]:
    if any((day + DAY).day == 1 or day.day == 1 for day in days):
        yield "end of a month"
    if any(b - a <= NEAR and a.year < b.year for a, b in pairwise(days)):
        yield "turn of the year"
    if any(map(_has_holiday, pairwise(days))) or any(map(_is_odd, days)):
        yield "holiday or make-up day"


def _has_holiday(span: tuple[date, date]) -> bool:
    first, last = span
    return last - first <= NEAR and any(_is_odd(first + DAY * n) for n in range((last - first).days))


@cache
def _is_odd(day: date) -> bool:
    """Whether a day is worked or off against the rule of the week."""
    return bool(usual_calendar().is_working(day)) == (day.weekday() >= 5)


def _told(case: Case) -> Told:
    """The rows of a case, those that were rejected too."""
    given = case.written
    parts = [(form, given.get(form, ())) for form in case.regulation.forms] + list(given.get("rejected", {}).items())
    return [(form, n, row) for form, lines in parts for n, row in enumerate(case.rows(form, lines))]


def outcomes(case: Case) -> Iterator[tuple[str, str, set[str]]]:
    """Each outcome that a case expects: its obligation, its status (or `none`) and the edges it stands on."""
    told = _told(case)
    for obligation, subject, expected in case.expectations():
        situation = Situation(case, told, subject)
        complete = isinstance(case.regulation.obligation(obligation), Completeness)
        plain = {"exactly enough"} if complete else set()  # a record is complete or it is not
        if not expected:
            yield obligation, "none", situation.edges(None)
        for outcome in expected:
            yield obligation, outcome.status, situation.edges(outcome) - plain
