"""What a duty came to, in one shape for the judgement and for the oracle."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date, datetime
from itertools import zip_longest
from typing import Any

from pipeline.compute.facts import Facts
from pipeline.compute.judge import judge
from pipeline.language.period import Period
from pipeline.language.policy.regulation import Regulation
from tests.cases.notation import Case, Expected
from tests.oracle import slow
from tests.oracle.owed import Owed
from tests.oracle.world import plain


@dataclass(frozen=True, order=True)
class Outcome:
    """One duty; the order is that of a report: by obligation, time and subject."""

    obligation: str
    start: datetime
    subject: str
    client: str
    end: datetime
    due: datetime | None
    month: str
    status: str
    required: float
    actual: float
    own: float
    tier: str
    owner: str
    unit: str
    counted: frozenset[tuple[str, int]]


DETAILS = tuple(field.name for field in fields(Expected))[1:]
Engine = Callable[[Regulation, Facts, Period, date], list[Outcome]]


def judged(regulation: Regulation, facts: Facts, month: Period, as_of: date) -> list[Outcome]:
    """The duties as the judgement finds them."""
    found, _ = judge(regulation, facts, month, as_of)
    counted: dict[int, set[tuple[str, int]]] = {}
    for row in plain(found.evidence):
        if row["role"] == "counted":
            counted.setdefault(row["duty"], set()).add((row["form"], row["row"]))
    return [_of_row(row, frozenset(counted.get(row["duty"], ()))) for row in plain(found.duties)]


def _of_row(row: dict[str, Any], counted: frozenset[tuple[str, int]]) -> Outcome:
    named: dict[str, Any] = {field.name: row.get(field.name) for field in fields(Outcome)}
    return Outcome(**{**named, "due": row["due_on"], "counted": counted})


def by_oracle(regulation: Regulation, facts: Facts, month: Period, as_of: date) -> list[Outcome]:
    """The duties as the oracle finds them."""
    return [_of_owed(owed) for owed in slow.judge(regulation, facts, month, as_of)]


def _of_owed(owed: Owed) -> Outcome:
    named: dict[str, Any] = {field.name: getattr(owed, field.name, None) for field in fields(Outcome)}
    return Outcome(**{**named, "counted": frozenset(owed.evidence)})


ENGINES: tuple[Engine, ...] = (judged, by_oracle)


def mismatches(case: Case, engine: Engine) -> list[str]:
    """Where the outcome of a case is not as it says; empty when all is well."""
    outcomes = engine(case.looked_at, case.facts(), case.month, case.as_of)
    wrong = []
    for obligation, subject, expected in case.expectations():
        about = [o for o in outcomes if o.obligation == obligation and subject in (None, o.subject, o.client)]
        found = [shown(o, e) for o, e in zip_longest(sorted(about), expected)]
        if found != [str(e) for e in expected]:
            wrong.append(f"{obligation} {subject or ''}: {', '.join(found) or 'none'}")
    return wrong


def shown(outcome: Outcome | None, expected: Expected | None) -> str:
    """An outcome in the words of a case file, with the details that are expected of it."""
    if outcome is None:
        return "none"
    looked_at = {name for name in DETAILS if expected is None or getattr(expected, name) is not None}
    return str(Expected(outcome.status, **{name: getattr(outcome, name) for name in looked_at}))
