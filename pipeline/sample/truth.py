"""The truth about a sample: what became of every duty that the five months must account for.

Counted from the lines themselves by the plain rules of `rules`, never by the code under test. A line whose workbook
was destroyed counts for nothing; one with a cell that nobody can read may have counted, so a duty that it could have
met is unprovable.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pandas as pd

from pipeline.sample.cases import Case, Submission, due_day
from pipeline.sample.plan import Key
from pipeline.sample.rules import ALL_TOPICS, MONTHS, RULES, WINDOWS, Contact, Rule, month_end, working_days_later
from pipeline.sample.world import World, days

TRUTH_COLUMNS = ("month", "obligation", "subject", "start", "status")
DOCUMENTS = {  # who owes it, the day of the next month by which it is due
    "communication_record": ("salesperson", 5),
    "key_client_report": ("specialist", 8),
}
POSSIBLE: dict[str, tuple[Any, ...]] = {  # what could have stood in a cell, as far as it matters
    "outcome": ("connected",),
    "channel": ("visit", "phone", "wechat", "sms", "other"),
    "purpose": ("service", "push", "return_visit", "greeting"),
}


@dataclass(frozen=True)
class Books:
    """All lines of all logbooks, and what the mess did to some contacts."""

    contacts: tuple[Contact, ...]
    cases: tuple[Case, ...]
    submissions: tuple[Submission, ...]
    lost: frozenset[Contact] = frozenset()  # in a workbook that cannot be read
    faults: Mapping[Contact, str] = field(default_factory=dict)  # lines with a cell that cannot be read, and its field


Line = tuple[date, str, str, datetime, str]


def truth(world: World, books: Books) -> pd.DataFrame:
    """One row per duty with the columns `TRUTH_COLUMNS`; `subject` of a contact is `row_subject`."""
    kept = [r for r in books.contacts if r not in books.lost and r not in books.faults]
    lines = [
        *_cadences(world, kept, books.faults),
        *_return_visits(world, kept),
        *_events(world, kept),
        *_changes(world, kept),
        *_developers(world),
        *_complaints(world, books.cases),
        *_documents(world, books.submissions),
    ]
    frame = pd.DataFrame(lines, columns=list(TRUTH_COLUMNS))
    frame["month"] = pd.to_datetime(frame["month"]).dt.strftime("%Y-%m")
    frame["start"] = frame["start"].astype("datetime64[s]")
    frame = frame[frame["month"].isin([f"{m:%Y-%m}" for m in MONTHS])]
    return frame.sort_values(list(TRUTH_COLUMNS), ignore_index=True)


def row_subject(row: Contact) -> str:
    """How the truth names a line: client, moment and who wrote it, as no two lines have all of them in common."""
    return f"{row.client} {moment(row):%Y-%m-%d %H:%M} {row.staff}"


def moment(row: Contact) -> datetime:
    """When it happened; midnight if no time was written."""
    return datetime.combine(row.day, time(*divmod(row.minute or 0, 60)))


def tally(world: World, rows: Iterable[Contact]) -> dict[Key, int]:
    """How many of the lines count towards each duty to a client."""
    role = {p.staff: p.role for p in world.staff}
    window = {rule.obligation: _windows_by_day(rule) for rule in RULES.values()}
    counted: dict[Key, set[object]] = defaultdict(set)
    for at, row in enumerate(rows):
        for rule in RULES.values():
            if row.outcome == "connected" and rule.role in ("", role[row.staff]) and rule.counts(row):
                for first in window[rule.obligation].get(row.day, ()):
                    counted[rule.obligation, row.client, first].add(row.day if rule.once_a_day else at)
    return {key: len(found) for key, found in counted.items()}


def _windows_by_day(rule: Rule) -> dict[date, list[date]]:
    found: dict[date, list[date]] = defaultdict(list)
    for first, last in rule.windows():
        for n in range((last - first).days + 1):
            found[first + timedelta(days=n)].append(first)
    return found


def _cadences(world: World, kept: list[Contact], faults: Mapping[Contact, str]) -> Iterator[Line]:
    counted = tally(world, kept)
    doubts = Counter(key for row, fault in faults.items() for key in _could_count(world, kept, row, fault))
    for rule in RULES.values():
        for client in world.clients:
            for first, last, required in rule.owed(client):
                key = (rule.obligation, client.client, first)
                lacking = required - counted.get(key, 0)
                status = "met" if lacking <= 0 else "unprovable" if lacking <= doubts[key] else "missed"
                status = "waived" if waived(world, client.client, rule.obligation, last) else status
                month = first + timedelta(days=3) if rule.every == "week" else last
                yield month, *_line(rule.obligation, client.client, first, status)


def _could_count(world: World, kept: list[Contact], row: Contact, fault: str) -> set[Key]:
    """The duties that the line could have counted for, whatever stood in the cell that cannot be read."""
    same_days = [r for r in kept if r.staff == row.staff and r.client == row.client]
    found: set[Key] = set()
    for guess in _guesses(world, row, fault):
        before, after = tally(world, same_days), tally(world, [*same_days, guess])
        found |= {key for key, count in after.items() if count > before.get(key, 0)}
    return found


def _guesses(world: World, row: Contact, fault: str) -> Iterator[Contact]:
    """The line with everything that could have stood in the cell; a client can be any of the writer's own."""
    if fault == "date":
        first = row.day.replace(day=1)
        yield from (replace(row, day=day) for day in days(first, month_end(first)))
    elif fault == "client":
        mine = (c for c in world.clients if any(s.value == row.staff and s.holds(row.day) for s in c.owners))
        yield from (replace(row, client=client.client) for client in mine)
    else:
        yield from (replace(row, **{fault: value}) for value in POSSIBLE[fault])


def waived(world: World, client: str, obligation: str, due: date) -> bool:
    """Whether a waiver holds on the day on which the duty falls due."""
    return any(w.touches(client, obligation) and w.start <= due <= w.end for w in world.waivers)


def _return_visits(world: World, kept: list[Contact]) -> Iterator[Line]:
    for row in kept:
        if row.purpose == "return_visit" and row.outcome == "connected":
            yield _in_month(world, "return_visit_written", row, bool(row.content))
            yield _in_month(world, "return_visit_topics", row, set(row.topics) >= {*ALL_TOPICS})


def _events(world: World, kept: list[Contact]) -> Iterator[Line]:
    for row in kept:
        if row.purpose == "event":
            yield _in_month(world, "client_event", row, row.outcome == "connected")


def _in_month(world: World, obligation: str, row: Contact, met: bool) -> Line:
    """A line that must be as the regulation wants it, judged at the end of its month."""
    first, last = row.day.replace(day=1), month_end(row.day)
    return first, *_line(obligation, row_subject(row), first, _status(world, row.client, obligation, last, met))


def _changes(world: World, kept: list[Contact]) -> Iterator[Line]:
    """Changes of client data that a salesperson learnt of; recorded within 5 working days."""
    for row in kept:
        seller = world.people[row.staff].role == "salesperson"
        if row.purpose == "file_update" and row.outcome == "connected" and seller:
            due = working_days_later(row.day, 5)
            met = row.recorded_on is not None and row.recorded_on <= due
            status = _status(world, row.client, "change_recorded", due, met)
            yield due, "change_recorded", row_subject(row), moment(row), status


def _developers(world: World) -> Iterator[Line]:
    for client in world.clients:
        for first, last in WINDOWS["month"]:
            if client.there(first, last):
                owner = client.owner("salesperson", last)
                status = _status(world, client.client, "developer_serves", last, owner == client.developer)
                yield first, *_line("developer_serves", client.client, first, status)


def _complaints(world: World, cases: Iterable[Case]) -> Iterator[Line]:
    for case in cases:
        due = due_day(case)
        if due and case.resolved_at:
            met = case.callback_at is not None and case.callback_at.date() <= due
            status = _status(world, case.client, "complaint_return_visit", due, met)
            yield due, "complaint_return_visit", case.case_no, case.resolved_at, status


def _documents(world: World, submissions: tuple[Submission, ...]) -> Iterator[Line]:
    for first in MONTHS:
        period, next_month = f"{first:%Y-%m}", month_end(first) + timedelta(days=1)
        for document, (role, day) in DOCUMENTS.items():
            for person in world.named(role):
                if person.start <= first and (person.end is None or month_end(first) <= person.end):
                    handed = [s for s in submissions if s.staff == person.staff]
                    status = _in_time(handed, document, period, next_month.replace(day=day))
                    yield first, *_line(document, person.staff, first, status)
        status = _in_time(submissions, "monthly_analysis", period, next_month.replace(day=10))
        yield first, *_line("monthly_analysis", "", first, status)
    status = _in_time(submissions, "return_visit_evaluation", "2026-Q3", date(2026, 10, 15))
    yield date(2026, 9, 1), *_line("return_visit_evaluation", "", date(2026, 7, 1), status)


def _in_time(submissions: Iterable[Submission], document: str, period: str, due: date) -> str:
    mine = (s for s in submissions if s.document == document and s.period == period)
    return _met(any(s.submitted_on <= due for s in mine))


def _line(obligation: str, subject: str, first: date, status: str) -> tuple[str, str, datetime, str]:
    return obligation, subject, datetime.combine(first, time()), status


def _status(world: World, client: str, obligation: str, due: date, met: bool) -> str:
    return "waived" if waived(world, client, obligation, due) else _met(met)


def _met(met: bool) -> str:
    return "met" if met else "missed"
